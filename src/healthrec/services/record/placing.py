"""Where a resource belongs: whose child, which organisation answers, which access class, what it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from healthrec import errors
from healthrec.domain.access import BIT, Action, Rights, classes_in
from healthrec.errors import Issue
from healthrec.fhir.references import Reference, references
from healthrec.fhir.types import TYPE_NUMBER, child_ids
from healthrec.services.context import Caller, Services
from healthrec.services.record.bridges import check_bridge
from healthrec.services.record.dose_origin import check_dose_origin
from healthrec.store import resources
from healthrec.store.access import Sight
from healthrec.store.engine import Connection
from healthrec.store.resources import Current, Target

_ANSWERS = {
    "Patient": "managingOrganization",
    "Task": "for",
    "Encounter": "serviceProvider",
    "QuestionnaireResponse": "subject",
    "PractitionerRole": "organization",
    "Location": "managingOrganization",
    "Group": "managingEntity",
    "Appointment": "serviceProvider",
}
"""The element that names the organisation which answers, where it is not simply the child's or the caller's own."""

_FOLLOWS = {"Provenance": "target", "Binary": "securityContext"}
"""Types that belong where the element points: they take the child and the strictest class of what they are made from."""

_NAMES_OTHERS = frozenset({"Patient", "Group", "List", "Task", "Bundle"})
"""Types that may name more than one child: a link between two records, lists, and what readers are shown filtered."""

_DIRECTORY_BIT = BIT["directory"]


def follows_others(type_: str) -> bool:
    """Whether resources of this type are placed after those that they point to."""
    return type_ in _FOLLOWS


def followed(resource: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a resource of such a type is placed after, by (type, id); [] for all others."""
    element = _FOLLOWS.get(resource["resourceType"])
    if element is None or element not in resource:
        return []
    only = {"resourceType": resource["resourceType"], element: resource[element]}
    return [(type_, id_) for _, type_, id_ in references(only)]


def class_bit(rights: Rights, resource: Mapping[str, Any], bits: Sequence[int]) -> int:
    """The bit of its access class: by what it says itself, or the strictest of those that it follows, which have these bits."""
    if not bits:
        return BIT[rights.class_of(resource)]
    classes = [name for bit in bits for name in classes_in(bit)]
    labelled = [rights.class_of(resource)] if resource.get("meta", {}).get("security") else []
    return BIT[rights.strictest(classes + labelled)]


def scope_of(child: int, owner: int, access_bit: int) -> int:
    """The key that grants name: the child, the organisation that answers, or 0 for the directory, which is open."""
    return child or (0 if access_bit == _DIRECTORY_BIT else owner)


@dataclass(frozen=True, slots=True)
class Spot:
    """Keys as in `store.tables`; `access_bit` is one bit of the access classes."""

    child: int
    owner: int
    scope: int
    access_bit: int


class Placing:
    """Knows the rights of one caller and the keys of everything that one set of changes refers to."""

    def __init__(
        self,
        connection: Connection,
        services: Services,
        caller: Caller,
        own: Mapping[tuple[str, str], int],
        sight: Sight,
    ) -> None:
        self._connection = connection
        self._sight = sight
        self._services = services
        self._caller = caller
        self._own = own
        self._owners: dict[int, int] = {}
        self._places: dict[tuple[str, str], tuple[int, int]] = {}
        self.targets: dict[tuple[str, str], int] = dict(own)

    def look_up(
        self,
        pointed: Sequence[Sequence[Reference]],
        before: Sequence[Mapping[str, Any]] = (),
        ours: Iterable[str] = (),
    ) -> None:
        """Find every resource referred to. What is absent and what the caller may not see are refused alike.

        What the version `before` already refers to stays, whether this caller may see it or not; `ours` (Type/id) were
        named by our own code.
        """
        kept = {(type_, id_) for resource in before for _, type_, id_ in references(resource)}
        kept |= {(type_, id_) for type_, _, id_ in (one.partition("/") for one in ours)}
        wanted = [reference for found in pointed for reference in found]
        outside = sorted({(type_, id_) for _, type_, id_ in wanted} - self._own.keys())
        found = resources.keys_of(self._connection, outside)
        for name, row in found.items():
            if name not in kept and (row.deleted or not self._shown(name[0], row)):
                continue
            self.targets[name] = row.key
            self._places[name] = (row.child, row.access_bit)
            if row.key == row.child:
                self._owners[row.key] = row.owner
        missing = [(path, f"{type_}/{id_}") for path, type_, id_ in wanted if (type_, id_) not in self.targets]
        if missing:
            raise errors.Refused(
                *(Issue("not-found", "record.reference-unknown", path, {"found": ref}) for path, ref in missing[:20])
            )

    def spot(self, resource: Mapping[str, Any], pointed: Sequence[Reference], key: int, row: Current | None) -> Spot:
        """The place of one resource, which has these references. It stays with its child for good: a version for another child is refused."""
        child = self._child(resource, key)
        self._refuse_other_children(resource, pointed, child)
        check_bridge(self._connection, self._caller, resource, self.targets)
        if row is not None and row.child != child:
            raise errors.Refused(Issue("business-rule", "record.child-changed", resource["resourceType"]))
        owner = self._answering(resource) or (row.owner if row else 0) or self._owners.get(child, 0)
        owner = owner or self._caller.organization
        bits = [self._places[name][1] for name in followed(resource) if name in self._places]
        bit = class_bit(self._services.rights, resource, bits)
        scope = scope_of(child, owner, bit)
        if key == child:
            self._owners[key] = owner
        self._places[resource["resourceType"], resource["id"]] = (child, bit)
        return Spot(child, owner, scope, bit)

    def may_write(self, action: Action, resource: Mapping[str, Any], access_bit: int) -> None:
        """Raises NotAllowed unless a role that the caller holds today may write just this content."""
        if self._caller.unbounded:
            return
        rights, type_ = self._services.rights, resource["resourceType"]
        derived = classes_in(access_bit)[0] if type_ in _FOLLOWS and access_bit else None
        if not any(rights.may_write(role, action, resource, derived) for role in self._caller.roles):
            raise errors.NotAllowed("access.role-may-not", type_)

    def check_origin(self, resource: Mapping[str, Any], before: Mapping[str, Any], owner: int) -> None:
        """Raises Refused for a dose said to be given by an organisation whose doses arrive from the province, and for one that
        arrives for a child whose organisation (`owner`) records them itself."""
        check_dose_origin(self._connection, self._caller, resource, before, owner)

    def _child(self, resource: Mapping[str, Any], key: int) -> int:
        if resource["resourceType"] == "Patient":
            return key
        if resource["resourceType"] in _FOLLOWS:
            owning = {self._places[name][0] for name in followed(resource) if name in self._places} - {0}
            if len(owning) > 1:
                raise errors.Refused(Issue("business-rule", "record.two-children", resource["resourceType"]))
            return owning.pop() if owning else 0
        children = {self.targets[("Patient", id_)] for id_ in child_ids(resource)}
        if len(children) > 1:
            raise errors.Refused(Issue("business-rule", "record.two-children", resource["resourceType"]))
        return children.pop() if children else 0

    def _refuse_other_children(self, resource: Mapping[str, Any], pointed: Sequence[Reference], child: int) -> None:
        if not child or resource["resourceType"] in _NAMES_OTHERS:
            return
        for path, type_, id_ in pointed:
            key = self.targets.get((type_, id_), 0)
            other = key if type_ == "Patient" else self._places.get((type_, id_), (0, 0))[0]
            if other and other != child:
                raise errors.Refused(Issue("business-rule", "record.two-children", path))

    def _answering(self, resource: Mapping[str, Any]) -> int:
        reference = resource.get(_ANSWERS.get(resource["resourceType"], ""), {})
        text = reference.get("reference", "") if isinstance(reference, Mapping) else ""
        type_, _, id_ = text.partition("/")
        return self.targets.get((type_, id_), 0) if type_ == "Organization" else 0

    def _shown(self, type_: str, row: Target) -> bool:
        return self._caller.unbounded or self._sight.may_see(row.scope, row.access_bit, TYPE_NUMBER[type_])
