"""Two sources that tell of one dose otherwise, side by side, with what follows from each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from healthrec.domain.immunization import Course, Forecast
from healthrec.pages.vaccine_words import dose_title, vaccine_title
from healthrec.wording import Translator


@dataclass(frozen=True, slots=True)
class SideFact:
    """A dose as one source tells of it; "" and None where it says nothing. `source` is a code of dose-source."""

    source: str
    vaccine: str
    product: str
    day: date
    number: int | None
    lot: str
    maker: str
    place: str
    given: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that both sources are asked: its name, what each says, and whether they agree."""

    label: str
    recorded: str
    other: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a source says of a dose, and whether the other says otherwise."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class SideShown:
    """A dose as one source tells of it, in a line: `source` says which."""

    source: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class SidesShown:
    """Both sides of a difference in a list."""

    vaccine: str
    recorded: SideShown
    other: SideShown


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an antigen comes to by each source, where that is not the same."""

    antigen: str
    recorded: str
    other: str


@dataclass(frozen=True, slots=True)
class DisputeShown:
    """One dose to be decided about. `id` is the second source's; `sources` are the heads of the two columns."""

    id: str
    sources: tuple[str, str]
    lines: tuple[Line, ...]
    outcomes: tuple[Outcome, ...]
    may_be_two: bool


def dispute_shown(
    id_: str, sides: tuple[SideFact, SideFact], courses: tuple[Course, Course], words: Translator, *, may_be_two: bool
) -> DisputeShown:
    """The page value: `sides` and `courses` of the dose on record first, then of the second source."""
    one, other = sides
    heads = words.gettext("档案里的：{source}"), words.gettext("另一处的：{source}")
    named = zip(heads, (one.source, other.source), strict=True)
    first, second = (head.format(source=words.term("dose-source", source)) for head, source in named)
    lines = tuple(_lines(one, other, words))
    return DisputeShown(id_, (first, second), lines, tuple(_outcomes(*courses, words)), may_be_two)


def side_words(recorded: SideFact, other: SideFact, words: Translator) -> SidesShown:
    """Both sides for a list: what is the same on both stands once as the vaccine, or with its day."""
    vaccine = _vaccine(recorded, words) or _vaccine(other, words) or words.gettext("产品不详")
    sides = _side_shown(recorded, other, words), _side_shown(other, recorded, words)
    return SidesShown(vaccine, *sides)


def _side_shown(one: SideFact, other: SideFact, words: Translator) -> SideShown:
    parts = (
        ("" if one.given else words.gettext("没有接种"), one.given != other.given),
        (_vaccine(one, words) if _vaccine(one, words) != _vaccine(other, words) else "", True),
        (words.date(one.day), one.day != other.day),
        (_number(one, words), bool(other.number) and one.number != other.number),
        (words.gettext("批号 {lot}").format(lot=one.lot) if one.lot else "", bool(other.lot) and one.lot != other.lot),
    )
    said = tuple(Said(text, differs) for text, differs in parts if text)
    return SideShown(words.term("dose-source", one.source), said)


def _lines(one: SideFact, other: SideFact, words: Translator) -> Iterator[Line]:
    nobody = words.gettext("不详")
    said = (
        (words.gettext("疫苗"), _vaccine(one, words), _vaccine(other, words)),
        *(() if one.given and other.given else (_given(one, other, words),)),
        (words.gettext("接种日期"), words.date(one.day), words.date(other.day)),
        (words.gettext("剂次"), _number(one, words), _number(other, words)),
        (words.gettext("批号"), one.lot, other.lot),
        (words.gettext("生产企业"), one.maker, other.maker),
        (words.gettext("接种单位"), one.place, other.place),
    )
    for label, left, right in said:
        if left or right:
            yield Line(label, left or nobody, right or nobody, bool(left and right) and left != right)


def _given(one: SideFact, other: SideFact, words: Translator) -> tuple[str, str, str]:
    said = {True: words.gettext("已接种"), False: words.gettext("没有接种")}
    return words.gettext("是否接种"), said[one.given], said[other.given]


def _vaccine(side: SideFact, words: Translator) -> str:
    return vaccine_title(side.vaccine, words) if side.vaccine else side.product


def _number(side: SideFact, words: Translator) -> str:
    return dose_title(side.number, words) if side.number else ""


def _outcomes(recorded: Course, other: Course, words: Translator) -> Iterator[Outcome]:
    second = {one.antigen: one for one in other.forecasts}
    for one in recorded.forecasts:
        texts = [_forecast(found, recorded.asked, words) for found in (one, second[one.antigen])]
        if texts[0] != texts[1]:
            yield Outcome(words.term("antigen", one.antigen), texts[0], texts[1])


def _forecast(forecast: Forecast, asked: date, words: Translator) -> str:
    """``第3剂 应种未种 · 应在2026年5月1日前完成``; a finished series says so and nothing else."""
    state = forecast.status(asked)
    said = words.term("card-state", state)
    if state == "complete":
        return said
    head = f"{dose_title(forecast.number or 0, words)} {said}"
    late = forecast.past_due is not None and state in ("due", "not-due")
    if state not in ("due", "not-due", "overdue"):
        return head
    key = f"dose-next.staff.{state}-by" if late else f"dose-next.staff.{state}"
    return f"{head} · {words.message(key, earliest=forecast.earliest or '', by=forecast.past_due or '')}"
