"""What a role may do at most, and the class of a resource: `schemas/access/rights.yaml` and `types.yaml` as one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from healthrec.domain.access.classes import ACTIONS, CLASSES, ROLES, AccessClass, Action, Role, mask
from healthrec.domain.access.kinds import Codes, Kind, TypeKinds, tokens
from healthrec.errors import Issue, Refused

_MIXED: AccessClass = "restricted"
_BELOW_MATERNAL: frozenset[AccessClass] = frozenset({"directory", "care", "immunization", "maternal"})
"""What everybody sees who sees `maternal`, so that a mixture is no stricter than that."""


@dataclass(frozen=True, slots=True)
class RoleRights:
    """One role's ceiling: classes by action, types that narrow a class, and named powers outside the record."""

    classes: Mapping[Action, frozenset[AccessClass]]
    only: Mapping[tuple[Action, AccessClass], frozenset[str]]
    powers: frozenset[str]

    def allows(self, action: Action, access_class: AccessClass, type_: str) -> bool:
        """Whether the ceiling covers this action on content of this class and FHIR type."""
        if access_class not in self.classes[action]:
            return False
        types = self.only.get((action, access_class))
        return types is None or type_ in types


@dataclass(frozen=True, slots=True)
class Rights:
    """The only list of rights. Answers are ceilings; a grant on the child or institution is needed besides."""

    edition: str
    roles: Mapping[Role, RoleRights]
    types: Mapping[str, TypeKinds]
    labels: tuple[tuple[AccessClass, Codes], ...]
    contained: Mapping[str, AccessClass]
    strictness: tuple[AccessClass, ...]

    def class_of(self, resource: Mapping[str, Any]) -> AccessClass:
        """The strictest class that type, content, labels, contained resources and Bundle entries ask for.

        Raises Refused (not-supported) for a type that is not of the house.
        """
        return self._class_of(resource, self._kinds_of(resource).that_apply(resource))

    def strictest(self, classes: Iterable[AccessClass]) -> AccessClass:
        """What something derived from content of these classes has; the audit and an institution's own work do not mix.

        >>> rights.strictest(["care", "immunization"])
        'immunization'
        """
        found = set(classes)
        if not found:
            raise ValueError("no class was given")
        if len(found) == 1:
            return found.pop()
        if "audit" in found:
            return "audit"
        if "internal" in found:
            return "internal" if found == {"internal", "directory"} else _MIXED
        if "maternal" in found:
            return "maternal" if found <= _BELOW_MATERNAL else _MIXED
        return max(found, key=self.strictness.index)

    def may(self, role: Role, action: Action, access_class: AccessClass, type_: str) -> bool:
        """Whether a role may do this at all to content of this class and FHIR type; False for what cannot exist.

        To create and amend, the role must also be a writer of some kind of the type that can have this class.
        """
        kinds = self.types.get(type_)
        rights = self.roles[role]
        if kinds is None or not rights.allows(action, access_class, type_):
            return False
        possible = [kind for kind in kinds.all() if access_class in self._classes_possible(kind)]
        if action in ("create", "amend"):
            return any(role in kind.writers for kind in possible)
        return bool(possible)

    def may_write(
        self, role: Role, action: Action, resource: Mapping[str, Any], derived: AccessClass | None = None
    ) -> bool:
        """Whether a role may create, amend or sign just this content. Ask for an amendment of both the old and the new.

        `derived` is the class of what it was made from, where the content cannot tell (a Binary, a Provenance).
        """
        kinds = self._kinds_of(resource).that_apply(resource)
        if action != "sign" and not all(role in kind.writers for kind in kinds):
            return False
        access_class = derived or self._class_of(resource, kinds)
        return self.roles[role].allows(action, access_class, str(resource["resourceType"]))

    def classes_seen(self, role: Role) -> int:
        """The mask of classes that a role may see at most."""
        return mask(self.roles[role].classes["see"])

    def has_power(self, role: Role, power: str) -> bool:
        """Whether a role holds a power outside the record: accounts, settings, audit, access-log, break-glass …"""
        return power in self.roles[role].powers

    def _kinds_of(self, resource: Mapping[str, Any]) -> TypeKinds:
        kinds = self.types.get(str(resource.get("resourceType")))
        if kinds is None:
            raise Refused(Issue("not-supported", "access.unknown-type", "resourceType"))
        return kinds

    def _class_of(self, resource: Mapping[str, Any], kinds: tuple[Kind, ...]) -> AccessClass:
        classes = [kind.access_class for kind in kinds]
        if "meta" in resource:
            classes += self._labels_of(resource)
        if "contained" in resource or "entry" in resource:
            classes += [self._class_inside(inner) for inner in _inside(resource)]
        return classes[0] if len(classes) == 1 else self.strictest(classes)

    def _class_inside(self, inner: Mapping[str, Any]) -> AccessClass:
        type_ = str(inner.get("resourceType"))
        return self.class_of(inner) if type_ in self.types else self.contained.get(type_, "clinical")

    def _labels_of(self, resource: Mapping[str, Any]) -> list[AccessClass]:
        meta = resource.get("meta")
        labels = meta.get("security") if isinstance(meta, Mapping) else None
        if not labels:
            return []
        return [name for token in tokens(labels) for name, codes in self.labels if codes.has(token)]

    def _classes_possible(self, kind: Kind) -> set[AccessClass]:
        if kind.access_class == "audit":
            return {"audit"}
        return {kind.access_class} | {self.strictest([kind.access_class, label]) for label, _ in self.labels}


def rights_from(rights: Mapping[str, Any], types: Mapping[str, Any]) -> Rights:
    """Rights from the plain content of rights.yaml and types.yaml (their shape is checked by schemas/meta before).

    Raises ValueError when the classes are not in the order of their bits or a role is missing.
    """
    if tuple(rights["classes"]) != CLASSES:
        raise ValueError("the classes of rights.yaml must stand in the order of their bits")
    if set(rights["roles"]) != set(ROLES):
        raise ValueError(f"roles missing or unknown: {sorted(set(rights['roles']) ^ set(ROLES))}")
    strictness: tuple[AccessClass, ...] = tuple(rights["strictness"])
    return Rights(
        edition=f"{rights['edition']}/{types['edition']}",
        roles={role: _role_from(entry) for role, entry in rights["roles"].items()},
        types={name: _type_from(entry, strictness) for name, entry in types["types"].items()},
        labels=tuple((entry["class"], Codes.of(entry["codes"])) for entry in types["labels"]),
        contained=types["contained"],
        strictness=strictness,
    )


def _role_from(entry: Mapping[str, Any]) -> RoleRights:
    narrowed = entry.get("only", {})
    return RoleRights(
        classes={action: frozenset(entry[action]) for action in ACTIONS},
        only={
            (action, access_class): frozenset(types)
            for action, by_class in narrowed.items()
            for access_class, types in by_class.items()
        },
        powers=frozenset(entry["powers"]),
    )


def _type_from(entry: Mapping[str, Any], strictness: tuple[AccessClass, ...]) -> TypeKinds:
    usual = Kind("otherwise", entry["otherwise"]["class"], frozenset(entry["otherwise"]["write"]))
    return TypeKinds.of(usual, tuple(_kind_from(kind, usual, strictness) for kind in entry.get("kinds", ())))


def _kind_from(entry: Mapping[str, Any], usual: Kind, strictness: tuple[AccessClass, ...]) -> Kind:
    access_class: AccessClass = entry["class"]
    return Kind(
        name=entry["id"],
        access_class=access_class,
        writers=frozenset(entry["write"]),
        when=tuple((element, Codes.of(codes)) for element, codes in entry.get("when", {}).items()),
        no_child_in=tuple(entry.get("no_child_in", ())),
        tightens=_is_stricter(access_class, usual.access_class, strictness),
    )


def _is_stricter(one: AccessClass, other: AccessClass, strictness: tuple[AccessClass, ...]) -> bool:
    if one == "maternal":
        return other in _BELOW_MATERNAL or other == "clinical"
    on_the_line = one in strictness and other in strictness
    return on_the_line and strictness.index(one) > strictness.index(other)


def _inside(resource: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entries = _objects(resource.get("entry")) if resource.get("resourceType") == "Bundle" else []
    return _objects(resource.get("contained")) + _objects([entry.get("resource") for entry in entries])


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
