"""Which health guide serves which nursery, from a first to a last day; who is covered today, and where two overlap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from healthrec import errors
from healthrec.errors import Issue
from healthrec.services.accounts.powers import demand
from healthrec.services.admin.entering import PAGE, enter
from healthrec.services.admin.staff import RoleWanted, add_role
from healthrec.services.context import Caller, Services
from healthrec.store import accounts, admin
from healthrec.store.admin import PlaceRow, RoleRow

_MOST_GUIDES = 2000
_MOST_NURSERIES = 3000


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment; `id` is the PractitionerRole's. `overlaps` when another guide serves the nursery at the same time."""

    id: str
    row: RoleRow
    guide: str
    overlaps: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """A nursery with its assignments, the latest first."""

    nursery: PlaceRow
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A page of nurseries. `without` counts all that no guide serves today; `after` is the id behind which the next page
    begins, "" on the last."""

    rows: tuple[Covered, ...]
    without: int
    after: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """Whom and what a new assignment can name: (key's id, name) of guides, and nurseries."""

    guides: tuple[tuple[str, str], ...]
    nurseries: tuple[PlaceRow, ...]


def coverage(
    services: Services, caller: Caller, *, word: str = "", unguided: bool = False, after: str = ""
) -> Coverage:
    """Nurseries by name with who serves them; only those without a guide today when asked for."""
    enter(services, caller, "settings", "/assignments")
    today = services.today().toordinal()
    with services.database.read() as connection:
        begin = admin.place(connection, after) if after else None
        place = (begin.name, begin.key) if begin else ("", 0)
        found = admin.nurseries(connection, word, place, today, PAGE + 1, unguided=unguided)
        shown = found[:PAGE]
        rows = [row for row in admin.guides_of(connection, [one.key for one in shown]) if row.date_to > today - 366]
        names = admin.names_of(connection, sorted({row.person for row in rows}))
        ids = accounts.ids_of(connection, [row.source for row in rows])
        without = admin.count_unguided(connection, today)
    covered = [
        Covered(one, _assignments([row for row in rows if row.organization == one.key], names, ids)) for one in shown
    ]
    return Coverage(tuple(covered), without, shown[-1].id if len(found) > PAGE else "")


def candidates(services: Services, caller: Caller) -> Candidates:
    """The choices of the form for a new assignment."""
    demand(services, caller, "settings")
    with services.database.read() as connection:
        keys = admin.guides(connection, _MOST_GUIDES)
        names, ids = admin.names_of(connection, keys), accounts.ids_of(connection, keys)
        nurseries = admin.places_of_kinds(connection, ["nursery"], _MOST_NURSERIES)
    guides = sorted((names.get(key, ""), ids[key]) for key in keys)
    return Candidates(tuple((id_, name) for name, id_ in guides), tuple(nurseries))


def assign(services: Services, caller: Caller, guide: str, wanted: RoleWanted, *, command_id: str = "") -> str:
    """Assign a guide (a Practitioner's id); gives the PractitionerRole's id. Raises Refused with names of form fields."""
    demand(services, caller, "settings")
    if not guide:
        raise errors.Refused(Issue("required", "admin.guide-needed", "guide"))
    try:
        return add_role(services, caller, guide, wanted, command_id=command_id)
    except errors.Refused as error:
        raise errors.Refused(*(_of_this_form(issue) for issue in error.issues)) from None


def _of_this_form(issue: Issue) -> Issue:
    field = "nursery" if issue.expression == "organization" else issue.expression
    return Issue(issue.code, issue.key, field, issue.params)


def _assignments(rows: list[RoleRow], names: dict[int, str], ids: dict[int, str]) -> tuple[Assignment, ...]:
    ordered = sorted(rows, key=lambda row: (row.date_from, row.date_to))
    crossing = {row.source for pair in pairwise(ordered) if _cross(*pair) for row in pair}
    return tuple(Assignment(ids[row.source], row, names.get(row.person, ""), row.source in crossing) for row in rows)


def _cross(first: RoleRow, second: RoleRow) -> bool:
    return second.date_from < first.date_to and first.person != second.person
