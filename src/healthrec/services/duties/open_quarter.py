"""Each assigned nursery gets the Task of the running quarter. Daily or when needed; doing it twice adds nothing."""

from __future__ import annotations

from collections.abc import Iterator

from healthrec.domain.duties import Quarter
from healthrec.services.context import Caller, Services, operator
from healthrec.services.duties.quarters import KIND, duty_task
from healthrec.services.forms.times import written_at
from healthrec.services.record.write import Change, apply
from healthrec.store import duties, resources
from healthrec.store.duties import Nursery
from healthrec.store.engine import Connection

_BATCH = 200


def open_quarter(services: Services, caller: Caller | None = None) -> int:
    """Make the Tasks of this quarter that are not there yet; answers how many. One transaction for each 200 nurseries."""
    after, made = 0, 0
    while True:
        with services.database.read() as connection:
            found = duties.all_nurseries(connection, after, _BATCH)
            changes = list(_missing(services, connection, found)) if found else []
        if changes:
            apply(services, caller or operator(services), changes, reason="quarter")
            made += len(changes)
        if len(found) < _BATCH:
            return made
        after = found[-1].key


def _missing(services: Services, connection: Connection, found: list[Nursery]) -> Iterator[Change]:
    today = services.today()
    quarter, keys = Quarter.of(today), [one.key for one in found]
    start, day = quarter.start.toordinal(), today.toordinal()
    have = {row.organization for row in duties.duties(connection, KIND, keys, start, start)}
    guides = {one.organization: one.person for one in duties.guides(connection, keys, day, day)}
    for one in found:
        person = resources.find_by_key(connection, guides.get(one.key, 0))
        if one.key not in have and person:
            task = duty_task(one.id, quarter, f"Practitioner/{person[0]}", written_at(services))
            yield Change("POST", "Task", task, task["id"])
