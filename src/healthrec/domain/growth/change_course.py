"""The course of a curve: lines crossed, faltering, rapid gain. Every measuring is compared with those of the year before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist
from typing import Final

from healthrec.domain.age import age_days
from healthrec.domain.growth.change_finding import ChangeFinding, found
from healthrec.domain.growth.change_rules import ChangeRules, Direction
from healthrec.domain.growth.evaluate import Finding
from healthrec.domain.growth.facts import Subject
from healthrec.domain.growth.standard import PERCENTILES, Indicator

Series = Mapping[Indicator, Sequence[Finding]]
"""Judged values by indicator, in the order of the days."""

_COLUMN: Final = {percent: column for column, percent in enumerate(PERCENTILES)}


def crossings(rules: ChangeRules, subject: Subject, series: Series) -> Iterator[ChangeFinding]:
    """Main percentile lines crossed since the time of the last year from which most were crossed."""
    limits = rules.crossed_lines
    for indicator, directions in limits.directions.items():
        judged = [one for one in series.get(indicator, ()) if one.cut_offs and _age(subject, one) >= limits.from_days]
        below = {one.day: _lines_below(rules, one) for one in judged}
        for at, after in enumerate(judged):
            earlier = _within(judged[:at], after, limits.within_days)
            steps = [(below[after.day] - below[one.day], round(_z(after) - _z(one), 2), one) for one in earlier]
            crossed, moved, before = max(steps, key=lambda step: (abs(step[0]), abs(step[1])), default=(0, 0.0, after))
            direction: Direction = "down" if crossed < 0 else "up"
            if abs(crossed) >= limits.count and abs(moved) >= limits.least_sd and direction in directions:
                numbers = _of_both(before, after) | {"lines": float(crossed)}
                yield found(rules, "crossed-lines", indicator, (before.day, after.day), numbers)


def faltering(rules: ChangeRules, subject: Subject, weights: Sequence[Finding]) -> Iterator[ChangeFinding]:
    """A fall from the highest line of the last year, by so many spaces as the birth weight allows."""
    limits = rules.faltering
    at_birth = next((one.z_score for one in weights if one.day == subject.birth), None)
    spaces = limits.spaces[_size(rules, at_birth)]
    counted = [one for one in weights if _age(subject, one) >= limits.from_days or one.day == subject.birth]
    for at, after in enumerate(counted):
        before = max(_within(counted[:at], after, limits.within_days), key=_z, default=after)
        fall = round(_z(before) - _z(after), 2)
        if fall >= round(spaces * limits.space_sd, 2):
            numbers = _of_both(before, after) | {"fall": fall, "spaces": float(spaces), "space_sd": limits.space_sd}
            yield found(rules, "faltering", "wfa", (before.day, after.day), numbers)


def rapid_gain(rules: ChangeRules, subject: Subject, series: Series) -> Iterator[ChangeFinding]:
    """A steep rise of weight for age in a child whose weight is already high for its size."""
    limits = rules.rapid_gain
    for_size = {one.day: one for name in ("wfl", "wfh") for one in series.get(name, ()) if one.z_score is not None}
    weights = [
        one for one in series.get("wfa", ()) if _age(subject, one) >= rules.early_days or one.day == subject.birth
    ]
    for at, after in enumerate(weights):
        now = for_size.get(after.day)
        if now is None or _z(now) < limits.only_from_z:
            continue
        old = [one for one in weights[:at] if (after.day - one.day).days >= limits.min_days]
        before = min(_within(old, after, limits.within_days), key=_z, default=after)
        rise = round(_z(after) - _z(before), 2)
        if rise > limits.rise_sd:
            numbers = _of_both(before, after) | {"rise": rise, "z_for_size": _z(now)}
            yield found(rules, "rapid-gain", "wfa", (before.day, after.day), numbers)


def _lines_below(rules: ChangeRules, one: Finding) -> int:
    """How many main lines the value has reached; a value on a line stands above it."""
    assert one.cut_offs is not None
    percentiles, value = one.cut_offs.percentiles, round(one.value, 9)
    return sum(value >= percentiles[_COLUMN[line]] for line in rules.crossed_lines.lines)


def _within(earlier: Sequence[Finding], after: Finding, days: int) -> list[Finding]:
    """Of a change of the standard in between nothing follows for the child."""
    return [one for one in earlier if (after.day - one.day).days <= days and one.rule_id == after.rule_id]


def _age(subject: Subject, one: Finding) -> int:
    return age_days(subject.birth, one.day)


def _size(rules: ChangeRules, z_at_birth: float | None) -> str:
    """small, middle or large, by the percentile of the birth weight; middle where it is not known."""
    percent = 50.0 if z_at_birth is None else 100 * NormalDist().cdf(z_at_birth)
    if percent < rules.faltering.small_below:
        return "small"
    return "large" if percent > rules.faltering.large_above else "middle"


def _z(one: Finding) -> float:
    return one.z_score or 0.0


def _of_both(before: Finding, after: Finding) -> dict[str, float]:
    return {"before": before.value, "after": after.value, "z_before": _z(before), "z_after": _z(after)}
