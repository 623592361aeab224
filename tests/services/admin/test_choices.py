"""Rule choices: inherited from the nearest organisation above, audited, and used where growth is judged."""

from __future__ import annotations

import pytest
from tests.services.admin.test_directory import caller

from healthrec import errors
from healthrec.services.accounts.stages import next_stage
from healthrec.services.admin import changes
from healthrec.services.admin.configure import configure, rules_page
from healthrec.services.admin.rejudging import finish
from healthrec.services.children.find import find_children
from healthrec.services.choices import NOBODY, choice, growth_judging
from healthrec.services.context import Services
from healthrec.services.documents.family_summary import preview
from healthrec.store import accounts, admin
from healthrec.store.tables import growth_point


def _line(services: Services) -> tuple[admin.PlaceRow, admin.PlaceRow]:
    with services.database.read() as connection:
        district = admin.places_of_kinds(connection, ["district-office"], 1)[0]
        centre = admin.places_of_kinds(connection, ["health-centre"], 9)[0]
    return district, centre


def test_the_nearest_choice_holds_and_the_default_where_there_is_none(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    district, centre = _line(services)

    def method() -> tuple[str, int]:
        with services.database.read() as connection:
            found = choice(connection, "je-vaccine", centre.key)
        return found.value, found.origin

    assert method() == ("JE-L", 0)
    configure(services, who, district.id, {"je-vaccine": "JE-I"})
    assert method() == ("JE-I", district.key)
    configure(services, who, centre.id, {"je-vaccine": "JE-L"})
    assert method() == ("JE-L", centre.key)
    configure(services, who, centre.id, {"je-vaccine": ""})
    assert method() == ("JE-I", district.key)
    shown = next(one for one in rules_page(services, who, centre.id).standing if one.choice.name == "je-vaccine")
    assert (shown.own, shown.inherited, shown.origin[0]) == ("", "JE-I", district.name)


def test_a_choice_is_audited_once_and_not_when_nothing_changes(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    _, centre = _line(services)
    assert configure(services, who, centre.id, {"measuring-interval": "6"}) == 1
    assert configure(services, who, centre.id, {"measuring-interval": "6"}) == 0
    found = [one for one in changes.list_changes(services, who).rows if one.action == "configure"]
    assert [(one.entity, one.reason) for one in found] == [(f"choice/{centre.id}", "measuring-interval=6")]


@pytest.mark.parametrize(
    ("name", "value"), [("growth-method", "guess"), ("king", "1"), ("second-factor-roles", "king")]
)
def test_what_is_no_option_is_refused(town_services: Services, name: str, value: str) -> None:
    with pytest.raises(errors.Refused):
        configure(town_services, caller(town_services, "admin"), _line(town_services)[1].id, {name: value})


def test_growth_is_judged_again_by_the_method_that_the_centre_chose(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    _, centre = _line(services)

    def levels(own: bool) -> list[str]:
        owner = growth_point.c.owner == centre.key if own else growth_point.c.owner != centre.key
        with services.database.read() as connection:
            rows = connection.execute(
                growth_point.select().where(owner).order_by(growth_point.c.source, growth_point.c.indicator)
            ).all()
        return [row.level for row in rows]

    before, others = levels(own=True), levels(own=False)
    configure(services, who, centre.id, {"growth-method": "percentile"})
    finish(services)
    with services.database.read() as connection:
        assert growth_judging(connection, centre.key).method == "percentile"
    assert len(levels(own=True)) == len(before)
    assert levels(own=True) != before
    assert levels(own=False) == others
    configure(services, who, centre.id, {"growth-method": ""})
    finish(services)
    assert levels(own=True) == before


def test_growth_is_judged_again_by_the_standard_that_the_centre_chose(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    _, centre = _line(services)

    def rules() -> set[str]:
        with services.database.read() as connection:
            return {
                row.rule for row in connection.execute(growth_point.select().where(growth_point.c.owner == centre.key))
            }

    configure(services, who, centre.id, {"growth-standard": "who-2006"})
    finish(services)
    assert rules() <= {"who-2006|WHO 2006", "who-2007|WHO 2007"} and rules()
    doctor = caller(services, "doctor")
    some = find_children(services, doctor, "").rows[0]
    assert preview(services, doctor, some.id, "zh").page.standard.startswith("WHO 2006")
    configure(services, who, centre.id, {"growth-standard": ""})
    finish(services)
    assert all(not rule.startswith("who") for rule in rules())


def test_a_role_needs_a_second_factor_where_its_organisation_says_so(town_services: Services) -> None:
    services, who = town_services, caller(town_services, "admin")
    district, _ = _line(services)

    def stage(username: str) -> str:
        with services.database.read() as connection:
            row = accounts.by_username(connection, username)
        return next_stage(services, row)

    assert stage("nurse") == "open"
    configure(services, who, district.id, {"second-factor-roles": "nurse,doctor"})
    assert (stage("nurse"), stage("head")) == ("enrol", "open")
    configure(services, who, district.id, {"second-factor-roles": NOBODY})
    assert stage("nurse") == "open"
