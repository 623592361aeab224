"""Whether a resource is FHIR R4 as the house takes it: every issue at once, each with its FHIR path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from healthrec.errors import Issue, IssueCode
from healthrec.fhir import invariants
from healthrec.fhir.json import dump, json_type
from healthrec.fhir.primitives import CHECKS
from healthrec.fhir.second_opinion import second_opinion as second_opinion_of
from healthrec.fhir.shape import RESOURCE, Element, Shape, model, shape
from healthrec.fhir.types import KINDS

MAX_ISSUES = 100
_REFERENCE = re.compile(r"(?:https?://\S*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?")
_MOST_RIGHT = 4096
_RIGHT: set[str] = set()
"""CodeableConcepts found right, as text"""
_SHOWN = frozenset(CHECKS) - {"string", "markdown", "xhtml", "base64Binary"}
"""Kinds whose found value is repeated in an issue; free text may hold a name and is not."""


def check(resource: Mapping[str, Any], *, entries: bool = True, second_opinion: bool = True) -> list[Issue]:
    """Every issue of a resource (at most MAX_ISSUES); [] when it may be stored.

    First our own walk (shape, bindings, reference targets, dates, units, invariants), then the R4B model as a second
    opinion when the walk found nothing. `entries=False` leaves out the resources inside a Bundle, for a caller that
    checks each of them itself; `second_opinion=False` leaves out the R4B model (a third of the time), for a bulk
    load of what this program wrote.
    """
    name = resource.get("resourceType")
    if not isinstance(name, str) or name not in KINDS:
        found = name if isinstance(name, str) else json_type(name)
        return [Issue("structure", "fhir.unknown-type", "resourceType", {"found": found[:64]})]
    walk = _Walk(entries)
    walk.resource(resource, name)
    if walk.issues or not second_opinion:
        return walk.issues[:MAX_ISSUES]
    return _second_opinion(resource, name, entries)


def check_parameters(parameters: Mapping[str, Any]) -> list[Issue]:
    """Every issue (at most MAX_ISSUES) of a Parameters, which is what an operation is sent and is not stored."""
    if parameters.get("resourceType") != "Parameters":
        found = str(parameters.get("resourceType"))[:64]
        return [Issue("structure", "fhir.wrong-type", "resourceType", {"found": found, "allowed": "Parameters"})]
    walk = _Walk(entries=True)
    walk.resource(parameters, "Parameters")
    return walk.issues[:MAX_ISSUES]


class _Walk:
    """One walk through one resource; collects issues."""

    def __init__(self, entries: bool) -> None:
        self.issues: list[Issue] = []
        self._entries = entries
        self._local: list[tuple[str, str]] = []
        self._right: set[tuple[int, object]] = set()
        """(element, what it refers to) found right before"""

    def resource(self, value: Mapping[str, Any], path: str) -> None:
        """A resource that stands for itself: the one to check, or an entry of a Bundle."""
        outer, self._local = self._local, []
        self.contained(value, path)
        inner = value.get("contained")
        ids = {f"#{one.get('id')}" for one in inner if isinstance(one, dict)} if isinstance(inner, list) else set()
        for where, text in self._local:
            if text != "#" and text not in ids:
                self._add("not-found", "fhir.contained-missing", where, found=text[:64])
        self._local = outer

    def contained(self, value: Mapping[str, Any], path: str) -> None:
        """A resource, or a part of one whose local references (#) are the container's."""
        name = value["resourceType"]
        self._members(value, shape(name), path, skip="resourceType")
        if not self.issues:
            self.issues += invariants.of_resource(value, name, path)

    def _members(self, value: Mapping[str, Any], form: Shape, path: str, skip: str = "") -> None:
        elements = form.elements
        if not value:
            self._add("structure", "fhir.empty", path)
        for name, member in value.items():
            element = elements.get(name)
            if element is not None:
                if element.many or not element.primitive:
                    self._element(element, member, f"{path}.{name}")
                elif not element.accepts(member):
                    self._bad_value(element, member, f"{path}.{name}")
            elif name != skip:
                self._unknown(name, member, form, value, path)
        if form.required or form.choices:
            self._cardinality(value, form, path)
        check_type = invariants.TYPES.get(form.name)
        if check_type is not None:
            self.issues += check_type(value, path)

    def _element(self, element: Element, value: Any, path: str) -> None:
        if not element.many:
            self._complex(element, value, path)
        elif not isinstance(value, list):
            self._wrong_type(path, value, "array")
        elif not value:
            self._add("structure", "fhir.empty", path)
        else:
            for index, item in enumerate(value):
                if not element.primitive:
                    self._complex(element, item, f"{path}[{index}]")
                elif item is not None and not element.accepts(item):
                    self._bad_value(element, item, f"{path}[{index}]")

    def _complex(self, element: Element, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            self._wrong_type(path, value, "object")
        elif element.kind == RESOURCE:
            self._inner_resource(value, path)
        elif element.kind == "CodeableConcept":
            self._concept(value, path)
        elif element.kind == "Reference":
            self._referring(element, value, path)
        else:
            self._members(value, shape(element.kind), path)

    def _concept(self, value: Mapping[str, Any], path: str) -> None:
        """Nearly all concepts of a record are among few; one that was found right is known by its text."""
        text = dump(value)
        if text in _RIGHT:
            return
        before = len(self.issues)
        self._members(value, shape("CodeableConcept"), path)
        if len(self.issues) == before and "xtension" not in text:  # which may refer to what only this resource holds
            if len(_RIGHT) >= _MOST_RIGHT:
                _RIGHT.clear()
            _RIGHT.add(text)

    def _referring(self, element: Element, value: Mapping[str, Any], path: str) -> None:
        """A bundle names the same child again and again."""
        bare = value.get("reference") if len(value) == 1 else None
        key = (id(element), bare)
        if isinstance(bare, str) and key in self._right:
            return
        before = len(self.issues)
        self._members(value, shape("Reference"), path)
        self._reference(element, value, path)
        if isinstance(bare, str) and len(self.issues) == before and not bare.startswith("#"):
            self._right.add(key)

    def _inner_resource(self, value: dict[str, Any], path: str) -> None:
        if ".entry[" in path and not self._entries:
            return
        name = value.get("resourceType")
        if not isinstance(name, str) or (name not in KINDS and not _is_fhir_type(name)):
            self._add("structure", "fhir.unknown-type", f"{path}.resourceType", found=str(name)[:64])
        elif path.rpartition(".")[2].startswith("contained["):
            self.contained(value, path)
        else:
            self.resource(value, path)

    def _unknown(self, name: str, member: Any, form: Shape, value: Mapping[str, Any], path: str) -> None:
        element = form.elements.get(name[1:]) if name.startswith("_") else None
        if element is None or not element.primitive:
            self._add("structure", "fhir.unknown-element", f"{path}.{name[:64]}")
            return
        members = member if element.many and isinstance(member, list) else [member]
        if element.many and isinstance(value.get(element.name), list) and len(value[element.name]) != len(members):
            self._add("structure", "fhir.uneven-arrays", f"{path}.{name}")
        for inner in members:
            if inner is None and element.many:
                continue
            if not isinstance(inner, dict):
                self._wrong_type(f"{path}.{name}", inner, "object")
            else:
                self._members(inner, shape("Element"), f"{path}.{element.name}")

    def _cardinality(self, value: Mapping[str, Any], form: Shape, path: str) -> None:
        for name in form.required:
            if name not in value and f"_{name}" not in value:
                self._add("required", "fhir.missing", f"{path}.{name}")
        if form.choices:
            for choice, names in form.choices.items():
                present = value.keys() & names
                if len(present) > 1:
                    found = ", ".join(name for name in names if name in present)
                    self._add("structure", "fhir.two-choices", f"{path}.{choice}[x]", found=found)
                elif not present and choice in form.required_choices:
                    self._add("required", "fhir.missing", f"{path}.{choice}[x]")

    def _reference(self, element: Element, value: Mapping[str, Any], path: str) -> None:
        text, kind = value.get("reference"), value.get("type")
        if isinstance(text, str) and text.startswith("#"):
            self._local.append((f"{path}.reference", text))
        if isinstance(text, str) and not text.startswith(("#", "urn:")):
            match = _REFERENCE.fullmatch(text)
            if match is None:
                if not text.startswith(("http://", "https://")):
                    self._add("value", "fhir.bad-reference", f"{path}.reference")
                return
            kind = match[1]
        elif value and text is None and not value.keys() & {"identifier", "display", "extension"}:
            self._add("structure", "fhir.empty", path)
        if isinstance(kind, str) and element.targets is not None and kind not in element.targets:
            allowed = ", ".join(sorted(element.targets))
            self._add("value", "fhir.wrong-target", f"{path}.reference", found=kind[:64], allowed=allowed)

    def _bad_value(self, element: Element, value: Any, path: str) -> None:
        if element.codes is not None and isinstance(value, str):
            allowed = ", ".join(sorted(element.codes))
            self._add("code-invalid", "fhir.unknown-code", path, found=value[:64], allowed=allowed)
            return
        expected = _JSON_TYPES.get(element.kind, "string")
        if json_type(value) != expected:
            self._wrong_type(path, value, expected)
            return
        found = str(value)[:64] if element.kind in _SHOWN else json_type(value)
        self._add("value", f"fhir.bad-{element.kind}", path, found=found)

    def _wrong_type(self, path: str, value: Any, expected: str) -> None:
        self._add("structure", "fhir.wrong-json-type", path, found=json_type(value), allowed=expected)

    def _add(self, code: IssueCode, key: str, path: str, **params: Any) -> None:
        self.issues.append(Issue(code, key, path, params))


_JSON_TYPES = {
    "boolean": "boolean",
    "decimal": "number",
    "integer": "number",
    "positiveInt": "number",
    "unsignedInt": "number",
}


def _is_fhir_type(name: str) -> bool:
    """Types that we do not keep may still come as contained resources, such as Medication or Substance."""
    try:
        return "resource_type" in model(name).model_fields or hasattr(model(name), "get_resource_type")
    except (ValueError, AttributeError, ModuleNotFoundError, KeyError):
        return False


def _second_opinion(resource: Mapping[str, Any], name: str, entries: bool) -> list[Issue]:
    if name == "Bundle" and not entries:
        return []
    return second_opinion_of(resource, name)[:MAX_ISSUES]
