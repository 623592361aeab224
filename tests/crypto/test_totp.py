import pytest

from healthrec.crypto.totp import new_totp_secret, totp_step, totp_uri

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238 appendix B: "12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert totp_step(SECRET, code, seconds) == seconds // 30


@pytest.mark.parametrize(
    ("seconds", "step"), [(1111111050 - 1, None), (1111111050, 37037036), (1111111139, 37037036), (1111111140, None)]
)
def test_a_code_works_one_step_early_and_one_step_late(seconds: int, step: int | None) -> None:
    assert totp_step(SECRET, "081804", seconds) == step


def test_a_code_works_once() -> None:
    step = totp_step(SECRET, "081804", 1111111109)
    assert step is not None
    assert totp_step(SECRET, "081804", 1111111112, last_used_step=step) is None
    assert totp_step(SECRET, "081804", 1111111109, last_used_step=step - 1) == step


@pytest.mark.parametrize("code", ["", "08180", "0818044", "08180a", "０８１８０４", "081805", "²81804"])
def test_what_is_not_the_code_is_refused(code: str) -> None:
    assert totp_step(SECRET, code, 1111111109) is None


def test_a_code_may_be_typed_in_two_groups() -> None:
    assert totp_step(SECRET, "081 804", 1111111109) == 37037036


def test_secrets_are_long_and_the_address_names_issuer_and_account() -> None:
    secret = new_totp_secret()
    assert len(secret) == 32
    assert secret != new_totp_secret()
    assert totp_uri(secret, "nurse", "healthrec") == f"otpauth://totp/healthrec:nurse?secret={secret}&issuer=healthrec"
