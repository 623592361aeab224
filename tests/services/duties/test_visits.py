"""A guide's visit: one form, three resources, one transaction; the board says how each quarter stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from tests.services.forms.filled import open_cell, stored, visit
from tests.town import caller_named

from healthrec import errors
from healthrec.domain.duties import Quarter
from healthrec.services.context import Services
from healthrec.services.duties import quarters
from healthrec.services.duties.board import board
from healthrec.services.duties.open_quarter import open_quarter
from healthrec.services.duties.record_visit import amend_visit, record_visit
from healthrec.services.duties.visits import new_visit, show_visit, visit_of, visit_to_amend


def _day_in(services: Services, quarter: Quarter) -> date:
    return min(quarter.end, services.today()) - timedelta(days=1)


def test_a_visit_becomes_encounter_response_and_completed_task(town_services: Services) -> None:
    guide = caller_named(town_services, "guide")
    nursery, quarter = open_cell(town_services, guide)
    day = _day_in(town_services, quarter)
    id_ = record_visit(town_services, guide, nursery, quarter, visit(day), command_id="c1")
    response = stored(town_services, "QuestionnaireResponse", id_)
    assert response["questionnaire"].endswith("/guide-visit|1.0")
    encounter = stored(town_services, "Encounter", response["encounter"]["reference"].partition("/")[2])
    assert encounter["class"]["code"] == "FLD"
    assert encounter["serviceProvider"] == {"reference": f"Organization/{nursery}"}
    assert encounter["period"]["start"][:10] == day.isoformat()
    cell = next(
        c for row in board(town_services, guide).rows if row.id == nursery for c in row.cells if c.quarter == quarter
    )
    assert cell.done_on == day
    assert cell.state in ("done", "done-late")
    assert not cell.may_fill


def test_a_double_click_makes_one_visit(town_services: Services) -> None:
    guide = caller_named(town_services, "guide")
    nursery, quarter = open_cell(town_services, guide)
    answers = visit(_day_in(town_services, quarter))
    first = record_visit(town_services, guide, nursery, quarter, answers, command_id="same")
    assert record_visit(town_services, guide, nursery, quarter, answers, command_id="same") == first
    assert len(show_visit(town_services, guide, first, "zh").versions) == 1


def test_the_second_guide_of_a_quarter_is_told_and_keeps_what_was_typed(town_services: Services) -> None:
    guide = caller_named(town_services, "guide")
    nursery, quarter = open_cell(town_services, guide)
    answers = visit(_day_in(town_services, quarter))
    first = record_visit(town_services, guide, nursery, quarter, answers, command_id="one")
    typed = answers | {"results.advice": ["另一个建议"]}
    with pytest.raises(errors.Conflict) as refused:
        record_visit(town_services, guide, nursery, quarter, typed, command_id="two")
    assert refused.value.issues[0].key == "duty.already-done"
    draft = new_visit(town_services, guide, nursery, quarter).draft
    assert draft is not None
    assert draft.fields["results.advice"] == ["另一个建议"]
    assert visit_of(town_services, guide, nursery, quarter) == first


def test_two_guides_at_the_same_moment_make_one_visit(town_services: Services) -> None:
    guide = caller_named(town_services, "guide")
    nursery, quarter = open_cell(town_services, guide)
    answers, start = visit(_day_in(town_services, quarter)), Barrier(2)

    def write(command_id: str) -> str:
        start.wait(timeout=30)
        try:
            return record_visit(town_services, guide, nursery, quarter, answers, command_id=command_id)
        except errors.Conflict as conflict:
            return conflict.issues[0].key

    with ThreadPoolExecutor(2) as both:
        said = set(both.map(write, ("left", "right")))
    made = visit_of(town_services, guide, nursery, quarter)
    assert said == {made, "duty.already-done"}
    assert len(show_visit(town_services, guide, made, "zh").versions) == 1


def test_a_visit_entered_on_a_later_day_is_marked_as_late_with_its_true_time(town_services: Services) -> None:
    guide = caller_named(town_services, "guide")
    nursery, quarter = open_cell(town_services, guide)
    id_ = record_visit(town_services, guide, nursery, quarter, visit(_day_in(town_services, quarter)))
    shown = show_visit(town_services, guide, id_, "zh")
    assert shown.late_since is not None
    assert shown.late_since.date() == town_services.today()


@pytest.mark.parametrize(("days", "key"), [(-1, "duty.day-outside-quarter"), (400, "form.day-in-future")])
def test_the_day_of_a_visit_lies_in_its_quarter_and_not_ahead(town_services: Services, days: int, key: str) -> None:
    guide = caller_named(town_services, "guide")
    nursery, quarter = open_cell(town_services, guide)
    with pytest.raises(errors.Refused) as refused:
        record_visit(town_services, guide, nursery, quarter, visit(quarter.start + timedelta(days=days)))
    assert [(issue.key, issue.expression) for issue in refused.value.issues] == [(key, "visit.date")]


def test_missing_answers_are_named_and_nothing_is_saved(town_services: Services) -> None:
    guide = caller_named(town_services, "guide")
    nursery, quarter = open_cell(town_services, guide)
    answers = visit(_day_in(town_services, quarter), **{"results.advice": [" "]})
    with pytest.raises(errors.Refused) as refused:
        record_visit(town_services, guide, nursery, quarter, answers)
    assert [(issue.key, issue.expression) for issue in refused.value.issues] == [
        ("form.answer-needed", "results.advice")
    ]
    assert visit_of(town_services, guide, nursery, quarter) == ""


def test_an_amendment_is_a_new_version_and_a_stale_one_keeps_both(town_services: Services) -> None:
    guide = caller_named(town_services, "guide")
    nursery, quarter = open_cell(town_services, guide)
    day = _day_in(town_services, quarter)
    id_ = record_visit(town_services, guide, nursery, quarter, visit(day))
    earlier = day - timedelta(days=1)
    amend_visit(town_services, guide, id_, visit(earlier), 1)
    response = stored(town_services, "QuestionnaireResponse", id_)
    assert (response["status"], response["meta"]["versionId"]) == ("amended", "2")
    row = next(row for row in board(town_services, guide).rows if row.id == nursery)
    assert next(cell.done_on for cell in row.cells if cell.quarter == quarter) == earlier
    with pytest.raises(errors.Stale):
        amend_visit(town_services, guide, id_, visit(day, **{"results.advice": ["我的"]}), 1)
    again = visit_to_amend(town_services, guide, id_)
    assert again.base == 2
    assert again.draft is not None
    assert again.fields["results.advice"] == ["我的"]


def test_who_does_not_visit_sees_the_board_but_no_form(town_services: Services) -> None:
    guide, district = caller_named(town_services, "guide"), caller_named(town_services, "district")
    nursery, quarter = open_cell(town_services, guide)
    with pytest.raises(errors.NotAllowed):
        record_visit(town_services, district, nursery, quarter, visit(_day_in(town_services, quarter)))
    assert not any(cell.may_fill for row in board(town_services, district).rows for cell in row.cells)


def test_a_nursery_of_another_guide_is_not_found(town_services: Services) -> None:
    guide = caller_named(town_services, "guide")
    mine = {row.id for row in board(town_services, guide).rows}
    others = [row for row in board(town_services, caller_named(town_services, "district")).rows if row.id not in mine]
    assert others
    with pytest.raises(errors.NotFound):
        new_visit(town_services, guide, others[0].id, Quarter(2026, 4))


def test_head_guide_and_district_each_see_their_nurseries(town_services: Services) -> None:
    shown = {
        name: len(board(town_services, caller_named(town_services, name)).rows)
        for name in ("head", "guide", "district", "carer")
    }
    assert shown["head"] == 1
    assert shown["carer"] == 0
    assert shown["head"] < shown["guide"] < shown["district"]


def test_the_totals_are_those_of_the_rows_and_a_state_narrows_the_board(town_services: Services) -> None:
    district = caller_named(town_services, "district")
    whole = board(town_services, district, chosen=Quarter(2026, 3))
    column = whole.quarters.index(Quarter(2026, 3))
    states = [row.cells[column].state for row in whole.rows]
    assert dict(whole.totals) == {state: states.count(state) for state in set(states)}
    missing = board(town_services, district, chosen=Quarter(2026, 3), state="missing")
    assert len(missing.rows) == states.count("missing") > 0


def test_opening_the_quarter_twice_adds_nothing(town_services: Services) -> None:
    assert open_quarter(town_services) == 0
    following = replace(town_services, settings=town_services.settings.model_copy(update={"today": date(2027, 1, 4)}))
    made = open_quarter(following)
    assert made > 0
    assert open_quarter(following) == 0
    guide = caller_named(following, "guide")
    row = board(following, guide).rows[0]
    task = stored(following, "Task", quarters.id_for("task", row.id, Quarter(2027, 1)))
    assert (task["status"], task["executionPeriod"]["end"]) == ("requested", "2027-03-31")
    assert row.cells[0].state == "due"


@pytest.mark.parametrize("text", ["2026", "2026-5", "x-1", "２０２６-1", "2026-1-1"])
def test_an_address_that_names_no_quarter_is_not_found(text: str) -> None:
    with pytest.raises(errors.NotFound):
        quarters.quarter_of(text)
