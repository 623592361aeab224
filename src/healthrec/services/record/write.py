"""The one write path: FHIR interactions, forms, imports and pages all end here, in one transaction each.

check the body → know the caller's rights → resolve references → store version, search rows, projections and the audit
row together → commit → answer. A command id gives the first answer again to a retry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from healthrec import errors
from healthrec.domain.access import BIT, classes_in
from healthrec.errors import Issue
from healthrec.fhir import json as fhir_json
from healthrec.fhir.primitives import is_valid
from healthrec.fhir.references import Reference, references
from healthrec.fhir.search_rows import rows
from healthrec.fhir.types import KINDS, TYPE_NUMBER
from healthrec.fhir.validation import check
from healthrec.services import instants
from healthrec.services.context import Caller, Services
from healthrec.services.projections import project_all
from healthrec.services.record import placing
from healthrec.services.record.plausible import must_be_possible
from healthrec.services.record.uniques import uniques_of
from healthrec.store import audit, commands, resources
from healthrec.store.access import Sight
from healthrec.store.engine import Connection, Taken
from healthrec.store.resources import Current, Write

Method = Literal["POST", "PUT", "DELETE"]

_TRIES = 6
"""How often a write begins anew when it met another one on PostgreSQL and had to give way."""

_ACTIONS = {"POST": "create", "PUT": "update", "DELETE": "delete"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to write. `resource` is a parsed document (empty for a deletion); `if_match` the version it edits.

    `id` may be empty for a create: the server makes one. `checked` spares the check to content made by our own code
    from checked content. `if_none_exist` is the condition of a create, as the client wrote it. `beside` names, as Type/id, what our own
    code found this to belong to or to contradict, so that it may point there whether its writer sees that or not.
    """

    method: Method
    type: str
    resource: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    if_match: int | None = None
    checked: bool = False
    if_none_exist: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the record now. `updated` is microseconds since 1970; `body` is null for a deletion."""

    type: str
    id: str
    version: int
    updated: int
    body: str | None
    created: bool
    key: int
    child: int

    @property
    def reference(self) -> str:
        """Such as `Observation/7f…`."""
        return f"{self.type}/{self.id}"


Settle = Callable[[Connection, Services, Caller, Sequence[Change]], "list[Change | Written]"]
"""What holds changes against the record within their transaction: each as it is to be written, or what stands instead of it."""


def apply(
    services: Services,
    caller: Caller,
    changes: Sequence[Change],
    *,
    command_id: str = "",
    reason: str = "",
    settle: Settle | None = None,
    on: Connection | None = None,
) -> list[Written]:
    """Write all or nothing, after `settle` where one is given. `on` as in `Database.write`, which may then raise Busy.

    Raises Refused (content), NotAllowed (rights), NotFound (unknown to this caller), Stale, VersionNeeded, Conflict.
    """
    _check(changes)
    epoch = services.epoch.number
    for tries_left in reversed(range(_TRIES)):
        try:
            written = _once(services, caller, changes, command_id, reason, settle, on)
            break
        except Taken as error:
            # A twin that came at the same time stands in the record now, where `settle` finds it.
            beaten = settle is not None and tries_left == _TRIES - 1
            if not beaten and (error.what != "deadlock" or not tries_left):
                return _answered_meanwhile(services, caller, command_id, error)
    if services.epoch.number != epoch:  # whoever was identified before the commit is identified anew
        services.epoch.turn()
    return written


def apply_within(
    connection: Connection, services: Services, caller: Caller, changes: Sequence[Change], *, reason: str = ""
) -> list[Written]:
    """The same inside a transaction that the caller opened, for use cases that write more than resources."""
    now, sight = services.now(), Sight(connection, caller.viewer)
    existing = [_existing(connection, caller, sight, change) for change in changes]
    ids = [change.id or str(uuid4()) for change in changes]
    first_key = services.database.keys.take(2 * len(changes))
    keys = [row.key if row else first_key + 2 * i for i, row in enumerate(existing)]
    place = placing.Placing(connection, services, caller, dict(zip(_names(changes, ids), keys, strict=True)), sight)
    before = [fhir_json.recall(row.body) if row and row.body else {} for row in existing]
    pointed = [references(change.resource) for change in changes]
    place.look_up(pointed, before, {one for change in changes for one in change.beside})
    pieces = [
        _Piece(change, ids[i], keys[i], first_key + 2 * i + 1, existing[i], before[i], pointed[i])
        for i, change in enumerate(changes)
    ]
    for piece in sorted(pieces, key=lambda piece: placing.follows_others(piece.change.type)):
        piece.write = _write(caller, place, piece, now)
    writes = [piece.write for piece in pieces if piece.write is not None]
    _must_not_be_needed(connection, writes)
    hidden = _hidden(services, caller, sight, writes)
    resources.store(connection, writes)
    written = [(piece.write, piece.document) for piece in pieces if piece.write is not None]
    stale = project_all(connection, services, written)
    must_be_possible(connection, services, written, stale.days.births)
    if hidden and _hidden(services, caller, Sight(connection, caller.viewer), hidden):
        raise errors.NotAllowed("access.not-yours-to-write")
    audit.insert_rows(connection, services.database.keys.take, _audit_rows(services, caller, changes, writes, reason))
    return [_written(write) for write in writes]


def parse(body: bytes) -> dict[str, Any]:
    """The document, refused when it is not JSON, too large or too deep."""
    return fhir_json.parse(body)


def _once(
    services: Services,
    caller: Caller,
    changes: Sequence[Change],
    command_id: str,
    reason: str,
    settle: Settle | None,
    on: Connection | None,
) -> list[Written]:
    with services.database.write(on) as connection:
        if earlier := _earlier(connection, caller, command_id):
            return earlier
        settled = settle(connection, services, caller, changes) if settle else changes
        wanted = [one for one in settled if isinstance(one, Change)]
        made = iter(apply_within(connection, services, caller, wanted, reason=reason) if wanted else ())
        written = [next(made) if isinstance(one, Change) else one for one in settled]
        if command_id:
            result = json.dumps([_plain(one) for one in written])
            commands.keep(connection, command_id, caller.account, services.now(), result)
        return written


def _earlier(connection: Connection, caller: Caller, command_id: str) -> list[Written]:
    kept = commands.answer(connection, command_id) if command_id else None
    if kept is None:
        return []
    account, result = kept
    if account != caller.account:
        raise errors.Conflict(Issue("duplicate", "record.command-taken"))
    return [Written(**row) for row in json.loads(result)]


def _answered_meanwhile(services: Services, caller: Caller, command_id: str, error: Taken) -> list[Written]:
    """The same command may have been carried out by a twin of this request while it ran."""
    with services.database.read() as connection:
        if earlier := _earlier(connection, caller, command_id):
            return earlier
    raise _conflict(error) from None


def _check(changes: Sequence[Change]) -> None:
    issues: list[Issue] = []
    for change in changes:
        if change.method == "DELETE" or change.checked:
            continue
        if change.resource.get("resourceType") != change.type:
            params = {"found": str(change.resource.get("resourceType", "")), "allowed": change.type}
            issues.append(Issue("invalid", "fhir.wrong-type", "resourceType", params))
            continue
        issues += check(change.resource)
    if issues:
        raise errors.Refused(*issues)


def _existing(connection: Connection, caller: Caller, sight: Sight, change: Change) -> Current | None:
    if not change.id:
        return None
    expression = f"{change.type}/{change.id}"
    row = resources.find(connection, change.type, change.id) if is_valid("id", change.id) else None
    if row is None:
        if change.method == "DELETE" or change.if_match is not None:
            raise errors.NotFound(expression)
        return None
    if not (caller.unbounded or sight.may_see(row.scope, row.access_bit, TYPE_NUMBER[change.type])):
        raise errors.NotFound(expression)
    if change.if_match is not None and change.if_match != row.version:
        raise errors.Stale(expression, row.version)
    if change.method == "PUT" and change.if_match is None and KINDS[change.type].clinical and not row.deleted:
        raise errors.VersionNeeded(expression)
    if change.method == "POST" and not row.deleted:
        raise errors.Conflict(Issue("duplicate", "record.id-taken", expression))
    if change.method == "DELETE" and row.deleted:
        raise errors.Gone(expression)
    return row


def _names(changes: Sequence[Change], ids: Sequence[str]) -> list[tuple[str, str]]:
    return [(change.type, id_) for change, id_ in zip(changes, ids, strict=True)]


@dataclass(slots=True)
class _Piece:
    """One change on its way; `row` and `before` are the version that it replaces, `pointed` what it refers to."""

    change: Change
    id: str
    key: int
    version_key: int
    row: Current | None
    before: Mapping[str, Any]
    pointed: Sequence[Reference]
    write: Write | None = None

    @property
    def version(self) -> int:
        return self.row.version + 1 if self.row else 1

    @property
    def document(self) -> Mapping[str, Any] | None:
        return self.change.resource if self.change.method != "DELETE" else None


def _write(caller: Caller, place: placing.Placing, piece: _Piece, now: int) -> Write:
    change, row = piece.change, piece.row
    if row is not None and piece.before:
        place.may_write("amend", piece.before, row.access_bit)
    if change.method == "DELETE":
        assert row is not None
        spot, body, resource = placing.Spot(row.child, row.owner, row.scope, row.access_bit), None, None
    else:
        resource = change.resource if change.resource.get("id") == piece.id else {**change.resource, "id": piece.id}
        spot = place.spot(resource, piece.pointed, piece.key, row)
        place.may_write("create" if row is None else "amend", resource, spot.access_bit)
        place.check_origin(resource, piece.before, spot.owner)
        body = fhir_json.stamp(change.resource, piece.id, piece.version, instants.text(now))
    return Write(
        change.type,
        piece.id,
        piece.key,
        piece.version,
        piece.version_key,
        now,
        change.method,
        body,
        spot.child,
        spot.owner,
        spot.scope,
        spot.access_bit,
        rows(resource) if resource is not None else None,
        place.targets if resource is not None else {},
        uniques_of(resource, spot.child) if resource is not None else (),
    )


def _must_not_be_needed(connection: Connection, writes: Sequence[Write]) -> None:
    """A deletion leaves no reference that points nowhere, and no child's record without its child."""
    deleted = {write.key for write in writes if write.body is None}
    for write in writes:
        if write.body is None and resources.is_needed(connection, write.type, write.key, deleted):
            raise errors.Conflict(Issue("conflict", "record.still-needed", f"{write.type}/{write.id}"))


def _hidden(services: Services, caller: Caller, sight: Sight, writes: Sequence[Write]) -> list[Write]:
    """What the caller may not see and so may not write. Asked before the change, and again after it for these: a new
    child comes with its enrolment or panel in the same transaction, and who ends an enrolment saw it until now."""
    if caller.unbounded:
        return []
    answers: dict[tuple[int, int, str], bool] = {}
    for write in writes:
        place = (write.scope, write.access_bit, write.type)
        if write.body is not None and place not in answers:
            answers[place] = _may_reach(services, caller, sight, write)
    return [w for w in writes if w.body is not None and not answers[w.scope, w.access_bit, w.type]]


def _may_reach(services: Services, caller: Caller, sight: Sight, write: Write) -> bool:
    if sight.may_see(write.scope, write.access_bit, TYPE_NUMBER[write.type]):
        return True
    if not write.child or write.version > 1 or not _writes_blindly(services, caller, write):
        return False
    return sight.may_see(write.scope, BIT["care"], TYPE_NUMBER["Patient"])


def _writes_blindly(services: Services, caller: Caller, write: Write) -> bool:
    """A role may write down for a child in its care what it may never see (a dose off a certificate, a daily check)."""
    (access_class,) = classes_in(write.access_bit) or ("audit",)
    roles = [services.rights.roles[role] for role in caller.roles]
    return any(
        role.allows("create", access_class, write.type) and not role.allows("see", access_class, write.type)
        for role in roles
    )


def _audit_rows(
    services: Services, caller: Caller, changes: Sequence[Change], writes: Sequence[Write], reason: str
) -> list[audit.AuditRow]:
    return [
        caller.audit(
            services,
            _ACTIONS[change.method] if write.version > 1 or change.method != "PUT" else "create",
            f"{write.type}/{write.id}/_history/{write.version}",
            child=write.child,
            reason=reason,
        )
        for change, write in zip(changes, writes, strict=True)
    ]


def _written(write: Write) -> Written:
    return Written(
        write.type, write.id, write.version, write.updated, write.body, write.version == 1, write.key, write.child
    )


def _plain(written: Written) -> dict[str, Any]:
    return {name: getattr(written, name) for name in Written.__slots__}


def _conflict(taken: Taken) -> errors.Conflict:
    if taken.what == "unique_key":
        return errors.Conflict(Issue("duplicate", "record.duplicate"))
    return errors.Conflict(Issue("lock-error", "record.changed-meanwhile"))


__all__ = ["Change", "Written", "apply", "apply_within", "parse"]
