"""What a row means depends on the child that is chosen for it: stay, values, family and allergies are judged for each."""

from __future__ import annotations

from typing import Any

import pytest
from tests.services.imports.files import HEADINGS, child, codes, measured_sheet, nurse, rehearsed, sheet
from tests.services.imports.test_roster_import import live, saved_keys

from healthrec.services.context import Caller, Services
from healthrec.services.imports.review import Decision, decide, page
from healthrec.services.imports.rows import Row
from healthrec.services.imports.save import save

pytestmark = pytest.mark.one_database

ZIHAN = [*child("欧阳子涵"), "14.0", "95.0", "2026-11-02"]
ZIHAN_TOO = [*child("欧阳子晗", sequence="003", phone="13900000009"), "14.0", "95.0", "2026-11-02"]


def with_child(services: Services, row: list[str]) -> tuple[Caller, str, str]:
    """(nurse, nursery, id of the child of this row, who is on record now)."""
    caller, place = nurse(services)
    id_, _ = rehearsed(services, caller, place, sheet(row))
    save(services, caller, id_, 60)
    (key,) = saved_keys(services, id_)
    return caller, place, str(live(services, "Patient", key)[0]["id"])


def row_of(services: Services, caller: Caller, batch: str) -> Row:
    (row,) = page(services, caller, batch).rows
    return row


def at(row: Row, code: str) -> str:
    """The cell of a problem."""
    return str(next(one["cell"] for one in row.told if one["code"] == code))


def test_values_are_judged_for_the_child_that_is_chosen(town_services: Services) -> None:
    caller, place, known = with_child(town_services, ZIHAN)
    lighter = [*ZIHAN_TOO[:10], "9.0", "95.0", "2026-11-20"]
    batch, (row,) = rehearsed(town_services, caller, place, sheet(lighter))
    assert row.state == "ask"
    assert "import.value-implausible-lost-weight" not in codes(row), "nobody was chosen yet"
    assert decide(town_services, caller, batch, {0: Decision(choice=known)}) == 1
    row = row_of(town_services, caller, batch)
    assert (row.state, row.waits_for_reason) == ("ask", True)
    assert "import.value-implausible-lost-weight" in codes(row)
    decide(town_services, caller, batch, {0: Decision(choice="new")})
    row = row_of(town_services, caller, batch)
    assert "import.value-implausible-lost-weight" not in codes(row)


def test_another_value_of_that_day_is_left_out_until_somebody_says_otherwise(town_services: Services) -> None:
    caller, place, known = with_child(town_services, ZIHAN)
    batch, _ = rehearsed(town_services, caller, place, sheet([*ZIHAN_TOO[:10], "14.2", "95.0", "2026-11-02"]))
    assert decide(town_services, caller, batch, {0: Decision(choice=known)}) == 1
    row = row_of(town_services, caller, batch)
    assert (row.state, "import.other-value-that-day" in codes(row)) == ("out", True)
    assert decide(town_services, caller, batch, {0: Decision(choice=known)}) == 0
    assert row_of(town_services, caller, batch).state == "look"


def test_a_choice_that_cannot_be_can_be_taken_back(town_services: Services) -> None:
    caller, place, known = with_child(town_services, ZIHAN)
    batch, (row,) = rehearsed(town_services, caller, place, sheet(ZIHAN))
    assert (row.state, row.choice) == ("same", known)
    decide(town_services, caller, batch, {0: Decision(choice="new")})
    row = row_of(town_services, caller, batch)
    assert (row.state, row.blocked, at(row, "import.number-on-record")) == ("blocked", False, "名单!D2")
    decide(town_services, caller, batch, {0: Decision(choice=known)})
    assert row_of(town_services, caller, batch).state == "same"


def test_a_child_who_changes_class_moves_though_his_values_are_on_record(town_services: Services) -> None:
    caller, place, _ = with_child(town_services, ZIHAN)
    moving = [*child("欧阳子涵", class_name="白云班"), "14.0", "95.0", "2026-11-02"]
    batch, (row,) = rehearsed(town_services, caller, place, sheet(moving))
    assert (row.state, row.values) == ("look", [])
    save(town_services, caller, batch, 60)
    (key,) = saved_keys(town_services, batch)
    assert len(live(town_services, "EpisodeOfCare", key)) == 2
    assert len(live(town_services, "Observation", key)) == 2


FAMILY = (*HEADINGS[:8], "父亲姓名", "父亲电话", "母亲姓名", "母亲电话")


@pytest.mark.parametrize(
    ("family", "told"),
    [
        (["张大树", "13800000001", "", ""], {}),
        (["张大树", "13800000002", "", ""], {"import.guardian-phone-differs": "名单!J2"}),
        (["王大海", "13800000003", "", ""], {"import.guardian-name-differs": "名单!I2"}),
        (["", "", "李小梅", ""], {"import.guardian-name-differs": "名单!K2"}),
        (["", "13800000001", "", ""], {}),
        (["", "13800000009", "", ""], {"import.guardian-name-differs": "名单!I2"}),
    ],
)
def test_guardians_that_differ_are_named_at_their_cells(
    town_services: Services, family: list[str], told: dict[str, str]
) -> None:
    caller, place, _ = with_child(town_services, child("张小树"))
    again = [*child("张小树")[:5], "", "", "", *family]
    _, (row,) = rehearsed(town_services, caller, place, sheet(again, headings=FAMILY))
    found: dict[str, Any] = {one["code"]: one["cell"] for one in row.told if "guardian" in one["code"]}
    found.pop("roster.guardian-name-missing", None)
    assert found == told


def test_an_allergy_that_the_record_does_not_have_is_added_to_be_confirmed(town_services: Services) -> None:
    caller, place, _ = with_child(town_services, child("张小树"))
    again = child("张小树")
    again[9] = "花生、牛奶"
    batch, (row,) = rehearsed(town_services, caller, place, sheet(again))
    assert (row.state, at(row, "import.allergy-added")) == ("look", "名单!J2")
    save(town_services, caller, batch, 60)
    (key,) = saved_keys(town_services, batch)
    allergies = live(town_services, "AllergyIntolerance", key)
    assert [one["code"]["text"] for one in allergies] == ["花生", "牛奶"]
    assert allergies[1]["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    _, (row,) = rehearsed(town_services, caller, place, sheet(again))
    assert row.state == "same"


def test_of_several_namesakes_in_a_measuring_list_each_is_judged_by_his_own_record(town_services: Services) -> None:
    older = [*child("张小树", born="2022-05-06", sequence="001"), "18.0", "110", "2026-06-01"]
    younger = [*child("张小树", born="2025-05-06", sequence="003"), "10.0", "76", "2026-06-01"]
    caller, place = nurse(town_services)
    id_, _ = rehearsed(town_services, caller, place, sheet(older, younger))
    save(town_services, caller, id_, 60)
    grown, small = saved_keys(town_services, id_)
    ids = [str(live(town_services, "Patient", key)[0]["id"]) for key in (grown, small)]
    batch, (row,) = rehearsed(
        town_services, caller, place, measured_sheet(["张小树", "18.5", "111", "2026-11-02"]), "measurements"
    )
    assert row.state == "ask"
    decide(town_services, caller, batch, {0: Decision(choice=ids[1])})
    chosen = row_of(town_services, caller, batch)
    assert chosen.state == "ask"
    assert any(code.startswith("import.value-implausible") for code in codes(chosen))
    decide(town_services, caller, batch, {0: Decision(choice=ids[0])})
    assert row_of(town_services, caller, batch).state in ("ready", "look")
    save(town_services, caller, batch, 60)
    assert len(live(town_services, "Observation", grown)) == 4
