"""Keys derived from the one secret of the settings, one for each purpose (HKDF-SHA-256, RFC 5869)."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MIN_SECRET_CHARACTERS = 32
KEY_BYTES = 32


class WeakSecretError(ValueError):
    """The settings secret is shorter than 32 characters."""


def derive_key(secret: str, purpose: str) -> bytes:
    """A 256-bit key for one purpose, such as ``columns`` or ``audit``; keys of two purposes tell nothing of each other."""
    if len(secret) < MIN_SECRET_CHARACTERS:
        raise WeakSecretError(f"the secret needs at least {MIN_SECRET_CHARACTERS} characters")
    hkdf = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=b"healthrec/1", info=purpose.encode())
    return hkdf.derive(secret.encode())


def key_id(key: bytes) -> str:
    """A name of 8 hex digits for a key, that says nothing of it; written beside what the key made."""
    return hashlib.sha256(b"healthrec key id" + key).hexdigest()[:8]
