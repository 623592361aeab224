"""The audit chain: every event is hashed with its predecessor's hash, and a signed head is kept outside the database.

The chain alone shows a changed, reordered, inserted or middle-deleted event. A cut tail, or a chain rewritten to the end,
shows against a head record signed with a key that is not in the database (and kept in another place).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Scalar = str | int | bool | None
"""What an event field may be. Instants go in as ISO text with offset: the bytes must read alike on every database."""

Event = tuple[Scalar, ...]
Finding = Literal["changed", "missing", "out-of-order", "tail-missing", "not-the-sealed-head"]

GENESIS = hashlib.sha256(b"healthrec audit chain 1").digest()
"""The hash before the first event."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last sealed event: what a head record or a purge checkpoint attests."""

    seq: int
    chain_hash: bytes


START = Head(0, GENESIS)
"""Before the first event; sequence numbers begin with 1 and have no gaps."""


@dataclass(frozen=True, slots=True)
class BadEvent:
    """The first place at which the chain does not hold, and in what way."""

    seq: int
    finding: Finding


def canonical(seq: int, event: Event) -> bytes:
    """The bytes that are hashed: a JSON array without blanks, text as it is, the sequence number first."""
    return json.dumps([seq, *event], ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(
        "utf-8", "surrogatepass"
    )


def link(previous: Head, event: Event) -> Head:
    """The head after `event` (32 bytes of SHA-256 over the previous hash and the canonical event)."""
    seq = previous.seq + 1
    return Head(seq, hashlib.sha256(previous.chain_hash + canonical(seq, event)).digest())


def verify(
    events: Iterable[tuple[int, Event, bytes]], start: Head = START, expected: Head | None = None
) -> BadEvent | None:
    """The first bad event of (sequence, event, stored hash) in the order given, or None.

    `start` is the head before the first event: `START`, or the checkpoint that a purge left. `expected` is a head that
    was kept outside: the chain must pass through exactly it, however far it went on afterwards. One pass, constant memory.
    """
    head = start
    for seq, event, stored in events:
        if seq != head.seq + 1:
            return BadEvent(head.seq + 1, "missing" if seq > head.seq else "out-of-order")
        head = link(head, event)
        if not hmac.compare_digest(head.chain_hash, stored):
            return BadEvent(seq, "changed")
        if expected is not None and seq == expected.seq and head != expected:
            return BadEvent(seq, "not-the-sealed-head")
    return _tail_fault(head, start, expected)


def sign_head(key: bytes, head: Head, at: datetime) -> str:
    """One line of JSON for the outside file: head, moment (with offset) and HMAC-SHA-256."""
    if at.tzinfo is None:
        raise ValueError("the moment of a head needs its offset")
    record: dict[str, str | int] = {
        "seq": head.seq,
        "hash": head.chain_hash.hex(),
        "at": at.isoformat(timespec="seconds"),
    }
    return json.dumps({**record, "mac": _mac(key, record)}, separators=(",", ":"))


def read_head(key: bytes, line: str) -> tuple[Head, datetime]:
    """The head of a signed line and its moment; raises ValueError when the line is damaged or was signed with another key."""
    try:
        record = json.loads(line)
        mac = record.pop("mac")
        genuine = hmac.compare_digest(_mac(key, record), mac)
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise ValueError("the head record cannot be read") from fault
    if not genuine:
        raise ValueError("the head record was not signed with this key")
    return Head(int(record["seq"]), bytes.fromhex(record["hash"])), datetime.fromisoformat(record["at"])


def _tail_fault(head: Head, start: Head, expected: Head | None) -> BadEvent | None:
    if expected is None or expected.seq < start.seq:
        return None
    if head.seq < expected.seq:
        return BadEvent(head.seq + 1, "tail-missing")
    if expected.seq == start.seq and expected != start:
        return BadEvent(start.seq, "not-the-sealed-head")
    return None


def _mac(key: bytes, record: Mapping[str, object]) -> str:
    text = json.dumps(dict(record), sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
