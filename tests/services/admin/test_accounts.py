"""Accounts on the pages of administration, and the sign-ins of families at the child's record."""

from __future__ import annotations

import pytest
from tests.services.admin.test_directory import caller, nursery_of

from healthrec import errors
from healthrec.services.accounts import administer
from healthrec.services.accounts.administer import Wanted
from healthrec.services.admin import accounts, changes, link_guardian
from healthrec.services.admin.staff import RoleWanted, add_person
from healthrec.services.context import Caller, Services
from healthrec.store import accounts as account_rows
from healthrec.store import children, resources


def two_children(services: Services, who: Caller) -> tuple[str, str]:
    with services.database.read() as connection:
        rows = children.all_of(connection, who.viewer, ("", 0), True, 50)
    return rows[0].id, rows[1].id


def test_an_account_is_made_found_locked_and_its_token_revoked(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    person = add_person(services, who, "何一", "", RoleWanted("nurse", nursery_of(services).id, services.today()))
    key, issued = accounts.add_account(services, who, Wanted("he.yi", "nurse", (f"Practitioner/{person}",)))
    found = accounts.list_accounts(services, who, word="he.y")
    assert [(row.username, found.names[row.person]) for row in found.rows] == [("he.yi", "何一")]
    accounts.change(services, who, key, administer.issue_token, 30, "test")
    token = accounts.token_name(accounts.account_page(services, who, key).tokens[0])
    for _ in range(2):  # a double click
        accounts.revoke_token(services, who, key, token, command_id="c-1")
    with pytest.raises(errors.NotFound):
        accounts.revoke_token(services, who, key, token)
    accounts.change(services, who, key, administer.lock)
    assert [row.key for row in accounts.list_accounts(services, who, locked=1).rows] == [key]
    told = [one.reason for one in accounts.account_page(services, who, key).changes]
    assert told == ["lock", "token", "token", "account"]
    assert issued.password not in repr(changes.list_changes(services, who))


def test_the_name_of_a_guardian_is_not_shown_to_an_administrator(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    found = accounts.list_accounts(services, who, role="parent")
    assert found.rows
    assert all(row.person not in found.names for row in found.rows)
    assert accounts.account_page(services, who, found.rows[0].key).person == ("", "")


def test_one_account_stands_for_a_guardian_of_two_children(town_services: Services) -> None:
    services, doctor = town_services, caller(town_services, "doctor")
    first, second = two_children(services, doctor)
    one = _without_account(services, doctor, first)
    further = _without_account(services, doctor, second)
    issued = link_guardian.create_guardian_account(services, doctor, first, one)
    link_guardian.link_account(services, doctor, second, further, issued.username)
    assert _sees(services, issued.username) == {first, second}
    with services.database.read() as connection:
        key = account_rows.by_username(connection, issued.username).key
    link_guardian.unlink_account(services, doctor, first, one, key)
    assert _sees(services, issued.username) == {second}
    for _ in range(2):  # a double click
        link_guardian.unlink_account(services, doctor, second, further, key, command_id="c-1")
    with services.database.read() as connection:
        assert account_rows.by_username(connection, issued.username).locked


def test_a_second_account_for_the_same_guardian_is_refused(town_services: Services) -> None:
    services, doctor = town_services, caller(town_services, "doctor")
    child, _ = two_children(services, doctor)
    guardian = _without_account(services, doctor, child)
    issued = link_guardian.create_guardian_account(services, doctor, child, guardian, command_id="c-1")
    assert link_guardian.create_guardian_account(services, doctor, child, guardian, command_id="c-1") == issued
    with pytest.raises(errors.Conflict):
        link_guardian.create_guardian_account(services, doctor, child, guardian)


@pytest.mark.parametrize("username", ["nurse", "nobody", "guide"])
def test_an_account_that_is_no_guardians_is_not_linked(town_services: Services, username: str) -> None:
    services, doctor = town_services, caller(town_services, "doctor")
    child, _ = two_children(services, doctor)
    with pytest.raises(errors.Refused):
        link_guardian.link_account(services, doctor, child, _without_account(services, doctor, child), username)


@pytest.mark.parametrize("username", ["doctor2", "admin", "auditor", "head"])
def test_a_child_out_of_sight_has_no_guardians_to_link(town_services: Services, username: str) -> None:
    services = town_services
    child, _ = two_children(services, caller(services, "doctor"))
    with pytest.raises((errors.NotFound, errors.NotAllowed)):
        link_guardian.guardians(services, caller(services, username), child)


@pytest.mark.parametrize("username", ["carer", "guide", "parent", "vaccinator"])
def test_only_nurses_and_doctors_link(town_services: Services, username: str) -> None:
    with pytest.raises(errors.NotAllowed):
        link_guardian.create_guardian_account(town_services, caller(town_services, username), "any", "any")


def test_a_password_is_not_given_out_where_a_child_of_the_account_is_out_of_sight(town_services: Services) -> None:
    services = town_services
    doctor, other = caller(services, "doctor"), caller(services, "doctor2")
    here, there = two_children(services, doctor)[0], two_children(services, other)[0]
    guardian = _without_account(services, doctor, here)
    issued = link_guardian.create_guardian_account(services, doctor, here, guardian)
    far = _without_account(services, other, there)
    link_guardian.link_account(services, other, there, far, issued.username)
    with services.database.read() as connection:
        key = account_rows.by_username(connection, issued.username).key
    with pytest.raises(errors.NotAllowed):
        link_guardian.reissue_password(services, doctor, here, guardian, key)


def _without_account(services: Services, who: Caller, child: str) -> str:
    rows = link_guardian.guardians(services, who, child).rows
    return next(one.id for one in rows if not one.accounts)


def _sees(services: Services, username: str) -> set[str]:
    with services.database.read() as connection:
        rows = children.all_of(connection, caller(services, username).viewer, ("", 0), True, 50)
        assert all(resources.find(connection, "Patient", row.id) for row in rows)
    return {row.id for row in rows}
