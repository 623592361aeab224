"""What can be wrong in a schedule once its editions are joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from healthrec.domain.immunization.predicates import Continuing, DosesAre, Predicate
from healthrec.domain.immunization.schedule import Schedule, Series, TargetDose, Vaccine
from healthrec.rulebook.immunization.parts import ScheduleFile
from healthrec.rulebook.problems import Problem, ProblemCode


def schedule_problems(schedules: Sequence[Schedule], vaccines: Mapping[str, Vaccine]) -> Iterator[Problem]:
    """Every vaccine named must be listed, every offer must have criteria of the edition, the last must suit everybody."""
    for schedule in schedules:
        for place, code in _named(schedule):
            if code not in vaccines:
                yield Problem("immunization", f"{schedule.edition}/{place}", "unknown-code", code)
        for series in schedule.series:
            for target in series.targets:
                for fault, detail in _faults(target):
                    yield Problem("immunization", f"{schedule.edition}/{target.rule.id}", fault, detail)


def label_problems(schedule: Schedule, files: Sequence[ScheduleFile]) -> Iterator[Problem]:
    """A label must count for series that are there."""
    known = {series.id for series in schedule.series}
    for label in (label for file in files for label in file.labels):
        if label.series not in known:
            yield Problem("immunization", label.criteria.rule.id, "unknown-code", label.series)


def _named(schedule: Schedule) -> Iterator[tuple[str, str]]:
    """(place, code) of every vaccine named."""
    for series in schedule.series:
        yield from ((series.id, code) for code in _named_by(series))
    yield from ((one.rule.id, code) for one in schedule.live_conflicts for code in one.earlier | one.later)
    yield from ((one.rule.id, code) for one in schedule.precautions for code in one.vaccines or ())
    yield from (("administration", code) for code in schedule.administration)


def _named_by(series: Series) -> Iterator[str]:
    for target in series.targets:
        yield from (code for criteria in target.criteria for code in criteria.vaccines)
        yield from (offer.vaccine for offer in target.offers)
    for predicate in _predicates(series):
        if isinstance(predicate, Continuing):
            yield predicate.vaccine
        if isinstance(predicate, DosesAre):
            yield from predicate.vaccines or ()


def _predicates(series: Series) -> Iterator[Predicate]:
    yield from series.indication
    yield from (one for some in series.preferred_when for one in some)
    for target in series.targets:
        yield from (one for criteria in target.criteria for one in criteria.when)
        yield from (one for offer in target.offers for one in offer.when)
        yield from (one for skip in target.skips for some in skip.any_of for one in some)


def _faults(target: TargetDose) -> Iterator[tuple[ProblemCode, str]]:
    lost = [one.vaccine for one in target.offers if one.vaccine not in target.current]
    yield from (("contradiction", f"no criteria for {code}") for code in lost)
    if not lost and not _suits_everybody(target):
        yield "contradiction", "the last offer must suit everybody"


def _suits_everybody(target: TargetDose) -> bool:
    last = target.offers[-1]
    criteria = [one for one in target.by_vaccine[last.vaccine] if one.is_current]
    return not last.when and not criteria[-1].when
