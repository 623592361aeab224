"""Observation → growth points: every measurement judged by the standard in force, by the pure core.

One day of a child is judged as a whole (weight-for-length needs both), so a write remakes the days that it touches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from healthrec.domain.growth import Finding, Measurement, Subject, evaluate
from healthrec.fhir.json import recall
from healthrec.fhir.measuring import AT_BIRTH, MEASURES, counts
from healthrec.fhir.types import entered_in_error
from healthrec.fhir.ucum import convert
from healthrec.services.choices import Judging, growth_judging
from healthrec.services.context import Services
from healthrec.store import growth, house_state, projections
from healthrec.store.engine import Connection
from healthrec.store.resources import Write

LATER = "rejudge-"
"""What the house remembers begins so, with the key of an organisation whose children wait to be judged again."""

_JUDGED_DAYS = 7_400
"""Twenty years: a date mistyped by centuries is kept as written, and judged by nobody."""

GESTATION = "11884-4"
_WORRIES = frozenset({"underweight", "stunting", "wasting", "thinness", "obesity"})


Read = dict[int, Measurement | None]
"""What Observations say, by key; None for what is no measurement that counts."""


class StaleDays:
    """Days whose growth must be judged again, gathered while a transaction writes and remade once at its end. `births` then
    gives the birth of each child that was judged, None where it is not known."""

    def __init__(self) -> None:
        self.births: dict[int, date | None] = {}
        self._days: dict[int, set[int] | None] = {}
        self._read: Read = {}

    def wrote(self, key: int, measurement: Measurement | None) -> None:
        """What an Observation of this transaction says, so that its document need not be read again."""
        self._read[key] = measurement

    def day(self, child: int, *days: int) -> None:
        """These days of the child."""
        known = self._days.setdefault(child, set())
        if known is not None:
            known.update(days)

    def whole(self, child: int) -> None:
        """Every day of the child."""
        self._days[child] = None

    def remake(self, connection: Connection, services: Services) -> None:
        """Judge them."""
        for child, days in sorted(self._days.items(), key=lambda one: one[0]):
            self.births[child] = remake(connection, services, child, days, self._read)


def note(connection: Connection, write: Write, resource: Mapping[str, Any] | None, stale: StaleDays) -> None:
    """Note the days that this measurement is on, was on, or no longer is on."""
    if not write.child:
        return
    if write.version > 1:
        stale.day(write.child, *growth.days_of(connection, write.key))
    if write.version > 1 or (resource is not None and loinc_code(resource) == GESTATION):
        _note_gestation(connection, write.child, stale)
    one = _counted(resource, _birth_of(connection, write.child, resource)) if resource is not None else None
    stale.wrote(write.key, one)
    if one is not None:
        stale.day(write.child, one.day.toordinal())


def _note_gestation(connection: Connection, child: int, stale: StaleDays) -> None:
    """Keep what the child's last valid gestational age says: one may have been corrected or taken back."""
    known = projections.child_row(connection, child)
    if known is None:
        return
    days: int | None = None
    for _, body in growth.observations_between(connection, child, [GESTATION], 1, 3_000_000):
        found = _gestation_days(recall(body))
        days = found if found is not None else days
    if days != known.gestation_days:
        projections.set_gestation(connection, child, days)
        stale.whole(child)


def remake(
    connection: Connection,
    services: Services,
    child: int,
    days: Iterable[int] | None = None,
    read: Mapping[int, Measurement | None] = MappingProxyType({}),
) -> date | None:
    """Replace the child's points on these days, or all of them; gives its birth. `read` spares documents that are known already."""
    wanted = sorted(days) if days is not None else None
    row = growth.judged(connection, child)
    growth.forget(connection, child, wanted)
    if row is None or not row.birth_day:
        return None
    if wanted == []:
        return date.fromordinal(row.birth_day)
    subject = Subject(row.sex, date.fromordinal(row.birth_day), row.gestation_days)
    judging = growth_judging(connection, row.owner)
    measured = _measured(connection, child, subject.birth, wanted, read)
    judged = sorted(day for day in measured if row.birth_day <= day <= row.birth_day + _JUDGED_DAYS)
    points = [_points(services, subject, judging, child, row.owner, day, measured[day]) for day in judged]
    growth.put(connection, [point for of_day in points for point in of_day])
    return subject.birth


def judge_later(connection: Connection, organization: int) -> None:
    """Note, in the transaction that changes how growth is judged there, that all children of this organisation (key) and of
    those below it wait from the first on. `services.admin.rejudging` takes them in parts."""
    house_state.remember(connection, f"{LATER}{organization}", "0")


def loinc_code(resource: Mapping[str, Any]) -> str:
    """The LOINC code of an Observation, "" when it has none."""
    codings = resource.get("code", {}).get("coding", ())
    return next((str(one.get("code", "")) for one in codings if one.get("system") == "http://loinc.org"), "")


def measurement_of(resource: Mapping[str, Any]) -> Measurement | None:
    """The measurement that a growth Observation records, in kg or cm; None for anything else."""
    measure = MEASURES.get(loinc_code(resource))
    quantity = resource.get("valueQuantity")
    day = str(resource.get("effectiveDateTime", ""))[:10]
    if measure is None or not isinstance(quantity, Mapping) or len(day) < 10 or "value" not in quantity:
        return None
    value = _in_unit(quantity, "kg" if measure == "weight" else "cm")
    return Measurement(measure, value, date.fromisoformat(day)) if value is not None else None


def _counted(resource: Mapping[str, Any], birth: date | None) -> Measurement | None:
    """The measurement, unless it is a mistake, was never made, or stands under birth and is of another day."""
    one = measurement_of(resource) if resource.get("status") not in ("entered-in-error", "cancelled") else None
    return one if one is not None and counts(loinc_code(resource), one.day, birth) else None


def _birth_of(connection: Connection, child: int, resource: Mapping[str, Any]) -> date | None:
    """The day of birth, where it matters whether this is a measurement of that day."""
    row = projections.child_row(connection, child) if loinc_code(resource) in AT_BIRTH else None
    return date.fromordinal(row.birth_day) if row is not None and row.birth_day else None


def _measured(
    connection: Connection,
    child: int,
    birth: date,
    wanted: list[int] | None,
    read: Mapping[int, Measurement | None],
) -> dict[int, list[tuple[int, Measurement]]]:
    """(key, measurement) by day, in the order in which they were made."""
    found: dict[int, list[tuple[int, Measurement]]] = {}
    first, last = (wanted[0], wanted[-1]) if wanted else (1, 3_000_000)
    # a day of another zone reaches into its neighbours, whose documents are told apart by their text
    days = [f'"{date.fromordinal(day).isoformat()}' for day in wanted or ()]
    for key, body in growth.observations_between(connection, child, list(MEASURES), first, last):
        if days and key not in read and not any(day in body for day in days):
            continue
        one = read[key] if key in read else _counted(recall(body), birth)
        if one is not None and (wanted is None or one.day.toordinal() in wanted):
            found.setdefault(one.day.toordinal(), []).append((key, one))
    return found


def _points(
    services: Services,
    subject: Subject,
    judging: Judging,
    child: int,
    owner: int,
    day: int,
    measured: list[tuple[int, Measurement]],
) -> list[dict[str, Any]]:
    sources: dict[str, int] = {one.measure: key for key, one in measured}
    values = [one for _, one in measured]
    rules = services.rulebook.growth_rules(date.fromordinal(day), judging.standard)
    findings = evaluate(rules, subject, values, judging.method)
    return [row for finding in findings if (row := _row(finding, sources, values, child, owner, day))]


def _row(
    finding: Finding, sources: Mapping[str, int], measured: list[Measurement], child: int, owner: int, day: int
) -> dict[str, Any] | None:
    size = "height" if "height" in sources else "length"
    source = {"lhfa": sources.get(size), "hcfa": sources.get("head"), "acfa": sources.get("arm")}.get(
        finding.indicator, sources.get("weight")
    )
    if source is None:
        return None
    nutrition = finding.nutrition or ""
    return {
        "source": source,
        "indicator": finding.indicator,
        "child": child,
        "owner": owner,
        "day": day,
        "value": _as_written(finding, measured),
        "z_score": finding.z_score,
        "level": finding.level or "",
        "nutrition": nutrition,
        "rule": f"{finding.rule_id}|{finding.edition}",
        "worry": int(nutrition.removeprefix("severe-") in _WORRIES),
    }


def _as_written(finding: Finding, measured: list[Measurement]) -> str:
    wanted = {"lhfa": ("length", "height"), "hcfa": ("head",), "acfa": ("arm",), "bfa": ()}.get(
        finding.indicator, ("weight",)
    )
    return next((str(one.value) for one in measured if one.measure in wanted), f"{finding.value:.1f}")


def _in_unit(quantity: Mapping[str, Any], unit: str) -> Decimal | None:
    code = str(quantity.get("code", ""))
    written = quantity["value"]
    value = written if isinstance(written, Decimal) else Decimal(str(written))
    return value if code == unit else convert(value, code, unit)


def _gestation_days(resource: Mapping[str, Any]) -> int | None:
    quantity = resource.get("valueQuantity", {})
    days = _in_unit(quantity, "d") if quantity else None
    return int(days) if days is not None and not entered_in_error(resource) else None
