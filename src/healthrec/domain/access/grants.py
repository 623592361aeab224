"""From dated facts to grants: who may see which classes of one child or one institution, from when to when, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from healthrec.domain.access.classes import ROLES, AccessClass, Role, classes_in, mask
from healthrec.domain.access.facts import (
    NO_END,
    AccessFact,
    BreakGlass,
    ConsentGiven,
    Delegation,
    Enrolment,
    Guardianship,
    GuideAssignment,
    Institution,
    NamedOfficer,
    PanelMembership,
    Referral,
    Span,
)
from healthrec.domain.access.principals import (
    EVERYONE,
    delegate_principal,
    guardian_principal,
    person_principal,
    role_principal,
)
from healthrec.domain.access.rights import Rights

Basis = Literal[
    "open",
    "enrolment",
    "panel",
    "guardianship",
    "delegation",
    "referral",
    "break-glass",
    "consent",
    "named-officer",
    "institution",
    "assignment",
]
At = Literal["unit", "institution", "district", "person", "everybody"]

ANYWHERE = "anywhere"
"""The scope of what belongs to no child and no institution (code systems, forms)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """`scope` is ``child:<Patient id>``, ``organization:<id>`` or ``anywhere``; `classes` is a mask; [date_from, date_to)."""

    scope: str
    principal: str
    classes: int
    basis: Basis
    date_from: date
    date_to: date


OPEN_GRANT = Grant(ANYWHERE, EVERYONE, mask(["directory"]), "open", date.min, NO_END)
"""The directory is open to whoever has signed in."""


@dataclass(frozen=True, slots=True)
class GrantRule:
    """One line of grants.yaml; `role` is "everyone" for what is open."""

    role: Role | Literal["everyone"]
    at: At
    classes: int


@dataclass(frozen=True, slots=True)
class GrantRules:
    """`schemas/access/grants.yaml`: the rules of each basis, and the roles that count only where they are held."""

    edition: str
    bases: Mapping[Basis, tuple[GrantRule, ...]]
    only_where_held: frozenset[Role]


def grant_rules_from(data: Mapping[str, Any], rights: Rights) -> GrantRules:
    """Rules from the plain content of grants.yaml.

    Raises ValueError when a basis is missing or unknown, or when a rule opens more than the role's ceiling.
    """
    bases: dict[Basis, tuple[GrantRule, ...]] = {
        basis: tuple(GrantRule(line["role"], line["at"], mask(line["classes"])) for line in entry["to"])
        for basis, entry in data["bases"].items()
    }
    if missing := set(get_args(Basis)) - {"open"} ^ set(bases):
        raise ValueError(f"bases missing or unknown: {sorted(missing)}")
    for basis, rules in bases.items():
        for rule in rules:
            _refuse_beyond_ceiling(basis, rule, rights)
    return GrantRules(data["edition"], bases, frozenset(data["only_where_held"]))


def grants_for(facts: Iterable[AccessFact], rules: GrantRules) -> list[Grant]:
    """All grants that follow from `facts`, each once, sorted by scope and principal; empty spans give none."""
    found = {grant for fact in facts if not fact.span.empty for grant in _grants_of(fact, rules) if grant.classes}
    return sorted(found, key=lambda g: (g.scope, g.principal, g.basis, g.date_from, g.date_to, g.classes))


def _grants_of(fact: AccessFact, rules: GrantRules) -> list[Grant]:
    match fact:
        case Enrolment(child, unit, institution, span):
            return _child(rules, "enrolment", child, span, {"unit": [unit], "institution": [institution]})
        case PanelMembership(child, centre, span):
            return _child(rules, "panel", child, span, {"institution": [centre]})
        case Guardianship(child, guardian, span):
            return _child(rules, "guardianship", child, span, {"person": [guardian]})
        case Delegation(child, delegate, classes, span):
            return _child(rules, "delegation", child, span, {"person": [delegate]}, mask(classes))
        case Referral(child, hospital, span):
            return _child(rules, "referral", child, span, {"institution": [hospital]})
        case BreakGlass(child, practitioner, span):
            return _child(rules, "break-glass", child, span, {"person": [practitioner]})
        case NamedOfficer(child, practitioner, span):
            return _child(rules, "named-officer", child, span, {"person": [practitioner]})
        case ConsentGiven(child, role, institution, classes, span):
            places: dict[At, list[str]] = {"institution": [institution]}
            return _child(rules, "consent", child, span, places, mask(classes), only_role=role)
        case GuideAssignment(institution, span):
            return _made(rules, "assignment", f"organization:{institution}", span, {"institution": [institution]})
    return _of_institution(fact, rules)


def _of_institution(fact: Institution, rules: GrantRules) -> list[Grant]:
    places: dict[At, list[str]] = {
        "institution": [fact.institution],
        "district": list(fact.districts),
        "everybody": [""],
    }
    return _made(rules, "institution", f"organization:{fact.organization}", fact.span, places)


def _child(
    rules: GrantRules,
    basis: Basis,
    child: str,
    span: Span,
    places: Mapping[At, list[str]],
    within: int = -1,
    only_role: Role | None = None,
) -> list[Grant]:
    return _made(rules, basis, f"child:{child}", span, places, within, only_role)


def _made(
    rules: GrantRules,
    basis: Basis,
    scope: str,
    span: Span,
    places: Mapping[At, list[str]],
    within: int = -1,
    only_role: Role | None = None,
) -> list[Grant]:
    return [
        Grant(scope, _principal(rule, place), rule.classes & within, basis, span.start, span.end)
        for rule in rules.bases[basis]
        if only_role is None or rule.role == only_role
        for place in places[rule.at]
    ]


def _principal(rule: GrantRule, place: str) -> str:
    if rule.role == "everyone":
        return EVERYONE
    if rule.at != "person":
        return role_principal(rule.role, place)
    if rule.role == "parent":
        return guardian_principal(place)
    return delegate_principal(place) if rule.role == "delegate" else person_principal(place)


def _refuse_beyond_ceiling(basis: Basis, rule: GrantRule, rights: Rights) -> None:
    if rule.role != "everyone" and rule.role not in ROLES:
        raise ValueError(f"{basis}: unknown role {rule.role}")
    ceiling = mask(["directory"]) if rule.role == "everyone" else rights.classes_seen(rule.role)
    if beyond := rule.classes & ~ceiling:
        names: tuple[AccessClass, ...] = classes_in(beyond)
        raise ValueError(f"{basis}: {rule.role} would see {', '.join(names)}, beyond its rights")
