"""Evaluation: a child's doses are walked along the target doses of one series (CDSi chapter 6).

Each dose is judged against the target dose whose turn it is, by the criteria in force on the day of the dose. Every
fault is told, not only the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from healthrec.domain.immunization.case import Case
from healthrec.domain.immunization.facts import Child, DoseGiven
from healthrec.domain.immunization.findings import Evaluation, EvaluationStatus, Reason, ReasonCode
from healthrec.domain.immunization.periods import Period
from healthrec.domain.immunization.predicates import all_hold
from healthrec.domain.immunization.schedule import Criteria, Interval, Series, Skip, TargetDose


class Walk:
    """A series and how far a child has come along it; what predicates look at."""

    __slots__ = ("by_number", "case", "child", "completed", "conditions", "earlier", "evaluations", "faulty", "given", "position",
                 "series", "valid")  # fmt: skip

    def __init__(
        self, case: Case, series: Series, doses: Sequence[DoseGiven], earlier: Sequence[DoseGiven] = ()
    ) -> None:
        self.case, self.series = case, series
        self.child: Child = case.child
        self.conditions: frozenset[str] = case.conditions
        self.completed: Mapping[str, date] = case.completed
        self.earlier = earlier
        self.given: list[DoseGiven] = []
        self.valid: list[DoseGiven] = []
        self.by_number: dict[int, DoseGiven] = {}
        self.position = 0
        self.faulty = False
        """Whether the dose before was not valid for its age or interval; grace is not given twice"""
        self.evaluations = [self._evaluate(dose) for dose in doses]

    def at_age(self, age: Period) -> date:
        return self.case.at_age(age)

    def later(self, day: date, period: Period) -> date:
        return self.case.later(day, period)

    def continuing(self, vaccine: str, fewer_than: int) -> bool:
        return self.case.continuing(vaccine, fewer_than)

    def changes_on(self, day: date) -> None:
        self.case.changes_on(day)

    @property
    def target(self) -> TargetDose | None:
        """The target dose whose turn it is; None when the series is complete."""
        targets = self.series.targets
        return targets[self.position] if self.position < len(targets) else None

    def skipped(self, target: TargetDose, on: date, forecasting: bool) -> Skip | None:
        """The rule by which a target dose is passed over on a day; None when it is not."""
        for skip in target.skips:
            in_force = skip.in_forecast and skip.in_force.until is None if forecasting else (
                skip.in_evaluation and on in skip.in_force
            )  # fmt: skip
            if in_force and any(all_hold(one, self, on) for one in skip.any_of):
                return skip
        return None

    def _evaluate(self, dose: DoseGiven) -> Evaluation:
        while (target := self.target) is not None and self.skipped(target, dose.day, forecasting=False):
            self.position += 1
        edition = self.case.schedule.edition_on(dose.day)
        antigen, series = self.series.antigen, self.series.id
        if target is None:
            reasons = (Reason("series-complete", self.series.targets[-1].rule),)
            self.given.append(dose)
            return Evaluation(dose.id, antigen, "extraneous", edition, reasons, (), series)
        criteria = self._criteria(target, dose)
        if criteria is None:
            reasons = (Reason("wrong-product", target.rule),)
            return Evaluation(dose.id, antigen, "not-valid", edition, reasons, (), series, target.number, target.rule)
        faults, remarks = self._judge(criteria, dose)
        if not faults:
            self._satisfy(target, dose)
        self.faulty = any(fault.code in ("too-young", "interval-too-short") for fault in faults)
        self.given.append(dose)
        status: EvaluationStatus = "not-valid" if faults else "valid"
        return Evaluation(
            dose.id, antigen, status, edition, tuple(faults), tuple(remarks), series, target.number, criteria.rule
        )

    def _satisfy(self, target: TargetDose, dose: DoseGiven) -> None:
        self.valid.append(dose)
        self.by_number[target.number] = dose
        if not target.recurring:
            self.position += 1

    def _criteria(self, target: TargetDose, dose: DoseGiven) -> Criteria | None:
        for criteria in target.by_vaccine.get(dose.vaccine, ()):
            if dose.day in criteria.in_force and all_hold(criteria.when, self, dose.day):
                return criteria
        return None

    def _judge(self, criteria: Criteria, dose: DoseGiven) -> tuple[list[Reason], list[Reason]]:
        """(why the dose does not count, remarks)."""
        faults: list[Reason] = []
        remarks: list[Reason] = [] if dose.vaccine else [Reason("product-unknown", criteria.rule)]
        self._judge_age(criteria, dose, faults, remarks)
        self._judge_intervals(criteria, dose, faults, remarks)
        conflict = self.case.conflict(dose)
        if conflict is not None:
            faults.append(conflict)
        if self.case.waits:
            faults += self._waits(dose)
        return faults, remarks

    def _judge_age(self, criteria: Criteria, dose: DoseGiven, faults: list[Reason], remarks: list[Reason]) -> None:
        rule, day, at_age = criteria.rule, dose.day, self.case.at_age
        if criteria.minimum is not None and day < (printed := at_age(criteria.minimum)):
            least = at_age(criteria.absolute) if criteria.absolute is not None and self._has_grace() else printed
            (faults if day < least else remarks).append(
                Reason("too-young", rule, printed) if day < least else Reason("grace-period", rule, printed)
            )
        if criteria.maximum is not None and day >= (too_late := at_age(criteria.maximum)):
            faults.append(Reason("too-old", rule, too_late))
        if criteria.not_from is not None and day >= (over := at_age(criteria.not_from)):
            remarks.append(Reason("outside-window", rule, over))
        if criteria.complete_before is not None:
            late_from = at_age(criteria.complete_before)
            if day >= late_from:
                remarks.append(Reason("late", rule, late_from))
            elif ((day - self.child.birth).days + 1) * 24 > criteria.within_hours > 0:
                remarks.append(Reason("hour-unknown", rule))

    def _has_grace(self) -> bool:
        return self.position == 0 or not self.faulty

    def _judge_intervals(
        self, criteria: Criteria, dose: DoseGiven, faults: list[Reason], remarks: list[Reason]
    ) -> None:
        found = [reason for interval in criteria.intervals for reason in self._too_short(interval, dose)]
        short = [reason for reason in found if reason.code == "interval-too-short"]
        if (
            short
            and criteria.allowable
            and not any(
                reason.code == "interval-too-short"
                for interval in criteria.allowable
                for reason in self._too_short(interval, dose)
            )
        ):
            remarks.append(short[0]._replace(code="allowable-interval"))
            return
        faults += short
        remarks += [reason for reason in found if reason.code == "grace-period"]

    def _too_short(self, interval: Interval, dose: DoseGiven) -> Iterator[Reason]:
        start, other = self.reference(interval, dose.day)
        if start is None:
            return
        printed = self.case.later(start, interval.minimum)
        if dose.day < printed:
            graceful = interval.absolute is not None and self._has_grace()
            least = self.case.later(start, interval.absolute) if graceful and interval.absolute else printed
            code: ReasonCode = "interval-too-short" if dose.day < least else "grace-period"
            yield Reason(code, interval.rule, printed, other)

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

    def _waits(self, dose: DoseGiven) -> list[Reason]:
        return [
            wait.reason()
            for wait in self.case.waits
            if wait.since <= dose.day < wait.until
            and wait.precaution.vaccines is not None
            and dose.vaccine in wait.precaution.vaccines
            and dose.day in wait.precaution.in_force
        ]
