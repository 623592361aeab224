"""What children need on a day: from the dates that are kept, or worked out live where those hold no longer by then."""

from __future__ import annotations

from datetime import date

from healthrec.domain.due import ALL, Line, lines_of
from healthrec.pages.due_list import Need
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.facts import told
from healthrec.services.screening.children import child_for
from healthrec.store.access import FOREVER
from healthrec.store.due_lists import Item
from healthrec.store.engine import Connection

_SHOWN = ("overdue", "due", "contraindicated", "deferred", "conditional", "doctor")


def needs_on(items: tuple[Item, ...], on: date) -> tuple[Need, ...]:
    """What is open or held on the day, the most urgent first."""
    return _ordered([_line(one) for one in items], on)


def holds_on(items: tuple[Item, ...], on: date) -> bool:
    """Whether the kept dates still say what is so on the day."""
    return all(one.holds_until > on.toordinal() for one in items)


def live_needs(services: Services, connection: Connection, caller: Caller, child_id: str, on: date) -> tuple[Need, ...]:
    """The same, worked out from the record as of the day. The caller audits."""
    found = told(services, connection, caller, child_for(connection, caller, child_id), on)
    return _ordered([line for line in lines_of(found.course) if line.antigen != ALL], on)


def _ordered(lines: list[Line], on: date) -> tuple[Need, ...]:
    needs = [_need(line, standing) for line in lines if (standing := line.standing(on)) in _SHOWN]
    begun = [one for one in needs if one.since <= on]
    return tuple(sorted(begun, key=lambda one: (_SHOWN.index(one.standing), one.since, one.vaccine)))


def _need(line: Line, standing: str) -> Need:
    since = {"overdue": line.late_from, "due": line.due_from}.get(standing, line.held_from)
    until = line.held_to if standing == "deferred" and line.held_to != date.max else None
    return Need(line.vaccine, line.number, standing, since, until, line.held_why)


def _line(item: Item) -> Line:
    return Line(
        item.antigen,
        item.vaccine,
        item.number,
        complete=bool(item.complete),
        due_from=_day(item.due_from),
        late_from=_day(item.late_from),
        over_from=_day(item.over_from),
        held=item.held,  # type: ignore[arg-type]  # written from a Line
        held_why=item.held_why,
        held_from=_day(item.held_from),
        held_to=_day(item.held_to),
    )


def _day(ordinal: int) -> date:
    return date.max if ordinal >= FOREVER else date.fromordinal(max(ordinal, 1))
