"""Requests of a nursery to be linked with a child whose record it may not see."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, insert, select, update

from healthrec.store.access import Viewer
from healthrec.store.children import granted
from healthrec.store.engine import Connection
from healthrec.store.tables import child, link_request, organization

_MOST = 200


class Request(NamedTuple):
    """`state` is asked, accepted or declined; `day` `date.toordinal()`; names are the nursery's."""

    key: int
    child: int
    organization: int
    class_name: str
    child_name: str
    day: int
    state: str
    reason: str
    name: str
    name_en: str


def put(connection: Connection, row: dict[str, Any]) -> None:
    """Add a request; one that is open for the same child and nursery takes the place (`Taken`)."""
    connection.execute(insert(link_request), row)


def open_one(connection: Connection, child_key: int, organization_key: int) -> int:
    """The key of the open request of this nursery for this child, 0 for none."""
    values = {"child": child_key, "of": organization_key}
    return int(connection.execute(_OPEN_ONE, values).scalar() or 0)


def of_organizations(connection: Connection, keys: Sequence[int]) -> list[Request]:
    """The requests of these nurseries, newest first."""
    rows = connection.execute(_OF, {"keys": list(keys) or [0], "count": _MOST})
    return [Request(*row) for row in rows]


def to_decide(connection: Connection, viewer: Viewer, key: int) -> Request | None:
    """A request about a child whom the viewer sees."""
    row = connection.execute(_to_decide(viewer.width), {"of": key} | viewer.parameters()).first()
    return Request(*row) if row else None


def decide(connection: Connection, key: int, state: str, account: int, at: int, reason: str) -> bool:
    """Answer an open request; False when somebody was quicker."""
    values = {"of": key, "now": state, "who": account, "moment": at, "why": reason}
    return connection.execute(_DECIDE, values).rowcount == 1


_COLUMNS = (
    *(link_request.c[name] for name in Request._fields[:8]),
    organization.c.name,
    organization.c.name_en,
)
_JOINED = link_request.join(organization, organization.c.key == link_request.c.organization)
_OPEN_ONE = select(link_request.c.key).where(
    link_request.c.child == bindparam("child"),
    link_request.c.organization == bindparam("of"),
    link_request.c.state == "asked",
)
_OF = (
    select(*_COLUMNS)
    .select_from(_JOINED)
    .where(link_request.c.organization.in_(bindparam("keys", expanding=True)))
    .order_by(link_request.c.at.desc())
    .limit(bindparam("count"))
)
_DECIDE = (
    update(link_request)
    .where(link_request.c.key == bindparam("of"), link_request.c.state == "asked")
    .values(
        state=bindparam("now"), decided_by=bindparam("who"), decided_at=bindparam("moment"), reason=bindparam("why")
    )
)


@lru_cache
def _to_decide(width: int) -> Select[Any]:
    return (
        select(*_COLUMNS)
        .select_from(_JOINED.join(child, child.c.key == link_request.c.child))
        .where(link_request.c.key == bindparam("of"), granted(child.c.key, width))
    )
