from __future__ import annotations

from healthrec.errors import Issue
from healthrec.fhir.outcome import all_ok, operation_outcome
from healthrec.fhir.shape import model


def test_an_issue_becomes_part_of_an_outcome() -> None:
    issue = Issue("code-invalid", "fhir.unknown-code", "Patient.gender", {"found": "bogus"})
    outcome = operation_outcome([issue, Issue("exception", "x")], lambda one: f"sentence of {one.key}")
    first, second = outcome["issue"]
    assert (first["severity"], first["code"], first["expression"]) == ("error", "code-invalid", ["Patient.gender"])
    assert first["diagnostics"] == first["details"]["text"] == "sentence of fhir.unknown-code"
    assert first["details"]["coding"][0]["code"] == "fhir.unknown-code"
    assert "expression" not in second


def test_outcomes_are_FHIR() -> None:
    for outcome in (operation_outcome([Issue("structure", "x", "y")], lambda _: "z"), all_ok("fine")):
        assert model("OperationOutcome").model_validate(outcome).issue
