"""Weights and lengths of a row: which measure each is, and whether it is believable beside what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from healthrec.domain.age import completed_months
from healthrec.domain.growth import EntryCheck, GrowthRules, Measure, Measurement, Subject, check_entry
from healthrec.domain.quantity import Measured, Reading, Unclear
from healthrec.domain.roster import MeasurementRow, RosterRow, Table
from healthrec.fhir.measuring import MEASURES
from healthrec.services.choices import growth_judging
from healthrec.services.context import Services
from healthrec.services.imports.rows import Row, Verdict
from healthrec.store.engine import Connection
from healthrec.store.import_matches import KnownRow, PointRow


@dataclass(slots=True)
class Checking:
    """Judges the values of one file; keeps the rules of a day, which many rows share."""

    services: Services
    connection: Connection
    nursery: int
    """Key of the nursery: a child that is new will be its own"""
    today: date
    tables: Mapping[str, Table]
    """The tables of the file by sheet: they know in which cell a value stands."""
    _standards: dict[int, str] = field(default_factory=dict)
    _rules: dict[tuple[date, str], GrowthRules] = field(default_factory=dict)

    def check(
        self,
        row: Row,
        verdict: Verdict,
        subject: Subject,
        entered: Sequence[Measurement],
        so_far: Sequence[PointRow],
        rules: GrowthRules,
    ) -> None:
        """Report what stands in the way of the row's values, what asks for a reason and what is there already. What its
        remarks say of clothes and crying is weighed."""
        verdict.written = plain_values(entered)
        if not entered:
            return
        before = [_measurement(point) for point in so_far]
        told = row.data.get("circumstances", ())
        checks = check_entry(subject, before, entered, rules, self.today, told)
        for check in checks:
            _report(verdict, check, self._cell(row, check.measure))
        day = entered[0].day.isoformat()
        meant = {measure: value for check in checks if check.excused is None for measure, value in check.meant.items()}
        verdict.meant = [[measure, str(value), day] for measure, value in meant.items()]
        verdict.implausible = [check.measure for check in checks if check.severity == "implausible"]
        verdict.must_fix = any(check.severity == "impossible" and check.meant for check in checks)
        _compare_day(verdict, before, entered)

    def guess(self, row: Row, verdict: Verdict, guesses: Sequence[Measurement]) -> None:
        """Readings that are unclear and probably mean these: they wait for a person instead of blocking the row."""
        for one in guesses:
            cell = self._cell(row, one.measure)
            for problem in row.problems:
                if problem["cell"] == cell and problem["code"] == "roster.quantity-unit-unlikely":
                    problem["severity"] = "warning"
        verdict.meant += plain_values(guesses)
        verdict.must_fix = verdict.must_fix or bool(guesses)

    def rules_on(self, day: date, child: KnownRow | None) -> GrowthRules:
        """What values of that day are judged by: the standard of the organisation that answers for the child."""
        owner = child.owner if child else self.nursery
        if owner not in self._standards:
            self._standards[owner] = growth_judging(self.connection, owner).standard
        key = day, self._standards[owner]
        if key not in self._rules:
            self._rules[key] = self.services.rulebook.growth_rules(*key)
        return self._rules[key]

    def cell(self, row: Row, *fields: str) -> str:
        """The address of the first of these fields that the row's sheet has, else of the name."""
        table = self.tables[row.sheet]
        return next((table.place(row.line - 1, field) for field in fields if field in table.fields), row.cell)

    def _cell(self, row: Row, measure: Measure) -> str:
        fields = (measure,) if measure in ("weight", "head") else (measure, "stature", "length", "height")
        return self.cell(row, *fields)


def entered_by(row: RosterRow | MeasurementRow, born: date, day: date, rules: GrowthRules) -> list[Measurement]:
    """The row's values as measurements of that day; a position that nobody told follows from the age."""
    readings = _readings(row, born, day, rules)
    return [Measurement(measure, reading.value, day) for measure, reading in readings if isinstance(reading, Measured)]


def guessed_by(row: MeasurementRow, born: date, day: date, rules: GrowthRules) -> list[Measurement]:
    """What the row's unclear readings probably mean."""
    unclear = [(measure, one) for measure, one in _readings(row, born, day, rules) if isinstance(one, Unclear)]
    return [Measurement(measure, one.suggestion.value, day) for measure, one in unclear if one.suggestion is not None]


def _readings(
    row: RosterRow | MeasurementRow, born: date, day: date, rules: GrowthRules
) -> tuple[tuple[Measure, Reading], ...]:
    lying = row.position == "lying" or (
        row.position is None and completed_months(born, day) < rules.standard.standing_from_month
    )
    return ("weight", row.weight), ("length" if lying else "height", row.stature), ("head", row.head)


def plain_values(entered: Sequence[Measurement]) -> list[list[str]]:
    """[measure, value, day] as JSON keeps them, digits as typed."""
    return [[one.measure, str(one.value), one.day.isoformat()] for one in entered]


def _measurement(point: PointRow) -> Measurement:
    return Measurement(MEASURES[point.code], Decimal(point.value), date.fromordinal(point.day))


def _report(verdict: Verdict, check: EntryCheck, cell: str) -> None:
    """Impossible: the row is not saved, unless as it was meant. Implausible: it waits for a reason. Unusual: a note where a remark explains it."""
    unit = "kg" if check.measure == "weight" else "cm"
    params: dict[str, Any] = {name: _shown(value) for name, value in check.params.items() if name != "indicator"}
    params |= {"measure": check.measure, "value": f"{check.value} {unit}"}
    if check.severity == "impossible":
        verdict.report(f"import.value-impossible-{check.code}", "warning" if check.meant else "error", cell, **params)
    elif check.severity == "implausible":
        verdict.report(f"import.value-implausible-{check.code}", "warning", cell, **params)
    elif check.excused:
        verdict.report("import.value-excused", "note", cell, circumstance=check.excused, **params)
    if check.slip:
        meant = f"{check.meant[check.measure]} {unit}"
        verdict.report("import.value-suggested", "note", cell, measure=check.measure, suggested=meant)


def _compare_day(verdict: Verdict, before: Sequence[Measurement], entered: Sequence[Measurement]) -> None:
    recorded = {one.measure: one.value for one in before if one.day == entered[0].day}
    if all(recorded.get(one.measure) == one.value for one in entered):
        verdict.same = True
        verdict.report("import.recorded-already", "note")
    elif any(one.measure in recorded and recorded[one.measure] != one.value for one in entered):
        verdict.report("import.other-value-that-day", "warning", day=entered[0].day.isoformat())
        verdict.take = False


def _shown(value: float | str | date) -> str:
    return format(round(value, 1), "g") if isinstance(value, float) else str(value)
