"""Administration in the browser: what is done there, who may, and that no page of it names a child."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.web.visitor import Visitor, signed_in, words

from healthrec.services.context import Services
from healthrec.store.tables import child, resource, resource_version

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+|after=[^&]*")
_EACH_KIND = 40


@pytest.fixture
def admin(town_services: Services) -> Iterator[Visitor]:
    with signed_in(town_services, "admin") as visitor:
        yield visitor


def first(page_text: str, start: str) -> str:
    """The first link that begins so and goes on."""
    return next(link for link in re.findall(r'href="([^"]+)"', page_text) if link.startswith(start) and link != start)


def test_no_page_of_administration_names_a_child_or_a_family(admin: Visitor, town_services: Services) -> None:
    with town_services.database.read() as connection:
        children = {row.name for row in connection.execute(child.select())} | {
            row.id for row in connection.execute(child.select())
        }
        joined = resource_version.join(resource, resource.c.version_key == resource_version.c.version_key)
        bodies = connection.execute(joined.select()).all()
    relatives = {row.id for row in bodies if '"RelatedPerson"' in (row.body or "")[:60]}
    seen: dict[str, str] = {}
    kinds: dict[str, int] = {}
    waiting = ["/admin"]
    while waiting:
        address = waiting.pop(0)
        kind = _ID.sub("{}", address)
        if address in seen or kinds.get(kind, 0) >= _EACH_KIND:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = admin.get(address)
        assert answer.status_code == 200, address
        seen[address] = answer.text
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/admin[^"#]*)"', answer.text)]
        waiting += [link for link in links if link not in seen]
    assert len(kinds) >= 14
    for address, text in seen.items():
        assert [name for name in children | relatives if name in text] == [], address


@pytest.mark.parametrize("username", ["doctor", "nurse", "head", "district", "auditor", "parent"])
def test_others_are_shown_the_door(town_services: Services, username: str) -> None:
    with signed_in(town_services, username) as visitor:
        for place in ("organizations", "staff", "accounts", "assignments", "rules", "changes"):
            assert visitor.get(f"/admin/{place}").status_code == 403


def test_a_class_is_added_with_a_carer_and_an_account_and_all_of_it_is_in_the_changes(admin: Visitor) -> None:
    nursery = first(admin.get("/admin/organizations?kind=nursery").text.split("<table", 1)[1], "/admin/organizations/")
    page = admin.get(first(admin.get(nursery).text, "/admin/organizations/new?").replace("&amp;", "&"))
    added = admin.send(page, {"type": "class", "name": "乳儿二班"}, "/admin/organizations/new")
    assert added.status_code == 422  # the nursery of the list was not chosen
    parent = nursery.rpartition("/")[2]
    added = admin.send(page, {"type": "class", "name": "乳儿二班", "parent": parent}, "/admin/organizations/new")
    klass = admin.follow(added)
    assert "乳儿二班" in words(klass)
    id_ = added.headers["location"].rpartition("/")[2]
    form = admin.get(f"/admin/staff/new?at={id_}")
    fields = {"name": "何小一", "role": "carer", "organization": id_, "start": "2026年11月1日"}
    person = admin.follow(admin.send(form, fields, "/admin/staff/new"))
    assert "乳儿二班" in words(person)
    form = admin.get(first(person.text, "/admin/accounts/new?person="))
    slip = admin.send(form, {"username": "he.xiaoyi", "role": "carer"}, "/admin/accounts/new")
    assert (slip.status_code, "he.xiaoyi" in words(slip)) == (200, True)
    assert slip.headers["cache-control"] == "no-store"
    told = words(admin.get("/admin/changes"))
    assert all(word in told for word in ("机构", "人员", "人员角色", "账号"))


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(admin: Visitor) -> None:
    form = admin.get("/admin/staff/new")
    answer = admin.send(form, {"name": "何小一", "role": "nurse", "start": "明天"}, "/admin/staff/new")
    assert answer.status_code == 422
    assert 'href="#start"' in answer.text
    assert 'value="何小一"' in answer.text


def test_an_instrument_is_added_taken_out_of_use_and_put_back(admin: Visitor, town_services: Services) -> None:
    nursery = first(admin.get("/admin/organizations?kind=nursery").text.split("<table", 1)[1], "/admin/organizations/")
    address = f"{nursery}/instruments"
    assert f'href="{address}"' in admin.get(nursery).text
    wrong = admin.send(admin.get(address), {"kind": "", "name": " "}, address)
    assert (wrong.status_code, 'href="#kind"' in wrong.text, 'href="#name"' in wrong.text) == (422, True, True)
    page = admin.follow(admin.send(admin.get(address), {"kind": "scale", "name": "婴儿秤 9 号"}, address))
    device = next(one for one in re.findall(r'action="([^"]+)"', page.text) if one.startswith(f"{address}/"))
    before = words(page).count("在用")
    page = admin.follow(admin.send(page, {}, device))
    assert (words(page).count("在用"), "已停用" in words(page), "婴儿秤 9 号" in words(page)) == (
        before - 1,
        True,
        True,
    )
    page = admin.follow(admin.send(page, {"in_use": "1"}, device))
    assert words(page).count("在用") == before
    assert admin.get(f"{address}x").status_code == 404
    district = first(admin.get("/admin/organizations?kind=district-office").text.split("<table", 1)[1], "/admin/org")
    assert admin.get(f"{district}/instruments").status_code == 404
    assert "instruments" not in admin.get(district).text


def test_a_role_is_ended_and_opened_again(admin: Visitor) -> None:
    person = admin.get(first(admin.get("/admin/accounts?q=nurse2").text.split("<table", 1)[1], "/admin/accounts/"))
    person = admin.get(first(person.text, "/admin/staff/"))
    address = first(person.text, "/admin/roles/")
    ended = admin.follow(admin.send(admin.get(address), {"end": "2026-11-21"}, f"{address}/end"))
    assert "已结束" in words(ended)
    opened = admin.follow(admin.send(admin.get(address), {}, f"{address}/reopen"))
    assert "已结束" not in words(opened)


def test_an_account_is_locked_and_its_owner_is_out_at_once(admin: Visitor, town_services: Services) -> None:
    address = first(admin.get("/admin/accounts?q=nurse2").text.split("<table", 1)[1], "/admin/accounts/")
    with signed_in(town_services, "nurse2") as nurse:
        assert nurse.get("/children").status_code == 200
        page = admin.follow(admin.send(admin.get(address), {}, f"{address}/lock"))
        assert "已锁定" in words(page)
        assert "/login" in str(nurse.get("/children").url)


def test_a_token_is_shown_once(admin: Visitor) -> None:
    address = first(admin.get("/admin/accounts?q=doctor2").text.split("<table", 1)[1], "/admin/accounts/")
    slip = admin.send(admin.get(address), {"name": "test", "days": "7"}, f"{address}/token")
    token = re.findall(r"hrt_[\w-]+", slip.text)
    assert len(set(token)) == 1
    assert token[0] not in admin.get(address).text
    wrong = admin.send(admin.get(address), {"days": "367"}, f"{address}/token")
    assert (wrong.status_code, 'href="#days"' in wrong.text) == (422, True)


def test_a_rule_choice_says_where_it_comes_from(admin: Visitor) -> None:
    page = admin.get("/admin/rules")
    action = next(link for link in re.findall(r'action="([^"]+)"', page.text) if link.startswith("/admin/rules/"))
    done = admin.follow(admin.send(page, {"je-vaccine": "JE-I", "second-factor-roles-mode": ""}, action))
    assert re.search(r'value="JE-I" selected', done.text)
    nursery = first(admin.get("/admin/organizations?kind=nursery").text.split("<table", 1)[1], "/admin/organizations/")
    below = words(admin.get(f"/admin/rules/{nursery.rpartition('/')[2]}"))
    assert "沿用上级：乙脑灭活疫苗（JE-I）" in below
    assert "je-vaccine" not in words(admin.get("/admin/changes"))


def test_a_family_gets_a_sign_in_on_a_slip(town_services: Services) -> None:
    with signed_in(town_services, "doctor") as doctor:
        found = doctor.get("/children")
        for address in dict.fromkeys(re.findall(r'href="(/children/[0-9a-f-]{36})"', found.text)):
            page = doctor.get(f"{address}/guardians")
            actions = re.findall(r'action="([^"]+/account)"', page.text)
            if actions:
                break
        slip = doctor.send(page, {}, actions[0])
        assert re.search(r"jz\d{6}", slip.text)
        assert words(doctor.send(page, {}, actions[0])) == words(slip), "a double click"
        assert doctor.send(page, {"command_id": "another"}, actions[0]).status_code == 422


def test_a_first_password_is_told_again_to_a_double_click_and_only_of_the_same_form(admin: Visitor) -> None:
    form = admin.get("/admin/accounts/new")
    wanted = {"username": "second.admin", "role": "admin"}
    slips = [words(admin.send(form, wanted, "/admin/accounts/new")) for _ in range(2)]
    assert slips[0] == slips[1]
    assert "已被使用" in words(admin.send(form, wanted | {"command_id": "another"}, "/admin/accounts/new"))
    address = first(admin.get("/admin/accounts?q=second.admin").text.split("<table", 1)[1], "/admin/accounts/")
    page = admin.get(address)
    reset = [words(admin.send(page, {}, f"{address}/password")) for _ in range(2)]
    assert reset[0] == reset[1] != slips[0]
    tokens = [words(admin.send(page, {"days": "1"}, f"{address}/token")) for _ in range(2)]
    assert tokens[0] == tokens[1]
    assert "hrt_" in tokens[0]


@pytest.mark.parametrize("username", ["parent", "carer", "vaccinator"])
def test_who_does_not_look_after_guardians_does_not_see_their_sign_ins(town_services: Services, username: str) -> None:
    with signed_in(town_services, username) as visitor, town_services.database.read() as connection:
        for row in connection.execute(child.select()).all():
            assert visitor.get(f"/children/{row.id}/guardians").status_code in (403, 404)
