"""What two sources tell otherwise is one list for whoever decides: the longest waiting first, nothing left out without a count."""

from __future__ import annotations

import pytest
from tests.town import caller_named

from healthrec import errors
from healthrec.services.context import Services
from healthrec.services.immunization.decide_dose import decide_dose
from healthrec.services.immunization.differences import differences, waiting_differences
from healthrec.services.immunization.record_dose import mark_mistaken, record_dose
from healthrec.store import children, dose_differences, doses

SEEN = {"vaccine": "Var", "date": "2026-10-12", "dose": "1", "source": "certificate", "lot": "A1"}


def own_child(services: Services, username: str) -> str:
    """The oldest child of that sign-in with no dose of the vaccine on record."""
    with services.database.read() as connection:
        viewer = caller_named(services, username).viewer
        found = children.all_of(connection, viewer, ("", 0), True, 100)
        known = doses.of_children(connection, viewer, [one.key for one in found])
    free = [one for one in found if not any('"Var"' in body for body in known.get(one.key, ()))]
    return min(free, key=lambda one: one.birth_day).id


def told_twice(
    services: Services, username: str = "vaccinator", *otherwise: dict[str, str]
) -> tuple[str, str, list[str]]:
    """(child, the dose on record, the words that differ from it)."""
    nurse, child = caller_named(services, username), own_child(services, username)
    recorded = record_dose(services, nurse, child, SEEN)
    words = otherwise or ({"date": "2026-10-13", "source": "told"},)
    return child, recorded, [record_dose(services, nurse, child, SEEN | one) for one in words]


def ids(services: Services, username: str, show: str = "open", after: int = 0, count: int = 50) -> list[str]:
    return [one.row.id for one in differences(services, caller_named(services, username), show, after, count).rows]


def test_each_difference_is_listed_with_both_sides_since_it_came(town_services: Services) -> None:
    child, recorded, (other,) = told_twice(town_services)
    (one,) = differences(town_services, caller_named(town_services, "vaccinator")).rows
    assert (one.row.child_id, one.recorded["id"], one.other["id"]) == (child, recorded, other)
    assert one.since == town_services.real_day()
    assert waiting_differences(town_services, caller_named(town_services, "vaccinator")) == 1


def test_what_was_decided_leaves_the_list(town_services: Services) -> None:
    child, _, words = told_twice(town_services, "vaccinator", {"date": "2026-10-13"}, {"lot": "B2"})
    nurse = caller_named(town_services, "vaccinator")
    for id_, decision in zip(words, ("recorded", "other"), strict=True):
        assert id_ in ids(town_services, "vaccinator")
        decide_dose(town_services, nurse, child, id_, decision, "核对过接种证")
    assert ids(town_services, "vaccinator") == []
    assert waiting_differences(town_services, nurse) == 0


def test_a_difference_with_a_mistake_is_counted_apart(town_services: Services) -> None:
    _, recorded, (other,) = told_twice(town_services)
    nurse = caller_named(town_services, "vaccinator")
    mark_mistaken(town_services, nurse, recorded, 1, "写错了人")
    found = differences(town_services, nurse)
    assert (found.rows, found.counts["open"], found.counts["settled"]) == ((), 0, 1)
    assert ids(town_services, "vaccinator", "settled") == [other]


def test_a_closed_record_is_counted_apart(town_services: Services) -> None:
    child, _, (other,) = told_twice(town_services)
    from sqlalchemy import update

    from healthrec.store import tables

    with town_services.database.write() as connection:
        connection.execute(update(tables.child).where(tables.child.c.id == child).values(active=0))
    found = differences(town_services, caller_named(town_services, "vaccinator"))
    assert (found.counts["open"], found.counts["closed"]) == (0, 1)
    assert ids(town_services, "vaccinator", "closed") == [other]


def test_a_page_ends_and_the_next_one_goes_on(town_services: Services) -> None:
    _, _, words = told_twice(town_services, "vaccinator", {"date": "2026-10-13"}, {"date": "2026-10-14"}, {"lot": "B2"})
    nurse = caller_named(town_services, "vaccinator")
    first = differences(town_services, nurse, count=2)
    rest = differences(town_services, nurse, after=first.after, count=2)
    assert [one.row.id for one in (*first.rows, *rest.rows)] == words
    assert (bool(first.after), rest.after) == (True, 0)


def test_nobody_reads_of_the_children_of_others(town_services: Services) -> None:
    _, _, (other,) = told_twice(town_services)
    theirs = ids(town_services, "vaccinator2")
    assert other not in theirs
    assert differences(town_services, caller_named(town_services, "vaccinator2")).counts["open"] == len(theirs)
    for username in ("nurse", "guide", "parent", "head"):
        with pytest.raises(errors.NotAllowed):
            differences(town_services, caller_named(town_services, username))
        assert waiting_differences(town_services, caller_named(town_services, username)) == 0
    with pytest.raises(errors.NotFound):
        differences(town_services, caller_named(town_services, "vaccinator"), "everything")


def test_a_difference_with_the_immunoglobulin_is_for_those_who_may_know_of_it(town_services: Services) -> None:
    nurse, child = caller_named(town_services, "vaccinator"), own_child(town_services, "vaccinator")
    record_dose(town_services, nurse, child, SEEN | {"vaccine": "HBIG"})
    record_dose(town_services, nurse, child, SEEN | {"vaccine": "HBIG", "lot": "C1", "source": "told"})
    assert len(ids(town_services, "vaccinator")) == 1
    with town_services.database.read() as connection:
        for parent in ("parent", "specialist"):
            viewer = caller_named(town_services, parent).viewer
            assert dose_differences.page(connection, viewer, "open", 0, 9) == []
