"""What a profile of the house asks of an Observation: how often its elements come, of which type, with which fixed values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from healthrec.settings import schemas_dir


def definition(name: str) -> dict[str, Any]:
    """A file of `schemas/fhir/`."""
    content: dict[str, Any] = json.loads((schemas_dir() / "fhir" / f"{name}.json").read_text(encoding="utf-8"))
    return content


def broken(profile: str, resource: Mapping[str, Any]) -> list[str]:
    """The ids of the elements of the profile that the resource does not keep to."""
    elements = definition(profile)["differential"]["element"]
    return [one["id"] for one in elements if not _kept(one, resource)]


def _kept(element: Mapping[str, Any], resource: Mapping[str, Any]) -> bool:
    values = list(_values(element["path"].split(".")[1:], resource))
    if "sliceName" in element:
        (url,) = element["type"][0]["profile"]
        values = [one for one in values if one["url"] == url]
    fixed = next((value for name, value in element.items() if name.startswith("fixed")), None)
    most = element.get("max", "*")
    enough = element.get("min", 0) <= len(values) and (most == "*" or len(values) <= int(most))
    return (
        enough
        and all(fixed in (None, value) for value in values)
        and _typed(element, resource)
        and _bound(element, values)
    )


def _values(path: list[str], part: Any) -> Iterator[Any]:
    if not path:
        yield from part if isinstance(part, list) else [part]
        return
    name, rest = path[0].removesuffix("[x]"), path[1:]
    found = [value for key, value in part.items() if key == name or (path[0].endswith("[x]") and key.startswith(name))]
    for value in found:
        yield from _values(rest, value)


def _typed(element: Mapping[str, Any], resource: Mapping[str, Any]) -> bool:
    """A choice is of an allowed type, a reference of an allowed target."""
    path = element["path"].split(".")[1:]
    if len(path) != 1 or "type" not in element or "sliceName" in element:
        return True
    name, codes = path[0].removesuffix("[x]"), [one["code"] for one in element["type"]]
    if path[0].endswith("[x]"):
        kinds = [key.removeprefix(name) for key in resource if key.startswith(name) and key != name]
        return all(kind in [code[:1].upper() + code[1:] for code in codes] for kind in kinds)
    targets = [target.rpartition("/")[2] for one in element["type"] for target in one.get("targetProfile", ())]
    references = [one["reference"].partition("/")[0] for one in _values(path, resource)]
    profiled = {"growth-measurement": "Observation"}
    return all(reference in [profiled.get(target, target) for target in targets] for reference in references)


def _bound(element: Mapping[str, Any], values: list[Any]) -> bool:
    """A required binding to a value set of the house, which lists its codes."""
    if "binding" not in element:
        return True
    value_set = definition(element["binding"]["valueSet"].rpartition("/")[2] + "-codes")
    allowed = {(part["system"], one["code"]) for part in value_set["compose"]["include"] for one in part["concept"]}
    return all(any((c.get("system"), c.get("code")) in allowed for c in value["coding"]) for value in values)
