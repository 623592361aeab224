"""Record and correct what was measured on one day.

What no living child measures is refused; what is implausible asks for a second measuring or a reason, which is kept with
the value; a value that was changed meanwhile is shown beside the new one and never overwritten unseen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from healthrec.domain.growth import EntryCheck, Measurement, check_entry
from healthrec.domain.growth.repeat import check_readings, settle
from healthrec.domain.quantity import Measured, Unclear
from healthrec.errors import Issue
from healthrec.fhir.facts import MeasurementFact
from healthrec.fhir.measuring import MEASURES, Taking, corrected_observation, growth_observation
from healthrec.services.children.places import performers
from healthrec.services.children.record import ChildRecord, as_measurement, open_record
from healthrec.services.context import Caller, Services
from healthrec.services.growth.day import Day, on_day
from healthrec.services.growth.entry import Entry, Typed, read_entry
from healthrec.services.record.write import Change, Written, apply
from healthrec.store import commands


@dataclass(frozen=True, slots=True)
class Outcome:
    """Saved when `written` holds something. Otherwise what stands in the way: readings that are unclear and issues, by
    box, or implausible values that ask for a reason; `checks` are all remarks."""

    written: tuple[Written, ...] = ()
    unclear: Mapping[str, Unclear] = field(default_factory=dict)
    issues: Mapping[str, Issue] = field(default_factory=dict)
    checks: tuple[EntryCheck, ...] = ()
    stale: Mapping[str, MeasurementFact] = field(default_factory=dict)

    @property
    def impossible(self) -> tuple[EntryCheck, ...]:
        """What blocks."""
        return self._of("impossible")

    @property
    def implausible(self) -> tuple[EntryCheck, ...]:
        """What asks for a reason."""
        return self._of("implausible")

    @property
    def unusual(self) -> tuple[EntryCheck, ...]:
        """What is quietly noted."""
        return self._of("unusual")

    def _of(self, severity: str) -> tuple[EntryCheck, ...]:
        return tuple(check for check in self.checks if check.severity == severity)


def record_measurement(
    services: Services, caller: Caller, child: str, entry: Entry, *, command_id: str = ""
) -> Outcome:
    """Write the day's values in one transaction, or say what stands in the way. Raises NotFound, NotAllowed."""
    if earlier := _written_before(services, caller, command_id):
        return Outcome(earlier)
    record = open_record(services, caller, child, "/measure")
    typed = read_entry(entry)
    outcome = Outcome(unclear=typed.unclear, issues=typed.issues)
    if typed.day is None or typed.unclear or typed.issues:
        return outcome
    standing = on_day(record, typed.day)
    if taken := _taken(entry, typed.readings, standing):
        return replace(outcome, issues=taken)
    if stale := _stale(entry, standing):
        return replace(outcome, stale=stale)
    entered, checks = _judged(services, record, entry, typed)
    outcome = replace(outcome, checks=checks)
    if outcome.impossible or not (entry.explained or _remeasured(outcome, entered, typed)):
        return outcome
    changes = _Making(services, caller, record, child, entry, typed, standing).changes(entered, outcome.implausible)
    written = apply(services, caller, changes, command_id=command_id) if changes else []
    return replace(outcome, written=tuple(written))


def _written_before(services: Services, caller: Caller, command_id: str) -> tuple[Written, ...]:
    """What this command wrote already; () for a new one."""
    with services.database.read() as connection:
        kept = commands.answer(connection, command_id) if command_id else None
    if kept is None or kept[0] != caller.account:
        return ()
    return tuple(Written(**row) for row in json.loads(kept[1]))


def _judged(
    services: Services, record: ChildRecord, entry: Entry, typed: Typed
) -> tuple[dict[str, Measurement], tuple[EntryCheck, ...]]:
    """The values by field, and every remark on them."""
    assert typed.day is not None
    rules = services.rulebook.measuring(services.today())
    entered: dict[str, Measurement] = {}
    checks: list[EntryCheck] = []
    for name, readings in typed.readings.items():
        measure = entry.measure(name)
        settled = settle(measure, [one.value for one in readings], rules)
        entered[name] = Measurement(measure, settled.value, typed.day)
        checks += check_readings(measure, settled, rules)
    return entered, (*checks, *_checks(services, record, entry, list(entered.values())))


def _checks(
    services: Services, record: ChildRecord, entry: Entry, entered: Sequence[Measurement]
) -> tuple[EntryCheck, ...]:
    if record.facts.birth_date is None:
        return ()
    rules = services.rulebook.growth_rules(services.today(), record.standard)
    so_far = [as_measurement(fact) for fact in record.measured()]
    told = entry.taking("", (), asked=False).circumstances
    return check_entry(record.subject, so_far, entered, rules, services.today(), told)


def _remeasured(outcome: Outcome, entered: Mapping[str, Measurement], typed: Typed) -> bool:
    """Whether nothing is implausible, or a second reading bears out every value that is."""
    apart = {check.measure for check in outcome.checks if check.code == "readings-apart"}
    twice = {one.measure for name, one in entered.items() if len(typed.readings[name]) > 1}
    return {check.measure for check in outcome.implausible} <= twice - apart


def _taken(entry: Entry, readings: Mapping[str, tuple[Measured, ...]], standing: Day) -> dict[str, Issue]:
    """A second value of the same day is a correction of the first, and has to say so."""
    return {
        name: Issue("duplicate", "measure.already", name, {"found": " ".join(standing.facts[name].written)})
        for name in readings
        if name in standing.facts and name not in entry.bases
    }


def _stale(entry: Entry, standing: Day) -> dict[str, MeasurementFact]:
    return {
        name: standing.facts[name]
        for name, base in entry.bases.items()
        if name in standing.facts and standing.bases[name] != base
    }


class _Making:
    """Makes the changes of one entry."""

    def __init__(
        self,
        services: Services,
        caller: Caller,
        record: ChildRecord,
        child: str,
        entry: Entry,
        typed: Typed,
        standing: Day,
    ) -> None:
        self._record, self._child, self._entry = record, child, entry
        self._readings, self._standing = typed.readings, standing
        with services.database.read() as connection:
            self._performers = performers(connection, caller)

    def changes(self, entered: Mapping[str, Measurement], asked: Sequence[EntryCheck]) -> list[Change]:
        """New Observations, and corrected versions of those that stood and are changed."""
        reasons = {check.measure for check in asked}
        found = []
        for name, one in entered.items():
            taking = self._entry.taking(name, self._readings[name], asked=one.measure in reasons)
            found.append(self._corrected(name, one, taking) if name in self._standing.facts else self._new(one, taking))
        return [change for change in found if change is not None]

    def _new(self, one: Measurement, taking: Taking) -> Change:
        document = growth_observation(self._child, one, taking, self._performers, self._entry.remarks)
        return Change("POST", "Observation", document)

    def _corrected(self, name: str, one: Measurement, taking: Taking) -> Change | None:
        """A version on top of the one that stood; None where nothing changed."""
        fact, before = self._standing.facts[name], self._standing.takings[name]
        same_measure = MEASURES[fact.code] == one.measure
        if same_measure and fact.value == one.value and taking == before and not self._entry.remarks:
            return None
        document = next(found for found in self._record.of("Observation") if found["id"] == fact.id)
        after = corrected_observation(document, one, taking, self._performers, self._entry.remarks)
        return Change("PUT", "Observation", after, fact.id, self._entry.bases[name][1])
