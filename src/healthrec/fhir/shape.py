"""The shape of every FHIR type, read once per type from the R4B classes of fhir.resources."""

from __future__ import annotations

import typing
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from healthrec.fhir import bindings
from healthrec.fhir.primitives import acceptance

RESOURCE = "Resource"
"""The kind of an element that holds any resource (contained, Bundle.entry.resource)."""


@dataclass(frozen=True, slots=True)
class Element:
    """`kind` is a FHIR primitive (lower case), a complex type, or `Resource`; `codes` the required binding; `targets`
    the types that a reference may name (None: any); `accepts` whether a value fits (a primitive only)."""

    name: str
    kind: str
    many: bool
    required: bool
    primitive: bool
    choice: str = ""
    codes: frozenset[str] | None = None
    targets: frozenset[str] | None = None
    accepts: Callable[[object], bool] = bool


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    elements: dict[str, Element]
    required: tuple[str, ...]
    choices: dict[str, tuple[str, ...]]
    required_choices: tuple[str, ...]


def model(name: str) -> Any:
    """The fhir.resources R4B class of a type. The first use of a type costs 1-40 ms."""
    from fhir.resources.R4B import get_fhir_model_class

    return get_fhir_model_class(name)


@cache
def shape(name: str) -> Shape:
    """The shape of a resource or datatype by the class name of fhir.resources (`ObservationComponent`)."""
    elements: dict[str, Element] = {}
    required_choices: dict[str, None] = {}
    for field in model(name).model_fields.values():
        extra = field.json_schema_extra or {}
        if not extra.get("element_property"):
            continue
        element = _element(name, field, extra)
        if element.name == "fhir_comments":
            continue
        elements[element.name] = element
        if extra.get("one_of_many_required"):
            required_choices[element.choice] = None
    choices: dict[str, tuple[str, ...]] = {}
    for element in elements.values():
        if element.choice:
            choices[element.choice] = (*choices.get(element.choice, ()), element.name)
    required = tuple(element.name for element in elements.values() if element.required)
    return Shape(name, elements, required, choices, tuple(required_choices))


def _element(owner: str, field: Any, extra: dict[str, Any]) -> Element:
    name: str = field.alias
    kind, primitive = _kind(field.annotation, field.metadata)
    where = f"{owner}.{name}"
    codes = bindings.CODES.get(where) or extra.get("enum_values")
    targets = bindings.TARGETS.get(where) or extra.get("enum_reference_types")
    if targets and "Resource" in targets:
        targets = None
    bound = frozenset(codes) if codes and where not in bindings.OPEN else None
    return Element(
        name=name,
        kind=kind,
        many="List[" in str(field.annotation),
        required=bool(field.is_required() or extra.get("element_required")),
        primitive=primitive,
        choice=extra.get("one_of_many", ""),
        codes=bound,
        targets=frozenset(targets) if targets else None,
        accepts=acceptance(kind, name, bound) if primitive else bool,
    )


_PRIMITIVES = {
    "Code": "code", "Id": "id", "Uri": "uri", "Url": "url", "Canonical": "canonical", "Oid": "oid", "Uuid": "uuid",
    "String": "string", "Markdown": "markdown", "Xhtml": "xhtml", "Base64Binary": "base64Binary", "Date": "date",
    "DateTime": "dateTime", "Instant": "instant", "Time": "time", "Decimal": "decimal", "Integer": "integer",
    "Integer64": "integer", "PositiveInt": "positiveInt", "UnsignedInt": "unsignedInt", "Boolean": "boolean",
}  # fmt: skip

_PYTHON: dict[Any, str] = {bool: "boolean", uuid.UUID: "uuid"}


def _kind(annotation: Any, metadata: list[Any]) -> tuple[str, bool]:
    """A FHIR type name and whether it is primitive, from annotations such as Optional[List[Annotated[str, Code()]]]."""
    for mark in (*metadata, *getattr(annotation, "__metadata__", ())):
        primitive = _PRIMITIVES.get(type(mark).__name__)
        if primitive:
            return primitive, True
    if annotation in _PYTHON:
        return _PYTHON[annotation], True
    for part in typing.get_args(annotation):
        if part is not type(None) and not hasattr(part, "encoder"):
            found = _kind(part, [])
            if found[0]:
                return found
    name = getattr(annotation, "__name__", "")
    return (name.removesuffix("Type"), False) if name.endswith("Type") and name != "NoneType" else ("", False)
