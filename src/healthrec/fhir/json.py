"""JSON with FHIR's rules: no duplicate keys, no NaN, every decimal with its own digits (7.300 stays 7.300)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import orjson

from healthrec.errors import Issue, Refused, TooLarge


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest body [bytes] and the deepest nesting [levels] that is read."""

    max_bytes: int = 8_000_000
    max_depth: int = 64


class ExactDecimal(Decimal):
    """A decimal whose text differs from Decimal's own form, such as 1.0e2; it is written as it was read."""

    text: str

    def __new__(cls, text: str) -> ExactDecimal:
        number = super().__new__(cls, text)
        number.text = text
        return number


def parse(body: bytes, limits: Limits = Limits()) -> dict[str, Any]:
    """A JSON object as a dict; decimals are Decimal, integers int.

    Raises TooLarge beyond the size limit and Refused (issue code `structure`) with line and column for what is not JSON.
    """
    if len(body) > limits.max_bytes:
        raise TooLarge(Issue("too-long", "fhir.body-too-large", params={"limit": limits.max_bytes, "found": len(body)}))
    quick = _quick(body, limits.max_depth)
    if quick is not None:
        return quick
    text = _decode(body)
    value = _load(text)
    if not isinstance(value, dict):
        _refuse("fhir.not-an-object", found=json_type(value))
    if body.count(b"{") + body.count(b"[") > limits.max_depth and _depth(value) > limits.max_depth:
        _refuse("fhir.too-deep", limit=limits.max_depth)
    if "\\u" in text:
        _check_escapes(value)
    return value


def recall(stored: str) -> dict[str, Any]:
    """A stored document, number for number as `parse` read it: what was checked when it came is not checked again."""
    return _RECALLING.decode(stored) if _OWN_DIGITS.search(stored) else orjson.loads(stored)  # type: ignore[no-any-return]


def glance(stored: str) -> Any:
    """A stored document whose decimals are floats, so write nothing back."""
    return orjson.loads(stored)


def dump(value: Any) -> str:
    """Compact JSON in the given key order, decimals with their own digits."""
    return orjson.dumps(value, default=_exact).decode()


def stamp(resource: bytes | Mapping[str, Any], id: str, version: int, last_updated: str) -> str:
    """The document's text with `id` and `meta` set.

    `version` becomes meta.versionId and `last_updated` (an instant with zone) meta.lastUpdated; profile, security, tag,
    source and extensions of meta are kept, and so are the order of the elements and the digits of the numbers.
    """
    document = parse(resource) if isinstance(resource, bytes) else resource
    meta = {"versionId": str(version), "lastUpdated": last_updated}
    meta |= {name: value for name, value in (document.get("meta") or {}).items() if name not in meta}
    stamped = {"resourceType": document["resourceType"], "id": id, "meta": meta}
    stamped |= {name: value for name, value in document.items() if name not in stamped}
    return dump(stamped)


def json_type(value: object) -> str:
    """JSON's word for the type of a parsed value."""
    if value is None:
        return "null"
    words = {bool: "boolean", str: "string", dict: "object", list: "array"}
    return words.get(type(value), "number")


def _quick(body: bytes, max_depth: int) -> dict[str, Any] | None:
    """The object as orjson reads it, in a third of the time; None where that might not be all: fractions and large numbers,
    escapes, a key given twice (there are then fewer keys than colons behind quotes), what is no object, or too deep."""
    if b"\\" in body or _PARTED.search(body) or _FRACTION.search(body):
        return None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    keys, depth, level = 0, 0, [value] if isinstance(value, dict) else []
    while level:
        depth += 1
        inner: list[Any] = []
        for node in level:
            is_object = type(node) is dict
            keys += len(node) if is_object else 0
            for member in node.values() if is_object else node:
                kind = type(member)
                if kind is dict or kind is list:
                    inner.append(member)
                elif kind is float or (kind is int and not 0 < member < _SAFE):
                    return None
        level = inner
    return value if depth <= max_depth and keys and keys == body.count(b'":') else None


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse("fhir.not-utf8", position=error.start)


def _load(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Refused(
            Issue("structure", "fhir.not-json", params={"line": error.lineno, "column": error.colno})
        ) from None
    except RecursionError:
        _refuse("fhir.too-deep", limit=Limits().max_depth)


def _decimal(text: str) -> Decimal:
    try:
        return ExactDecimal(text) if "e" in text or "E" in text else Decimal(text)
    except InvalidOperation:
        _refuse("fhir.not-a-number", found=text[:32])


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) < 19 and text != "-0" else Decimal(text)


def _constant(text: str) -> NoReturn:
    _refuse("fhir.not-a-number", found=text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        _refuse("fhir.duplicate-key", found=twice[:64])
    return members


_PARTED = re.compile(rb'"[ \t\r\n]+:')
"""A key, or what looks like one, with space before its colon"""
_FRACTION = re.compile(rb"[:,\[][ \t\r\n]*-?\d+[.eE]")
_SAFE = 10**15
_OWN_DIGITS = re.compile(r"[:,\[](?:-?\d+[.eE]|-?\d{16}|-0)")
"""Where a stored number, which no space precedes, may be one that a float or a small integer does not hold as it is written"""

_DECODER = json.JSONDecoder(
    parse_float=_decimal, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object
)
_RECALLING = json.JSONDecoder(parse_float=_decimal, parse_int=_integer)


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        inner = [child for node in level for child in (node.values() if isinstance(node, dict) else node)]
        level = [child for child in inner if isinstance(child, dict | list)]
    return depth


def _check_escapes(value: Any) -> None:
    """Lone surrogates cannot be written as UTF-8, and control characters are no FHIR text (nor PostgreSQL text)."""
    todo = [value]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            todo += node.keys()
            todo += node.values()
        elif isinstance(node, list):
            todo += node
        elif isinstance(node, str) and any("\ud800" <= c <= "\udfff" or (c < " " and c not in "\t\r\n") for c in node):
            _refuse("fhir.bad-character")


def _exact(value: Any) -> Any:
    if isinstance(value, ExactDecimal):
        return orjson.Fragment(value.text)
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} is not JSON")


def _refuse(key: str, **params: Any) -> NoReturn:
    raise Refused(Issue("structure", key, params=params))
