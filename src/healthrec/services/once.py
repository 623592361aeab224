"""One answer to one command: a double click or a retry is told what the first one was told, and nothing is done twice.

For use cases that write more than resources; `services.record` keeps its own answers in the same table.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from healthrec.errors import Conflict, Issue
from healthrec.services.context import Caller, Services
from healthrec.store import commands
from healthrec.store.engine import Connection, Taken

Answer = dict[str, Any]


def once(services: Services, caller: Caller, command_id: str, work: Callable[[Connection], Answer]) -> Answer:
    """What `work` answers (plain JSON), done in one transaction, or what it answered the first time.

    Raises Conflict for a command of another account and where somebody else was quicker, and what `work` raises.
    """
    try:
        with services.database.write() as connection:
            if answer := _kept(connection, caller, command_id):
                return answer
            answer = work(connection)
            if command_id:
                commands.keep(connection, command_id, caller.account, services.now(), json.dumps(answer))
            return answer
    except Taken:
        # the same command may have been carried out by a twin of this request while it ran
        if answer := answered(services, caller, command_id):
            return answer
        raise Conflict(Issue("lock-error", "record.changed-meanwhile")) from None


def answered(services: Services, caller: Caller, command_id: str) -> Answer:
    """What this command was answered, empty for a new one. Raises Conflict for a command of another account."""
    with services.database.read() as connection:
        return _kept(connection, caller, command_id)


def _kept(connection: Connection, caller: Caller, command_id: str) -> Answer:
    kept = commands.answer(connection, command_id) if command_id else None
    if kept is None:
        return {}
    account, result = kept
    if account != caller.account:
        raise Conflict(Issue("duplicate", "record.command-taken"))
    answer: Answer = json.loads(result)
    return answer
