"""Growth points, the Observations that they are made from, and who measures with what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

from sqlalchemy import bindparam, delete, insert, literal_column, select

from healthrec.domain.growth import Indicator
from healthrec.fhir.facts import LOINC
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.store.engine import Connection
from healthrec.store.resources import system_hash
from healthrec.store.statements import Statement
from healthrec.store.tables import child as child_table
from healthrec.store.tables import growth_point, person_role, resource, resource_version, sp_observation, sp_reference

_SECONDS = 86_400
_EPOCH_DAY = 719_163
"""`date(1970, 1, 1).toordinal()`"""


class Judged(NamedTuple):
    """What a judgement needs of a child. Days are ordinals, 0 for an unknown birth; gestation in completed days."""

    owner: int
    sex: str
    birth_day: int
    gestation_days: int | None


def judged(connection: Connection, child: int) -> Judged | None:
    """The child to judge; on PostgreSQL two writers for one child take turns here."""
    row = _JUDGED.first(connection, {"of": child})
    return Judged(*row) if row else None


def days_of(connection: Connection, source: int) -> list[int]:
    """The days on which this Observation gave a point."""
    return [row[0] for row in _DAYS.all(connection, {"of": source})]


def observations_between(
    connection: Connection, child: int, codes: Sequence[str], first: int, last: int
) -> list[tuple[int, str]]:
    """(key, document) of the child's Observations of these codes (at most twelve) on days that may be `first` to `last` in
    some zone."""
    low, high = ((day - _EPOCH_DAY) * _SECONDS for day in (first - 1, last + 2))
    wanted = {name: codes[min(place, len(codes) - 1)] for place, name in enumerate(_CODES)}
    return [(key, body) for key, body in _BETWEEN.all(connection, {"child": child, "low": low, "high": high, **wanted})]


def forget(connection: Connection, child: int, days: Sequence[int] | None) -> None:
    """Take away the child's points on these days, or all."""
    if days is None:
        _FORGET_ALL.run(connection, {"child_key": child})
    else:
        _FORGET.many(connection, [{"child_key": child, "on": day} for day in days])


def put(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add points."""
    _INSERT.many(connection, rows)


def points(connection: Connection, child: int) -> Sequence[Any]:
    """The child's points by day and indicator."""
    return connection.execute(_POINTS, {"child_key": child}).all()


def workplaces(connection: Connection, person: int) -> list[int]:
    """Keys of the organisations at which this practitioner holds or held a role, the latest first."""
    return [row[0] for row in _WORKPLACES.all(connection, {"of": person})]


def instruments(connection: Connection, organizations: Sequence[int]) -> list[tuple[str, str]]:
    """(id, document) of the Devices that these organisations own."""
    return [(id_, body) for id_, body in connection.execute(_INSTRUMENTS, {"keys": list(organizations)})]


def staff_of(connection: Connection, organizations: Sequence[int], roles: Sequence[str], day: int) -> list[int]:
    """Keys of practitioners who hold one of these roles at one of these organisations on the day (an ordinal)."""
    values = {"keys": list(organizations), "roles": list(roles), "day": day}
    return list(connection.execute(_STAFF, values).scalars())


def measured_by(connection: Connection, person: int, codes: Sequence[str], since: int) -> list[bytes]:
    """Documents of Observations of these LOINC codes that this practitioner performed from the day (an ordinal) on, whoever
    asks: for statistics that hold no child. At most a few hundred, the newest: enough to tell a habit."""
    values = {"person": person, "codes": list(codes), "low": (since - _EPOCH_DAY) * _SECONDS}
    return [body.encode() for body in connection.execute(_MEASURED_BY, values).scalars()]


_JUDGED = Statement(
    select(child_table.c.owner, child_table.c.sex, child_table.c.birth_day, child_table.c.gestation_days)
    .where(child_table.c.key == bindparam("of"))
    .with_for_update()
)
_DAYS = Statement(select(growth_point.c.day).where(growth_point.c.source == bindparam("of")).distinct())
_CODES = tuple(f"code_{place}" for place in range(12))
_BETWEEN = Statement(
    select(resource.c.key, resource_version.c.body)
    .select_from(
        sp_observation.join(resource, resource.c.key == sp_observation.c.key).join(
            resource_version, resource_version.c.version_key == resource.c.version_key
        )
    )
    .where(
        sp_observation.c.subject == bindparam("child"),
        sp_observation.c.code.in_([bindparam(name) for name in _CODES]),
        sp_observation.c.system == literal_column(str(system_hash(LOINC))),
        sp_observation.c.low >= bindparam("low"),
        sp_observation.c.low < bindparam("high"),
        resource.c.deleted == 0,
    )
    .order_by(resource.c.key)
)
_OF_CHILD = delete(growth_point).where(growth_point.c.child == bindparam("child_key"))
_FORGET_ALL = Statement(_OF_CHILD)
# every indicator there is: so the index leads to the day, where the child alone leads to all its points
_INDICATORS: list[Any] = [literal_column(f"'{name}'") for name in get_args(Indicator)]
_FORGET = Statement(_OF_CHILD.where(growth_point.c.indicator.in_(_INDICATORS), growth_point.c.day == bindparam("on")))
_INSERT = Statement(insert(growth_point))
_POINTS = (
    select(growth_point)
    .where(growth_point.c.child == bindparam("child_key"))
    .order_by(growth_point.c.day, growth_point.c.indicator)
)
_WORKPLACES = Statement(
    select(person_role.c.organization)
    .where(person_role.c.person == bindparam("of"))
    .order_by(person_role.c.date_to.desc(), person_role.c.source)
)
_INSTRUMENTS = (
    select(resource.c.id, resource_version.c.body)
    .select_from(
        sp_reference.join(resource, resource.c.key == sp_reference.c.key).join(
            resource_version, resource_version.c.version_key == resource.c.version_key
        )
    )
    .where(
        sp_reference.c.param == PARAMS["Device"]["organization"].code,
        sp_reference.c.target.in_(bindparam("keys", expanding=True)),
        resource.c.type == TYPE_NUMBER["Device"],
        resource.c.child == 0,
        resource.c.deleted == 0,
    )
    .order_by(resource.c.key)
)
_STAFF = (
    select(person_role.c.person)
    .where(
        person_role.c.organization.in_(bindparam("keys", expanding=True)),
        person_role.c.role.in_(bindparam("roles", expanding=True)),
        person_role.c.date_from <= bindparam("day"),
        person_role.c.date_to > bindparam("day"),
    )
    .distinct()
    .order_by(person_role.c.person)
)
_MOST_MEASURED = 600
_MEASURED_BY = (
    select(resource_version.c.body)
    .select_from(
        sp_reference.join(sp_observation, sp_observation.c.key == sp_reference.c.key)
        .join(resource, resource.c.key == sp_reference.c.key)
        .join(resource_version, resource_version.c.version_key == resource.c.version_key)
    )
    .where(
        sp_reference.c.param == PARAMS["Observation"]["performer"].code,
        sp_reference.c.target == bindparam("person"),
        sp_observation.c.code.in_(bindparam("codes", expanding=True)),
        sp_observation.c.system == literal_column(str(system_hash(LOINC))),
        sp_observation.c.low >= bindparam("low"),
        resource.c.deleted == 0,
    )
    .order_by(sp_observation.c.low.desc())
    .limit(_MOST_MEASURED)
)
