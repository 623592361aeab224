from __future__ import annotations

import pytest
from tests.services.accounts.house import ADDRESS, PASSWORD, House

from healthrec import errors
from healthrec.services.accounts import administer
from healthrec.services.accounts.passwords import change_password
from healthrec.services.accounts.sessions import Session, forget, session_of, sign_out
from healthrec.services.context import operator
from healthrec.store.tables import session as session_table

NEW = "Lychee-river-93"


def visit(house: House, cookie: str) -> Session:
    return session_of(house.services, cookie, ADDRESS)


def test_a_session_knows_who_asks_and_from_where(house: House) -> None:
    found = visit(house, house.enter()[0])
    assert (found.caller.username, found.caller.roles, found.stage) == ("doctor", ("doctor",), "open")
    assert found.caller.address == ADDRESS
    assert session_of(house.services, house.enter()[0], "192.0.2.8").caller.address == "192.0.2.8"


@pytest.mark.one_database
@pytest.mark.parametrize("cookie", ["", "hrs_", "hrs_" + "x" * 43, "hrt_" + "x" * 43, "hrs_ü"])
def test_other_text_is_no_session(house: House, cookie: str) -> None:
    with pytest.raises(errors.SignInNeeded):
        visit(house, cookie)


@pytest.mark.parametrize(("username", "minutes"), [("doctor", 30), ("admin", 15)])
def test_an_idle_session_ends_at_the_minute(house: House, username: str, minutes: int) -> None:
    early, late = house.enter(username)[0], house.enter(username)[0]
    house.clock.pass_(minutes=minutes, seconds=-1)
    assert visit(house, early).stage == "open"
    house.clock.pass_(seconds=1)
    with pytest.raises(errors.SignInNeeded) as refused:
        visit(house, late)
    assert refused.value.issues[0].key == "access.session-expired"
    assert visit(house, early).stage == "open", "it was used a second ago"


def test_use_keeps_a_session_alive_up_to_its_last_hour(house: House) -> None:
    cookie, _ = house.enter()
    for _ in range(12 * 3 - 1):
        house.clock.pass_(minutes=20)
        visit(house, cookie)
    house.clock.pass_(minutes=20, seconds=-1)
    visit(house, cookie)
    house.clock.pass_(seconds=1)
    with pytest.raises(errors.SignInNeeded):
        visit(house, cookie)


def test_use_is_written_down_once_a_minute_at_most(house: House) -> None:
    cookie, _ = house.enter()

    def seen() -> int:
        with house.services.database.read() as connection:
            return int(connection.execute(session_table.select()).one().seen)

    begun = seen()
    house.clock.pass_(seconds=59)
    visit(house, cookie)
    assert seen() == begun
    house.clock.pass_(seconds=1)
    visit(house, cookie)
    assert seen() == begun + 60_000_000


def test_signing_out_ends_the_session_and_is_audited(house: House) -> None:
    cookie, _ = house.enter()
    sign_out(house.services, visit(house, cookie))
    with pytest.raises(errors.SignInNeeded):
        visit(house, cookie)
    assert house.events("sign-out") == [("success", "", house.keys["doctor"])]


def test_a_forgotten_cookie_opens_nothing(house: House) -> None:
    cookie, _ = house.enter()
    forget(house.services, cookie)
    with pytest.raises(errors.SignInNeeded):
        visit(house, cookie)


@pytest.mark.parametrize("change", [administer.lock, administer.reset_password, administer.revoke])
def test_what_takes_something_away_ends_sessions_at_once(house: House, change: object) -> None:
    cookie, _ = house.enter()
    visit(house, cookie)
    change(house.services, operator(house.services), "doctor")  # type: ignore[operator]
    with pytest.raises(errors.SignInNeeded):
        visit(house, cookie)


def test_a_change_of_a_persons_roles_ends_his_sessions(house: House) -> None:
    cookie, _ = house.enter()
    person = visit(house, cookie).caller.person
    with house.services.database.write() as connection:
        administer.revoke_person(connection, house.services, person)
    with pytest.raises(errors.SignInNeeded):
        visit(house, cookie)


def test_a_new_password_ends_the_other_sessions_and_renews_this_one(house: House) -> None:
    here, there = house.enter()[0], house.enter()[0]
    renewed, stage = change_password(house.services, visit(house, here), PASSWORD, NEW, NEW)
    assert stage == "open"
    assert visit(house, renewed).stage == "open"
    for dead in (here, there):
        with pytest.raises(errors.SignInNeeded):
            visit(house, dead)
    assert house.enter("doctor", NEW)[1] == "open"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("current", "new", "repeat", "field"),
    [
        (PASSWORD, "short-1", "short-1", "new"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
        (PASSWORD, "Password-2026", "Password-2026", "new"),
        (PASSWORD, NEW, NEW + "x", "repeat"),
        ("Not-the-one-1", NEW, NEW, "current"),
    ],
)
def test_a_password_that_will_not_do_is_refused_at_its_field(
    house: House, current: str, new: str, repeat: str, field: str
) -> None:
    with pytest.raises(errors.Refused) as refused:
        change_password(house.services, visit(house, house.enter()[0]), current, new, repeat)
    assert refused.value.issues[0].expression == field


def test_whoever_sits_down_at_an_open_session_cannot_guess_the_password(house: House) -> None:
    inside = visit(house, house.enter()[0])
    for _ in range(5):
        with pytest.raises(errors.Refused):
            change_password(house.services, inside, "Not-the-one-1", NEW, NEW)
    with pytest.raises(errors.Throttled):
        change_password(house.services, inside, PASSWORD, NEW, NEW)
