"""The statistics of entrance checks: by the enrolment at that time, for those who may count, with names for those who may see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.services.immunization.test_entrance import RESULT, change_enrolment, newcomer
from tests.town import caller_named

from healthrec import errors
from healthrec.domain.entrance_statistics import Counts
from healthrec.services.context import Services
from healthrec.services.immunization.entrance import family_notice, give_notice, record_check
from healthrec.services.immunization.entrance_statistics import Asked, Statistics, children_behind, statistics
from healthrec.services.immunization.record_dose import mark_mistaken, show_doses

YEAR = Asked()


def counted(services: Services, username: str, asked: Asked = YEAR) -> Statistics:
    return statistics(services, caller_named(services, username), asked)


def leave(services: Services, child: str, last: date) -> None:
    """The child's stay ends with that day."""
    change_enrolment(
        services, child, lambda one: {"status": "finished", "period": one["period"] | {"end": last.isoformat()}}
    )


def without_a_dose(services: Services, child: str) -> None:
    """The child's hepatitis B doses turn out not to have been given."""
    nurse = caller_named(services, "vaccinator")
    for row in show_doses(services, nurse, child).doses.rows:
        if row.vaccine == "HepB":
            mark_mistaken(services, nurse, row.id, row.version, "没有打")


def needing_catch_up(services: Services) -> str:
    child = newcomer(services)
    without_a_dose(services, child)
    record_check(services, caller_named(services, "vaccinator"), child, RESULT | {"check.result": ["catch-up"]})
    return child


def test_head_nurse_guide_and_district_count_alike_what_the_clinic_found(town_services: Services) -> None:
    child = needing_catch_up(town_services)
    give_notice(town_services, caller_named(town_services, "nurse"), child)
    of_nurse = counted(town_services, "nurse")
    assert (of_nurse.total.catch_up, of_nurse.total.notified) == (1, 1)
    for username in ("head", "guide"):
        assert counted(town_services, username).total == of_nurse.total
    whole = counted(town_services, "district")
    assert len(whole.lines) > 1
    assert whole.nursery is None
    id_ = of_nurse.nursery.id if of_nurse.nursery else ""
    line = next(one for one in whole.lines if one.place.id == id_)
    assert line.counts == of_nurse.total
    assert counted(town_services, "district", Asked("", id_)).total == of_nurse.total
    assert whole.total.entered == sum(one.counts.entered for one in whole.lines)


def test_who_has_left_since_stays_counted_and_is_no_longer_named(town_services: Services) -> None:
    child = newcomer(town_services)
    before, today = counted(town_services, "nurse"), town_services.today()
    leave(town_services, child, today - timedelta(days=1))
    after = counted(town_services, "nurse")
    assert after.total.entered == before.total.entered
    assert (after.total.left, after.total.left_unchecked) == (before.total.left + 1, before.total.left_unchecked + 1)
    assert after.total.not_checked == before.total.not_checked - 1
    found = children_behind(town_services, caller_named(town_services, "nurse"), YEAR, "left_unchecked", "")
    assert (found.rows, found.hidden) == ((), after.total.left_unchecked)


@pytest.mark.one_database
def test_a_figure_opens_its_children_for_those_who_may_see_them(town_services: Services) -> None:
    child = newcomer(town_services)
    for username in ("nurse", "guide", "vaccinator"):
        found = children_behind(town_services, caller_named(town_services, username), YEAR, "not_checked", "")
        assert child in [one.row.id for one in found.rows], username
        assert "not_checked" in {name for line in found.statistics.lines for name in line.named}
    for username in ("head", "district"):
        found = children_behind(town_services, caller_named(town_services, username), YEAR, "entered", "")
        assert found.rows == ()
        assert found.hidden == found.statistics.total.entered > 0
        assert [line.named for line in found.statistics.lines] == [frozenset()] * len(found.statistics.lines)


@pytest.mark.one_database
def test_a_quarter_and_a_year_begin_on_their_days(town_services: Services) -> None:
    newcomer(town_services)  # entered on 12 November 2026
    assert counted(town_services, "head", Asked("2026-4")).total.entered > 0
    assert counted(town_services, "head", Asked("2027-1")).total == Counts()
    this = counted(town_services, "head")
    assert (this.text, this.since, this.until) == ("2026", date(2026, 9, 1), town_services.today())
    last = counted(town_services, "head", Asked("2025"))
    assert (last.since, last.until) == (date(2025, 9, 1), date(2026, 8, 31))


@pytest.mark.one_database
def test_an_unknown_period_nursery_figure_or_line_is_not_found(shared_services: Services) -> None:
    head = caller_named(shared_services, "head")
    for asked in (Asked("26"), Asked("2026-5"), Asked("1000"), Asked("", "nowhere")):
        with pytest.raises(errors.NotFound):
            statistics(shared_services, head, asked)
    for figure, place in (("names", ""), ("entered", "nowhere")):
        with pytest.raises(errors.NotFound):
            children_behind(shared_services, head, YEAR, figure, place)
    others = [one.place.id for one in counted(shared_services, "district").lines]
    mine = counted(shared_services, "head").nursery
    foreign = next(one for one in others if mine is None or one != mine.id)
    with pytest.raises(errors.NotFound):
        statistics(shared_services, head, Asked("", foreign))


@pytest.mark.one_database
@pytest.mark.parametrize("username", ["parent", "carer", "admin", "auditor", "specialist"])
def test_who_has_no_part_in_a_nurserys_work_counts_nothing(shared_services: Services, username: str) -> None:
    with pytest.raises(errors.NotAllowed):
        counted(shared_services, username)


@pytest.mark.one_database
def test_a_vaccination_unit_counts_the_children_it_may_see(town_services: Services) -> None:
    newcomer(town_services)
    found = counted(town_services, "vaccinator")
    assert not found.whole
    every = children_behind(town_services, caller_named(town_services, "vaccinator"), YEAR, "entered", "")
    assert (len(every.rows), every.hidden) == (found.total.entered, 0)
    assert found.total.entered > 0


@pytest.mark.one_database
def test_a_nursery_gives_a_notice_that_names_no_vaccine_and_only_where_one_is_asked_for(
    town_services: Services,
) -> None:
    nurse = caller_named(town_services, "nurse")
    with pytest.raises(errors.NotFound):
        family_notice(town_services, nurse, newcomer(town_services))
    child = needing_catch_up(town_services)
    notice = family_notice(town_services, nurse, child)
    assert (notice.missing, notice.given, notice.until) == (None, None, date(2026, 12, 31))
    give_notice(town_services, nurse, child)
    assert family_notice(town_services, nurse, child).given == town_services.today()
    assert family_notice(town_services, caller_named(town_services, "vaccinator"), child).missing
