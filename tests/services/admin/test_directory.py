"""Organisations, staff and assignments, on a town of its own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.conftest import TODAY

from healthrec import errors
from healthrec.services.accounts.identify import caller_of
from healthrec.services.admin import assignments, changes, organizations, staff
from healthrec.services.admin.documents import PlaceFields
from healthrec.services.admin.staff import RoleWanted
from healthrec.services.context import Caller, Services
from healthrec.services.operations.rebuild import rebuild_all
from healthrec.store import accounts, admin
from healthrec.store.access import Viewer, viewer_may_see
from healthrec.store.tables import access_grant, enrolment, principal


def caller(services: Services, username: str) -> Caller:
    with services.database.read() as connection:
        return caller_of(connection, services, accounts.by_username(connection, username), "192.0.2.1")


def nursery_of(services: Services) -> admin.PlaceRow:
    with services.database.read() as connection:
        return next(
            one for one in admin.places_of_kinds(connection, ["nursery"], 10) if admin.classes_of(connection, [one.key])
        )


def test_an_organisation_is_added_renamed_and_closed_with_an_audit_of_each(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    id_ = organizations.add_organization(services, who, PlaceFields("新园", type="nursery"))
    page = organizations.organization_page(services, who, id_)
    organizations.change_organization(services, who, id_, PlaceFields("新园二", "New Nursery"), page.version)
    organizations.set_active(services, who, id_, False, page.version + 1)
    row = organizations.organization_page(services, who, id_).row
    assert (row.name, row.name_en, row.active) == ("新园二", "New Nursery", 0)
    found = [one for one in changes.list_changes(services, who).rows if one.entity.startswith(f"Organization/{id_}")]
    assert [one.action for one in found] == ["update", "update", "create"]


def test_an_edit_of_an_earlier_version_is_refused(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    place = nursery_of(services)
    version = organizations.organization_page(services, who, place.id).version
    fields = organizations.organization_page(services, who, place.id).fields
    organizations.change_organization(services, who, place.id, PlaceFields("甲", parent=fields.parent), version)
    with pytest.raises(errors.Stale):
        organizations.change_organization(services, who, place.id, PlaceFields("乙", parent=fields.parent), version)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        (PlaceFields("", type="nursery"), "admin.name-needed"),
        (PlaceFields("甲"), "admin.kind-needed"),
        (PlaceFields("甲", type="class"), "admin.nursery-needed"),
        (PlaceFields("甲", type="nursery", code="123"), "admin.code-wrong"),
        (PlaceFields("甲", type="nursery", parent="nowhere"), "admin.parent-wrong"),
        (PlaceFields("甲" * 101, type="nursery"), "admin.too-long"),
    ],
)
def test_an_organisation_that_cannot_be_is_refused(town_services: Services, fields: PlaceFields, key: str) -> None:
    with pytest.raises(errors.Refused) as refused:
        organizations.add_organization(town_services, caller(town_services, "admin"), fields)
    assert key in [issue.key for issue in refused.value.issues]


def test_a_nursery_with_children_is_not_closed(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    place = nursery_of(services)
    version = organizations.organization_page(services, who, place.id).version
    with pytest.raises(errors.Refused):
        organizations.set_active(services, who, place.id, False, version)


@pytest.mark.parametrize("username", ["doctor", "nurse", "head", "district", "auditor", "parent"])
def test_only_an_administrator_enters(town_services: Services, username: str) -> None:
    who = caller(town_services, username)
    for read in (organizations.list_organizations, staff.list_staff, assignments.coverage, changes.list_changes):
        with pytest.raises(errors.NotAllowed):
            read(town_services, who)


def granted_by(services: Services, source: int) -> set[str]:
    with services.database.read() as connection:
        statement = principal.select().join(access_grant, access_grant.c.principal == principal.c.number)
        rows = connection.execute(statement.where(access_grant.c.source == source)).all()
    return {row.name for row in rows}


def test_children_of_a_class_follow_it_to_another_nursery(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    with services.database.read() as connection:
        nurseries = admin.places_of_kinds(connection, ["nursery"], 10)
        classes = {one.key: one for one in admin.classes_of(connection, [one.key for one in nurseries])}
        rows = connection.execute(enrolment.select().where(enrolment.c.kind == "nursery-enrolment")).all()
    source, klass = next((row.source, classes[row.organization]) for row in rows if row.organization in classes)
    home = next(one for one in nurseries if one.key == klass.parent)
    target = next(one for one in nurseries if one.key != klass.parent)
    assert f"role:nurse@{home.id}" in granted_by(services, source)
    page = organizations.organization_page(services, who, klass.id)
    fields = PlaceFields(page.fields.name, page.fields.english, parent=target.id)
    organizations.change_organization(services, who, klass.id, fields, page.version)
    after = granted_by(services, source)
    assert f"role:nurse@{target.id}" in after
    assert f"role:nurse@{home.id}" not in after
    assert rebuild_all(services)
    assert granted_by(services, source) == after


def guide_role(services: Services) -> tuple[Caller, str, int]:
    guide = caller(services, "guide")
    with services.database.read() as connection:
        rows = [
            row
            for row in admin.roles_of(connection, [guide.person])
            if row.role == "guide" and row.date_to > TODAY.toordinal()
        ]
        id_ = accounts.ids_of(connection, [rows[0].source])[rows[0].source]
    return guide, id_, rows[0].organization


def sees(services: Services, username: str, scope: int, day: date) -> bool:
    """Whether the account may see an institution's own work on a day, asked by the filter with what the roles give then."""
    who = caller(services, username)
    viewer = Viewer(who.viewer.principals, who.viewer.classes, day.toordinal())
    with services.database.read() as connection:
        return viewer_may_see(connection, viewer, scope, 64, 30)


@pytest.mark.parametrize(("ends_in_days", "open_today"), [(-1, False), (0, True), (1, True)])
def test_access_ends_the_day_after_the_last_day_of_a_role(
    town_services: Services, ends_in_days: int, open_today: bool
) -> None:
    services, who = town_services, caller(town_services, "admin")
    _, id_, nursery = guide_role(services)
    assert sees(services, "guide", nursery, TODAY)
    last = TODAY + timedelta(days=ends_in_days)
    staff.end_role(services, who, id_, last, staff.role_page(services, who, id_).version)
    assert sees(services, "guide", nursery, TODAY) is open_today
    if open_today:
        assert sees(services, "guide", nursery, last)
        assert not sees(services, "guide", nursery, last + timedelta(days=1))


def test_a_role_that_was_ended_is_opened_again(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    _, id_, nursery = guide_role(services)
    staff.end_role(services, who, id_, TODAY - timedelta(days=1), 1)
    staff.end_role(services, who, id_, None, 2)
    assert sees(services, "guide", nursery, TODAY)


def test_staff_is_found_by_name_pinyin_and_initials(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    place = nursery_of(services)
    wanted = RoleWanted("nurse", place.id, TODAY)
    id_ = staff.add_person(services, who, "单小雨", "", wanted, command_id="c-1")
    assert staff.add_person(services, who, "单小雨", "", wanted, command_id="c-1") == id_
    for word in ("单小", "shanxiaoyu", "SXY", "danx"):
        assert [one.id for one in staff.list_staff(services, who, word=word).rows] == [id_]
    assert id_ in [one.id for one in staff.list_staff(services, who, at=place.id).rows]


def test_everybody_is_listed_once_page_by_page(town_services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    services, who = town_services, caller(town_services, "admin")
    monkeypatch.setattr(staff, "PAGE", 7)
    seen: list[str] = []
    after = ""
    while True:
        found = staff.list_staff(services, who, after=after)
        seen += [one.id for one in found.rows]
        after = found.after
        if not after:
            break
    assert len(seen) == len(set(seen)) > 14


def test_a_role_that_overlaps_is_refused_and_the_day_after_is_not(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    place = nursery_of(services)
    id_ = staff.add_person(services, who, "何一", "", RoleWanted("nurse", place.id, TODAY, TODAY + timedelta(days=9)))
    with pytest.raises(errors.Refused):
        staff.add_role(services, who, id_, RoleWanted("nurse", place.id, TODAY + timedelta(days=9)))
    staff.add_role(services, who, id_, RoleWanted("nurse", place.id, TODAY + timedelta(days=10)))


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (RoleWanted("", "", None), "admin.role-needed"),
        (RoleWanted("nurse", "nowhere", TODAY), "admin.place-needed"),
        (RoleWanted("specialist", "nursery", TODAY), "admin.role-not-there"),
        (RoleWanted("nurse", "nursery", None), "admin.start-needed"),
        (RoleWanted("nurse", "nursery", TODAY, TODAY - timedelta(days=1)), "admin.end-before-start"),
    ],
)
def test_a_role_that_cannot_be_is_refused(town_services: Services, wanted: RoleWanted, key: str) -> None:
    place = wanted.organization if wanted.organization != "nursery" else nursery_of(town_services).id
    wanted = RoleWanted(wanted.role, place, wanted.start, wanted.end)
    with pytest.raises(errors.Refused) as refused:
        staff.add_person(town_services, caller(town_services, "admin"), "何一", "", wanted)
    assert key in [issue.key for issue in refused.value.issues]


def test_two_guides_at_once_are_marked_and_a_nursery_without_one_is_counted(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    _, _, nursery = guide_role(services)
    with services.database.read() as connection:
        place = next(one for one in admin.places_of_kinds(connection, ["nursery"], 10) if one.key == nursery)
    other = caller(services, "guide2").person_reference.partition("/")[2]
    assignments.assign(services, who, other, RoleWanted("guide", place.id, TODAY))
    row = next(one for one in assignments.coverage(services, who).rows if one.nursery.key == nursery)
    assert all(one.overlaps for one in row.assignments if one.row.date_to > TODAY.toordinal())
    before = assignments.coverage(services, who).without
    organizations.add_organization(services, who, PlaceFields("无人园", type="nursery"))
    found = assignments.coverage(services, who, unguided=True)
    assert found.without == before + 1
    assert "无人园" in [one.nursery.name for one in found.rows]
