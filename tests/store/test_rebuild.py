"""A rebuild gives the rows that the write path gave."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from healthrec.demo.load import load
from healthrec.demo.town import town
from healthrec.domain.access import BIT
from healthrec.errors import NotFound
from healthrec.fhir.json import parse
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.services import access_rules
from healthrec.services.access.break_glass import regrant
from healthrec.services.context import Services, operator
from healthrec.services.operations import rebuild as rebuilding
from healthrec.services.operations.rebuild import rebuild_all, rebuild_child
from healthrec.services.record.write import Change, apply
from healthrec.store import break_glass, house_state, rebuild, resources
from healthrec.store.tables import PROJECTIONS, child, resource

NOTE: dict[str, Any] = {
    "resourceType": "Provenance",
    "recorded": "2026-11-22T08:00:00+08:00",
    "agent": [{"who": {"display": "x"}}],
}
Dump = dict[str, list[tuple[Any, ...]]]


def dump(services: Services) -> Dump:
    """Every row of every projection."""
    with services.database.read() as connection:
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in PROJECTIONS}


def classes(services: Services) -> list[tuple[Any, ...]]:
    """(key, access class, scope) of every resource."""
    with services.database.read() as connection:
        wanted = select(resource.c.key, resource.c.access_bit, resource.c.scope).order_by(resource.c.key)
        return [tuple(row) for row in connection.execute(wanted)]


def put(services: Services, type_: str, id_: str, **changed: Any) -> None:
    """Write one more version of a resource, with some elements changed."""
    with services.database.read() as connection:
        row = resources.find(connection, type_, id_)
    assert row is not None
    document = parse((row.body or "").encode()) | changed
    apply(services, operator(services), [Change("PUT", type_, document, id_, row.version)])


def some(services: Services, type_: str, count: int) -> list[str]:
    """Ids of a few resources of a type."""
    with services.database.read() as connection:
        return [one.id for one in rebuild.of_type(connection, type_, rebuild.START, count)]


@pytest.fixture
def lived_in(services: Services) -> Services:
    """A small town in which things were corrected, ended and deleted after they were written."""
    load(services, town(12))
    observations = some(services, "Observation", 40)
    put(services, "Observation", observations[20], status="entered-in-error")
    put(services, "Observation", observations[30], status="amended")
    put(services, "Patient", some(services, "Patient", 1)[0], gender="female")
    put(services, "Immunization", some(services, "Immunization", 1)[0], lotNumber="L-1")
    apply(services, operator(services), [Change("DELETE", "Observation", id=observations[35])])
    with services.database.write() as connection:
        common = {"account": 1, "at": 1, "reason": "urgent"}
        child_key, person = (
            resources.find(connection, t, some(services, t, 1)[0]).key for t in ("Patient", "Practitioner")
        )
        break_glass.put(connection, common | {"key": 7, "child": child_key, "person": person, "until_day": 739_000})
        regrant(connection, services)
    return services


def test_a_rebuild_changes_no_row_of_any_projection(lived_in: Services) -> None:
    before = dump(lived_in)
    assert all(
        before[name]
        for name in ("sp_token", "child", "growth_point", "due_item", "access_grant", "unique_key", "enrolment", "duty")
    )
    rebuild_all(lived_in)
    assert dump(lived_in) == before


def test_new_access_rules_hold_for_what_was_written_before_after_a_rebuild(lived_in: Services) -> None:
    dose = some(lived_in, "Immunization", 1)[0]
    note = Change("POST", "Provenance", NOTE | {"target": [{"reference": f"Immunization/{dose}"}]})
    apply(lived_in, operator(lived_in), [note])
    before = dump(lived_in), classes(lived_in)
    with lived_in.database.write() as connection:
        old = update(resource).values(access_bit=BIT["care"], scope=0)
        connection.execute(old.where(resource.c.type.in_([TYPE_NUMBER["Immunization"], TYPE_NUMBER["Provenance"]])))
        house_state.remember(connection, "access-rules", "older")
    assert not access_rules.hold(lived_in) and classes(lived_in) != before[1]
    rebuild_all(lived_in)
    assert (dump(lived_in), classes(lived_in)) == before
    assert access_rules.hold(lived_in)


def test_projections_that_were_lost_come_back(lived_in: Services) -> None:
    before = dump(lived_in)
    with lived_in.database.write() as connection:
        for table in PROJECTIONS:
            connection.execute(delete(table))
    rebuild_all(lived_in)
    assert dump(lived_in) == before


def test_a_killed_rebuild_goes_on_where_it_stopped(lived_in: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    before, seen = dump(lived_in), []
    monkeypatch.setattr(rebuilding, "_BATCH", 50)

    def killed(done: int, of: int) -> None:
        seen.append((done, of))
        if len(seen) == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_all(lived_in, killed)
    assert dump(lived_in) != before
    again: list[int] = []
    rebuild_all(lived_in, lambda done, of: again.append(done))
    assert again[0] > seen[-1][0] - 1
    assert again[-1] == seen[-1][1]
    assert dump(lived_in) == before
    with lived_in.database.read() as connection:
        assert house_state.remembered(connection, "rebuild") is None


def test_one_child_is_rebuilt_alone(lived_in: Services) -> None:
    before = dump(lived_in)
    one = some(lived_in, "Patient", 3)[2]
    with lived_in.database.write() as connection:
        key = connection.execute(select(child.c.key).where(child.c.id == one)).scalar_one()
        for name in ("sp_token", "sp_observation", "growth_point"):
            connection.execute(text(f"DELETE FROM {name} WHERE child = {key}"))
        connection.execute(text(f"UPDATE child SET name = 'x', gestation_days = NULL WHERE key = {key}"))
    rebuild_child(lived_in, one)
    assert dump(lived_in) == before


def test_an_unknown_child_is_told(services: Services) -> None:
    with pytest.raises(NotFound):
        rebuild_child(services, "nobody")
