"""Consent → what a guardian opens: to a person of the family (delegation), or to a role at an institution.

A Consent opens something when it is active, of scope `patient-privacy`, and its one `provision` says all of this:

- `type` is permit; `period` the days, the last included, without a start from `dateTime` on;
- `securityLabel` the classes of content, from CodeSystem/access-class (care, immunization, clinical, case);
- `actor` whom: a RelatedPerson of this child as `delegate`, or an Organization as doctor, specialist, vaccinator, nurse or
  guide, with `role` from CodeSystem/role;
- `purpose`, when there is one, a purpose of care or of the family.

A delegation is a guardian's, named as `performer`, and lasts no longer than he is the guardian; a consent for an
institution outlasts him. What narrows it in a way that the filter cannot keep (inner provisions, resource classes, codes,
data, other actions) opens nothing rather than too much; so does a delegation without an end. grants.yaml cuts the classes
further.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from healthrec.domain.access import CLASSES, ROLES, AccessClass, ConsentGiven, Delegation, Span
from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE
from healthrec.services.context import Services
from healthrec.services.projections.granting import grant
from healthrec.services.projections.periods import first_day, guardianship, span_of
from healthrec.store import resources
from healthrec.store.engine import Connection
from healthrec.store.resources import Write

Opened = Delegation | ConsentGiven

_CLASSES = BASE + "CodeSystem/access-class"
_ROLES = BASE + "CodeSystem/role"
_NARROWING = ("provision", "class", "code", "data", "dataPeriod")
_NEVER = Span(date.min, date.min)
_PURPOSES = frozenset({"TREAT", "CAREMGT", "COC", "FAMRQT", "PATRQT", "SUPNWK"})  # v3-ActReason, PurposeOfUse


def project(connection: Connection, services: Services, write: Write, resource: Mapping[str, Any] | None) -> None:
    """Replace the grants of this consent: one that is withdrawn gives none."""
    facts = access_facts(resource) if resource is not None and write.child else []
    if resource is not None and any(isinstance(fact, Delegation) for fact in facts):
        within = _guardians_days(connection, write.child, resource)
        facts = [_cut(fact, within) if isinstance(fact, Delegation) else fact for fact in facts]
    grant(connection, services, write.key, write.child, facts)


def access_facts(consent: Mapping[str, Any]) -> list[Opened]:
    """What the Consent opens, whatever the rules cut from it later; nothing when it is not in force or not understood."""
    provision = consent.get("provision", {})
    if not (consent.get("status") == "active" and _is_of_privacy(consent) and _is_plain_permit(provision)):
        return []
    child = str(consent["patient"].get("reference", "")).partition("/")[2]
    named = _codes(provision.get("securityLabel", ()), _CLASSES)
    classes = tuple(name for name in CLASSES if name in named)
    span = _span(consent, provision)
    return [fact for actor in provision.get("actor", ()) for fact in _facts(actor, child, classes, span)]


def _guardians_days(connection: Connection, child: int, consent: Mapping[str, Any]) -> Span:
    """The days on which who gave the consent is this child's guardian; of several, those of who stays longest."""
    found = [_NEVER]
    for performer in consent.get("performer", ()):
        type_, _, id_ = str(performer.get("reference", "")).partition("/")
        row = resources.find(connection, "RelatedPerson", id_) if type_ == "RelatedPerson" else None
        span = guardianship(recall(row.body)) if row and row.body and row.child == child else None
        found.append(span or _NEVER)
    return max(found, key=lambda span: span.end)


def _cut(delegation: Delegation, within: Span) -> Delegation:
    span = Span(max(delegation.span.start, within.start), min(delegation.span.end, within.end))
    return replace(delegation, span=span)


def _facts(actor: Mapping[str, Any], child: str, classes: tuple[AccessClass, ...], span: Span) -> Iterator[Opened]:
    kind, _, id_ = str(actor.get("reference", {}).get("reference", "")).partition("/")
    for code in _codes(actor.get("role", {}).get("coding", ()), _ROLES):
        if kind == "RelatedPerson" and code == "delegate" and span.end != date.max:
            yield Delegation(child, id_, classes, span)
        elif kind == "Organization" and code in ROLES:
            yield ConsentGiven(child, code, id_, classes, span)


def _is_of_privacy(consent: Mapping[str, Any]) -> bool:
    return any(coding.get("code") == "patient-privacy" for coding in consent.get("scope", {}).get("coding", ()))


def _is_plain_permit(provision: Mapping[str, Any]) -> bool:
    purposes = [coding.get("code") for coding in provision.get("purpose", ())]
    actions = [coding.get("code") for action in provision.get("action", ()) for coding in action.get("coding", ({},))]
    return (
        provision.get("type") == "permit"
        and not any(element in provision for element in _NARROWING)
        and (not purposes or any(code in _PURPOSES for code in purposes))
        and (not actions or "access" in actions)
    )


def _span(consent: Mapping[str, Any], provision: Mapping[str, Any]) -> Span:
    span = span_of(provision.get("period"))
    given = first_day(str(consent.get("dateTime", "")))
    return Span(given, span.end) if given and "start" not in provision.get("period", {}) else span


def _codes(codings: Any, system: str) -> list[str]:
    return [str(coding.get("code", "")) for coding in codings if coding.get("system") == system]
