"""The vaccine card: what each cell says of a dose, to staff and to the family."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.pages.vaccinated import AT_BIRTH, BORN, RULES, TODAY, card, row

from healthrec.domain.immunization import Period
from healthrec.pages.vaccine_words import age_words
from healthrec.wording import translator
from healthrec.wording.terms import TERMS

ZH, EN = translator("zh"), translator("en")
DAY = timedelta(days=1)
MMR_FROM, MMR_BEFORE = date(2025, 11, 8), date(2026, 3, 8)


def test_a_dose_that_counts_has_its_day_its_vaccine_and_where_it_is_known_from() -> None:
    (shot,) = row(card(AT_BIRTH), "结核").cells[0].shots
    assert (shot.state, shot.day, shot.vaccine, shot.lines) == ("counts", BORN, "卡介苗", ("本机构接种",))


def test_a_complete_series_says_so_and_nothing_more_is_asked() -> None:
    found = row(card(AT_BIRTH), "结核")
    assert (found.today.state, found.today.text) == ("complete", "")
    assert [cell.state for cell in found.cells] == [""]


@pytest.mark.parametrize(
    ("on", "state", "line"),
    [
        (MMR_FROM - DAY, "not-due", "2025年11月8日起可以接种，应在2026年3月8日前完成"),
        (MMR_FROM, "due", "2025年11月8日起可以接种，应在2026年3月8日前完成"),
        (MMR_BEFORE - DAY, "due", "2025年11月8日起可以接种，应在2026年3月8日前完成"),
        (MMR_BEFORE, "overdue", "应在2026年3月8日前完成"),
    ],
)
def test_a_missing_dose_is_late_only_from_its_complete_before_day(on: date, state: str, line: str) -> None:
    found = row(card(AT_BIRTH, on=on), "麻腮风")
    assert (found.today.state, found.cells[0].state, found.cells[0].lines) == (state, state, (line,))
    assert found.today.text == "第1剂 麻腮风疫苗"


def test_a_dose_given_too_early_stands_where_it_was_meant_to_be_with_the_day_that_would_have_counted() -> None:
    found = row(card([*AT_BIRTH, ("MMR", MMR_FROM - DAY)]), "麻腮风")
    (early,) = found.cells[0].shots
    assert (early.state, early.lines[0]) == ("not-counted", "月龄不足，2025年11月8日起才算数")
    assert early.rules[0].id == "mmr.1"
    assert (found.cells[0].state, found.cells[1].state) == ("overdue", "not-due")


def test_later_doses_say_the_age_that_the_schedule_prints() -> None:
    cells = row(card(AT_BIRTH), "百白破").cells
    assert [cell.lines for cell in cells[1:]] == [
        ("程序年龄：满4月龄",),
        ("程序年龄：满6月龄",),
        ("程序年龄：满18月龄",),
        ("程序年龄：满6岁",),
    ]


def test_a_dose_that_was_not_given_has_its_reason_beside_what_is_still_due() -> None:
    found = row(card(AT_BIRTH, refused=[("MMR", date(2025, 12, 1), "ill")]), "麻腮风")
    (held,) = found.cells[0].shots
    assert (held.state, held.lines, found.cells[0].state) == ("refused", ("当天身体不适",), "overdue")


def test_what_was_not_given_before_a_dose_that_counts_is_past() -> None:
    found = row(card([*AT_BIRTH, ("MMR", MMR_FROM)], refused=[("MMR", MMR_FROM - DAY, "ill")]), "麻腮风")
    assert [shot.state for cell in found.cells for shot in cell.shots] == ["counts"]


def test_more_doses_than_the_series_has_stand_apart_and_none_is_lost() -> None:
    again = [*AT_BIRTH, ("BCG", date(2026, 1, 1)), ("Unheard", date(2026, 1, 2))]
    found = card(again)
    assert [one.state for one in row(found, "结核").others] == ["extra"]
    assert [(one.state, one.vaccine) for one in found.unplaced] == [("unjudged", "Unheard")]


def test_a_dose_no_longer_asked_for_is_said_to_be_so() -> None:
    on = date(2027, 3, 8)  # 24 months: no more MPSV-A
    assert [cell.state for cell in row(card(AT_BIRTH, on=on), "流脑").cells][:2] == ["not-needed", "not-needed"]


def test_a_condition_is_named_to_staff_and_not_to_the_family() -> None:
    staff = row(card(AT_BIRTH, conditions=["immunosuppressed"]), "麻腮风").cells[0]
    family = row(card(AT_BIRTH, conditions=["immunosuppressed"], family=True), "麻腮风").cells[0]
    assert (staff.state, staff.lines) == ("conditional", ("先评估，再决定是否接种：免疫功能评估",))
    assert (family.state, family.lines) == ("conditional", ("医生看过以后再决定",))


def test_the_family_reads_what_to_do_and_no_rule() -> None:
    found = card([*AT_BIRTH, ("MMR", MMR_FROM - DAY)], family=True)
    assert row(found, "麻腮风").cells[0].lines == ("如果打过，请带接种证来补上；没打过，请约时间来打",)
    assert row(found, "麻腮风").cells[0].shots[0].lines == ("这一针不算在内，请按医生说的日子再打一针",)
    assert found.notes == ()
    assert all(not one.today.rules and not one.today.why for one in found.rows)


def test_what_can_be_given_today_begins_with_what_is_late() -> None:
    assert card(AT_BIRTH).now[0] in ("麻腮风疫苗 第1剂", "乙脑减毒活疫苗 第1剂", "A群流脑多糖疫苗 第1剂")
    assert card(AT_BIRTH, on=BORN).now == ()


def test_the_next_day_is_the_first_on_which_something_can_be_given() -> None:
    assert card(AT_BIRTH, on=BORN).next_day == date(2025, 4, 8)


def test_an_edition_that_nobody_has_confirmed_says_so() -> None:
    assert card(AT_BIRTH, on=TODAY).unconfirmed
    assert not card(AT_BIRTH, on=date(2024, 12, 31)).unconfirmed
    measles = row(card(AT_BIRTH), "麻腮风").today.rules
    assert {rule.id for rule in measles if rule.unconfirmed} == {"live.28-days.after-bcg"}


@pytest.mark.parametrize(
    ("age", "chinese", "english"),
    [
        ("0d", "出生时", "at birth"),
        ("3d", "满3天", "3 days"),
        ("6w", "满6周", "6 weeks"),
        ("18m", "满18月龄", "18 months"),
        ("12m", "满12月龄", "12 months"),
        ("2y", "满2岁", "2 years"),
    ],
)
def test_ages_are_said_as_schedules_print_them(age: str, chinese: str, english: str) -> None:
    assert (age_words(Period.of(age), ZH), age_words(Period.of(age), EN)) == (chinese, english)


def test_every_antigen_of_the_schedule_has_a_name_and_every_state_both_words() -> None:
    assert {antigen for schedule in RULES.schedules for antigen in schedule.by_antigen} <= set(TERMS["antigen"])
    assert set(TERMS["card-state"]) == set(TERMS["card-state-family"])
