"""Recording, correcting and taking back measurements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from tests.town import TODAY, caller_named

from healthrec.errors import NotAllowed, Refused
from healthrec.services.children.find import find_children
from healthrec.services.children.record import open_record
from healthrec.services.context import Caller, Services
from healthrec.services.growth.record_measurement import Entry, on_day, record_measurement, take_back

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
    entry = Entry(DAY, weight="90 kg", reason="量了两次", confirmed=True)
    outcome = record_measurement(town_services, doctor, child, entry)
    assert outcome.impossible
    assert outcome.written == ()


def test_what_is_implausible_is_kept_with_its_reason(town_services: Services, doctor: Caller, child: str) -> None:
    low = str(round(float(_like_last(town_services, doctor, child)) * 0.7, 1))
    first = record_measurement(town_services, doctor, child, Entry(DAY, weight=low))
    assert first.implausible
    assert first.written == ()
    again = record_measurement(town_services, doctor, child, Entry(DAY, weight=low, reason="近期患病", confirmed=True))
    assert again.written
    assert on_day(open_record(town_services, doctor, child), TODAY).facts["weight"].notes == ("近期患病",)


def test_a_double_click_writes_once(town_services: Services, doctor: Caller, child: str) -> None:
    entry = Entry(DAY, weight=_like_last(town_services, doctor, child))
    record_measurement(town_services, doctor, child, entry, command_id="c-1")
    second = record_measurement(town_services, doctor, child, entry, command_id="c-1")
    assert len(on_day(open_record(town_services, doctor, child), TODAY).facts) == 1
    assert second.written or "weight" in second.issues


def test_a_correction_is_a_new_version_and_a_stale_one_is_shown(
    town_services: Services, doctor: Caller, child: str
) -> None:
    value = _like_last(town_services, doctor, child)
    record_measurement(town_services, doctor, child, Entry(DAY, weight=value))
    bases = on_day(open_record(town_services, doctor, child), TODAY).bases
    corrected = record_measurement(town_services, doctor, child, Entry(DAY, weight=value + "5", bases=bases))
    assert corrected.written[0].version == 2
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
