"""The clinic's list for one day: who is expected, what each needs, how many doses of each vaccine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from healthrec import errors
from healthrec.domain.due import ALL
from healthrec.domain.vials import PerVial
from healthrec.errors import Issue
from healthrec.pages.due_list import Need
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.due_list import OPEN, VACCINATION, DueChild, children_listed, listed_in
from healthrec.services.immunization.needs import holds_on, live_needs, needs_on
from healthrec.services.immunization.vials import doses_per_vial
from healthrec.store import contacts
from healthrec.store.due_lists import Listed, Question
from healthrec.store.engine import Connection

MOST = 150
"""Children on one list; more are counted and found on the list of what is due."""

_FURTHEST_DAYS = 90
_ROLES = frozenset({"doctor", "vaccinator"})


@dataclass(frozen=True, slots=True)
class Expected:
    """A child with what it needs on the day."""

    child: DueChild
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """`coming` have an appointment or agreed to come; `others` are due by then and were told no day. `more`: there are
    further ones beyond `MOST`. `per_vial`: how many doses a vial gives here, by vaccine."""

    day: date
    coming: tuple[Expected, ...]
    others: tuple[Expected, ...]
    more: bool
    per_vial: Mapping[str, PerVial] = field(default_factory=dict)


def session(services: Services, caller: Caller, on: date) -> Session:
    """The list of a day from today on. Raises NotAllowed, Refused for a day that is past or too far."""
    if not _ROLES.intersection(caller.roles):
        raise errors.NotAllowed("access.role-may-not")
    if not 0 <= (on - services.today()).days <= _FURTHEST_DAYS:
        raise errors.Refused(Issue("value", "session.day", "on", {"days": _FURTHEST_DAYS}))
    asked = Question(ALL, VACCINATION, on.toordinal())
    with services.database.read() as connection:
        promised = set(contacts.expected_on(connection, caller.viewer, on))
        due = listed_in(connection, caller, asked, OPEN, MOST + 1)
        known = {one.key for one in due}
        extra = [Listed(key, "later", 0, None, None, None, None) for key in sorted(promised - known)]
        shown = [*(one for one in due if one.key in promised), *extra, *(one for one in due if one.key not in promised)]
        found = _expected(services, connection, caller, shown[:MOST], on)
        per_vial = doses_per_vial(services, connection, caller.organization, on)
    keys = tuple(one.child.row.key for one in found)
    services.committer.commit(caller.audit(services, "search", "page:/sessions", count=len(keys), children=keys))
    coming = tuple(one for one in found if one.child.row.key in promised)
    return Session(on, coming, tuple(one for one in found if one not in coming), len(shown) > MOST, per_vial)


def _expected(
    services: Services, connection: Connection, caller: Caller, listed: Sequence[Listed], on: date
) -> tuple[Expected, ...]:
    rows = children_listed(connection, caller, listed, services.today().toordinal())
    return tuple(
        Expected(
            one,
            needs_on(one.items, on)
            if holds_on(one.items, on)
            else live_needs(services, connection, caller, one.row.id, on),
        )
        for one in rows
    )
