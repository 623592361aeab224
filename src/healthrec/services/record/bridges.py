"""What opens access may be written only by those who answer for the place: nobody opens a child to others, or to himself.

An EpisodeOfCare, an active order, a role and a consent each become grants. Rights say who may write such content at all;
these rules say for which places. A guardian consents as he likes; staff enter what he signed, for others than themselves
and of no more than they may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from healthrec import errors
from healthrec.domain.access import ConsentGiven, mask
from healthrec.domain.access.principals import institution_of
from healthrec.services.accounts.identify import places
from healthrec.services.context import Caller
from healthrec.services.projections.consents import access_facts
from healthrec.store.engine import Connection
from healthrec.store.projections import organization_row

_ANSWERS_FOR_CHILDREN = "doctor"
"""Doctors enter a child into a nursery and refer to a hospital; everybody else acts for his own institution only."""


def check_bridge(
    connection: Connection, caller: Caller, resource: Mapping[str, Any], targets: Mapping[tuple[str, str], int]
) -> None:
    """Raises NotAllowed where this content would open more than its writer may open."""
    kind = resource["resourceType"]
    if caller.unbounded:
        return
    if kind == "PractitionerRole" and _reference(resource.get("practitioner")) == caller.person_reference:
        raise errors.NotAllowed("access.not-yours-to-write", f"{kind}.practitioner")
    if kind == "Consent" and "parent" not in caller.roles:
        _check_consent(connection, caller, resource, targets)
    if _ANSWERS_FOR_CHILDREN in caller.roles:
        return
    if kind == "EpisodeOfCare" and not _is_own(connection, caller, resource.get("managingOrganization"), targets):
        raise errors.NotAllowed("access.not-yours-to-write", f"{kind}.managingOrganization")
    if kind == "ServiceRequest" and any(
        _is_own(connection, caller, performer, targets) for performer in resource.get("performer", ())
    ):
        raise errors.NotAllowed("access.not-yours-to-write", f"{kind}.performer")


def _check_consent(
    connection: Connection, caller: Caller, consent: Mapping[str, Any], targets: Mapping[tuple[str, str], int]
) -> None:
    for fact in access_facts(consent):
        place = f"Organization/{fact.institution}" if isinstance(fact, ConsentGiven) else ""
        if mask(fact.classes) & ~caller.viewer.classes or _is_own(connection, caller, {"reference": place}, targets):
            raise errors.NotAllowed("access.not-yours-to-write", "Consent.provision")


def _is_own(connection: Connection, caller: Caller, reference: Any, targets: Mapping[tuple[str, str], int]) -> bool:
    type_, _, id_ = _reference(reference).partition("/")
    key = targets.get((type_, id_), 0) if type_ == "Organization" else 0
    if not (key and caller.organization):
        return False
    own = organization_row(connection, caller.organization)
    tree = places(connection, [key, caller.organization])
    return own is not None and institution_of(id_, tree) == institution_of(own.id, tree)


def _reference(value: Any) -> str:
    return str(value.get("reference", "")) if isinstance(value, Mapping) else ""
