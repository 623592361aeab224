from healthrec.crypto.passwords import password_faults
from healthrec.crypto.tokens import (
    bound_token,
    command_seed,
    first_password,
    looks_like,
    lookup_hash,
    new_token,
    same_secret,
)


def test_tokens_differ_name_their_use_and_hold_256_bits() -> None:
    tokens = {new_token("hrt") for _ in range(50)}
    assert len(tokens) == 50
    assert all(token.startswith("hrt_") and len(token) == 47 for token in tokens)


def test_a_session_id_is_not_a_bearer_token() -> None:
    session = new_token("hrs")
    assert looks_like(session, "hrs")
    assert not looks_like(session, "hrt")
    assert not looks_like(session[:-1], "hrs")
    assert not looks_like("hrs_" + "童" * 43, "hrs")


def test_the_lookup_hash_is_sha_256_of_the_whole_token() -> None:
    assert len(lookup_hash("hrt_abc")) == 64
    assert lookup_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_any_text_can_be_compared_and_hashed() -> None:
    assert same_secret("童", "童")
    assert not same_secret("a", "\udcff")
    assert len(lookup_hash("\udcff")) == 64


def test_a_bound_token_holds_for_one_session_and_purpose() -> None:
    token = bound_token(b"k" * 32, "hrs_1", "csrf")
    assert token == bound_token(b"k" * 32, "hrs_1", "csrf")
    others = {
        bound_token(b"k" * 32, "hrs_2", "csrf"),
        bound_token(b"k" * 32, "hrs_1", "link"),
        bound_token(b"l" * 32, "hrs_1", "csrf"),
    }
    assert token not in others


def test_a_first_password_meets_the_policy() -> None:
    made = {first_password() for _ in range(50)} | {first_password(bytes([i] * 32)) for i in range(50)}
    assert len(made) == 100
    assert not any(password_faults(password) for password in made)


def test_what_a_command_gives_out_follows_from_it_and_the_key_alone() -> None:
    seed = command_seed(b"k" * 32, "token", 7, "c-1")
    assert new_token("hrt", seed) == new_token("hrt", command_seed(b"k" * 32, "token", 7, "c-1"))
    assert first_password(seed) == first_password(seed)
    others = {
        command_seed(b"l" * 32, "token", 7, "c-1"),
        command_seed(b"k" * 32, "first password", 7, "c-1"),
        command_seed(b"k" * 32, "token", 8, "c-1"),
        command_seed(b"k" * 32, "token", 7, "c-2"),
    }
    assert len({new_token("hrt", one) for one in others | {seed}}) == 5
    assert len({first_password(one) for one in others | {seed}}) == 5
