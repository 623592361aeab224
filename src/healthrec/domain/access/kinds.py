"""Which access class a resource has, from its type and what it says of itself (`schemas/access/types.yaml`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from healthrec.domain.access.classes import AccessClass, Role

_NOT_A_CHILD = frozenset({"Organization", "Location", "Practitioner", "PractitionerRole", "Device"})
"""What a resource about an institution may point to. Group is left out: it may hold children."""


Said = tuple[str, ...] | None
"""The codes found in one element; None when it is absent."""


@dataclass(frozen=True, slots=True)
class Codes:
    """A set of ``system|code`` patterns; ``*`` stands for any system, or for any rest of a code."""

    exact: frozenset[str]
    starts: tuple[str, ...]
    any_system: tuple[str, ...]

    @staticmethod
    def of(patterns: Iterable[str]) -> Codes:
        """From the patterns of types.yaml."""
        exact, starts, any_system = set(), set(), set()
        for pattern in patterns:
            if pattern.startswith("*|"):
                any_system.add(pattern[2:].removesuffix("*"))
            elif pattern.endswith("*"):
                starts.add(pattern[:-1])
            else:
                exact.add(pattern)
        return Codes(frozenset(exact), tuple(sorted(starts)), tuple(sorted(any_system)))

    def has(self, token: str) -> bool:
        """Whether a ``system|code`` is in the set."""
        return (
            token in self.exact
            or (bool(self.starts) and token.startswith(self.starts))
            or (bool(self.any_system) and token.rpartition("|")[2].startswith(self.any_system))
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of content of a type. `tightens`: any code suffices; otherwise all codes found must be on the list."""

    name: str
    access_class: AccessClass
    writers: frozenset[Role]
    when: tuple[tuple[str, Codes], ...] = ()
    no_child_in: tuple[str, ...] = ()
    tightens: bool = False

    def applies(self, said: Mapping[str, Said], children: Collection[str]) -> bool:
        """Whether content is of this kind that says this by element, and in these elements may point to a child."""
        return all(self._says(said[element], codes) for element, codes in self.when) and not any(
            element in children for element in self.no_child_in
        )

    def _says(self, found: Said, codes: Codes) -> bool:
        if found is None:
            return False
        if self.tightens:
            return any(codes.has(token) for token in found)
        return bool(found) and all(codes.has(token) for token in found)


@dataclass(frozen=True, slots=True, eq=False)
class TypeKinds:
    """The kinds of one FHIR type; `elements` are those that any of them reads codes from, `links` references."""

    otherwise: Kind
    kinds: tuple[Kind, ...]
    elements: tuple[str, ...]
    links: tuple[str, ...]

    @staticmethod
    def of(otherwise: Kind, kinds: tuple[Kind, ...] = ()) -> TypeKinds:
        """With the elements that these kinds read."""
        elements = dict.fromkeys(element for kind in kinds for element, _ in kind.when)
        return TypeKinds(
            otherwise, kinds, tuple(elements), tuple({link for kind in kinds for link in kind.no_child_in})
        )

    def that_apply(self, resource: Mapping[str, Any]) -> tuple[Kind, ...]:
        """Every kind that the resource is of; `otherwise` when no looser one fits."""
        if not self.kinds:
            return (self.otherwise,)
        said = tuple([_said(resource.get(element)) for element in self.elements])
        children = tuple([link for link in self.links if may_be_a_child(resource.get(link))])
        fitting = _fitting if _is_short(said) else _fitting.__wrapped__
        return fitting(self, said, children)

    def all(self) -> tuple[Kind, ...]:
        """Every kind of the type."""
        return (self.otherwise, *self.kinds)


@lru_cache(maxsize=4096)  # nearly all content says one of a few hundred things
def _fitting(of: TypeKinds, said: tuple[Said, ...], children: tuple[str, ...]) -> tuple[Kind, ...]:
    by_element = dict(zip(of.elements, said, strict=True))
    fitting = tuple(kind for kind in of.kinds if kind.applies(by_element, children))
    return fitting if any(not kind.tightens for kind in fitting) else (of.otherwise, *fitting)


def _is_short(said: tuple[Said, ...]) -> bool:
    """Long content is not remembered: it may come to fill the memory."""
    return sum([len(token) for found in said if found for token in found]) < 1000


def _said(value: Any) -> Said:
    """The codes of an element, None when it is absent."""
    if value is None:
        return None
    codings = value.get("coding") if type(value) is dict else None
    if type(codings) is list and codings:  # what `tokens` gives, in a third of its time
        return tuple([_of_coding(coding) for coding in codings])
    return tuple(tokens(value))


def tokens(value: Any) -> Iterator[str]:
    """The codes of a FHIR element: code, canonical (without version), Coding, CodeableConcept, or a list of them.

    A concept with text alone gives ``|``: something was said that no list can hold. Malformed content gives the same.
    """
    if isinstance(value, str):
        yield value.partition("|")[0]
    elif isinstance(value, list):
        for item in value:
            yield from tokens(item)
    elif isinstance(value, Mapping) and isinstance(value.get("coding"), list) and value["coding"]:
        for coding in value["coding"]:
            yield _of_coding(coding)
    else:
        yield _of_coding(value)


def may_be_a_child(value: Any) -> bool:
    """Whether a Reference (or a list of them) may point to a child: everything but a known other type may."""
    if value is None:
        return False
    references = value if isinstance(value, list) else [value]
    return not all(_reference_type(reference) in _NOT_A_CHILD for reference in references)


def _of_coding(coding: Any) -> str:
    if not isinstance(coding, Mapping):
        return "|"
    return f"{coding.get('system', '')}|{coding.get('code', '')}"


def _reference_type(reference: Any) -> str:
    if not isinstance(reference, Mapping):
        return ""
    literal = reference.get("reference")
    if not isinstance(literal, str):
        return ""
    parts = literal.partition("/_history/")[0].split("/")
    return parts[-2] if len(parts) >= 2 else ""
