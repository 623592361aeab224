"""How often somebody may do a thing: several windows at once, so that who goes on and on waits ever longer.

Counted in the memory of one process, by the real clock.
"""

from __future__ import annotations

import math
import time
from weakref import WeakKeyDictionary

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from healthrec.errors import Throttled
from healthrec.services.context import Epoch, Services


def within_pace(services: Services, rates: str, what: str, who: str) -> None:
    """Raises Throttled when one of the `rates` ("10/hour;30/day") is used up for `who` doing `what`."""
    limiter = _limiter(services)
    waits = [
        limiter.get_window_stats(rate, what, who).reset_time - time.time()
        for rate in parse_many(rates)
        if not limiter.test(rate, what, who)
    ]
    if waits:
        raise Throttled("access.too-many-tries", max(1, math.ceil(max(waits))))


def count(services: Services, rates: str, what: str, who: str) -> None:
    """It was done once more."""
    limiter = _limiter(services)
    for rate in parse_many(rates):
        limiter.hit(rate, what, who)


_LIMITERS: WeakKeyDictionary[Epoch, FixedWindowRateLimiter] = WeakKeyDictionary()


def _limiter(services: Services) -> FixedWindowRateLimiter:
    return _LIMITERS.setdefault(services.epoch, FixedWindowRateLimiter(MemoryStorage()))
