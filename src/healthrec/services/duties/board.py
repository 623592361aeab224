"""The board: nursery × quarter, each cell with its state on the day asked for and the way to its evidence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from healthrec.domain.duties import DutyState, Quarter
from healthrec.services.context import Caller, Services
from healthrec.services.duties.quarters import KIND
from healthrec.services.duties.standing import Standing, standings
from healthrec.store import duties
from healthrec.store.duties import Nursery
from healthrec.store.engine import Connection

PAST_QUARTERS = 4
PAGE = 50
STATES: tuple[DutyState, ...] = get_args(DutyState)


@dataclass(frozen=True, slots=True)
class Cell:
    """One quarter at one nursery. `done_on` and `due_on` where there are such days; `may_fill`: the caller can write it."""

    quarter: Quarter
    state: DutyState
    due_on: date | None
    done_on: date | None
    may_fill: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One nursery with its guide of today ("" for none)."""

    id: str
    name: str
    name_en: str
    guide: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One page of it; `quarters` from this one back. `totals` counts the chosen quarter over all nurseries of the caller, whatever the page shows."""

    quarters: tuple[Quarter, ...]
    chosen: Quarter
    rows: tuple[Row, ...]
    totals: tuple[tuple[DutyState, int], ...]
    page: int
    pages: int
    nurseries: int


def board(
    services: Services, caller: Caller, *, chosen: Quarter | None = None, state: str = "", page: int = 1
) -> Board:
    """The nurseries whose own work the caller may see; `state` keeps those that stand so in the chosen quarter."""
    today = services.today()
    now = Quarter.of(today)
    quarters = tuple(now.shifted(-ago) for ago in range(PAST_QUARTERS + 1))
    counted = chosen if chosen in quarters else now
    with services.database.read() as connection:
        mine = duties.nurseries(connection, caller.viewer)
        states = _states(services, connection, mine, counted, today)
        wanted = [one for one in mine if not state or states[one.key] == state]
        pages = max(1, -(-len(wanted) // PAGE))
        number = min(max(page, 1), pages)
        rows = _rows(services, connection, caller, wanted[(number - 1) * PAGE : number * PAGE], quarters)
    totals = Counter(states.values())
    event = caller.audit(services, "view", "page:/board", count=len(rows))
    services.committer.commit(event)
    counts = tuple((name, totals[name]) for name in STATES if totals[name])
    return Board(quarters, counted, rows, counts, number, pages, len(mine))


def may_visit(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller may write a guide's visit at all."""
    form = {"resourceType": "QuestionnaireResponse", "questionnaire": _FORM, "subject": {"reference": "Organization/x"}}
    return caller.unbounded or any(services.rights.may_write(role, "create", form) for role in caller.roles)


def names_of(connection: Connection, keys: Sequence[int]) -> dict[int, str]:
    """The names of these people of the house."""
    found = duties.bodies(connection, sorted({key for key in keys if key}))
    return {key: name_in(body) for key, body in found.items()}


def name_in(body: str) -> str:
    """The name in the text of a Practitioner or RelatedPerson, "" when it has none."""
    names = json.loads(body).get("name") or [{}]
    return str(names[0].get("text", ""))


_FORM = "https://healthrec.example/fhir/Questionnaire/guide-visit"


def _states(
    services: Services, connection: Connection, mine: Sequence[Nursery], quarter: Quarter, today: date
) -> dict[int, DutyState]:
    rule = services.rulebook.duty(KIND, quarter.start)
    known = standings(connection, [one.key for one in mine], quarter, quarter)
    return {key: standing.finding(rule, quarter, today).state for key, standing in known.items()}


def _rows(
    services: Services, connection: Connection, caller: Caller, shown: Sequence[Nursery], quarters: Sequence[Quarter]
) -> tuple[Row, ...]:
    today, writes = services.today(), may_visit(services, caller)
    known = standings(connection, [one.key for one in shown], quarters[-1], quarters[0])
    guides = {key: standing.guide_on(today) for key, standing in known.items()}
    names = names_of(connection, list(guides.values()))
    return tuple(
        Row(
            one.id,
            one.name,
            one.name_en,
            names.get(guides[one.key], ""),
            tuple(_cell(services, known[one.key], quarter, today, writes) for quarter in quarters),
        )
        for one in shown
    )


def _cell(services: Services, standing: Standing, quarter: Quarter, today: date, writes: bool) -> Cell:
    found = standing.finding(services.rulebook.duty(KIND, quarter.start), quarter, today)
    fills = writes and found.done_on is None and found.state != "upcoming"
    return Cell(quarter, found.state, found.due_date, found.done_on, fills)
