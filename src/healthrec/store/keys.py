"""Integer keys, handed out from blocks that are reserved before a transaction begins."""

from __future__ import annotations

import threading

from sqlalchemy import Connection, bindparam, insert, select, update

from healthrec.store.tables import key_block

_BLOCK = 200_000
_LOW_MARK = 100_000
_NAME = "key"

_ADVANCE = (
    update(key_block)
    .where(key_block.c.name == bindparam("which"))
    .values(next=key_block.c.next + bindparam("count"))
    .returning(key_block.c.next)
)


class Keys:
    """Unique within the database and rising within a process; gaps are normal."""

    def __init__(self) -> None:
        self._next = 0
        self._end = 0
        self._lock = threading.Lock()

    @property
    def low(self) -> bool:
        """Whether a block should be reserved before the next transaction."""
        return self._end - self._next < _LOW_MARK

    def take(self, count: int = 1) -> int:
        """The first of `count` keys in a row."""
        with self._lock:
            first = self._next
            if first + count > self._end:
                raise RuntimeError("one transaction asked for more keys than were reserved; split it")
            self._next = first + count
            return first

    def refill(self, connection: Connection) -> None:
        """Reserve the next block. What was left of the old one is dropped, so that rows of a bundle stay in a row."""
        if connection.execute(select(key_block.c.next).where(key_block.c.name == _NAME)).first() is None:
            connection.execute(insert(key_block).values(name=_NAME, next=1))
        end = connection.execute(_ADVANCE, {"which": _NAME, "count": _BLOCK}).scalar_one()
        with self._lock:
            self._next, self._end = end - _BLOCK, end
