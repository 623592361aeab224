"""References between resources: listing them, making our own absolute ones relative, resolving the urn:uuid of a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from healthrec.fhir.primitives import is_valid
from healthrec.fhir.types import KINDS


class Reference(NamedTuple):
    """`path` is a FHIR path; a urn (not yet resolved) has type "" and the urn as `id`."""

    path: str
    type: str
    id: str


def references(resource: Mapping[str, Any]) -> list[Reference]:
    """Every local or urn reference in a resource; absolute urls, contained (#) and canonical ones are left out."""
    found: list[Reference] = []
    _gather(resource, str(resource.get("resourceType", "")), found)
    return found


def replace_references(resource: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """A copy in which every string equal to a key of `mapping` (urn:uuid:… -> Patient/1) has become its value.

    That covers Reference.reference and uri elements as the transaction rules of R4 ask; `fullUrl` stays, and links
    inside a narrative are replaced in its text. An empty mapping gives an equal copy.
    """
    return {name: _replaced(name, value, mapping) for name, value in resource.items()}


def relative_references(document: Mapping[str, Any], bases: Sequence[str]) -> dict[str, Any]:
    """A copy in which references to resources under one of these addresses (`https://host/fhir`) are relative.

    Only `Reference.reference` is touched: uris, canonicals, `fullUrl` and narratives stay as they were written.
    """
    return {name: _relative(name, value, bases) for name, value in document.items()}


def _gather(value: Mapping[str, Any], path: str, found: list[Reference]) -> None:
    for name, member in value.items():
        kind = type(member)
        if kind is dict:
            _gather(member, f"{path}.{name}", found)
        elif kind is list:
            for index, item in enumerate(member):
                if type(item) is dict:
                    _gather(item, f"{path}.{name}[{index}]", found)
        elif name == "reference" and kind is str:
            local = _local(member, path)
            if local:
                found.append(local)


def _local(text: str, path: str) -> Reference | None:
    if text.startswith("urn:"):
        return Reference(path, "", text)
    if text.startswith(("#", "http:", "https:")):
        return None
    parts = text.split("/")
    return Reference(path, parts[0], parts[1]) if len(parts) > 1 else None


def _relative(name: str, value: Any, bases: Sequence[str]) -> Any:
    if isinstance(value, dict):
        return {inner: _relative(inner, member, bases) for inner, member in value.items()}
    if isinstance(value, list):
        return [_relative("", member, bases) for member in value]
    if name != "reference" or not isinstance(value, str):
        return value
    rest = next((value[len(base) + 1 :] for base in bases if value.startswith(f"{base}/")), "")
    parts = rest.split("/")
    ours = len(parts) in (2, 4) and parts[0] in KINDS and is_valid("id", parts[1])
    return rest if ours and parts[2:3] in ([], ["_history"]) else value


def _replaced(name: str, value: Any, mapping: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {inner: _replaced(inner, member, mapping) for inner, member in value.items()}
    if isinstance(value, list):
        return [_replaced(name, member, mapping) for member in value]
    if not isinstance(value, str) or name == "fullUrl":
        return value
    if name == "div":
        for old, new in mapping.items():
            value = value.replace(old, new)
        return value
    return mapping.get(value, value)
