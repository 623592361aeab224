"""Patient/$growth as FHIR Parameters: `schemas/fhir/patient-growth.json` says what stands where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from healthrec.domain.growth import ChangeFinding, EntryCheck, Finding, Gain
from healthrec.fhir.measuring import quantity
from healthrec.fhir.types import BASE

Document = dict[str, Any]

Z_SCORE: Final = BASE + "CodeSystem/growth-z-score"
_LEVEL: Final = BASE + "CodeSystem/growth-level"
_NUTRITION: Final = BASE + "CodeSystem/nutrition"
_PROFILE: Final = BASE + "StructureDefinition/growth-z-score"
_UNITS: Final = {"wfa": "kg", "wfl": "kg", "wfh": "kg", "bfa": "kg/m2", "tsfa": "mm", "ssfa": "mm"}


def growth_parameters(
    standard: str,
    measured: Iterable[
        tuple[Mapping[str, Any], Iterable[tuple[Finding, Sequence[str]]], Iterable[tuple[EntryCheck, bool]]]
    ],
    gains: Iterable[Gain],
    changes: Iterable[tuple[ChangeFinding, str, str]],
    *,
    derived: bool,
) -> Document:
    """`standard` is "id|edition"; each measurement comes with its findings, each finding with the ids of the Observations
    behind it, and with what is hard to believe of it and whether it was confirmed; each change with its source and the
    status of that."""
    parts = [_part("standard", valueString=standard)]
    for observation, findings, checks in measured:
        inner = [{"name": "observation", "resource": dict(observation)}]
        inner += [_finding(finding, sources, observation if derived else None) for finding, sources in findings]
        inner += [_check(check, confirmed) for check, confirmed in checks]
        parts.append(_part("measurement", part=inner))
    parts += [_part("gain", part=list(_gain(one))) for one in gains]
    parts += [_part("change", part=list(_change(*one))) for one in changes]
    return {"resourceType": "Parameters", "parameter": parts}


def z_score_observation(finding: Finding, subject: str, sources: Sequence[str]) -> Document | None:
    """The z-score as an Observation derived from those that it was computed from; None where there is none. It is not
    stored and so has no id."""
    if finding.z_score is None:
        return None
    codes = [(_LEVEL, finding.level), (_NUTRITION, finding.nutrition)]
    interpretation = [{"coding": [{"system": system, "code": code}]} for system, code in codes if code]
    document: Document = {
        "resourceType": "Observation",
        "meta": {"profile": [_PROFILE]},
        "status": "final",
        "code": {"coding": [{"system": Z_SCORE, "code": finding.indicator}]},
        "subject": {"reference": subject},
        "effectiveDateTime": finding.day.isoformat(),
        "valueQuantity": quantity(Decimal(f"{finding.z_score:.2f}"), "1"),
        "method": {"text": f"{finding.rule_id}|{finding.edition}"},
        "derivedFrom": [{"reference": f"Observation/{source}"} for source in sources],
    }
    return document | ({"interpretation": interpretation} if interpretation else {})


def _finding(finding: Finding, sources: Sequence[str], observation: Mapping[str, Any] | None) -> Document:
    parts = [*_judged(finding)]
    if observation is not None:
        document = z_score_observation(finding, observation["subject"]["reference"], sources)
        parts += [{"name": "derived", "resource": document}] if document else []
    return _part("finding", part=parts)


def _judged(finding: Finding) -> Iterator[Document]:
    yield _part("indicator", valueCode=finding.indicator)
    yield _part("value", valueQuantity=_amount(finding.value, finding.indicator))
    yield _part("standard", valueString=f"{finding.rule_id}|{finding.edition}")
    if finding.z_score is not None:
        yield _part("zScore", valueDecimal=Decimal(f"{finding.z_score:.2f}"))
    if finding.percentile is not None:
        yield _part("percentile", valueDecimal=Decimal(f"{finding.percentile:.1f}"))
    for name, code in (("level", finding.level), ("category", finding.nutrition)):
        if code:
            yield _part(name, valueCode=code)
    if "corrected-age" in finding.applied:
        yield _part("correctedAge", valueBoolean=True)
    yield from (_part("applied", valueCode=code) for code in finding.applied)
    yield from (_part("notJudged", valueCode=code) for code in finding.not_judged)


def _check(check: EntryCheck, confirmed: bool) -> Document:
    parts = [_part("code", valueCode=check.code), _part("confirmed", valueBoolean=confirmed)]
    meant = [
        _part("meant", valueQuantity=quantity(value, "kg")) for one, value in check.meant.items() if one == "weight"
    ]
    meant += [
        _part("meant", valueQuantity=quantity(value, "cm")) for one, value in check.meant.items() if one != "weight"
    ]
    return _part("implausible", part=parts + meant)


def _gain(one: Gain) -> Iterator[Document]:
    yield _part("indicator", valueCode=one.indicator)
    yield _part("from", valueDate=one.first.isoformat())
    yield _part("to", valueDate=one.last.isoformat())
    yield _part("gain", valueQuantity=_amount(one.gain, one.indicator))
    if one.expected is not None:
        yield _part("expected", valueQuantity=_amount(round(one.expected, 2), one.indicator))
    if one.z_before is not None and one.z_after is not None:
        yield _part("zChange", valueDecimal=Decimal(f"{one.z_after - one.z_before:.2f}"))


def _change(one: ChangeFinding, source: str, status: str) -> Iterator[Document]:
    yield _part("code", valueCode=one.code)
    yield _part("grade", valueCode=one.grade)
    yield _part("indicator", valueCode=one.indicator)
    yield _part("from", valueDate=one.first.isoformat())
    yield _part("to", valueDate=one.last.isoformat())
    yield _part("rule", valueString=one.rule)
    yield _part("source", valueString=source)
    yield _part("status", valueCode=status)
    for name, value in one.numbers.items():
        inner = [_part("name", valueCode=name.replace("_", "-")), _part("value", valueDecimal=_exact(value))]
        yield _part("number", part=inner)
    yield from (_part("cause", valueCode=cause) for cause in one.causes)
    yield from (_part("place", valueReference={"reference": f"Organization/{place}"}) for place in one.places)


def _amount(value: float, indicator: str) -> Document:
    return quantity(_exact(round(value, 3)), _UNITS.get(indicator, "cm"))


def _exact(value: float) -> Decimal:
    """The digits that a person would write: 0.30000000000000004 is 0.3."""
    return Decimal(format(value, ".10g"))


def _part(name: str, **content: Any) -> Document:
    return {"name": name, **content}
