"""Doses of another source held against those on record: what is on record, and how the two are paired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from healthrec.domain.immunization.reconcile import Reconciled, Told, reconcile
from healthrec.fhir.facts import differs_from
from healthrec.fhir.primitives import local_day
from healthrec.services.context import Services
from healthrec.services.immunization.doses import source_of
from healthrec.services.immunization.facts import vaccine_of
from healthrec.services.immunization.forecaster import forecaster

_OFTEN = frozenset({"Rab"})
"""Given days apart after a bite, so that two close doses are two."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The doses of one child on record by id, those not given too. `waiting` are second sources' words that wait for a decision, or that somebody
    decided against: what says the same again is nothing new. `source` by id is a code of dose-source,
    `of` gives the dose that a waiting word contradicts."""

    told: Mapping[str, Told]
    waiting: frozenset[str]
    source: Mapping[str, str]
    of: Mapping[str, str]


def recorded_of(documents: Iterable[Mapping[str, Any]]) -> Recorded:
    """From the Immunizations of a child, mistaken ones included."""
    told: dict[str, Told] = {}
    waiting: set[str] = set()
    source: dict[str, str] = {}
    of: dict[str, str] = {}
    for one in documents:
        day = local_day(str(one.get("occurrenceDateTime", "")))
        beside = differs_from(one)
        if day is None or not (beside or one["status"] in ("completed", "not-done")):
            continue
        told[one["id"]] = told_of(one, one["id"])
        source[one["id"]] = source_of(one)
        if beside:
            waiting.add(one["id"])
            of[one["id"]] = beside
    return Recorded(told, frozenset(waiting), source, of)


def told_of(immunization: Mapping[str, Any], key: str) -> Told:
    """A dose with a known day as the core compares it."""
    day = local_day(str(immunization["occurrenceDateTime"]))
    assert day is not None
    protocol: Mapping[str, Any] = next(iter(immunization.get("protocolApplied", ())), {})
    number = protocol.get("doseNumberPositiveInt")
    product = str(immunization.get("vaccineCode", {}).get("text", ""))
    # a word that it was not given keeps its reason when somebody decided against it
    given = immunization["status"] != "not-done" and "statusReason" not in immunization
    return Told(key, vaccine_of(immunization), product, day, number, str(immunization.get("lotNumber", "")), given)


def may_be_two(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both may be doses of their own: one vaccine is given once a day."""
    first, second = told_of(one, ""), told_of(other, "")
    return (first.day, first.vaccine) != (second.day, second.vaccine)


def reconciled(services: Services, recorded: Recorded, incoming: Sequence[Told]) -> Reconciled:
    """Pair the incoming doses with those on record. What says just what a waiting word says is that word."""
    schedule = forecaster(services.rulebook).rules.schedule(services.today())
    antigens = {code: frozenset(one.antigens) for code, one in schedule.vaccines.items()}
    words = [recorded.told[id_] for id_ in sorted(recorded.waiting)]
    again = reconcile(words, incoming, antigens, _OFTEN).found
    known = {key: one for key, one in again.items() if one.standing == "same"}
    standing = [one for id_, one in recorded.told.items() if id_ not in recorded.waiting]
    rest = reconcile(standing, [one for one in incoming if one.key not in known], antigens, _OFTEN)
    contradicted = {recorded.of[one.other] for one in known.values() if one.other in recorded.of}
    only_here = tuple(one for one in rest.only_here if one.given and one.key not in contradicted)
    return Reconciled({**rest.found, **known}, only_here)
