"""The family's page: everything that stands on it, in words that families read.

All words are already in the page's language; the report itself adds only its fixed sentences (headings, the three
actions, what to say where nothing is known). An empty string means "not given" and prints nothing, or the fixed
sentence for that gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

from healthrec.figures import GrowthChart

Action = Literal["keep", "watch", "see", "none"]
"""继续保持 · 留意，按时复测 · 请就诊 · nothing to do about it (not measured, not known)."""

FORBIDDEN = ("异常", "迟缓", "落后", "高危", "不达标", "漏种")
FORBIDDEN_ENGLISH = ("abnormal", "retard", "stunted", "lagging", "high-risk", "high risk", "substandard", "z-score")
"""Words that never reach a family."""


@dataclass(frozen=True, slots=True)
class FirstThing:
    """The one request at the top: 在11月30日前打麻腮风疫苗, until when, where, what to bring."""

    what: str
    until: str = ""
    where: str = ""
    bring: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One line of 这意味着什么: 身长 · 69.1 厘米 · watch · one plain sentence of at most 25 characters or so."""

    topic: str
    value: str
    action: Action
    sentence: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of 接下来: by which day, and what."""

    when: str
    what: str


@dataclass(frozen=True, slots=True)
class DoseGiven:
    """One dose on record: 2026年9月20日, 百白破疫苗 第3剂."""

    on: str
    vaccine: str


@dataclass(frozen=True, slots=True)
class FamilySummary:
    """One printed page for one child.

    `measurements` has a row for everything that was to be measured, also what was not. `warning_signs` is None when the
    table was not gone through. `doses` go from the earliest to the latest: the latest are kept when the page is full.
    `chart` is drawn at the size that the page leaves. `replaces` is the day of the issue that this one corrects.
    `link` is the address of the page that confirms this issue; it holds no health data.
    """

    name: str
    sex: str
    birth_date: str
    age: str
    period: str
    nursery: str
    doctor: str
    phone: str
    first_thing: FirstThing | None
    looked_at: tuple[str, ...]
    measurements: tuple[Meaning, ...]
    warning_signs: Meaning | None
    steps: tuple[Step, ...]
    chart: GrowthChart | None
    chart_sentence: str
    doses: tuple[DoseGiven, ...]
    vaccines_sentence: str
    standard: str
    issue_number: str
    issued_on: str
    checked_by: str
    hours: str = ""
    replaces: str = ""
    link: str = ""


def forbidden_words(page: FamilySummary) -> tuple[str, ...]:
    """The words of the two lists above that `page` would show, names aside; a page with any is not published."""
    own_names = {page.name, page.nursery, page.doctor, page.checked_by}
    text = "\n".join(words for words in _words(page) if words not in own_names).lower()
    return tuple(word for word in FORBIDDEN + FORBIDDEN_ENGLISH if word in text)


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _words(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _words(getattr(value, field.name))
