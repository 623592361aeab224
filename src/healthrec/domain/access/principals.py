"""As whom a person acts on a day.

A principal is a string that grants are given to:

- ``role:nurse@<organisation id>``: holds that role there today. From dated PractitionerRoles: a role counts at the
  organisation it is held at, and at the institution (nursery, health centre, hospital) which that organisation is part
  of, so a nurse entered at a class works for the nursery and a village station's doctor has the centre's panel. A carer
  counts only in the class itself (`GrantRules.only_where_held`). A guide's assignment to a nursery is a PractitionerRole
  there, so the principal ``role:guide@<nursery>`` exists only while the assignment lasts.
- ``person:<practitioner id>``: this one person (break-glass, a named officer).
- ``guardian:<related person id>``, ``delegate:<related person id>``: from the account's links to RelatedPersons.
- ``everyone``: whoever has signed in.

Nothing is inherited downwards: a district officer is no nurse of the nurseries below him.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from healthrec.domain.access.classes import Role
from healthrec.domain.access.facts import Span

EVERYONE = "everyone"
INSTITUTION_KINDS = frozenset({"nursery", "health-centre", "hospital", "district-office"})
"""Kinds of organisation (CodeSystem organization-type) that employ people; a class is part of one."""

ONLY_WHERE_HELD: frozenset[Role] = frozenset({"carer", "head", "district", "admin", "auditor", "system"})
"""The same list as in grants.yaml (a test compares them), for callers without the rules at hand."""

_FAMILY: frozenset[Role] = frozenset({"parent", "delegate"})


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role at an organisation for a time (one code of a PractitionerRole)."""

    role: Role
    organization: str
    span: Span


@dataclass(frozen=True, slots=True)
class Place:
    """One organisation of the tree: its kind and the id of what it is part of ("" at the top)."""

    kind: str
    part_of: str = ""


def roles_on(roles: Iterable[RoleHeld], day: date) -> tuple[Role, ...]:
    """The roles in force on `day`, sorted, each once; family roles come from RelatedPersons and are left out."""
    return tuple(sorted({held.role for held in roles if held.span.holds_on(day) and held.role not in _FAMILY}))


def principals_of(
    roles: Iterable[RoleHeld],
    tree: Mapping[str, Place],
    day: date,
    *,
    practitioner: str = "",
    guardian: Iterable[str] = (),
    delegate: Iterable[str] = (),
    only_where_held: Collection[Role] = ONLY_WHERE_HELD,
) -> tuple[str, ...]:
    """All principals of one signed-in person on `day`, sorted; see the module's text. Unknown organisations count as held."""
    found = {EVERYONE}
    for held in roles:
        if held.role in _FAMILY or not held.span.holds_on(day):
            continue
        found.add(role_principal(held.role, held.organization))
        if held.role not in only_where_held:
            found.add(role_principal(held.role, institution_of(held.organization, tree)))
    if practitioner:
        found.add(person_principal(practitioner))
    found.update(guardian_principal(related) for related in guardian)
    found.update(delegate_principal(related) for related in delegate)
    return tuple(sorted(found))


def institution_of(organization: str, tree: Mapping[str, Place]) -> str:
    """The nearest institution: the organisation itself or what it is part of; itself when there is none above."""
    seen: set[str] = set()
    here = organization
    while here in tree and here not in seen:
        if tree[here].kind in INSTITUTION_KINDS:
            return here
        seen.add(here)
        here = tree[here].part_of
    return organization


def districts_above(organization: str, tree: Mapping[str, Place]) -> tuple[str, ...]:
    """The district offices that the organisation is or belongs to, nearest first."""
    seen: list[str] = []
    here = organization
    while here in tree and here not in seen:
        seen.append(here)
        here = tree[here].part_of
    return tuple(place for place in seen if tree[place].kind == "district-office")


def role_of(principal: str) -> str:
    """The role that a principal acts in: nurse, parent, delegate …; "" for one person and for everyone."""
    kind, _, rest = principal.partition(":")
    return {"role": rest.partition("@")[0], "guardian": "parent", "delegate": "delegate"}.get(kind, "")


def role_principal(role: Role, organization: str) -> str:
    """``role:nurse@<organisation id>``."""
    return f"role:{role}@{organization}"


def person_principal(practitioner: str) -> str:
    """``person:<practitioner id>``."""
    return f"person:{practitioner}"


def guardian_principal(related_person: str) -> str:
    """``guardian:<related person id>``."""
    return f"guardian:{related_person}"


def delegate_principal(related_person: str) -> str:
    """``delegate:<related person id>``."""
    return f"delegate:{related_person}"
