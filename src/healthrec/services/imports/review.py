"""Looking at the rows of a dry run and deciding about them. Deciding writes nothing into the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from healthrec.fhir.facts import differs_from
from healthrec.fhir.json import recall
from healthrec.services.context import Caller, Services
from healthrec.services.imports.allowed import batch_of
from healthrec.services.imports.batches import Batch, detail_of, get, not_open, states_of
from healthrec.services.imports.documents import id_for
from healthrec.services.imports.rows import Row, row_of
from healthrec.store import children, imports, projections, resources
from healthrec.store.engine import Connection

ROWS_ON_A_PAGE = 50
_REASON_CHARS = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child in sight who may be the one of a row. `place` is his class today, Chinese and English."""

    id: str
    name: str
    birth_date: date | None
    sex: str
    place: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a batch's rows. `after` and `before` are positions for the neighbouring pages, None where none is."""

    batch: Batch
    rows: tuple[Row, ...]
    candidates: Mapping[str, Candidate]
    first: int
    next_after: int | None
    previous_after: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a row: a child's id, "new" or "" (not yet); taken or left out; a reason; whether its values
    are saved as they were probably meant."""

    choice: str = ""
    take: bool = True
    reason: str = ""
    fix: bool = False


def page(services: Services, caller: Caller, batch_id: str, state: str = "", after: int = -1) -> Page:
    """The next rows of a batch in a state, "" for all. Raises NotFound."""
    batch = get(services, caller, batch_id)
    with services.database.read() as connection:
        found = imports.items(connection, batch_id, states_of(state), after, ROWS_ON_A_PAGE + 1)
        rows = tuple(row_of(item) for item in found[:ROWS_ON_A_PAGE])
        candidates = _candidates(services, connection, caller, rows)
        previous = None
        if after >= 0:
            previous = imports.before(connection, batch_id, states_of(state), after + 1, ROWS_ON_A_PAGE)
    shown = tuple(sorted({key for key, _ in candidates.values()}))
    if shown:
        event = caller.audit(services, "view", f"page:/import/{batch_id}", count=len(shown), children=shown)
        services.committer.commit(event)
    more = rows[-1].position if len(found) > ROWS_ON_A_PAGE else None
    return Page(batch, rows, {id_: one for id_, (_, one) in candidates.items()}, after + 1, more, previous)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dose of the import that contradicts the record and waits for a decision."""

    child_id: str
    name: str
    vaccine: str
    day: date


def waiting(services: Services, caller: Caller, batch_id: str, count: int = 100) -> list[Waiting]:
    """Doses of a saved import of which record and file still tell otherwise, as far as the caller may see them."""
    found: list[Waiting] = []
    shown: set[int] = set()
    with services.database.read() as connection:
        batch_of(services, connection, caller, batch_id)
        for item in imports.items(connection, batch_id, ("saved",), -1, 1_000_000):
            row = row_of(item)
            if not row.verdict.differs or len(found) == count:
                continue
            dose = resources.read(connection, caller.viewer, "Immunization", id_for(batch_id, row.position, "dose"))
            body = recall(dose.body) if dose and dose.body else {}
            if body.get("status") == "completed" and differs_from(body):
                name = _name_of(connection, item.child)
                found.append(Waiting(row.choice, name, row.data["vaccine"], date.fromisoformat(row.data["day"])))
                shown.add(item.child)
    if shown:
        children_shown = tuple(sorted(shown))
        event = caller.audit(services, "view", f"page:/import/{batch_id}", count=len(shown), children=children_shown)
        services.committer.commit(event)
    return found


def _name_of(connection: Connection, key: int) -> str:
    child = projections.child_row(connection, key)
    return child.name if child else ""


def decide(
    services: Services,
    caller: Caller,
    batch_id: str,
    decisions: Mapping[int, Decision],
    add_classes: bool | None = None,
) -> int:
    """Keep decisions about rows by position. A choice that was not offered counts as none.

    Answers for how many rows another child was chosen and something is to be said of that: those want a look first.
    """
    with services.database.write() as connection:
        batch = batch_of(services, connection, caller, batch_id)
        if batch.state != "mapped":
            raise not_open()
        rows = [row_of(item) for item in imports.items_at(connection, batch_id, sorted(decisions))]
        look_again = sum(_apply(row, decisions[row.position]) for row in rows)
        if batch.kind == "doses":
            rows += _same_child(connection, batch_id, rows)
        imports.set_items(connection, batch_id, [row.item() for row in rows])
        if add_classes is not None:
            detail = detail_of(batch)
            detail.add_classes = add_classes
            imports.change_batch(connection, batch_id, detail=detail.text())
    return look_again


def give_reason(services: Services, caller: Caller, batch_id: str, reason: str) -> int:
    """One reason for every implausible value that still waits for one; how many rows that were."""
    with services.database.write() as connection:
        if batch_of(services, connection, caller, batch_id).state != "mapped":
            raise not_open()
        waiting = [row_of(item) for item in imports.items(connection, batch_id, ("ask",), -1, 1_000_000)]
        rows = [row for row in waiting if row.waits_for_reason]
        for row in rows:
            row.reason = reason.strip()[:_REASON_CHARS]
        imports.set_items(connection, batch_id, [row.item() for row in rows])
    return len(rows)


def fix_all(services: Services, caller: Caller, batch_id: str) -> int:
    """Save every value that was probably meant otherwise as it was meant (a whole column in jin); how many rows."""
    with services.database.write() as connection:
        if batch_of(services, connection, caller, batch_id).state != "mapped":
            raise not_open()
        waiting = [row_of(item) for item in imports.items(connection, batch_id, ("ask",), -1, 1_000_000)]
        rows = [row for row in waiting if row.verdict.meant and not row.fixed]
        for row in rows:
            row.fixed = True
        imports.set_items(connection, batch_id, [row.item() for row in rows])
    return len(rows)


def _apply(row: Row, decision: Decision) -> bool:
    """Whether a choice was changed of which something is to be said."""
    if row.saved:
        return False
    before = row.choice
    if row.candidates:
        row.choice = decision.choice if decision.choice in row.verdicts else "" if row.asks else row.choice
    changed, verdict = row.choice != before, row.verdict
    row.take = decision.take and (verdict.take or not changed)
    row.reason = decision.reason.strip()[:_REASON_CHARS]
    row.fixed = decision.fix and bool(verdict.meant)
    return changed and decision.take and any(problem["severity"] != "note" for problem in verdict.problems)


def _same_child(connection: Connection, batch_id: str, decided: list[Row]) -> list[Row]:
    """A list of doses has many rows of one child: who it is, is decided once for all of them."""
    chosen = {tuple(row.data["person"]): row.choice for row in decided if row.asks and row.choice}
    if not chosen:
        return []
    known = {row.position for row in decided}
    waiting = [row_of(item) for item in imports.items(connection, batch_id, ("ask",), -1, 1_000_000)]
    others = [row for row in waiting if row.position not in known and tuple(row.data["person"]) in chosen]
    for row in others:
        choice = chosen[tuple(row.data["person"])]
        row.choice = choice if choice in row.verdicts else row.choice
    return others


def _candidates(
    services: Services, connection: Connection, caller: Caller, rows: tuple[Row, ...]
) -> dict[str, tuple[int, Candidate]]:
    """Those whom the caller may still see, by id."""
    found: dict[str, tuple[int, Candidate]] = {}
    for id_ in {one["id"] for row in rows for one in row.candidates}:
        key = _visible_key(connection, caller, id_)
        child = projections.child_row(connection, key) if key else None
        if child is None:
            continue
        place = children.places_of(connection, [key], services.today().toordinal()).get(key)
        born = date.fromordinal(child.birth_day) if child.birth_day else None
        names = (place.name, place.name_en) if place else ("", "")
        found[id_] = (key, Candidate(id_, child.name, born, child.sex, names))
    return found


def _visible_key(connection: Connection, caller: Caller, id_: str) -> int:
    if caller.unbounded:
        row = resources.find(connection, "Patient", id_)
        return row.key if row else 0
    seen = children.visible_row(connection, caller.viewer, id_)
    return seen.key if seen else 0
