"""Make the summaries of a class: the rows of batch and batch_item are the truth, a worker only walks along them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from uuid import uuid4

from healthrec import errors
from healthrec.services.accounts.identify import caller_of
from healthrec.services.context import Caller, Services
from healthrec.services.documents.family_summary import may_publish, publish
from healthrec.services.documents.handover import KIND, current_paper, members
from healthrec.services.once import Answer, once
from healthrec.store import accounts, children, documents, imports
from healthrec.store.engine import Connection
from healthrec.store.imports import Item

_log = logging.getLogger(__name__)


def begin(services: Services, caller: Caller, class_id: str, language: str, *, command_id: str = "") -> str:
    """The id of the batch: one row for each child of the class who has no paper of this quarter yet.

    Raises NotFound, NotAllowed. Somebody has to call `run` with the id.
    """
    may_publish(services, caller, "")

    def put(connection: Connection) -> Answer:
        klass, rows = members(connection, caller, class_id)
        wanted = [row for row in rows if not current_paper(services, caller, connection, row)]
        batch = str(uuid4())
        row = {
            "id": batch,
            "kind": KIND,
            "organization": klass.key,
            "account": caller.account,
            "state": "running" if wanted else "done",
            "created": services.now(),
            "detail": json.dumps({"language": language}),
            "source": None,
        }
        imports.put_batch(connection, row)
        items = [Item(position, one.key, "waiting", "") for position, one in enumerate(wanted)]
        imports.put_items(connection, batch, items)
        return {"batch": batch}

    return str(once(services, caller, command_id, put)["batch"])


def run(services: Services, batch: str) -> None:
    """Make what waits in the batch. Each child is a transaction with a command id of its own, so that a killed worker's
    work is taken up where it stopped and nothing is made twice."""
    with services.database.read() as connection:
        row = imports.batch_row(connection, batch)
        account = accounts.by_key(connection, row.account) if row else None
        caller = caller_of(connection, services, account, "job") if account and not account.locked else None
    if row is None or caller is None:
        _log.warning("batch %s has nobody who may run it", batch)
        return
    language = json.loads(row.detail)["language"]
    for item in _waiting(services, batch):
        ended = _make(services, caller, batch, item, language)
        with services.database.write() as connection:
            imports.set_items(connection, batch, [ended])
    with services.database.write() as connection:
        imports.change_batch(connection, batch, state="done")


def unfinished(services: Services) -> list[str]:
    """Batches that a stopped worker left."""
    with services.database.read() as connection:
        return documents.unfinished(connection, KIND)


def _waiting(services: Services, batch: str) -> Iterator[Item]:
    after = -1
    while True:
        with services.database.read() as connection:
            found = imports.items(connection, batch, ["waiting"], after, 1)
        if not found:
            return
        after = found[0].position
        yield found[0]


def _make(services: Services, caller: Caller, batch: str, item: Item, language: str) -> Item:
    with services.database.read() as connection:
        rows = children.rows_of(connection, [item.child])
    try:
        command = f"{batch}:{item.position}"
        document = publish(services, caller, rows[0].id, language, command_id=command)
    except errors.HealthrecError as error:
        _log.warning("batch %s, position %d: %s", batch, item.position, error.issues[0].key)
        return item._replace(state="failed", detail=json.dumps({"key": error.issues[0].key}))
    return item._replace(state="done", detail=json.dumps({"document": document}))
