"""The statistics of entrance checks by nursery and period, and the children behind each figure for those who may see them.

A period is a nursery year (``2026``: the one that begins in autumn 2026) or a quarter (``2026-4``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from healthrec import errors
from healthrec.domain.access import BIT
from healthrec.domain.duties import Quarter
from healthrec.domain.entrance import EntranceRule, standing
from healthrec.domain.entrance_statistics import (
    FIGURES,
    Counts,
    Entry,
    Figure,
    Known,
    Left,
    Period,
    count,
    entries,
    figures_of,
)
from healthrec.services.context import Caller, Services
from healthrec.services.duties.quarters import quarter_of, text_of
from healthrec.services.immunization.entrance import FORM_URL, checks_in, enrolled_from, may_assess
from healthrec.store import children, duties
from healthrec.store import entrance_statistics as store
from healthrec.store.children import ChildRow
from healthrec.store.engine import Connection
from healthrec.store.entrance_statistics import Place, Row

_YEARS, _QUARTERS = 3, 5
"""So many periods back are offered, this one included; an older one is found by its address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """As in the address: a period ("" for this nursery year), a nursery's id ("" for all)."""

    period: str = ""
    nursery: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of a nursery, or of a class where one nursery is shown; `named` are those behind which the caller may see a child."""

    place: Place
    counts: Counts
    named: frozenset[Figure]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The table. `text` names the period, `until` is its last day or today; `nursery` where one alone is shown, by class then;
    `left_out` counts the enrolments of the period that are not in it; `whole`: everybody who was enrolled is counted, else the
    children that the caller may see."""

    text: str
    since: date
    until: date
    lines: tuple[Line, ...]
    total: Counts
    left_out: Mapping[Left, int]
    nursery: Place | None
    nurseries: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """A child behind a figure: where it was enrolled, since when, and where its check stands."""

    row: ChildRow
    place: Place
    nursery: Place
    entered: date
    standing: str


@dataclass(frozen=True, slots=True)
class ChildrenBehind:
    """The children behind a figure that the caller may see; `hidden` more are counted."""

    statistics: Statistics
    rows: tuple[Behind, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class _Counted:
    """One entry with all that is known of it, and whether its child may be shown."""

    known: Known
    figures: frozenset[Figure]
    named: bool


def statistics(services: Services, caller: Caller, asked: Asked, *, file: bool = False) -> Statistics:
    """The table as of today; `file`: it is taken away as one. Raises NotAllowed, NotFound for an unknown period or nursery."""
    with services.database.read() as connection:
        found = _read(services, caller, connection, asked)[0]
    action, page = ("export", "statistics.xlsx") if file else ("view", "statistics")
    services.committer.commit(caller.audit(services, action, f"page:/entrance/{page}", count=found.total.entered))
    return found


def children_behind(services: Services, caller: Caller, asked: Asked, figure: str, place: str) -> ChildrenBehind:
    """Who is behind a figure, of a line (the id of its nursery or class) or of the total (""). Raises NotAllowed, NotFound."""
    if figure not in FIGURES:
        raise errors.NotFound(figure[:20])
    with services.database.read() as connection:
        found, members = _read(services, caller, connection, asked)
        wanted = _wanted(found, members, place)
        chosen = [one for one in wanted if figure in one.figures]
        shown = [one for one in chosen if one.named]
        keys = [one.known.entry.child for one in shown]
        rows = {row.key: row for row in children.rows_of(connection, keys)}
        places = store.places(
            connection, [key for one in shown for key in (one.known.entry.place, one.known.entry.nursery)]
        )
    rule = services.rulebook.entrance_check(services.today())
    listed = tuple(_behind(rule, one, rows, places) for one in shown if one.known.entry.child in rows)
    event = caller.audit(services, "view", "page:/entrance/children", count=len(listed), children=tuple(rows))
    services.committer.commit(event)
    return ChildrenBehind(found, listed, len(chosen) - len(listed))


def periods(services: Services) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(nursery years, quarters) that are offered, the latest first."""
    today = services.today()
    year = services.rulebook.entrance_check(today).year_begin(today).year
    quarters = tuple(text_of(Quarter.of(today).shifted(-ago)) for ago in range(_QUARTERS))
    return tuple(str(year - ago) for ago in range(_YEARS)), quarters


def _read(
    services: Services, caller: Caller, connection: Connection, asked: Asked
) -> tuple[Statistics, list[_Counted]]:
    whole = not may_assess(services, caller)
    if whole and not caller.viewer.classes & BIT["internal"]:
        raise errors.NotAllowed("access.role-may-not")
    today = services.today()
    rule = services.rulebook.entrance_check(today)
    text, period = _period(rule, asked.period, today)
    ends = (period.since.toordinal(), period.until.toordinal())
    rows = store.enrolments(connection, caller.viewer, *ends, whole)
    nurseries = _nurseries(connection, caller, rows, whole)
    one = _one_nursery(nurseries, asked.nursery)
    found, out = entries(map(enrolled_from, rows), period, today)
    mine = {(row.child, row.nursery) for row in rows if row.counted and one in (None, nurseries.get(row.nursery))}
    members = _members(
        services, connection, rule, [entry for entry in found if (entry.child, entry.nursery) in mine], rows
    )
    shown = {nursery for _, nursery in mine}
    left_out = Counter(why for nursery, why in out if nursery in shown)
    by_class = one or (next(iter(nurseries.values())) if len(nurseries) == 1 else None)
    lines = _lines(connection, members, () if by_class else list(nurseries))
    until = min(date.fromordinal(ends[1] - 1), today)
    total = count(member.figures for member in members)
    return Statistics(text, period.since, until, lines, total, left_out, by_class, len(nurseries), whole), members


def _period(rule: EntranceRule, text: str, today: date) -> tuple[str, Period]:
    year = text or str(rule.year_begin(today).year)
    if "-" in year:
        quarter = quarter_of(year)
        return year, Period(quarter.start, quarter.shifted(1).start)
    if not (year.isascii() and year.isdigit() and len(year) == 4 and 1900 < int(year) < 2200):
        raise errors.NotFound("period")
    return year, Period(date(int(year), *rule.term_begins), date(int(year) + 1, *rule.term_begins))


def _one_nursery(nurseries: Mapping[int, Place], id_: str) -> Place | None:
    if not id_:
        return None
    found = next((one for one in nurseries.values() if one.id == id_), None)
    if found is None:
        raise errors.NotFound(f"Organization/{id_[:40]}")
    return found


def _members(
    services: Services, connection: Connection, rule: EntranceRule, found: Sequence[Entry], rows: Sequence[Row]
) -> list[_Counted]:
    keys = [one.child for one in found]
    checks = store.checks_of(connection, FORM_URL, keys)
    notices = store.notices_of(connection, keys)
    named = {row.child for row in rows if row.named}
    members = []
    for one in found:
        given = [date.fromordinal(day) for day in notices.get(one.child, ())]
        known = Known(one, checks_in(checks.get(one.child, ())), given)
        members.append(_Counted(known, figures_of(rule, known, services.today()), one.child in named))
    return members


def _nurseries(connection: Connection, caller: Caller, rows: Sequence[Row], whole: bool) -> dict[int, Place]:
    """Those with somebody to count; for who may count a nursery whole also those where nobody entered."""
    all_of = duties.nurseries(connection, caller.viewer) if whole else ()
    return {one.key: Place(*one) for one in all_of} | store.places(
        connection, [row.nursery for row in rows if row.counted]
    )


def _lines(connection: Connection, members: Sequence[_Counted], nurseries: Sequence[int]) -> tuple[Line, ...]:
    """By nursery, by class where none is given."""
    by_place: dict[int, list[_Counted]] = defaultdict(list, {key: [] for key in nurseries})
    for one in members:
        by_place[one.known.entry.nursery if nurseries else one.known.entry.place].append(one)
    places = store.places(connection, list(by_place))
    ordered = sorted(by_place.items(), key=lambda found: (places[found[0]].name, found[0]))
    return tuple(Line(places[key], count(one.figures for one in found), _named(found)) for key, found in ordered)


def _named(members: Sequence[_Counted]) -> frozenset[Figure]:
    return frozenset(name for one in members if one.named for name in one.figures)


def _wanted(found: Statistics, members: Sequence[_Counted], place: str) -> Sequence[_Counted]:
    if not place:
        return members
    key = next((line.place.key for line in found.lines if line.place.id == place), None)
    if key is None:
        raise errors.NotFound(f"Organization/{place[:40]}")
    return [one for one in members if key in (one.known.entry.place, one.known.entry.nursery)]


def _behind(rule: EntranceRule, one: _Counted, rows: Mapping[int, ChildRow], places: Mapping[int, Place]) -> Behind:
    entry = one.known.entry
    stands = standing(rule, entry.entered, [check for check in one.known.checks if check.day < entry.left])
    return Behind(rows[entry.child], places[entry.place], places[entry.nursery], entry.entered, stands.standing)
