"""Batches that came from files: the file, its rows and what each row became; and what a batch wrote, for its undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, insert, literal_column, or_, select, update

from healthrec.store.engine import Connection
from healthrec.store.tables import (
    audit_event,
    batch,
    batch_item,
    batch_write,
    enrolment,
    person_role,
    resource,
    resource_version,
)

KINDS = ("roster", "measurements", "doses")


class Item(NamedTuple):
    """One row of the file: `detail` is JSON, `child` a key or 0."""

    position: int
    child: int
    state: str
    detail: str


class Wrote(NamedTuple):
    """A resource of a batch as it stands now. `wrote` is the version that the batch wrote, 0 for what others added."""

    key: int
    type: int
    id: str
    version: int
    deleted: int
    child: int
    updated: int
    wrote: int


def put_batch(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add a batch."""
    connection.execute(insert(batch), dict(row))


def batch_row(connection: Connection, id_: str) -> Any:
    """The batch without its file, or None."""
    return connection.execute(_BATCH, {"of": id_}).first()


def source_of(connection: Connection, id_: str) -> bytes:
    """The file as it came; empty when it was dropped."""
    found = connection.execute(_SOURCE, {"of": id_}).scalar()
    return bytes(found) if found else b""


def change_batch(connection: Connection, id_: str, **values: Any) -> None:
    """Set columns of one batch."""
    connection.execute(update(batch).where(batch.c.id == id_).values(**values))


def step(connection: Connection, id_: str, before: Sequence[str], after: str) -> bool:
    """Move a batch from one of these states to the next; False when somebody was quicker."""
    changed = update(batch).where(batch.c.id == id_, batch.c.state.in_(before)).values(state=after)
    return connection.execute(changed).rowcount == 1


def begun_since(connection: Connection, account: int, instant: int) -> int:
    """How many files this account has handed in since then."""
    return int(connection.execute(_BEGUN, {"account": account, "instant": instant}).scalar_one())


def recent(
    connection: Connection, organizations: Sequence[int], kinds: Sequence[str], before: int, count: int
) -> Sequence[Any]:
    """Batches of these organisations and kinds begun before an instant, newest first."""
    values = {"organizations": list(organizations), "kinds": list(kinds), "before": before, "count": count}
    return connection.execute(_RECENT, values).all()


def last_saved(connection: Connection, organizations: Sequence[int], kind: str) -> int:
    """When the last batch of this kind that stands in the record was begun, microseconds since 1970; 0 for none."""
    values = {"organizations": list(organizations), "kind": kind}
    return int(connection.execute(_LAST_SAVED, values).scalar() or 0)


def put_items(connection: Connection, batch_id: str, items: Sequence[Item]) -> None:
    """The rows of the batch, instead of those it had."""
    connection.execute(delete(batch_item).where(batch_item.c.batch == batch_id))
    if items:
        connection.execute(insert(batch_item), [{"batch": batch_id, **item._asdict()} for item in items])


def set_items(connection: Connection, batch_id: str, items: Sequence[Item]) -> None:
    """New states and details of some rows."""
    if items:
        connection.execute(_SET_ITEM, [{"of": batch_id, **_bound(item)} for item in items])


def counts(connection: Connection, batch_id: str) -> dict[str, int]:
    """Number of rows by state."""
    return {row.state: row.n for row in connection.execute(_COUNTS, {"of": batch_id})}


def items(connection: Connection, batch_id: str, states: Sequence[str], after: int, count: int) -> list[Item]:
    """Rows in one of these states, in the order of the file, above position `after`."""
    values = {"of": batch_id, "states": list(states), "after": after, "count": count}
    return [Item(*row) for row in connection.execute(_ITEMS, values)]


def before(connection: Connection, batch_id: str, states: Sequence[str], position: int, count: int) -> int:
    """The position after which a page of `count` rows ends just before `position`."""
    values = {"of": batch_id, "states": list(states), "below": position, "count": count}
    found = list(connection.execute(_BEFORE, values).scalars())
    return found[-1] - 1 if found else -1


def items_at(connection: Connection, batch_id: str, positions: Sequence[int]) -> list[Item]:
    """Rows by position."""
    return [Item(*row) for row in connection.execute(_ITEMS_AT, {"of": batch_id, "positions": list(positions)})]


def claim(connection: Connection, batch_id: str, states: Sequence[str], becomes: str, count: int) -> list[Item]:
    """Take the next rows in one of these states for this transaction: a second process gets others or none."""
    values = {"of": batch_id, "states": list(states), "becomes": becomes, "count": count}
    return sorted(Item(*row) for row in connection.execute(_CLAIM, values))


def put_writes(connection: Connection, batch_id: str, written: Mapping[int, int]) -> None:
    """Version written by resource key; a later write of the same batch replaces an earlier one."""
    if not written:
        return
    rows = [{"batch": batch_id, "key": key, "version": version} for key, version in written.items()]
    connection.execute(_FORGET_WRITES, [{"of": batch_id, "of_key": row["key"]} for row in rows])
    connection.execute(insert(batch_write), rows)


def forget_writes(connection: Connection, batch_id: str, keys: Sequence[int]) -> None:
    """The batch no longer answers for these resources."""
    if keys:
        connection.execute(_FORGET_WRITES, [{"of": batch_id, "of_key": key} for key in keys])


def wrote(connection: Connection, batch_id: str, children: Sequence[int]) -> list[Wrote]:
    """What the batch wrote about these children, and whatever else stands in their records now."""
    values = {"of": batch_id, "children": list(children)}
    return [Wrote(*row) for row in connection.execute(_WROTE, values)]


def wrote_elsewhere(connection: Connection, batch_id: str) -> list[Wrote]:
    """What the batch wrote that concerns no child: classes."""
    return [Wrote(*row) for row in connection.execute(_WROTE_ELSEWHERE, {"of": batch_id})]


def changed_since(connection: Connection, batch_id: str, count: int) -> list[Wrote]:
    """What somebody changed or took away after the batch wrote it."""
    return [Wrote(*row) for row in connection.execute(_CHANGED, {"of": batch_id, "count": count})]


def version_body(connection: Connection, key: int, version: int) -> str | None:
    """The text of one version."""
    return connection.execute(_VERSION, {"of": key, "number": version}).scalar()


def in_use(connection: Connection, organization: int) -> bool:
    """Whether a child is or was enrolled there, or somebody works there."""
    values = {"of": organization}
    return any(connection.execute(statement, values).first() for statement in (_ENROLLED_AT, _WORKING_AT))


def writer_of(connection: Connection, child: int, entity: str) -> int:
    """The account that wrote `Type/id/_history/version` of this child, 0 when it was nobody's."""
    return int(connection.execute(_WRITER, {"of": child, "entity": entity}).scalar() or 0)


def _bound(item: Item) -> dict[str, Any]:
    return {"at": item.position, "to_child": item.child, "to_state": item.state, "to_detail": item.detail}


_BATCH = select(*(column for column in batch.c if column.name != "source")).where(batch.c.id == bindparam("of"))
_SOURCE = select(batch.c.source).where(batch.c.id == bindparam("of"))
_BEGUN = select(func.count()).where(
    batch.c.account == bindparam("account"), batch.c.created >= bindparam("instant"), batch.c.kind.in_(KINDS)
)
_RECENT = (
    select(*(column for column in batch.c if column.name != "source"))
    .where(
        batch.c.organization.in_(bindparam("organizations", expanding=True)),
        batch.c.created < bindparam("before"),
        batch.c.kind.in_(bindparam("kinds", expanding=True)),
        batch.c.state != "dropped",
    )
    .order_by(batch.c.created.desc())
    .limit(bindparam("count"))
)
_LAST_SAVED = select(func.max(batch.c.created)).where(
    batch.c.organization.in_(bindparam("organizations", expanding=True)),
    batch.c.kind == bindparam("kind"),
    batch.c.state == "saved",
)
_COLUMNS = (batch_item.c.position, batch_item.c.child, batch_item.c.state, batch_item.c.detail)
_OF = batch_item.c.batch == bindparam("of")
_IN_STATES = batch_item.c.state.in_(bindparam("states", expanding=True))
_SET_ITEM = (
    update(batch_item)
    .where(_OF, batch_item.c.position == bindparam("at"))
    .values(child=bindparam("to_child"), state=bindparam("to_state"), detail=bindparam("to_detail"))
)
_COUNTS = select(batch_item.c.state, func.count().label("n")).where(_OF).group_by(batch_item.c.state)
_ITEMS = (
    select(*_COLUMNS)
    .where(_OF, _IN_STATES, batch_item.c.position > bindparam("after"))
    .order_by(batch_item.c.position)
    .limit(bindparam("count"))
)
_BEFORE = (
    select(batch_item.c.position)
    .where(_OF, _IN_STATES, batch_item.c.position < bindparam("below"))
    .order_by(batch_item.c.position.desc())
    .limit(bindparam("count"))
)
_ITEMS_AT = (
    select(*_COLUMNS)
    .where(_OF, batch_item.c.position.in_(bindparam("positions", expanding=True)))
    .order_by(batch_item.c.position)
)
_NEXT = select(batch_item.c.position).where(_OF, _IN_STATES).order_by(batch_item.c.position).limit(bindparam("count"))
_CLAIM = (
    update(batch_item)
    .where(_OF, _IN_STATES, batch_item.c.position.in_(_NEXT.scalar_subquery()))
    .values(state=bindparam("becomes"))
    .returning(*_COLUMNS)
)
_FORGET_WRITES = delete(batch_write).where(
    batch_write.c.batch == bindparam("of"), batch_write.c.key == bindparam("of_key")
)
_MINE = and_(batch_write.c.key == resource.c.key, batch_write.c.batch == bindparam("of"))
_NOW = (
    resource.c.key,
    resource.c.type,
    resource.c.id,
    resource.c.version,
    resource.c.deleted,
    resource.c.child,
    resource.c.updated,
)
_WROTE = (
    select(*_NOW, func.coalesce(batch_write.c.version, literal_column("0")))
    .select_from(resource.outerjoin(batch_write, _MINE))
    .where(resource.c.child.in_(bindparam("children", expanding=True)))
    .order_by(resource.c.key)
)
_WITH_WRITES = select(*_NOW, batch_write.c.version).select_from(resource.join(batch_write, _MINE))
_WROTE_ELSEWHERE = _WITH_WRITES.where(resource.c.child == 0)
_CHANGED = (
    _WITH_WRITES.where(or_(resource.c.version != batch_write.c.version, resource.c.deleted == 1))
    .order_by(resource.c.key)
    .limit(bindparam("count"))
)
_VERSION = select(resource_version.c.body).where(
    resource_version.c.key == bindparam("of"), resource_version.c.version == bindparam("number")
)
_ENROLLED_AT = select(enrolment.c.source).where(enrolment.c.organization == bindparam("of")).limit(1)
_WORKING_AT = select(person_role.c.source).where(person_role.c.organization == bindparam("of")).limit(1)
_WRITER = (
    select(audit_event.c.account)
    .where(
        audit_event.c.child == bindparam("of"),
        audit_event.c.entity == bindparam("entity"),
        audit_event.c.action.in_(("create", "update", "delete")),
    )
    .order_by(audit_event.c.recorded.desc())
    .limit(1)
)
