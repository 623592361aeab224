"""Immunizations like others that were right are known again; whatever differs in more is checked as if it were the first."""

from __future__ import annotations

from typing import Any

import pytest
from tests.documents import BASE, concept
from tests.immds import CVX, VACCINE, asked

from healthrec.errors import Issue, Refused
from healthrec.fhir import immunization_request
from healthrec.fhir.immunization_alike import Alike
from healthrec.fhir.immunization_request import ForecastCodes, ForecastRequest, checked_request
from healthrec.rulebook import load_rulebook
from healthrec.services.immunization.forecaster import Forecaster
from healthrec.settings import schemas_dir

CODES: ForecastCodes = Forecaster(load_rulebook(schemas_dir())).codes
ABSENT = object()
VALUES: list[Any] = [
    ABSENT, None, "", " ", "a b", 1, True, [], {}, [None], "2026-08", "2026-02-30", "2026-08-01", "2026-08-01T10:00:00+08:00", "0000-01-01",
    "completed", "not-done", "entered-in-error", {"reference": "Patient/other"}, {"reference": "Group/1"}, {"reference": "#c"},
    {"reference": None}, {"reference": "Patient/c1", "type": "Group"}, {"display": "somebody"}, concept(VACCINE, "MMR"), concept(VACCINE, "none"),
    concept(CVX, "08"), concept("http://loinc.org", "1"), [{"url": f"{BASE}x", "valueCode": "y"}],
    [{"targetDisease": [concept(f"{BASE}CodeSystem/immunization-antigen", "HepB")], "doseNumberPositiveInt": 1}],
]  # fmt: skip
NAMES = (
    "id", "patient", "occurrenceDateTime", "occurrenceString", "_occurrenceDateTime", "status", "vaccineCode", "protocolApplied", "isSubpotent",
    "expirationDate", "extension", "contained", "resourceType", "nothing",
)  # fmt: skip


def question(**values: Any) -> dict[str, Any]:
    """Two doses, the second of them changed."""
    found = asked("2026-12-01", "2026-07-10", "HepB 0d, HepB 1m")
    resource = found["parameter"][3]["resource"] | values
    found["parameter"][3]["resource"] = {name: value for name, value in resource.items() if value is not ABSENT}
    return found


def understood(asked_: dict[str, Any], alike: Alike) -> ForecastRequest | tuple[Issue, ...]:
    try:
        return checked_request(asked_, CODES, alike)
    except Refused as refused:
        return tuple(refused.issues)


@pytest.mark.parametrize("name", NAMES)
def test_one_who_knows_many_says_what_one_who_knows_none_says(name: str) -> None:
    knowing = Alike()
    for _ in range(2):
        for value in VALUES:
            changed = question(**{name: value})
            assert understood(changed, knowing) == understood(changed, Alike()), value


def test_a_place_in_the_question_is_told_although_doses_before_it_are_known() -> None:
    knowing = Alike()
    understood(question(), knowing)
    assert understood(question(lot="1"), knowing) == (
        Issue("structure", "fhir.unknown-element", "Parameters.parameter[3].resource.lot"),
    )


@pytest.mark.parametrize("more", [{}, {"id": "x"}, {"occurrenceDateTime": "2026-09-01"}])
def test_a_dose_like_one_that_was_right_is_not_checked_again(
    more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    knowing = Alike()
    understood(question(), knowing)
    checked: list[str] = []
    monkeypatch.setattr(
        immunization_request, "check_request", lambda part: checked.extend(one["name"] for one in part["parameter"])
    )
    understood(question(**more), knowing)
    assert checked == ["assessmentDate", "patient"]


def test_what_is_remembered_stays_small() -> None:
    knowing = Alike()
    for at in range(4200):
        knowing.like(question(lotNumber=f"{at}")["parameter"][3])
    assert len(knowing._kinds) == 4200 - 4096
    knowing.like(question(lotNumber="L" * 5000)["parameter"][3])
    assert len(knowing._kinds) == 4200 - 4096
