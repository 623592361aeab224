"""A filled form becomes a QuestionnaireResponse and all that is extracted from it, in one transaction.

What is extracted changes only through its form: an amendment is a new version of the response, extracts again under the
same ids, and marks as entered in error what the new answers no longer give.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec import errors
from healthrec.domain.roster.dates import read_date
from healthrec.errors import Issue
from healthrec.fhir.form_items import walk
from healthrec.fhir.form_pages import Fields
from healthrec.fhir.forms import extract, response_from_fields, validate
from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.services.forms.times import happened_at, written_at
from healthrec.services.record.write import Change, Method, apply
from healthrec.store import commands, resources
from healthrec.store.engine import Connection

Resource = dict[str, Any]
LATE_ENTRY = f"{BASE}StructureDefinition/late-entry"
"""On a response that was written down on a later day than it happened; its value is the instant of writing."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as somebody filled it in. `day` is when it happened; `base` the version that an amendment edits."""

    questionnaire: str
    fields: Fields
    subject: str
    response_id: str
    day: date
    encounter: str = ""
    base: int | None = None


Also = Callable[[Connection, Resource], Sequence[Change]]
"""What a capability adds to the response, in the same transaction; it reads by the connection and writes nothing."""


def submit(
    services: Services, caller: Caller, filled: Filled, also: Also | None = None, *, command_id: str = ""
) -> str:
    """Check and keep the answers with what follows from them; answers the id of the response.

    Raises Refused with linkIds as expressions, NotAllowed, NotFound, Stale or Conflict when somebody else was first.
    """
    if written := written_before(services, caller, command_id):
        return written
    form = form_of(services, filled.questionnaire)
    with services.database.read() as connection:
        earlier = _earlier(connection, caller, filled)
        response = _response(services, caller, form, filled, earlier)
        changes = [_put(response, filled.base)]
        changes += _extracted(services, connection, form, response, earlier)
        changes += also(connection, response) if also else ()
    return apply(services, caller, changes, command_id=command_id)[0].id


def written_before(services: Services, caller: Caller, command_id: str) -> str:
    """The id of the response that this command wrote already; "" for a new command."""
    with services.database.read() as connection:
        kept = commands.answer(connection, command_id) if command_id else None
    if kept is None or kept[0] != caller.account:
        return ""
    return next((str(row["id"]) for row in json.loads(kept[1]) if row["type"] == "QuestionnaireResponse"), "")


def form_of(services: Services, questionnaire: str) -> Resource:
    """The Questionnaire `url|version`. Raises NotFound for one that the house does not have."""
    form = services.forms.get(questionnaire)
    if form is None:
        raise errors.NotFound(questionnaire)
    return form


def newest_form(services: Services, name: str) -> str:
    """`url|version` of the form with this id, in its latest edition."""
    return max(key for key, form in services.forms.items() if form["id"] == name)


def with_days_read(form: Mapping[str, Any], fields: Fields) -> dict[str, list[str]]:
    """The fields with every date as FHIR writes it, whichever of the usual ways it was typed in."""
    days = {item["linkId"] for item in walk(form.get("item", ())) if item["type"] == "date"}
    return {
        name: [_day_text(text) for text in texts] if name in days else list(texts) for name, texts in fields.items()
    }


def version_of(connection: Connection, type_: str, id_: str) -> int | None:
    """The version that a change to it must name; None for what is not there yet."""
    row = resources.find(connection, type_, id_)
    return row.version if row else None


def put(connection: Connection, resource: Resource) -> Change:
    """The change that leaves this resource in the record, on top of the version that is there now."""
    type_, id_ = resource["resourceType"], resource["id"]
    return Change("PUT", type_, resource, id_, version_of(connection, type_, id_))


def _day_text(text: str) -> str:
    day = read_date(text).day if text.strip() else None
    return day.isoformat() if day else text


def _put(response: Resource, base: int | None) -> Change:
    method: Method = "PUT" if base is not None else "POST"
    return Change(method, "QuestionnaireResponse", response, response["id"], base)


def _earlier(connection: Connection, caller: Caller, filled: Filled) -> Resource | None:
    if filled.base is None:
        return None
    row = resources.read(connection, caller.viewer, "QuestionnaireResponse", filled.response_id)
    if row is None or row.body is None:
        raise errors.NotFound(f"QuestionnaireResponse/{filled.response_id}")
    if row.version != filled.base:
        raise errors.Stale(f"QuestionnaireResponse/{filled.response_id}", row.version)
    return recall(row.body)


def _response(
    services: Services, caller: Caller, form: Mapping[str, Any], filled: Filled, earlier: Resource | None
) -> Resource:
    given = response_from_fields(form, with_days_read(form, filled.fields))
    response = {
        "resourceType": "QuestionnaireResponse",
        "id": filled.response_id,
        **_late(services, filled.day, earlier),
        "questionnaire": given["questionnaire"],
        "status": "amended" if earlier else "completed",
        "subject": {"reference": filled.subject},
        **({"encounter": {"reference": filled.encounter}} if filled.encounter else {}),
        "authored": happened_at(services, filled.day),
        **({"author": {"reference": caller.person_reference}} if caller.person_reference else {}),
        **({"item": given["item"]} if "item" in given else {}),
    }
    if issues := validate(form, response):
        raise errors.Refused(*issues)
    return response


def _late(services: Services, day: date, earlier: Resource | None) -> Resource:
    """The mark stays with an amended response: when it was first written down does not change."""
    if day > services.today():
        raise errors.Refused(Issue("business-rule", "form.day-in-future", "", {"day": day}))
    if earlier is not None:
        return {"extension": earlier["extension"]} if "extension" in earlier else {}
    if day == services.today():
        return {}
    return {"extension": [{"url": LATE_ENTRY, "valueDateTime": written_at(services)}]}


def _extracted(
    services: Services,
    connection: Connection,
    form: Mapping[str, Any],
    response: Resource,
    earlier: Resource | None,
) -> list[Change]:
    found = extract(form, response)
    kept = {resource["id"] for resource in found}
    if earlier is not None:
        old_form = services.forms.get(str(earlier["questionnaire"]), form)
        gone = extract(old_form, earlier | {"status": "entered-in-error"})
        found += [one for one in gone if one["id"] not in kept and version_of(connection, "Observation", one["id"])]
    return [put(connection, resource) for resource in found]
