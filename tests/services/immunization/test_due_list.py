"""Lists of what is due: every child in one group, who was called, what a nursery is told, the clinic's day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from tests import immds
from tests.services.immunization.test_due_dates import about, on, write
from tests.services.immunization.vaccinating import child_with_due
from tests.town import caller_named, the_town

from healthrec.domain.due import ALL, ENTRANCE
from healthrec.errors import NotAllowed, NotFound, Refused
from healthrec.fhir.contact import ContactFact, communication_of, contact_of
from healthrec.fhir.json import parse
from healthrec.services.contacts.record_contact import contacts_with, record_contact
from healthrec.services.context import Services
from healthrec.services.immunization import due_list as lists
from healthrec.services.immunization.due_list import DueChild, DueList, Filters, due_list
from healthrec.services.immunization.session_list import session
from healthrec.store import children, due_lists, resources
from healthrec.store.children import ChildRow
from healthrec.store.due_lists import BUCKETS, Bucket, Item, Listed, Question

pytestmark = pytest.mark.one_database
TODAY = date(2026, 11, 22)


def listed(services: Services, username: str = "vaccinator", **filters: str) -> DueList:
    return due_list(services, caller_named(services, username), Filters(**filters))


def panel(services: Services, username: str = "vaccinator") -> set[str]:
    with services.database.read() as connection:
        rows = children.all_of(connection, caller_named(services, username).viewer, ("", 0), True, 1000)
    return {row.id for row in rows}


def ids(found: DueList) -> list[str]:
    return [one.row.id for one in found.rows]


def an_open_child(services: Services, place: int = 0) -> str:
    """A child on the list: where nothing is due, its last dose was a mistake."""
    found, _ = child_with_due(services, place)
    assert found in ids(listed(services))
    return found


@pytest.mark.parametrize("username", ["vaccinator", "doctor", "nurse"])
def test_every_child_is_in_one_group_and_each_group_opens(shared_services: Services, username: str) -> None:
    found = listed(shared_services, username)
    everybody = Counter(id_ for name in BUCKETS for id_ in ids(listed(shared_services, username, show=name)))
    assert set(everybody) == panel(shared_services, username)
    assert set(everybody.values()) == {1}
    assert sum(found.counts.values()) == len(everybody)


def test_the_late_come_before_the_due_and_the_longest_late_first(town_services: Services) -> None:
    for place in range(4):
        an_open_child(town_services, place)
    found = listed(town_services).rows
    assert len(found) >= 4
    order = [(one.listed.bucket != "late", one.listed.since, one.listed.key) for one in found]
    assert order == sorted(order)
    assert {one.listed.bucket for one in found} <= {"late", "due"}


@pytest.mark.parametrize("line", [ALL, "mmr", ENTRANCE])
def test_a_large_panel_that_is_walked_gives_what_a_small_one_read_whole_gives(
    shared_services: Services, line: str
) -> None:
    viewer = caller_named(shared_services, "doctor").viewer
    asked = Question(line, "vaccination", TODAY.toordinal())
    with shared_services.database.read() as connection:
        whole = due_lists.whole(connection, viewer, asked)
        for name in BUCKETS:
            walked = due_lists.page(connection, viewer, asked, name, (0, 0), 100)
            expected = [one.key for one in whole if one.bucket == name]
            if name in ("complete", "aged-out", "closed"):
                expected.sort()
            assert [one.key for one in walked] == expected
        counts = due_lists.counts(connection, viewer, asked)
    assert {name: count for name, count in counts.items() if count} == Counter(one.bucket for one in whole)


@pytest.mark.parametrize("whole", [True, False])
def test_pages_follow_one_another_without_gap_or_repeat(
    shared_services: Services, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    monkeypatch.setattr(lists, "_WHOLE", 3000 if whole else 0)
    caller, seen, after = caller_named(shared_services, "vaccinator"), [], ""
    everybody = ids(due_list(shared_services, caller, Filters(show="later"), 100))
    while True:
        found = due_list(shared_services, caller, Filters(show="later", after=after), 2)
        seen += ids(found)
        after = found.after
        if not after:
            break
    assert seen == everybody


@pytest.mark.parametrize(
    ("bucket", "last_given", "standing"),
    [
        ("late", (None, None), "unseen"),
        ("late", (None, 739_000), "late"),
        ("due", (None, None), "due"),
        ("late", (), "late"),  # a nursery, which is told of no vaccine
    ],
)
def test_who_has_no_dose_on_record_is_not_called_overdue(
    bucket: Bucket, last_given: tuple[int | None, ...], standing: str
) -> None:
    row = ChildRow(*[None] * len(ChildRow._fields))
    items = tuple(Item(*[0] * len(Item._fields))._replace(last_given=day) for day in last_given)
    assert DueChild(row, None, Listed(1, bucket, 0, None, None, None, None), items).standing == standing


def test_a_place_in_the_address_that_nobody_wrote_begins_anew(shared_services: Services) -> None:
    assert ids(listed(shared_services, after="late.x.y")) == ids(listed(shared_services))


def test_a_vaccine_narrows_the_list_to_those_who_need_it(shared_services: Services) -> None:
    for antigen in ("mmr", "hepb", "dtp"):
        for one in listed(shared_services, vaccine=antigen).rows:
            assert any(item.antigen == antigen and item.due_from <= TODAY.toordinal() for item in one.items)


def test_a_nursery_narrows_it_and_those_in_none_are_counted_with_a_way_to_them(shared_services: Services) -> None:
    nursery = the_town().institutions.nurseries[0].organization.id
    inside = listed(shared_services, at=nursery, show="later")
    nowhere = {id_ for name in BUCKETS for id_ in ids(listed(shared_services, at="none", show=name))}
    with shared_services.database.read() as connection:
        keys = [row.key for row in children.rows_of(connection, [one.row.key for one in inside.rows])]
        places = children.places_of(connection, keys, TODAY.toordinal())
    assert set(places) == set(keys)
    assert nowhere.isdisjoint(ids(inside))
    open_nowhere = sum(len(ids(listed(shared_services, at="none", show=name))) for name in ("late", "due"))
    assert inside.nowhere == open_nowhere


def test_where_nurseries_are_many_only_the_chosen_one_offers_its_classes(
    shared_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = the_town().institutions.nurseries[0]
    own = {room.id for band in first.classes for room in band}
    nursery, room = first.organization.id, min(own)

    def classes(at: str) -> set[str]:
        return {one.id for one in listed(shared_services, at=at).places if one.kind == "class"}

    assert own < classes("")
    monkeypatch.setattr(lists, "_FEW_NURSERIES", 1)
    assert classes("") == classes("none") == set()
    assert classes(nursery) == classes(room) == own


@pytest.mark.parametrize("filters", [{"vaccine": "scurvy"}, {"show": "pretty"}, {"at": "no-such-place"}])
def test_an_unknown_filter_is_not_found(shared_services: Services, filters: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        listed(shared_services, **filters)


@pytest.mark.parametrize("username", ["parent", "carer", "head", "admin", "auditor", "district"])
def test_it_is_for_those_who_call_families(shared_services: Services, username: str) -> None:
    with pytest.raises(NotAllowed):
        listed(shared_services, username)


def test_a_nursery_is_told_no_vaccine_and_cannot_ask_by_one(shared_services: Services) -> None:
    found = listed(shared_services, "nurse")
    assert (found.plain, found.vaccines) == (True, ())
    assert found.counts["later"]
    assert [one.items for one in found.rows] == [()] * len(found.rows)
    assert {name for name, count in found.counts.items() if count} <= {
        "late",
        "deferred",
        "later",
        "closed",
        "no-birth-date",
    }
    with pytest.raises(NotFound):
        listed(shared_services, "nurse", vaccine="mmr")


def test_a_child_without_a_full_birth_date_and_a_closed_record_are_not_hidden(town_services: Services) -> None:
    one, other = sorted(panel(town_services))[:2]
    for id_, changed in ((one, {"birthDate": "2024-05"}), (other, {"active": False})):
        with town_services.database.read() as connection:
            row = resources.find(connection, "Patient", id_)
        write(town_services, parse((row.body or "").encode()) | changed, id_, row.version)
    assert ids(listed(town_services, show="no-birth-date")) == [one]
    assert ids(listed(town_services, show="closed")) == [other]


def call(services: Services, child_id: str, outcome: str, username: str = "vaccinator", **more: str) -> None:
    list_ = "entrance" if username == "nurse" else "vaccination"
    record_contact(services, caller_named(services, username), child_id, list_, {"outcome": outcome} | more)


@pytest.mark.parametrize(
    ("outcome", "more", "bucket"),
    [
        ("agreed", {"again_on": "2026-11-23"}, "waiting"),
        ("later", {"again_on": "2026-12-01"}, "waiting"),
        ("refused", {}, "refused"),
        ("elsewhere", {}, "elsewhere"),
        ("moved", {}, "moved"),
    ],
)
def test_what_came_of_a_call_puts_the_child_where_it_is_counted_with_its_reason(
    town_services: Services, outcome: str, more: dict[str, str], bucket: str
) -> None:
    one = an_open_child(town_services)
    before = listed(town_services).counts
    call(town_services, one, outcome, **more)
    found = listed(town_services, show=bucket)
    assert one in ids(found)
    assert one not in ids(listed(town_services))
    assert sum(found.counts.values()) == sum(before.values())


def test_who_agreed_and_did_not_come_is_back_on_the_list_on_that_day(town_services: Services) -> None:
    one = an_open_child(town_services)
    call(town_services, one, "agreed", again_on="2026-11-24")
    assert one not in ids(listed(on(town_services, date(2026, 11, 23))))
    (row,) = [each for each in listed(on(town_services, date(2026, 11, 24))).rows if each.row.id == one]
    assert (row.listed.outcome, row.listed.again_on) == ("agreed", date(2026, 11, 24).toordinal())


def test_the_third_call_in_vain_asks_whether_the_child_has_moved(town_services: Services) -> None:
    one, nurse = an_open_child(town_services), caller_named(town_services, "vaccinator")
    begun = contacts_with(town_services, nurse, one, "vaccination").in_vain
    for _ in range(2 - begun):
        call(town_services, one, "no-answer")
    with pytest.raises(Refused) as refused:
        call(town_services, one, "wrong-number")
    assert [(issue.key, issue.expression) for issue in refused.value.issues] == [("contact.decide", "decided")]
    call(town_services, one, "wrong-number", decided="again")
    assert one in ids(listed(town_services))
    call(town_services, one, "no-answer", decided="lost")
    assert one in ids(listed(town_services, show="lost"))
    assert contacts_with(town_services, nurse, one, "vaccination").earlier[0].outcome == "lost"


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({}, "contact.outcome-needed"),
        ({"outcome": "perhaps"}, "contact.outcome-needed"),
        ({"outcome": "later"}, "contact.day-needed"),
        ({"outcome": "agreed", "again_on": "soon"}, "contact.day-needed"),
        ({"outcome": "agreed", "again_on": "2026-11-22"}, "contact.day-to-come"),
        ({"outcome": "refused", "note": "长" * 201}, "contact.note-too-long"),
    ],
)
def test_a_contact_that_says_too_little_is_refused_by_its_field(
    shared_services: Services, fields: dict[str, str], key: str
) -> None:
    nurse, one = caller_named(shared_services, "vaccinator"), sorted(panel(shared_services))[0]
    with pytest.raises(Refused) as refused:
        record_contact(shared_services, nurse, one, "vaccination", fields)
    assert refused.value.issues[0].key == key


def test_a_contact_reads_as_it_was_written() -> None:
    fact = ContactFact("vaccination", "agreed", "2026-11-22T10:00:00+08:00", date(2026, 11, 24), "下午来")
    assert contact_of(communication_of(fact, "c1", "Practitioner/p1")) == fact
    bare = ContactFact("entrance", "moved", "2026-11-22T10:00:00+08:00")
    assert contact_of(communication_of(bare, "c1", "")) == bare
    assert contact_of({"resourceType": "Communication", "status": "completed"}) is None


def test_the_clinics_calls_are_closed_to_a_nursery_and_a_mistake_is_taken_back(town_services: Services) -> None:
    shared = sorted(panel(town_services) & panel(town_services, "nurse"))[0]
    nurse = caller_named(town_services, "nurse")
    call(town_services, shared, "refused")
    assert contacts_with(town_services, nurse, shared, "vaccination").earlier == ()
    with pytest.raises(NotAllowed):
        record_contact(town_services, nurse, shared, "vaccination", {"outcome": "moved"})
    call(town_services, shared, "moved", "nurse")
    assert len(contacts_with(town_services, nurse, shared, "entrance").earlier) == 1
    with pytest.raises(NotFound):
        contacts_with(town_services, nurse, shared, "birthdays")


def test_who_was_called_and_had_a_dose_since_came_back(town_services: Services) -> None:
    before = listed(town_services)
    one = next(id_ for id_ in sorted(panel(town_services)) if id_ not in _called(town_services))
    call(town_services, one, "agreed", again_on="2026-11-23")
    called = listed(town_services)
    assert (called.called - before.called, called.came - before.came) == (1, 0)
    later = on(town_services, date(2026, 11, 23))
    write(later, about(immds.dose("x", immds.concept(immds.VACCINE, "IIV4"), "2026-11-23"), one))
    came = due_list(later, caller_named(later, "vaccinator"), Filters())
    assert came.came - before.came == 1


def _called(services: Services) -> set[str]:
    nurse = caller_named(services, "vaccinator")
    return {id_ for id_ in panel(services) if contacts_with(services, nurse, id_, "vaccination").earlier}


def test_who_may_not_know_why_sees_that_a_doctor_decides_and_the_doctor_sees_the_dates(
    town_services: Services,
) -> None:
    one = an_open_child(town_services)
    write(town_services, about(immds.condition("hiv-infected", "2026-01-01"), one))
    nurse, doctor = listed(town_services, show="doctor"), listed(town_services, "doctor", show="doctor")
    if one in ids(nurse):
        assert {item.held for each in nurse.rows if each.row.id == one for item in each.items if not item.complete} == {
            "doctor"
        }
    assert one not in ids(doctor)
    everywhere = [id_ for name in BUCKETS for id_ in ids(listed(town_services, "doctor", show=name))]
    assert everywhere.count(one) == 1


def test_a_vaccination_nurse_reads_the_dates_that_follow_from_the_mother(town_services: Services) -> None:
    one = an_open_child(town_services)
    write(town_services, about(immds.condition("mother-hbsag-positive"), one))
    write(town_services, about(immds.observation("8339-4", 1900, "g"), one) | {"effectiveDateTime": "2026-01-01"})
    everywhere = [id_ for name in BUCKETS for id_ in ids(listed(town_services, show=name))]
    assert everywhere.count(one) == 1
    assert one not in ids(listed(town_services, show="doctor"))


def test_the_clinics_day_lists_who_agreed_first_and_counts_what_is_needed(town_services: Services) -> None:
    one, nurse = an_open_child(town_services), caller_named(town_services, "vaccinator")
    an_open_child(town_services, 1)
    day = TODAY + timedelta(days=3)
    call(town_services, one, "agreed", again_on=day.isoformat())
    found = session(town_services, nurse, day)
    assert [each.child.row.id for each in found.coming] == [one]
    assert found.coming[0].needs
    assert one not in [each.child.row.id for each in found.others]
    assert {need.standing for each in found.others for need in each.needs} & {"overdue", "due"}


def test_an_appointment_for_a_vaccination_puts_a_child_on_the_days_list(town_services: Services) -> None:
    one = sorted(panel(town_services))[0]
    day = TODAY + timedelta(days=40)
    who = {"actor": {"reference": f"Patient/{one}"}, "status": "accepted"}
    kind = immds.concept("https://healthrec.example/fhir/CodeSystem/appointment-kind", "vaccination")
    times = {"start": f"{day}T09:00:00+08:00", "end": f"{day}T09:30:00+08:00"}
    document = {"resourceType": "Appointment", "status": "booked", "serviceCategory": [kind], "participant": [who]}
    write(town_services, document | times)
    nurse = caller_named(town_services, "vaccinator")
    assert [each.child.row.id for each in session(town_services, nurse, day).coming] == [one]
    assert session(town_services, nurse, day + timedelta(days=1)).coming == ()


@pytest.mark.parametrize("days", [-1, 91])
def test_a_day_that_is_past_or_far_is_refused(shared_services: Services, days: int) -> None:
    with pytest.raises(Refused):
        session(shared_services, caller_named(shared_services, "vaccinator"), TODAY + timedelta(days=days))


def test_the_days_list_is_for_the_clinic(shared_services: Services) -> None:
    with pytest.raises(NotAllowed):
        session(shared_services, caller_named(shared_services, "nurse"), TODAY)
