"""From access facts to rows of `access_grant`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from healthrec.domain.access import AccessFact, Role, classes_in, grants_for
from healthrec.domain.access.principals import role_of
from healthrec.fhir.types import TYPE_NUMBER
from healthrec.services.context import Services
from healthrec.services.projections.periods import last
from healthrec.store.access import intern_principals, replace_grants
from healthrec.store.engine import Connection


def grant(connection: Connection, services: Services, source: int, scope: int, facts: Iterable[AccessFact]) -> None:
    """The grants that these facts give on `scope` (key of a child or organisation), on account of `source`."""
    grants = grants_for(facts, services.grant_rules) if scope else []
    numbers = intern_principals(connection, services.database, {one.principal for one in grants})
    rows = {
        (numbers[one.principal], one.basis): {
            "scope": scope,
            "principal": numbers[one.principal],
            "source": source,
            "basis": one.basis,
            "classes": one.classes,
            "types": _types(services, one.principal, one.classes),
            "date_from": one.date_from.toordinal(),
            "date_to": last(one.date_to),
        }
        for one in grants
    }
    replace_grants(connection, source, list(rows.values()))
    if numbers:
        services.epoch.turn()


def _types(services: Services, principal: str, classes: int) -> int:
    """The types that the role behind a principal is narrowed to within these classes; 0 when it is not."""
    rights = services.rights.roles.get(cast(Role, role_of(principal)))
    bits = 0
    for name in classes_in(classes):
        only = rights.only.get(("see", name)) if rights else None
        if only is None:
            return 0
        for type_ in only:
            bits |= 1 << TYPE_NUMBER[type_]
    return bits
