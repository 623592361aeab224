"""Screenings for warning signs as page values, from the documents of a child's compartment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec.domain.screening import Answer, Sign, SignColumn, WarningSigns, column_for, evaluate_signs
from healthrec.fhir.form_items import answers_of
from healthrec.fhir.types import entered_in_error
from healthrec.services.context import Services
from healthrec.services.forms.times import day_of

FORM = "warning-signs"
AGE = "age"

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Screening:
    """One answered table. `present` are the signs found; `unanswered` counts what was not done or is not known;
    `referral` is the state of what was proposed (a code of the term group referral-state), "" when nothing was."""

    id: str
    version: int
    day: date
    column: SignColumn
    answers: Mapping[str, Answer]
    outcome: str
    present: tuple[Sign, ...]
    unanswered: int
    referral: str
    referral_id: str


def screenings(services: Services, documents: Iterable[Resource]) -> tuple[Screening, ...]:
    """The screenings among a child's documents, the latest first; those entered in error are left out."""
    gathered = list(documents)
    requests = [one for one in gathered if one["resourceType"] == "ServiceRequest" and not entered_in_error(one)]
    found = [_screening(services, one, requests) for one in gathered if is_screening(one)]
    return tuple(sorted((one for one in found if one), key=lambda one: (one.day, one.id), reverse=True))


def column_today(services: Services, birth: date, gestation_days: int | None, on: date) -> SignColumn | None:
    """The column of the table for a child on that day; None before the first age and after the last."""
    book = services.rulebook
    return column_for(book.warning_signs(on), birth, on, gestation_days, book.correction(on))


def is_screening(resource: Resource) -> bool:
    """Whether a document is an answered table of warning signs, in any edition."""
    canonical = str(resource.get("questionnaire", "")).partition("|")[0]
    kind = resource["resourceType"] == "QuestionnaireResponse"
    return kind and canonical.endswith(f"/Questionnaire/{FORM}") and not entered_in_error(resource)


def text_of(sign: Sign, language: str) -> str:
    """The words of a sign."""
    return sign.en if language == "en" else sign.zh


def answers_in(table: WarningSigns, response: Resource) -> tuple[SignColumn, dict[str, Answer]] | None:
    """The column that was answered, and its answers by link id; None when the response names no known age."""
    given = answers_of(response)
    code = str((given.get(AGE) or [""])[0])
    column = next((one for one in table.columns if one.code == code), None)
    if column is None:
        return None
    return column, {sign.link_id: given[sign.link_id][0] for sign in column.signs if given.get(sign.link_id)}


def referral_of(response_id: str, requests: Sequence[Resource]) -> tuple[str, str]:
    """(status, id) of the proposal that came from a response; ("", "") when there is none."""
    wanted = f"QuestionnaireResponse/{response_id}"
    for one in requests:
        supports = [info.get("reference") for info in one.get("supportingInfo", ())]
        if one.get("intent") == "proposal" and wanted in supports:
            return str(one["status"]), str(one["id"])
    return "", ""


def _screening(services: Services, response: Resource, requests: Sequence[Resource]) -> Screening | None:
    day = day_of(str(response["authored"]))
    table = services.rulebook.warning_signs(day)
    read = answers_in(table, response)
    if read is None:
        return None
    column, answers = read
    finding = evaluate_signs(table, column.code, answers)
    signs = tuple(sign for sign in column.signs if sign.link_id in finding.present)
    status, request = referral_of(str(response["id"]), requests)
    version = int(str(response.get("meta", {}).get("versionId", 1)))
    return Screening(
        str(response["id"]),
        version,
        day,
        column,
        answers,
        finding.outcome,
        signs,
        len(finding.open),
        status,
        request,
    )
