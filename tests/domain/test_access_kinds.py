"""The remembered answer of which kinds a resource is of, against the plain reading of types.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.access_town import CHILD, RIGHTS, TYPES_DATA

from healthrec.demo.town import town
from healthrec.domain.access import ROLES
from healthrec.domain.access.classes import AccessClass
from healthrec.domain.access.kinds import Codes, Kind, TypeKinds, may_be_a_child, tokens

BY_FILE = TYPES_DATA["types"]
PATTERNS = sorted(
    {
        code
        for entry in BY_FILE.values()
        for kind in entry.get("kinds", ())
        for codes in kind.get("when", {}).values()
        for code in codes
    }
)
ELEMENTS = sorted(
    {element for kinds in RIGHTS.types.values() for element in kinds.elements} | {"subject", "for", "patient"}
)


def plainly(resource: Mapping[str, Any]) -> list[Kind]:
    """The rule as it stands at the head of types.yaml, read for every kind anew."""
    kinds = RIGHTS.types[resource["resourceType"]]
    found = [kind for kind in kinds.kinds if is_of(kind, resource)]
    return found if any(not kind.tightens for kind in found) else [kinds.otherwise, *found]


def is_of(kind: Kind, resource: Mapping[str, Any]) -> bool:
    for element, codes in kind.when:
        found = list(tokens(resource[element])) if resource.get(element) is not None else []
        if not (any if kind.tightens else all)(map(codes.has, found)) or not found:
            return False
    return not any(may_be_a_child(resource.get(element)) for element in kind.no_child_in)


def class_plainly(resource: Mapping[str, Any]) -> AccessClass:
    labels = [
        name
        for label in (resource.get("meta") or {}).get("security", ())
        for name, codes in RIGHTS.labels
        if any(codes.has(token) for token in tokens(label))
    ]
    return RIGHTS.strictest([kind.access_class for kind in plainly(resource)] + labels)


def agree(resource: Mapping[str, Any]) -> None:
    kinds = plainly(resource)
    assert list(RIGHTS.types[resource["resourceType"]].that_apply(resource)) == kinds
    assert RIGHTS.class_of(resource) == class_plainly(resource)
    for role in ROLES:
        writes = all(role in kind.writers for kind in kinds)
        ceiling = RIGHTS.roles[role].allows("create", class_plainly(resource), resource["resourceType"])
        assert RIGHTS.may_write(role, "create", resource) == (writes and ceiling)


def test_every_resource_of_the_demo_town_is_of_the_kinds_that_the_file_says() -> None:
    seen = set()
    for resource in town(24).resources():
        if "contained" not in resource:
            agree(resource)
            seen.add(resource["resourceType"])
    assert len(seen) > 10


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """Codes of the file and others, in every form a FHIR element may have, and malformed ones."""
    code = st.sampled_from([*PATTERNS, "urn:x|y"]).map(lambda one: one.replace("*", "0").partition("|"))
    coding = code.map(lambda parts: {"system": parts[0], "code": parts[2]})
    concept = st.lists(coding, max_size=3).map(lambda codings: {"coding": codings})
    odd = st.sampled_from([None, {}, [], "|", 7, {"text": "x"}, {"coding": "x"}, {"coding": [None]}, CHILD])
    value = concept | st.lists(concept, max_size=2) | code.map("".join) | odd
    value |= st.sampled_from([{"reference": "Organization/n"}, [{"reference": "Practitioner/n"}, CHILD]])
    said = draw(st.dictionaries(st.sampled_from(ELEMENTS), value, max_size=5))
    return said | {"resourceType": draw(st.sampled_from(sorted(RIGHTS.types)))}


@given(contents())
def test_whatever_a_resource_says_it_is_of_the_kinds_that_the_file_says(resource: dict[str, Any]) -> None:
    agree(resource)


@pytest.mark.parametrize("length", [10, 5_000])
def test_long_codes_are_read_like_short_ones(length: int) -> None:
    kind = Kind("long", "case", frozenset(), (("code", Codes.of(["s|" + "x" * length])),))
    usual = Kind("otherwise", "clinical", frozenset())
    kinds = TypeKinds.of(usual, (kind,))
    assert kinds.that_apply({"code": {"coding": [{"system": "s", "code": "x" * length}]}}) == (kind,)
    assert kinds.that_apply({"code": {"coding": [{"system": "s", "code": "x"}]}}) == (usual,)
