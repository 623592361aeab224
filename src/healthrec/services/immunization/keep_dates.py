"""Dates of vaccination that hold no longer are worked out anew: once a day, by new rules, and after an upgrade.

In parts that each commit, so that nobody waits long and a stop loses nothing.
"""

from __future__ import annotations

from healthrec.services.context import Services
from healthrec.services.projections import due as projection
from healthrec.store import due, house_state

_PART = 100
_DAY = "due-day"


def keep_dates(services: Services) -> int:
    """Remake what ran out by today; answers for how many children. A day set back makes all of them anew."""
    today = services.today().toordinal()
    rules = projection.rules_of(services)
    with services.database.read() as connection:
        kept = house_state.remembered(connection, _DAY)
    went_back = kept is not None and int(kept) > today
    after = done = 0
    while keys := _part(services, today, "" if went_back else rules, after):
        after, done = keys[-1], done + len(keys)
    with services.database.write() as connection:
        house_state.remember(connection, _DAY, str(today))
    return done


def keep_some(services: Services) -> None:
    """For a reader who came before the day's work was done: as many as nobody minds waiting for."""
    today = services.today().toordinal()
    with services.database.read() as connection:
        keys = due.run_out_by_day(connection, today, _PART)
    if keys:
        with services.database.write() as connection:
            for key in keys:
                projection.remake(connection, services, key)


def _part(services: Services, today: int, rules: str, after: int) -> list[int]:
    with services.database.write() as connection:
        keys = due.run_out(connection, today, rules, after, _PART)
        for key in keys:
            projection.remake(connection, services, key)
    return keys
