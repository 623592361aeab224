"""A growth measurement as an Observation: written to its profile, and read back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.fhir.profiles import broken, definition

from healthrec.domain.growth import Measure, Measurement
from healthrec.fhir.json import dump, parse
from healthrec.fhir.measuring import (
    AT_BIRTH,
    BODY_POSITION,
    MEASURES,
    READING,
    Taking,
    corrected_observation,
    counts,
    growth_observation,
    performers_of,
    taking_of,
    taking_under,
)
from healthrec.fhir.validation import check
from healthrec.wording.terms import TERMS

DAY = date(2026, 11, 20)
BY = [{"reference": "Practitioner/p"}, {"reference": "Organization/o"}, {"display": "李护士"}]
TAKING = Taking(
    readings=(Decimal("9.10"), Decimal("9.2")),
    clothing="heavy",
    states=("crying", "uncertain"),
    reason="ill",
    reason_text="发热三天",
    device="Device/scale",
)


def written(measure: Measure = "weight", value: str = "9.15", taking: Taking = TAKING, *notes: str) -> dict[str, Any]:
    return growth_observation("child", Measurement(measure, Decimal(value), DAY), taking, BY, notes)


@pytest.mark.parametrize("measure", ["weight", "length", "height", "head"])
@pytest.mark.parametrize("taking", [Taking(), TAKING])
def test_what_is_written_is_fhir_and_keeps_to_its_profile(measure: Measure, taking: Taking) -> None:
    document = parse(dump(written(measure, "9.15", taking, "刚睡醒")).encode())
    assert check(document) == []
    assert broken("growth-measurement", document) == []


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"code": {"coding": [{"system": "http://loinc.org", "code": "8310-5"}]}}, "Observation.code"),
        ({"valueQuantity": None}, "Observation.value[x]"),
        ({"valueQuantity": {"value": 9, "system": "http://other", "code": "kg"}}, "Observation.value[x].system"),
        ({"effectiveDateTime": None, "effectiveInstant": "2026-11-20T00:00:00Z"}, "Observation.effective[x]"),
        ({"device": {"reference": "Patient/1"}}, "Observation.device"),
        ({"extension": [{"url": BODY_POSITION}] * 2}, "Observation.extension:bodyPosition"),
    ],
)
def test_the_profile_is_one_that_can_be_broken(change: dict[str, Any], element: str) -> None:
    document = {name: part for name, part in (written() | change).items() if part is not None}
    assert element in broken("growth-measurement", document)


def test_what_was_written_is_read_back() -> None:
    document = parse(dump(written()).encode())
    assert taking_of(document) == TAKING
    assert performers_of(document) == ("Practitioner/p", "Organization/o")
    assert dump(document["valueQuantity"]).startswith('{"value":9.15,')
    assert taking_of(parse(dump(written(taking=Taking())).encode())) == Taking()


def test_clothes_are_kept_with_weights_only_and_the_position_with_sizes_only() -> None:
    assert taking_of(written("head", "45.0")).clothing == ""
    assert [one["url"] for one in written("length", "70", Taking())["extension"]] == [BODY_POSITION]
    assert "extension" not in written("weight", "9", Taking())


def test_circumstances_are_what_may_excuse_a_value() -> None:
    assert TAKING.circumstances == {"clothed", "crying", "uncertain"}
    assert Taking(clothing="light", states=("calm",)).circumstances == frozenset()
    assert taking_under(["clothed", "crying"], "称了两次") == Taking(
        (), "heavy", ("crying",), reason="other", reason_text="称了两次"
    )
    assert taking_under([]) == Taking()


class TestCorrections:
    BEFORE = written("length", "70.0", Taking(device="Device/board"), "先前的备注") | {
        "id": "w1",
        "meta": {"versionId": "1"},
        "encounter": {"reference": "Encounter/e"},
        "extension": [{"url": "http://elsewhere", "valueString": "x"}, {"url": BODY_POSITION}, {"url": READING}],
    }

    def corrected(self, one: Measurement, *notes: str, **before: Any) -> dict[str, Any]:
        return corrected_observation(self.BEFORE | before, one, Taking(states=("crying",)), BY, notes)

    def test_a_correction_says_anew_how_it_was_taken_and_keeps_the_rest(self) -> None:
        after = self.corrected(Measurement("height", Decimal("71.0"), DAY), "量错了体位")
        assert (after["id"], after["encounter"], after["status"]) == ("w1", {"reference": "Encounter/e"}, "corrected")
        assert [one["url"] for one in after["extension"]] == ["http://elsewhere", BODY_POSITION]
        assert [one["text"] for one in after["note"]] == ["先前的备注", "量错了体位"]
        assert after["code"]["coding"][0]["code"] == "8302-2"
        assert taking_of(after) == Taking(states=("crying",))
        assert after["subject"] == self.BEFORE["subject"]

    def test_the_code_stays_where_it_means_the_same_measure(self) -> None:
        birth = {"code": {"coding": [{"system": "http://loinc.org", "code": "8339-4"}]}, "note": []}
        after = self.corrected(Measurement("weight", Decimal("3.4"), DAY), **birth)
        assert after["code"] == birth["code"]
        assert "note" not in after or after["note"] == []


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("29463-7", DAY, True),
        ("8287-5", DAY, True),
        ("29463-7", None, False),
        ("8310-5", DAY, False),
        ("8339-4", DAY, True),
        ("89269-5", DAY, True),
        ("8339-4", date(2026, 11, 21), False),
    ],
)
def test_a_birth_measurement_counts_on_the_day_of_birth(code: str, day: date | None, expected: bool) -> None:
    assert counts(code, day, DAY) is expected


def test_readings_of_other_units_and_odd_extensions_are_left_alone() -> None:
    odd = [{"url": READING, "valueQuantity": {"value": 20, "code": "[lb_av]"}}, {"url": READING, "valueString": "9"}]
    assert taking_of({"extension": odd, "component": [{"valueString": "x"}]}) == Taking()


def test_the_value_set_lists_what_is_read() -> None:
    (part,) = definition("growth-measurement-codes")["compose"]["include"]
    assert {one["code"] for one in part["concept"]} == set(MEASURES) >= AT_BIRTH


def test_the_code_system_says_the_words_of_the_pages() -> None:
    groups = {one["code"]: one["concept"] for one in definition("measuring")["concept"]}
    terms = {"position": "posture", "clothing": "clothing", "state": "measuring-state", "instrument": "instrument"}
    for group, term in terms.items():
        assert {one["code"]: (one["display"], one["designation"][0]["value"]) for one in groups[group]} == TERMS[term]
    assert {one["code"] for one in groups["reason"]} == set(TERMS["measuring-reason"])
