"""Evaluation: a child's doses are walked along the target doses of one series (CDSi chapter 6).

Each dose is judged against the target dose whose turn it is, by the criteria in force on the day of the dose. Every
fault is told, not only the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from healthrec.domain.immunization.case import Case
from healthrec.domain.immunization.facts import Child, DoseGiven
from healthrec.domain.immunization.findings import Evaluation, EvaluationStatus, Reason
from healthrec.domain.immunization.periods import Period
from healthrec.domain.immunization.predicates import all_hold
from healthrec.domain.immunization.schedule import ALWAYS, Criteria, Interval, Series, Skip, TargetDose

_TOO_EARLY = ("too-young", "interval-too-short")
_NONE: frozenset[str] = frozenset()


class Walk:
    """A series and how far a child has come along it; what predicates look at."""

    __slots__ = ("at_age", "by_number", "case", "child", "completed", "conditions", "doses", "earlier", "evaluations",
                 "failed", "faulty", "given", "invalid", "position", "series", "skipped", "valid")  # fmt: skip

    def __init__(
        self, case: Case, series: Series, doses: Sequence[DoseGiven], earlier: Sequence[DoseGiven] = ()
    ) -> None:
        self.case, self.series = case, series
        self.child: Child = case.child
        self.at_age = case.at_age
        self.conditions: frozenset[str] = case.conditions
        self.completed: Mapping[str, date] = case.completed
        self.doses, self.earlier = doses, earlier
        self.given: list[DoseGiven] = []
        """Doses judged so far, those of another product left out"""
        self.valid: list[DoseGiven] = []
        self.by_number: dict[int, DoseGiven] = {}
        self.position = 0
        self.faulty = False
        """Whether the dose before was not valid for its age or interval; grace is not given twice"""
        self.failed = _NONE
        """Doses that were not valid, by id"""
        self.invalid: list[str] = []
        """Of those, and those of another product, the ones found not valid"""
        self.skipped: list[Reason] = []
        self.evaluations: list[Evaluation] = []

    def along(self) -> Walk:
        """Judge every dose, oldest first."""
        self.evaluations = [self._evaluate(dose) for dose in self.doses]
        return self

    def later(self, day: date, period: Period) -> date:
        return self.case.later(day, period)

    def continuing(self, vaccine: str, fewer_than: int) -> bool:
        return self.case.continuing(vaccine, fewer_than)

    def changes_on(self, day: date) -> None:
        self.case.changes_on(day)

    def skips(self, target: TargetDose, on: date, forecasting: bool) -> bool:
        """Whether a target dose is passed over on a day; the rule is kept in `skipped`."""
        for skip in target.skips:
            if _applies(skip, on, forecasting) and any(all_hold(one, self, on) for one in skip.any_of):
                self.skipped.append(Reason("skipped", skip.rule, None if forecasting else on, str(target.number)))
                return True
        return False

    def _turn(self, on: date) -> TargetDose | None:
        """The target dose whose turn it is on a day; None when the series is complete."""
        targets = self.series.targets
        while self.position < len(targets):
            target = targets[self.position]
            if not target.skips or not self.skips(target, on, forecasting=False):
                return target
            self.position += 1
        return None

    def _evaluate(self, dose: DoseGiven) -> Evaluation:
        series, edition = self.series, self.case.schedule.edition_on(dose.day)
        target = self._turn(dose.day)
        if target is None:
            self.given.append(dose)
            rule = series.targets[-1].rule
            complete = (Reason("series-complete", rule),)
            return Evaluation(dose.id, series.antigen, "extraneous", edition, complete, (), series.id, None, rule)
        criteria = self._criteria(target, dose)
        if criteria is None:
            rule, number = target.rule, target.number
            self.invalid.append(dose.id)
            wrong = (Reason("wrong-product", rule),)
            return Evaluation(dose.id, series.antigen, "not-valid", edition, wrong, (), series.id, number, rule)
        faults, remarks = self._judge(criteria, dose)
        status: EvaluationStatus = self._fail(dose, faults) if faults else self._satisfy(target, dose)
        self.given.append(dose)
        return Evaluation(
            dose.id,
            series.antigen,
            status,
            edition,
            tuple(faults),
            tuple(remarks),
            series.id,
            target.number,
            criteria.rule,
        )

    def _satisfy(self, target: TargetDose, dose: DoseGiven) -> EvaluationStatus:
        self.valid.append(dose)
        self.by_number[target.number] = dose
        self.faulty = False
        if not target.recurring:
            self.position += 1
        return "valid"

    def _fail(self, dose: DoseGiven, faults: Sequence[Reason]) -> EvaluationStatus:
        """A dose that came too late, and for nothing else does not count, need not be repeated (CDSi)."""
        self.failed |= {dose.id}
        self.faulty = any(fault.code in _TOO_EARLY for fault in faults)
        if all(fault.code == "too-old" for fault in faults):
            return "extraneous"
        self.invalid.append(dose.id)
        return "not-valid"

    def _criteria(self, target: TargetDose, dose: DoseGiven) -> Criteria | None:
        for criteria in target.by_vaccine.get(dose.vaccine, ()):
            in_force = criteria.in_force is ALWAYS or dose.day in criteria.in_force
            if in_force and (not criteria.when or all_hold(criteria.when, self, dose.day)):
                return criteria
        return None

    def _judge(self, criteria: Criteria, dose: DoseGiven) -> tuple[list[Reason], list[Reason]]:
        """(why the dose does not count, remarks)."""
        faults: list[Reason] = []
        remarks: list[Reason] = [] if dose.vaccine else [Reason("product-unknown", criteria.rule)]
        if criteria.minimum is not None and dose.day < self.case.at_age(criteria.minimum):
            self._judge_minimum(criteria, criteria.minimum, dose.day, faults, remarks)
        if criteria.has_upper_age:
            self._judge_upper_ages(criteria, dose.day, faults, remarks)
        if criteria.ages and not faults and not self._at_its_age(criteria, dose):
            faults.append(Reason("wrong-product", criteria.rule))
        if criteria.intervals:
            self._judge_intervals(criteria, dose, faults, remarks)
        if dose.vaccine in self.case.schedule.conflicts_of:
            faults += self.case.conflicts(dose, self.failed)
        if self.case.waits:
            faults += self.case.waits_at(dose)
        return faults, remarks

    def _judge_minimum(
        self, criteria: Criteria, minimum: Period, on: date, faults: list[Reason], remarks: list[Reason]
    ) -> None:
        printed = self.case.at_age(minimum)
        if criteria.absolute is not None and on >= self.case.at_age(criteria.absolute) and self._has_grace():
            remarks.append(Reason("grace-period", criteria.rule, printed))
        else:
            faults.append(Reason("too-young", criteria.rule, printed))

    def _judge_upper_ages(self, criteria: Criteria, on: date, faults: list[Reason], remarks: list[Reason]) -> None:
        rule, at_age = criteria.rule, self.case.at_age
        if criteria.maximum is not None and on >= at_age(criteria.maximum):
            faults.append(Reason("too-old", rule, at_age(criteria.maximum)))
        if criteria.not_from is not None and on >= at_age(criteria.not_from):
            remarks.append(Reason("outside-window", rule, at_age(criteria.not_from)))
        if criteria.complete_before is not None:
            late_from = at_age(criteria.complete_before)
            if on >= late_from:
                remarks.append(Reason("late", rule, late_from))
            elif criteria.within_hours and ((on - self.child.birth).days + 1) * 24 > criteria.within_hours:
                remarks.append(Reason("hour-unknown", rule))

    def _at_its_age(self, criteria: Criteria, dose: DoseGiven) -> bool:
        """Whether the vaccine counts at the age at which it was given; one of unknown product does."""
        if not dose.vaccine:
            return True
        at_age = self.case.at_age
        return any(
            (begin is None or at_age(begin) <= dose.day) and (end is None or dose.day < at_age(end))
            for begin, end in criteria.ages.get(dose.vaccine, ())
        )

    def _has_grace(self) -> bool:
        return self.position == 0 or not self.faulty

    def _judge_intervals(
        self, criteria: Criteria, dose: DoseGiven, faults: list[Reason], remarks: list[Reason]
    ) -> None:
        short, graced = self._short(criteria.intervals, dose)
        remarks += graced
        if short and criteria.allowable and not self._short(criteria.allowable, dose)[0]:
            remarks.append(short[0]._replace(code="allowable-interval"))
        else:
            faults += short

    def _short(self, intervals: Sequence[Interval], dose: DoseGiven) -> tuple[list[Reason], list[Reason]]:
        """(intervals that were too short, those short by no more than the grace)."""
        short: list[Reason] = []
        graced: list[Reason] = []
        for interval in intervals:
            start, other = self.reference(interval, dose.day)
            if start is None or (dose.day - start).days >= interval.enough_days:
                continue
            printed = self.case.later(start, interval.minimum)
            if dose.day >= printed:
                continue
            least = interval.absolute
            if least is not None and dose.day >= self.case.later(start, least) and self._has_grace():
                graced.append(Reason("grace-period", interval.rule, printed, other))
            else:
                short.append(Reason("interval-too-short", interval.rule, printed, other))
        return short, graced

    def reference(self, interval: Interval, on: date) -> tuple[date | None, str]:
        """(the day from which an interval counts, id of the dose); (None, "") when there is nothing to count from."""
        after = interval.after
        if after == "previous":
            return (self.given[-1].day, self.given[-1].id) if self.given else (None, "")
        if isinstance(after, int):
            dose = self.by_number.get(after)
        elif isinstance(after, frozenset):
            dose = next((one for one in reversed(self.case.doses) if one.vaccine in after and one.day < on), None)
        else:
            since = [event.since for event in self.case.events if event.code == after and event.since is not None]
            return max(since, default=None), ""
        return (dose.day, dose.id) if dose else (None, "")


def _applies(skip: Skip, on: date, forecasting: bool) -> bool:
    """A dose is judged by the edition of its day, a forecast is made by this one."""
    if forecasting:
        return skip.in_forecast and skip.in_force.until is None
    return skip.in_evaluation and on in skip.in_force
