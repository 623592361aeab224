"""A measuring day's sheet: values find their children, and nobody's by a guess."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.services.imports.files import GBK, child, codes, nurse, rehearsed, sheet, states
from tests.services.imports.test_roster_import import live, saved_keys

from healthrec.fhir.measuring import taking_of
from healthrec.services.context import Services
from healthrec.services.imports.review import Decision, decide, fix_all, give_reason
from healthrec.services.imports.save import save
from healthrec.services.imports.undo import undo
from healthrec.store import choices, projections

_HEADINGS = ("姓名", "性别", "出生日期", "体重", "身高", "测量日期", "测量人", "备注")
_NO_VALUES = {"体重": "", "身高/身长": "", "头围": "", "测量日期": "", "测量人": "", "备注": ""}


def measured(*rows: Sequence[str]) -> bytes:
    return sheet(*rows, headings=_HEADINGS)


def with_child(services: Services) -> tuple[object, str, int]:
    caller, place = nurse(services)
    id_, _ = rehearsed(services, caller, place, sheet(child("张小树")))
    save(services, caller, id_, 60)
    return caller, place, saved_keys(services, id_)[0]


def test_values_become_observations_with_remarks_and_measurer(town_services: Services) -> None:
    caller, place, key = with_child(town_services)
    data = measured(["张小树", "男", "2024-05-06", "12.50", "88.0", "2026-11-02", "李护士", "穿厚衣"])
    id_, rows = rehearsed(town_services, caller, place, data, "measurements")
    assert states(rows) == {"ready": 1}
    save(town_services, caller, id_, 60)
    weight, height = live(town_services, "Observation", key)
    assert weight["note"] == [{"text": "穿厚衣"}]
    assert {"display": "李护士"} in weight["performer"]
    assert (weight["effectiveDateTime"], height["valueQuantity"]["value"]) == ("2026-11-02", 88.0)
    undo(town_services, caller, id_, 60)
    assert [one["status"] for one in live(town_services, "Observation", key)] == ["entered-in-error"] * 2


def test_the_same_sheet_again_is_on_record(town_services: Services) -> None:
    caller, place, _ = with_child(town_services)
    data = measured(["张小树", "男", "2024-05-06", "12.5", "88.0", "2026-11-02"])
    id_, _ = rehearsed(town_services, caller, place, data, "measurements")
    save(town_services, caller, id_, 60)
    _, rows = rehearsed(town_services, caller, place, data, "measurements")
    assert states(rows) == {"same": 1}


def test_a_stranger_is_told_by_row(town_services: Services) -> None:
    caller, place, _ = with_child(town_services)
    data = measured(["陌生人", "男", "2024-05-06", "12.5", "88.0", "2026-11-02"])
    _, (row,) = rehearsed(town_services, caller, place, data, "measurements")
    assert (row.state, codes(row)) == ("blocked", {"import.child-not-here"})


def test_a_birth_date_or_sex_that_differs_is_asked_about(town_services: Services) -> None:
    caller, place, key = with_child(town_services)
    data = measured(["张小树", "女", "2024-05-07", "12.5", "88.0", "2026-11-02"])
    id_, (row,) = rehearsed(town_services, caller, place, data, "measurements")
    assert row.state == "ask"
    assert {"import.birth-date-on-record", "import.sex-on-record-male"} <= codes(row)
    decide(town_services, caller, id_, {0: Decision(choice=row.candidates[0]["id"])})
    assert save(town_services, caller, id_, 60).done == 1
    assert len(live(town_services, "Observation", key)) == 2


def test_an_impossible_value_stops_its_row(town_services: Services) -> None:
    caller, place, _ = with_child(town_services)
    data = measured(["张小树", "男", "2024-05-06", "12.5", "178.0", "2026-11-02"])
    _, (row,) = rehearsed(town_services, caller, place, data, "measurements")
    assert row.state == "blocked"


def test_an_unusual_value_waits_for_a_reason_and_keeps_it(town_services: Services) -> None:
    caller, place, key = with_child(town_services)
    data = measured(["张小树", "男", "2024-05-06", "27.0", "88.0", "2026-11-02"])
    id_, (row,) = rehearsed(town_services, caller, place, data, "measurements")
    assert row.state == "ask"
    assert give_reason(town_services, caller, id_, "已复测") == 1
    assert save(town_services, caller, id_, 60).done == 1
    weight, height = live(town_services, "Observation", key)
    assert taking_of(weight).reason_text == "已复测"
    assert taking_of(height).reason_text == ""


def test_values_are_judged_by_the_standard_of_who_answers_for_the_child(town_services: Services) -> None:
    """23.5 kg at 29 months: a z-score of 4.8 by WS/T 423-2022 and of 5.1 by WHO, whose limit is 5."""
    caller, place, key = with_child(town_services)
    data = measured(["张小树", "男", "2024-05-06", "23.5", "", "2026-11-02"])
    _, (row,) = rehearsed(town_services, caller, place, data, "measurements")
    assert row.state == "ready"
    with town_services.database.write() as connection:
        child_row = projections.child_row(connection, key)
        assert child_row is not None
        choices.put(connection, child_row.owner, "growth-standard", "who-2006")
    _, (row,) = rehearsed(town_services, caller, place, data, "measurements")
    assert (row.state, "import.value-implausible-far-from-standard" in codes(row)) == ("ask", True)


def test_what_the_remarks_say_is_weighed_and_kept_as_a_code(town_services: Services) -> None:
    """Weight fell by an eighth in a day: of a child that cried and was hard to weigh it is noted."""
    caller, place, key = with_child(town_services)
    first = measured(["张小树", "男", "2024-05-06", "12.5", "88.0", "2026-11-02"])
    id_, _ = rehearsed(town_services, caller, place, first, "measurements")
    save(town_services, caller, id_, 60)
    plain = measured(["张小树", "男", "2024-05-06", "11.0", "88.2", "2026-11-10"])
    _, (row,) = rehearsed(town_services, caller, place, plain, "measurements")
    assert row.state == "ask"
    remarked = measured(["张小树", "男", "2024-05-06", "11.0", "88.2", "2026-11-10", "", "哭闹"])
    id_, (row,) = rehearsed(town_services, caller, place, remarked, "measurements")
    assert (row.state, "import.value-excused" in codes(row)) == ("ready", True)
    save(town_services, caller, id_, 60)
    weight = live(town_services, "Observation", key)[2]
    assert (taking_of(weight).states, weight["note"]) == (("crying",), [{"text": "哭闹"}])


class TestValuesWrittenWrongly:
    JIN = ("张小树", "男", "2024-05-06", "25.6", "88.0", "2026-11-02")

    def test_a_column_in_jin_is_put_right_by_one_tick(self, town_services: Services) -> None:
        caller, place, key = with_child(town_services)
        id_, (row,) = rehearsed(town_services, caller, place, measured(self.JIN), "measurements")
        assert (row.state, row.verdict.meant) == ("ask", [["weight", "12.80", "2026-11-02"]])
        assert fix_all(town_services, caller, id_) == 1
        assert fix_all(town_services, caller, id_) == 0
        assert save(town_services, caller, id_, 60).done == 1
        weight, _ = live(town_services, "Observation", key)
        assert (weight["valueQuantity"]["value"], taking_of(weight).reason) == (12.8, "")

    def test_a_row_is_put_right_or_not(self, town_services: Services) -> None:
        caller, place, key = with_child(town_services)
        id_, _ = rehearsed(town_services, caller, place, measured(self.JIN), "measurements")
        decide(town_services, caller, id_, {0: Decision(fix=True)})
        decide(town_services, caller, id_, {0: Decision(reason="称了两次")})
        assert save(town_services, caller, id_, 60).done == 1
        assert live(town_services, "Observation", key)[0]["valueQuantity"]["value"] == 25.6

    @pytest.mark.parametrize(
        ("weight", "height", "meant"),
        [
            ("125", "88.0", [["weight", "12.5", "2026-11-02"]]),
            ("12500", "88.0", [["weight", "12.500", "2026-11-02"]]),
            ("12.5", "0.88", [["height", "88", "2026-11-02"]]),
        ],
    )
    def test_the_impossible_waits_where_it_is_known_what_was_meant(
        self, town_services: Services, weight: str, height: str, meant: list[list[str]]
    ) -> None:
        caller, place, key = with_child(town_services)
        data = measured(["张小树", "男", "2024-05-06", weight, height, "2026-11-02"])
        id_, (row,) = rehearsed(town_services, caller, place, data, "measurements")
        assert (row.state, [[m, v.rstrip("0").rstrip("."), d] for m, v, d in row.verdict.meant]) == (
            "ask",
            [[m, v.rstrip("0").rstrip("."), d] for m, v, d in meant],
        )
        give_reason(town_services, caller, id_, "测量无误")
        assert save(town_services, caller, id_, 60).done == 0
        decide_later, _ = rehearsed(town_services, caller, place, data, "measurements")
        fix_all(town_services, caller, decide_later)
        assert save(town_services, caller, decide_later, 60).done == 1
        values = [one["valueQuantity"]["value"] for one in live(town_services, "Observation", key)]
        assert sorted(values) == [12.5, 88.0]


def test_two_rows_of_one_day_leave_the_second_out(town_services: Services) -> None:
    caller, place, _ = with_child(town_services)
    row = ["张小树", "男", "2024-05-06", "12.5", "88.0", "2026-11-02"]
    other = ["张小树", "男", "2024-05-06", "12.6", "88.0", "2026-11-02"]
    _, rows = rehearsed(town_services, caller, place, measured(row, other), "measurements")
    assert [one.state for one in rows] == ["ready", "out"]


def test_the_sample_of_measurements_goes_in_once_its_children_exist(town_services: Services) -> None:
    caller, place = nurse(town_services)
    _, rows = rehearsed(town_services, caller, place, GBK.read_bytes(), "measurements")
    assert all("import.child-not-here" in codes(row) for row in rows)
    roster, rows = rehearsed(town_services, caller, place, GBK.read_bytes(), "roster", choices=_NO_VALUES)
    assert set(states(rows)) <= {"ready", "look"}
    assert save(town_services, caller, roster, 60).done == 51
    id_, rows = rehearsed(town_services, caller, place, GBK.read_bytes(), "measurements")
    assert not any("import.child-not-here" in codes(row) for row in rows)
    assert not [row.cell for row in rows if row.state == "blocked"]
    give_reason(town_services, caller, id_, "样例数据")
    assert save(town_services, caller, id_, 60).done == 51
