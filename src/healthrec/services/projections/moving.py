"""A place that moved in the tree, or became one of another kind: what follows from where it stands is worked out again.

What an institution's staff may see hangs on which institution a class is part of, what a district sees on the institutions
below it, and how growth is judged on what was chosen above. All grants are remade in the transaction that moves the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from healthrec import errors
from healthrec.domain.access.principals import INSTITUTION_KINDS
from healthrec.domain.immunization import Options
from healthrec.errors import Issue
from healthrec.services.choices import Judging, growth_judging, immunization_options
from healthrec.services.context import Services
from healthrec.services.projections import due, enrolments, growth, organizations
from healthrec.services.projections.again import again
from healthrec.store import projections
from healthrec.store.engine import Connection
from healthrec.store.resources import Write

MOST_ENROLMENTS = 2000
"""Places move with their classes. What has more enrolments than this is an institution, which takes none along."""


class Stand(NamedTuple):
    """Where an organisation stands, how growth is judged there, and which vaccines are given."""

    parent: int
    kind: str
    judging: Judging
    vaccines: Options


def stands(connection: Connection, writes: Iterable[Write]) -> dict[int, Stand]:
    """Where those of these organisations stand, by key, that were there before the write."""
    keys = [write.key for write in writes if write.version > 1]
    found = {key: _stand(connection, key) for key in keys}
    return {key: stand for key, stand in found.items() if stand is not None}


def remake(connection: Connection, services: Services, before: Mapping[int, Stand]) -> None:
    """Remake what hangs on the places that stand elsewhere now. Raises Refused where too many are enrolled."""
    now = {key: _stand(connection, key) for key in before}
    moved = {key: stand for key, stand in now.items() if stand is not None and stand[:2] != before[key][:2]}
    places = dict.fromkeys(below for key in moved for below in projections.descendants(connection, key))
    for key in places:
        again(connection, services, "Organization", key, organizations.project)
    for key in _enrolments(connection, {key: (before[key].kind, stand.kind) for key, stand in moved.items()}):
        again(connection, services, "EpisodeOfCare", key, enrolments.project)
    for key, stand in moved.items():
        if stand.judging != before[key].judging:
            growth.judge_later(connection, key)
        if stand.vaccines != before[key].vaccines:
            due.look_later(connection, key)


def _stand(connection: Connection, key: int) -> Stand | None:
    row = projections.organization_row(connection, key)
    return (
        Stand(row.parent, row.kind, growth_judging(connection, key), immunization_options(connection, key))
        if row
        else None
    )


def _enrolments(connection: Connection, moved: Mapping[int, tuple[str, str]]) -> list[int]:
    """Keys of the EpisodeOfCare in what is no institution by itself: the moved places and the parts that they take along."""
    loose = [key for key, kinds in moved.items() if not INSTITUTION_KINDS.issuperset(kinds)]
    for key in loose:
        parts = projections.parts_of(connection, key, INSTITUTION_KINDS)
        loose += [part for part in parts if part not in loose]
    found = projections.enrolments_at(connection, loose, MOST_ENROLMENTS + 1) if loose else []
    if len(found) > MOST_ENROLMENTS:
        params = {"allowed": MOST_ENROLMENTS}
        raise errors.Refused(Issue("too-costly", "record.too-many-enrolled", "Organization", params))
    return found
