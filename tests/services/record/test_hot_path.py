"""A statement that is built while somebody waits costs as much as a whole write: the hot paths run what was built before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from sqlalchemy import Engine, event
from tests.documents import sent, weight
from tests.town import caller_named, the_town

from healthrec.services.context import Services
from healthrec.services.record.read import read
from healthrec.services.record.write import Change, apply

CHILD = the_town().demo_child.id


@contextmanager
def built_by_this_thread() -> Iterator[list[str]]:
    """The statements that go through the engine, which builds each anew."""
    built: list[str] = []
    own = get_ident()

    def note(_connection: Any, clause: Any, *_: Any) -> None:
        if get_ident() == own:
            built.append(str(clause))

    event.listen(Engine, "before_execute", note)
    try:
        yield built
    finally:
        event.remove(Engine, "before_execute", note)


def measured(day: str) -> Change:
    return Change("POST", "Observation", json.loads(sent(weight(CHILD, day=day))["content"]))


def test_a_measurement_is_written_and_read_without_building_a_statement(shared_services: Services) -> None:
    doctor = caller_named(shared_services, "doctor")
    apply(shared_services, doctor, [measured("2026-11-16")])
    held = shared_services.database.hold()
    with built_by_this_thread() as built:
        (written,) = apply(shared_services, doctor, [measured("2026-11-17")])
        shown = read(shared_services, held, doctor, "Observation", written.id)
    assert shown.documents[0].body == written.body
    assert built == []


def test_many_measurements_of_one_transaction_neither(shared_services: Services) -> None:
    doctor = caller_named(shared_services, "doctor")
    with built_by_this_thread() as built:
        apply(shared_services, doctor, [measured(f"2026-11-{day:02}") for day in range(1, 13)])
    assert built == []
