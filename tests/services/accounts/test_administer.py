from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.services.accounts.house import ADDRESS, House

from healthrec import errors
from healthrec.services.accounts import administer
from healthrec.services.accounts.administer import Wanted, create_account, issue_token, reset_password
from healthrec.services.accounts.identify import identify_token
from healthrec.services.accounts.passwords import change_password
from healthrec.services.accounts.sessions import session_of
from healthrec.services.context import Caller, operator

NEW = "Lychee-river-93"


def inside(house: House, username: str) -> Caller:
    return session_of(house.services, house.enter(username)[0], ADDRESS).caller


def test_a_first_password_opens_nothing_but_its_change(house: House) -> None:
    wanted = Wanted("zhou.xm", "doctor", ("Practitioner/d1",))
    issued = create_account(house.services, inside(house, "admin"), wanted)
    cookie, stage = house.enter("zhou.xm", issued.password)
    assert stage == "password"
    session = session_of(house.services, cookie, ADDRESS)
    assert session.caller.roles == ("doctor",)
    _, stage = change_password(house.services, session, issued.password, NEW, NEW)
    assert stage == "open"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Wanted("ab", "admin"), "account.bad-username"),
        (Wanted("Name", "admin"), "account.bad-username"),
        (Wanted("a" * 33, "admin"), "account.bad-username"),
        (Wanted("somebody", "king"), "account.bad-role"),
        (Wanted("somebody", "doctor"), "account.person-needed"),
        (Wanted("somebody", "doctor", ("Practitioner/nobody",)), "account.person-unknown"),
        (Wanted("somebody", "parent", ("Practitioner/d1",)), "account.person-unknown"),
        (Wanted("somebody", "nurse", ("Practitioner/d1",)), "account.role-not-held"),
        (Wanted("somebody", "system"), "account.organization-needed"),
        (Wanted("somebody", "system", (), "nowhere"), "account.organization-unknown"),
    ],
)
def test_an_account_that_cannot_be_is_refused(house: House, wanted: Wanted, key: str) -> None:
    with pytest.raises(errors.Refused) as refused:
        create_account(house.services, operator(house.services), wanted)
    assert refused.value.issues[0].key == key


def test_a_name_is_given_once(house: House) -> None:
    with pytest.raises(errors.Conflict):
        create_account(house.services, operator(house.services), Wanted("doctor", "admin"))


@pytest.mark.one_database
def test_a_command_sent_again_is_told_the_same_first_password(house: House) -> None:
    services, who = house.services, operator(house.services)
    wanted = Wanted("second.admin", "admin")
    issued = create_account(services, who, wanted, command_id="c-1")
    assert create_account(services, who, wanted, command_id="c-1") == issued
    assert house.enter("second.admin", issued.password)[1] == "password"
    reset = reset_password(services, who, "second.admin", command_id="c-2")
    assert reset_password(services, who, "second.admin", command_id="c-2") == reset
    assert reset.password != issued.password
    assert house.enter("second.admin", reset.password)[1] == "password"
    assert [reason for _, reason, _ in house.events("create")].count("account") == 1


@pytest.mark.one_database
def test_a_command_sent_again_is_told_the_same_token_and_another_is_not(house: House) -> None:
    services, who = house.services, operator(house.services)
    bearer = issue_token(services, who, "system", 1, command_id="c-1")
    assert issue_token(services, who, "system", 1, command_id="c-1") == bearer
    assert (
        len(
            {bearer, issue_token(services, who, "system", 1, command_id="c-2"), issue_token(services, who, "system", 1)}
        )
        == 3
    )
    with services.database.read() as connection:
        assert identify_token(connection, services, bearer, ADDRESS).username == "system"


@pytest.mark.one_database
def test_a_command_of_somebody_else_is_refused(house: House) -> None:
    create_account(house.services, operator(house.services), Wanted("second.admin", "admin"), command_id="c-1")
    with pytest.raises(errors.Conflict) as refused:
        create_account(house.services, inside(house, "admin"), Wanted("third.admin", "admin"), command_id="c-1")
    assert refused.value.issues[0].key == "record.command-taken"


def test_twins_of_a_command_are_told_the_same(house: House) -> None:
    services, wanted = house.services, Wanted("second.admin", "admin")
    with ThreadPoolExecutor(2) as pool:
        twins = [pool.submit(create_account, services, operator(services), wanted, command_id="c-1") for _ in range(2)]
        assert len({twin.result() for twin in twins}) == 1


def test_who_lacks_the_power_is_refused_and_audited(house: House) -> None:
    with pytest.raises(errors.NotAllowed):
        administer.lock(house.services, inside(house, "doctor"), "admin")
    assert house.events("refused") == [("refused", "power", house.keys["doctor"])]


def test_nobody_locks_himself_out(house: House) -> None:
    with pytest.raises(errors.Refused):
        administer.lock(house.services, inside(house, "admin"), "admin")


@pytest.mark.parametrize("days", [1, 366])
def test_a_token_holds_for_its_days_to_the_second(house: House, days: int) -> None:
    bearer = issue_token(house.services, operator(house.services), "system", days)
    with house.services.database.read() as connection:
        house.clock.pass_(days=days, seconds=-1)
        assert identify_token(connection, house.services, bearer, ADDRESS).username == "system"
        house.clock.pass_(seconds=1)
        with pytest.raises(errors.SignInNeeded):
            identify_token(connection, house.services, bearer, ADDRESS)


@pytest.mark.one_database
@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_is_not_for_ever(house: House, days: int) -> None:
    with pytest.raises(errors.Refused):
        issue_token(house.services, operator(house.services), "system", days)


@pytest.mark.parametrize("change", [administer.lock, administer.reset_password, administer.revoke])
def test_what_takes_something_away_ends_tokens_at_once(house: House, change: object) -> None:
    bearer = issue_token(house.services, operator(house.services), "doctor", 30)
    change(house.services, operator(house.services), "doctor")  # type: ignore[operator]
    with house.services.database.read() as connection, pytest.raises(errors.SignInNeeded):
        identify_token(connection, house.services, bearer, ADDRESS)


def test_a_locked_account_gets_no_token(house: House) -> None:
    administer.lock(house.services, operator(house.services), "doctor")
    with pytest.raises(errors.Refused):
        issue_token(house.services, operator(house.services), "doctor", 30)


def test_a_role_is_changed_to_one_that_the_person_holds(house: House) -> None:
    with pytest.raises(errors.Refused):
        administer.change_role(house.services, operator(house.services), "doctor", "nurse")
    administer.change_role(house.services, operator(house.services), "doctor", "doctor")


@pytest.mark.one_database
@pytest.mark.parametrize("change", [administer.lock, administer.unlock, administer.reset_password, administer.revoke])
def test_an_unknown_account_is_not_found(house: House, change: object) -> None:
    with pytest.raises(errors.NotFound):
        change(house.services, operator(house.services), "nobody")  # type: ignore[operator]
