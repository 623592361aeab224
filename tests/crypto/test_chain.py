import json
from datetime import UTC, datetime

import pytest

from healthrec.crypto.chain import START, BadEvent, Event, Head, canonical, link, read_head, sign_head, verify

KEY = b"k" * 32
AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
Row = tuple[int, Event, bytes]


def sealed(count: int, start: Head = START) -> list[Row]:
    rows: list[Row] = []
    head = start
    for number in range(count):
        event: Event = (f"2026-03-01T08:{number:02}:00+08:00", "read", f"child-{number}", True, None, number)
        head = link(head, event)
        rows.append((head.seq, event, head.chain_hash))
    return rows


def head_of(rows: list[Row]) -> Head:
    return Head(rows[-1][0], rows[-1][2])


def test_an_untouched_chain_holds() -> None:
    rows = sealed(10)
    assert verify(rows) is None
    assert verify(rows, expected=head_of(rows)) is None
    assert verify([]) is None


def test_a_head_kept_earlier_still_holds_after_the_chain_went_on() -> None:
    assert verify(sealed(10), expected=head_of(sealed(4))) is None


@pytest.mark.parametrize("at", [1, 5, 10])
def test_a_changed_event_is_named(at: int) -> None:
    rows = sealed(10)
    seq, event, stored = rows[at - 1]
    rows[at - 1] = (seq, (*event[:2], "child-99", *event[3:]), stored)
    assert verify(rows) == BadEvent(at, "changed")


def test_a_changed_hash_is_named() -> None:
    rows = sealed(10)
    rows[4] = (5, rows[4][1], bytes(32))
    assert verify(rows) == BadEvent(5, "changed")


@pytest.mark.parametrize("at", [1, 5, 9])
def test_an_event_deleted_in_the_middle_is_named(at: int) -> None:
    rows = sealed(10)
    del rows[at - 1]
    assert verify(rows) == BadEvent(at, "missing")


def test_an_event_deleted_and_the_rest_renumbered_is_found_where_it_was() -> None:
    rows = sealed(10)
    kept = [row for row in rows if row[0] != 5]
    renumbered = [(number + 1, event, stored) for number, (_, event, stored) in enumerate(kept)]
    assert verify(renumbered) == BadEvent(5, "changed")


@pytest.mark.parametrize("left", [0, 9])
def test_a_deleted_tail_is_found_against_the_kept_head(left: int) -> None:
    rows = sealed(10)
    assert verify(rows[:left]) is None
    assert verify(rows[:left], expected=head_of(rows)) == BadEvent(left + 1, "tail-missing")


def test_a_tail_cut_and_written_anew_is_found_against_the_kept_head() -> None:
    kept = head_of(sealed(10))
    rows = sealed(6)
    head = head_of(rows)
    for _ in range(6):
        head = link(head, ("forged",))
        rows.append((head.seq, ("forged",), head.chain_hash))
    assert verify(rows) is None
    assert verify(rows, expected=kept) == BadEvent(10, "not-the-sealed-head")


def test_two_events_in_each_others_place_are_found() -> None:
    rows = sealed(10)
    (a, event_a, hash_a), (b, event_b, hash_b) = rows[3], rows[6]
    assert verify([*rows[:3], rows[6], *rows[4:6], rows[3], *rows[7:]]) == BadEvent(4, "missing")
    rows[3], rows[6] = (a, event_b, hash_b), (b, event_a, hash_a)
    assert verify(rows) == BadEvent(4, "changed")


def test_an_inserted_event_is_found_however_it_is_numbered() -> None:
    rows = sealed(10)
    forged: Event = ("2020-01-01T00:00:00+08:00", "read", "child-1", True, None, 0)
    forged_hash = link(Head(4, rows[3][2]), forged).chain_hash
    assert verify([*rows[:4], (4, forged, forged_hash), *rows[4:]]) == BadEvent(5, "out-of-order")
    pushed = [(seq + 1, event, stored) for seq, event, stored in rows[4:]]
    assert verify([*rows[:4], (5, forged, forged_hash), *pushed]) == BadEvent(6, "changed")


def test_a_purge_leaves_a_checkpoint_from_which_the_rest_holds() -> None:
    rows = sealed(10)
    checkpoint = head_of(rows[:6])
    assert verify(rows[6:], start=checkpoint) is None
    assert verify(rows[7:], start=checkpoint) == BadEvent(7, "missing")
    assert verify(rows[6:]) == BadEvent(1, "missing")


def test_a_forged_checkpoint_is_found_against_the_kept_head() -> None:
    rows = sealed(10)
    forged = Head(6, bytes(32))
    assert verify(sealed(4, forged), start=forged, expected=head_of(rows[:6])) == BadEvent(6, "not-the-sealed-head")
    assert verify(rows[6:], start=head_of(rows[:6]), expected=head_of(rows[:6])) is None


def test_a_head_older_than_the_checkpoint_can_no_longer_be_compared() -> None:
    rows = sealed(10)
    assert verify(rows[6:], start=head_of(rows[:6]), expected=head_of(rows[:3])) is None


def test_the_canonical_bytes_keep_types_and_neighbours_apart() -> None:
    assert canonical(1, ("童", True, None, 7)) == '[1,"童",true,null,7]'.encode()
    distinct = [("ab", "c"), ("a", "bc"), ("1",), (1,), (True,), (None,), ("null",), ()]
    assert len({canonical(1, event) for event in distinct}) == len(distinct)


def test_a_signed_head_reads_back() -> None:
    head = head_of(sealed(3))
    assert read_head(KEY, sign_head(KEY, head, AT)) == (head, AT)


def test_a_head_needs_a_moment_with_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        sign_head(KEY, START, datetime(2026, 3, 1, 8, 30))  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize("field", ["seq", "hash", "at", "mac"])
def test_a_changed_head_record_is_refused(field: str) -> None:
    record = json.loads(sign_head(KEY, head_of(sealed(3)), AT))
    record[field] = 2 if field == "seq" else "00" * 32
    with pytest.raises(ValueError, match="not signed"):
        read_head(KEY, json.dumps(record))


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", '{"mac": 1}', '{"mac": "x", "seq": "y", "hash": ""}'])
def test_what_is_no_head_record_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="head record"):
        read_head(KEY, line)


def test_a_head_signed_with_another_key_is_refused() -> None:
    with pytest.raises(ValueError, match="not signed"):
        read_head(b"l" * 32, sign_head(KEY, START, AT))
