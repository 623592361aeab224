"""What people type for a weight or a length, read into kilograms and centimetres without losing a digit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Dimension = Literal["weight", "length"]
BaseUnit = Literal["kg", "cm"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A value in `unit` (kg or cm) with the digits that were typed: ``16500g`` is 16.500 kg.

    `typed_unit` is the unit that was read ("斤" is 500 g); `unit_assumed` is true when neither the text nor its column
    named one. `remark` is what stood in brackets behind the number.
    """

    value: Decimal
    unit: BaseUnit
    typed: str
    typed_unit: str
    unit_assumed: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """No value. `stated` tells "未测" or a dash (somebody said that it was not done) from a blank or "不详" (not known)."""

    typed: str
    stated: bool


@dataclass(frozen=True, slots=True)
class Unclear:
    """Something was typed that cannot be taken as it is; never converted silently.

    `code` is one of unreadable, negative, zero, unit-unlikely, unit-of-other-kind, comma. `suggestion` is the value to
    offer as a question where there is one likely meaning (16500 in a weight column: 16.500 kg?).
    """

    typed: str
    code: str
    suggestion: Measured | None = None


Reading = Measured | NotMeasured | Unclear

_UNITS: dict[Dimension, dict[str, tuple[BaseUnit, Decimal]]] = {
    "weight": {
        "kg": ("kg", Decimal(1)),
        "公斤": ("kg", Decimal(1)),
        "千克": ("kg", Decimal(1)),
        "g": ("kg", Decimal("1E-3")),
        "克": ("kg", Decimal("1E-3")),
        "斤": ("kg", Decimal("0.5")),
        "市斤": ("kg", Decimal("0.5")),
    },
    "length": {
        "cm": ("cm", Decimal(1)),
        "厘米": ("cm", Decimal(1)),
        "公分": ("cm", Decimal(1)),
        "m": ("cm", Decimal("1E+2")),
        "米": ("cm", Decimal("1E+2")),
        "mm": ("cm", Decimal("1E-1")),
        "毫米": ("cm", Decimal("1E-1")),
    },
}
_BASE: dict[Dimension, BaseUnit] = {"weight": "kg", "length": "cm"}

# A bare number outside these is a slip of the unit, not a child: 200 kg and 250 cm are beyond any child of 0-6 years,
# 3 cm is shorter than any. What lies inside is kept; whether it is plausible is for growth to say.
_BARE_RANGE: dict[Dimension, tuple[Decimal, Decimal]] = {
    "weight": (Decimal(0), Decimal(200)),
    "length": (Decimal(3), Decimal(250)),
}
_LIKELY_BELOW: dict[Dimension, str] = {"weight": "kg", "length": "m"}
_LIKELY_ABOVE: dict[Dimension, str] = {"weight": "g", "length": "mm"}

_NOT_DONE_WORDS = frozenset(
    [
        "未测",
        "没测",
        "未测量",
        "没量",
        "未量",
        "未检",
        "未查",
        "未做",
        "没做",
        "拒测",
        "拒绝",
        "缺",
        "缺测",
        "无",
        "空",
        "/",
        "\\",
        "n/a",
        "na",
        "none",
        "nil",
        "unmeasured",
    ]
) | {"not measured", "not done"}
_NOT_KNOWN_WORDS = frozenset({"", "不详", "未知", "不知道", "unknown", "not known"})
_DASHES = frozenset("-—–―－_~")

_NUMBER = re.compile(r"(-?)(\d{1,9}(?:\.\d{1,6})?|\.\d{1,6})([a-z一-鿿]*)(?:\((.*)\))?")
_METRES_AND_MORE = re.compile(r"(\d)[m米](\d{1,3})(?:cm|厘米)?")
_JIN_AND_LIANG = re.compile(r"(\d{1,3})斤(?:(半)|(\d)两)")
_COMMA_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")


def parse_quantity(typed: str | float | Decimal, dimension: Dimension, column_unit: str = "") -> Reading:
    """Read one cell or field.

    `typed` is text as typed or a number from a spreadsheet; `column_unit` is the unit that the heading names ("g" for
    ``体重(g)``), empty when it names none: a bare number is then kg or cm and marked `unit_assumed`.
    """
    shown = _shown(typed)
    text = _tidy(shown) if shown else ""
    if text in _NOT_KNOWN_WORDS:
        return NotMeasured(shown, stated=False)
    if text in _NOT_DONE_WORDS or set(text) <= _DASHES:
        return NotMeasured(shown, stated=True)
    text, comma = _settle_commas(_spell_out(text, dimension))
    match = _NUMBER.fullmatch(text)
    if comma or match is None:
        return Unclear(shown, "comma" if comma else "unreadable")
    sign, digits, unit, remark = match.groups()
    return _read(shown, sign, Decimal(digits), unit, remark or "", dimension, column_unit)


def is_unit(text: str, dimension: Dimension) -> bool:
    """Whether `text` (any width or case) names a unit of the dimension."""
    return _tidy(text) in _UNITS[dimension]


def _read(
    shown: str, sign: str, number: Decimal, unit: str, remark: str, dimension: Dimension, column_unit: str
) -> Reading:
    if unit and unit not in _UNITS[dimension]:
        return Unclear(shown, "unit-of-other-kind" if _known(unit) else "unreadable")
    if sign or number == 0:
        return Unclear(shown, "negative" if sign else "zero")
    if unit:
        return _measured(shown, number, unit, dimension, remark)
    return _read_bare(shown, number, remark, dimension, _tidy(column_unit))


def _read_bare(shown: str, number: Decimal, remark: str, dimension: Dimension, column_unit: str) -> Reading:
    unit = column_unit if column_unit in _UNITS[dimension] else _BASE[dimension]
    read = _measured(shown, number, unit, dimension, remark, assumed=column_unit not in _UNITS[dimension])
    low, high = _BARE_RANGE[dimension]
    if low <= read.value <= high:
        return read
    likely = (_LIKELY_BELOW if read.value < low else _LIKELY_ABOVE)[dimension]
    suggestion = _measured(shown, number, likely, dimension, remark, assumed=True)
    return Unclear(shown, "unit-unlikely", suggestion if low <= suggestion.value <= high else None)


def _measured(
    shown: str, number: Decimal, unit: str, dimension: Dimension, remark: str, *, assumed: bool = False
) -> Measured:
    base, factor = _UNITS[dimension][unit]
    return Measured(_times(number, factor), base, shown, unit, assumed, remark)


def _times(number: Decimal, factor: Decimal) -> Decimal:
    """Multiply; a power of ten only moves the point, so that 16500 g stays five digits and 1.0 m is 100 cm."""
    exponent = factor.as_tuple().exponent
    if factor.as_tuple().digits != (1,) or not isinstance(exponent, int):
        return number * factor
    moved = number.scaleb(exponent)
    return moved.quantize(Decimal(1)) if moved.as_tuple().exponent > 0 else moved  # type: ignore[operator]


def _known(unit: str) -> bool:
    return any(unit in units for units in _UNITS.values())


def _shown(typed: str | float | Decimal) -> str:
    """Spreadsheets keep 16.4 as a binary fraction; 15 digits give back what was typed into the cell."""
    return format(typed, ".15g") if isinstance(typed, float) else str(typed).strip()


def _tidy(text: str) -> str:
    """Full-width forms become plain ones; the Chinese full stop and middle dot are slips for the decimal point."""
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace("μ", "u")
    plain = re.sub(r"(?<=\d)\s*[。·]\s*(?=\d)", ".", plain)
    plain = re.sub(r"\s*([.,()])\s*", r"\1", plain)
    return re.sub(r"(?<=[\d])\s+(?=[a-z一-鿿])", "", plain)


def _spell_out(text: str, dimension: Dimension) -> str:
    """``1米02`` is 1.02 m, ``8斤3两`` is 8.3 斤, ``16斤半`` is 16.5 斤."""
    if dimension == "length" and (metres := _METRES_AND_MORE.fullmatch(text)):
        return f"{metres[1]}.{metres[2]}m"
    if dimension == "weight" and (jin := _JIN_AND_LIANG.fullmatch(text)):
        return f"{jin[1]}.{jin[3] or 5}斤"
    return text


def _settle_commas(text: str) -> tuple[str, bool]:
    """A comma before one or two digits is a slip for the point; grams may have thousands; any other comma is unclear."""
    number = re.match(r"[\d,.]+", text)
    if number is None or "," not in number[0]:
        return text, False
    digits, rest = number[0], text[number.end() :]
    if _COMMA_THOUSANDS.fullmatch(digits) and rest.startswith(("g", "克")):
        return digits.replace(",", "") + rest, False
    if re.fullmatch(r"\d+,\d{1,2}", digits):
        return digits.replace(",", ".") + rest, False
    return text, True
