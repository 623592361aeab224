"""A file handed in, and the state it is in.

reading (its columns are to be checked) → mapped (read; rows wait for review) → reviewed (confirmed; being saved) → saved →
undoing → undone. A dropped file leaves nothing but its row. The rows of `batch_item` are the truth of how far saving is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from healthrec import errors
from healthrec.domain.roster import SheetKind, SheetWords, sheet_words
from healthrec.errors import Issue
from healthrec.services.choices import choice
from healthrec.services.context import Caller, Services
from healthrec.services.imports.allowed import Nursery, batch_of, kinds_of, nurseries, nursery_of
from healthrec.services.record.dose_origin import HERE
from healthrec.sheets import Workbook, read_workbook
from healthrec.store import accounts, imports, projections, resources
from healthrec.store.engine import Connection

FILES_PER_HOUR = 60
"""A person hands in a few files a day; more would be a search for children by their numbers."""

_HOUR = 3_600_000_000
_NAME_CHARS = 120


@dataclass(slots=True)
class Detail:
    """What a batch knows besides its rows. `problems` and `skipped` are of the file; `new_classes` it names newly."""

    file: str
    choices: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    measured_on: str = ""
    problems: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    new_classes: list[str] = field(default_factory=list)
    add_classes: bool = True
    finished: int = 0

    def text(self) -> str:
        """As it is stored."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, ensure_ascii=False)

    @property
    def day(self) -> date | None:
        """The day given for values without one."""
        return date.fromisoformat(self.measured_on) if self.measured_on else None


@dataclass(frozen=True, slots=True)
class Batch:
    """One import as lists and pages show it. `created` and `detail.finished` are microseconds since 1970."""

    id: str
    kind: SheetKind
    nursery: Nursery
    state: str
    created: int
    who: str
    detail: Detail
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """Rows of children in the file."""
        return sum(self.counts.values())


def start(
    services: Services,
    caller: Caller,
    organization_id: str,
    kind: SheetKind,
    filename: str,
    data: bytes,
    workbook: Workbook | None = None,
) -> str:
    """Keep a file that can be read, to be looked at; its batch id. Refused and TooLarge say what is wrong with it.

    `workbook` spares reading a file that was read just now.
    """
    with services.database.read() as connection:
        nursery = nursery_of(services, connection, caller, organization_id, kind)
        if kind == "doses" and choice(connection, "dose-origin", nursery.key).value == HERE:
            raise errors.Refused(Issue("business-rule", "import.doses-recorded-here", "kind"))
        begun = imports.begun_since(connection, caller.account, services.now() - _HOUR)
    if begun >= FILES_PER_HOUR and not caller.unbounded:
        raise errors.Throttled("import.too-many-files", 3600)
    workbook = workbook or read_workbook(data, filename)
    id_ = str(uuid4())
    detail = Detail(file=filename[-_NAME_CHARS:], hidden=list(workbook.hidden))
    with services.database.write() as connection:
        imports.put_batch(
            connection,
            {
                "id": id_,
                "kind": kind,
                "organization": nursery.key,
                "account": caller.account,
                "state": "reading",
                "created": services.now(),
                "detail": detail.text(),
                "source": data,
            },
        )
    services.committer.commit(caller.audit(services, "import", f"import:{id_}"))
    return id_


def places(services: Services, caller: Caller, kind: str = "") -> tuple[Nursery, ...]:
    """The places that the caller may import into. Raises NotAllowed for a role without the power."""
    with services.database.read() as connection:
        return nurseries(services, connection, caller, kind)


def listing(services: Services, caller: Caller, before: int = 0, count: int = 30) -> list[Batch]:
    """The imports of the caller's nurseries, newest first, begun before an instant (0: now)."""
    with services.database.read() as connection:
        kinds = kinds_of(services, caller)
        keys = [place.key for place in nurseries(services, connection, caller)]
        rows = imports.recent(connection, keys, kinds, before or services.now() + 1, count) if keys else []
        return [_batch(connection, row) for row in rows]


def get(services: Services, caller: Caller, batch_id: str) -> Batch:
    """One import. Raises NotFound."""
    with services.database.read() as connection:
        return _batch(connection, batch_of(services, connection, caller, batch_id))


def drop(services: Services, caller: Caller, batch_id: str) -> None:
    """Give an import up before anything was saved: its file and rows go."""
    with services.database.write() as connection:
        batch_of(services, connection, caller, batch_id)
        if not imports.step(connection, batch_id, ("reading", "mapped"), "dropped"):
            raise not_open()
        imports.put_items(connection, batch_id, [])
        imports.change_batch(connection, batch_id, source=None, detail=Detail(file="").text())
    services.committer.commit(caller.audit(services, "import", f"import:{batch_id}/drop"))


def detail_of(row: Any) -> Detail:
    """The detail of a batch's row."""
    return Detail(**json.loads(row.detail))


def words_of(services: Services) -> SheetWords:
    """Headings and words of sheets, as the rulebook has them."""
    return sheet_words(services.rulebook.of_kind("roster-columns")[0].content)


def not_open() -> errors.Conflict:
    """The batch is not in a state in which this can be done."""
    return errors.Conflict(Issue("conflict", "import.not-open"))


def nursery_at(connection: Connection, key: int) -> Nursery:
    """The nursery of a batch."""
    row = projections.organization_row(connection, key)
    return Nursery(key, row.id, row.name, row.name_en) if row else Nursery(key, "", "", "")


def person_name(connection: Connection, account: int) -> str:
    """The name of an account's person, "" for the operator."""
    row = accounts.by_key(connection, account) if account else None
    person = resources.find_by_key(connection, row.person) if row and row.person else None
    names = json.loads(person[1].body or "{}").get("name", []) if person else []
    return str(names[0].get("text", "")) if names else (row.username if row else "")


def states_of(chosen: str) -> Sequence[str]:
    """The states that a filter of the review page shows; "" for all."""
    return (chosen,) if chosen else (*_ALL_STATES,)


_ALL_STATES = ("ready", "look", "ask", "blocked", "out", "same", "saved", "kept", "undone")


def _batch(connection: Connection, row: Any) -> Batch:
    return Batch(
        row.id,
        row.kind,
        nursery_at(connection, row.organization),
        row.state,
        row.created,
        person_name(connection, row.account),
        detail_of(row),
        imports.counts(connection, row.id),
    )
