"""One answered table of warning signs, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from healthrec import errors
from healthrec.services.context import Caller, Services
from healthrec.services.forms.submit import LATE_ENTRY
from healthrec.services.forms.times import late_since
from healthrec.services.forms.versions import Version, versions_of
from healthrec.services.screening.children import Child, resources_of
from healthrec.services.screening.record_signs import may_screen, read_screening
from healthrec.services.screening.summary import Screening, screenings
from healthrec.store import resources


@dataclass(frozen=True, slots=True)
class ShownScreening:
    """`questionnaire` is url|version; `late_since`: it was entered late, at that instant; `versions` newest first."""

    child: Child
    screening: Screening
    questionnaire: str
    late_since: datetime | None
    versions: tuple[Version, ...]
    may_amend: bool


def show_screening(services: Services, caller: Caller, id_: str) -> ShownScreening:
    """The answers of one table. Raises NotFound."""
    with services.database.read() as connection:
        version, response, child = read_screening(connection, caller, id_)
        requests = resources_of(connection, caller, child.key, "ServiceRequest")
        row = resources.find(connection, "QuestionnaireResponse", id_)
        versions = versions_of(services, connection, row.key, version) if row else ()
    found = screenings(services, [response, *requests])
    if not found:
        raise errors.NotFound(f"QuestionnaireResponse/{id_}")
    entity = f"QuestionnaireResponse/{id_}/_history/{version}"
    services.committer.commit(caller.audit(services, "view", entity, child=child.key, count=1))
    late = late_since(response, LATE_ENTRY)
    return ShownScreening(child, found[0], str(response["questionnaire"]), late, versions, may_screen(services, caller))
