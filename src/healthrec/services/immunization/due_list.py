"""Who is due or overdue, by place and vaccine: every child of the caller in one bucket, none hidden without a count and a reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from healthrec import errors
from healthrec.domain.access import BIT
from healthrec.domain.due import ALL, ENTRANCE
from healthrec.services.contacts.on_lists import rate
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.keep_dates import keep_some
from healthrec.services.schedules import schedules
from healthrec.store import admin, children, due_lists, projections
from healthrec.store.admin import PlaceRow
from healthrec.store.children import ChildRow, Place
from healthrec.store.due_lists import BUCKETS, NOWHERE, Bucket, Item, Listed, Question
from healthrec.store.engine import Connection

OPEN: tuple[Bucket, ...] = ("late", "due")
"""What is to be done now, the most urgent first."""

VACCINATION, IN_NURSERY = "vaccination", "entrance"
"""Lists of the contact log: the clinic's, and that of a nursery, which is told no vaccine."""

PAGE = 50
_WHOLE = 3000
"""A panel of so many children is read as a whole and counted exactly."""

_FEW_NURSERIES = 20
_ROLES = frozenset({"doctor", "vaccinator", "nurse", "guide"})


@dataclass(frozen=True, slots=True)
class Filters:
    """As in the address: `vaccine` an antigen, `at` the id of an organisation or "none", `show` a bucket or "open" for what is to
    be done, `after` where the page before ended."""

    vaccine: str = ""
    at: str = ""
    show: str = "open"
    after: str = ""


@dataclass(frozen=True, slots=True)
class DueChild:
    """A child with why it is listed; `items` are its vaccines as far as the caller may know of them."""

    row: ChildRow
    place: Place | None
    listed: Listed
    items: tuple[Item, ...]

    @property
    def standing(self) -> str:
        """Its bucket; "unseen" where it would be late but no dose at all is on record: who moved in has been vaccinated elsewhere."""
        unseen = bool(self.items) and all(one.last_given is None for one in self.items)
        return "unseen" if unseen and self.listed.bucket == "late" else self.listed.bucket


@dataclass(frozen=True, slots=True)
class DueList:
    """A page of children, and how many are in each bucket (above `due_lists.MOST` only for a panel read as a whole). `nowhere`
    are those to be done who are in no nursery, where a nursery was asked for. `called` and `came`: called lately, and had a
    dose since (for a large panel only beside those who wait). `plain`: the caller is told only complete, catch-up or deferred."""

    rows: tuple[DueChild, ...]
    counts: Mapping[Bucket, int]
    exact: bool
    after: str
    plain: bool
    places: tuple[PlaceRow, ...]
    vaccines: tuple[str, ...]
    nowhere: int = 0
    called: int = 0
    came: int = 0


def sees_vaccines(caller: Caller) -> bool:
    """Whether the caller may know which vaccine; a nursery may not."""
    return bool(caller.viewer.classes & BIT["immunization"])


def contact_list(caller: Caller) -> str:
    """The list on whose account the caller calls families about vaccination."""
    return VACCINATION if sees_vaccines(caller) else IN_NURSERY


def due_list(services: Services, caller: Caller, filters: Filters, count: int = PAGE) -> DueList:
    """The list as of today. Raises NotAllowed for a role that has none, NotFound for an unknown place, vaccine or bucket."""
    if not _ROLES.intersection(caller.roles):
        raise errors.NotAllowed("access.role-may-not")
    plain = not sees_vaccines(caller)
    vaccines = () if plain else tuple(schedules(services.rulebook).rules.schedule(services.today()).by_antigen)
    if filters.vaccine not in ("", *vaccines) or filters.show not in ("open", *BUCKETS):
        raise errors.NotFound(filters.vaccine[:20] or filters.show[:20])
    keep_some(services)
    with services.database.read() as connection:
        asked = _question(services, connection, caller, filters, plain)
        found = _Found(connection, caller, asked, filters, count, BUCKETS)
        nowhere = _nowhere(connection, caller, asked) if asked.places and filters.at != "none" else 0
        rated = not plain and (found.exact or filters.show == "waiting")
        called, came = rate(services, connection, caller, VACCINATION) if rated else (0, 0)
        places = _places(connection, caller, plain, filters.at)
        rows = children_listed(connection, caller, found.page, asked.day)
    keys = tuple(row.row.key for row in rows)
    services.committer.commit(caller.audit(services, "search", "page:/due", count=len(keys), children=keys))
    return DueList(rows, found.counts, found.exact, found.after, plain, places, vaccines, nowhere, called, came)


def first_due(services: Services, caller: Caller, count: int) -> DueList:
    """The first of those who are due or late, and how many they are: for a first page, which has no filters."""
    keep_some(services)
    with services.database.read() as connection:
        asked = _question(services, connection, caller, Filters(), plain=False)
        found = _Found(connection, caller, asked, Filters(), count, OPEN)
        called, came = rate(services, connection, caller, VACCINATION) if found.exact else (0, 0)
        rows = children_listed(connection, caller, found.page, asked.day)
    keys = tuple(row.row.key for row in rows)
    services.committer.commit(caller.audit(services, "search", "page:/due", count=len(keys), children=keys))
    return DueList(rows, found.counts, found.exact, found.after, False, (), (), 0, called, came)


class _Found:
    """Counts and one page, read as a whole or walked."""

    def __init__(
        self,
        connection: Connection,
        caller: Caller,
        asked: Question,
        filters: Filters,
        count: int,
        counted: Sequence[Bucket],
    ) -> None:
        wanted = OPEN if filters.show == "open" else tuple(name for name in BUCKETS if name == filters.show)
        self.exact = reads_whole(connection, caller, asked)
        self.counts: Mapping[Bucket, int]
        place = _place_after(filters.after)
        if self.exact:
            self.counts, rows = _whole(connection, caller, asked, wanted, place, count + 1)
        else:
            self.counts = due_lists.counts(connection, caller.viewer, asked, counted)
            rows = _walked(connection, caller, asked, wanted, place, count + 1)
        self.page = rows[:count]
        last = self.page[-1] if len(rows) > count else None
        self.after = f"{last.bucket}.{last.since}.{last.key}" if last else ""


def listed_in(
    connection: Connection, caller: Caller, asked: Question, wanted: Sequence[Bucket], count: int
) -> list[Listed]:
    """The children of the buckets wanted, bucket by bucket."""
    place = _place_after("")
    if reads_whole(connection, caller, asked):
        return _whole(connection, caller, asked, wanted, place, count)[1]
    return _walked(connection, caller, asked, wanted, place, count)


def reads_whole(connection: Connection, caller: Caller, asked: Question) -> bool:
    """Whether the children asked for are few enough to be read as a whole: those of a place, or of a small panel."""
    somewhere = bool(asked.places) and asked.places != NOWHERE
    return somewhere or children.panel_size(connection, caller.viewer, _WHOLE + 1) <= _WHOLE


_After = tuple[str, int, int]


def _place_after(text: str) -> _After:
    """(bucket, since, key) after which to go on; the beginning for anything else."""
    bucket, _, rest = text.partition(".")
    since, _, key = rest.partition(".")
    if bucket in BUCKETS and since.isdecimal() and key.isdecimal() and len(rest) < 30:
        return bucket, int(since), int(key)
    return "", 0, 0


def _whole(
    connection: Connection, caller: Caller, asked: Question, wanted: Sequence[Bucket], after: _After, count: int
) -> tuple[Counter[Bucket], list[Listed]]:
    everybody = due_lists.whole(connection, caller.viewer, asked)
    everybody += due_lists.undated(connection, caller.viewer, asked)
    begun = wanted.index(after[0]) if after[0] in wanted else 0
    listed = (
        one
        for at, bucket in enumerate(wanted)
        for one in everybody
        if one.bucket == bucket and at >= begun and (at > begun or (one.since, one.key) > after[1:])
    )
    return Counter(one.bucket for one in everybody), list(islice(listed, count))


def _walked(
    connection: Connection, caller: Caller, asked: Question, wanted: Sequence[Bucket], after: _After, count: int
) -> list[Listed]:
    found: list[Listed] = []
    for bucket in wanted[wanted.index(after[0]) if after[0] in wanted else 0 :]:
        place = after[1:] if bucket == after[0] else (0, 0)
        found += due_lists.page(connection, caller.viewer, asked, bucket, place, count - len(found))
        if len(found) == count:
            break
    return found


def _question(services: Services, connection: Connection, caller: Caller, filters: Filters, plain: bool) -> Question:
    line = ENTRANCE if plain else filters.vaccine or ALL
    places: tuple[int, ...] = NOWHERE if filters.at == "none" else ()
    if filters.at and filters.at != "none":
        row = admin.place(connection, filters.at)
        if row is None:
            raise errors.NotFound(f"Organization/{filters.at[:64]}")
        places = tuple(projections.descendants(connection, row.key))
    return Question(line, contact_list(caller), services.today().toordinal(), places)


def _nowhere(connection: Connection, caller: Caller, asked: Question) -> int:
    elsewhere = Question(asked.line, asked.list, asked.day, NOWHERE)
    if reads_whole(connection, caller, elsewhere):
        return sum(one.bucket in OPEN for one in due_lists.whole(connection, caller.viewer, elsewhere))
    return sum(len(due_lists.page(connection, caller.viewer, elsewhere, name, (0, 0), due_lists.MOST)) for name in OPEN)


def _places(connection: Connection, caller: Caller, plain: bool, at: str) -> tuple[PlaceRow, ...]:
    """Where the list can be narrowed to: clinics and nurseries of the directory, with the classes of each where nurseries are few,
    else of the one chosen (`at`, it or a class of it); for a nursery its own classes."""
    if plain:
        return tuple(admin.classes_of(connection, [caller.organization]))
    clinics = admin.places_of_kinds(connection, ["health-centre"], 100)
    nurseries = admin.places_of_kinds(connection, ["nursery"], 400)
    chosen = admin.place(connection, at) if at not in ("", "none") else None
    near = {chosen.key, chosen.parent} if chosen else set()
    opened = [one.key for one in nurseries if len(nurseries) <= _FEW_NURSERIES or one.key in near]
    below: dict[int, list[PlaceRow]] = defaultdict(list)
    for one in admin.classes_of(connection, opened):
        below[one.parent].append(one)
    return (*clinics, *(part for one in nurseries for part in (one, *below[one.key])))


def children_listed(connection: Connection, caller: Caller, listed: Sequence[Listed], day: int) -> tuple[DueChild, ...]:
    """The children of these rows, with places on the day and their vaccines. For rows that the filter gave."""
    keys = [one.key for one in listed]
    rows = {row.key: row for row in children.rows_of(connection, keys)}
    places = children.places_of(connection, keys, day)
    items: dict[int, list[Item]] = defaultdict(list)
    for one in due_lists.items(connection, caller.viewer, keys):
        items[one.child].append(one)
    return tuple(
        DueChild(rows[one.key], places.get(one.key), one, tuple(items[one.key])) for one in listed if one.key in rows
    )
