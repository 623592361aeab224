"""Doses that no schedule judges, remarks on those that count, and the reasoning laid open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.domain.immunization.asking import RULES, ask, day_of, doses_of

from healthrec.domain.immunization import (
    Child,
    Condition,
    Course,
    DoseGiven,
    Options,
    Period,
    evaluate_and_forecast,
    explain,
)
from healthrec.domain.immunization.periods import after

BORN = date(2026, 7, 10)
SCHEDULE = RULES.schedule(date(2026, 11, 22))


def asked(*doses: DoseGiven, on: str = "8m", conditions: tuple[Condition, ...] = ()) -> Course:
    return evaluate_and_forecast(SCHEDULE, Child(BORN, "female"), doses, conditions, day_of(on, BORN))


def given(id_: str, vaccine: str, day: str, **says: object) -> DoseGiven:
    return DoseGiven(id_, vaccine, day_of(day, BORN), **says)  # type: ignore[arg-type]


def worth(course: Course, id_: str) -> list[tuple[str, str, list[str]]]:
    found = [one for one in course.evaluations if one.dose == id_]
    return [(one.antigen, one.status, [reason.code for reason in one.reasons]) for one in found]


class TestSetAside:
    def test_the_same_vaccine_twice_a_day_is_one_dose(self) -> None:
        course = asked(given("b", "HepB", "0d"), given("a", "HepB", "0d"))
        assert worth(course, "a") == [("hepb", "valid", [])]
        assert worth(course, "b") == [("hepb", "not-valid", ["duplicate"])]
        assert next(one for one in course.evaluations if one.dose == "b").reasons[0].other == "a"

    def test_an_unknown_product_beside_a_known_one_is_the_same_dose(self) -> None:
        course = asked(given("a", "", "8m", antigens=("je",)), given("b", "JE-L", "8m"))
        assert (worth(course, "a"), worth(course, "b")) == ([("je", "not-valid", ["duplicate"])], [("je", "valid", [])])

    def test_an_unknown_product_against_something_else_is_another(self) -> None:
        course = asked(given("a", "", "8m", antigens=("hepa",)), given("b", "JE-L", "8m"))
        assert worth(course, "a") == [("hepa", "not-valid", ["too-young"])]

    def test_two_unknown_products_against_one_antigen_are_the_same_dose(self) -> None:
        course = asked(given("a", "", "8m", antigens=("je",)), given("b", "", "8m", antigens=("je",)))
        assert [worth(course, id_)[0][1] for id_ in "ab"] == ["valid", "not-valid"]

    @pytest.mark.parametrize(
        ("says", "code"),
        [({"subpotent": True}, "subpotent"), ({"expiry": after(BORN, Period(2, -1))}, "expired")],
    )
    def test_a_weak_or_expired_dose_does_not_count(self, says: dict[str, object], code: str) -> None:
        course = asked(given("a", "DTaP", "2m", **says))
        assert worth(course, "a") == [("dtp", "sub-standard", [code])]
        assert next(one for one in course.forecasts if one.antigen == "dtp").number == 1

    def test_on_its_last_day_a_lot_is_good(self) -> None:
        assert worth(asked(given("a", "DTaP", "2m", expiry=day_of("2m", BORN))), "a") == [("dtp", "valid", [])]

    def test_a_weak_live_dose_still_keeps_others_away(self) -> None:
        course = asked(given("a", "MMR", "8m", subpotent=True), given("b", "JE-L", "8m+27d"), on="10m")
        assert worth(course, "b") == [("je", "not-valid", ["live-virus-conflict"])]

    def test_a_dose_after_the_day_asked_is_not_looked_at(self) -> None:
        course = asked(given("a", "DTaP", "2m"), given("b", "DTaP", "8m+1d"))
        assert worth(course, "b") == [("dtp", "not-evaluated", ["after-day-asked"])]

    def test_a_vaccine_that_is_not_listed_is_said(self) -> None:
        assert worth(asked(given("a", "Zoster", "2m")), "a") == [("", "not-evaluated", ["unknown-vaccine"])]

    def test_every_reason_before_any_schedule_names_the_record_as_its_rule(self) -> None:
        (found,) = asked(given("a", "Zoster", "2m")).evaluations
        assert found.reasons[0].rule.id == "record"


class TestRemarks:
    def remarks(self, *doses: DoseGiven, conditions: tuple[Condition, ...] = ()) -> list[str]:
        return [reason.code for one in asked(*doses, conditions=conditions).evaluations for reason in one.remarks]

    def test_within_24_hours_cannot_be_told_from_dates(self) -> None:
        assert self.remarks(given("a", "HepB", "0d")) == []
        assert self.remarks(given("a", "HepB", "1d")) == ["hour-unknown"]
        assert self.remarks(given("a", "HepB", "2d")) == ["late"]

    def test_nor_within_12(self) -> None:
        mother = (Condition("mother-hbsag-positive"),)
        assert self.remarks(given("a", "HepB", "0d"), conditions=mother) == ["hour-unknown"]
        assert self.remarks(given("a", "HepB", "1d"), conditions=mother) == ["late"]

    def test_a_late_dose_counts_and_says_so(self) -> None:
        course = asked(given("a", "BCG", "3m"))
        (found,) = course.evaluations
        assert (found.status, found.remarks[0].code, found.remarks[0].day) == ("valid", "late", day_of("3m", BORN))
        assert asked(given("a", "BCG", "3m-1d")).evaluations[0].remarks == ()

    def test_a_dose_past_the_window_counts_and_says_so(self) -> None:
        (found,) = asked(given("a", "BCG", "4y"), on="5y").evaluations
        assert (found.status, [one.code for one in found.remarks]) == ("valid", ["outside-window", "late"])


class TestExplanations:
    def test_every_series_that_was_looked_at_has_its_standing(self) -> None:
        doses = doses_of("HepB 0d, IPV 2m, IPV 3m, Hib 12m", BORN)
        found = {
            one.antigen: {seen.series: (seen.standing, seen.valid, seen.of) for seen in one.considered}
            for one in explain(SCHEDULE, Child(BORN, "female"), doses, [], day_of("13m", BORN))
        }
        assert found["hepb"]["hepb"] == ("chosen", 1, 3)
        assert found["hepb"]["hepb-under-2000g"][0] == "other-children"
        assert found["polio"] == {"polio": ("chosen", 2, 4), "polio-ipv": ("other", 2, 4)}
        assert {id_: seen[0] for id_, seen in found["hib"].items()} == {
            "hib-from-2-months": "other-start", "hib-from-6-months": "other-start", "hib-from-12-months": "chosen",
        }  # fmt: skip

    def test_it_says_the_same_as_the_course(self) -> None:
        child, on = Child(BORN, "female"), day_of("3y", BORN)
        doses = doses_of("HepB 0d, MPSV-A 6m, MMR 8m, JE-L 8m+3d", BORN)
        options = Options(self_paid=True)
        course = evaluate_and_forecast(SCHEDULE, child, doses, [], on, options)
        found = explain(SCHEDULE, child, doses, [], on, options)
        assert tuple(one.forecast for one in found) == course.forecasts
        assert sorted((e.dose, e.antigen) for one in found for e in one.evaluations) == sorted(
            (e.dose, e.antigen) for e in course.evaluations
        )

    def test_a_dose_passed_over_is_named_with_its_rule(self) -> None:
        course = ask(SCHEDULE, BORN, "", "24m")
        men = next(one for one in course.forecasts if one.antigen == "men")
        assert [(one.rule.id, one.other) for one in men.skipped] == [
            ("men.1.from-24-months", "1"),
            ("men.2.from-24-months", "2"),
        ]
        walked = ask(SCHEDULE, BORN, "MPSV-AC 24m", "25m")
        assert [one.day for one in next(one for one in walked.forecasts if one.antigen == "men").skipped] == [
            day_of("24m", BORN)
        ] * 2


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("0d", Period(0, 0)), ("28d", Period(0, 28)), ("6w", Period(0, 42)), ("18m", Period(18, 0)), ("4y", Period(48, 0)),
        ("24h", Period(0, 2)), ("12h", Period(0, 1)), ("12w+1d", Period(0, 85)), ("4 weeks - 4 days", Period(0, 24)),
        ("3 months + 4 weeks", Period(3, 28)), ("1 year - 4 days", Period(12, -4)), ("15 months - 4 days", Period(15, -4)),
    ],
)  # fmt: skip
def test_spans_are_read_as_schedules_print_them(text: str, period: Period) -> None:
    assert Period.of(text) == period


@pytest.mark.parametrize("text", ["", "6", "m", "6 moons", "six months", "6m,"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no span of time"):
        Period.of(text)


def test_a_schedule_of_no_advice_gives_none() -> None:
    course = ask(replace(SCHEDULE, advice=()), BORN, "", "2m", gestation_days=200)
    assert course.advice == ()
