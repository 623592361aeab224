"""Vaccines that the family pays for: judged by their labels, counted for the doses of the programme that they replace."""

from __future__ import annotations

from datetime import date

import pytest
from tests.domain.immunization.asking import RULES, Case, answer, ask, expected, forecast_of, told, verdicts

from healthrec.domain.immunization import Options

BORN = date(2026, 7, 10)
ALL = Options(self_paid=True)
PENTA = "DTaP-IPV-Hib 2m, DTaP-IPV-Hib 3m, DTaP-IPV-Hib 4m"
FOUR = f"{PENTA}, DTaP-IPV-Hib 18m"

COMBINED = [
    Case("dtp label at 2, 3 and 4 months", PENTA, "5m", "ok, ok, ok", "4 DTaP-IPV-Hib 18m..24m not-due"),
    Case("polio label", PENTA, "5m", "ok, ok, ok", "4 DTaP-IPV-Hib 18m not-due"),
    Case("hib label", PENTA, "5m", "ok, ok, ok", "4 DTaP-IPV-Hib 18m not-due"),
    Case("dtp label", "DTaP-IPV-Hib 2m, DTaP-IPV-Hib 3m-1d", "4m", "ok, too-young", "2 DTaP-IPV-Hib 3m+27d due"),
    Case("dtp label.3", "DTaP-IPV-Hib 2m, DTaP-IPV-Hib 3m, DTaP-IPV-Hib 4m-1d", "4m", "ok, ok, too-young",
         "3 DTaP-IPV-Hib 4m+27d..12m not-due"),
    Case("dtp label the programme's day of lateness stays", PENTA, "24m", "ok, ok, ok", "4 DTaP-IPV-Hib 18m..24m overdue"),
    Case("dtp after four the fifth DTaP is still needed", FOUR, "19m", "ok, ok, ok, ok", "5 DTaP 6y..7y not-due"),
    Case("polio after four no bOPV", FOUR, "4y", "ok, ok, ok, ok", "complete"),
    Case("hib after four no Hib", FOUR, "4y", "ok, ok, ok, ok", "complete"),
    Case("dtp label.4", f"{PENTA}, DTaP-IPV-Hib 18m-1d", "18m", "ok, ok, ok, too-young", "4 DTaP 24m-1d..24m not-due"),
    Case("polio left for single vaccines: bOPV at 4 years", f"{PENTA}, DTaP 18m", "19m", "ok, ok, ok", "4 bOPV 4y..5y not-due"),
    Case("hib left for single vaccines", f"{PENTA}, DTaP 18m", "19m", "ok, ok, ok", "4 Hib 12m due"),
    Case("polio mixed with bOPV the fourth is at 4 years", "IPV 2m, IPV 3m, bOPV 4m, DTaP-IPV-Hib 18m", "19m",
         "ok, ok, ok, wrong-product", "4 bOPV 4y..5y not-due"),
    Case("dtp label DTaP-Hib at 3, 4 and 5 months", "DTaP-Hib 3m, DTaP-Hib 4m, DTaP-Hib 5m", "6m", "ok, ok, ok",
         "4 DTaP-Hib 18m..24m not-due"),
    Case("dtp label DTaP-Hib", "DTaP-Hib 3m-1d", "3m", "too-young", "1 DTaP-Hib 3m due"),
    Case("polio DTaP-Hib leaves polio to the programme", "DTaP-Hib 3m", "4m", "", "1 IPV 2m due"),
    Case("hib DTaP-Hib", "DTaP-Hib 3m", "4m-1d", "ok", "2 DTaP-Hib 3m+28d due"),
    Case("dtp mixed with single DTaP", "DTaP 2m, DTaP-IPV-Hib 3m", "4m", "ok, ok", "3 DTaP-IPV-Hib 4m..12m due"),
]  # fmt: skip

MENINGOCOCCAL = [
    Case("men a conjugate course before 24 months stands for MPSV-A", "MCV4 6m, MCV4 7m", "2y", "", "3 MPSV-AC 3y..4y not-due"),
    Case("men half a course does not", "MCV4 6m", "9m", "", "1 MPSV-A 6m..12m due"),
    Case("men a course complete at 24 months does not; its last dose is one of A+C", "MCV4 6m, MCV4 24m", "2y+1m", "ok", "4 MPSV-AC 6y..7y not-due"),
    Case("mcv begun before 6 months asks for three", "MCV4 3m, MCV4 4m", "5m", "ok, ok", "3 MCV4 4m+28d due"),
    Case("mcv begun from 6 months asks for two", "MCV4 6m, MCV4 6m+28d", "9m", "ok, ok", "complete"),
    Case("mcv", "MCV4 6m, MCV4 6m+27d", "9m", "ok, interval-too-short", "2 MCV4 6m+55d due"),
]  # fmt: skip

OTHERS = [
    Case("hib begun at 6-11 months", "Hib 6m, Hib 7m", "8m", "ok, ok", "3 Hib 13m not-due"),
    Case("hib begun from 12 months", "Hib 12m", "13m", "ok", "complete"),
    Case("hib begun at 11 months and a day less than 12", "Hib 12m-1d", "12m", "ok", "2 Hib 12m+27d not-due"),
    Case("hib one dose at 12 months does not complete a course begun early", "Hib 2m, Hib 12m", "13m", "ok, ok", "3 Hib 12m+28d due"),
    Case("pcv", "", "6w", "", "1 PCV13 42d not-due"),
    Case("pcv", "", "2m", "", "1 PCV13 42d due"),
    Case("pcv from 7 months", "", "7m", "", "1 PCV13 7m due"),
    Case("pcv from 7 months", "PCV13 7m, PCV13 8m", "9m", "ok, ok", "3 PCV13 12m not-due"),
    Case("pcv from 12 months", "PCV13 12m, PCV13 12m+56d", "15m", "ok, ok", "complete"),
    Case("pcv from 12 months", "PCV13 12m, PCV13 12m+55d", "15m", "ok, interval-too-short", "2 PCV13 12m+111d not-due"),
    Case("pcv from 2 years", "PCV13 24m", "25m", "ok", "complete"),
    Case("pcv not from 6 years", "", "6y-1d", "", "1 PCV13 24m due"),
    Case("pcv not from 6 years", "", "6y", "", "aged-out"),
    Case("pcv booster", "PCV13 2m, PCV13 4m, PCV13 6m, PCV13 12m", "13m", "ok, ok, ok, ok", "complete"),
    Case("pcv booster", "PCV13 2m, PCV13 4m, PCV13 6m, PCV13 12m-1d", "13m", "ok, ok, ok, too-young", "4 PCV13 12m+55d not-due"),
    Case("rota first dose until 12 weeks", "", "84d", "", "1 RV5 42d due"),
    Case("rota first dose until 12 weeks", "", "85d", "", "aged-out"),
    Case("rota third dose until 32 weeks", "RV5 6w, RV5 10w", "224d", "ok, ok", "3 RV5 98d..140d overdue"),
    Case("rota third dose until 32 weeks", "RV5 6w, RV5 10w", "225d", "ok, ok", "aged-out"),
    Case("rota intervals", "RV5 6w, RV5 69d", "11w", "ok, interval-too-short", "2 RV5 97d..139d not-due"),
    Case("rota the lamb strain once a year", "LLR 2m, LLR 14m", "15m", "ok, ok", "3 LLR 26m not-due"),
    Case("rota the lamb strain", "LLR 2m, LLR 14m-1d", "15m", "ok, interval-too-short", "2 LLR 26m-1d not-due"),
    Case("var", "Var 12m", "13m", "ok", "2 Var 15m not-due"),
    Case("var", "Var 12m", "4y", "ok", "2 Var 15m due"),
    Case("var", "Var 12m-1d", "13m", "too-young", "1 Var 12m+27d due"),
    Case("var", "Var 12m, Var 15m-1d", "16m", "ok, interval-too-short", "2 Var 18m-1d not-due"),
    Case("ev71", "EV71 6m, EV71 6m+28d", "9m", "ok, ok", "complete"),
    Case("ev71", "EV71 6m, EV71 6m+27d", "9m", "ok, interval-too-short", "2 EV71 6m+55d due"),
    Case("ev71 until 71 months", "", "72m", "", "aged-out"),
    Case("ppv", "", "24m", "", "1 PPV23 24m due"),
    Case("rsv", "", "12m-1d", "", "1 Nirsevimab 0d due"),
    Case("rsv", "", "12m", "", "aged-out"),
    Case("rabies five doses", "Rab 12m, Rab 12m+3d, Rab 12m+7d, Rab 12m+14d", "14m", "ok, ok, ok, ok", "5 Rab 12m+28d due"),
    Case("rabies 2-1-1", "Rab 12m, Rab 12m, Rab 12m+7d, Rab 12m+21d", "14m", "ok, ok, ok, ok", "complete"),
    Case("rabies after an exposure", "", "12m", "", "1 Rab 0d due", "rabies-exposure 12m"),
]  # fmt: skip


@pytest.mark.parametrize(
    "case", [*COMBINED, *MENINGOCOCCAL, *OTHERS], ids=lambda case: f"{case.rule}: {case.doses} on {case.on}"
)
def test_by_the_label(case: Case) -> None:
    assert answer("2026", BORN, case, ALL) == expected(BORN, case)


class TestInfluenza:
    BORN = date(2025, 1, 10)

    @pytest.mark.parametrize(
        ("doses", "on", "worth", "number", "earliest", "status"),
        [
            ("", "2026-04-30", "", 1, "2025-09-01", "due"),
            ("", "2026-05-01", "", 1, "2026-09-01", "not-due"),
            ("", "2026-09-01", "", 1, "2026-09-01", "due"),
            ("IIV4 2026-10-01", "2026-11-01", "ok", 2, "2026-10-29", "due"),
            ("IIV4 2026-10-01, IIV4 2026-10-28", "2026-11-01", "ok, interval-too-short", 2, "2026-11-25", "not-due"),
            ("IIV4 2026-10-01, IIV4 2026-10-29", "2026-11-01", "ok, ok", None, None, "complete"),
            ("IIV4 2025-10-01, IIV4 2025-11-01", "2026-09-01", "ok, ok", 1, "2026-09-01", "due"),
            ("IIV4 2025-10-01, IIV4 2025-11-01, IIV4 2026-09-10", "2026-10-01", "ok, ok, ok", None, None, "complete"),
            ("IIV4 2025-10-01, IIV4 2026-09-10", "2026-10-01", "ok, ok", 2, "2026-10-08", "not-due"),
            ("IIV3 2025-05-20", "2026-10-01", "too-young", 1, "2026-09-01", "due"),
        ],
    )  # fmt: skip
    def test_two_doses_in_the_first_season_then_one(
        self, doses: str, on: str, worth: str, number: int | None, earliest: str | None, status: str
    ) -> None:
        course = ask(RULES.schedule(date(2026, 7, 1)), self.BORN, doses, on, options=ALL)
        found = forecast_of(course, "flu")
        assert (verdicts(course, "flu"), found.number, found.status(course.asked)) == (worth, number, status)
        assert found.earliest == (date.fromisoformat(earliest) if earliest else None)

    def test_the_answer_holds_for_the_season(self) -> None:
        course = ask(
            RULES.schedule(date(2026, 7, 1)), self.BORN, "IIV4 2026-10-01, IIV4 2026-10-29", "2026-11-01", options=ALL
        )
        assert forecast_of(course, "flu").holds_until == date(2027, 5, 1)

    def test_from_nine_years_one_dose_is_enough(self) -> None:
        born = date(2017, 10, 1)
        for day, complete in (("2026-09-30", False), ("2026-10-01", True)):
            course = ask(RULES.schedule(date(2026, 7, 1)), born, "IIV4 2026-09-01", day, options=ALL)
            assert forecast_of(course, "flu").complete is complete


class TestWhenItIsForecast:
    def test_only_what_was_begun_unless_asked_for(self) -> None:
        course = ask(RULES.schedule(BORN, "2026"), BORN, "Var 12m", "13m")
        assert [one.antigen for one in course.forecasts if not one.programme] == ["var"]
        assert {one.antigen for one in ask(RULES.schedule(BORN, "2026"), BORN, "", "13m", options=ALL).forecasts} >= {
            "pcv",
            "hib",
        }

    def test_rabies_only_after_an_exposure(self) -> None:
        course = ask(RULES.schedule(BORN, "2026"), BORN, "", "13m", options=ALL)
        assert "rabies" not in {one.antigen for one in course.forecasts}

    def test_the_programme_comes_first(self) -> None:
        course = ask(RULES.schedule(BORN, "2026"), BORN, "", "13m", options=ALL)
        paid = [not one.programme for one in course.forecasts]
        assert paid == sorted(paid)


class TestRegions:
    def test_varicella_is_free_in_Shanghai(self) -> None:
        for region, free in (
            ("", False),
            ("330106", False),
            ("31", True),
            ("310101", True),
            ("440306", True),
            ("440100", False),
        ):
            schedule = RULES.schedule(date(2026, 11, 22), region=region)
            course = ask(schedule, BORN, "", "12m")
            found = [one for one in course.forecasts if one.antigen == "var"]
            assert bool(found) is free
            if found:
                assert found[0].programme
                assert [rule.status for rule in found[0].notes] == ["local"]

    def test_japanese_encephalitis_was_not_routine_in_Qinghai_before_March_2026(self) -> None:
        born = date(2025, 3, 10)
        for day, routine in ((date(2026, 2, 28), False), (date(2026, 3, 1), True)):
            course = ask(RULES.schedule(day, region="630100"), born, "", day.isoformat())
            assert ("je" in {one.antigen for one in course.forecasts}) is routine
        before = ask(RULES.schedule(date(2026, 2, 28), region="630100"), born, "", "2026-02-28")
        assert before.holds_until == date(2026, 3, 1)


def test_a_forecast_names_the_other_vaccines_that_would_do() -> None:
    found = forecast_of(ask(RULES.schedule(BORN, "2026"), BORN, "", "2m"), "dtp")
    assert (found.vaccine, found.others) == ("DTaP", ("DT", "DTaP-Hib", "DTaP-IPV-Hib"))
    assert told(ask(RULES.schedule(BORN, "2026"), BORN, "", "2m"), "dtp", BORN) == "1 DTaP 2m due"
