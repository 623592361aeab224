"""The rulebook: everything `schemas/` says, checked, as one frozen value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from healthrec.domain.age import CorrectionRule
from healthrec.domain.duties import DutyRule
from healthrec.domain.entrance import EntranceRule
from healthrec.domain.growth.change_rules import ChangeRules
from healthrec.domain.growth.limits import EntryLimits
from healthrec.domain.growth.measuring_rules import MeasuringRules
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import GrowthStandard
from healthrec.domain.screening import WarningSigns
from healthrec.errors import Issue, Refused
from healthrec.rulebook.access import ACCESS_KINDS, AccessRules, access_rules
from healthrec.rulebook.duties import duty_rule
from healthrec.rulebook.entrance import entrance_rule
from healthrec.rulebook.files import read_yaml
from healthrec.rulebook.growth import GrowthBook, correction_rule
from healthrec.rulebook.growth_change import change_rules
from healthrec.rulebook.growth_entry import entry_limits, measuring_rules
from healthrec.rulebook.immunization import (
    CdsiSource,
    ImmunizationRules,
    RegionChange,
    ScheduleFile,
    cdsi_source,
    immunization_rules,
    region_changes,
    schedule_file,
)
from healthrec.rulebook.problems import BrokenRulesError, Problem
from healthrec.rulebook.screening import warning_signs
from healthrec.rulebook.shape import Kind, kinds, shape_problems
from healthrec.rulebook.standards import growth_standard

BUILDERS: Mapping[str, Callable[[Path, str, Mapping[str, Any]], object]] = {
    "growth-standard": growth_standard,
    "growth-correction": correction_rule,
    "growth-entry-limits": entry_limits,
    "growth-change": change_rules,
    "growth-measuring": measuring_rules,
    "warning-signs": warning_signs,
    "duty": duty_rule,
    "immunization-entrance": entrance_rule,
    "immunization-schedule": schedule_file,
    "immunization-cdsi": cdsi_source,
    "immunization-province": region_changes,
}
"""Kind -> what makes the typed value of a set. A kind without one keeps its content as it was read."""


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """One file of rules: what it says about itself, its content as read, and the typed value made of it."""

    kind: str
    file: str
    content: Mapping[str, Any]
    value: object

    @property
    def id(self) -> str:
        return str(self.content["id"])

    @property
    def edition(self) -> str:
        return str(self.content["edition"])

    @property
    def effective(self) -> date:
        return date.fromisoformat(self.content["effective"])

    @property
    def source(self) -> tuple[str, ...]:
        return tuple(self.content.get("source", ()))

    @property
    def status(self) -> str:
        """confirmed, local, unconfirmed, policy or own"""
        return str(self.content["status"])


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """All sets. `version` changes with any byte of them, so that projections know when to be remade."""

    version: str
    sets: tuple[RuleSet, ...]

    def of_kind(self, kind: str) -> tuple[RuleSet, ...]:
        """The sets of one kind, by file name."""
        return tuple(rule_set for rule_set in self.sets if rule_set.kind == kind)

    @property
    def growth(self) -> GrowthBook:
        """Every growth standard there is, also those that a question of today is not answered by."""
        return _growth_book(self)

    def growth_rules(self, on: date, standard: str = "wst423-2022") -> GrowthRules:
        """What measurements are judged by when asked on that day. Raises LookupError when nothing is in force yet."""
        return GrowthRules(
            cast(GrowthStandard, self._value("growth-standard", on, standard)),
            cast(CorrectionRule, self._value("growth-correction", on)),
            cast(EntryLimits, self._value("growth-entry-limits", on)),
            self.growth.standards,
        )

    def growth_change(self, on: date) -> ChangeRules:
        """What is said about growth between measurings when asked on that day."""
        return cast(ChangeRules, self._value("growth-change", on))

    def measuring(self, on: date) -> MeasuringRules:
        """How well people measure, when asked on that day."""
        return cast(MeasuringRules, self._value("growth-measuring", on))

    def correction(self, on: date) -> CorrectionRule:
        """The rule of corrected age in force on that day."""
        return cast(CorrectionRule, self._value("growth-correction", on))

    def warning_signs(self, on: date) -> WarningSigns:
        """The table of warning signs in force on that day."""
        return cast(WarningSigns, self._value("warning-signs", on))

    def duty(self, code: str, on: date) -> DutyRule:
        """The duty with that code as in force on that day."""
        return cast(DutyRule, self._value("duty", on, code))

    def entrance_check(self, on: date) -> EntranceRule:
        """How vaccination is checked on entering a nursery, as in force on that day."""
        return cast(EntranceRule, self._value("immunization-entrance", on))

    def access(self) -> AccessRules:
        """Rights and grants. Built anew on each call: keep what comes back. Raises BrokenRulesError without them."""
        return access_rules({found.kind: found.content for found in self.sets if found.kind in ACCESS_KINDS})

    @property
    def cdsi(self) -> Mapping[str, CdsiSource]:
        """Editions of CDSi's supporting data, which are read on first use."""
        return {found.edition: cast(CdsiSource, found.value) for found in self.of_kind("immunization-cdsi")}

    def immunization(self) -> ImmunizationRules:
        """The schedules of all editions. Built anew on each call: keep what comes back. Raises BrokenRulesError."""
        return _immunization(self.sets)

    def _value(self, kind: str, on: date, rule_id: str | None = None) -> object:
        return _set_in_force(self, kind, on, rule_id).value


# every measurement written asks for its day's rules, and a book never changes
@lru_cache(maxsize=8192)
def _set_in_force(book: Rulebook, kind: str, on: date, rule_id: str | None) -> RuleSet:
    return in_force([found for found in book.of_kind(kind) if rule_id in (None, found.id)], on)


@lru_cache(maxsize=8)
def _growth_book(book: Rulebook) -> GrowthBook:
    sets = sorted(book.of_kind("growth-standard"), key=lambda found: found.effective)
    return GrowthBook({found.id: cast(GrowthStandard, found.value) for found in sets})


class Dated(Protocol):
    """Anything with a first day."""

    @property
    def effective(self) -> date: ...


AnyDated = TypeVar("AnyDated", bound=Dated)


def in_force(editions: list[AnyDated], on: date) -> AnyDated:
    """The latest edition whose first day has come; before the first of all, the first. Raises LookupError for none."""
    if not editions:
        raise LookupError("no such set of rules")
    ordered = sorted(editions, key=lambda edition: edition.effective)
    begun = [edition for edition in ordered if edition.effective <= on]
    return begun[-1] if begun else ordered[0]


def load_rulebook(schemas: Path) -> Rulebook:
    """The rulebook of a `schemas/` folder. Raises Refused with one issue for each problem."""
    sets: list[RuleSet] = []
    problems: list[Problem] = []
    for step in _walk(schemas):
        (sets if isinstance(step, RuleSet) else problems).append(step)  # type: ignore[arg-type]
    if problems:
        raise Refused(*(_issue(problem) for problem in sorted(problems)))
    return Rulebook(_version(schemas, sets), tuple(sets))


def check_rules(schemas: Path) -> list[Problem]:
    """Every problem in a `schemas/` folder, by file and place; empty when all is well."""
    steps = list(_walk(schemas))
    late = [problem for step in steps if isinstance(step, RuleSet) for problem in _late_problems(step)]
    return sorted([*(step for step in steps if isinstance(step, Problem)), *late])


def _late_problems(found: RuleSet) -> Iterator[Problem]:
    """What is wrong in files that are read on first use."""
    if isinstance(found.value, CdsiSource):
        try:
            found.value.cdsi()
        except BrokenRulesError as broken:
            yield from broken.problems
        except ValueError as error:
            yield Problem(found.file, "", "contradiction", str(error))


def _walk(schemas: Path) -> Iterator[RuleSet | Problem]:
    try:
        found = kinds(schemas)
    except BrokenRulesError as broken:
        yield from broken.problems
        return
    steps = [step for kind in found for file in kind.files for step in _load(schemas, kind, file)]
    yield from steps
    yield from _access_problems(steps)
    yield from _immunization_problems(steps)
    yield from _absences(schemas, found)


def _load(schemas: Path, kind: Kind, file: str) -> Iterator[RuleSet | Problem]:
    """The set, or its problems. It is built only when its shape is right."""
    try:
        content = read_yaml(schemas, file)
        problems = list(shape_problems(kind, file, content))
        if problems:
            yield from problems
            return
        build = BUILDERS.get(kind.name)
        yield RuleSet(kind.name, file, content, build(schemas, file, content) if build else None)
    except BrokenRulesError as broken:
        yield from broken.problems
    except ValueError as error:
        yield Problem(file, "", "contradiction", str(error))


def _access_problems(steps: list[RuleSet | Problem]) -> Iterator[Problem]:
    """What the access files say against each other, once each of them is well by itself."""
    contents = {step.kind: step.content for step in steps if isinstance(step, RuleSet) and step.kind in ACCESS_KINDS}
    broken = any(isinstance(step, Problem) and step.file.startswith("access/") for step in steps)
    if contents and not broken:
        try:
            access_rules(contents)
        except BrokenRulesError as error:
            yield from error.problems


def _immunization(sets: Iterable[RuleSet]) -> ImmunizationRules:
    files = [cast(ScheduleFile, found.value) for found in sets if found.kind == "immunization-schedule"]
    (vaccine_list,) = [found.content for found in sets if found.kind == "immunization-vaccines"]
    provinces = [found.value for found in sets if found.kind == "immunization-province"]
    changes = [change for one in provinces for change in cast(tuple[RegionChange, ...], one)]
    return immunization_rules(files, vaccine_list, changes)


def _immunization_problems(steps: list[RuleSet | Problem]) -> Iterator[Problem]:
    """What the editions say against each other or the list of vaccines, once each file is well by itself."""
    sets = [step for step in steps if isinstance(step, RuleSet) and step.kind.startswith("immunization-")]
    broken = any(isinstance(step, Problem) and step.file.startswith("immunization/") for step in steps)
    if sets and not broken:
        try:
            _immunization(sets)
        except BrokenRulesError as error:
            yield from error.problems


def _absences(schemas: Path, found: tuple[Kind, ...]) -> Iterator[Problem]:
    """Kinds that have a builder must have a file; YAML in their folders must be of some kind."""
    files = {kind.name: kind.files for kind in found}
    for name in BUILDERS:
        if not files.get(name):
            yield Problem(f"meta/{name}.json", "x-files", "missing", "no file of this kind")
    claimed = {file for kind in found for file in kind.files}
    for folder in sorted({file.split("/")[0] for file in claimed}):
        for path in sorted((schemas / folder).rglob("*.y*ml")):
            file = path.relative_to(schemas).as_posix()
            if file not in claimed:
                yield Problem(file, "", "no-schema")


def _issue(problem: Problem) -> Issue:
    params = {"file": problem.file, "place": problem.place, "detail": problem.detail}
    return Issue("invalid", f"rulebook.{problem.code}", f"{problem.file}#{problem.place}", params)


def _version(schemas: Path, sets: list[RuleSet]) -> str:
    # Tables are part of it through the checksums that their YAML holds.
    digest = hashlib.sha256()
    for rule_set in sorted(sets, key=lambda rule_set: rule_set.file):
        digest.update(rule_set.file.encode() + b"\0" + (schemas / rule_set.file).read_bytes())
    return digest.hexdigest()[:16]
