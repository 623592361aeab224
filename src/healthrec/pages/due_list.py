"""Why a child stands on the list of what is due: sentences about its vaccines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

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


def vials(needs: Sequence[Sequence[Need]], words: Translator) -> list[tuple[str, int]]:
    """(vaccine, doses) for these children, the most first."""
    counted: dict[str, int] = {}
    for of_child in needs:
        for one in of_child:
            if one.standing in ("overdue", "due"):
                counted[one.vaccine] = counted.get(one.vaccine, 0) + 1
    ordered = sorted(counted.items(), key=lambda found: (-found[1], found[0]))
    return [(vaccine_title(code, words), count) for code, count in ordered]
