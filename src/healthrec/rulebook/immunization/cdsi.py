"""CDC's supporting data for CDSi as a schedule: vaccines by CVX, groups, live-virus conflicts, contraindications, series.

The files are read on first use, so that whoever never asks for this edition does not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

from healthrec.domain.immunization.schedule import LiveConflict, Precaution, Rule, Schedule, Vaccine
from healthrec.rulebook.files import read_xml
from healthrec.rulebook.immunization.cdsi_series import SeriesReader, span, text
from healthrec.rulebook.immunization.predicates import Content

ANAPHYLAXIS = "anaphylaxis-to-vaccine"
_STANDARD = "Standard"


@dataclass(frozen=True, slots=True)
class Cdsi:
    """One edition, ready to judge by. `names` are the short descriptions of CVX codes, in English only."""

    schedule: Schedule
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class CdsiSource:
    """Where an edition's files are; `cdsi()` reads them once."""

    edition: str
    _schemas: Path
    _content: Content
    _read: list[Cdsi] = field(default_factory=list)

    @property
    def is_read(self) -> bool:
        """Whether somebody has asked for it."""
        return bool(self._read)

    def cdsi(self) -> Cdsi:
        """The edition. Raises BrokenRulesError when a file is not the registered one."""
        if not self._read:
            self._read.append(_cdsi(self._schemas, self._content))
        return self._read[0]


def cdsi_source(schemas: Path, _file: str, content: Content) -> CdsiSource:
    """What a `data.yaml` names, not read yet."""
    return CdsiSource(content["edition"], schemas, content)


def _cdsi(schemas: Path, content: Content) -> Cdsi:
    shared = read_xml(schemas, **content["schedule"])
    roots = [read_xml(schemas, **one) for one in content["antigens"]]
    maps = list(shared.iter("cvxMap"))
    antigens = [text(root.find("series"), "targetDisease") for root in roots]
    conflicts = tuple(_conflicts(shared, content))
    live = frozenset().union(*(one.earlier | one.later for one in conflicts))
    vaccines = {code: one for one in maps if (code := text(one, "cvx")) and _against(one, antigens)}
    known = {code: _vaccine(code, one, antigens, code in live) for code, one in vaccines.items()}
    by_antigen = {name: frozenset(code for code, one in known.items() if name in one.antigens) for name in antigens}
    readers = [SeriesReader(content, by_antigen[name], root) for name, root in zip(antigens, roots, strict=True)]
    effective = date.fromisoformat(content["effective"])
    schedule = Schedule(
        id=content["id"],
        edition=content["edition"],
        status=content["status"],
        effective=effective,
        superseded=None,
        vaccines=known,
        series=tuple(one for reader in readers for one in reader.series(_STANDARD)),
        editions=((effective, content["edition"]),),
        live_conflicts=conflicts,
        precautions=tuple(_precautions(content, roots, antigens, by_antigen)),
        groups=_groups(shared, antigens),
        month_end="next-month",
    )
    return Cdsi(schedule, {code: text(one, "shortDescription") for code, one in vaccines.items()})


def _against(cvx_map: Element, antigens: Iterable[str]) -> bool:
    return any(text(one, "antigen") in antigens for one in cvx_map.iter("association"))


def _vaccine(code: str, cvx_map: Element, antigens: Iterable[str], live: bool) -> Vaccine:
    """`contains` names the antigens: two vaccines against one of the same share what an allergy may be to."""
    found = [one for one in cvx_map.iter("association") if text(one, "antigen") in antigens]
    against = tuple(text(one, "antigen") for one in found)
    ages = {text(one, "antigen"): (span(one, "associationBeginAge"), span(one, "associationEndAge")) for one in found}
    limited = {name: age for name, age in ages.items() if age != (None, None)}
    return Vaccine(code, against, live, contains=frozenset(against), ages=limited)


def _groups(shared: Element, antigens: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found = {
        text(one, "name"): tuple(name for part in one.iter("antigen") if (name := part.text or "") in antigens)
        for one in shared.iter("vaccineGroupMap")
    }
    return {name: members for name, members in found.items() if members}


def _conflicts(shared: Element, content: Content) -> Iterator[LiveConflict]:
    """Pairs of vaccines with the same spans, gathered by the later one."""
    gathered: dict[tuple[str, int, int, int], set[str]] = {}
    for one in shared.iter("liveVirusConflict"):
        days = [_days(one, name) for name in ("conflictBeginInterval", "minConflictEndInterval", "conflictEndInterval")]
        begin, least, end = days
        gathered.setdefault((text(one, "current/cvx"), begin, least, end), set()).add(text(one, "previous/cvx"))
    rule = _rule(content, "live-virus-conflict", "Two live virus vaccines on different days must be apart.")
    for (later, begin, least, end), earlier in gathered.items():
        yield LiveConflict(rule, frozenset(earlier), frozenset([later]), end, least or end, begin)


def _days(element: Element, name: str) -> int:
    found = span(element, name)
    return found.days if found else 0


def _precautions(
    content: Content, roots: Iterable[Element], antigens: Iterable[str], by_antigen: Mapping[str, frozenset[str]]
) -> Iterator[Precaution]:
    """Contraindications of a group or of single vaccines, for observations that a condition of ours amounts to."""
    allergy = "Severe allergic reaction after a previous dose of a vaccine against the same disease."
    yield Precaution(
        _rule(content, "contraindication.allergy", allergy),
        frozenset([ANAPHYLAXIS]),
        "contraindicated",
        of_condition=True,
    )
    conditions: dict[str, list[str]] = {}
    for code, observations in content["conditions"].items():
        for observation in observations:
            conditions.setdefault(observation, []).append(code)
    for antigen, root in zip(antigens, roots, strict=True):
        for one in root.iter("contraindication"):
            observation = text(one, "observationCode")
            if observation in conditions:
                named = frozenset(text(vaccine, "cvx") for vaccine in one.iter("contraindicatedVaccine"))
                rule = _rule(content, f"contraindication.{antigen}.{observation}", text(one, "contraindicationText"))
                whom = frozenset(conditions[observation])
                yield Precaution(rule, whom, "contraindicated", named or by_antigen[antigen])


def _rule(content: Content, id_: str, words: str) -> Rule:
    return Rule(id_, content["edition"], content["status"], tuple(content["source"]), words, words)
