"""`$immds-forecast` by CDSi's supporting data: CVX-coded doses in, vaccine groups out, and China's answers as before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests import immds
from tests.documents import BASE, concept
from tests.immds import asked, evaluations

from healthrec.errors import Refused
from healthrec.rulebook import load_rulebook
from healthrec.services.immunization.forecaster import Forecaster
from healthrec.settings import schemas_dir

BOOK = load_rulebook(schemas_dir())
FORECASTER = Forecaster(BOOK)
EDITION = "us-cdsi-4.64"
ANTIGEN, GROUP = f"{BASE}CodeSystem/cdsi-antigen", f"{BASE}CodeSystem/cdsi-vaccine-group"
BORN = "2024-01-10"


def answer(on: str, *doses: dict[str, Any], edition: str = EDITION) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(FORECASTER.answer(asked(on, BORN, "", *doses, edition=edition), "en"))
    return body


def cvx(text: str) -> list[dict[str, Any]]:
    return immds.given(BORN, text, immds.CVX)


def by_group(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = told["parameter"][-1]["resource"]["recommendation"]
    return {immds.codes(one["targetDisease"], GROUP)[0]: one for one in found}


def test_doses_come_by_cvx_and_what_is_next_goes_out_by_vaccine_group() -> None:
    told = answer("2024-03-20", *cvx("08 0d, 20 2m"))
    antigens = [
        immds.codes(one["resource"]["targetDisease"], ANTIGEN)[0]
        for one in told["parameter"]
        if one["name"] == "evaluation"
    ]
    assert antigens == ["Diphtheria", "Tetanus", "Pertussis", "HepB"]
    dtap = by_group(told)["DTaP/Tdap/Td"]
    assert immds.codes(dtap["vaccineCode"][0], immds.CVX) == ["20"]
    assert dtap["vaccineCode"][0]["text"] == "DTaP"
    assert immds.dates(dtap) == {"earliest": "2024-04-07", "recommended": "2024-05-10", "past due": "2024-07-08"}
    assert (dtap["series"], dtap["doseNumberPositiveInt"]) == ("Diphtheria standard series", 2)


def test_every_finding_names_the_edition_and_a_rule_of_the_data() -> None:
    told = answer("2024-03-20", *cvx("20 6w-5d"))
    first = told["parameter"][0]["resource"]
    assert first["extension"][0]["valueCode"] == EDITION
    assert immds.codes(first["doseStatusReason"][0], immds.RULE) == ["Diphtheria standard series.1"]
    assert evaluations(told)[0] == ("d1", "not-valid", "too-young")


def test_a_code_of_ours_is_read_as_its_cvx_code() -> None:
    told = answer("2024-03-20", *immds.given(BORN, "DTaP 2m"))
    assert [one[1] for one in evaluations(told)] == ["valid"] * 3


def test_a_vaccine_of_ours_that_is_in_no_series_there_is_accepted_and_not_judged() -> None:
    told = answer("2024-03-20", *immds.given(BORN, "BCG 0d"))
    assert evaluations(told) == [("d1", "not-evaluated", "unknown-vaccine")]
    with pytest.raises(Refused):
        answer("2024-03-20", *immds.given(BORN, "BCGG 0d"))


@pytest.mark.parametrize("code", ["999", "18"])
def test_a_vaccine_that_no_standard_series_knows_is_accepted_and_not_judged(code: str) -> None:
    """18 is rabies, of which the data have risk series only."""
    assert evaluations(answer("2024-03-20", *cvx(f"{code} 2m"))) == [("d1", "not-evaluated", "unknown-vaccine")]


def test_a_dose_of_unknown_product_against_what_the_data_do_not_name_is_said_not_to_be_judged() -> None:
    unknown = concept("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown")
    protocol = {"targetDisease": [concept(f"{BASE}CodeSystem/immunization-antigen", "bcg")], "doseNumberPositiveInt": 1}
    told = answer("2024-03-20", immds.dose("h", unknown, BORN, protocolApplied=[protocol]))
    assert evaluations(told) == [("h", "not-evaluated", "unknown-vaccine")]


def test_china_answers_as_if_nothing_stood_beside_it() -> None:
    told = answer("2026-07-01", *cvx("08 0d, 20 2m"), edition="2026")
    assert immds.recommendations(told)["DTaP"]["series"] == "dtp"
    assert "MMR" in immds.recommendations(told)


def test_the_data_are_read_by_whoever_asks_for_them_first() -> None:
    book = load_rulebook(schemas_dir())
    forecaster = Forecaster(book)
    forecaster.answer(asked("2026-09-01", "2026-07-10"), "en")
    assert not book.cdsi[EDITION].is_read
    forecaster.answer(asked("2026-09-01", "2026-07-10", edition=EDITION), "en")
    assert book.cdsi[EDITION].is_read


def test_an_edition_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused) as refused:
        answer("2026-09-01", edition="us-cdsi-1")
    assert EDITION in refused.value.issues[0].params["allowed"]


def test_every_vaccine_that_is_offered_is_known_and_every_group_has_a_series() -> None:
    schedule = BOOK.cdsi[EDITION].cdsi().schedule
    offered = {offer.vaccine for one in schedule.series for target in one.targets for offer in target.offers}
    assert offered <= schedule.vaccines.keys()
    assert {name for members in schedule.groups.values() for name in members} == schedule.by_antigen.keys()
