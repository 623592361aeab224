"""Every read, search and refusal leaves one row with the right child, and no row or log line names anybody."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from sqlalchemy import select
from tests.access import canary
from tests.documents import condition, patient, sent, weight
from tests.town import Clients, the_town

from healthrec.services.context import Services
from healthrec.store import resources
from healthrec.store.engine import Connection
from healthrec.store.tables import audit_child, audit_event

TOWN = the_town()
CHILD, OTHER = TOWN.demo_child.id, TOWN.second_demo_child.id


def _rows(services: Services, after: int = 0) -> list[Any]:
    with services.database.read() as connection:
        statement = select(audit_event).where(audit_event.c.key > after).order_by(audit_event.c.key)
        return list(connection.execute(statement).all())


def _key(services: Services, child: str) -> int:
    with services.database.read() as connection:
        row = resources.find(connection, "Patient", child)
        assert row is not None
        return row.key


READS = [
    (f"Patient/{CHILD}", "read", "success", True),
    (f"Patient/{CHILD}/_history", "history", "success", True),
    (f"Patient/{CHILD}/_history/1", "vread", "success", True),
    (f"Patient/{CHILD}/$everything", "everything", "success", True),
    (f"Observation?subject=Patient/{CHILD}&_count=1", "search", "success", True),
    (f"Observation?subject=Patient/{CHILD}&_summary=count", "search", "success", False),
    ("Organization?_count=1", "search", "success", False),
    (f"Patient/{OTHER}", "refused", "refused", False),
    ("Patient/nobody", "refused", "refused", False),
    ("Patient?_sort=nope", "refused", "refused", False),
    ("Nothing/x", "refused", "refused", False),
]


def test_each_question_leaves_exactly_one_row_with_the_child_that_it_showed(api: Clients) -> None:
    services, doctor = api.services, api("doctor")
    key = _key(services, CHILD)
    for path, action, outcome, about in READS:
        last = _rows(services)[-1].key
        doctor.get(f"/fhir/{path}")
        rows = _rows(services, last)
        assert [(row.action, row.outcome, row.child) for row in rows] == [(action, outcome, key if about else 0)], path
        assert rows[0].account
        assert rows[0].role == "doctor"


def test_a_search_that_shows_several_children_names_them_all(api: Clients) -> None:
    doctor = api("doctor")
    shown = doctor.ids("Patient?_count=1000")
    event = _rows(api.services)[-1]
    with api.services.database.read() as connection:
        children = set(
            connection.execute(select(audit_child.c.child).where(audit_child.c.event == event.key)).scalars()
        )
    assert children == {_key(api.services, child) for child in shown}
    assert event.count == len(shown)


def test_every_write_and_every_refused_write_leaves_one_row(api: Clients) -> None:
    doctor, services = api("doctor"), api.services
    last = _rows(services)[-1].key
    made = doctor.post("/fhir/Condition", **sent(condition(CHILD))).json()
    doctor.delete(f"/fhir/Condition/{made['id']}")
    doctor.post("/fhir/Condition", **sent(condition(OTHER)))
    api("").get(f"/fhir/Patient/{CHILD}")
    rows = _rows(services, last)
    assert [(row.action, row.outcome) for row in rows] == [
        ("create", "success"), ("delete", "success"), ("refused", "refused"), ("refused", "refused"),
    ]  # fmt: skip
    assert [row.child for row in rows] == [_key(services, CHILD)] * 2 + [0, 0]
    assert rows[3].account == 0


def test_a_batch_leaves_a_row_for_each_of_its_entries(api: Clients) -> None:
    from tests.documents import bundle, entry

    doctor, services = api("doctor"), api.services
    last = _rows(services)[-1].key
    doctor.post("/fhir", **sent(bundle("batch", entry("GET", f"Patient/{CHILD}"), entry("GET", f"Patient/{OTHER}"))))
    assert [row.action for row in _rows(services, last)] == ["read", "refused"]


def test_no_name_or_number_reaches_the_audit_or_the_log(api: Clients, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    doctor, name, number = api("doctor"), TOWN.demo_child.name.official, "899999202203040050"
    for question in (
        f"Patient?name={name}", f"Patient?identifier={number}", f"Observation?code={name}", f"Observation?status={number}",
        f"Patient?_id={number}", f"Patient?_id={name}", f"Observation?subject=Patient/{number}", f"Observation?patient={name}",
        f"Patient/{number}", f"Patient/{name}", f"{name}", f"Patient/{CHILD}/{name}", f"Patient?{name}=1", f"Patient?_sort={name}",
        f"Observation?date={number}", f"Observation?category={name}", f"Patient/{CHILD}/_history?{name}=1",
    ):  # fmt: skip
        doctor.get(f"/fhir/{question}")
    doctor.post("/fhir/Patient", **sent(patient(name, number)))
    doctor.post("/fhir/Patient", content=f'{{"resourceType":"Patient","name":[{{"text":"{name}"'.encode())
    doctor.post("/fhir/Observation", **sent(weight(number) | {"status": name}))
    canary.put(
        api.services,
        [one for one in canary.about(CHILD, TOWN.institutions.centres[0].id, "c") if one["resourceType"] == "Flag"],
    )
    doctor.get("/fhir/Flag?_id=c-6")
    told = "\n".join(str(tuple(row)) for row in _rows(api.services)) + caplog.text
    own = [line for line in told.splitlines() if "HTTP Request" not in line]
    assert name not in "\n".join(own)
    assert number not in "\n".join(own)
    assert canary.WORD not in "\n".join(own)
    assert not re.search(r"899999\d{11}", "\n".join(own))


def test_two_sealers_do_not_fork_the_chain(town_url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from tests.conftest import settings_for

    from healthrec.crypto import chain
    from healthrec.services.opening import opened, seal_all
    from healthrec.store import audit

    with opened(settings_for(town_url)) as one, opened(settings_for(town_url)) as two:
        for number in range(20):
            one.committer.commit(audit.AuditRow(number, 0, 0, "", "test", "success", "", ""))
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda parts: seal_all(parts.database), [one, two, one, two]))
        with one.database.read() as connection:
            events = list(audit.sealed_events(connection))
            assert [seq for seq, _, _ in events] == list(range(events[0][0], events[0][0] + len(events)))
            assert not chain.verify(events, audit.start_of_chain(connection), audit.head(connection))


def test_sealing_ends_though_events_keep_coming(town_services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each turn would else chain the few events that came during the one before, for as long as somebody reads."""
    from threading import get_ident

    from healthrec.services.opening import seal_all
    from healthrec.store import audit

    turns, own, seal = 0, get_ident(), audit.seal
    another = audit.AuditRow(1, 0, 0, "", "test", "success", "", "")

    def seal_while_another_comes(connection: Connection) -> None:
        nonlocal turns
        turns += get_ident() == own
        assert turns < 3
        seal(connection)
        audit.insert_rows(connection, town_services.database.keys.take, [another])

    town_services.committer.commit(another)
    monkeypatch.setattr(audit, "seal", seal_while_another_comes)
    seal_all(town_services.database)
    assert turns <= 1


def test_a_loop_that_closed_does_not_stop_the_committer(town_services: Services) -> None:
    import asyncio

    from healthrec.store.audit import AuditRow

    async def ask_and_leave() -> None:
        town_services.committer.committed(AuditRow(1, 0, 0, "", "test", "success", "", ""))

    for _ in range(5):
        asyncio.run(ask_and_leave())
    town_services.committer.commit(AuditRow(2, 0, 0, "", "test", "success", "last", ""))
    assert _rows(town_services)[-1].entity == "last"
