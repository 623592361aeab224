"""Time-based one-time codes (RFC 6238: SHA-1, 6 digits, 30 s steps), as every authenticator app reads them."""

from __future__ import annotations

import hmac

import pyotp

STEP_SECONDS = 30
DIGITS = 6
_ALLOWED_DRIFT_STEPS = 1


def new_totp_secret() -> str:
    """A fresh secret, base32, 160 bits."""
    return str(pyotp.random_base32())


def totp_uri(secret: str, account: str, issuer: str) -> str:
    """The otpauth:// address that a QR code carries to the authenticator app."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer))


def totp_step(secret: str, code: str, unix_seconds: float, last_used_step: int = -1) -> int | None:
    """The time step that `code` belongs to, or None when the code is wrong, too old, too new or already used.

    `unix_seconds` is the real clock (never the training day). Keep the step returned with the account and give it as
    `last_used_step` next time: a code seen over a shoulder does not work twice (RFC 6238 5.2), nor does an older one.
    """
    digits = "".join(code.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    now = int(unix_seconds // STEP_SECONDS)
    steps = range(now - _ALLOWED_DRIFT_STEPS, now + _ALLOWED_DRIFT_STEPS + 1)
    matching = [step for step in steps if hmac.compare_digest(_code_at(secret, step), digits)]
    return next((step for step in matching if step > last_used_step), None)


def _code_at(secret: str, step: int) -> str:
    return str(pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).generate_otp(step)) if step >= 0 else ""
