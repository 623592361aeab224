"""`$immds-forecast` from Parameters to Parameters: what is read, what is answered, what is refused and where."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from tests import immds
from tests.documents import BASE, concept
from tests.immds import asked, condition, dates, evaluations, observation, recommendations, status

from healthrec.domain.immunization.findings import EvaluationStatus, ForecastStatus, ReasonCode
from healthrec.errors import Refused
from healthrec.fhir.immunization_request import check_request
from healthrec.fhir.validation import check_parameters
from healthrec.rulebook import load_rulebook
from healthrec.services.immunization.forecaster import Forecaster
from healthrec.settings import schemas_dir

BOOK = load_rulebook(schemas_dir())
FORECASTER = Forecaster(BOOK)
BORN = "2026-07-10"
THREE = "2023-11-01"
COURSE = (
    "HepB 0d, BCG 0d, HepB 1m, IPV 2m, DTaP 3m, IPV 3m, DTaP 4m, bOPV 4m, DTaP 5m, HepB 6m, MPSV-A 6m, MMR 8m, JE-L 8m,"
    " MPSV-A 9m, MMR 18m, DTaP 18m, HepA-L 18m, JE-L 2y, PCV13 2m, EV71 6m, EV71 7m, Var 12m"
)


def answer(question: dict[str, Any], language: str = "en") -> dict[str, Any]:
    body: dict[str, Any] = json.loads(FORECASTER.answer(question, language))
    return body


def faults(question: dict[str, Any]) -> list[tuple[str, str]]:
    """(element, message) of what is wrong, by both ways of looking."""
    found = check_request(question)
    if not found:
        with pytest.raises(Refused) as refused:
            FORECASTER.answer(question, "en")
        found = list(refused.value.issues)
    return [(issue.expression, issue.key) for issue in found]


def test_a_recommendation_carries_three_code_systems_numbers_and_loinc_dates() -> None:
    hepb = recommendations(answer(asked("2026-09-01", BORN, "HepB 0d, HepB 1m")))["HepB"]
    (vaccine,) = hepb["vaccineCode"]
    assert [immds.codes(vaccine, system) for system in (immds.VACCINE, immds.CVX, immds.CN_VACCINE)] == [
        ["HepB"], ["08"], ["0201"],
    ]  # fmt: skip
    assert (hepb["series"], hepb["doseNumberPositiveInt"], hepb["seriesDosesPositiveInt"]) == ("hepb", 3, 3)
    assert dates(hepb) == {"earliest": "2027-01-10", "recommended": "2027-01-10", "past due": "2027-07-10"}
    assert immds.codes(hepb["forecastReason"][0], immds.RULE) == ["hepb.3"]


@pytest.mark.parametrize(
    ("on", "ours", "tho"),
    [
        ("2027-01-09", "not-due", []),
        ("2027-01-10", "due", ["due"]),
        ("2027-07-09", "due", ["due"]),
        ("2027-07-10", "overdue", ["overdue"]),
    ],
)
def test_the_status_is_of_the_day_asked_with_the_code_of_hl7_where_one_fits(on: str, ours: str, tho: list[str]) -> None:
    hepb = recommendations(answer(asked(on, BORN, "HepB 0d, HepB 1m")))["HepB"]
    assert (status(hepb), immds.codes(hepb["forecastStatus"], immds.THO)) == (ours, tho)


def test_a_dose_without_a_complete_before_age_has_no_past_due_date() -> None:
    assert "past due" not in dates(recommendations(answer(asked("2027-07-10", BORN, "HepB 0d")))["HepB"])


def test_a_finished_series_gives_one_recommendation_without_dates() -> None:
    hepb = recommendations(answer(asked("2027-03-01", BORN, "HepB 0d, HepB 1m, HepB 6m")))["HepB"]
    assert (status(hepb), dates(hepb), immds.codes(hepb["forecastStatus"], immds.THO)) == ("complete", {}, ["complete"])
    assert "doseNumberPositiveInt" not in hepb


def test_a_finished_series_is_named_by_the_vaccine_of_its_last_dose() -> None:
    polio = recommendations(answer(asked("2031-01-01", BORN, "IPV 2m, IPV 3m, bOPV 4m, bOPV 4y")))
    assert status(polio["bOPV"]) == "complete"


def test_every_dose_is_judged_against_every_antigen_that_it_is_against() -> None:
    told = answer(asked("2026-12-01", BORN, "HepB 0d, HepB 27d, DTaP-IPV-Hib 2m, IPV 2m+3d"))
    assert evaluations(told) == [
        ("d1", "valid", ""),
        ("d2", "not-valid", "too-young interval-too-short"),
        ("d3", "valid", ""),
        ("d3", "valid", ""),
        ("d3", "valid", ""),
        ("d4", "not-valid", "too-young interval-too-short"),
    ]


def test_an_evaluation_names_rule_edition_and_the_day_from_which_the_dose_would_have_counted() -> None:
    told = answer(asked("2026-12-01", BORN, "HepB 0d, HepB 1m-1d"))["parameter"][1]["resource"]
    (reason,) = told["doseStatusReason"]
    assert immds.codes(reason, immds.RULE) == ["hepb.2"]
    assert {"url": f"{BASE}StructureDefinition/immunization-reason-day", "valueDate": "2026-08-10"} in reason[
        "extension"
    ]
    assert told["extension"][0]["valueCode"] == "2026"
    assert (told["doseNumberPositiveInt"], told["seriesDosesPositiveInt"]) == (2, 3)


def test_doses_may_be_coded_by_cvx_or_the_chinese_code_alone() -> None:
    cvx = immds.given(BORN, "08 0d", immds.CVX)
    chinese = immds.given(BORN, "0202 1m", immds.CN_VACCINE)
    parts = [{"name": "immunization", "resource": one | {"id": f"x{at}"}} for at, one in enumerate(cvx + chinese)]
    question = asked("2026-12-01", BORN)
    told = answer(question | {"parameter": question["parameter"] + parts})
    assert [one[1] for one in evaluations(told)] == ["valid", "valid"]


def test_a_historic_dose_of_unknown_product_counts_for_the_antigen_that_it_was_against() -> None:
    unknown = concept("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown")
    protocol = {
        "targetDisease": [concept(f"{BASE}CodeSystem/immunization-antigen", "hepb")],
        "doseNumberPositiveInt": 1,
    }
    question = asked("2026-12-01", BORN, "", immds.dose("h", unknown, BORN, protocolApplied=[protocol]))
    assert evaluations(answer(question)) == [("h", "valid", "product-unknown")]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"occurrenceDateTime": "2026-08"}, "day-unknown"),
        ({"vaccineCode": {"text": "不详"}}, "unknown-vaccine"),
        ({"vaccineCode": concept(immds.CVX, "999")}, "unknown-vaccine"),
    ],
)
def test_a_dose_of_which_too_little_is_known_is_accepted_and_said_not_to_be_judged(more: Any, why: str) -> None:
    question = asked("2026-12-01", BORN, "", immds.dose("h", concept(immds.VACCINE, "HepB"), BORN) | more)
    told = answer(question)
    assert evaluations(told) == [("h", "not-evaluated", why)]
    assert recommendations(told)["HepB"]["doseNumberPositiveInt"] == 1


@pytest.mark.parametrize("status_", ["not-done", "entered-in-error"])
def test_what_was_not_given_is_no_dose(status_: str) -> None:
    question = asked("2026-12-01", BORN, "", immds.dose("h", concept(immds.VACCINE, "HepB"), BORN, status=status_))
    assert evaluations(answer(question)) == []


def test_conditions_weight_and_gestation_are_heard() -> None:
    positive = condition("mother-hbsag-positive")
    light = observation("8339-4", 1900, "g")
    heavy = observation("8339-4", 2.0, "kg")
    four, three = (answer(asked("2026-07-20", BORN, "HepB 0d", positive, one)) for one in (light, heavy))
    assert recommendations(four)["HepB"]["seriesDosesPositiveInt"] == 4
    assert recommendations(three)["HepB"]["seriesDosesPositiveInt"] == 3
    early = answer(asked("2026-07-20", BORN, "", observation("11884-4", 36, "wk")))
    assert "preterm.actual-age" in json.dumps(early["parameter"][-1]["resource"]["extension"])


def test_a_condition_may_come_as_an_observation_too() -> None:
    code = concept(immds.CONDITION, "ppd-negative")
    child = {"reference": "Patient/c1"}
    test = {
        "resourceType": "Observation",
        "status": "final",
        "code": code,
        "subject": child,
        "effectiveDateTime": "2026-11-01",
    }
    late = "2026-11-20"
    assert status(recommendations(answer(asked(late, BORN)))["BCG"]) == "conditional"
    assert status(recommendations(answer(asked(late, BORN, "", test)))["BCG"]) == "overdue"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "contraindicated"),
        ({"verificationStatus": concept("http://terminology.hl7.org/CodeSystem/condition-ver-status", "refuted")}, "overdue"),
        ({"clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved")}, "overdue"),
        ({"abatementDateTime": "2027-05-01"}, "overdue"),
    ],
)  # fmt: skip
def test_a_condition_that_is_over_or_refuted_stands_in_the_way_no_more(more: Any, expected: str) -> None:
    question = asked("2027-08-01", BORN, "", condition("anaphylaxis-to-vaccine", "2027-04", "MMR", **more))
    mmr = recommendations(answer(question))["MMR"]
    assert status(mmr) == expected
    assert ("contraindicatedVaccineCode" in mmr) is (expected == "contraindicated")


def test_immunoglobulin_puts_live_vaccines_off_from_its_day() -> None:
    question = asked("2027-03-20", BORN, "", condition("immunoglobulin-given", "2027-02-01"))
    mmr = recommendations(answer(question))["MMR"]
    assert (status(mmr), dates(mmr)["earliest"]) == ("deferred", "2027-05-01")


def test_edition_products_self_paid_and_region_are_chosen_by_the_question() -> None:
    assert recommendations(answer(asked("2026-12-01", BORN, edition="2021")))["DTaP"]["doseNumberPositiveInt"] == 1
    chosen = recommendations(answer(asked("2027-06-01", BORN, je_product="JE-I", hepa_product="HepA-I")))
    assert {"JE-I", "HepA-I"} <= set(chosen)
    assert "Var" not in recommendations(answer(asked("2027-08-01", BORN)))
    assert "Var" in recommendations(answer(asked("2027-08-01", BORN, self_paid=True)))
    assert "Var" in recommendations(answer(asked("2027-08-01", BORN, region="3101")))


def test_a_child_without_an_id_and_a_dose_without_one_are_referred_to_all_the_same() -> None:
    question = asked("2026-12-01", BORN, "HepB 0d")
    for one in question["parameter"][1:]:
        del one["resource"]["id"]
    told = answer(question)
    assert [one[0] for one in evaluations(told)] == ["immunization 1"]
    assert check_parameters(told) == []


def test_the_words_of_rules_come_in_the_language_asked_for() -> None:
    question = asked("2027-08-01", BORN, "", condition("allergic-constitution"))
    texts = [json.dumps(answer(question, language), ensure_ascii=False) for language in ("zh", "en")]
    assert ["不是接种禁忌" in text for text in texts] == [True, False]
    assert "an allergic constitution is not a contraindication" in texts[1]


def test_what_is_answered_is_fhir() -> None:
    told = answer(asked("2026-11-22", THREE, COURSE, condition("hiv-exposed"), self_paid=True))
    assert check_parameters(told) == []
    assert len(evaluations(told)) == 22
    assert {status(one) for one in recommendations(told).values()} >= {"complete", "due", "not-due", "aged-out"}


def test_every_recommendation_of_a_finished_or_open_series_has_a_reason_with_its_rule() -> None:
    told = answer(asked("2026-11-22", THREE, COURSE, self_paid=True))
    for one in recommendations(told).values():
        assert all(immds.codes(reason, immds.RULE) for reason in one["forecastReason"]), one["series"]
        assert one["forecastReason"]


P = "Parameters.parameter"


def changed(at: int, **values: Any) -> dict[str, Any]:
    """A right question with one resource changed: 1 the child, 2 its dose, 3 its condition."""
    question = asked("2026-12-01", BORN, "HepB 0d", condition("immunoglobulin-given", "2026-08-01"))
    question["parameter"][at]["resource"].update(values)
    return question


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (changed(1, birthDate="2026-02-30"), (f"{P}[1].resource.birthDate", "fhir.bad-date")),
        (changed(1, birthDate="2026-07"), (f"{P}[1].resource.birthDate", "immunization.day-needed")),
        (changed(1, birthDate="2026-12-02"), (f"{P}.where(name='assessmentDate')", "immunization.asked-before-birth")),
        (changed(2, status="given"), (f"{P}[2].resource.status", "fhir.unknown-code")),
        (changed(2, occurrenceDateTime="yesterday"), (f"{P}[2].resource.occurrenceDateTime", "fhir.bad-dateTime")),
        (changed(2, expirationDate="2027"), (f"{P}[2].resource.expirationDate", "immunization.day-needed")),
        (changed(2, vaccineCode=concept(immds.VACCINE, "HepX")), (f"{P}[2].resource.vaccineCode", "fhir.unknown-code")),
        (changed(2, lot="1"), (f"{P}[2].resource.lot", "fhir.unknown-element")),
        (changed(3, onsetDateTime="2026-08"), (f"{P}[3].resource.onsetDateTime", "immunization.day-needed")),
        (changed(3, code=concept(immds.CONDITION, "flu")), (f"{P}[3].resource.code", "fhir.unknown-code")),
        (changed(3, code=concept("http://hl7.org/fhir/sid/icd-10", "J06")), (f"{P}[3].resource.code", "immunization.code-not-known")),
        (changed(3, code=concept(immds.CONDITION, "anaphylaxis-to-vaccine")), (f"{P}[3].resource.code.coding", "immunization.vaccine-needed")),
        ({"resourceType": "Parameters", "parameter": [{"name": "patient", "resource": {"resourceType": "Group", "type": "person", "actual": True}}]},
         (f"{P}[0].resource", "fhir.wrong-type")),
        (asked("2026-12-01", BORN, "", observation("29463-7", 7.9, "kg")), (f"{P}[2].resource.code", "immunization.code-not-known")),
        (asked("2026-12-01", BORN, "", observation("8339-4", 50, "cm")), (f"{P}[2].resource.valueQuantity.code", "fhir.wrong-unit")),
        (asked("2026-12-01", BORN, edition="1999"), (f"{P}[2].valueCode", "fhir.unknown-code")),
        (asked("2026-12-01", BORN, je_product="JE-X"), (f"{P}[2].valueCode", "fhir.unknown-code")),
        (asked("2026-12-01", BORN, region="Shanghai"), (f"{P}[2].valueCode", "immunization.bad-region")),
        (asked("2026-12-01", BORN, colour="red"), (f"{P}[2].name", "fhir.unknown-code")),
        (asked("2026-12", BORN), (f"{P}[0].valueDate", "immunization.day-needed")),
        ({"resourceType": "Bundle", "type": "batch"}, ("resourceType", "fhir.wrong-type")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_element(question: dict[str, Any], expected: tuple[str, str]) -> None:
    assert faults(question)[0] == expected


def test_a_question_without_day_or_child_says_so() -> None:
    bare = {"resourceType": "Parameters", "parameter": [{"name": "edition", "valueCode": "2021"}]}
    assert set(faults(bare)) == {
        (f"{P}.where(name='{name}')", "fhir.missing") for name in ("assessmentDate", "patient")
    }


@pytest.mark.parametrize("at", [0, 1])
def test_what_may_come_once_is_refused_twice(at: int) -> None:
    question = asked("2026-12-01", BORN)
    question["parameter"].append(question["parameter"][at])
    assert faults(question)[0][1] == "immunization.given-twice"


def test_two_doses_of_one_id_are_refused() -> None:
    question = asked("2026-12-01", BORN, "HepB 0d, HepB 1m")
    question["parameter"][3]["resource"]["id"] = "d1"
    assert faults(question) == [(f"{P}[3].resource.id", "immunization.given-twice")]


def test_that_a_resource_does_not_name_the_child_again_is_no_fault() -> None:
    question = asked("2026-12-01", BORN, "HepB 0d", condition("ppd-negative"))
    del question["parameter"][2]["resource"]["patient"], question["parameter"][3]["resource"]["subject"]
    assert check_request(question) == []
    assert evaluations(answer(question)) == [("d1", "valid", "")]


SYSTEMS = {found.content["id"]: found.content for found in BOOK.of_kind("immunization-code-system")}


@pytest.mark.parametrize(
    ("id_", "used"),
    [
        ("immunization-forecast-status", set(get_args(ForecastStatus))),
        ("immunization-evaluation-status", set(get_args(EvaluationStatus))),
        ("immunization-reason", {*get_args(ReasonCode), "day-unknown"}),
        ("immunization-antigen", {one.antigen for schedule in FORECASTER.rules.schedules for one in schedule.series}),
    ],
)
def test_the_code_systems_list_what_is_written(id_: str, used: set[str]) -> None:
    assert {one["code"] for one in SYSTEMS[id_]["concept"]} == used


def test_every_condition_that_a_schedule_asks_about_is_listed() -> None:
    listed = {one["code"] for one in SYSTEMS["immunization-condition"]["concept"]}
    asked_about = {
        code
        for schedule in FORECASTER.rules.schedules
        for one in schedule.precautions
        for code in (*one.conditions, *one.unless, *one.with_any, *([one.test] if one.test else []))
    }
    assert asked_about <= listed


@pytest.mark.parametrize("id_", SYSTEMS)
def test_a_code_system_counts_its_codes_and_is_found_at_its_address(id_: str) -> None:
    content = SYSTEMS[id_]
    assert content["count"] == len({one["code"] for one in content["concept"]}) == len(content["concept"])
    assert content["url"] == f"{BASE}CodeSystem/{id_}"


def test_the_page_about_it_lists_every_code() -> None:
    page = (schemas_dir().parent / "docs/immunization.md").read_text("utf-8")
    listed = [found.content for found in BOOK.of_kind("immunization-vaccines")] + [*SYSTEMS.values()]
    assert [one["code"] for content in listed for one in content["concept"] if f"| `{one['code']}` |" not in page] == []
