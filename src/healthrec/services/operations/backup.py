"""An encrypted copy of the whole installation, taken while it runs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from healthrec.crypto.backup import Cost, encrypt_stream, verify_stream
from healthrec.crypto.keys import derive_key, key_id
from healthrec.errors import Conflict, Issue, Refused
from healthrec.services.context import Services, operator
from healthrec.store.backup import dump
from healthrec.store.schema import current

FORMAT = 1
MIN_PASSPHRASE = 12


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of the content. `secret` is the one kept in a file beside an embedded database, else empty."""

    format: int
    revision: str
    at: int
    secret: str
    key_id: str

    @classmethod
    def read(cls, line: bytes) -> Header:
        """Raises Refused for a line that this program cannot read."""
        values = json.loads(line)
        if values.pop("healthrec-backup", None) != FORMAT:
            raise Refused(Issue("processing", "backup.unknown-version"))
        return cls(FORMAT, **values)

    def line(self) -> bytes:
        """As JSON, with the end of the line."""
        kept = {"revision": self.revision, "at": self.at, "secret": self.secret, "key_id": self.key_id}
        return json.dumps({"healthrec-backup": self.format, **kept}).encode() + b"\n"


def backup(services: Services, to: Path, passphrase: str, *, cost: Cost | None = None) -> int:
    """Write the installation to `to` and read it back once; answers the bytes of content.

    Every write that was acknowledged before the call is in it. Nothing unencrypted touches the disk. Raises Conflict when
    the file is there already, Refused for a passphrase under 12 characters.
    """
    check_passphrase(passphrase)
    if to.exists():
        raise Conflict(Issue("conflict", "cli.file-exists", params={"file": to.name}))
    services.committer.commit(operator(services).audit(services, "backup", "record"))
    beside = to.with_name(f"{to.name}.part")
    try:
        with beside.open("wb") as file:
            beside.chmod(0o600)
            size = encrypt_stream(cast(BinaryIO, _Reading(_content(services))), file, passphrase, cost)
        with beside.open("rb") as file:
            verify_stream(file, passphrase)
        beside.replace(to)
    finally:
        beside.unlink(missing_ok=True)
    return size


def check_passphrase(passphrase: str) -> None:
    """Raises Refused for one that is too short to keep children's records."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise Refused(Issue("value", "cli.passphrase-short", params={"allowed": MIN_PASSPHRASE}))


def secret_id(secret: str) -> str:
    """Tells two secrets apart without telling them."""
    return key_id(derive_key(secret, "backup"))


def _content(services: Services) -> Iterator[bytes]:
    own = "" if services.settings.secret_key else services.secret
    revision = current(services.database) or ""
    yield Header(FORMAT, revision, services.now(), own, secret_id(services.secret)).line()
    yield from dump(services.database)


class _Reading(io.RawIOBase):
    """An iterator of bytes as a file to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; fewer do not mean the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = memoryview(piece)
        part = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(part) :]
        return bytes(part)
