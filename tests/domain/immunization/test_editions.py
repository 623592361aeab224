"""A dose is judged by the edition of its day; what is next is forecast by the edition of the day asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.domain.immunization.asking import (
    RULES,
    Case,
    answer,
    ask,
    canonical,
    day_of,
    expected,
    forecast_of,
    told,
    verdicts,
)

BORN = date(2021, 3, 10)
"""All first years lie in the edition of 2021"""

IN_2021 = [
    Case("dtp.1", "", "3m-1d", "", "1 DTaP 3m not-due"),
    Case("dtp.1", "", "3m", "", "1 DTaP 3m due"),
    Case("dtp.1", "DTaP 3m-1d", "3m", "too-young", "1 DTaP 3m due"),
    Case("dtp.2", "DTaP 3m, DTaP 4m", "4m", "ok, ok", "3 DTaP 5m..12m not-due"),
    Case("dtp.2", "DTaP 3m, DTaP 4m-1d", "4m", "ok, too-young", "2 DTaP 4m+27d not-due"),
    Case("dtp.3", "DTaP 3m, DTaP 4m, DTaP 5m", "6m", "ok, ok, ok", "4 DTaP 18m..24m not-due"),
    Case("dtp.3", "DTaP 3m, DTaP 4m, DTaP 5m-1d", "6m", "ok, ok, too-young", "3 DTaP 5m+27d..12m due"),
    Case("dtp.4.interval", "DTaP 3m, DTaP 4m, DTaP 14m, DTaP 20m", "2y", "ok, ok, ok, ok", "5 DT 6y..7y not-due"),
    Case("dtp.4.interval", "DTaP 3m, DTaP 4m, DTaP 14m, DTaP 20m-1d", "2y", "ok, ok, ok, interval-too-short",
         "4 DTaP 26m-1d..24m not-due"),
    Case("dtp.5", "DTaP 3m, DTaP 4m, DTaP 5m, DTaP 18m", "6y", "ok, ok, ok, ok", "5 DT 6y..7y due"),
    Case("men.1 has no complete-before age", "", "23m", "", "1 MPSV-A 6m due"),
    Case("men.2", "MPSV-A 6m", "18m-1d", "ok", "2 MPSV-A 9m..18m due"),
    Case("men.2", "MPSV-A 6m", "18m", "ok", "2 MPSV-A 9m..18m overdue"),
    Case("polio.ipv-first", "bOPV 2m", "4m", "ok", "2 IPV 3m due"),
    Case("polio.ipv-first", "IPV 2m, bOPV 3m", "5m", "ok, ok", "3 IPV 4m..12m due"),
    Case("polio.after-topv", "tOPV 2m", "4m", "ok", "2 bOPV 3m due"),
    Case("polio four doses are complete, whatever their types", "bOPV 2m, bOPV 3m, bOPV 4m, IPV 4y", "5y",
         "ok, ok, ok, ok", "complete"),
]  # fmt: skip

SCHOOL = [
    Case("dtp DTaP is for children under 6", "", "6y-1d", "", "1 DTaP 3m due"),
    Case("dtp.1.dt", "", "6y", "", "1 DT 6y due"),
    Case("dtp.2.dt", "DT 6y, DT 6y+1m", "7y", "ok, ok", "3 DT 79m..12m overdue"),
    Case("dtp.2.dt", "DT 6y, DT 73m-1d", "7y", "ok, interval-too-short", "2 DT 74m-1d due"),
    Case("dtp.3.dt", "DT 6y, DT 73m, DT 79m", "7y", "ok, ok, ok", "complete"),
    Case("dtp.3.dt", "DT 6y, DT 73m, DT 79m-1d", "7y", "ok, ok, interval-too-short", "3 DT 85m-1d..12m not-due"),
    Case("dtp.5.dt-given two DTaP and one DT", "DTaP 3m, DTaP 4m, DT 6y", "7y", "ok, ok, ok", "complete"),
    Case("dtp.5.from-dose-3 exactly three DTaP", "DTaP 3m, DTaP 4m, DTaP 5y+8m, DT 74m", "7y", "ok, ok, ok, ok", "complete"),
    Case("dtp.5.from-dose-3", "DTaP 3m, DTaP 4m, DTaP 68m, DT 74m-1d", "7y", "ok, ok, ok, interval-too-short", "5 DT 74m..7y overdue"),
    Case("dtp.5.from-dose-4 only from 7 years", "DTaP 3m, DTaP 4m, DTaP 5m, DTaP 70m, DT 72m", "7y", "ok, ok, ok, ok, ok", "complete"),
    Case("dtp.5.catch-up.from-dose-4", "DTaP 3m, DTaP 4m, DTaP 5m, DTaP 71m, DT 84m", "8y", "ok, ok, ok, ok, ok", "complete"),
    Case("dtp.5.catch-up.from-dose-4", "DTaP 3m, DTaP 4m, DTaP 5m, DTaP 6y-1d, DT 7y-1d", "8y", "ok, ok, ok, ok, ok", "complete"),
    Case("dtp from 18 years", "DTaP 3m, DTaP 4m, DTaP 5m", "18y-1d", "ok, ok, ok", "5 DT 6y..7y overdue"),
    Case("dtp from 18 years", "DTaP 3m, DTaP 4m, DTaP 5m", "18y", "ok, ok, ok", "aged-out"),
    Case("mmr-2007 MR at 8 and MMR at 18 months", "MR 8m, MMR 18m", "2y", "ok, ok", "complete"),
    Case("mmr-2007 MR alone leaves mumps open", "MR 8m, MR 18m", "2y", "ok, ok", "3 MMR 18m+28d due"),
    Case("mmr-2007 MV alone leaves rubella and mumps open", "MV 8m, MV 18m", "2y", "ok, ok", "3 MMR 18m+28d due"),
    Case("mmr-2007", "MR 8m, MR 18m, MMR 2y", "3y", "ok, ok, ok", "complete"),
    Case("polio.one-ipv born before October 2019", "IPV 2m", "4m", "ok", "2 bOPV 3m due"),
    Case("polio.one-ipv", "", "2m", "", "1 IPV 2m due"),
]  # fmt: skip


@pytest.mark.parametrize("case", IN_2021, ids=lambda case: f"{case.rule}: {case.doses} on {case.on}")
def test_the_programme_of_2021(case: Case) -> None:
    assert answer("2021", BORN, case) == expected(BORN, case)


@pytest.mark.parametrize("case", SCHOOL, ids=lambda case: f"{case.rule}: {case.doses} on {case.on}")
def test_older_children_in_2021(case: Case) -> None:
    assert answer("2021", date(2014, 3, 10), case) == expected(date(2014, 3, 10), case)


def test_born_before_the_expansion_two_doses_against_measles_are_enough() -> None:
    born = date(2006, 3, 10)
    for case in (
        Case("mmr", "MV 8m, MV 18m", "15y", "ok, ok", "complete"),
        Case("mmr", "MV 8m", "18y-1d", "ok", "2 MMR 18m due"),
        Case("mmr", "MV 8m", "18y", "ok", "aged-out"),
    ):
        assert answer("2021", born, case) == expected(born, case)


class TestEditionOfTheDay:
    def test_the_edition_in_force_answers(self) -> None:
        days = [date(2020, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 11, 9), date(2025, 11, 10),
                date(2026, 6, 16), date(2026, 6, 17)]  # fmt: skip
        found = [RULES.schedule(day).edition for day in days]
        assert found == ["2021", "2021", "2025-01", "2025-01", "2025-11", "2025-11", "2026"]

    def test_an_edition_can_be_named_and_an_unknown_one_cannot(self) -> None:
        assert RULES.schedule(date(2026, 7, 1), "2021").edition == "2021"
        with pytest.raises(LookupError):
            RULES.schedule(date(2026, 7, 1), "2007")

    def test_the_edition_of_2026_says_that_it_was_not_compared_with_the_original(self) -> None:
        assert ask(RULES.schedule(date(2026, 7, 1)), date(2026, 7, 1), "", "0d").edition_status == "unconfirmed"

    def test_the_third_dose_at_five_months_stays_valid_after_the_change(self) -> None:
        born = date(2024, 7, 20)
        for on, edition in ((date(2024, 12, 31), "2021"), (date(2025, 1, 1), "2025-01"), (date(2026, 7, 1), "2026")):
            course = ask(RULES.schedule(on), born, "DTaP 3m, DTaP 4m, DTaP 5m", on.isoformat())
            assert (course.edition, verdicts(course, "dtp")) == (edition, "ok, ok, ok")
            assert {one.edition for one in course.evaluations} == {"2021"}

    @pytest.mark.parametrize(("given", "worth"), [("2024-12-31", "ok, ok, ok"), ("2025-01-01", "ok, ok, too-young")])
    def test_the_ages_change_with_the_first_day_of_the_edition(self, given: str, worth: str) -> None:
        born = date(2024, 7, 31)
        course = ask(RULES.schedule(date(2026, 7, 1)), born, f"DTaP 3m, DTaP 4m, DTaP {given}", "2026-07-01")
        assert verdicts(course, "dtp") == worth

    @pytest.mark.parametrize(
        ("on", "next_"), [("2024-12-31", "3 DTaP 5m..12m due"), ("2025-01-01", "3 DTaP 6m..12m not-due")]
    )
    def test_what_is_next_follows_the_edition_of_the_day_asked(self, on: str, next_: str) -> None:
        born = date(2024, 7, 30)
        course = ask(RULES.schedule(date.fromisoformat(on)), born, "DTaP 3m, DTaP 4m", on)
        assert told(course, "dtp", born) == next_

    def test_before_a_change_the_answer_holds_until_it(self) -> None:
        course = ask(RULES.schedule(date(2024, 12, 1)), date(2024, 9, 1), "", "2024-12-01")
        assert course.holds_until == date(2025, 1, 1)

    def test_a_child_of_six_in_2025_gets_the_fifth_DTaP(self) -> None:
        born = date(2018, 12, 20)
        doses = "DTaP 3m, DTaP 4m, DTaP 5m, DTaP 18m"
        before = ask(RULES.schedule(date(2024, 12, 31)), born, doses, "2024-12-31")
        after = ask(RULES.schedule(date(2025, 1, 1)), born, doses, "2025-01-01")
        assert (forecast_of(before, "dtp").vaccine, forecast_of(after, "dtp").vaccine) == ("DT", "DTaP")

    @pytest.mark.parametrize(("given", "next_"), [("2024-12-31", "complete"), ("2025-01-01", "5 DT 7y..7y not-due")])
    def test_DT_at_six_counts_until_the_change(self, given: str, next_: str) -> None:
        born = date(2018, 12, 20)
        course = ask(
            RULES.schedule(date(2025, 2, 1)), born, f"DTaP 3m, DTaP 4m, DTaP 5m, DTaP 18m, DT {given}", "2025-02-01"
        )
        assert told(course, "dtp", born) == canonical(next_, born)

    def test_four_polio_doses_before_2026_stay_complete(self) -> None:
        born = date(2019, 1, 10)
        course = ask(RULES.schedule(date(2026, 7, 1)), born, "IPV 2m, bOPV 3m, bOPV 4m, bOPV 4y", "2026-07-01")
        assert told(course, "polio", born) == "complete"

    @pytest.mark.parametrize(("given", "worth"), [("2026-06-16", "too-soon-after-condition"), ("2026-06-17", "ok")])
    def test_immunoglobulin_no_longer_delays_JE_I(self, given: str, worth: str) -> None:
        born = date(2025, 10, 1)
        course = ask(
            RULES.schedule(date(2026, 7, 1)), born, f"JE-I {given}", "2026-07-01", "immunoglobulin-given 2026-06-01"
        )
        assert verdicts(course, "je") == worth


class TestHPV:
    GIRL = date(2013, 3, 10)

    def test_it_is_for_girls_born_after_the_tenth_of_november_2011(self) -> None:
        on = date(2025, 11, 10)
        for born, sex, asked in (
            (date(2011, 11, 10), "female", 0),
            (date(2011, 11, 11), "female", 1),
            (self.GIRL, "male", 0),
        ):
            course = ask(RULES.schedule(on), born, "", on.isoformat(), sex=sex)
            assert len([one for one in course.forecasts if one.antigen == "hpv"]) == asked

    def test_it_is_not_in_the_edition_before(self) -> None:
        course = ask(RULES.schedule(date(2025, 11, 9)), self.GIRL, "", "2025-11-09")
        assert "hpv" not in {one.antigen for one in course.forecasts}

    @pytest.mark.parametrize(
        ("doses", "on", "next_"),
        [
            ("", "13y-1d", "1 HPV 13y..14y not-due"),
            ("", "14y", "1 HPV 13y..14y overdue"),
            ("HPV 13y", "13y+1d", "2 HPV 162m..14y not-due"),
            ("HPV 13y", "14y-1d", "2 HPV 162m..14y due"),
            ("HPV 13y", "14y", "2 HPV 162m..14y overdue"),
            ("HPV 13y, HPV 162m", "14y", "complete"),
            ("", "18y", "aged-out"),
        ],
    )
    def test_two_doses_six_months_apart_within_twelve(self, doses: str, on: str, next_: str) -> None:
        course = ask(RULES.schedule(day_of(on, self.GIRL), "2026"), self.GIRL, doses, on)
        assert told(course, "hpv", self.GIRL) == canonical(next_, self.GIRL)


def test_month_ends_clamp_to_the_last_day() -> None:
    born = date(2024, 8, 31)
    course = ask(RULES.schedule(date(2025, 3, 1)), born, "HepB 0d, HepB 2024-09-30", "2025-03-01")
    assert verdicts(course, "hepb") == "ok, ok"
    assert forecast_of(course, "hepb").earliest == date(2025, 2, 28)
    early = ask(RULES.schedule(date(2025, 3, 1)), born, "HepB 0d, HepB 2024-09-29", "2025-03-01")
    assert verdicts(early, "hepb") == "ok, too-young"
    assert born + timedelta(days=30) == date(2024, 9, 30)
