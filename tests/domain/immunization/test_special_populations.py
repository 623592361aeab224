"""Conditions of mother and child: what waits, what is not given, what is given instead, and what is no contraindication."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

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

from healthrec.domain.immunization import Course, Options

BORN = date(2026, 7, 10)
MOTHER = ("mother-hbsag-positive", "mother-hbsag-unknown")
WEAK = (
    "primary-immunodeficiency",
    "immunosuppressed",
    "thymus-disease",
    "chemotherapy",
    "radiotherapy",
    "stem-cell-transplant",
)
NOT_CONTRAINDICATED = (
    "jaundice", "simple-febrile-seizure-history", "epilepsy-stable", "brain-disease-stable", "liver-disease-stable",
    "congenital-hypothyroidism", "phenylketonuria", "down-syndrome", "congenital-heart-disease", "congenital-infection",
    "allergic-constitution",
)  # fmt: skip


def asked(doses: str, on: str, conditions: str = "", edition: str = "2026", **who: int) -> Course:
    return ask(RULES.schedule(BORN, edition), BORN, doses, on, conditions, **who)  # type: ignore[arg-type]


class TestMotherWithHepatitisB:
    @pytest.mark.parametrize("mother", MOTHER)
    def test_the_first_dose_is_late_after_the_first_day(self, mother: str) -> None:
        assert told(asked("", "0d", mother), "hepb", BORN) == "1 HepB 0m..1d due"
        assert told(asked("", "1d", mother), "hepb", BORN) == "1 HepB 0m..1d overdue"

    @pytest.mark.parametrize("mother", MOTHER)
    def test_under_2000_g_the_birth_dose_is_one_of_four(self, mother: str) -> None:
        for weight, of in ((2000, 3), (1999, 4)):
            found = forecast_of(asked("HepB 0d", "1d", mother, birth_weight_g=weight), "hepb")
            assert (found.number, found.of) == (2, of)

    def test_a_light_child_of_another_mother_has_three(self) -> None:
        assert forecast_of(asked("HepB 0d", "1d", birth_weight_g=1500), "hepb").of == 3

    @pytest.mark.parametrize(
        ("doses", "worth", "next_"),
        [
            ("HepB 0d, HepB 1m, HepB 2m", "ok, ok, ok", "4 HepB 7m not-due"),
            ("HepB 0d, HepB 1m, HepB 2m-1d", "ok, ok, too-young", "3 HepB 2m+27d not-due"),
            ("HepB 0d, HepB 1m, HepB 2m, HepB 7m", "ok, ok, ok, ok", "complete"),
            ("HepB 0d, HepB 1m, HepB 2m, HepB 7m-1d", "ok, ok, ok, too-young", "4 HepB 7m+59d not-due"),
        ],
    )
    def test_the_course_of_four(self, doses: str, worth: str, next_: str) -> None:
        on = "2m+1d" if "7m" not in doses else "7m"
        course = asked(doses, on, MOTHER[0], birth_weight_g=1500)
        assert (verdicts(course, "hepb"), told(course, "hepb", BORN)) == (worth, canonical(next_, BORN))

    def test_immunoglobulin_is_advised_in_the_first_days_for_a_positive_mother_only(self) -> None:
        notes = [
            {note.id for note in forecast_of(asked("", on, mother), "hepb").notes}
            for on, mother in (("0d", MOTHER[0]), ("1d", MOTHER[0]), ("2d", MOTHER[0]), ("0d", MOTHER[1]))
        ]
        assert notes == [{"hepb.hbig"}, {"hepb.hbig"}, set(), set()]

    @pytest.mark.parametrize("mother", MOTHER)
    def test_blood_is_tested_one_to_two_months_after_the_last_dose(self, mother: str) -> None:
        doses = "HepB 0d, HepB 1m, HepB 6m"
        (test,) = asked(doses, "7m", mother).follow_ups
        assert (test.rule.id, test.earliest, test.latest) == ("hepb.serology", day_of("7m", BORN), day_of("8m", BORN))
        assert asked(doses, "7m", f"{mother}, hepb-serology-done").follow_ups == ()
        assert asked(doses, "7m").follow_ups == ()
        assert asked("HepB 0d, HepB 1m", "7m", mother).follow_ups == ()

    def test_without_enough_antibody_three_more_doses(self) -> None:
        doses = "HepB 0d, HepB 1m, HepB 6m"
        course = asked(doses, "8m", "mother-hbsag-positive, anti-hbs-below-10 8m")
        assert told(course, "hepb", BORN) == canonical("4 HepB 6m+28d due", BORN)
        course = asked(f"{doses}, HepB 8m, HepB 9m, HepB 11m", "12m", "mother-hbsag-positive, anti-hbs-below-10 8m")
        assert told(course, "hepb", BORN) == "complete"

    def test_after_the_course_of_four_too(self) -> None:
        four = "HepB 0d, HepB 1m, HepB 2m, HepB 7m"
        found = forecast_of(asked(four, "9m", "mother-hbsag-positive, anti-hbs-below-10", birth_weight_g=1500), "hepb")
        assert (found.number, found.of) == (5, 7)


class TestPreterm:
    def test_age_is_counted_from_birth_and_staff_are_told(self) -> None:
        for who, said in (({"gestation_days": 258}, True), ({"gestation_days": 259}, False),
                          ({"birth_weight_g": 2499}, True), ({"birth_weight_g": 2500}, False), ({}, False)):  # fmt: skip
            course = asked("", "2m", **who)
            assert [rule.id for rule in course.advice] == (["preterm.actual-age"] if said else [])
            assert told(course, "polio", BORN) == "1 IPV 2m due"

    def test_BCG_before_discharge_at_31_weeks_or_less(self) -> None:
        for days, said in ((217, True), (218, False)):
            notes = forecast_of(asked("", "0d", gestation_days=days), "bcg").notes
            assert bool(notes) is said


class Told(NamedTuple):
    antigen: str
    on: str
    next: str


HIV_EXPOSED = [
    Told("bcg", "1m", "1 BCG 0d..3m deferred"),
    Told("hepb", "0d", "1 HepB 0d..2d due"),
    Told("polio", "2m", "1 IPV 2m due"),
    Told("je", "8m", "1 JE-I 8m due"),
    Told("hepa", "18m", "1 HepA-I 18m..24m due"),
    Told("mmr", "8m", "1 MMR 8m..12m conditional"),
    Told("mmr", "8m-1d", "1 MMR 8m..12m not-due"),
    Told("dtp", "2m", "1 DTaP 2m due"),
]


class TestHIV:
    @pytest.mark.parametrize("told_", HIV_EXPOSED, ids=lambda one: f"{one.antigen} on {one.on}")
    def test_exposed_and_not_yet_known(self, told_: Told) -> None:
        assert told(asked("", told_.on, "hiv-exposed"), told_.antigen, BORN) == canonical(told_.next, BORN)

    def test_once_excluded_everything_is_as_usual(self) -> None:
        course = asked("", "8m", "hiv-exposed, hiv-excluded")
        assert (told(course, "mmr", BORN), told(course, "je", BORN)) == ("1 MMR 8m..12m due", "1 JE-L 8m..12m due")

    def test_after_an_assessment_MMR_may_be_given(self) -> None:
        assert told(asked("", "8m", "hiv-exposed, immune-function-adequate"), "mmr", BORN) == "1 MMR 8m..12m due"

    def test_infected_no_BCG_ever(self) -> None:
        assert told(asked("", "1m", "hiv-exposed, hiv-infected"), "bcg", BORN) == "contraindicated"

    @pytest.mark.parametrize(
        ("also", "next_"),
        [
            ("", "1 MMR 8m..12m due"),
            (", hiv-symptomatic", "contraindicated"),
            (", immunosuppressed", "contraindicated"),
        ],
    )
    def test_infected_MMR_only_without_symptoms_and_suppression(self, also: str, next_: str) -> None:
        assert told(asked("", "8m", f"hiv-infected{also}"), "mmr", BORN) == next_

    def test_infected_IPV_instead_of_oral_vaccine(self) -> None:
        course = asked("IPV 2m, IPV 3m", "4m", "hiv-infected")
        assert (forecast_of(course, "polio").series, told(course, "polio", BORN)) == ("polio-ipv", "3 IPV 4m..12m due")
        course = asked("IPV 2m, IPV 3m, bOPV 4m", "4y", "hiv-infected")
        assert told(course, "polio", BORN) == "4 IPV 48m..60m due"

    def test_in_2021_MMR_needed_no_assessment(self) -> None:
        born = date(2021, 3, 10)
        course = ask(RULES.schedule(born, "2021"), born, "", "8m", "hiv-exposed")
        assert told(course, "mmr", born) == "1 MMR 8m..12m due"


class TestImmunodeficiency:
    @pytest.mark.parametrize("condition", WEAK)
    def test_live_vaccines_wait_for_an_assessment_in_2026(self, condition: str) -> None:
        course = asked("", "8m", condition)
        barrier = forecast_of(course, "mmr").barrier
        assert barrier is not None
        assert (barrier.code, barrier.rule.id, barrier.condition) == (
            "conditional",
            "immunodeficiency.live",
            "immune-function-adequate",
        )
        assert told(course, "polio", BORN) == "1 IPV 2m due"
        assert told(course, "je", BORN) == "1 JE-I 8m due"
        begun = asked("JE-L 8m", "24m", condition)
        assert told(begun, "je", BORN) == "2 JE-L 24m..36m conditional"

    @pytest.mark.parametrize("condition", WEAK)
    def test_in_2021_they_were_not_given(self, condition: str) -> None:
        born = date(2021, 3, 10)
        course = ask(RULES.schedule(born, "2021"), born, "", "8m", condition)
        assert (told(course, "mmr", born), told(course, "je", born)) == ("contraindicated", "1 JE-I 8m due")
        assert told(course, "dtp", born) == "1 DTaP 3m due"

    def test_complement_deficiency_is_excepted(self) -> None:
        assert (
            told(asked("", "8m", "primary-immunodeficiency, complement-deficiency"), "mmr", BORN) == "1 MMR 8m..12m due"
        )

    def test_adequate_function_lifts_it(self) -> None:
        assert told(asked("", "8m", "immunosuppressed, immune-function-adequate"), "mmr", BORN) == "1 MMR 8m..12m due"

    def test_an_IPV_course_is_complete_with_four(self) -> None:
        course = asked("IPV 2m, IPV 3m, IPV 4m", "17m", "immunosuppressed")
        assert told(course, "polio", BORN) == canonical("4 IPV 4m+28d not-due", BORN)
        assert told(asked("IPV 2m, IPV 3m, IPV 4m", "18m", "immunosuppressed"), "polio", BORN).endswith(" due")


IMMUNOGLOBULIN = [
    Case("mmr immunoglobulin.live", "MMR 8m", "9m", "ok", "2 MMR 18m..24m not-due", "immunoglobulin-given 5m"),
    Case("mmr immunoglobulin.live", "MMR 8m-1d+1d", "9m", "ok", "2 MMR 18m..24m not-due", "immunoglobulin-given 5m"),
    Case("mmr immunoglobulin.live", "MMR 8m", "9m", "too-soon-after-condition", "1 MMR 8m+28d..12m due", "immunoglobulin-given 5m+1d"),
    Case("mmr immunoglobulin.live deferred while it would be due", "", "8m", "", "1 MMR 9m..12m deferred", "immunoglobulin-given 6m"),
    Case("mmr immunoglobulin.live", "", "8m-1d", "", "1 MMR 9m..12m not-due", "immunoglobulin-given 6m"),
    Case("mmr immunoglobulin.live", "", "9m", "", "1 MMR 9m..12m due", "immunoglobulin-given 6m"),
    Case("mmr immunoglobulin.live not overdue while it waits", "", "12m", "", "1 MMR 14m..12m deferred", "immunoglobulin-given 11m"),
    Case("mmr immunoglobulin.live", "", "14m", "", "1 MMR 14m..12m overdue", "immunoglobulin-given 11m"),
    Case("mmr immunoglobulin after the dose", "MMR 8m", "9m", "ok", "2 MMR 18m..24m not-due", "immunoglobulin-given 8m+1d"),
    Case("je immunoglobulin.live", "", "8m", "", "1 JE-L 9m..12m deferred", "immunoglobulin-given 6m"),
    Case("hepa immunoglobulin.live", "", "18m", "", "1 HepA-L 20m..24m deferred", "immunoglobulin-given 17m"),
    Case("bcg knows no interval after immunoglobulin", "BCG 1d", "1m", "ok", "complete", "immunoglobulin-given 0d"),
    Case("polio knows no interval after immunoglobulin", "", "2m", "", "1 IPV 2m due", "immunoglobulin-given 2m"),
    Case("mmr HBIG is an immunoglobulin", "HBIG 6m", "8m", "", "1 MMR 9m..12m deferred"),
]  # fmt: skip


@pytest.mark.parametrize(
    "case", IMMUNOGLOBULIN, ids=lambda case: f"{case.rule}: {case.doses} on {case.on}, {case.conditions}"
)
def test_immunoglobulin(case: Case) -> None:
    assert answer("2026", BORN, case) == expected(BORN, case)


IMMUNOGLOBULIN_2021 = [
    Case("je-i immunoglobulin.je-i", "JE-I 8m", "9m", "ok", "2 JE-I 8m+7d..12m due", "immunoglobulin-given 7m"),
    Case("je-i immunoglobulin.je-i", "JE-I 8m", "9m", "too-soon-after-condition", "1 JE-I 8m+1d due", "immunoglobulin-given 7m+1d"),
]  # fmt: skip


@pytest.mark.parametrize("case", IMMUNOGLOBULIN_2021, ids=lambda case: case.conditions)
def test_immunoglobulin_and_JE_I_in_2021(case: Case) -> None:
    assert answer("2021", date(2021, 3, 10), case) == expected(date(2021, 3, 10), case)


class TestAnaphylaxis:
    def test_the_same_vaccine_is_not_given_again(self) -> None:
        course = asked("HepB 0d", "1m", "anaphylaxis-to-vaccine HepB")
        assert told(course, "hepb", BORN) == "contraindicated"
        assert told(asked("", "2m", "anaphylaxis-to-vaccine HepB"), "dtp", BORN) == "1 DTaP 2m due"

    def test_another_vaccine_against_the_same_takes_its_place(self) -> None:
        assert told(asked("JE-L 8m", "9m", "anaphylaxis-to-vaccine JE-L"), "je", BORN) == "1 JE-I 8m due"

    def test_a_combined_vaccine_is_the_vaccines_in_it(self) -> None:
        course = asked("DTaP-IPV-Hib 2m", "3m", "anaphylaxis-to-vaccine DTaP-IPV-Hib")
        assert told(course, "dtp", BORN) == "contraindicated"
        assert told(course, "polio", BORN) == "contraindicated"

    def test_a_vaccine_that_nobody_knows_blocks_nothing(self) -> None:
        assert told(asked("", "2m", "anaphylaxis-to-vaccine"), "dtp", BORN) == "1 DTaP 2m due"


class TestForNow:
    @pytest.mark.parametrize("condition", ["medically-unstable", "acute-illness"])
    def test_all_waits_until_the_child_is_well(self, condition: str) -> None:
        course = asked("", "2m", f"{condition} 0d..2m+1d")
        assert told(course, "dtp", BORN) == "1 DTaP 2m deferred"
        assert told(course, "men", BORN).endswith("not-due")
        assert course.holds_until == day_of("2m+1d", BORN)
        assert told(asked("", "2m+1d", f"{condition} 0d..2m+1d"), "dtp", BORN) == "1 DTaP 2m due"

    def test_a_condition_still_to_come_is_not_there_yet(self) -> None:
        course = asked("", "2m", "medically-unstable 3m")
        assert (told(course, "dtp", BORN), course.holds_until) == ("1 DTaP 2m due", day_of("3m", BORN))


@pytest.mark.parametrize("condition", NOT_CONTRAINDICATED)
def test_what_is_no_contraindication_is_said_and_changes_nothing(condition: str) -> None:
    with_it, without = asked("", "8m", condition), asked("", "8m")
    (note,) = with_it.notes
    assert (note.code, note.condition, note.rule.status) == ("not-a-contraindication", condition, "confirmed")
    assert note.rule.zh and note.rule.en
    assert with_it.forecasts == without.forecasts


class TestOptions:
    def test_the_place_chooses_between_live_and_inactivated(self) -> None:
        course = ask(
            RULES.schedule(BORN, "2026"), BORN, "", "18m", options=Options(prefer=frozenset({"JE-I", "HepA-I"}))
        )
        assert (told(course, "je", BORN), told(course, "hepa", BORN)) == ("1 JE-I 8m due", "1 HepA-I 18m..24m due")

    def test_a_course_that_was_begun_goes_on_whatever_the_place_has(self) -> None:
        course = ask(RULES.schedule(BORN, "2026"), BORN, "JE-L 8m", "2y", options=Options(prefer=frozenset({"JE-I"})))
        assert told(course, "je", BORN) == "2 JE-L 24m..36m due"

    def test_a_reminder_of_the_place_is_no_past_due_day(self) -> None:
        options = Options(remind_after_days=30)
        course = ask(RULES.schedule(BORN, "2026"), BORN, "HepB 0d", "3m", options=options)
        found = forecast_of(course, "hepb")
        assert (found.past_due, found.remind_from) == (None, day_of("1m+30d", BORN))
        assert found.status(day_of("5m", BORN)) == "due"
        assert forecast_of(course, "bcg").remind_from is None

    def test_antigens_that_are_not_asked_for_are_left_out(self) -> None:
        course = ask(RULES.schedule(BORN, "2026"), BORN, "HepB 0d", "3m", options=Options(without=frozenset({"hepb"})))
        assert "hepb" not in {one.antigen for one in course.forecasts}
