"""Encryption of single columns (ID numbers, phones) and a blind index for finding them by equality.

A cell reads ``v1.<key id>.<base64 of nonce and AES-256-GCM text>``. Table, column and row are authenticated with it, so
that a cell copied to another row or column does not open (GB/T 22239-2019 8.1.4.7 and 8.1.4.8).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from healthrec.crypto.keys import derive_key, key_id

_VERSION = "v1"
_NONCE_BYTES = 12


class CannotOpenError(ValueError):
    """The cell was changed or moved, or its key is not among ours. Says which key, never what was inside."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value stands."""

    table: str
    column: str
    row: str

    def bound(self) -> bytes:
        """The bytes that are authenticated with the value; lengths keep ("ab", "c") apart from ("a", "bc")."""
        return b"".join(len(part).to_bytes(4, "big") + part for part in _encoded(self.table, self.column, self.row))


@dataclass(frozen=True, slots=True)
class ColumnKeys:
    """The key that encrypts now, older ones that still open, and the key of the blind index."""

    current: bytes = field(repr=False)
    index: bytes = field(repr=False)
    older: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def column_keys(secret: str, older_secrets: tuple[str, ...] = ()) -> ColumnKeys:
    """Keys from the settings secret; `older_secrets` still open cells written before the secret was changed.

    The blind index follows the current secret: changing the secret means making the index anew.
    """
    older = [derive_key(old, "columns") for old in older_secrets]
    return ColumnKeys(
        derive_key(secret, "columns"), derive_key(secret, "blind-index"), {key_id(key): key for key in older}
    )


def encrypt_cell(keys: ColumnKeys, cell: Cell, value: str) -> str:
    """The cell's text; the same value gives another text each time."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(keys.current).encrypt(nonce, value.encode(), cell.bound())
    return f"{_VERSION}.{key_id(keys.current)}.{base64.b64encode(nonce + sealed).decode()}"


def decrypt_cell(keys: ColumnKeys, cell: Cell, text: str) -> str:
    """The value inside; raises CannotOpenError when the text was changed, stood elsewhere or has an unknown key."""
    version, _, rest = text.partition(".")
    name, _, body = rest.partition(".")
    key = keys.current if name == key_id(keys.current) else keys.older.get(name)
    if version != _VERSION or key is None:
        raise CannotOpenError(f"no key {name!r} for version {version!r}")
    try:
        raw = base64.b64decode(body, validate=True)
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], cell.bound()).decode()
    except (InvalidTag, ValueError) as fault:
        raise CannotOpenError(f"{cell.table}.{cell.column} does not open with key {name}") from fault


def blind_index(keys: ColumnKeys, column: str, value: str) -> str:
    """64 hex digits, equal for equal values of one column; the caller brings the value into its one written form first."""
    table_free = b"\x00".join(_encoded(column, value))
    return hmac.new(keys.index, table_free, hashlib.sha256).hexdigest()


def _encoded(*parts: str) -> tuple[bytes, ...]:
    return tuple(part.encode() for part in parts)
