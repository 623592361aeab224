"""Why a child stands on the list of what is due: sentences about its vaccines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from healthrec.domain.vials import PerVial
from healthrec.pages.vaccine_words import dose_title, vaccine_title
from healthrec.wording import Translator

TONES = {
    "late": "attention", "overdue": "attention", "due": "ready", "waiting": "waiting", "refused": "neutral", "elsewhere": "waiting", "moved": "neutral",
    "lost": "stop", "contraindicated": "neutral", "deferred": "waiting", "conditional": "waiting", "doctor": "waiting",
    "later": "neutral", "complete": "done", "aged-out": "neutral", "closed": "neutral", "no-birth-date": "stop",
    "unseen": "waiting",
}  # fmt: skip
"""By bucket or standing, as in the templates."""


_YEAR = 365


@dataclass(frozen=True, slots=True)
class Need:
    """One vaccine that a child needs or must wait for. `standing` as in `domain.due`; `since` is the day on which that began,
    `until` the day up to which it waits, None for an open end."""

    vaccine: str
    number: int | None
    standing: str
    since: date
    until: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class NeedShown:
    """A need in words: which dose, and why now or why not."""

    dose: str
    why: str
    tone: str


def need_shown(need: Need, today: date, words: Translator) -> NeedShown:
    """乙肝疫苗 第3剂 · 应在2026年3月1日前完成，过了12天."""
    number = dose_title(need.number, words) if need.number else ""
    dose = " ".join(part for part in (vaccine_title(need.vaccine, words), number) if part)
    return NeedShown(dose, _why(need, today, words), TONES.get(need.standing, "neutral"))


def _why(need: Need, today: date, words: Translator) -> str:
    day, days = words.date(need.since), (today - need.since).days
    if need.standing == "overdue":
        if days > _YEAR:
            return words.gettext("应在{day}前完成，过了一年多").format(day=day)
        return words.gettext("应在{day}前完成，过了{n}天").format(day=day, n=days)
    if need.standing == "due":
        return words.gettext("{day}起可以接种").format(day=day) if days else words.gettext("今天到时间")
    reason = words.term("immunization-condition", need.why) if need.why else ""
    held = words.term("due-bucket", need.standing)
    until = words.gettext("推迟到{day}").format(day=words.date(need.until)) if need.until else ""
    return words.listed([part for part in (until or held, reason) if part])


def count_shown(count: int, most: int, exact: bool) -> str:
    """99+ for what was counted no further."""
    return str(count) if exact or count <= most else f"{most}+"


@dataclass(frozen=True, slots=True)
class VialRow:
    """What a session needs of one vaccine: doses for those who are coming (`expected`) and for all, and the vials that give them;
    `per_vial` None where nobody knows how many doses a vial gives. `source` is a code of vial-source."""

    vaccine: str
    expected: int
    doses: int
    per_vial: int | None
    expected_vials: int
    vials: int
    source: str


def vial_rows(
    coming: Sequence[Sequence[Need]], others: Sequence[Sequence[Need]], known: Mapping[str, PerVial], words: Translator
) -> list[VialRow]:
    """What these children need, the most doses first. Vials are rounded up for the session."""
    expected, everybody = _doses(coming), _doses([*coming, *others])
    ordered = sorted(everybody.items(), key=lambda found: (-found[1], found[0]))
    return [_vial_row(code, expected.get(code, 0), count, known.get(code), words) for code, count in ordered]


def _vial_row(code: str, expected: int, doses: int, vial: PerVial | None, words: Translator) -> VialRow:
    title = vaccine_title(code, words)
    if vial is None:
        return VialRow(title, expected, doses, None, 0, 0, "unknown")
    source = "chosen" if vial.chosen else "rule" if vial.sure else "unconfirmed"
    return VialRow(title, expected, doses, vial.doses, vial.needed_for(expected), vial.needed_for(doses), source)


def _doses(needs: Sequence[Sequence[Need]]) -> dict[str, int]:
    return Counter(one.vaccine for of_child in needs for one in of_child if one.standing in ("overdue", "due"))
