"""An embedded database at rest: nothing of it is readable without HEALTHREC_DATABASE_KEY, and a wrong key is told in words."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from tests.conftest import settings_for
from tests.services.operations.test_backup import PASSPHRASE, QUICK, contents

from healthrec.cli import main
from healthrec.demo.load import load
from healthrec.demo.town import town
from healthrec.services.opening import opened
from healthrec.services.operations.backup import backup
from healthrec.services.operations.restore import restore
from healthrec.settings import Settings
from healthrec.store.engine import sqlite_module
from healthrec.store.tables import child

KEY = "a key of this clinic's own"

pytestmark = pytest.mark.skipif(sqlite_module() is sqlite3, reason="no sqlcipher3 wheel for this system")


def at(path: Path, key: str) -> Settings:
    return settings_for(f"sqlite:///{path}", database_key=key)


def names(settings: Settings) -> list[str]:
    with opened(settings) as services, services.database.read() as connection:
        return sorted(connection.execute(select(child.c.name)).scalars())


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The file of a small town under the key."""
    with opened(at(tmp_path / "kept.db", KEY)) as services:
        load(services, town(2))
    return tmp_path / "kept.db"


def test_the_file_tells_nothing_without_its_key(kept: Path) -> None:
    found = names(at(kept, KEY))
    assert len(found) == 2
    files = [one for one in kept.parent.iterdir() if one.name.startswith("kept.db")]
    raw = b"".join(one.read_bytes() for one in files)
    assert not raw.startswith(b"SQLite format 3")
    for word in (*found, "resourceType", "CREATE TABLE", "Patient"):
        assert word.encode() not in raw
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(kept).execute("SELECT count(*) FROM sqlite_master")


@pytest.mark.parametrize("key", ["", "a key of this clinic's OWN"])
def test_a_wrong_key_opens_nothing_and_changes_nothing(kept: Path, key: str) -> None:
    before = kept.read_bytes()
    with pytest.raises(DatabaseError):
        names(at(kept, key))
    assert kept.read_bytes() == before


def test_a_key_does_not_open_a_file_that_is_not_encrypted(tmp_path: Path) -> None:
    with opened(at(tmp_path / "plain.db", "")):
        pass
    with pytest.raises(DatabaseError), opened(at(tmp_path / "plain.db", KEY)):
        pass


def test_the_operator_is_told_of_a_wrong_key(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("HEALTHREC_DATABASE_KEY", "another")
    monkeypatch.setattr(sys, "argv", ["healthrec", "audit", "verify", "--database-url", f"sqlite:///{kept}"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "HEALTHREC_DATABASE_KEY is wrong or not set" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(("before", "after"), [(KEY, KEY), (KEY, "a new key"), ("", KEY), (KEY, "")])
def test_a_backup_is_restored_under_the_key_of_the_new_installation(tmp_path: Path, before: str, after: str) -> None:
    source, target = at(tmp_path / "source.db", before), at(tmp_path / "target.db", after)
    with opened(source) as services:
        load(services, town(1))
        backup(services, tmp_path / "one.hrb", PASSPHRASE, cost=QUICK)
    restore(target, tmp_path / "one.hrb", PASSPHRASE)
    assert contents(target) == contents(source)
    assert (tmp_path / "target.db").read_bytes().startswith(b"SQLite format 3") is (after == "")
