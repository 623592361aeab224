"""Where a value stands between the lines of a standard, and what staying there would mean on another day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from healthrec.domain.age import completed_months
from healthrec.domain.growth.change_finding import ChangeFinding, Gain, found
from healthrec.domain.growth.change_rules import ChangeRules
from healthrec.domain.growth.evaluate import Finding, counted_birth
from healthrec.domain.growth.facts import Subject
from healthrec.domain.growth.reading import tidy
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import SD_SCORES


def place_between(lines: Sequence[float], value: float) -> float:
    """Where `value` stands among the values of the seven SD lines, in SD; linear between two, and on past the last."""
    at = min(max(bisect_right(lines, value) - 1, 0), len(lines) - 2)
    return SD_SCORES[at] + (value - lines[at]) / (lines[at + 1] - lines[at])


def value_between(lines: Sequence[float], place: float) -> float:
    """The value at that place; the inverse of `place_between`."""
    at = min(max(bisect_right(SD_SCORES, place) - 1, 0), len(lines) - 2)
    return lines[at] + (place - SD_SCORES[at]) * (lines[at + 1] - lines[at])


def gain(rules: GrowthRules, subject: Subject, before: Finding, after: Finding) -> Gain:
    """From one judged value of an indicator to a later one."""
    turned = rules.standard.standing_shorter_cm if _turned(rules, subject, before, after) else 0.0
    expected = None
    if before.cut_offs is not None and after.cut_offs is not None and before.rule_id == after.rule_id:
        stayed = value_between(after.cut_offs.sd, place_between(before.cut_offs.sd, before.value))
        expected = round(stayed - (before.value - turned), 3)
    was = tidy(before.value - turned)
    step = tidy(after.value - was)
    return Gain(after.indicator, before.day, after.day, was, after.value, step, expected, before.z_score, after.z_score)


def poor_gains(
    growth: GrowthRules, rules: ChangeRules, subject: Subject, weights: Sequence[Finding]
) -> Iterator[ChangeFinding]:
    """Weights that stood still, fell, or rose by much less than staying between the same lines would mean."""
    settled = [one for one in weights if (one.day - subject.birth).days >= rules.early_days]
    slow: set[date] = set()
    for at, after in enumerate(settled):
        earlier = settled[:at]
        if still := _no_gain(rules, subject, earlier, after):
            yield still
        step = _slow_gain(growth, rules, subject, earlier, after)
        if step is None:
            continue
        slow.add(after.day)
        yield found(rules, "slow-gain", "wfa", (step.first, step.last), _numbers(step))
        if step.first in slow:
            yield found(rules, "slow-twice", "wfa", (step.first, step.last), _numbers(step))


def _no_gain(rules: ChangeRules, subject: Subject, earlier: Sequence[Finding], after: Finding) -> ChangeFinding | None:
    bands = rules.no_gain
    months = completed_months(subject.birth, after.day)
    wait = bands.for_days[bisect_right(bands.from_months, months) - 1]
    before = _last_before(earlier, after.day, wait)
    if before is None or after.value > before.value:
        return None
    numbers = {"before": before.value, "after": after.value, "days": float((after.day - before.day).days)}
    return found(rules, "no-gain", "wfa", (before.day, after.day), numbers)


def _slow_gain(
    growth: GrowthRules, rules: ChangeRules, subject: Subject, earlier: Sequence[Finding], after: Finding
) -> Gain | None:
    limits = rules.slow_gain
    before = _last_before(earlier, after.day, limits.min_days)
    if before is None or completed_months(subject.birth, after.day) >= limits.until_months:
        return None
    step = gain(growth, subject, before, after)
    expected = step.expected or 0.0
    return step if expected >= limits.least_expected_kg and step.gain < limits.share * expected else None


def _last_before(earlier: Sequence[Finding], day: date, min_days: int) -> Finding | None:
    """The latest of the earlier values that is old enough to be compared with."""
    old = [one for one in earlier if (day - one.day).days >= min_days]
    return old[-1] if old else None


def _numbers(step: Gain) -> dict[str, float]:
    numbers = {"before": step.before, "after": step.after, "gain": step.gain, "days": float(step.days)}
    expected = step.expected or 0.0
    return numbers | {"expected": expected, "share": round(100 * step.gain / expected)}


def _turned(rules: GrowthRules, subject: Subject, before: Finding, after: Finding) -> bool:
    """Whether the table of the earlier one was for lying and that of the later one is for standing."""
    lay, lies = (_lying(rules, subject, one.day) for one in (before, after))
    return after.indicator == "lhfa" and lay and not lies


def _lying(rules: GrowthRules, subject: Subject, day: date) -> bool:
    born = counted_birth(subject, day, rules.correction)
    return completed_months(born, day) < rules.standard.standing_from_month
