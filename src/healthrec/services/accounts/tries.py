"""Tries of a secret: after five wrong ones an account rests, each time longer, whether it exists or not.

GB/T 22239-2019 8.1.4.1 b) and OWASP ASVS 5.0 6.3.1. A try is counted before it is judged, so that a hundred at once
are no more than five.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from weakref import WeakKeyDictionary

from healthrec.crypto.columns import blind_index
from healthrec.errors import Throttled
from healthrec.services.context import Epoch, Services
from healthrec.store import accounts

FREE_TRIES = 5
FIRST_REST_SECONDS = 30
LONGEST_REST_SECONDS = 900

_SECOND = 1_000_000
_MOST_STRANGERS = 10_000


def rest_seconds(failures: int) -> int:
    """How long an account rests after so many wrong tries in a row: 0 for four, 30 for five, 60, 120 … 900."""
    if failures < FREE_TRIES:
        return 0
    return min(FIRST_REST_SECONDS << min(failures - FREE_TRIES, 10), LONGEST_REST_SECONDS)


def take_try(services: Services, username: str) -> None:
    """Count a try of this account's secret. Raises Throttled while the account rests."""
    now = services.now()
    with services.database.write() as connection:
        failures = accounts.take_try(connection, username, now)
        if failures and (rest := rest_seconds(failures)):
            accounts.rest_until(connection, username, now + rest * _SECOND)
        row = None if failures else accounts.by_username(connection, username)
    if failures:
        return
    retry_at = row.retry_at if row else _stranger_tries(services, username, now)
    if retry_at > now:
        raise Throttled("access.too-many-tries", -((now - retry_at) // _SECOND))


_STRANGERS: WeakKeyDictionary[Epoch, OrderedDict[str, tuple[int, int]]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def _stranger_tries(services: Services, username: str, now: int) -> int:
    """A name without an account rests as one with an account does, so that the answer does not tell them apart.

    Counted in memory, by a hash: what is typed in this field is now and then a password.
    """
    name = blind_index(services.column_keys, "stranger", username)
    with _LOCK:
        known = _STRANGERS.setdefault(services.epoch, OrderedDict())
        failures, retry_at = known.get(name, (0, 0))
        if retry_at > now:
            return retry_at
        known[name] = (failures + 1, now + rest_seconds(failures + 1) * _SECOND)
        known.move_to_end(name)
        if len(known) > _MOST_STRANGERS:
            known.popitem(last=False)
    return 0
