"""What no living child measures is refused however it comes in: over the API as on the measuring page.

What is only implausible is kept, since a device or another system cannot be asked to measure again; `$growth` and the pages
of the child tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from healthrec import errors
from healthrec.domain.growth import EntryLimits, Measurement
from healthrec.errors import Issue
from healthrec.fhir.types import entered_in_error
from healthrec.services.context import Services
from healthrec.services.projections.growth import measurement_of
from healthrec.store import growth
from healthrec.store.engine import Connection
from healthrec.store.resources import Write

_VALUE, _DAY = "Observation.valueQuantity", "Observation.effectiveDateTime"


def must_be_possible(
    connection: Connection,
    services: Services,
    written: Iterable[tuple[Write, Mapping[str, Any] | None]],
    known: Mapping[int, date | None],
) -> None:
    """Raises Refused for a measurement that cannot be a child's. Asked when the children of the same transaction have
    their rows already; `known` are the births that were read meanwhile."""
    measured = [(write, one) for write, document in written if (one := _measurement(write, document))]
    if not measured:
        return
    today = services.today()
    limits = services.rulebook.growth_rules(today).limits
    children = {write.child for write, _ in measured}
    births = {child: known[child] if child in known else _birth(connection, child) for child in children}
    found = [issue for write, one in measured for issue in _issues(one, births[write.child], today, limits)]
    if found:
        raise errors.Refused(*found)


def _measurement(write: Write, document: Mapping[str, Any] | None) -> Measurement | None:
    """What an Observation of a child measured; None for anything else, and for what is marked as a mistake."""
    if write.type != "Observation" or not write.child or document is None or entered_in_error(document):
        return None
    return measurement_of(document)


def _issues(one: Measurement, birth: date | None, today: date, limits: EntryLimits) -> Iterator[Issue]:
    if one.day > today:
        yield Issue("value", "measure.in-future", _DAY)
    if birth is not None and one.day < birth:
        yield Issue("value", "measure.before-birth", _DAY)
    low, high = limits.possible[one.measure]
    if not low <= float(one.value) <= high:
        params = {"low": f"{low:g} {one.unit}", "high": f"{high:g} {one.unit}"}
        yield Issue("value", "measure.out-of-range", _VALUE, params)


def _birth(connection: Connection, child: int) -> date | None:
    row = growth.judged(connection, child)
    return date.fromordinal(row.birth_day) if row is not None and row.birth_day else None
