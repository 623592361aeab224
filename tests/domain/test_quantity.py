"""What people type for weights and lengths."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthrec.domain.quantity import Measured, NotMeasured, Unclear, is_unit, parse_quantity

WEIGHTS = [
    ("14.4", "14.4", "kg", True),
    ("14.40", "14.40", "kg", True),
    ("16500g", "16.500", "g", False),
    ("16,500g", "16.500", "g", False),
    ("9800 克", "9.800", "克", False),
    ("18.2斤", "9.10", "斤", False),
    ("18 斤", "9.0", "斤", False),
    ("8斤3两", "4.15", "斤", False),
    ("16斤半", "8.25", "斤", False),
    ("8.0公斤", "8.0", "公斤", False),
    ("７．９０ｋｇ", "7.90", "kg", False),
    ("7。9", "7.9", "kg", True),
    ("7，9", "7.9", "kg", True),
    ("7·9千克", "7.9", "千克", False),
    ("7.9KG", "7.9", "kg", False),
    ("㎏7", None, "", False),
    ("12.5（穿衣）", "12.5", "kg", True),
    (".5kg", "0.5", "kg", False),
    ("200", "200", "kg", True),
]
LENGTHS = [
    ("80.5", "80.5", "cm", True),
    ("0.839m", "83.9", "m", False),
    ("1.009m", "100.9", "m", False),
    ("1m", "100", "m", False),
    ("0.730米", "73.0", "米", False),
    ("1米02", "102", "m", False),
    ("805毫米", "80.5", "毫米", False),
    ("98.6CM", "98.6", "cm", False),
    ("98.6 厘 米", None, "", False),
    ("49公分", "49", "公分", False),
    ("3", "3", "cm", True),
    ("250", "250", "cm", True),
]


@pytest.mark.parametrize(("typed", "value", "unit", "assumed"), WEIGHTS)
def test_a_weight_becomes_kilograms_with_its_digits(typed: str, value: str | None, unit: str, assumed: bool) -> None:
    _check(typed, "weight", value, unit, assumed)


@pytest.mark.parametrize(("typed", "value", "unit", "assumed"), LENGTHS)
def test_a_length_becomes_centimetres_with_its_digits(typed: str, value: str | None, unit: str, assumed: bool) -> None:
    _check(typed, "length", value, unit, assumed)


def _check(typed: str, dimension: str, value: str | None, unit: str, assumed: bool) -> None:
    reading = parse_quantity(typed, dimension)  # type: ignore[arg-type]
    if value is None:
        assert reading == Unclear(typed, "unreadable")
    else:
        assert isinstance(reading, Measured)
        assert (str(reading.value), reading.typed_unit, reading.unit_assumed) == (value, unit, assumed)
        assert reading.unit == {"weight": "kg", "length": "cm"}[dimension]


def test_a_remark_in_brackets_is_kept() -> None:
    reading = parse_quantity("12.5（穿衣）", "weight")
    assert isinstance(reading, Measured) and reading.remark == "穿衣"


@pytest.mark.parametrize(
    "typed", ["未测", "没测", "拒测", "无", "—", "——", "-", "/", "N/A", " 未 测 ".replace(" ", "")]
)
def test_words_and_dashes_say_that_it_was_not_measured(typed: str) -> None:
    assert parse_quantity(typed, "weight") == NotMeasured(typed, stated=True)


@pytest.mark.parametrize("typed", ["", "  ", "\u3000", "不详"])
def test_a_blank_or_unknown_is_not_known(typed: str) -> None:
    assert parse_quantity(typed, "length") == NotMeasured(typed.strip(), stated=False)


@pytest.mark.parametrize(
    ("typed", "dimension", "code", "suggestion"),
    [
        ("16500", "weight", "unit-unlikely", "16.500"),
        ("201", "weight", "unit-unlikely", "0.201"),
        ("9999999", "weight", "unit-unlikely", None),
        ("0.83", "length", "unit-unlikely", "83"),
        ("835", "length", "unit-unlikely", "83.5"),
        ("99999", "length", "unit-unlikely", None),
        ("0.01", "length", "unit-unlikely", None),
        ("16,500", "weight", "comma", None),
        ("16,500kg", "weight", "comma", None),
        ("1,2,3", "weight", "comma", None),
        ("-4", "weight", "negative", None),
        ("0", "weight", "zero", None),
        ("0.0cm", "length", "zero", None),
        ("80cm", "weight", "unit-of-other-kind", None),
        ("14kg", "length", "unit-of-other-kind", None),
        ("约14", "weight", "unreadable", None),
        ("14..4", "weight", "unreadable", None),
        ("14磅", "weight", "unreadable", None),
        ("1e5", "weight", "unreadable", None),
        ("nan", "weight", "unreadable", None),
        ("9" * 500, "weight", "unreadable", None),
    ],
)
def test_what_is_unclear_is_asked_and_never_converted(
    typed: str, dimension: str, code: str, suggestion: str | None
) -> None:
    reading = parse_quantity(typed, dimension)  # type: ignore[arg-type]
    assert isinstance(reading, Unclear)
    assert reading.code == code
    assert (str(reading.suggestion.value) if reading.suggestion else None) == suggestion


def test_a_heading_with_a_unit_settles_bare_numbers() -> None:
    assert parse_quantity("16500", "weight", "g") == Measured(Decimal("16.500"), "kg", "16500", "g")
    assert parse_quantity("31", "weight", "斤") == Measured(Decimal("15.5"), "kg", "31", "斤")


def test_a_cell_may_name_another_unit_than_its_heading() -> None:
    reading = parse_quantity("16500g", "weight", "kg")
    assert isinstance(reading, Measured) and reading.value == Decimal("16.5")


def test_a_gram_slip_under_a_kilogram_heading_is_asked() -> None:
    assert isinstance(parse_quantity("16500", "weight", "kg"), Unclear)


def test_a_number_cell_gives_back_what_was_typed_into_it() -> None:
    for number, text in ((16.400000000000002, "16.4"), (15.0, "15"), (Decimal("7.90"), "7.90"), (8, "8")):
        reading = parse_quantity(number, "weight", "kg")
        assert isinstance(reading, Measured) and str(reading.value) == text


def test_units_are_known_in_any_width_and_case() -> None:
    assert is_unit("ＫＧ", "weight") and is_unit("厘米", "length") and not is_unit("cm", "weight")


_FACTORS = {"kg": 1, "公斤": 1, "g": Decimal("0.001"), "斤": Decimal("0.5")}


@given(st.decimals("0.01", "150", places=2), st.sampled_from(sorted(_FACTORS)))
def test_every_weight_comes_back_from_its_text(value: Decimal, unit: str) -> None:
    reading = parse_quantity(f"{value}{unit}", "weight")
    assert isinstance(reading, Measured) and reading.value == value * _FACTORS[unit]


@given(st.decimals("3", "250", places=1))
def test_metres_and_centimetres_tell_the_same_length(value: Decimal) -> None:
    in_cm, in_m = parse_quantity(f"{value}", "length"), parse_quantity(f"{value.scaleb(-2)}m", "length")
    assert isinstance(in_cm, Measured) and isinstance(in_m, Measured)
    assert str(in_cm.value) == str(in_m.value) == str(value)


@given(st.text(max_size=40), st.sampled_from(["weight", "length"]))
def test_any_text_gets_an_answer(typed: str, dimension: str) -> None:
    reading = parse_quantity(typed, dimension)  # type: ignore[arg-type]
    assert not isinstance(reading, Measured) or reading.value > 0
