"""A finished form about a vaccination, to be read again: the questions before a dose, a report of a reaction, an entrance check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec import errors
from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.services.forms.times import day_of
from healthrec.services.forms.versions import Version, versions_of
from healthrec.services.screening.children import Child, child_for
from healthrec.store import resources

FORMS = ("vaccination-screening", "aefi-report", "entrance-check")
_ADDRESSES = tuple(f"{BASE}Questionnaire/{name}|" for name in FORMS)


@dataclass(frozen=True, slots=True)
class Answered:
    """`response` is the QuestionnaireResponse; `day` when it happened; `versions` newest first."""

    child: Child
    response: dict[str, Any]
    day: date
    versions: tuple[Version, ...]


def answered(services: Services, caller: Caller, child_id: str, id_: str) -> Answered:
    """The form as it was filled in. Raises NotFound."""
    with services.database.read() as connection:
        child = child_for(connection, caller, child_id)
        row = resources.read(connection, caller.viewer, "QuestionnaireResponse", id_)
        response = recall(row.body) if row and row.body else {}
        if row is None or row.child != child.key or not str(response.get("questionnaire")).startswith(_ADDRESSES):
            raise errors.NotFound(f"QuestionnaireResponse/{id_}")
        versions = versions_of(services, connection, row.key, row.version)
    entity = f"QuestionnaireResponse/{id_}/_history/{row.version}"
    services.committer.commit(caller.audit(services, "view", entity, child=child.key, count=1))
    return Answered(child, response, day_of(str(response["authored"])), versions)
