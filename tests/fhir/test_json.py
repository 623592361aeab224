from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.errors import Refused, TooLarge
from healthrec.fhir.json import Limits, dump, parse, recall, stamp


@pytest.mark.parametrize(
    "number",
    ["7.300", "7.90", "0.0000000", "-0.0", "-0", "1.0e2", "1E-10", "0", "-4", "123456789012345678901", "1e400"],
)
def test_a_number_keeps_its_own_digits(number: str) -> None:
    written = '{"a":' + number + "}"
    assert dump(parse(written.encode())) == written
    assert dump(recall(written)) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None))
def test_any_decimal_comes_back_digit_for_digit(number: Decimal) -> None:
    text = format(number, "f")
    assert dump(parse(f'{{"value":{text}}}'.encode())) == f'{{"value":{text}}}'


json_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | json_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(json_text, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(json_text, json_values, max_size=5))
def test_any_document_comes_back_equal_and_in_order(document: dict[str, object]) -> None:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    read = parse(text.encode())
    assert read == document
    assert recall(text) == document
    assert dump(read) == text


@given(st.dictionaries(json_text, json_values, max_size=5))
def test_space_between_a_key_and_its_colon_makes_no_other_document(document: dict[str, object]) -> None:
    """What is written so is read the long way."""
    apart = json.dumps(document, ensure_ascii=False, separators=(" ,\n", " : "))
    assert parse(apart.encode()) == parse(json.dumps(document, ensure_ascii=False).encode())


def test_a_decimal_is_not_a_float() -> None:
    value = parse(b'{"a":7.300,"b":1.0e2,"c":7}')
    assert (value["a"], type(value["a"])) == (Decimal("7.300"), Decimal)
    assert value["b"] == Decimal(100)
    assert type(value["c"]) is int


@pytest.mark.parametrize(
    ("body", "key", "params"),
    [
        (b'{"a":1,"a":2}', "fhir.duplicate-key", {"found": "a"}),
        (b'{"x":{"a":1,"a":1}}', "fhir.duplicate-key", {"found": "a"}),
        (b'{"a" :":x","a" :1 , "b":2}', "fhir.duplicate-key", {"found": "a"}),
        (b'{"a":":x","a":":y"}', "fhir.duplicate-key", {"found": "a"}),
        (b'{"a":NaN}', "fhir.not-a-number", {"found": "NaN"}),
        (b'{"a":-Infinity}', "fhir.not-a-number", {"found": "-Infinity"}),
        (b'{"a":\n x}', "fhir.not-json", {"line": 2, "column": 2}),
        (b'{"a":1e9999999999999999999}', "fhir.not-a-number", {"found": "1e9999999999999999999"}),
        (b"", "fhir.not-json", {"line": 1, "column": 1}),
        (b'{"a":1}}', "fhir.not-json", {"line": 1, "column": 8}),
        (b'{"a":01}', "fhir.not-json", {"line": 1, "column": 7}),
        (b'["a"]', "fhir.not-an-object", {"found": "array"}),
        (b'"a"', "fhir.not-an-object", {"found": "string"}),
        (b'{"a":"\xff"}', "fhir.not-utf8", {"position": 6}),
        (b'{"a":"\\ud800"}', "fhir.bad-character", {}),
        (b'{"a":"\\u0000"}', "fhir.bad-character", {}),
        (b'{"a":["x",{"\\u0001":1}]}', "fhir.bad-character", {}),
    ],
)
def test_what_is_not_strict_json_is_refused(body: bytes, key: str, params: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        parse(body)
    issue = refused.value.issues[0]
    assert (issue.code, issue.key, issue.params) == ("structure", key, params)


def test_escaped_text_is_read() -> None:
    assert parse(b'{"a":"\\u4e2d\\t\\ud84a\\udf4f"}') == {"a": "中\t\U00022b4f"}


def test_a_byte_order_mark_is_no_part_of_the_document() -> None:
    assert parse(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


def test_the_depth_limit_counts_levels() -> None:
    limits = Limits(max_depth=64)
    parse(nested(64), limits)
    parse(b'{"a":[' + b"{}," * 200 + b"{}]}", limits)
    for levels in (65, 100_000):
        with pytest.raises(Refused) as refused:
            parse(nested(levels), limits)
        assert refused.value.issues[0].key == "fhir.too-deep"


def test_the_size_limit_counts_bytes() -> None:
    parse(b'{"a":1}', Limits(max_bytes=7))
    with pytest.raises(TooLarge):
        parse(b'{"a":1} ', Limits(max_bytes=7))


def test_stamping_sets_id_and_meta_and_keeps_the_rest() -> None:
    body = (
        b'{"resourceType":"Observation","status":"final",'
        b'"meta":{"versionId":"9","lastUpdated":"1999-01-01T00:00:00Z","tag":[{"code":"t"}]},"x":7.300}'
    )
    assert stamp(body, "a", 2, "2024-01-01T00:00:00.000+08:00") == (
        '{"resourceType":"Observation","id":"a",'
        '"meta":{"versionId":"2","lastUpdated":"2024-01-01T00:00:00.000+08:00","tag":[{"code":"t"}]},'
        '"status":"final","x":7.300}'
    )


def test_stamping_a_dict_leaves_it_as_it_was() -> None:
    document = {"resourceType": "Patient", "id": "mine"}
    assert '"id":"a"' in stamp(document, "a", 1, "2024-01-01T00:00:00Z")
    assert document == {"resourceType": "Patient", "id": "mine"}
