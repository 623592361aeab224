"""Directory lists for administration: places, staff with dated roles, who guides which nursery. No row of a child is read here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, and_, bindparam, case, exists, func, literal, or_, select, tuple_

from healthrec.fhir.search_params import PARAMS
from healthrec.store.engine import Connection
from healthrec.store.tables import account, enrolment, organization, person_role, sp_reference, sp_string

PlaceAt = tuple[str, int, str, int]
"""Where a list of places goes on: name of what stands above, rank, name, key."""
START: PlaceAt = ("", -1, "", 0)


class PlaceRow(NamedTuple):
    """An organisation; `above` is the name of the one that it is part of, or its own at the top."""

    key: int
    id: str
    kind: str
    name: str
    name_en: str
    parent: int
    active: int
    above: str
    above_en: str
    rank: int


class RoleRow(NamedTuple):
    """A dated role. Days are `date.toordinal()`, `date_to` the first day after."""

    source: int
    role: str
    person: int
    organization: int
    date_from: int
    date_to: int
    place: str
    place_en: str
    place_id: str
    kind: str


def places(connection: Connection, kind: str, word: str, after: PlaceAt, count: int) -> list[PlaceRow]:
    """Organisations that are no classes, each below the one above it. `kind` and `word` (a part of a name) may be empty."""
    group, rank, name, key = after
    values = {"kind": kind, "word": f"%{_plain(word)}%", "group": group, "rank": rank, "name": name, "key": key}
    return [PlaceRow._make(row) for row in connection.execute(_PLACES, values | {"count": count})]


def classes_of(connection: Connection, keys: Sequence[int]) -> list[PlaceRow]:
    """The classes of these nurseries, by name."""
    return _in(connection, _CLASSES, keys, PlaceRow)


def place(connection: Connection, id_: str) -> PlaceRow | None:
    """One organisation by its FHIR id."""
    row = connection.execute(_PLACE, {"of": id_}).first()
    return PlaceRow._make(row) if row else None


def places_of_kinds(connection: Connection, kinds: Sequence[str], count: int) -> list[PlaceRow]:
    """Active organisations of these kinds by name."""
    return [PlaceRow._make(row) for row in connection.execute(_OF_KINDS, {"kinds": list(kinds), "count": count})]


def active_parts(connection: Connection, key: int) -> bool:
    """Whether anything active is part of the organisation."""
    return connection.execute(_ACTIVE_PARTS, {"of": key}).first() is not None


def enrolled_on(connection: Connection, keys: Sequence[int], day: int) -> bool:
    """Whether anybody at all is enrolled or managed in these places on the day or later. How many, or who, is not told."""
    return connection.execute(_ENROLLED, {"keys": list(keys), "day": day}).first() is not None


def staff(connection: Connection, after: tuple[str, int], count: int) -> list[tuple[str, int]]:
    """(name as it is sorted, key) of practitioners, in that order."""
    values = {"param": _NAME, "value": after[0], "key": after[1], "count": count}
    return [(row[0], row[1]) for row in connection.execute(_STAFF, values)]


def staff_named(connection: Connection, word: str, after: tuple[str, int], count: int) -> list[tuple[str, int]]:
    """(what matched first, key) of practitioners whose name, pinyin or initials begin so."""
    values = {"param": _NAME, "low": word, "high": word + "\U0010ffff", "value": after[0], "key": after[1]}
    return [(row[0], row[1]) for row in connection.execute(_STAFF_NAMED, values | {"count": count})]


def staff_place(connection: Connection, key: int, word: str) -> tuple[str, int]:
    """Where this practitioner stands in the list of those named so; in the list of all for an empty word."""
    values = {"param": _NAME, "key": key, "low": word, "high": word + "\U0010ffff", "every": int(bool(word))}
    return (connection.execute(_STAFF_PLACE, values).scalar() or "", key)


def staff_at(connection: Connection, keys: Sequence[int], after: tuple[str, int], count: int) -> list[tuple[str, int]]:
    """(name as it is sorted, key) of those who hold, held or will hold a role in these places."""
    values = {"param": _NAME, "keys": list(keys), "value": after[0], "key": after[1], "count": count}
    return [(row[0], row[1]) for row in connection.execute(_STAFF_AT, values)]


def names_of(connection: Connection, keys: Sequence[int]) -> dict[int, str]:
    """Names of practitioners as written; where somebody had several, the last in order."""
    rows = connection.execute(_NAMES, {"param": _NAME, "keys": list(keys)})
    return {row.key: row.exact for row in rows}


def roles_of(connection: Connection, persons: Sequence[int]) -> list[RoleRow]:
    """All dated roles of these people, the latest first."""
    return _in(connection, _ROLES_OF, persons, RoleRow)


def role_keys(connection: Connection, person: int) -> list[int]:
    """Keys of every PractitionerRole of this practitioner, those marked inactive too."""
    return list(connection.execute(_ROLE_KEYS, {"param": _HOLDER, "person": person}).scalars())


def roles_at(connection: Connection, keys: Sequence[int], day: int, count: int) -> list[RoleRow]:
    """Roles held in these places on the day or later."""
    rows = connection.execute(_ROLES_AT, {"keys": list(keys), "day": day, "count": count})
    return [RoleRow._make(row) for row in rows]


def accounts_of(connection: Connection, persons: Sequence[int]) -> dict[int, list[tuple[int, str, int]]]:
    """(key, username, locked) of the accounts of these people."""
    found: dict[int, list[tuple[int, str, int]]] = {}
    for row in connection.execute(_ACCOUNTS_OF, {"keys": list(persons) or [0]}):
        found.setdefault(row.person, []).append((row.key, row.username, row.locked))
    return found


def nurseries(
    connection: Connection, word: str, after: tuple[str, int], day: int, count: int, *, unguided: bool = False
) -> list[PlaceRow]:
    """Active nurseries by name; only those that no guide serves on the day, when told so."""
    values = {"word": f"%{_plain(word)}%", "name": after[0], "key": after[1], "day": day, "count": count}
    statement = _UNGUIDED if unguided else _NURSERIES
    return [PlaceRow._make(row) for row in connection.execute(statement, values)]


def count_unguided(connection: Connection, day: int) -> int:
    """How many active nurseries no guide serves on the day."""
    return int(connection.execute(_COUNT_UNGUIDED, {"day": day}).scalar_one())


def guides_of(connection: Connection, keys: Sequence[int]) -> list[RoleRow]:
    """Every assignment of a guide to these nurseries, past and future ones too, the latest first."""
    return _in(connection, _GUIDES_OF, keys, RoleRow)


def guides(connection: Connection, count: int) -> list[int]:
    """Keys of people who are, were or will be guides."""
    return list(connection.execute(_GUIDES, {"count": count}).scalars())


def _in(connection: Connection, statement: Select[Any], keys: Sequence[int], kind: Any) -> list[Any]:
    if not keys:
        return []
    return [kind(*row) for row in connection.execute(statement, {"keys": list(keys)})]


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


_NAME = PARAMS["Practitioner"]["name"].code
_HOLDER = PARAMS["PractitionerRole"]["practitioner"].code
_ROLE_KEYS = select(sp_reference.c.key).where(
    sp_reference.c.param == bindparam("param"), sp_reference.c.target == bindparam("person")
)
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_above = organization.alias("above")
_GROUP = func.coalesce(_above.c.name, organization.c.name)
_RANK = case(
    (_above.c.key.is_(None), 0),
    (organization.c.kind == "district-office", 1),
    (organization.c.kind == "health-centre", 2),
    (organization.c.kind == "nursery", 3),
    else_=4,
)
_ROW = select(
    organization.c.key,
    organization.c.id,
    organization.c.kind,
    organization.c.name,
    organization.c.name_en,
    organization.c.parent,
    organization.c.active,
    _GROUP.label("above"),
    func.coalesce(_above.c.name_en, organization.c.name_en).label("above_en"),
    _RANK.label("rank"),
).select_from(organization.outerjoin(_above, _above.c.key == organization.c.parent))
_NAMED = or_(
    bindparam("word") == "%%",
    organization.c.name.like(bindparam("word"), escape="\\"),
    func.lower(organization.c.name_en).like(func.lower(bindparam("word")), escape="\\"),
)
_PLACES = (
    _ROW.where(
        organization.c.kind != "class",
        or_(bindparam("kind") == "", organization.c.kind == bindparam("kind")),
        _NAMED,
        tuple_(_GROUP, _RANK, organization.c.name, organization.c.key)
        > tuple_(bindparam("group"), bindparam("rank"), bindparam("name"), bindparam("key")),
    )
    .order_by(_GROUP, _RANK, organization.c.name, organization.c.key)
    .limit(bindparam("count"))
)
_CLASSES = _ROW.where(organization.c.parent.in_(_KEYS), organization.c.kind == "class").order_by(
    organization.c.name, organization.c.key
)
_PLACE = _ROW.where(organization.c.id == bindparam("of"))
_OF_KINDS = (
    _ROW.where(organization.c.kind.in_(bindparam("kinds", expanding=True)), organization.c.active == 1)
    .order_by(_RANK, organization.c.name, organization.c.key)
    .limit(bindparam("count"))
)
_ACTIVE_PARTS = select(literal(1)).where(organization.c.parent == bindparam("of"), organization.c.active == 1).limit(1)
_ENROLLED = (
    select(literal(1)).where(enrolment.c.organization.in_(_KEYS), enrolment.c.date_to > bindparam("day")).limit(1)
)
_STAFF = (
    select(sp_string.c.value, sp_string.c.key)
    .where(
        sp_string.c.param == bindparam("param"),
        sp_string.c.exact != "",
        tuple_(sp_string.c.value, sp_string.c.key) > tuple_(bindparam("value"), bindparam("key")),
    )
    .order_by(sp_string.c.value, sp_string.c.key)
    .limit(bindparam("count"))
)
_FIRST = func.min(sp_string.c.value)
_STAFF_NAMED = (
    select(_FIRST, sp_string.c.key)
    .where(
        sp_string.c.param == bindparam("param"),
        sp_string.c.value >= bindparam("low"),
        sp_string.c.value < bindparam("high"),
    )
    .group_by(sp_string.c.key)
    .having(tuple_(_FIRST, sp_string.c.key) > tuple_(bindparam("value"), bindparam("key")))
    .order_by(_FIRST, sp_string.c.key)
    .limit(bindparam("count"))
)
_STAFF_PLACE = select(_FIRST).where(
    sp_string.c.key == bindparam("key"),
    sp_string.c.param == bindparam("param"),
    or_(bindparam("every") == 1, sp_string.c.exact != ""),
    sp_string.c.value >= bindparam("low"),
    sp_string.c.value < bindparam("high"),
)
_STAFF_AT = (
    select(sp_string.c.value, sp_string.c.key)
    .where(
        sp_string.c.key.in_(select(person_role.c.person).where(person_role.c.organization.in_(_KEYS))),
        sp_string.c.param == bindparam("param"),
        sp_string.c.exact != "",
        tuple_(sp_string.c.value, sp_string.c.key) > tuple_(bindparam("value"), bindparam("key")),
    )
    .order_by(sp_string.c.value, sp_string.c.key)
    .limit(bindparam("count"))
)
_NAMES = (
    select(sp_string.c.key, sp_string.c.exact)
    .where(sp_string.c.key.in_(_KEYS), sp_string.c.param == bindparam("param"), sp_string.c.exact != "")
    .order_by(sp_string.c.value)
)
_ROLE_ROW = select(
    person_role.c.source,
    person_role.c.role,
    person_role.c.person,
    person_role.c.organization,
    person_role.c.date_from,
    person_role.c.date_to,
    func.coalesce(organization.c.name, ""),
    func.coalesce(organization.c.name_en, ""),
    func.coalesce(organization.c.id, ""),
    func.coalesce(organization.c.kind, ""),
).select_from(person_role.outerjoin(organization, organization.c.key == person_role.c.organization))
_LATEST = (person_role.c.date_to.desc(), person_role.c.date_from.desc(), person_role.c.source)
_ROLES_OF = _ROLE_ROW.where(person_role.c.person.in_(_KEYS)).order_by(*_LATEST)
_ROLES_AT = (
    _ROLE_ROW.where(person_role.c.organization.in_(_KEYS), person_role.c.date_to > bindparam("day"))
    .order_by(person_role.c.organization, person_role.c.role, person_role.c.source)
    .limit(bindparam("count"))
)
_GUIDES_OF = _ROLE_ROW.where(person_role.c.organization.in_(_KEYS), person_role.c.role == "guide").order_by(*_LATEST)
_GUIDES = (
    select(person_role.c.person)
    .where(person_role.c.role == "guide", person_role.c.person != 0)
    .distinct()
    .order_by(person_role.c.person)
    .limit(bindparam("count"))
)
_ACCOUNTS_OF = (
    select(account.c.person, account.c.key, account.c.username, account.c.locked)
    .where(account.c.person.in_(_KEYS))
    .order_by(account.c.username)
)
_GUIDED = exists(
    select(literal(1)).where(
        person_role.c.organization == organization.c.key,
        person_role.c.role == "guide",
        person_role.c.date_from <= bindparam("day"),
        person_role.c.date_to > bindparam("day"),
    )
)
_A_NURSERY = and_(organization.c.kind == "nursery", organization.c.active == 1)
_NURSERIES = (
    _ROW.where(
        _A_NURSERY,
        _NAMED,
        tuple_(organization.c.name, organization.c.key) > tuple_(bindparam("name"), bindparam("key")),
    )
    .order_by(organization.c.name, organization.c.key)
    .limit(bindparam("count"))
)
_UNGUIDED = _NURSERIES.where(~_GUIDED)
_COUNT_UNGUIDED = select(func.count()).select_from(organization).where(_A_NURSERY, ~_GUIDED)

__all__ = ["START", "PlaceRow", "RoleRow"]
