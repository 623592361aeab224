"""How the forecasts of a stored child came about, for whoever runs commands on the machine."""

from __future__ import annotations

from datetime import date

from healthrec import errors
from healthrec.domain.immunization import Explanation, explain
from healthrec.pages.vaccine_reasoning import Given, reasoning
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.facts import told_by
from healthrec.services.screening.children import Child
from healthrec.store import projections, rebuild, resources
from healthrec.store.engine import Connection
from healthrec.wording import Translator

_MOST = 100_000


def explain_child(services: Services, caller: Caller, child_id: str, on: date, words: Translator) -> tuple[str, ...]:
    """The reasoning in lines, asked on a day, from everything on record. Audited. Raises NotFound.

    The caller is one whom no filter holds (`operator`).
    """
    with services.database.read() as connection:
        child = _child(connection, child_id)
        documents = rebuild.after_key(connection, 0, _MOST, child.key)
        found = told_by(services, connection, child, documents, on)
    services.committer.commit(caller.audit(services, "view", f"Patient/{child_id}", child=child.key, count=1))
    explained: tuple[Explanation, ...] = explain(
        found.schedule, found.who, found.doses, found.conditions, on, found.options
    )
    given = {one.id: Given(one.vaccine, one.day) for one in found.doses}
    return tuple(reasoning(found.course, explained, given, child.birth, words))


def _child(connection: Connection, id_: str) -> Child:
    kept = resources.find(connection, "Patient", id_)
    row = projections.child_row(connection, kept.key) if kept and not kept.deleted else None
    if row is None or not row.birth_day:
        raise errors.NotFound(f"Patient/{id_}")
    birth = date.fromordinal(row.birth_day)
    return Child(row.key, row.id, row.name, row.sex, birth, row.birth_order, row.gestation_days, None)
