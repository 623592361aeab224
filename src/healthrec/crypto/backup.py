"""The container of a backup: a stream encrypted in chunks, each one authenticated with its place.

Layout: ``HRBACKUP`` · version 1 · argon2id cost (3 × 4 bytes) · salt (16) · then chunks of AES-256-GCM, 1 MiB of content and
16 bytes of tag each; the last one may be shorter, or empty. A chunk's nonce is its number and whether it is the last
(the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015); the header is authenticated with every
chunk. So a cut, swapped, doubled, damaged or lengthened container and a wrong passphrase are all found.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from healthrec.errors import HealthrecError, Issue

BackupFault = Literal["not-a-backup", "unknown-version", "wrong-passphrase", "damaged", "cut-short"]
"""Why a container is refused; wording has `backup.<fault>`."""

CHUNK_BYTES = 1 << 20
_MAGIC = b"HRBACKUP"
_VERSION = 1
_TAG_BYTES = 16
_SALT_BYTES = 16
_HEADER = struct.Struct(">8sBIII16s")


class BadBackupError(HealthrecError):
    """The container cannot be trusted; nothing may be overwritten with it. `chunk` counts from 0."""

    def __init__(self, fault: BackupFault, chunk: int = 0) -> None:
        super().__init__(Issue("processing", f"backup.{fault}"))
        self.fault = fault
        self.chunk = chunk


@dataclass(frozen=True, slots=True)
class Cost:
    """What deriving the key costs: argon2id passes, memory in KiB, lanes. Read back from the header."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4


_DEAREST = Cost(passes=16, memory_kib=1 << 20, lanes=16)  # a forged header must not take the machine's memory


def encrypt_stream(reader: BinaryIO, writer: BinaryIO, passphrase: str, cost: Cost | None = None) -> int:
    """Write the content of `reader` to `writer` as a container; returns the bytes of content. Constant memory."""
    cost = cost or Cost()
    header = _HEADER.pack(_MAGIC, _VERSION, cost.passes, cost.memory_kib, cost.lanes, salt := os.urandom(_SALT_BYTES))
    cipher = _cipher(passphrase, salt, cost)
    writer.write(header)
    total = 0
    for number, (content, last) in enumerate(_with_last(reader, CHUNK_BYTES)):
        writer.write(cipher.encrypt(_nonce(number, last), content, header))
        total += len(content)
    return total


def verify_stream(reader: BinaryIO, passphrase: str) -> int:
    """The bytes of content of a whole and genuine container; raises BadBackupError otherwise. Keeps nothing in memory."""
    return sum(len(content) for content in _opened(reader, passphrase))


def decrypt_stream(reader: BinaryIO, writer: BinaryIO, passphrase: str, *, verify_first: bool = True) -> int:
    """Write the content to `writer`; returns its bytes; raises BadBackupError.

    With `verify_first` the container (which must then be seekable) is read to its end before the first byte is given, so
    that a damaged one never overwrites anything. Without it every chunk given is genuine, but the end may be missing.
    """
    if verify_first:
        begin = reader.tell()
        verify_stream(reader, passphrase)
        reader.seek(begin)
    total = 0
    for content in _opened(reader, passphrase):
        writer.write(content)
        total += len(content)
    return total


def _opened(reader: BinaryIO, passphrase: str) -> Iterator[bytes]:
    header, salt, cost = _read_header(reader)
    cipher = _cipher(passphrase, salt, cost)
    for number, (sealed, last) in enumerate(_with_last(reader, CHUNK_BYTES + _TAG_BYTES)):
        try:
            yield cipher.decrypt(_nonce(number, last), sealed, header)
        except InvalidTag as fault:
            raise BadBackupError(_why(cipher, header, sealed, number, last), number) from fault


def _read_header(reader: BinaryIO) -> tuple[bytes, bytes, Cost]:
    header = _read_full(reader, _HEADER.size)
    if not header.startswith(_MAGIC):
        raise BadBackupError("not-a-backup")
    if len(header) < _HEADER.size:
        raise BadBackupError("cut-short")
    _, version, passes, memory_kib, lanes, salt = _HEADER.unpack(header)
    if version != _VERSION:
        raise BadBackupError("unknown-version")
    _refuse_unreasonable(cost := Cost(passes, memory_kib, lanes))
    return header, salt, cost


def _refuse_unreasonable(cost: Cost) -> None:
    within = (
        1 <= cost.passes <= _DEAREST.passes
        and 1 <= cost.lanes <= _DEAREST.lanes
        and 8 * cost.lanes <= cost.memory_kib <= _DEAREST.memory_kib
    )
    if not within:
        raise BadBackupError("damaged")


def _cipher(passphrase: str, salt: bytes, cost: Cost) -> AESGCM:
    raw = hash_secret_raw(
        passphrase.encode(), salt, cost.passes, cost.memory_kib, cost.lanes, hash_len=32, type=Type.ID
    )
    # The step over HKDF keeps room for a second key (of an index of contents, say) from the same passphrase.
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"healthrec backup 1").derive(raw))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _with_last(reader: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Pieces of `size` bytes, each with whether it is the last; an empty stream gives one empty last piece."""
    piece = _read_full(reader, size)
    while following := _read_full(reader, size):
        yield piece, False
        piece = following
    yield piece, True


def _read_full(reader: BinaryIO, size: int) -> bytes:
    """Exactly `size` bytes unless the stream ends: a pipe or socket may give less at a time."""
    parts: list[bytes] = []
    while size > 0 and (part := reader.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _why(cipher: AESGCM, header: bytes, sealed: bytes, number: int, last: bool) -> BackupFault:
    if last and (not sealed or _opens(cipher, header, sealed, _nonce(number, False))):
        return "cut-short"
    return "wrong-passphrase" if number == 0 else "damaged"


def _opens(cipher: AESGCM, header: bytes, sealed: bytes, nonce: bytes) -> bool:
    try:
        cipher.decrypt(nonce, sealed, header)
    except InvalidTag:
        return False
    return True
