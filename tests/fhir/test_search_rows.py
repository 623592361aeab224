from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.fhir.examples import LOINC, kilograms, observation, patient

from healthrec.fhir.names import normal, pinyin_keys
from healthrec.fhir.primitives import EARLIEST, LATEST
from healthrec.fhir.search_clauses import Criterion
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.search_query import parse_search
from healthrec.fhir.search_rows import DateRow, QuantityRow, ReferenceRow, StringRow, TokenRow, rows
from healthrec.fhir.search_values import TokenValue


def code(type: str, name: str) -> int:
    return PARAMS[type][name].code


def test_the_rows_of_a_weight() -> None:
    found = rows(observation())
    assert found.tokens == [
        TokenRow(code("Observation", "status"), "http://hl7.org/fhir/observation-status", "final"),
        TokenRow(
            code("Observation", "category"),
            "http://terminology.hl7.org/CodeSystem/observation-category",
            "vital-signs",
        ),
        TokenRow(code("Observation", "code"), LOINC, "29463-7"),
    ]
    assert found.strings == []
    assert found.dates == [DateRow(code("Observation", "date"), 1709596800, 1709683200)]
    assert found.references == [
        ReferenceRow(code("Observation", "subject"), "Patient", "1"),
        ReferenceRow(code("Observation", "performer"), "Practitioner", "n1"),
    ]
    assert found.quantities == [QuantityRow(code("Observation", "value-quantity"), 7.3, "kg", 7.3, "kg")]


def test_grams_are_indexed_in_the_same_place_as_kilograms() -> None:
    [grams] = rows(observation(valueQuantity=kilograms(7900, code="g", unit="g"))).quantities
    [exact] = rows(observation(valueQuantity=kilograms(Decimal("7.90")))).quantities
    assert (grams.value, grams.unit) == (exact.value, exact.unit) == (7.9, "kg")
    assert (grams.original, grams.code) == (7900.0, "g")


def test_a_quantity_outside_UCUM_keeps_its_own_unit() -> None:
    [row] = rows(observation(valueQuantity={"value": 2, "unit": "boxes"})).quantities
    assert (row.value, row.unit, row.code) == (2.0, "boxes", "boxes")


def test_the_rows_of_a_child() -> None:
    found = rows(patient())
    tokens = {(row.param, row.code) for row in found.tokens}
    assert (code("Patient", "phone"), "5550100") in tokens
    assert (code("Patient", "telecom"), "5550100") in tokens
    assert code("Patient", "email") not in {row.param for row in found.tokens}
    assert TokenRow(code("Patient", "gender"), "http://hl7.org/fhir/administrative-gender", "female") in found.tokens
    assert TokenRow(code("Patient", "active"), "", "true") in found.tokens
    names = [row.text for row in found.strings if row.param == code("Patient", "name")]
    assert names[:3] == ["单小雨", "shanxiaoyu", "sxy"]
    assert found.strings[0] == StringRow(code("Patient", "name"), "单小雨", "单小雨")
    assert ReferenceRow(code("Patient", "organization"), "Organization", "hc1") in found.references


@pytest.mark.parametrize(
    ("element", "low", "high"),
    [
        ({"start": "2024-03-05"}, 1709596800, LATEST),
        ({"end": "2024-03-05"}, EARLIEST, 1709683200),
        ({"start": "2024-03-05", "end": "2024-03"}, 1709596800, 1711929600),
    ],
)
def test_a_period_with_an_open_end_lasts(element: dict[str, str], low: int, high: int) -> None:
    [row] = rows(observation(effectiveDateTime=None, effectivePeriod=element)).dates
    assert (row.low, row.high) == (low, high)


def test_a_timing_spans_its_events() -> None:
    [row] = rows(observation(effectiveDateTime=None, effectiveTiming={"event": ["2024-03-05", "2024-03-07"]})).dates
    assert (row.low, row.high) == (1709596800, 1709856000)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Patient/1", [("Patient", "1")]),
        ("Patient/1/_history/4", [("Patient", "1")]),
        ("https://other.example/fhir/Patient/1", [("", "https://other.example/fhir/Patient/1")]),
        ("#p", []),
    ],
)
def test_references_are_local_foreign_or_contained(reference: str, expected: list[tuple[str, str]]) -> None:
    found = rows(observation(subject={"reference": reference}, performer=None)).references
    assert [(row.type, row.id) for row in found] == expected


def test_a_canonical_is_found_with_and_without_its_version() -> None:
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://x.example/Q|1.0",
        "status": "completed",
    }
    assert [row.id for row in rows(response).references] == ["https://x.example/Q|1.0", "https://x.example/Q"]


def test_doubles_are_left_out() -> None:
    coding = {"system": LOINC, "code": "1"}
    found = rows(observation(code={"coding": [coding, coding]}))
    assert sum(row.param == code("Observation", "code") for row in found.tokens) == 1


def test_a_death_is_a_token_and_a_date() -> None:
    found = rows(patient(deceasedDateTime="2024-03-05"))
    assert TokenRow(code("Patient", "deceased"), "", "true") in found.tokens
    assert code("Patient", "death-date") in {row.param for row in found.dates}


def test_an_organisation_is_found_by_its_english_name() -> None:
    found = rows({"resourceType": "Organization", "name": "春天托育园", "alias": ["Spring Nursery"]})
    assert [row.text for row in found.strings] == ["春天托育园", "spring nursery"]


def test_a_number_has_no_unit() -> None:
    assessment: dict[str, Any] = {
        "resourceType": "RiskAssessment",
        "prediction": [{"probabilityDecimal": Decimal("0.5")}],
    }
    assert rows(assessment).quantities == [QuantityRow(code("RiskAssessment", "probability"), 0.5, "", 0.5, "")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [("Ｌí　 Míng", "li ming"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("张三", "张三"), ("が", "が")],
)
def test_the_normal_form_of_a_text(written: str, expected: str) -> None:
    assert normal(written) == expected


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("张伟", {"zhangwei", "zw"}),
        ("吕布", {"lvbu", "lubu", "lyubu", "lb"}),
        ("单小雨", {"shanxiaoyu", "sxy", "danxiaoyu", "dxy"}),
        ("曾一", {"zengyi", "zy", "cengyi", "cy"}),
        ("欧阳锋", {"ouyangfeng", "oyf"}),
        ("张𬭸", {"zhanglin", "zl"}),
        ("阿依古丽·买买提", {"ayigulimaimaiti", "ayglmmt"}),
    ],
)
def test_a_name_is_found_by_pinyin_and_initials_of_every_reading(name: str, keys: set[str]) -> None:
    assert keys <= set(pinyin_keys(name))


def test_a_latin_name_has_no_pinyin() -> None:
    assert pinyin_keys("Li Ming") == ()


def test_what_is_indexed_is_short_enough_for_an_index() -> None:
    long = "长" * 10_000
    found = rows(
        patient(
            identifier=[{"system": "urn:" + long, "value": long}],
            name=[{"text": long}],
            meta={"profile": ["urn:" + long]},
        )
    )
    assert max(len(row.code) for row in found.tokens) == 200
    assert max(len(row.text) for row in found.strings) == 200
    [clause] = parse_search("Patient", [("identifier", long)]).clauses
    assert isinstance(clause, Criterion)
    assert clause.values == (TokenValue(None, long[:200]),)
