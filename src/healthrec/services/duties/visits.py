"""A guide's visit to a nursery as it stands in the record, and the form that it is written with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from healthrec import errors
from healthrec.domain.duties import DutyFinding, Quarter
from healthrec.fhir.form_items import answers_of
from healthrec.fhir.form_pages import FormPage, fields_from_response, render_model
from healthrec.fhir.json import recall
from healthrec.fhir.types import entered_in_error
from healthrec.services.context import Caller, Services
from healthrec.services.duties.board import may_visit
from healthrec.services.duties.quarters import FORM, KIND, VISIT_DATE, id_for, text_of
from healthrec.services.duties.standing import standings
from healthrec.services.forms.drafts import About, Kept, draft_for
from healthrec.services.forms.submit import LATE_ENTRY, form_of, newest_form
from healthrec.services.forms.times import late_since
from healthrec.services.forms.versions import Version, versions_of
from healthrec.store import duties, resources
from healthrec.store.duties import Nursery
from healthrec.store.engine import Connection

_MOST_FORMS = 60
"""Forms of one nursery that are looked through for a quarter: fifteen years of visits."""


@dataclass(frozen=True, slots=True)
class VisitForm:
    """A form to fill in. `base` is the version that an amendment edits, None for the first; `draft` is offered again."""

    nursery: Nursery
    quarter: Quarter
    finding: DutyFinding
    questionnaire: str
    about: About
    response_id: str
    fields: dict[str, list[str]]
    draft: Kept | None
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A finished visit. `late_since`: it was entered late, at that instant; `versions` newest first."""

    id: str
    version: int
    nursery: Nursery
    quarter: Quarter
    day: date
    page: FormPage
    late_since: datetime | None
    versions: tuple[Version, ...]
    may_amend: bool


def visit_of(services: Services, caller: Caller, nursery_id: str, quarter: Quarter) -> str:
    """The id of the response that tells of the visit in this quarter, "" when there is none. Raises NotFound."""
    with services.database.read() as connection:
        return found_in(connection, caller, nursery_for(connection, caller, nursery_id), quarter)


def new_visit(services: Services, caller: Caller, nursery_id: str, quarter: Quarter) -> VisitForm:
    """An empty form for a quarter, or what was begun of it. Raises NotFound, or NotAllowed for who does not visit."""
    questionnaire = newest_form(services, FORM)
    with services.database.read() as connection:
        place = nursery_for(connection, caller, nursery_id)
        finding = _finding(services, connection, place, quarter)
    _may(services, caller)
    about = About(questionnaire, place.key, text_of(quarter))
    draft = draft_for(services, caller, about)
    fields = draft.fields if draft else {}
    response_id = id_for("response", nursery_id, quarter)
    return VisitForm(place, quarter, finding, questionnaire, about, response_id, fields, draft)


def visit_to_amend(services: Services, caller: Caller, id_: str) -> VisitForm:
    """The form filled with what the record says now. Raises NotFound or NotAllowed."""
    with services.database.read() as connection:
        row, response, place = read_visit(connection, caller, id_)
        quarter = Quarter.of(day_of_visit(response))
        finding = _finding(services, connection, place, quarter)
    _may(services, caller)
    questionnaire = str(response["questionnaire"])
    about = About(questionnaire, place.key, f"amend-{id_}")
    draft = draft_for(services, caller, about)
    fields = draft.fields if draft else fields_from_response(response)
    return VisitForm(place, quarter, finding, questionnaire, about, id_, fields, draft, row.version)


def show_visit(services: Services, caller: Caller, id_: str, language: str) -> Visit:
    """The answers of one visit, with who wrote which version. Raises NotFound."""
    with services.database.read() as connection:
        row, response, place = read_visit(connection, caller, id_)
        versions = versions_of(services, connection, row.key, row.version)
    services.committer.commit(
        caller.audit(services, "view", f"QuestionnaireResponse/{id_}/_history/{row.version}", count=1)
    )
    day = day_of_visit(response)
    form = form_of(services, str(response["questionnaire"]))
    page = render_model(form, language, fields_from_response(response))
    late = late_since(response, LATE_ENTRY)
    return Visit(id_, row.version, place, Quarter.of(day), day, page, late, versions, may_visit(services, caller))


def read_visit(connection: Connection, caller: Caller, id_: str) -> tuple[Any, dict[str, Any], Nursery]:
    """(row, response, nursery) of a guide's visit that the caller may see. Raises NotFound."""
    row = resources.read(connection, caller.viewer, "QuestionnaireResponse", id_)
    response = recall(row.body) if row and row.body else {}
    if row is None or not is_visit(response):
        raise errors.NotFound(f"QuestionnaireResponse/{id_}")
    place = nursery_for(connection, caller, str(response["subject"]["reference"]).partition("/")[2])
    return row, response, place


def nursery_for(connection: Connection, caller: Caller, id_: str) -> Nursery:
    """The nursery where the caller may see its own work. Raises NotFound."""
    found = duties.nursery(connection, caller.viewer, id_)
    if found is None:
        raise errors.NotFound(f"Organization/{id_}")
    return found


def found_in(connection: Connection, caller: Caller, place: Nursery, quarter: Quarter) -> str:
    """The first visit that was made in the quarter, "" for none."""
    days: dict[str, date] = {}
    for row in duties.responses_about(connection, caller.viewer, place.key, _MOST_FORMS):
        response = recall(row.body)
        if is_visit(response) and not entered_in_error(response):
            days[row.id] = day_of_visit(response)
    inside = sorted((day, id_) for id_, day in days.items() if day in quarter)
    return inside[0][1] if inside else ""


def is_visit(response: Mapping[str, Any]) -> bool:
    """Whether this is the form of a guide's visit, in any edition."""
    return str(response.get("questionnaire", "")).partition("|")[0].endswith(f"/Questionnaire/{FORM}")


def day_of_visit(response: Mapping[str, Any]) -> date:
    """The day that the form says, else the day on which it was written."""
    given = answers_of(response).get(VISIT_DATE) or [str(response.get("authored", ""))[:10]]
    return date.fromisoformat(str(given[0]))


def _finding(services: Services, connection: Connection, place: Nursery, quarter: Quarter) -> DutyFinding:
    standing = standings(connection, [place.key], quarter, quarter)[place.key]
    return standing.finding(services.rulebook.duty(KIND, quarter.start), quarter, services.today())


def _may(services: Services, caller: Caller) -> None:
    if not may_visit(services, caller):
        raise errors.NotAllowed("access.role-may-not")
