"""Vials for a session: rounded up, by the organisation's own product where it says so, labelled where nobody compared the number."""

from __future__ import annotations

from datetime import date

import pytest
from tests.town import caller_named

from healthrec.domain.vials import PerVial
from healthrec.pages.due_list import Need, vial_rows
from healthrec.services.context import Services
from healthrec.services.immunization.session_list import session
from healthrec.services.immunization.vials import doses_per_vial
from healthrec.store import choices
from healthrec.wording import translator

ZH = translator("zh")
DAY = date(2026, 12, 1)


@pytest.mark.parametrize(("doses", "vials"), [(0, 0), (1, 1), (5, 1), (6, 2), (10, 2), (11, 3)])
def test_an_opened_vial_is_a_whole_one(doses: int, vials: int) -> None:
    assert PerVial(5, chosen=False, sure=False).needed_for(doses) == vials


def need(vaccine: str, standing: str = "due") -> Need:
    return Need(vaccine, 1, standing, DAY)  # type: ignore[arg-type]


def test_those_who_are_coming_and_all_are_rounded_apart() -> None:
    known = {"BCG": PerVial(5, chosen=True, sure=True), "MMR": PerVial(1, chosen=False, sure=False)}
    coming = [[need("BCG")]] * 5
    others = [[need("BCG"), need("MMR", "overdue")], [need("Var"), need("MMR", "deferred")]]
    rows = {one.vaccine: one for one in vial_rows(coming, others, known, ZH)}
    found = [(one.expected, one.expected_vials, one.doses, one.vials, one.source) for one in rows.values()]
    assert found == [(5, 1, 6, 2, "chosen"), (0, 0, 1, 1, "unconfirmed"), (0, 0, 1, 0, "unknown")]
    assert rows[ZH.term("vaccine", "Var")].per_vial is None


def test_an_organisation_says_what_its_own_product_gives(town_services: Services) -> None:
    nurse = caller_named(town_services, "vaccinator")
    with town_services.database.read() as connection:
        before = doses_per_vial(town_services, connection, nurse.organization, DAY)
    assert before["BCG"] == PerVial(5, chosen=False, sure=False)
    with town_services.database.write() as connection:
        choices.put(connection, nurse.organization, "vial-BCG", "10")
    assert session(town_services, nurse, town_services.today()).per_vial["BCG"] == PerVial(10, chosen=True, sure=True)
    other = caller_named(town_services, "vaccinator2")
    assert session(town_services, other, town_services.today()).per_vial["BCG"].doses == 5


def test_before_the_list_is_in_force_nothing_is_known(shared_services: Services) -> None:
    with shared_services.database.read() as connection:
        assert doses_per_vial(shared_services, connection, 0, date(2025, 12, 31)) == {}
        assert "BCG" in doses_per_vial(shared_services, connection, 0, date(2026, 1, 1))


def test_every_vaccine_of_the_programme_is_on_the_list(shared_services: Services) -> None:
    with shared_services.database.read() as connection:
        known = doses_per_vial(shared_services, connection, 0, DAY)
    schedule = shared_services.rulebook.immunization().schedule(DAY)
    programme = {
        "HepB",
        "BCG",
        "IPV",
        "bOPV",
        "DTaP",
        "DT",
        "MMR",
        "JE-L",
        "JE-I",
        "MPSV-A",
        "MPSV-AC",
        "HepA-L",
        "HepA-I",
    }
    assert programme <= set(known) & set(schedule.vaccines)
