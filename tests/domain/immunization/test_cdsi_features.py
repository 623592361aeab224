"""What CDSi schedules say and China's does not: grace, allowable intervals, skips by context, groups. Small made-up schedules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.domain.immunization.asking import ask, canonical, day_of, forecast_of, told, verdicts

from healthrec.domain.immunization import (
    Child,
    Criteria,
    DoseGiven,
    Forecast,
    Interval,
    LiveConflict,
    Offer,
    Period,
    Precaution,
    Rule,
    Schedule,
    Series,
    Skip,
    TargetDose,
    Vaccine,
    by_group,
    evaluate_and_forecast,
)
from healthrec.domain.immunization.predicates import AgeIs, DosesAre, SinceLast

BORN = date(2024, 1, 31)
RULE = Rule("made-up", "1", "own")
FOUR_DAYS = -4


def span(text: str) -> Period:
    return Period.of(text)


def dose(
    number: int, *, vaccines: str = "V", offers: str = "V", skips: tuple[Skip, ...] = (), **says: object
) -> TargetDose:
    criteria = Criteria(RULE, frozenset(vaccines.split()), **says)  # type: ignore[arg-type]
    return TargetDose(RULE, number, (criteria,), tuple(Offer(code) for code in offers.split()), skips)


def graced(text: str) -> dict[str, Period]:
    months, days = span(text)
    return {"minimum": Period(months, days), "absolute": Period(months, days + FOUR_DAYS)}


def interval(text: str, *, grace: bool = True, **says: object) -> Interval:
    months, days = span(text)
    least = Period(months, days + FOUR_DAYS) if grace else None
    return Interval(RULE, Period(months, days), absolute=least, **says)  # type: ignore[arg-type]


def schedule(*series: Series, vaccines: str = "V W L M", **says: object) -> Schedule:
    listed = {code: Vaccine(code, ("a",)) for code in vaccines.split()}
    return Schedule("made-up", "1", "own", date(2020, 1, 1), None, listed, series, ((date(2020, 1, 1), "1"),), **says)  # type: ignore[arg-type]


TWO = Series("two", "a", (dose(1, **graced("2m")), dose(2, **graced("4m"), intervals=(interval("28d"),))))


class TestGrace:
    @pytest.mark.parametrize(
        ("doses", "worth"),
        [
            ("V 2m", "ok"),
            ("V 2m-4d", "ok"),
            ("V 2m-5d", "too-young"),
            ("V 4m-25d, V 4m-1d", "ok, ok"),
            ("V 4m-25d, V 4m-2d", "ok, interval-too-short"),
            ("V 2m, V 4m-4d", "ok, ok"),
            ("V 2m, V 4m-5d", "ok, too-young"),
        ],
    )
    def test_four_days_are_forgiven_once(self, doses: str, worth: str) -> None:
        assert verdicts(ask(schedule(TWO), BORN, doses, "5m"), "a") == worth

    def test_what_was_forgiven_is_said(self) -> None:
        for doses, at in (("V 2m-1d", 0), ("V 4m-25d, V 4m-1d", 1)):
            remark = ask(schedule(TWO), BORN, doses, "5m").evaluations[at].remarks[0]
            assert remark.code == "grace-period"

    def test_not_after_a_dose_that_was_too_early_itself(self) -> None:
        course = ask(schedule(TWO), BORN, "V 2m, V 3m, V 3m+26d, V 3m+54d", "6m")
        assert verdicts(course, "a") == "ok, too-young, too-young+interval-too-short, ok"
        course = ask(schedule(TWO), BORN, "V 2m, V 4m-6d, V 4m+19d", "6m")
        assert verdicts(course, "a") == "ok, too-young, interval-too-short"

    def test_the_forecast_asks_for_the_printed_age_and_interval(self) -> None:
        assert told(ask(schedule(TWO), BORN, "V 4m-10d", "4m"), "a", BORN) == canonical("2 V 4m+18d not-due", BORN)


class TestIntervals:
    def test_an_allowable_interval_stands_in_for_the_preferable_one(self) -> None:
        last = dose(2, intervals=(interval("6m", grace=False),), allowable=(interval("4m", grace=False),))
        plan = schedule(Series("s", "a", (dose(1), last)))
        for given, worth in (("V 6m", "ok, ok"), ("V 4m", "ok, ok"), ("V 4m-1d", "ok, interval-too-short")):
            course = ask(plan, BORN, f"V 0d, {given}", "7m")
            assert verdicts(course, "a") == worth
        remark = ask(plan, BORN, "V 0d, V 4m", "7m").evaluations[1].remarks[0]
        assert remark.code == "allowable-interval"
        assert told(ask(plan, BORN, "V 0d", "7m"), "a", BORN) == "2 V 6m due"

    def test_from_the_most_recent_of_some_vaccines(self) -> None:
        plan = schedule(
            Series(
                "s",
                "a",
                (dose(1, vaccines="V W"), dose(2, intervals=(interval("8w", after=frozenset("W"), grace=False),))),
            )
        )
        assert verdicts(ask(plan, BORN, "W 0d, V 55d", "3m"), "a") == "ok, interval-too-short"
        assert verdicts(ask(plan, BORN, "W 0d, V 56d", "3m"), "a") == "ok, ok"
        assert verdicts(ask(plan, BORN, "V 0d, V 1d", "3m"), "a") == "ok, ok"

    def test_from_an_observation(self) -> None:
        plan = schedule(Series("s", "a", (dose(1, intervals=(interval("28d", after="exposure", grace=False),)),)))
        assert verdicts(ask(plan, BORN, "V 37d", "3m", "exposure 10d"), "a") == "interval-too-short"
        assert verdicts(ask(plan, BORN, "V 38d", "3m", "exposure 10d"), "a") == "ok"
        assert verdicts(ask(plan, BORN, "V 1d", "3m"), "a") == "ok"

    def test_a_recommended_interval_moves_the_recommended_day_only(self) -> None:
        plan = schedule(Series("s", "a", (dose(1), dose(2, intervals=(interval("28d", recommended=span("8w")),)))))
        found = forecast_of(ask(plan, BORN, "V 0d", "40d"), "a")
        assert (found.earliest, found.recommended) == (day_of("28d", BORN), day_of("56d", BORN))
        assert (found.status(day_of("55d", BORN)), found.status(day_of("56d", BORN))) == ("not-due", "due")
        assert forecast_of(ask(plan, BORN, "", "40d"), "a").recommended == BORN
        first = replace(
            plan, series=(Series("s", "a", (dose(1, intervals=(interval("28d", recommended=span("8w")),)),)),)
        )
        assert forecast_of(ask(first, BORN, "", "0d"), "a").recommended == BORN


class TestAges:
    def test_from_the_maximum_age_on_a_dose_is_not_valid_and_none_is_forecast(self) -> None:
        plan = schedule(Series("s", "a", (dose(1, maximum=span("8m")),)))
        assert verdicts(ask(plan, BORN, "V 8m-1d", "9m"), "a") == "ok"
        assert verdicts(ask(plan, BORN, "V 8m", "9m"), "a") == "too-old"
        assert told(ask(plan, BORN, "", "8m-1d"), "a", BORN) == "1 V 0m due"
        assert told(ask(plan, BORN, "", "8m"), "a", BORN) == "aged-out"

    def test_a_month_without_the_day_can_end_with_the_first_of_the_next(self) -> None:
        plan = schedule(Series("s", "a", (dose(1, minimum=span("1m")),)))
        assert forecast_of(ask(plan, BORN, "", "0d"), "a").earliest == date(2024, 2, 29)
        assert forecast_of(ask(replace(plan, month_end="next-month"), BORN, "", "0d"), "a").earliest == date(2024, 3, 1)

    def test_an_antigen_can_be_associated_with_a_vaccine_from_one_age_to_another(self) -> None:
        plan = schedule(Series("s", "a", (dose(1),)))
        listed = {"V": Vaccine("V", ("a",), ages={"a": (span("6w"), span("5y"))})}
        for day, counts in (("6w-1d", 0), ("6w", 1), ("5y-1d", 1), ("5y", 0)):
            assert len(ask(replace(plan, vaccines=listed), BORN, f"V {day}", "6y").evaluations) == counts


class TestConditionalSkips:
    OLD = (AgeIs(begin=Period.of("15m")),)

    def series(self, context: str) -> Schedule:
        skip = Skip(RULE, (self.OLD,), context != "forecast", context != "evaluation")
        return schedule(Series("s", "a", (dose(1), dose(2, skips=(skip,)), dose(3, intervals=(interval("28d"),)))))

    @pytest.mark.parametrize(
        ("context", "target", "next_"),
        [
            ("both", 3, "complete"),
            ("evaluation", 3, "complete"),
            ("forecast", 2, "3 V 15m+28d due"),
        ],
    )
    def test_a_skip_works_where_its_context_says(self, context: str, target: int, next_: str) -> None:
        course = ask(self.series(context), BORN, "V 2m, V 15m", "16m+1d")
        assert [one.status for one in course.evaluations] == ["valid", "valid"]
        assert course.evaluations[1].target == target
        assert told(course, "a", BORN) == canonical(next_, BORN)

    def test_before_its_age_nothing_is_skipped_and_the_answer_says_how_long_it_holds(self) -> None:
        course = ask(self.series("forecast"), BORN, "V 2m", "15m-1d")
        assert (forecast_of(course, "a").number, forecast_of(course, "a").holds_until) == (2, day_of("15m", BORN))
        assert forecast_of(ask(self.series("forecast"), BORN, "V 2m", "15m"), "a").number == 3
        assert forecast_of(ask(self.series("evaluation"), BORN, "V 2m", "15m"), "a").number == 2

    def test_any_set_of_conditions_is_enough_and_all_of_a_set_must_hold(self) -> None:
        sets = ((AgeIs(begin=span("1y")), SinceLast(span("8w"))), (DosesAre(at_least=3, valid_only=False),))
        plan = schedule(Series("s", "a", (dose(1), dose(2, skips=(Skip(RULE, sets),)))))
        for doses, on, number in (("V 1y", "12m+55d", 2), ("V 1y", "12m+56d", None), ("V 2m", "11m", 2), ("", "2y", 1)):
            assert forecast_of(ask(plan, BORN, doses, on), "a").number == number
        held = forecast_of(ask(plan, BORN, "V 1y", "12m+55d"), "a").holds_until
        assert held == day_of("12m+56d", BORN)
        nothing = schedule(Series("s", "a", (dose(1, skips=(Skip(RULE, sets),)),)))
        assert forecast_of(ask(nothing, BORN, "", "2y"), "a").number == 1

    @pytest.mark.parametrize(
        ("counts", "skipped"),
        [
            (DosesAre(at_least=1, vaccines=frozenset("V")), True),
            (DosesAre(at_least=1, vaccines=frozenset("W")), False),
            (DosesAre(at_least=1, at_most=1), True),
            (DosesAre(at_least=2), False),
            (DosesAre(at_least=1, from_age=Period.of("2m")), True),
            (DosesAre(at_least=1, from_age=Period.of("2m+1d")), False),
            (DosesAre(at_least=1, before_age=Period.of("2m+1d")), True),
            (DosesAre(at_least=1, before_age=Period.of("2m")), False),
            (DosesAre(at_least=1, since=date(2024, 3, 31)), True),
            (DosesAre(at_least=1, since=date(2024, 4, 1)), False),
            (DosesAre(at_least=1, before=date(2024, 4, 1)), True),
            (DosesAre(at_least=1, before=date(2024, 3, 31)), False),
        ],
    )
    def test_doses_are_counted_by_vaccine_age_and_day(self, counts: DosesAre, skipped: bool) -> None:
        plan = schedule(Series("s", "a", (dose(1), dose(2, skips=(Skip(RULE, ((counts,),)),)))))
        assert forecast_of(ask(plan, BORN, "V 2m", "3m"), "a").complete is skipped


class TestVaccines:
    def test_a_preferable_vaccine_is_offered_and_an_allowable_one_accepted(self) -> None:
        plan = schedule(Series("s", "a", (dose(1, vaccines="V W"),)))
        found = forecast_of(ask(plan, BORN, "", "0d"), "a")
        assert (found.vaccine, found.others) == ("V", ("W",))
        assert verdicts(ask(plan, BORN, "W 0d", "1d"), "a") == "ok"

    def test_an_inadvertent_one_does_not_count_and_no_interval_counts_from_it(self) -> None:
        plan = schedule(Series("s", "a", (dose(1), dose(2, intervals=(interval("28d"),)))))
        assert verdicts(ask(plan, BORN, "V 0d, M 20d, V 28d", "2m"), "a") == "ok, wrong-product, ok"

    def test_an_unknown_product_is_judged_as_what_would_have_been_given(self) -> None:
        for day, status in (("2m", "valid"), ("2m-5d", "not-valid")):
            given = [DoseGiven("d1", "", day_of(day, BORN), ("a",))]
            (found,) = evaluate_and_forecast(schedule(TWO), Child(BORN), given, [], day_of("5m", BORN)).evaluations
            assert (found.status, [one.code for one in found.remarks]) == (status, ["product-unknown"])


class TestLiveVirusConflicts:
    def plan(self) -> Schedule:
        conflict = LiveConflict(RULE, frozenset("L"), frozenset("M"), 28, 24)
        first = Series("l", "l", (TargetDose(RULE, 1, (Criteria(RULE, frozenset("L"), span("1y")),), (Offer("L"),)),))
        second = Series("m", "m", (TargetDose(RULE, 1, (Criteria(RULE, frozenset("M")),), (Offer("M"),)),))
        listed = {"L": Vaccine("L", ("l",), live=True), "M": Vaccine("M", ("m",), live=True)}
        return replace(schedule(first, second), vaccines=listed, live_conflicts=(conflict,))

    @pytest.mark.parametrize(
        ("doses", "worth"),
        [
            ("L 1y, M 12m", "ok"),
            ("L 1y, M 12m+1d", "live-virus-conflict"),
            ("L 1y, M 12m+23d", "live-virus-conflict"),
            ("L 1y, M 12m+24d", "ok"),
            ("L 12m-1d, M 12m+26d", "live-virus-conflict"),
            ("L 12m-1d, M 12m+27d", "ok"),
        ],
    )
    def test_the_shorter_span_holds_after_a_valid_dose_only(self, doses: str, worth: str) -> None:
        assert verdicts(ask(self.plan(), BORN, doses, "2y"), "m") == worth

    def test_the_forecast_waits_the_full_span(self) -> None:
        assert forecast_of(ask(self.plan(), BORN, "L 1y", "12m+1d"), "m").earliest == day_of("12m+28d", BORN)


class TestSeriesSelection:
    SHORT = Series(
        "short", "a", (dose(1, vaccines="W", offers="W", minimum=Period.of("7m")),), start_from=Period.of("7m")
    )
    LONG = Series(
        "long",
        "a",
        (dose(1, minimum=Period.of("2m")), dose(2, intervals=(interval("28d"),))),
        start_before=Period.of("7m"),
    )

    def test_ages_to_start_decide(self) -> None:
        plan = schedule(self.LONG, self.SHORT)
        for doses, on, id_ in (
            ("", "7m-1d", "long"),
            ("", "7m", "short"),
            ("V 3m", "9m", "long"),
            ("W 7m", "9m", "short"),
        ):
            assert forecast_of(ask(plan, BORN, doses, on), "a").series == id_
        assert forecast_of(ask(plan, BORN, "", "3m"), "a").holds_until == day_of("7m", BORN)

    def test_no_series_for_the_age_is_no_forecast(self) -> None:
        assert ask(schedule(self.SHORT, replace(self.SHORT, id="other")), BORN, "", "3m").forecasts == ()

    def test_a_complete_one_wins_over_one_with_more_doses(self) -> None:
        one = Series("one", "a", (dose(1, vaccines="W", offers="W"),))
        three = Series("three", "a", (dose(1), dose(2), dose(3)))
        plan = schedule(three, one)
        assert forecast_of(ask(plan, BORN, "V 1m, V 2m, W 3m", "4m"), "a").series == "one"
        assert forecast_of(ask(plan, BORN, "V 1m, V 2m", "4m"), "a").series == "three"


class TestVaccineGroups:
    def plan(self) -> Schedule:
        def series(antigen: str, age: str, late: str | None, over: str | None) -> Series:
            criteria = Criteria(RULE, frozenset("V"), span(age), complete_before=span(late) if late else None,
                                not_from=span(over) if over else None)  # fmt: skip
            return Series(antigen, antigen, (TargetDose(RULE, 1, (criteria,), (Offer("V"),)),))

        made = schedule(series("x", "2m", "6m", None), series("y", "3m", "5m", "9m"), series("z", "1m", None, None))
        return replace(
            made, vaccines={"V": Vaccine("V", ("x", "y")), "Z": Vaccine("Z", ("z",))}, groups={"xy": ("x", "y")}
        )

    def joined(self, doses: str, on: str) -> dict[str, Forecast]:
        plan = self.plan()
        course = ask(plan, BORN, doses, on)
        return {one.antigen: one for one in by_group(plan, course.forecasts, course.asked)}

    def test_a_group_waits_for_its_last_antigen_and_is_late_with_its_first(self) -> None:
        found = self.joined("", "1m")
        assert set(found) == {"xy", "z"}
        assert (found["xy"].earliest, found["xy"].recommended) == (day_of("3m", BORN), day_of("3m", BORN))
        assert (found["xy"].past_due, found["xy"].latest) == (day_of("5m", BORN), day_of("9m-1d", BORN))

    def test_it_is_complete_when_all_are(self) -> None:
        assert self.joined("V 3m", "4m")["xy"].complete
        found = self.joined("V 2m", "4m")["xy"]
        assert (found.complete, found.earliest) == (False, day_of("3m", BORN))

    def test_an_antigen_that_is_past_its_age_does_not_speak_for_the_group(self) -> None:
        found = self.joined("", "9m")["xy"]
        assert (found.earliest, found.status(day_of("9m", BORN))) == (day_of("2m", BORN), "overdue")


class TestConditions:
    def test_a_precaution_for_all_and_the_gravest_of_several(self) -> None:
        both = (
            Precaution(RULE, frozenset(["ill"]), "deferred"),
            Precaution(RULE, frozenset(["never"]), "contraindicated", frozenset("V")),
        )
        plan = replace(schedule(TWO), precautions=both)
        assert told(ask(plan, BORN, "", "3m", "ill"), "a", BORN) == "1 V 2m deferred"
        assert told(ask(plan, BORN, "", "3m", "ill, never"), "a", BORN) == "contraindicated"
