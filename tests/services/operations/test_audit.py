"""The audit names its first bad event, whatever was done to it, and gives up only what the law lets go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import ANY

import pytest
from sqlalchemy import Connection, delete, insert, select, update
from tests.conftest import settings_for

from healthrec.crypto.chain import BadEvent, Head
from healthrec.errors import Refused
from healthrec.services.context import Services, operator
from healthrec.services.opening import opened, seal_all
from healthrec.services.operations.anchoring import anchor, anchored, heads_in, keep_anchoring
from healthrec.services.operations.audit_check import verify_audit
from healthrec.services.operations.audit_purge import purge_audit
from healthrec.services.operations.audit_standing import Standing, ask_check, check, is_wanted, standing
from healthrec.store import audit
from healthrec.store.tables import audit_event

SEQ = audit_event.c.seq


def happen(services: Services, count: int = 20) -> None:
    """So many sealed events."""
    with services.database.write() as connection:
        rows = [operator(services).audit(services, "read", f"Patient/{i}", children=(1, 2)) for i in range(count)]
        audit.insert_rows(connection, services.database.keys.take, rows)
    seal_all(services.database)


def change(connection: Connection) -> None:
    connection.execute(update(audit_event).where(SEQ == 7).values(account=99))


def blank(connection: Connection) -> None:
    connection.execute(update(audit_event).where(SEQ == 7).values(hash=None))


def delete_one(connection: Connection) -> None:
    connection.execute(delete(audit_event).where(SEQ == 7))


def delete_and_close_up(connection: Connection) -> None:
    delete_one(connection)
    for seq in range(8, 21):
        connection.execute(update(audit_event).where(seq == SEQ).values(seq=seq - 1))


def reorder(connection: Connection) -> None:
    for old, new in ((7, 1000), (8, 7), (1000, 8)):
        connection.execute(update(audit_event).where(old == SEQ).values(seq=new))


def insert_back_dated(connection: Connection) -> None:
    for seq in range(20, 6, -1):
        connection.execute(update(audit_event).where(seq == SEQ).values(seq=seq + 1))
    row: dict[str, Any] = dict(connection.execute(select(audit_event).where(SEQ == 6)).mappings().one())
    connection.execute(insert(audit_event).values(row | {"seq": 7, "key": 10**9, "account": 99}))


@pytest.mark.parametrize(
    ("tamper", "finding"),
    [
        (change, "changed"),
        (blank, "changed"),
        (delete_one, "missing"),
        (delete_and_close_up, "changed"),
        (reorder, "changed"),
        (insert_back_dated, "changed"),
    ],
)
def test_the_first_bad_event_is_named(services: Services, tamper: Callable[[Connection], None], finding: Any) -> None:
    happen(services)
    assert verify_audit(services) == (20, None)
    with services.database.write() as connection:
        tamper(connection)
    assert verify_audit(services)[1] == BadEvent(7, finding)


def test_a_cut_tail_shows_against_the_head_that_was_kept_outside(services: Services, tmp_path: Path) -> None:
    happen(services)
    anchor(services, tmp_path / "heads")
    with services.database.write() as connection:
        connection.execute(delete(audit_event).where(SEQ > 15))
    assert verify_audit(services)[1] is None
    assert verify_audit(services, heads_in(services, tmp_path / "heads"))[1] == BadEvent(16, "tail-missing")


def test_a_chain_rewritten_from_some_place_on_shows_against_an_older_head(services: Services, tmp_path: Path) -> None:
    happen(services)
    anchor(services, tmp_path / "heads")
    with services.database.write() as connection:
        connection.execute(update(audit_event).where(SEQ >= 7).values(seq=None, hash=None, account=99))
    seal_all(services.database)
    happen(services, 5)
    assert verify_audit(services)[1] is None
    assert verify_audit(services, heads_in(services, tmp_path / "heads"))[1] == BadEvent(20, "not-the-sealed-head")


def test_a_head_is_added_only_when_there_are_new_events(services: Services, tmp_path: Path) -> None:
    happen(services)
    for _ in range(3):
        anchor(services, tmp_path / "far" / "heads")
    happen(services, 1)
    anchor(services, tmp_path / "far" / "heads")
    assert [head.seq for head in heads_in(services, tmp_path / "far" / "heads")] == [20, 21]


def test_a_damaged_head_is_refused(services: Services, tmp_path: Path) -> None:
    happen(services)
    anchor(services, tmp_path / "heads")
    (tmp_path / "heads").write_text((tmp_path / "heads").read_text().replace('"seq":20', '"seq":19'))
    with pytest.raises(Refused):
        heads_in(services, tmp_path / "heads")


def test_while_serving_the_head_is_kept_by_itself(database_url: str, tmp_path: Path) -> None:
    with opened(settings_for(database_url, audit_anchor=tmp_path / "heads")) as services:
        happen(services, 3)
        with anchored(services):
            happen(services, 2)
        assert heads_in(services, tmp_path / "heads")[-1].seq == 5


def test_what_happens_while_a_head_is_written_is_in_the_last_head(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads, stop, real_head = tmp_path / "heads", Event(), audit.head
    happen(services, 3)

    def head_before_more_happens(connection: Connection) -> Head:
        found = real_head(connection)
        monkeypatch.setattr(audit, "head", real_head)
        happen(services, 2)
        stop.set()
        return found

    monkeypatch.setattr(audit, "head", head_before_more_happens)
    keep_anchoring(services, heads, stop, every_seconds=3600)
    assert [head.seq for head in heads_in(services, heads)] == [3, 5]


def test_nothing_younger_than_183_days_is_purged(services: Services) -> None:
    happen(services)
    with pytest.raises(Refused):
        purge_audit(services, services.real_day() - timedelta(days=182))
    assert purge_audit(services, services.real_day() - timedelta(days=183)) == 0


def test_after_a_purge_the_rest_holds_and_goes_on(database_url: str) -> None:
    then = datetime(2026, 1, 5, 4, tzinfo=UTC)
    now = [then]
    with opened(settings_for(database_url), lambda: now[0]) as services:
        happen(services, 8)
        now[0] = then + timedelta(days=1)
        happen(services, 4)
        now[0] = then + timedelta(days=200)
        assert purge_audit(services, date(2026, 1, 6)) == 8
        assert verify_audit(services) == (13, None)
        with services.database.read() as connection:
            assert audit.start_of_chain(connection).seq == 8
        happen(services, 2)
        assert verify_audit(services) == (15, None)
        with services.database.write() as connection:
            connection.execute(delete(audit_event).where(SEQ == 9))
        assert verify_audit(services)[1] == BadEvent(9, "missing")


def test_a_purge_does_not_hide_a_fault(services: Services) -> None:
    happen(services)
    with services.database.write() as connection:
        change(connection)
    with pytest.raises(Refused):
        purge_audit(services, date(2020, 1, 1))


def standing_of(services: Services) -> Standing:
    return standing(services, operator(services))


def test_the_page_says_when_the_chain_was_checked_and_what_came_out(services: Services) -> None:
    happen(services)
    assert standing_of(services) == Standing(None, running=False, anchored=None, damaged=False)
    ask_check(services, operator(services))
    assert is_wanted(services)
    assert standing_of(services).running
    last, bad = check(services)
    found = standing_of(services)
    assert bad is None
    assert found.checked is not None
    assert (found.checked.last, found.checked.first_bad, found.checked.finding) == (last, 0, "")
    assert not found.running
    with services.database.write() as connection:
        change(connection)
    check(services)
    assert standing_of(services).checked == replace(found.checked, at=ANY, first_bad=7, finding="changed")


@pytest.mark.one_database
def test_the_page_says_how_far_the_chain_is_kept_outside(database_url: str, tmp_path: Path) -> None:
    outside = tmp_path / "heads"
    with opened(settings_for(database_url, audit_anchor=outside)) as services:
        happen(services)
        assert standing_of(services).anchored is None
        anchor(services, outside)
        found = standing_of(services).anchored
        assert found is not None
        assert found[0] == 20
        outside.write_text(outside.read_text("ascii").replace('"seq":20', '"seq":19'), "ascii")
        assert standing_of(services).damaged
        with pytest.raises(Refused):
            check(services)
        checked = standing_of(services).checked
        assert checked is not None
        assert checked.finding == "anchor-damaged"
        assert not is_wanted(services)
