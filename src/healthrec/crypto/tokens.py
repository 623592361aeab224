"""Random bearer tokens, session ids and link keys, and the hash under which the database knows them.

A token is a short prefix that names its use, an underscore and 256 random bits in URL-safe base64. Only its SHA-256 is
stored: with that much randomness a slow hash would add nothing, and whoever reads the table cannot sign in with it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Literal

TokenUse = Literal["hrt", "hrs", "hrl", "hrc"]
"""hrt bearer token of a person or client; hrs browser session; hrl shared link; hrc CSRF token."""

RANDOM_BYTES = 32


def new_token(use: TokenUse, seed: bytes = b"") -> str:
    """A secret such as ``hrt_7Qm…``, 47 characters; shown once, stored only as `lookup_hash`. Fresh without a seed."""
    random = seed or secrets.token_bytes(RANDOM_BYTES)
    return f"{use}_{base64.urlsafe_b64encode(random).rstrip(b'=').decode()}"


def command_seed(key: bytes, purpose: str, account: int, command: str) -> bytes:
    """256 bits that follow from one account's command, so that a secret kept nowhere can be told again to its retry."""
    return bytes.fromhex(bound_token(key, f"{account}\n{command}", purpose))


def looks_like(token: str, use: TokenUse) -> bool:
    """Whether `token` has the shape of this use, so that a session id is never accepted as a bearer token."""
    return token.isascii() and token.startswith(f"{use}_") and len(token) == len(use) + 1 + _ENCODED


def lookup_hash(token: str) -> str:
    """SHA-256 in hex, 64 characters: the key of the database row. An index look-up by it reveals nothing by its time."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same_secret(left: str, right: str) -> bool:
    """Whether two secrets are equal, in constant time; any text is accepted."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def bound_token(key: bytes, session: str, purpose: str) -> str:
    """A token that belongs to one session and purpose (CSRF of a form) and needs no row: HMAC-SHA-256 in hex."""
    message = f"{purpose}\n{session}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def first_password(seed: bytes = b"") -> str:
    """A password to hand over once, such as ``kmpA-…-7Kq``: 83 bits without look-alikes, and it meets the policy.

    Fresh without a seed of 256 bits.
    """
    number = int.from_bytes(seed or secrets.token_bytes(RANDOM_BYTES))
    letters = "".join(_READABLE[number >> 5 * place & 31] for place in range(16))
    groups = [letters[start : start + 4] for start in range(0, 16, 4)]
    return "-".join(groups) + f"-{(number >> 80 & 7) + 2}Kq"


_READABLE = "abcdefghjkmnpqrstuvwxyzACDEFGHJK"  # 32 characters: 5 bits each
_ENCODED = len(secrets.token_urlsafe(RANDOM_BYTES))
