"""Issues as an OperationOutcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from healthrec.errors import Issue
from healthrec.fhir.types import BASE

Translate = Callable[[Issue], str]
"""Gives the sentence of an issue in the reader's language; words live in `wording`."""


def operation_outcome(issues: Iterable[Issue], translate: Translate, severity: str = "error") -> dict[str, Any]:
    """An OperationOutcome with one issue each: code, sentence, path, and the message key as a coding."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [_issue(issue, translate(issue), severity) for issue in issues],
    }


def all_ok(sentence: str) -> dict[str, Any]:
    """The OperationOutcome of a check that found nothing."""
    issue = {"severity": "information", "code": "informational", "diagnostics": sentence}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _issue(issue: Issue, sentence: str, severity: str) -> dict[str, Any]:
    details = {"coding": [{"system": f"{BASE}CodeSystem/message", "code": issue.key}], "text": sentence}
    shown = {"severity": severity, "code": issue.code, "details": details, "diagnostics": sentence}
    return shown | {"expression": [issue.expression]} if issue.expression else shown
