"""Editions joined: each schedule knows what earlier editions said of the same target doses, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from healthrec.domain.immunization.periods import Period
from healthrec.domain.immunization.predicates import Continuing
from healthrec.domain.immunization.schedule import (
    Criteria,
    InForce,
    Offer,
    Precaution,
    Schedule,
    Series,
    Skip,
    TargetDose,
    Vaccine,
)
from healthrec.rulebook.immunization.faults import label_problems, schedule_problems
from healthrec.rulebook.immunization.parts import Label, ScheduleFile
from healthrec.rulebook.immunization.regions import RegionChange, in_region
from healthrec.rulebook.problems import BrokenRulesError, Problem

Datable = TypeVar("Datable", Criteria, Skip, Precaution)


@dataclass(frozen=True, slots=True, eq=False)
class ImmunizationRules:
    """Every edition of the schedule, ready to judge by."""

    schedules: tuple[Schedule, ...]
    vaccines: Mapping[str, Vaccine]
    changes: tuple[RegionChange, ...] = ()

    def schedule(self, on: date, edition: str = "", region: str = "") -> Schedule:
        """The edition in force on a day, or the one named, as it stands in a region (GB/T 2260 code, "" for none).

        Before the first of all editions the first answers. Built anew for a region that changes something: keep what
        comes back. Raises LookupError for an edition that is not there.
        """
        found = self._named(edition) if edition else self._in_force(on)
        mine = any(region.startswith(change.region) for change in self.changes) if region else False
        return in_region(found, self.changes, on, region) if mine else found

    def _named(self, edition: str) -> Schedule:
        named = [schedule for schedule in self.schedules if schedule.edition == edition]
        if not named:
            raise LookupError(edition)
        return named[0]

    def _in_force(self, on: date) -> Schedule:
        begun = [schedule for schedule in self.schedules if schedule.effective <= on]
        return begun[-1] if begun else self.schedules[0]


def immunization_rules(
    files: Sequence[ScheduleFile], vaccine_list: Mapping[str, Any], changes: Sequence[RegionChange] = ()
) -> ImmunizationRules:
    """The editions of the programme with the labels of self-paid vaccines, joined in order of their first day.

    Raises BrokenRulesError when an edition is based on none that is there, or says what cannot be.
    """
    vaccines = vaccine_values(vaccine_list)
    labels = [file for file in files if file.id == "self-paid"]
    editions = sorted((file for file in files if file.id == "cn-nip"), key=lambda file: file.effective)
    schedules: list[Schedule] = []
    for file, following in zip(editions, [*editions[1:], None], strict=True):
        before = _based_on(file, schedules)
        superseded = following.effective if following else None
        schedules.append(_joined(file, before, superseded, vaccines))
    whole = tuple(_with_labels(schedule, labels) for schedule in schedules)
    if problems := [*schedule_problems(whole, vaccines), *label_problems(whole[-1], labels)]:
        raise BrokenRulesError(*problems)
    return ImmunizationRules(whole, vaccines, tuple(changes))


def vaccine_values(code_system: Mapping[str, Any]) -> dict[str, Vaccine]:
    """The vaccines of the house's CodeSystem by code."""
    return {concept["code"]: _vaccine(concept) for concept in code_system["concept"]}


def _vaccine(concept: Mapping[str, Any]) -> Vaccine:
    found: dict[str, list[str]] = {}
    for one in concept["property"]:
        found.setdefault(one["code"], []).append(one["valueCode"])
    return Vaccine(
        concept["code"],
        tuple(found.get("antigen", ())),
        "live" in found["kind"],
        "injected" in found["given"],
        frozenset(found.get("contains", ())),
        "programme" in found["paid-by"],
        int(found.get("most-a-day", ["1"])[0]),
        {antigen: (Period.of(age), None) for antigen, age in map(str.split, found.get("antigen-from", ()))},
        "".join(found.get("is-condition", ())),
    )


def _based_on(file: ScheduleFile, schedules: Sequence[Schedule]) -> Schedule | None:
    if not file.based_on:
        return None
    found = [schedule for schedule in schedules if schedule.edition == file.based_on]
    if not found:
        raise BrokenRulesError(Problem("immunization", file.edition, "contradiction", f"based on {file.based_on}"))
    return found[0]


def _joined(
    file: ScheduleFile, before: Schedule | None, superseded: date | None, vaccines: Mapping[str, Vaccine]
) -> Schedule:
    kept = [] if before is None else [series for series in before.series if series.id not in file.ended]
    earlier = {series.id: series for series in kept}
    changed = {series.id: _series(series, earlier.get(series.id), file.effective) for series in file.series}
    order = dict.fromkeys([*earlier, *changed])
    old_conflicts = {one.rule.id: one for one in before.live_conflicts} if before else {}
    conflicts = old_conflicts | {one.rule.id: one for one in file.live_conflicts}
    return Schedule(
        id=file.id,
        edition=file.edition,
        status=file.status,
        effective=file.effective,
        superseded=superseded,
        vaccines=vaccines,
        series=tuple(changed.get(id_) or earlier[id_] for id_ in order),
        editions=(*(before.editions if before else ()), (file.effective, file.edition)),
        live_conflicts=tuple(one for id_, one in conflicts.items() if id_ not in file.ended),
        precautions=_precautions(file, before),
        advice=file.advice or (before.advice if before else ()),
        administration={**(before.administration if before else {}), **file.administration},
    )


def _series(new: Series, old: Series | None, since: date) -> Series:
    """The new text of a series with what the old one said of the same target doses, until the new one began."""
    if old is None:
        return new
    old_targets = {target.number: target for target in old.targets}
    return replace(new, targets=tuple(_target(one, old_targets.get(one.number), since) for one in new.targets))


def _target(new: TargetDose, old: TargetDose | None, since: date) -> TargetDose:
    if old is None:
        return new
    return replace(
        new,
        criteria=(*_begun(new.criteria, since), *_ended(old.criteria, since)),
        skips=(*_begun(new.skips, since), *_ended(old.skips, since)),
    )


def _precautions(file: ScheduleFile, before: Schedule | None) -> tuple[Precaution, ...]:
    old = before.precautions if before else ()
    over = {one.rule.id for one in file.precautions} | file.ended
    kept = [one for one in old if one.rule.id not in over or one.in_force.until is not None]
    ended = _ended([one for one in old if one.rule.id in over and one.in_force.until is None], file.effective)
    return (*(_begun(file.precautions, file.effective) if before else file.precautions), *kept, *ended)


def _begun(parts: Iterable[Datable], since: date) -> tuple[Datable, ...]:
    return tuple(replace(part, in_force=InForce(since, part.in_force.until)) for part in parts)


def _ended(parts: Iterable[Datable], until: date) -> tuple[Datable, ...]:
    return tuple(replace(part, in_force=InForce(part.in_force.since, part.in_force.until or until)) for part in parts)


def _with_labels(schedule: Schedule, files: Sequence[ScheduleFile]) -> Schedule:
    """The schedule with self-paid series before its own, since what is complete there may spare a dose here."""
    labels = [label for file in files for label in file.labels]
    extra = [series for file in files for series in file.series]
    series = [
        _labelled(one, [label for label in labels if label.series == one.id]) for one in (*extra, *schedule.series)
    ]
    conflicts = [one for file in files for one in file.live_conflicts]
    precautions = [one for file in files for one in file.precautions]
    return replace(
        schedule,
        series=tuple(series),
        live_conflicts=(*schedule.live_conflicts, *conflicts),
        precautions=(*schedule.precautions, *precautions),
    )


def _labelled(series: Series, labels: Sequence[Label]) -> Series:
    if not labels:
        return series
    return replace(series, targets=tuple(_labelled_target(one, labels) for one in series.targets))


def _labelled_target(target: TargetDose, labels: Sequence[Label]) -> TargetDose:
    """The target dose, satisfied by combined vaccines too; a course that runs with one is offered it again."""
    mine = [label for label in labels if label.number == target.number]
    criteria = [_late_as(target, label.criteria) for label in mine]
    offers = [Offer(label.vaccine, (Continuing(label.vaccine, label.of),)) for label in mine]
    return replace(target, criteria=(*criteria, *target.criteria), offers=(*offers, *target.offers))


def _late_as(target: TargetDose, label: Criteria) -> Criteria:
    """A label sets ages and intervals; from when the dose is late stays with the programme."""
    printed = next(one for one in target.criteria if one.in_force.until is None)
    return replace(label, complete_before=printed.complete_before)
