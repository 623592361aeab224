"""Reads resources out of a file piece by piece: NDJSON or a Bundle, plain or gzipped, of any length."""

from __future__ import annotations

import gzip
import re
import zlib
from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from healthrec.errors import Issue, Refused

LONGEST = 16_000_000
"""Bytes of one resource; what is longer is refused without being read whole."""

_HEAD = 65_536
_PIECE = 1 << 20
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|["{}\[\]]', re.DOTALL)
_BUNDLE = re.compile(r'"resourceType"\s*:\s*"Bundle"')


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one resource or Bundle entry and where it stood: `line 3`, `entry 0`."""

    place: str
    text: str


def is_bundle(file: Path) -> bool:
    """Whether the file is one Bundle; else it is read as NDJSON."""
    with _opened(file) as source:
        head = _read(source, _HEAD).decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    first, _, _ = head.partition("\n")
    if _BUNDLE.search(first):
        return True
    whole_line = first.rstrip().endswith("}") and "\n" in head
    return bool(_BUNDLE.search(head)) and not whole_line


def lines(file: Path) -> Iterator[Piece]:
    """Every line that is not blank. Raises Refused for broken compression."""
    with _opened(file) as source:
        number = 0
        while line := _line(source):
            number += 1
            text = line.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape").strip()
            if text:
                yield Piece(f"line {number}", text if len(line) <= LONGEST else "")


def entries(file: Path) -> Iterator[Piece]:
    """Every element of the array `entry` of a Bundle. Raises Refused when it ends too early."""
    scan = _EntryScan()
    decoder = getincrementaldecoder("utf-8-sig")("surrogateescape")
    with _opened(file) as source:
        while data := _read(source, _PIECE):
            yield from scan.take(decoder.decode(data))
    if not scan.ended:
        raise _unreadable()


class _EntryScan:
    """Finds the elements of the top-level array `entry` in text that comes in pieces."""

    def __init__(self) -> None:
        self.ended = False
        self._text = ""
        self._at = 0
        self._depth = 0
        self._inside = False
        self._begin = -1
        self._key = ""
        self._count = 0

    def take(self, text: str) -> Iterator[Piece]:
        """Look at more text; give the elements that it completes."""
        self._text += text
        while token := _TOKEN.search(self._text, self._at):
            word = token[0]
            if word == '"':  # a string that goes on in the next piece
                self._at = token.start()
                break
            self._at = token.end()
            if (piece := self._token(word, token.start(), token.end())) is not None:
                yield piece
        else:
            self._at = len(self._text)
        keep = self._begin if self._begin >= 0 else self._at
        if keep > _PIECE or self._begin < 0:
            self._text, self._at = self._text[keep:], self._at - keep
            self._begin = 0 if self._begin >= 0 else -1
        if len(self._text) > 4 * LONGEST:
            raise _unreadable()

    def _token(self, word: str, start: int, end: int) -> Piece | None:
        if word[0] == '"':
            if self._depth == 1:
                self._key = word
            return None
        if word in "{[":
            self._depth += 1
            if word == "[" and self._depth == 2 and self._key == '"entry"':
                self._inside = True
            elif word == "{" and self._depth == 3 and self._inside:
                self._begin = start
            return None
        self._depth -= 1
        self.ended = self.ended or self._depth == 0
        if self._depth == 1:
            self._inside = False
        if self._inside and self._depth == 2 and self._begin >= 0:
            piece = Piece(f"entry {self._count}", self._text[self._begin : end])
            self._count, self._begin = self._count + 1, -1
            return piece
        return None


def _opened(file: Path) -> IO[bytes]:
    with file.open("rb") as source:
        zipped = source.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(file, "rb")) if zipped else file.open("rb")


def _read(source: IO[bytes], size: int) -> bytes:
    try:
        return source.read(size)
    except (EOFError, OSError, zlib.error):
        raise _unreadable() from None


def _line(source: IO[bytes]) -> bytes:
    """The next line; of one that is too long its first bytes only, the rest is passed over."""
    try:
        line = source.readline(LONGEST + 1)
        rest = line
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = source.readline(LONGEST + 1)
        return line
    except (EOFError, OSError, zlib.error):
        raise _unreadable() from None


def _unreadable() -> Refused:
    return Refused(Issue("structure", "cli.import-not-readable"))
