"""How a person measures, told to that person and to those who answer for him: digits and repeatability, no child.

A head and a guide see it of the staff of their nursery. The statistics hold counts only, so no grant on a child is asked
for; who may see whose is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from healthrec import errors
from healthrec.domain.access import Role
from healthrec.domain.age import add_months
from healthrec.domain.growth import Measure
from healthrec.domain.growth.measurers import LastDigits, Repeatability, last_digits, repeatability
from healthrec.fhir.facts import measurement
from healthrec.fhir.json import parse
from healthrec.fhir.measuring import CODES, MEASURES, performers_of, taking_of
from healthrec.services.children.places import institution
from healthrec.services.context import Caller, Services
from healthrec.store import accounts, admin, growth, projections, resources
from healthrec.store.engine import Connection

POWER = "measuring-feedback"
_MEASURERS = frozenset({"doctor", "guide", "vaccinator", "nurse", "specialist"})
"""Roles of staff who measure children."""

_TOLD: tuple[Measure, ...] = ("weight", "length", "height", "head", "arm")


@dataclass(frozen=True, slots=True)
class Measurer:
    """Somebody whose feedback the caller may see."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was measured from `since` on, by measure; `own` tells that the reader is the person himself."""

    person: Measurer
    own: bool
    since: date
    digits: tuple[LastDigits, ...]
    repeated: tuple[Repeatability, ...]


def measures(caller: Caller) -> bool:
    """Whether the caller is one who measures children himself."""
    return bool(caller.person and _MEASURERS & set(caller.roles))


def answered_for(services: Services, caller: Caller) -> tuple[Measurer, ...]:
    """The other staff of the nurseries where the caller has the power to see how they measure, by name."""
    day = services.today().toordinal()
    with services.database.read() as connection:
        held = accounts.roles_on(connection, caller.person, day) if caller.person else []
        at = {key for role, key in held if services.rights.has_power(cast(Role, role), POWER)}
        places = {
            place.key for key in at if (place := institution(connection, key)) is not None and place.kind == "nursery"
        }
        units = sorted({unit for place in places for unit in projections.descendants(connection, place)})
        keys = [key for key in growth.staff_of(connection, units, sorted(_MEASURERS), day) if key != caller.person]
        names = admin.names_of(connection, keys)
        found = [Measurer(_id(connection, key), names.get(key, "")) for key in keys]
    return tuple(sorted(found, key=lambda one: one.name))


def feedback(services: Services, caller: Caller, id_: str = "") -> Feedback:
    """Of the Practitioner with this id, "" for the caller himself; audited. Raises NotFound for anybody else's."""
    own = caller.person_reference.partition("/")[2]
    others = {one.id: one for one in answered_for(services, caller)}
    if not (id_ in others or (id_ in ("", own) and measures(caller))):
        raise errors.NotFound(f"Practitioner/{id_}")
    rules = services.rulebook.measuring(services.today())
    since = add_months(services.today(), -rules.window_months)
    with services.database.read() as connection:
        person = others.get(id_) or Measurer(own, admin.names_of(connection, [caller.person]).get(caller.person, ""))
        measured = list(_measured(connection, person.id, since))
    services.committer.commit(caller.audit(services, "read", f"page:/measuring/{person.id}", count=len(measured)))
    by_measure = {measure: [one for one in measured if one[0] == measure] for measure in _TOLD}
    return Feedback(
        person,
        person.id == own,
        since,
        tuple(last_digits(measure, _written(found), rules) for measure, found in by_measure.items() if found),
        tuple(
            one
            for measure, found in by_measure.items()
            if (one := repeatability(measure, [readings for _, readings in found], rules)).pairs
        ),
    )


def _written(found: Sequence[tuple[Measure, tuple[Decimal, ...]]]) -> Iterator[Decimal]:
    """Every reading as it was read off; the mean of two was not."""
    for _, readings in found:
        yield from readings


def _measured(connection: Connection, person: str, since: date) -> Iterator[tuple[Measure, tuple[Decimal, ...]]]:
    """(measure, readings) of what this person measured; what somebody else measured and he only wrote down is left out."""
    row = resources.find(connection, "Practitioner", person)
    bodies = growth.measured_by(connection, row.key, list(CODES.values()), since.toordinal()) if row else []
    for document in map(parse, bodies):
        fact = measurement(document)
        named = any("reference" not in one for one in document.get("performer", ()))
        if fact is None or named or performers_of(document)[:1] != (f"Practitioner/{person}",):
            continue
        yield MEASURES[fact.code], taking_of(document).readings or (fact.value,)


def _id(connection: Connection, key: int) -> str:
    found: Any = resources.find_by_key(connection, key)
    return str(found[0]) if found else ""
