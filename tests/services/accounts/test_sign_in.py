from __future__ import annotations

import threading

import pytest
from tests.services.accounts.house import ADDRESS, PASSWORD, House

from healthrec import errors
from healthrec.services.accounts.administer import lock, unlock
from healthrec.services.accounts.sign_in import sign_in
from healthrec.services.accounts.tries import rest_seconds
from healthrec.services.context import operator
from healthrec.store.tables import session


def wrong(house: House, times: int, username: str = "doctor") -> None:
    for _ in range(times):
        with pytest.raises(errors.SignInNeeded):
            house.enter(username, "Not-the-one-1")


def test_the_right_password_opens_a_session_and_is_audited(house: House) -> None:
    cookie, stage = house.enter()
    assert stage == "open"
    assert cookie.startswith("hrs_")
    assert house.events("sign-in") == [("success", "", house.keys["doctor"])]


def test_only_a_hash_of_the_cookie_is_kept(house: House) -> None:
    cookie, _ = house.enter()
    with house.services.database.read() as connection:
        rows = connection.execute(session.select()).all()
    assert len(rows) == 1
    assert cookie not in str(rows)


def test_each_sign_in_is_another_session(house: House) -> None:
    assert house.enter()[0] != house.enter()[0]


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (10, 900), (99, 900)])
def test_the_rest_grows_with_the_wrong_tries(failures: int, seconds: int) -> None:
    assert rest_seconds(failures) == seconds


def test_after_four_wrong_tries_the_right_password_opens(house: House) -> None:
    wrong(house, 4)
    assert house.enter()[1] == "open"


def test_after_five_wrong_tries_the_right_password_waits_thirty_seconds(house: House) -> None:
    wrong(house, 5)
    with pytest.raises(errors.Throttled) as refused:
        house.enter()
    assert refused.value.after_seconds == 30
    house.clock.pass_(seconds=29)
    with pytest.raises(errors.Throttled):
        house.enter()
    house.clock.pass_(seconds=1)
    assert house.enter()[1] == "open"


def test_the_sixth_wrong_try_waits_twice_as_long(house: House) -> None:
    wrong(house, 5)
    house.clock.pass_(seconds=30)
    wrong(house, 1)
    with pytest.raises(errors.Throttled) as refused:
        house.enter()
    assert refused.value.after_seconds == 60


def test_a_right_password_forgets_the_wrong_ones(house: House) -> None:
    wrong(house, 4)
    house.enter()
    wrong(house, 4)
    assert house.enter()[1] == "open"


def test_a_name_without_an_account_answers_and_rests_like_one_with(house: House) -> None:
    wrong(house, 5, "nobody")
    with pytest.raises(errors.Throttled) as refused:
        house.enter("nobody")
    assert refused.value.after_seconds == 30
    house.clock.pass_(seconds=30)
    wrong(house, 1, "nobody")


def test_refusals_are_audited_without_what_was_typed(house: House) -> None:
    wrong(house, 1)
    wrong(house, 1, "my-password-typed-here")
    assert house.events("sign-in") == [("refused", "wrong", house.keys["doctor"]), ("refused", "wrong", 0)]


def test_a_locked_account_stays_shut_and_says_the_same(house: House) -> None:
    lock(house.services, operator(house.services), "doctor")
    with pytest.raises(errors.SignInNeeded) as refused:
        house.enter()
    assert refused.value.issues[0].key == "access.wrong-password"
    unlock(house.services, operator(house.services), "doctor")
    assert house.enter()[1] == "open"


def test_unlocking_ends_the_rest_at_once(house: House) -> None:
    wrong(house, 5)
    unlock(house.services, operator(house.services), "doctor")
    assert house.enter()[1] == "open"


def test_a_system_client_has_no_way_in_by_password(house: House) -> None:
    with pytest.raises(errors.SignInNeeded):
        house.enter("system")


def test_twenty_tries_at_once_are_no_more_than_five(house: House) -> None:
    kinds: list[type[BaseException]] = []

    def attempt() -> None:
        try:
            sign_in(house.services, "doctor", "Not-the-one-1", ADDRESS)
        except errors.HealthrecError as error:
            kinds.append(type(error))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds.count(errors.SignInNeeded) == 5
    assert kinds.count(errors.Throttled) == 7


def test_spaces_around_the_name_do_not_count(house: House) -> None:
    assert house.enter(" doctor ", PASSWORD)[1] == "open"
