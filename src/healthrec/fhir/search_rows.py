"""The index rows of a resource, read by prepared paths: one pass over its top-level elements, a few microseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from healthrec.fhir import ucum
from healthrec.fhir.names import MAX_INDEXED, normal, pinyin_keys
from healthrec.fhir.primitives import EARLIEST, LATEST, date_range
from healthrec.fhir.search_params import PARAMS, SearchParam
from healthrec.fhir.types import BASE


class TokenRow(NamedTuple):
    """`system` is "" for a code without one."""

    param: int
    system: str
    code: str


class StringRow(NamedTuple):
    """`text` is in the normal form of `names.normal`; `exact` as written ("" for pinyin). A uri is kept as it is."""

    param: int
    text: str
    exact: str


class DateRow(NamedTuple):
    """Seconds since 1970 UTC, `low` inclusive, `high` exclusive."""

    param: int
    low: int
    high: int


class ReferenceRow(NamedTuple):
    """A local reference has `type` and `id`; a foreign or canonical one has type "" and its url as `id`."""

    param: int
    type: str
    id: str


class QuantityRow(NamedTuple):
    """`value` in base units of `unit` (kg, m, s, kg.m-3 …) for UCUM, else as written with its code or unit text;
    `original` and `code` as written. A number has unit ""."""

    param: int
    value: float
    unit: str
    original: float
    code: str


class SearchRows(NamedTuple):
    tokens: list[TokenRow]
    strings: list[StringRow]
    dates: list[DateRow]
    references: list[ReferenceRow]
    quantities: list[QuantityRow]


Extract = Callable[[SearchParam, Any, SearchRows], None]
Step = tuple[Extract, SearchParam, tuple[str, ...], str, str]


def rows(resource: Mapping[str, Any]) -> SearchRows:
    """The index rows of a checked resource, without doubles."""
    found = SearchRows([], [], [], [], [])
    plan = _plan(resource["resourceType"])
    for name, value in resource.items():
        for extract, param, path, condition, constant in plan.get(name, ()):
            if constant:
                extract(param, constant, found)
            elif not path and not condition and type(value) is not list:
                extract(param, value, found)
            else:
                for inner in _values(value, path):
                    if not condition or inner.get("system") == condition:
                        extract(param, inner, found)
    return SearchRows(*(list(dict.fromkeys(part)) if len(part) > 1 else part for part in found))  # type: ignore[arg-type]


@cache
def _plan(type: str) -> dict[str, tuple[Step, ...]]:
    """Per top-level element: what to extract from it, for which parameter, by which further path."""
    plan: dict[str, tuple[Step, ...]] = {}
    for param in PARAMS[type].values():
        for path in param.paths:
            first, *rest = path.split(".")
            last = (rest or [first])[-1]
            condition = last.partition("?system=")[2]
            wanted = first.partition("?url=")[2]
            constant = "true" if path == "deceasedDateTime" and param.kind == "token" else ""
            steps = tuple(step.partition("?")[0] for step in rest)
            first = first.partition("?")[0]
            extract = _of_extension(wanted, _EXTRACT[param.kind]) if wanted else _EXTRACT[param.kind]
            step = (extract, param, steps, condition, constant)
            plan[first] = (*plan.get(first, ()), step)
    return plan


def _of_extension(name: str, extract: Extract) -> Extract:
    """What this extension of ours says, as an index reads it; it has one value."""
    url = f"{BASE}StructureDefinition/{name}"

    def of_this_one(param: SearchParam, extension: Any, found: SearchRows) -> None:
        said = [extension[member] for member in extension if member.startswith("value")]
        if said and extension.get("url") == url:
            extract(param, said[0], found)

    return of_this_one


def _values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            if item is not None:
                yield from _values(item, path)
    elif not path:
        yield value
    elif path[0] in value:
        yield from _values(value[path[0]], path[1:])


def _token(param: SearchParam, value: Any, found: SearchRows) -> None:
    code = param.code
    if isinstance(value, str):
        found.tokens.append(TokenRow(code, param.code_system, value[:MAX_INDEXED]))
    elif isinstance(value, bool):
        found.tokens.append(TokenRow(code, "", "true" if value else "false"))
    elif "coding" in value:
        for coding in value["coding"]:
            if "code" in coding:
                _add_token(code, coding.get("system", ""), coding["code"], found)
    elif "code" in value:
        _add_token(code, value.get("system", ""), value["code"], found)
    elif "value" in value:
        is_contact = value.get("system") in _CONTACT_SYSTEMS
        _add_token(code, "" if is_contact else value.get("system", ""), value["value"], found)


def _add_token(param: int, system: str, code: str, found: SearchRows) -> None:
    found.tokens.append(TokenRow(param, system[:MAX_INDEXED], code[:MAX_INDEXED]))


_CONTACT_SYSTEMS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
_NAME_PARTS = ("text", "family", "given", "prefix", "suffix")
_ADDRESS_PARTS = ("text", "line", "city", "district", "state", "postalCode", "country")


def _string(param: SearchParam, value: Any, found: SearchRows) -> None:
    if isinstance(value, str):
        found.strings.append(StringRow(param.code, normal(value), value[:MAX_INDEXED]))
    elif isinstance(value, dict):
        is_name = param.name == "name"
        for part in _NAME_PARTS if is_name else _ADDRESS_PARTS:
            for text in _values(value.get(part, []), ()):
                _string(param, text, found)
        if is_name:
            whole = value.get("text") or value.get("family", "") + "".join(filter(None, value.get("given", ())))
            found.strings.extend([StringRow(param.code, key, "") for key in pinyin_keys(whole)])


def _uri(param: SearchParam, value: Any, found: SearchRows) -> None:
    found.strings.append(StringRow(param.code, value[:MAX_INDEXED], value[:MAX_INDEXED]))


def _date(param: SearchParam, value: Any, found: SearchRows) -> None:
    covered = date_range(value) if isinstance(value, str) else _span(value)
    if covered is not None:
        found.dates.append(DateRow(param.code, *covered))


def _span(value: Mapping[str, Any]) -> tuple[int, int] | None:
    """The seconds of a Period (an open end is the end of time) or of a Timing (its events and bounds together)."""
    if "start" in value or "end" in value:
        start = date_range(value["start"]) if "start" in value else None
        end = date_range(value["end"]) if "end" in value else None
        return (start[0] if start else EARLIEST), (end[1] if end else LATEST)
    ranges = [date_range(event) for event in value.get("event", ()) if event]
    bounds = value.get("repeat", {}).get("boundsPeriod")
    known = [one for one in (*ranges, _span(bounds) if bounds else None) if one]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None


def _reference(param: SearchParam, value: Any, found: SearchRows) -> None:
    text = value if isinstance(value, str) else value.get("reference")
    if not text or text[0] == "#":
        return
    if isinstance(value, dict) and not text.startswith(("http:", "https:", "urn:")):
        parts = text.split("/")
        found.references.append(ReferenceRow(param.code, parts[0], parts[1]))
        return
    found.references.append(ReferenceRow(param.code, "", text[:MAX_INDEXED]))
    if "|" in text:
        found.references.append(ReferenceRow(param.code, "", text.partition("|")[0][:MAX_INDEXED]))


def _quantity(param: SearchParam, value: Any, found: SearchRows) -> None:
    if not isinstance(value, dict):
        found.quantities.append(QuantityRow(param.code, float(value), "", float(value), ""))
        return
    if "value" not in value:
        return
    number, code = value["value"], value.get("code") or value.get("unit", "")
    unit = ucum.unit(code) if value.get("system") == ucum.SYSTEM else None
    if unit is None:
        found.quantities.append(QuantityRow(param.code, float(number), code, float(number), code))
        return
    exact = number if isinstance(number, Decimal) else Decimal(str(number))
    found.quantities.append(
        QuantityRow(param.code, float(ucum.to_base(exact, unit)), unit.canonical, float(number), code)
    )


_EXTRACT: dict[str, Extract] = {
    "token": _token,
    "string": _string,
    "uri": _uri,
    "date": _date,
    "reference": _reference,
    "quantity": _quantity,
    "number": _quantity,
}
