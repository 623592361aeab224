"""The first page: not a menu but what waits, the most urgent first, each with why now and one verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from healthrec.wording import Translator

SHOWN: Final = 8
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """A number at the top; `tone` as in the templates."""

    text: str
    count: str
    tone: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do. `call` says what came of the last contact with the family, `contact_href` is where the next is noted."""

    who: str
    href: str
    why: str
    verb: str
    verb_href: str
    badge: str = ""
    detail: str = ""
    due: str = ""
    status: str = ""
    tone: str = "neutral"
    call: str = ""
    contact_href: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind; `empty` says what it means that there are none, `rate` how many came after a call, "" for nobody."""

    key: str
    title: str
    count: str
    rows: tuple[Row, ...]
    empty: str
    more_href: str = ""
    rate: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """The page of home.html."""

    tallies: tuple[Tally, ...] = ()
    groups: tuple[Group, ...] = ()
    next_text: str = ""


def group(
    key: str, title: str, rows: Sequence[Row], empty: str, words: Translator, more_href: str = "", rate: str = ""
) -> Group:
    """The first rows of a list that was read no further than `MOST`."""
    shown = tuple(rows[:SHOWN])
    return Group(key, words.gettext(title), counted(len(rows)), shown, words.gettext(empty), more_href, rate)


def tally(text: str, count: int, tone: str, words: Translator, href: str = "") -> Tally:
    """A number that is quiet when it is 0."""
    return Tally(words.gettext(text), counted(count), tone if count else "ready", href)


def counted(number: int) -> str:
    """99+ for what was counted no further."""
    return str(number) if number < MOST else f"{MOST - 1}+"
