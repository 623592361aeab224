from __future__ import annotations

import pyotp
import pytest
from tests.services.accounts.house import ADDRESS, PASSWORD, House

from healthrec import errors
from healthrec.services.accounts.administer import ask_second_factor, reset_second_factor
from healthrec.services.accounts.passwords import change_password
from healthrec.services.accounts.second_factor import enrol, enrolment, give_code
from healthrec.services.accounts.sessions import Session, session_of
from healthrec.services.context import operator
from healthrec.store import accounts


def visit(house: House, cookie: str) -> Session:
    return session_of(house.services, cookie, ADDRESS)


def code(house: House, secret: str) -> str:
    return pyotp.TOTP(secret).at(house.clock.now)


def set_up(house: House) -> str:
    """The auditor's secret, linked."""
    inside = visit(house, house.enter("auditor")[0])
    secret = enrolment(house.services, inside).secret
    enrol(house.services, inside, code(house, secret))
    house.clock.pass_(minutes=5)
    return secret


def test_a_role_that_needs_a_second_factor_sees_only_its_enrolment(house: House) -> None:
    assert house.enter("auditor")[1] == "enrol"
    assert house.enter("admin")[1] == "open"


def test_the_same_session_is_offered_the_same_secret_and_another_session_another(house: House) -> None:
    first, second = (visit(house, house.enter("auditor")[0]) for _ in range(2))
    assert enrolment(house.services, first) == enrolment(house.services, first)
    assert enrolment(house.services, first).secret != enrolment(house.services, second).secret


def test_a_right_code_links_the_app_and_opens_a_new_session(house: House) -> None:
    before, _ = house.enter("auditor")
    inside = visit(house, before)
    cookie, stage = enrol(house.services, inside, code(house, enrolment(house.services, inside).secret))
    assert stage == "open"
    assert visit(house, cookie).stage == "open"
    with pytest.raises(errors.SignInNeeded):
        visit(house, before)


def test_the_secret_is_not_readable_in_the_database(house: House) -> None:
    secret = set_up(house)
    with house.services.database.read() as connection:
        row = accounts.by_username(connection, "auditor")
    assert secret not in str(row)


def test_the_password_alone_no_longer_opens(house: House) -> None:
    secret = set_up(house)
    cookie, stage = house.enter("auditor")
    assert stage == "totp"
    opened, stage = give_code(house.services, visit(house, cookie), code(house, secret))
    assert stage == "open"
    assert opened != cookie
    with pytest.raises(errors.SignInNeeded):
        visit(house, cookie)


def test_a_code_is_good_once(house: House) -> None:
    secret = set_up(house)
    used = code(house, secret)
    give_code(house.services, visit(house, house.enter("auditor")[0]), used)
    with pytest.raises(errors.Refused):
        give_code(house.services, visit(house, house.enter("auditor")[0]), used)


def test_the_code_of_the_enrolment_is_used_up(house: House) -> None:
    inside = visit(house, house.enter("auditor")[0])
    secret = enrolment(house.services, inside).secret
    enrol(house.services, inside, code(house, secret))
    with pytest.raises(errors.Refused):
        give_code(house.services, visit(house, house.enter("auditor")[0]), code(house, secret))


def test_wrong_codes_rest_the_account_though_the_password_was_right(house: House) -> None:
    secret = set_up(house)
    waiting = visit(house, house.enter("auditor")[0])
    for _ in range(5):
        with pytest.raises(errors.Refused):
            give_code(house.services, waiting, "000000")
    with pytest.raises(errors.Throttled):
        give_code(house.services, waiting, code(house, secret))
    with pytest.raises(errors.Throttled):
        house.enter("auditor")


def test_a_right_password_between_wrong_codes_gives_no_fresh_tries(house: House) -> None:
    set_up(house)
    for _ in range(4):
        with pytest.raises(errors.Refused):
            give_code(house.services, visit(house, house.enter("auditor")[0]), "000000")
    with pytest.raises((errors.Refused, errors.Throttled)):
        give_code(house.services, visit(house, house.enter("auditor")[0]), "000000")
    with pytest.raises(errors.Throttled):
        house.enter("auditor")


def test_without_the_code_nothing_else_opens(house: House) -> None:
    set_up(house)
    waiting = visit(house, house.enter("auditor")[0])
    with pytest.raises(errors.NotAllowed):
        change_password(house.services, waiting, PASSWORD, "Lychee-river-93", "Lychee-river-93")
    with pytest.raises(errors.NotAllowed):
        enrolment(house.services, waiting)


def test_a_half_open_session_waits_ten_minutes(house: House) -> None:
    set_up(house)
    cookie, _ = house.enter("auditor")
    house.clock.pass_(minutes=10, seconds=-1)
    visit(house, cookie)
    house.clock.pass_(seconds=1)
    with pytest.raises(errors.SignInNeeded):
        visit(house, cookie)


def test_a_lost_phone_is_replaced_by_the_administrator_and_audited(house: House) -> None:
    set_up(house)
    reset_second_factor(house.services, operator(house.services), "auditor")
    assert house.enter("auditor")[1] == "enrol"
    assert ("success", "reset-second-factor", 0) in house.events("update")


def test_one_account_can_be_asked_for_it_whatever_its_role(house: House) -> None:
    ask_second_factor(house.services, operator(house.services), "doctor", True)
    assert house.enter()[1] == "enrol"
    ask_second_factor(house.services, operator(house.services), "doctor", False)
    assert house.enter()[1] == "open"
