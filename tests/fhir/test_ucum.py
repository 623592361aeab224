from __future__ import annotations

from decimal import Decimal

import pytest

from healthrec.fhir import ucum


@pytest.mark.parametrize(
    ("value", "code", "to", "expected"),
    [
        ("7900", "g", "kg", "7.9"),
        ("7.9", "kg", "g", "7900"),
        ("65.5", "cm", "m", "0.655"),
        ("655", "mm", "cm", "65.5"),
        ("40", "wk", "d", "280"),
        ("1", "a", "mo", "12"),
        ("36.6", "Cel", "K", "309.75"),
        ("11", "g/dL", "g/L", "110"),
        ("120", "/min", "/s", "2"),
        ("16", "kg/m2", "g/cm2", "1.6"),
        ("5", "10*9/L", "10*3/uL", "5"),
        ("1", "mL/min/{1.73_m2}", "L/h", "0.06"),
        ("50", "%", "1", "0.5"),
    ],
)
def test_a_value_converts(value: str, code: str, to: str, expected: str) -> None:
    converted = ucum.convert(Decimal(value), code, to)
    assert converted is not None
    assert abs(converted - Decimal(expected)) < Decimal("1e-20")


@pytest.mark.parametrize(
    "code", ["KG", "Kg", "kgs", "lbs", "公斤", "", " kg", "kg ", "kg/", "/", "a..b", "{x", "m99", "cm cm"]
)
def test_a_code_that_is_no_unit_is_unknown(code: str) -> None:
    assert ucum.unit(code) is None


@pytest.mark.parametrize("code", ["kg", "{score}", "kg{naked}", "[IU]/mL", "mm[Hg]", "ug/kg/d", "dB", "[pH]", "10*-2"])
def test_a_unit_of_the_clinic_is_known(code: str) -> None:
    assert ucum.unit(code) is not None


def test_units_of_different_dimension_do_not_convert() -> None:
    assert ucum.convert(Decimal(1), "kg", "cm") is None
    assert ucum.convert(Decimal(1), "kg", "nonsense") is None


def test_grams_and_kilograms_meet_in_the_same_float() -> None:
    grams, kilograms = ucum.unit("g"), ucum.unit("kg")
    assert grams is not None and kilograms is not None
    for weight in range(500, 30_000, 7):
        exact = Decimal(weight)
        assert float(ucum.to_base(exact, grams)) == float(ucum.to_base(exact / 1000, kilograms))
