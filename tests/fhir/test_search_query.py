from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.errors import Refused
from healthrec.fhir.search_clauses import ID, LAST_UPDATED, Chain, Criterion, Has, Missing
from healthrec.fhir.search_params import PARAMS
from healthrec.fhir.search_query import Include, SearchQuery, Sort, parse_search
from healthrec.fhir.search_values import (
    DateValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    split,
    unescape,
)


def search(type: str, name: str, value: str, **options: Any) -> SearchQuery:
    return parse_search(type, [(name, value)], **options)


def values(type: str, name: str, value: str, **options: Any) -> tuple[object, ...]:
    [clause] = search(type, name, value, **options).clauses
    assert isinstance(clause, Criterion)
    return clause.values


def refusal(type: str, name: str, value: str, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        search(type, name, value, **options)
    return [(issue.code, issue.key) for issue in refused.value.issues]


@pytest.mark.parametrize(
    ("text", "system", "code"),
    [
        ("http://loinc.org|29463-7", "http://loinc.org", "29463-7"),
        ("29463-7", None, "29463-7"),
        ("|29463-7", "", "29463-7"),
        ("http://loinc.org|", "http://loinc.org", None),
        (r"a\|b", None, "a|b"),
        (r"a\,b", None, "a,b"),
        (r"a\\", None, "a\\"),
    ],
)
def test_a_token_has_a_system_a_code_or_both(text: str, system: str | None, code: str | None) -> None:
    assert values("Observation", "code", text) == (TokenValue(system, code),)


def test_commas_are_or_and_repetition_is_and() -> None:
    query = parse_search("Observation", [("code", "a,b"), ("code", "c")])
    assert [clause.values for clause in query.clauses if isinstance(clause, Criterion)] == [
        (TokenValue(None, "a"), TokenValue(None, "b")),
        (TokenValue(None, "c"),),
    ]


@pytest.mark.parametrize("text", ["|", "a|b|c", ",a"])
def test_a_token_of_nothing_is_refused(text: str) -> None:
    assert ("value", "search.bad-token") in refusal("Observation", "code", text)


def test_not_turns_a_criterion_round() -> None:
    [clause] = search("Observation", "status:not", "final").clauses
    assert clause == Criterion(PARAMS["Observation"]["status"], (TokenValue(None, "final"),), negate=True)


def test_missing_asks_for_rows() -> None:
    assert search("Patient", "gender:missing", "true").clauses == (Missing(PARAMS["Patient"]["gender"], True),)
    assert search("Patient", "gender:missing", "false").clauses == (Missing(PARAMS["Patient"]["gender"], False),)
    assert refusal("Patient", "gender:missing", "maybe") == [("value", "search.bad-boolean")]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("name", "张", (StringValue("张", "starts"),)),
        ("name", "ZHANG", (StringValue("zhang", "starts"),)),
        ("name", "Zhang San", (StringValue("zhang san", "starts"), StringValue("zhangsan", "starts"))),
        ("name:exact", "Zhang San", (StringValue("Zhang San", "exact"),)),
        ("name:contains", "三", (StringValue("三", "contains"),)),
        ("address", "新村", (StringValue("新村", "starts"),)),
    ],
)
def test_strings_compare_in_normal_form_unless_exact(name: str, value: str, expected: tuple[object, ...]) -> None:
    assert values("Patient", name, value) == expected


def test_a_uri_is_whole_or_a_beginning() -> None:
    assert values("Questionnaire", "url", "https://X.example/a") == (StringValue("https://X.example/a", "exact"),)
    assert values("Questionnaire", "url:below", "https://X.example") == (StringValue("https://X.example", "starts"),)


@pytest.mark.parametrize("prefix", ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"])
def test_a_date_has_a_prefix_and_a_range(prefix: str) -> None:
    assert values("Patient", "birthdate", f"{prefix}2024-03-05") == (DateValue(prefix, 1709596800, 1709683200),)  # type: ignore[arg-type]


def test_a_date_without_prefix_is_equal_and_about_widens_by_its_own_length() -> None:
    assert values("Patient", "birthdate", "2024-03-05") == (DateValue("eq", 1709596800, 1709683200),)
    assert values("Patient", "birthdate", "ap2024-03-05") == (DateValue("ap", 1709510400, 1709769600),)


def test_a_zone_that_lost_its_plus_in_the_address_is_understood() -> None:
    plus = values("Observation", "date", "2024-03-05T08:00:00+08:00")
    assert (
        values("Observation", "date", "2024-03-05T08:00:00 08:00") == plus == (DateValue("eq", 1709596800, 1709596801),)
    )


@pytest.mark.parametrize("text", ["2024-02-30", "2024-13", "xx2024", "gt", "05.03.2024"])
def test_an_impossible_date_is_refused(text: str) -> None:
    assert refusal("Patient", "birthdate", text) == [("value", "search.bad-date")]


UCUM = "http://unitsofmeasure.org"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"7900|{UCUM}|g", QuantityValue("eq", 7.8995, 7.9005, "kg")),
        (f"7.9|{UCUM}|kg", QuantityValue("eq", 7.85, 7.95, "kg")),
        (f"7.90|{UCUM}|kg", QuantityValue("eq", 7.895, 7.905, "kg")),
        (f"8|{UCUM}|kg", QuantityValue("eq", 7.5, 8.5, "kg")),
        (f"gt7900|{UCUM}|g", QuantityValue("gt", 7.9, 7.9, "kg")),
        (f"le65.5|{UCUM}|cm", QuantityValue("le", 0.655, 0.655, "m")),
        (f"ap10|{UCUM}|kg", QuantityValue("ap", 9.0, 11.0, "kg")),
        (f"ne8|{UCUM}|kg", QuantityValue("ne", 7.5, 8.5, "kg")),
        ("7.9||kg", QuantityValue("eq", 7.85, 7.95, "kg")),
        ("7.9||boxes", QuantityValue("eq", 7.85, 7.95, "boxes")),
        ("7.9|urn:mine|kg", QuantityValue("eq", 7.85, 7.95, "kg")),
        ("7.9", QuantityValue("eq", 7.85, 7.95, None)),
        ("-1e2", QuantityValue("eq", -150.0, -50.0, None)),
    ],
)
def test_a_quantity_has_the_precision_that_is_written(text: str, expected: QuantityValue) -> None:
    assert values("Observation", "value-quantity", text) == (expected,)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("heavy", "search.bad-number"),
        ("7.9|kg", "search.bad-quantity"),
        (f"7.9|{UCUM}|KG", "search.bad-unit"),
        ("1e999", "search.bad-number"),
        ("７.9", "search.bad-number"),
    ],
)
def test_a_quantity_that_cannot_be_read_is_refused(text: str, key: str) -> None:
    assert refusal("Observation", "value-quantity", text) == [("value", key)]


def test_a_number_has_no_unit() -> None:
    assert values("RiskAssessment", "probability", "gt0.5") == (QuantityValue("gt", 0.5, 0.5, ""),)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("subject", "Patient/1", ReferenceValue(("Patient",), "1")),
        ("subject", "1", ReferenceValue(("Patient", "Group", "Device", "Location"), "1")),
        ("patient", "1", ReferenceValue(("Patient",), "1")),
        ("subject:Group", "1", ReferenceValue(("Group",), "1")),
        ("subject", "https://here.example/fhir/Patient/1", ReferenceValue(("Patient",), "1")),
        ("subject", "https://other.example/Patient/1", ReferenceValue((), "", "https://other.example/Patient/1")),
        ("patient", "Group/1", ReferenceValue(("Group",), "")),
    ],
)
def test_a_reference_is_local_or_an_address(name: str, text: str, expected: ReferenceValue) -> None:
    assert values("Observation", name, text, own_base="https://here.example/fhir") == (expected,)


def test_a_canonical_is_an_address_with_its_version() -> None:
    [value] = values("QuestionnaireResponse", "questionnaire", "https://x.example/Q|1.0")
    assert value == ReferenceValue((), "", "https://x.example/Q|1.0")


def test_id_and_last_updated_are_special() -> None:
    query = parse_search("Patient", [("_id", "a,b"), ("_lastUpdated", "gt2024-03-05")])
    assert query.clauses == (
        Criterion(ID, (TokenValue(None, "a"), TokenValue(None, "b"))),
        Criterion(LAST_UPDATED, (DateValue("gt", 1709596800, 1709683200),)),
    )


def test_a_chain_goes_through_the_types_that_know_the_parameter() -> None:
    [clause] = search("Observation", "patient.identifier", "a|b").clauses
    inner = Criterion(PARAMS["Patient"]["identifier"], (TokenValue("a", "b"),))
    assert clause == Chain(PARAMS["Observation"]["patient"], (("Patient", inner),))
    [clause] = search("Patient", "general-practitioner.name", "x").clauses
    assert isinstance(clause, Chain)
    assert [type for type, _ in clause.alternatives] == ["Practitioner", "Organization"]


def test_a_chain_may_name_its_type_and_go_on() -> None:
    [clause] = search("Observation", "subject:Patient.organization.name", "x").clauses
    assert isinstance(clause, Chain)
    [(type, inner)] = clause.alternatives
    assert type == "Patient"
    assert isinstance(inner, Chain)
    assert inner.alternatives[0][0] == "Organization"


def test_has_looks_back() -> None:
    [clause] = search("Patient", "_has:Observation:patient:code", "x").clauses
    inner = Criterion(PARAMS["Observation"]["code"], (TokenValue(None, "x"),))
    assert clause == Has("Observation", PARAMS["Observation"]["patient"], inner)


def test_has_may_be_nested() -> None:
    [clause] = search("Patient", "_has:Encounter:patient:_has:Observation:encounter:code", "x").clauses
    assert isinstance(clause, Has)
    assert isinstance(clause.clause, Has)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("birthdate.name", "search.bad-chain"),
        ("organization.birthdate", "search.bad-chain"),
        ("organization:Nobody.name", "search.bad-chain"),
        ("_has:Observation:code:code", "search.bad-has"),
        ("_has:Observation:patient", "search.bad-has"),
        ("_has:Foo:patient:code", "search.bad-has"),
        ("link:Patient.link:Patient.link:Patient.link:Patient.name", "search.chain-too-deep"),
        ("name:text", "search.bad-modifier"),
        ("identifier:above", "search.bad-modifier"),
        ("organization:identifier", "search.bad-modifier"),
        ("_elements", "search.parameter-not-supported"),
        ("_filter", "search.parameter-not-supported"),
        ("_contained", "search.parameter-not-supported"),
        ("_text", "search.parameter-not-supported"),
    ],
)
def test_what_cannot_be_answered_exactly_is_refused(name: str, key: str) -> None:
    assert {found for _, found in refusal("Patient", name, "x")} == {key}


def test_an_unknown_parameter_is_refused_or_left_out_of_the_self_link() -> None:
    assert refusal("Patient", "colour", "red", handling="strict") == [("not-supported", "search.unknown-parameter")]
    query = parse_search("Patient", [("colour", "red"), ("gender", "male"), ("name", "")])
    assert (query.applied, query.ignored) == ((("gender", "male"),), ("colour", "name"))


def test_every_issue_of_a_search_comes_at_once() -> None:
    with pytest.raises(Refused) as refused:
        parse_search("Patient", [("birthdate", "x"), ("name:text", "x"), ("_sort", "x")])
    assert [issue.expression for issue in refused.value.issues] == ["birthdate", "name:text", "_sort"]


def test_a_parameter_that_we_do_not_do_is_named() -> None:
    with pytest.raises(Refused) as refused:
        parse_search("Patient", [("_elements", "id")])
    assert [issue.params["found"] for issue in refused.value.issues] == ["_elements"]


def test_includes() -> None:
    query = parse_search(
        "Observation",
        [("_include", "Observation:subject:Patient"), ("_include", "*"), ("_revinclude", "Provenance:target")],
    )
    assert query.includes == (
        Include("Observation", PARAMS["Observation"]["subject"], "Patient"),
        Include("Observation", None),
    )
    assert query.revincludes == (Include("Provenance", PARAMS["Provenance"]["target"]),)


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("_include", "Patient:organization", "search.bad-include"),
        ("_include", "Observation:code", "search.bad-include"),
        ("_include", "Observation:subject:Nobody", "search.bad-include"),
        ("_include:iterate", "Observation:subject", "search.parameter-not-supported"),
        ("_revinclude", "*", "search.bad-include"),
        ("_revinclude", "Foo:bar", "search.bad-include"),
        ("_sort", "performer", "search.bad-sort"),
        ("_sort", "colour", "search.bad-sort"),
        ("_count", "-1", "search.bad-count"),
        ("_count", "many", "search.bad-count"),
        ("_summary", "data", "search.not-supported"),
        ("_total", "perhaps", "search.not-supported"),
    ],
)
def test_result_parameters_that_we_do_not_do_are_refused(name: str, value: str, key: str) -> None:
    assert {found for _, found in refusal("Observation", name, value)} == {key}


def test_result_parameters() -> None:
    query = parse_search(
        "Observation",
        [
            ("_sort", "-date,_lastUpdated"),
            ("_count", "0"),
            ("_summary", "count"),
            ("_total", "accurate"),
            ("_format", "json"),
        ],
    )
    assert query.sort == (Sort(PARAMS["Observation"]["date"], True), Sort(LAST_UPDATED))
    assert (query.count, query.summary, query.total) == (0, "count", "accurate")
    assert ("_format", "json") not in query.applied


def test_a_page_of_nothing_is_a_count() -> None:
    assert search("Patient", "_count", "0").summary == "count"
    assert search("Patient", "_count", "1").summary == ""


def test_a_search_has_a_size() -> None:
    assert refusal("Patient", "_id", ",".join("a" * 501)) == [("too-costly", "search.too-many-values")]
    with pytest.raises(Refused):
        parse_search("Patient", [("name", "x")] * 61)


@given(st.lists(st.text(st.sampled_from("ab,|$\\"), min_size=1), min_size=1))
def test_what_is_escaped_comes_back(parts: list[str]) -> None:
    escaped = [part.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|").replace("$", "\\$") for part in parts]
    assert [unescape(part) for part in split(",".join(escaped), ",")] == parts


@given(st.sampled_from(["code", "date", "value-quantity", "subject", "value-string", "_id"]), st.text())
def test_no_value_brings_the_reader_down(name: str, value: str) -> None:
    try:
        search("Observation", name, value)
    except Refused as refused:
        assert refused.issues
