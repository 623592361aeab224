"""The values of search parameters: one frozen type per kind, read from the text of the URL (R4, Search)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from healthrec.fhir import ucum
from healthrec.fhir.names import MAX_INDEXED, normal
from healthrec.fhir.primitives import date_range
from healthrec.fhir.search_params import PARAMS, SearchParam

Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]


@dataclass(frozen=True, slots=True)
class TokenValue:
    """None means any; system "" means that the code has no system."""

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class StringValue:
    """`starts`: row.text begins with `text`; `contains`: it is part of row.text; `exact`: row.exact equals `text`.

    A uri is `exact` (row.exact equals) or `starts` (:below), on text that is not normalised.
    """

    text: str
    mode: Literal["starts", "contains", "exact"]


@dataclass(frozen=True, slots=True)
class DateValue:
    """A row [low, high) matches the range [low, high) of the value when

    eq: it lies within · ne: it does not · gt: row.high > high · lt: row.low < low · ge: gt or eq · le: lt or eq ·
    sa: row.low >= high · eb: row.high <= low · ap: they overlap (the range is already widened by its own length).
    """

    prefix: Prefix
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class QuantityValue:
    """eq, ap: low <= x < high · ne: not so · gt, sa: x > low · lt, eb: x < low · ge: x >= low · le: x <= low.

    x is row.value where row.unit equals `unit`; with unit None (none was given) x is row.original. A number has unit "".
    """

    prefix: Prefix
    low: float
    high: float
    unit: str | None


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """A local reference has `types` (any of them; () for any) and `id`; a foreign or canonical one only `url`. With neither nothing
    matches: the parameter cannot name that type."""

    types: tuple[str, ...]
    id: str
    url: str = ""


Value = TokenValue | StringValue | DateValue | QuantityValue | ReferenceValue


class BadValueError(ValueError):
    """The text is no value of its kind; `key` names the message."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def read(param: SearchParam, modifier: str, text: str, own_base: str = "") -> list[Value]:
    """The values of one alternative (text between commas, still escaped); two where a name is also tried as pinyin."""
    if param.kind == "reference":
        return [_reference(param, modifier, unescape(text), own_base)]
    if param.kind == "string":
        return _string(param, modifier, unescape(text))
    return [_READERS[param.kind](text, modifier)]


def split(text: str, separator: str) -> list[str]:
    r"""Parts between separators that no backslash precedes; the parts keep their escapes."""
    if "\\" not in text:
        return text.split(separator)
    parts, escaped = [""], False
    for character in text:
        if character == separator and not escaped:
            parts.append("")
        else:
            parts[-1] += character
        escaped = character == "\\" and not escaped
    return parts


def unescape(text: str) -> str:
    r"""The text without the escapes \, \| \$ and \\."""
    return re.sub(r"\\([,|$\\])", r"\1", text) if "\\" in text else text


_PREFIX = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?", re.ASCII)
_LOCAL = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]+)?")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def _token(text: str, _: str) -> Value:
    parts = [unescape(part)[:MAX_INDEXED] for part in split(text, "|")]
    if len(parts) > 2 or parts == ["", ""] or not text:
        raise BadValueError("search.bad-token")
    if len(parts) == 1:
        return TokenValue(None, parts[0])
    return TokenValue(parts[0], parts[1] or None)


def _string(param: SearchParam, modifier: str, text: str) -> list[Value]:
    if modifier == "exact":
        return [StringValue(text[:MAX_INDEXED], "exact")]
    mode: Literal["starts", "contains"] = "contains" if modifier == "contains" else "starts"
    word = normal(text)
    compact = re.sub(r"[\s'’-]", "", word)
    if param.name == "name" and compact != word and compact.isascii() and compact:
        return [StringValue(word, mode), StringValue(compact, mode)]
    return [StringValue(word, mode)]


def _uri(text: str, modifier: str) -> Value:
    return StringValue(unescape(text)[:MAX_INDEXED], "starts" if modifier == "below" else "exact")


def _date(text: str, _: str) -> Value:
    prefix, rest = _prefixed(text)
    covered = date_range(rest.replace(" ", "+"))
    if covered is None:
        raise BadValueError("search.bad-date")
    low, high = covered
    slack = high - low if prefix == "ap" else 0
    return DateValue(prefix, low - slack, high + slack)


def _number(text: str, _: str) -> Value:
    prefix, rest = _prefixed(text)
    number, half = _precise(rest)
    low, high = _bounds(prefix, number, half)
    return QuantityValue(prefix, float(low), float(high), "")


def _quantity(text: str, _: str) -> Value:
    parts = [unescape(part) for part in split(text, "|")]
    if len(parts) not in (1, 3):
        raise BadValueError("search.bad-quantity")
    prefix, rest = _prefixed(parts[0])
    number, half = _precise(rest)
    low, high = _bounds(prefix, number, half)
    system, code = parts[1:] if len(parts) == 3 else ("", "")
    if not code:
        return QuantityValue(prefix, float(low), float(high), None)
    unit = ucum.unit(code) if system in ("", ucum.SYSTEM) else None
    if unit is None:
        if system == ucum.SYSTEM:
            raise BadValueError("search.bad-unit")
        return QuantityValue(prefix, float(low), float(high), code)
    return QuantityValue(prefix, float(ucum.to_base(low, unit)), float(ucum.to_base(high, unit)), unit.canonical)


def _prefixed(text: str) -> tuple[Prefix, str]:
    match = _PREFIX.fullmatch(text)
    assert match is not None
    return (match[1] or "eq"), match[2]  # type: ignore[return-value]


def _precise(text: str) -> tuple[Decimal, Decimal]:
    """The number and half a unit of its last written digit: 5.40 is 5.40 ± 0.005, 100 is 100 ± 0.5."""
    if _NUMBER.fullmatch(text) is None:
        raise BadValueError("search.bad-number")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadValueError("search.bad-number") from None
    exponent = number.as_tuple().exponent
    return number, Decimal(5).scaleb(int(exponent) - 1)


def _bounds(prefix: Prefix, number: Decimal, half: Decimal) -> tuple[Decimal, Decimal]:
    if prefix == "ap":
        half = max(half, abs(number) / 10)
    if prefix in ("eq", "ne", "ap"):
        return number - half, number + half
    return number, number


def _reference(param: SearchParam, type: str, text: str, own_base: str) -> Value:
    if own_base and text.startswith(own_base.rstrip("/") + "/"):
        text = text[len(own_base.rstrip("/")) + 1 :]
    local = _LOCAL.fullmatch(text)
    if local and local[1] in PARAMS:
        if (type and local[1] != type) or (param.targets and local[1] not in param.targets):
            return ReferenceValue((local[1],), "")
        return ReferenceValue((local[1],), local[2])
    if "://" in text or text.startswith("urn:"):
        return ReferenceValue((), "", text[:MAX_INDEXED])
    if _ID.fullmatch(text) is None:
        raise BadValueError("search.bad-reference")
    return ReferenceValue((type,) if type else param.targets, text)


_READERS: dict[str, Callable[[str, str], Value]] = {
    "token": _token,
    "uri": _uri,
    "date": _date,
    "number": _number,
    "quantity": _quantity,
}
