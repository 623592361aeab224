"""The drill: a backup under a stream of writes, put back elsewhere; and what a bad container may not do."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.conftest import postgres_database, settings_for
from tests.documents import patient

from healthrec.crypto import chain
from healthrec.crypto.backup import BadBackupError, Cost
from healthrec.demo.load import load
from healthrec.demo.town import town
from healthrec.errors import Conflict, Refused
from healthrec.fhir.search_query import parse_search
from healthrec.services.accounts.identify import caller_of
from healthrec.services.context import Services, operator
from healthrec.services.opening import opened, seal_all
from healthrec.services.operations.backup import backup
from healthrec.services.operations.restore import restore
from healthrec.services.record.search import search
from healthrec.services.record.write import Change, apply
from healthrec.settings import Settings
from healthrec.store import accounts, audit, resources
from healthrec.store.backup import TABLES
from healthrec.store.tables import account, session, token

PASSPHRASE = "four plain words long"
QUICK = Cost(1, 8 * 1024, 1)


@contextmanager
def another(like: str, folder: Path) -> Iterator[Settings]:
    """Another, empty installation of the same kind as the one at this address."""
    if like.startswith("sqlite"):
        yield settings_for(f"sqlite:///{folder / 'second' / 'healthrec.db'}")
        return
    with postgres_database() as url:
        yield settings_for(url)


@pytest.fixture(scope="module")
def small(shared_url: str) -> Iterator[Services]:
    """A small town, which stays as it was backed up."""
    with opened(settings_for(shared_url)) as services:
        load(services, town(2))
        sign_in_somebody(services)
        yield services


def sign_in_somebody(services: Services) -> None:
    """A session and a token."""
    with services.database.write() as connection:
        key = connection.execute(select(account.c.key).limit(1)).scalar_one()
        accounts.put_token(connection, {"hash": "t", "account": key, "name": "", "created": 1, "expires": 1 << 60})
        accounts.put_session(
            connection, {"hash": "s", "account": key, "created": 1, "seen": 1, "expires": 1 << 60, "stage": "open"}
        )


@pytest.fixture(scope="module")
def container(small: Services, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one backup of it."""
    path = tmp_path_factory.mktemp("container") / "one.hrb"
    backup(small, path, PASSPHRASE, cost=QUICK)
    return path


@pytest.fixture
def taken(container: Path, tmp_path: Path) -> Path:
    """A copy of it, which a test may damage."""
    return Path(shutil.copy(container, tmp_path / "one.hrb"))


@pytest.fixture
def target(shared_url: str, tmp_path: Path) -> Iterator[Settings]:
    """Where the backup of the small town is to be put back."""
    with another(shared_url, tmp_path) as settings:
        yield settings


def contents(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a restore must bring back as it was."""
    passing = {"session", "token", "key_block", "audit_event"}
    with opened(settings) as services, services.database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in TABLES
            if table.name not in passing
        }


def observation(child: str, number: int) -> Change:
    """A weight."""
    return Change(
        "POST",
        "Observation",
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
            "subject": {"reference": f"Patient/{child}"},
            "effectiveDateTime": "2026-11-01",
            "valueQuantity": {
                "value": 7 + number % 3,
                "unit": "kg",
                "system": "http://unitsofmeasure.org",
                "code": "kg",
            },
        },
    )


def test_a_backup_under_a_stream_of_writes_holds_every_write_acknowledged_before_it(
    services: Services, tmp_path: Path
) -> None:
    small = town(3)
    load(services, small)
    child = small.child(0).id
    acknowledged: list[str] = []
    begun, stop = threading.Event(), threading.Event()

    def write_on() -> None:
        while not stop.is_set():
            acknowledged.extend(
                one.id for one in apply(services, operator(services), [observation(child, len(acknowledged))])
            )
            if len(acknowledged) >= 20:
                begun.set()

    writer = threading.Thread(target=write_on)
    writer.start()
    begun.wait(30)
    before = list(acknowledged)
    backup(services, tmp_path / "drill.hrb", PASSPHRASE, cost=QUICK)
    after = len(acknowledged)
    stop.set()
    writer.join(30)

    with another(services.settings.database_url, tmp_path) as target:
        restored = restore(target, tmp_path / "drill.hrb", PASSPHRASE)

        assert restored.bad_event is None and restored.same_secret
        assert len(before) >= 20 and after >= len(before)
        with opened(target) as copy:
            with copy.database.read() as connection:
                assert all(resources.find(connection, "Observation", id_) for id_ in before)
                found = resources.find(connection, "Patient", child)
            apply(copy, operator(copy), [observation(child, 1)])
            seal_all(copy.database)
            with copy.database.read() as connection:
                assert chain.verify(audit.sealed_events(connection)) is None
            assert found is not None


def test_every_row_of_every_table_comes_back(small: Services, taken: Path, target: Settings) -> None:
    restore(target, taken, PASSPHRASE)
    assert contents(target) == contents(small.settings)


def test_a_backup_of_one_kind_of_database_can_be_restored_into_the_other(
    taken: Path, small: Services, tmp_path: Path
) -> None:
    elsewhere = settings_for(f"sqlite:///{tmp_path / 'moved.db'}")
    restore(elsewhere, taken, PASSPHRASE)
    assert contents(elsewhere) == contents(small.settings)


def test_searches_find_in_what_was_restored(taken: Path, target: Settings) -> None:
    restore(target, taken, PASSPHRASE)
    with opened(target) as copy, copy.database.read() as connection:
        row = accounts.by_username(connection, "parent")
        caller = caller_of(connection, copy, row, "")
        shown = search(copy, connection, caller, parse_search("Patient", [("name", town(2).demo_child.name.official)]))
    assert shown.matches


def test_sessions_and_tokens_do_not_come_back_to_life(small: Services, taken: Path, target: Settings) -> None:
    with small.database.read() as connection:
        assert connection.execute(select(session)).all() and connection.execute(select(token)).all()
    restore(target, taken, PASSPHRASE)
    with opened(target) as copy, copy.database.read() as connection:
        assert not connection.execute(select(session)).all() and not connection.execute(select(token)).all()
        assert connection.execute(select(account)).all()


def test_records_are_not_overwritten_unless_told(small: Services, taken: Path, target: Settings) -> None:
    restore(target, taken, PASSPHRASE)
    with pytest.raises(Conflict):
        restore(target, taken, PASSPHRASE)
    restore(target, taken, PASSPHRASE, replace=True)
    assert contents(target) == contents(small.settings)


@pytest.mark.parametrize("how", ["passphrase", "cut", "damaged"])
def test_what_cannot_be_trusted_touches_nothing(taken: Path, target: Settings, how: str) -> None:
    with opened(target) as other:
        apply(other, operator(other), [Change("POST", "Patient", patient())])
    before = contents(target)
    data = bytearray(taken.read_bytes())
    if how == "damaged":
        data[len(data) // 2] ^= 1
    taken.write_bytes(data[:-100] if how == "cut" else data)
    with pytest.raises(BadBackupError):
        restore(target, taken, "another passphrase" if how == "passphrase" else PASSPHRASE, replace=True)
    assert contents(target) == before


def test_a_short_passphrase_and_a_file_that_is_there_are_refused(services: Services, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        backup(services, tmp_path / "b.hrb", "short")
    (tmp_path / "b.hrb").touch()
    with pytest.raises(Conflict):
        backup(services, tmp_path / "b.hrb", PASSPHRASE, cost=QUICK)


def test_the_secret_of_an_embedded_installation_travels_with_it(tmp_path: Path) -> None:
    first, second = (
        Settings(database_url=f"sqlite:///{tmp_path / name}.db", today=date(2026, 11, 22)) for name in "ab"
    )
    with opened(first) as services:
        load(services, town(1))
        backup(services, tmp_path / "b.hrb", PASSPHRASE, cost=QUICK)
        secret = services.secret
    assert restore(second, tmp_path / "b.hrb", PASSPHRASE).same_secret
    with opened(second) as services:
        assert services.secret == secret
    assert [path.name for path in tmp_path.iterdir() if "restor" in path.name] == []
