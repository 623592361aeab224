"""How the duty of each quarter stands at each nursery: rows of the store, judged by the pure core."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from healthrec.domain.duties import Assignment, DutyFinding, DutyRule, Quarter, duty_state
from healthrec.services.duties.quarters import KIND
from healthrec.store import duties
from healthrec.store.access import FOREVER
from healthrec.store.duties import Assigned
from healthrec.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one nursery in a span of quarters."""

    assignments: tuple[Assignment, ...]
    visits: tuple[date, ...]
    guides: tuple[Assigned, ...]

    def finding(self, rule: DutyRule, quarter: Quarter, on: date) -> DutyFinding:
        """How one quarter stands on the day `on`."""
        return duty_state(rule, quarter, self.assignments, self.visits, on)

    def guide_on(self, day: date) -> int:
        """The key of the guide assigned on that day, 0 for none."""
        number = day.toordinal()
        return next((one.person for one in self.guides if one.date_from <= number < one.date_to), 0)


def standings(connection: Connection, keys: Sequence[int], first: Quarter, last: Quarter) -> dict[int, Standing]:
    """Nursery key → its standing, for quarters from `first` to `last`.

    A visit made for an earlier quarter but after its end counts for the quarter in which it was made, so one quarter more
    is read.
    """
    start, end = first.start.toordinal(), last.end.toordinal()
    visits: dict[int, list[date]] = defaultdict(list)
    for row in duties.duties(connection, KIND, keys, first.shifted(-1).start.toordinal(), end):
        if row.status == "completed" and row.done_day:
            visits[row.organization].append(date.fromordinal(row.done_day))
    assigned: dict[int, list[Assigned]] = defaultdict(list)
    for one in duties.guides(connection, keys, start, end):
        assigned[one.organization].append(one)
    return {
        key: Standing(tuple(map(_assignment, assigned[key])), tuple(visits[key]), tuple(assigned[key])) for key in keys
    }


def _assignment(row: Assigned) -> Assignment:
    last = None if row.date_to >= FOREVER else date.fromordinal(row.date_to) - timedelta(days=1)
    return Assignment(date.fromordinal(row.date_from), last)
