"""A town of a few organisations and one child of interest, and the filter as a plain loop: who sees what on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from healthrec.domain.access import (
    BIT,
    OPEN_GRANT,
    AccessFact,
    Enrolment,
    Grant,
    Guardianship,
    GuideAssignment,
    Institution,
    PanelMembership,
    Place,
    Role,
    RoleHeld,
    Span,
    classes_in,
    grant_rules_from,
    grants_for,
    mask,
    principals_of,
    rights_from,
    roles_on,
)
from healthrec.domain.access.principals import role_of
from healthrec.rulebook.files import read_yaml
from healthrec.settings import schemas_dir

RIGHTS_DATA = read_yaml(schemas_dir(), "access/rights.yaml")
TYPES_DATA = read_yaml(schemas_dir(), "access/types.yaml")
GRANTS_DATA = read_yaml(schemas_dir(), "access/grants.yaml")
RIGHTS = rights_from(RIGHTS_DATA, TYPES_DATA)
RULES = grant_rules_from(GRANTS_DATA, RIGHTS)

BASE = "https://healthrec.example/fhir/"
DAY = date(2026, 3, 2)
YEAR = Span(date(2025, 9, 1), date(2026, 9, 1))
ALWAYS = Span(date(2020, 1, 1))
CHILD = {"reference": "Patient/mei"}

TREE = {
    "district": Place("district-office"),
    "centre": Place("health-centre", "district"),
    "station": Place("department", "centre"),
    "centre2": Place("health-centre", "district"),
    "hospital": Place("hospital", "district"),
    "nursery": Place("nursery", "district"),
    "sun": Place("class", "nursery"),
    "moon": Place("class", "nursery"),
    "nursery2": Place("nursery", "district"),
}

FACTS: tuple[AccessFact, ...] = (
    Enrolment("mei", "sun", "nursery", YEAR),
    PanelMembership("mei", "centre", ALWAYS),
    Guardianship("mei", "mother", ALWAYS),
    GuideAssignment("nursery", YEAR),
    *(
        Institution(name, "nursery" if name == "sun" else name, ("district",), ALWAYS)
        for name in ("nursery", "sun", "nursery2", "centre", "hospital")
    ),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in."""

    roles: tuple[RoleHeld, ...] = ()
    practitioner: str = ""
    guardian: tuple[str, ...] = ()
    delegate: tuple[str, ...] = ()


def staff(role: Role, organization: str, span: Span = ALWAYS) -> Person:
    """One person with one role; the practitioner's id is ``<role>-<organisation>``."""
    return Person((RoleHeld(role, organization, span),), f"{role}-{organization}")


def sees(
    person: Person,
    resource: dict[str, Any],
    scope: str = "child:mei",
    *,
    day: date = DAY,
    facts: tuple[AccessFact, ...] = FACTS,
) -> bool:
    """The one filter, as SQL applies it: a grant in force on the scope, to a principal of the person, for the class."""
    principals = principals_of(
        person.roles,
        TREE,
        day,
        practitioner=person.practitioner,
        guardian=person.guardian,
        delegate=person.delegate,
        only_where_held=RULES.only_where_held,
    )
    bit = BIT[RIGHTS.class_of(resource)] & _ceiling(person, day)
    return any(
        grant.scope == scope
        and grant.principal in principals
        and grant.classes & bit
        and _reaches(grant, resource["resourceType"])
        and grant.date_from <= day < grant.date_to
        for grant in _grants(facts)
    )


@lru_cache(maxsize=8)
def _grants(facts: tuple[AccessFact, ...]) -> tuple[Grant, ...]:
    return (OPEN_GRANT, *grants_for(facts, RULES))


def coded(resource_type: str, system: str, code: str, element: str = "code", **more: Any) -> dict[str, Any]:
    """A resource about the child with one coding."""
    concept = {"coding": [{"system": system, "code": code}]}
    return {"resourceType": resource_type, "subject": CHILD, element: concept, **more}


def _reaches(grant: Grant, type_: str) -> bool:
    """Whether the role behind the grant's principal sees this type in a class that the grant opens."""
    rights = RIGHTS.roles.get(role_of(grant.principal))  # type: ignore[call-overload]
    return rights is None or any(rights.allows("see", name, type_) for name in classes_in(grant.classes))


def _ceiling(person: Person, day: date) -> int:
    bits = mask(["directory"])
    for role in roles_on(person.roles, day):
        bits |= RIGHTS.classes_seen(role)
    if person.guardian:
        bits |= RIGHTS.classes_seen("parent")
    return bits | (RIGHTS.classes_seen("delegate") if person.delegate else 0)
