"""An organisation that moves in the tree takes along what hangs on where it stands, in the transaction that moves it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.documents import BASE, concept
from tests.store.test_rebuild import dump, put
from tests.town import caller_named, the_town

from healthrec.errors import Refused
from healthrec.services.admin.configure import configure
from healthrec.services.admin.rejudging import finish
from healthrec.services.context import Services, operator
from healthrec.services.operations.rebuild import rebuild_all
from healthrec.services.projections import moving
from healthrec.services.record.write import Change, apply
from healthrec.store import resources
from healthrec.store.tables import access_grant, enrolment, growth_point, organization, principal

TOWN = the_town()
NURSERY, OTHER = (one.organization.id for one in TOWN.institutions.nurseries[:2])
CENTRE = TOWN.institutions.centres[0].id
OFFICE = "another-office"


def kind(code: str) -> list[dict[str, object]]:
    return [concept(f"{BASE}CodeSystem/organization-type", code)]


def part_of(id_: str) -> dict[str, str]:
    return {"reference": f"Organization/{id_}"}


@pytest.fixture
def town(town_services: Services) -> Services:
    """With a second district office."""
    office = {"resourceType": "Organization", "id": OFFICE, "name": "新区卫健局", "type": kind("district-office")}
    apply(town_services, operator(town_services), [Change("PUT", "Organization", office, OFFICE)])
    return town_services


def key_of(services: Services, id_: str) -> int:
    with services.database.read() as connection:
        row = resources.find(connection, "Organization", id_)
    assert row is not None
    return row.key


def full_class(services: Services) -> tuple[str, int]:
    """A class of the first nursery where somebody is enrolled: its id, and one who is (key of the EpisodeOfCare)."""
    statement = (
        select(organization.c.id, enrolment.c.source)
        .join(enrolment, enrolment.c.organization == organization.c.key)
        .where(organization.c.parent == key_of(services, NURSERY), organization.c.kind == "class")
        .limit(1)
    )
    with services.database.read() as connection:
        row = connection.execute(statement).one()
    return row.id, row.source


def granted(services: Services, source: int) -> set[str]:
    statement = select(principal.c.name).join(access_grant, access_grant.c.principal == principal.c.number)
    with services.database.read() as connection:
        return set(connection.execute(statement.where(access_grant.c.source == source)).scalars())


def as_rebuilt(services: Services) -> bool:
    before = dump(services)
    rebuild_all(services)
    return dump(services) == before


def test_children_of_a_class_follow_it_to_another_nursery(town: Services) -> None:
    id_, source = full_class(town)
    assert f"role:nurse@{NURSERY}" in granted(town, source)
    put(town, "Organization", id_, partOf=part_of(OTHER))
    assert f"role:nurse@{OTHER}" in granted(town, source)
    assert f"role:nurse@{NURSERY}" not in granted(town, source)
    assert as_rebuilt(town)


def test_the_office_above_sees_a_moved_nursery_and_its_classes(town: Services) -> None:
    room, _ = full_class(town)
    put(town, "Organization", NURSERY, partOf=part_of(OFFICE))
    for id_ in (NURSERY, room):
        offices = {name for name in granted(town, key_of(town, id_)) if name.startswith("role:district@")}
        assert offices == {f"role:district@{OFFICE}"}
    assert as_rebuilt(town)


def test_a_class_that_becomes_a_nursery_has_its_children_to_itself(town: Services) -> None:
    id_, source = full_class(town)
    put(town, "Organization", id_, type=kind("nursery"))
    assert f"role:nurse@{id_}" in granted(town, source)
    assert f"role:nurse@{NURSERY}" not in granted(town, source)
    assert as_rebuilt(town)


def test_a_nursery_that_becomes_a_class_takes_its_classes_along(town: Services) -> None:
    _, source = full_class(town)
    put(town, "Organization", NURSERY, type=kind("class"), partOf=part_of(OTHER))
    assert f"role:nurse@{OTHER}" in granted(town, source)
    assert as_rebuilt(town)


def test_a_new_name_remakes_nothing(town: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "again", lambda *_: pytest.fail("nothing moved"))
    put(town, "Organization", NURSERY, name="青禾新园")


def test_what_has_too_many_enrolments_is_not_moved(town: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    id_, source = full_class(town)
    monkeypatch.setattr(moving, "MOST_ENROLMENTS", 0)
    with pytest.raises(Refused):
        put(town, "Organization", id_, partOf=part_of(OTHER))
    assert f"role:nurse@{NURSERY}" in granted(town, source)
    put(town, "Organization", NURSERY, partOf=part_of(OFFICE))  # an institution keeps its enrolments as they are


def test_growth_is_judged_as_the_new_office_chose(town: Services) -> None:
    configure(town, caller_named(town, "admin"), OFFICE, {"growth-method": "percentile"})
    before = rules(town)
    put(town, "Organization", CENTRE, partOf=part_of(OFFICE))
    finish(town)
    assert rules(town) != before
    assert as_rebuilt(town)


def test_growth_is_judged_as_the_new_centre_chose(town: Services) -> None:
    other = TOWN.institutions.centres[1].id
    configure(town, caller_named(town, "admin"), other, {"growth-method": "percentile"})
    put(town, "Patient", TOWN.demo_child.id, managingOrganization=part_of(other))
    assert as_rebuilt(town)


def rules(services: Services) -> list[object]:
    with services.database.read() as connection:
        return [tuple(row) for row in connection.execute(select(growth_point).order_by(growth_point.c.source))]
