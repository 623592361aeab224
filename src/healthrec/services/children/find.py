"""Find a child among one's own: by name, pinyin, initials, number or birth date, while it is being typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from healthrec.domain.age import add_months
from healthrec.domain.names import likeness
from healthrec.fhir.names import normal
from healthrec.services.context import Caller, Services
from healthrec.store import children, classes
from healthrec.store.children import ChildRow, Place
from healthrec.store.engine import Connection

LIMIT = 20
CLASS_LIMIT = 200
_FEW = 1500
_CHIPS = 16
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_DATE = re.compile(r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?")
_LOOSE_DATE = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?)?月?")
_NUMBER = re.compile(r"[A-Z]?\d{5,18}[0-9X]?")
_START = ("", 0)


@dataclass(frozen=True, slots=True)
class FoundChild:
    """One child of the list. `look_alike`: another one beside it is easily taken for this one."""

    id: str
    name: str
    sex: str
    birth: date | None
    birth_order: int
    place: Place | None
    has_id_number: bool
    look_alike: bool


@dataclass(frozen=True, slots=True)
class OwnClass:
    """A class, or a nursery without classes, with children of the caller; names are (Chinese, English)."""

    key: int
    name: tuple[str, str]
    nursery: tuple[str, str]
    children: int


@dataclass(frozen=True, slots=True)
class FoundChildren:
    """`after` goes on from here ("" at the end); `more`: there are others that a longer question would part."""

    rows: tuple[FoundChild, ...]
    more: bool
    after: str


def find_children(
    services: Services, caller: Caller, question: str, *, after: str = "", klass: str = ""
) -> FoundChildren:
    """At most 20 children of the caller; with an empty question all of them, page by page; `klass` narrows to a class."""
    with services.database.read() as connection:
        found = _asked(connection, caller, question, _read_place(after), klass)
        limit = CLASS_LIMIT if _is_class(klass, question) else LIMIT
        shown = found[:limit]
        places = children.places_of(connection, [row.key for row in shown], caller.viewer.day)
    keys = tuple(row.key for row in shown)
    services.committer.commit(caller.audit(services, "search", "page:/children", count=len(keys), children=keys))
    more = len(found) > limit
    last = f"{shown[-1].key}.{shown[-1].sort_name}" if more else ""
    return FoundChildren(tuple(_found(row, shown, places.get(row.key)) for row in shown), more, last)


def own_classes(services: Services, caller: Caller) -> tuple[OwnClass, ...]:
    """The classes to choose from; none where there is nothing to choose, or too much for a row of chips."""
    with services.database.read() as connection:
        if children.panel_size(connection, caller.viewer, _FEW + 1) > _FEW:
            return ()
        rows = classes.classes_with_children(connection, caller.viewer, caller.viewer.day)
    return tuple(_own_class(row, count) for row, count in rows) if 1 < len(rows) <= _CHIPS else ()


def birth_span(text: str) -> tuple[date, date] | None:
    """The days that a typed birth date may mean, from the first up to (not including) the second; None for other text.

    2024-03-18, 20240318, 2024年3月18日 and 2024.3.18 mean a day, 2024-03 and 2024年3月 a month, 2024 a year.
    """
    match = _DATE.fullmatch(text) or _LOOSE_DATE.fullmatch(text)
    if match is None or not 1900 < int(match[1]) < 2200:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        start = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return start, start + timedelta(days=1)
    return start, add_months(start, 1 if month else 12)


def _asked(connection: Connection, caller: Caller, question: str, after: tuple[str, int], klass: str) -> list[ChildRow]:
    viewer, most = caller.viewer, LIMIT + 1
    text = unicodedata.normalize("NFKC", question).strip()
    if _is_class(klass, text):
        return children.enrolled_in(connection, viewer, [int(klass)], viewer.day, CLASS_LIMIT)
    small = children.panel_size(connection, viewer) <= children.SMALL_PANEL
    if not text:
        return children.all_of(connection, viewer, after, small, most)
    if span := birth_span(text):
        days = (span[0].toordinal(), span[1].toordinal())
        if found := children.by_birth(connection, viewer, days, small, most):
            return found
    if _NUMBER.fullmatch(text.upper()) and (
        found := children.by_identifier(connection, viewer, sorted({text, text.upper()}), most)
    ):
        return found
    return _by_name(connection, caller, normal(text), after, small)


def _is_class(klass: str, question: str) -> bool:
    """A question that is typed looks among all children, whatever class was chosen before."""
    return klass.isascii() and klass.isdigit() and len(klass) < 16 and not question.strip()


def _by_name(connection: Connection, caller: Caller, word: str, after: tuple[str, int], small: bool) -> list[ChildRow]:
    """A Chinese word may stand anywhere in the name of a small panel (a nurse looks for 思源); else names begin so."""
    if not small:
        return children.by_prefix(connection, caller.viewer, word, LIMIT + 1)
    escaped = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    pattern = f"%{escaped}%" if _HAN.search(word) else f"% {escaped}%"
    return children.by_word(connection, caller.viewer, pattern, after, LIMIT + 1)


def _own_class(row: Any, count: int) -> OwnClass:
    return OwnClass(row.key, (row.name, row.name_en), (row.parent or "", row.parent_en or ""), count)


def _found(row: ChildRow, beside: Sequence[ChildRow], place: Place | None) -> FoundChild:
    return FoundChild(
        id=row.id,
        name=row.name,
        sex=row.sex,
        birth=date.fromordinal(row.birth_day) if row.birth_day else None,
        birth_order=row.birth_order,
        place=place,
        has_id_number=bool(row.has_id_number),
        look_alike=any(_alike(row, other) for other in beside if other.key != row.key),
    )


def _alike(row: ChildRow, other: ChildRow) -> bool:
    """One name for two children is a look-alike on any day; one character apart only when born on the same day."""
    kind = likeness(row.name, other.name)
    return kind == "same" or (kind == "look-alike" and row.birth_day == other.birth_day)


def _read_place(text: str) -> tuple[str, int]:
    key, dot, name = text.partition(".")
    return (name, int(key)) if dot and key.isascii() and key.isdigit() else _START
