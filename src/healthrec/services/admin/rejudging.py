"""Growth or vaccination judged again after an organisation chose another rule: child by child, in parts that each commit.

How far it came is kept with each part, so that what a stopped process left is gone on with at the next start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from healthrec.services.context import Services
from healthrec.services.projections import due, growth
from healthrec.store import choices, house_state, projections
from healthrec.store.engine import Connection

_PART = 50
_AT_ONCE = 2
_RUNNING = threading.Lock()
_REMAKES: Mapping[str, Callable[[Connection, Services, int], object]] = {
    growth.LATER: growth.remake,
    due.LATER: due.remake,
}


def go_on(services: Services) -> None:
    """Judge the first hundred children now, and what is left then in a thread of its own."""
    for _ in range(_AT_ONCE):
        if not one_part(services):
            return
    threading.Thread(target=finish, args=(services,), name="rejudging", daemon=True).start()


def finish(services: Services) -> None:
    """Judge all that waits. For the start of a process too; only one thread of a process does it."""
    if not _RUNNING.acquire(blocking=False):
        return
    try:
        while one_part(services):
            pass
    finally:
        _RUNNING.release()


def one_part(services: Services) -> bool:
    """Judge the next part; False when nothing waits any more."""
    with services.database.write() as connection:
        waiting = [
            (name, after, prefix) for prefix in _REMAKES for name, after in choices.waiting(connection, prefix).items()
        ]
        if not waiting:
            return False
        name, after, prefix = min(waiting)
        owners = projections.descendants(connection, int(name.removeprefix(prefix)))
        keys = choices.children_of(connection, owners, int(after), _PART)
        for key in keys:
            _REMAKES[prefix](connection, services, key)
        if len(keys) == _PART:
            house_state.remember(connection, name, str(keys[-1]))
        else:
            house_state.forget(connection, name)
    return True
