"""Recording, correcting and taking back measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.town import TODAY, caller_named

from healthrec.errors import NotAllowed, Refused
from healthrec.fhir.measuring import performers_of
from healthrec.services.children.find import find_children
from healthrec.services.children.places import places_of
from healthrec.services.children.record import open_record
from healthrec.services.context import Caller, Services
from healthrec.services.growth.day import earlier_values, on_day, take_back
from healthrec.services.growth.entry import Entry
from healthrec.services.growth.record_measurement import record_measurement

DAY = TODAY.isoformat()


@pytest.fixture
def doctor(town_services: Services) -> Caller:
    return caller_named(town_services, "doctor")


@pytest.fixture
def child(town_services: Services, doctor: Caller) -> str:
    """A child who was measured, but not today."""
    for row in find_children(town_services, doctor, "").rows:
        record = open_record(town_services, doctor, row.id)
        if record.measured() and not on_day(record, TODAY).facts and row.birth and row.birth < TODAY - timedelta(400):
            return row.id
    raise AssertionError("the town has no such child")


def _like_last(services: Services, doctor: Caller, child: str) -> str:
    weights = [fact for fact in open_record(services, doctor, child).measured() if fact.code == "29463-7"]
    return str(weights[-1].value)


def test_what_was_typed_is_kept_digit_by_digit(town_services: Services, doctor: Caller, child: str) -> None:
    typed = _like_last(town_services, doctor, child) + "0"
    full_width = typed.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    outcome = record_measurement(town_services, doctor, child, Entry(DAY, weight=full_width))
    assert len(outcome.written) == 1
    fact = on_day(open_record(town_services, doctor, child), TODAY).facts["weight"]
    assert fact.written == (typed, "kg")


@pytest.mark.parametrize(
    ("entry", "fields"),
    [
        ({"weight": "九点一"}, {"weight"}),
        ({"weight": "16500"}, {"weight"}),
        ({"weight": "-9"}, {"weight"}),
        ({"length": "85"}, {"posture"}),
        ({}, {"weight"}),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(
    town_services: Services, doctor: Caller, child: str, entry: Mapping[str, str], fields: set[str]
) -> None:
    outcome = record_measurement(town_services, doctor, child, Entry(DAY, **entry))  # type: ignore[arg-type]
    assert {*outcome.unclear, *outcome.issues} == fields
    assert outcome.written == ()


def test_what_is_impossible_is_refused_even_with_a_reason(town_services: Services, doctor: Caller, child: str) -> None:
    entry = Entry(DAY, weight="90 kg", reason="remeasured", confirmed=True)
    outcome = record_measurement(town_services, doctor, child, entry)
    assert outcome.impossible
    assert outcome.written == ()


def test_what_is_implausible_is_kept_with_its_reason(town_services: Services, doctor: Caller, child: str) -> None:
    low = str(round(float(_like_last(town_services, doctor, child)) * 0.7, 1))
    first = record_measurement(town_services, doctor, child, Entry(DAY, weight=low))
    assert first.implausible
    assert first.written == ()
    confirmed = Entry(DAY, weight=low, reason="ill", reason_text="发热三天", confirmed=True)
    assert record_measurement(town_services, doctor, child, confirmed).written
    taking = on_day(open_record(town_services, doctor, child), TODAY).takings["weight"]
    assert (taking.reason, taking.reason_text) == ("ill", "发热三天")


@pytest.mark.parametrize(("reason", "text"), [("", ""), ("other", "")])
def test_no_reason_and_another_one_without_words_are_none(
    town_services: Services, doctor: Caller, child: str, reason: str, text: str
) -> None:
    low = str(round(float(_like_last(town_services, doctor, child)) * 0.7, 1))
    entry = Entry(DAY, weight=low, reason=reason, reason_text=text, confirmed=True)
    assert record_measurement(town_services, doctor, child, entry).written == ()


def test_a_second_reading_bears_an_implausible_value_out(town_services: Services, doctor: Caller, child: str) -> None:
    low = round(float(_like_last(town_services, doctor, child)) * 0.7, 1)
    again = {"weight": (f"{low + 0.1:.1f}",)}
    entry = Entry(DAY, weight=str(low), again=again)
    assert record_measurement(town_services, doctor, child, entry).written
    day = on_day(open_record(town_services, doctor, child), TODAY)
    assert day.takings["weight"].reason == "remeasured"
    assert [float(one) for one in day.takings["weight"].readings] == [low, pytest.approx(low + 0.1)]
    assert float(day.facts["weight"].value) == pytest.approx(low + 0.05)


def test_two_readings_that_do_not_agree_ask_for_a_third(town_services: Services, doctor: Caller, child: str) -> None:
    value = float(_like_last(town_services, doctor, child))
    two = Entry(DAY, weight=f"{value:.2f}", again={"weight": (f"{value + 0.3:.2f}",)})
    outcome = record_measurement(town_services, doctor, child, two)
    assert [check.code for check in outcome.implausible] == ["readings-apart"]
    assert outcome.written == ()
    three = replace(two, again={"weight": (f"{value + 0.3:.2f}", f"{value + 0.02:.2f}")})
    assert record_measurement(town_services, doctor, child, three).written
    day = on_day(open_record(town_services, doctor, child), TODAY)
    assert float(day.facts["weight"].value) == pytest.approx(value + 0.02)


def test_a_further_reading_that_is_unclear_is_said_at_its_own_box(
    town_services: Services, doctor: Caller, child: str
) -> None:
    entry = Entry(DAY, weight="9.1", again={"weight": ("9.2", "九")})
    assert set(record_measurement(town_services, doctor, child, entry).unclear) == {"weight_3"}


def test_how_it_was_taken_is_kept_and_weighed(town_services: Services, doctor: Caller, child: str) -> None:
    """A tenth and a bit less than before asks for a reason; of a child that cried it is noted."""
    low = f"{float(_like_last(town_services, doctor, child)) * 0.89:.2f}"
    assert record_measurement(town_services, doctor, child, Entry(DAY, weight=low)).implausible
    entry = Entry(DAY, weight=low, clothing="light", state="crying", remarks=("刚睡醒",))
    outcome = record_measurement(town_services, doctor, child, entry)
    assert [(check.code, check.excused) for check in outcome.unusual] == [("lost-weight", "crying")]
    day = on_day(open_record(town_services, doctor, child), TODAY)
    assert (day.takings["weight"].clothing, day.takings["weight"].states) == ("light", ("crying",))
    assert day.facts["weight"].notes == ("刚睡醒",)


def test_who_measured_and_for_whom_is_kept(town_services: Services, doctor: Caller, child: str) -> None:
    entry = Entry(DAY, weight=_like_last(town_services, doctor, child))
    record_measurement(town_services, doctor, child, entry)
    record = open_record(town_services, doctor, child)
    fact = on_day(record, TODAY).facts["weight"]
    document = next(one for one in record.of("Observation") if one["id"] == fact.id)
    person, place = performers_of(document)
    assert person == doctor.person_reference
    with town_services.database.read() as connection:
        assert places_of(connection, [document]) == {fact.id: place.partition("/")[2]}
        only_person = {**document, "performer": [{"reference": person}]}
        assert places_of(connection, [only_person]) == {fact.id: place.partition("/")[2]}
        nobody = {**document, "performer": [{"reference": "RelatedPerson/x"}, {"display": "李护士"}]}
        assert places_of(connection, [nobody]) == {}


def test_a_double_click_writes_once(town_services: Services, doctor: Caller, child: str) -> None:
    entry = Entry(DAY, weight=_like_last(town_services, doctor, child))
    first = record_measurement(town_services, doctor, child, entry, command_id="c-1")
    second = record_measurement(town_services, doctor, child, entry, command_id="c-1")
    assert len(on_day(open_record(town_services, doctor, child), TODAY).facts) == 1
    assert second.written == first.written


def test_a_correction_is_a_new_version_and_a_stale_one_is_shown(
    town_services: Services, doctor: Caller, child: str
) -> None:
    value = _like_last(town_services, doctor, child)
    record_measurement(town_services, doctor, child, Entry(DAY, weight=value))
    bases = on_day(open_record(town_services, doctor, child), TODAY).bases
    corrected = record_measurement(town_services, doctor, child, Entry(DAY, weight=value + "5", bases=bases))
    assert corrected.written[0].version == 2
    day = on_day(open_record(town_services, doctor, child), TODAY)
    (before,) = earlier_values(town_services, day)
    assert (before.field, before.written, before.version) == ("weight", (value, "kg"), 1)
    assert before.who
    stale = record_measurement(town_services, doctor, child, Entry(DAY, weight=value + "7", bases=bases))
    assert stale.written == ()
    assert str(stale.stale["weight"].value) == value + "5"


def test_a_second_value_of_the_day_has_to_be_a_correction(town_services: Services, doctor: Caller, child: str) -> None:
    entry = Entry(DAY, weight=_like_last(town_services, doctor, child))
    record_measurement(town_services, doctor, child, entry)
    assert "weight" in record_measurement(town_services, doctor, child, entry).issues


def test_taking_back_needs_a_reason_and_keeps_the_history(town_services: Services, doctor: Caller, child: str) -> None:
    entry = Entry(DAY, weight=_like_last(town_services, doctor, child))
    record_measurement(town_services, doctor, child, entry)
    with pytest.raises(Refused):
        take_back(town_services, doctor, child, TODAY, " ")
    (written,) = take_back(town_services, doctor, child, TODAY, "记错了孩子")
    assert written.version == 2
    assert on_day(open_record(town_services, doctor, child), TODAY).facts == {}


def test_a_carer_may_not_record(town_services: Services) -> None:
    carer = caller_named(town_services, "carer")
    rows = find_children(town_services, carer, "").rows
    if rows:
        with pytest.raises(NotAllowed):
            record_measurement(town_services, carer, rows[0].id, Entry(DAY, weight="11.1"))


def test_nothing_changed_writes_nothing(town_services: Services, doctor: Caller, child: str) -> None:
    entry = Entry(DAY, weight=_like_last(town_services, doctor, child), clothing="bare")
    record_measurement(town_services, doctor, child, entry)
    bases = on_day(open_record(town_services, doctor, child), TODAY).bases
    assert record_measurement(town_services, doctor, child, replace(entry, bases=bases)).written == ()
    dressed = replace(entry, bases=bases, clothing="heavy")
    assert record_measurement(town_services, doctor, child, dressed).written[0].version == 2


def test_a_corrected_birth_weight_stays_one(town_services: Services, doctor: Caller) -> None:
    rows = find_children(town_services, doctor, "").rows
    records = [open_record(town_services, doctor, row.id) for row in rows]
    record = next(one for one in records if "weight" in on_day(one, one.facts.birth_date or TODAY).facts)
    birth = record.facts.birth_date or TODAY
    day = on_day(record, birth)
    grams = day.facts["weight"].written
    entry = Entry(birth.isoformat(), weight=f"{day.facts['weight'].value + Decimal('0.01')}", bases=day.bases)
    assert record_measurement(town_services, doctor, record.row.id, entry).written
    fact = on_day(open_record(town_services, doctor, record.row.id), birth).facts["weight"]
    assert (fact.code, grams[1], fact.written[1]) == ("8339-4", "g", "kg")
