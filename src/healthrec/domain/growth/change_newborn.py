"""The first weeks: how much of the birth weight is lost, when it is back, what the first month brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from healthrec.domain.growth.change_finding import ChangeFinding, found
from healthrec.domain.growth.change_rules import ChangeRules
from healthrec.domain.growth.facts import Measurement, Subject
from healthrec.domain.growth.reading import tidy


def newborn(
    rules: ChangeRules, subject: Subject, weights: Sequence[Measurement], term_days: int, today: date
) -> Iterator[ChangeFinding]:
    """Findings against the weight at birth; none where that is not known. `weights` go from the earliest to the latest;
    `term_days` is the gestation from which on a child is born at term, for whom alone the first month's gain is asked."""
    birth = next((one for one in weights if one.day == subject.birth), None)
    if birth is None:
        return
    later = [one for one in weights if one.day > subject.birth]
    yield from _loss(rules, birth, later)
    yield from _not_regained(rules, birth, later, today)
    if subject.gestation_days is None or subject.gestation_days >= term_days:
        yield from _first_month(rules, birth, later)


def _loss(rules: ChangeRules, birth: Measurement, later: Sequence[Measurement]) -> Iterator[ChangeFinding]:
    for one in later:
        lost = tidy(1 - float(one.value) / float(birth.value))
        if (one.day - birth.day).days <= rules.early_days and lost > rules.newborn_loss_share:
            numbers = _numbers(birth, one) | {"percent": round(100 * lost, 1), "limit": 100 * rules.newborn_loss_share}
            yield found(rules, "newborn-loss", "wfa", (birth.day, one.day), numbers)


def _not_regained(
    rules: ChangeRules, birth: Measurement, later: Sequence[Measurement], today: date
) -> Iterator[ChangeFinding]:
    """The last weight up to the day by which it should be back, or the first one after it, is still below."""
    due = birth.day + timedelta(days=rules.regained_by_days)
    if today < due:
        return
    asked = [one for one in later if one.day >= due][:1] or list(later[-1:])
    for one in asked:
        if one.value < birth.value:
            numbers = _numbers(birth, one) | {"limit": float(rules.regained_by_days)}
            yield found(rules, "not-regained", "wfa", (birth.day, one.day), numbers)


def _first_month(rules: ChangeRules, birth: Measurement, later: Sequence[Measurement]) -> Iterator[ChangeFinding]:
    first, last = rules.first_month_days
    for one in [one for one in later if first <= (one.day - birth.day).days <= last][:1]:
        gained = one.value - birth.value
        if float(gained) < rules.first_month_gain_kg:
            numbers = _numbers(birth, one) | {"gain": float(gained), "limit": rules.first_month_gain_kg}
            yield found(rules, "first-month", "wfa", (birth.day, one.day), numbers)


def _numbers(birth: Measurement, one: Measurement) -> dict[str, float]:
    return {"before": float(birth.value), "after": float(one.value), "days": float((one.day - birth.day).days)}
