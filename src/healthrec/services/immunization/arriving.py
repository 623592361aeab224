"""Doses that arrive over FHIR are held against those on record, in the transaction that writes them, as an imported file is.

The very same dose is one dose: who says it again gets the one on record where an identifier shows that it is the same fact,
and is told which one it is otherwise. What contradicts the record stands beside it, marked, and counts for nothing until a
vaccination nurse decides. What she decided is not undone by another system that says its word once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from healthrec import errors
from healthrec.domain.access import BIT
from healthrec.domain.immunization.reconcile import Found
from healthrec.errors import Issue
from healthrec.fhir.facts import DIFFERS_FROM, differs_from
from healthrec.fhir.json import recall, stamp
from healthrec.fhir.primitives import local_day
from healthrec.fhir.references import replace_references
from healthrec.fhir.types import TYPE_NUMBER, child_ids
from healthrec.services import instants
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.doses import GIVEN_HERE, is_verified, source_of
from healthrec.services.immunization.reconciling import reconciled, recorded_of, told_of
from healthrec.services.record.write import Change, Written
from healthrec.store import doses, growth, resources
from healthrec.store.access import viewer_may_see
from healthrec.store.engine import Connection
from healthrec.store.resources import Current

_KIND = "Immunization"
Document = Mapping[str, Any]


@dataclass(slots=True)
class _Arriving:
    """One dose on its way in, at a place among the changes; `row` and `before` are the version that it replaces."""

    place: int
    change: Change
    row: Current | None
    before: Document
    found: Found = field(default_factory=lambda: Found("new"))

    @property
    def dose(self) -> Document:
        return self.change.resource


def settle_doses(
    connection: Connection,
    services: Services,
    caller: Caller,
    changes: Sequence[Change],
    told_before: Collection[str] = frozenset(),
) -> list[Change | Written]:
    """The changes with their doses settled: as they are, marked, or what stands in the record instead. `told_before` are ids of
    doses that the same source told of just now, which it does not contradict.

    Raises Conflict that names the dose on record, Refused for a condition that is not kept here.
    """
    settled: list[Change | Written] = list(changes)
    standing: dict[str, str] = {}
    for child, arriving in sorted(_by_child(connection, changes).items()):
        growth.judged(connection, child)  # on PostgreSQL those who tell of one child take turns from here on
        documents = _on_record(connection, services, caller, child)
        _reconcile(services, [one for id_, one in documents.items() if id_ not in told_before], arriving)
        for one in arriving:
            found = settled[one.place] = _settled(connection, caller, one, documents)
            if isinstance(found, Written) and found.id != one.change.id:
                standing[f"{_KIND}/{one.change.id}"] = found.reference
    return [_pointing(one, standing) for one in settled] if standing else settled


def _pointing(one: Change | Written, standing: Mapping[str, str]) -> Change | Written:
    """What pointed to a dose of its transaction points to the one that stands in the record instead."""
    return one if isinstance(one, Written) else replace(one, resource=replace_references(one.resource, standing))


def _by_child(connection: Connection, changes: Sequence[Change]) -> dict[int, list[_Arriving]]:
    """The doses among the changes by the key of their child, where it is on record already."""
    found: dict[int, list[_Arriving]] = defaultdict(list)
    for place, change in enumerate(changes):
        if change.type != _KIND or change.method == "DELETE":
            continue
        row = resources.find(connection, _KIND, change.id) if change.id else None
        before = recall(row.body) if row and row.body else {}
        for target in resources.keys_of(connection, [("Patient", id_) for id_ in child_ids(change.resource)]).values():
            found[target.child].append(_Arriving(place, change, row, before))
    return found


def _on_record(connection: Connection, services: Services, caller: Caller, child: int) -> dict[str, Document]:
    """The doses of a child by id, also those that the caller does not see: neither a twin nor a contradiction of them may be
    counted. What tells of the mother's infection stays out where he may not know it: its mark would tell him."""
    bodies = doses.of_children(connection, None, [child]).get(child, ())
    found: dict[str, Document] = {str(one["id"]): one for one in map(recall, bodies)}
    if caller.unbounded or caller.viewer.classes & BIT["maternal"]:
        return found
    return {id_: one for id_, one in found.items() if services.rights.class_of(one) != "maternal"}


def _reconcile(services: Services, documents: Sequence[Document], arriving: Sequence[_Arriving]) -> None:
    """What each is beside the record. Doses of one transaction are one source's and are held against it together."""
    asked = [one for one in arriving if _says_something(one)]
    own = {one.change.id for one in asked}
    others = [one for one in documents if one["id"] not in own]
    found = reconciled(services, recorded_of(others), [told_of(one.dose, str(one.place)) for one in asked]).found
    for one in asked:
        one.found = found[str(one.place)]
        named = next((other for other in others if _stands(other) and _share_an_identifier(one.dose, other)), None)
        if one.found.standing == "new" and named:
            one.found = Found("differs", named["id"])


def _says_something(one: _Arriving) -> bool:
    """Whether it tells of a dose on a day, and otherwise than the version before."""
    known = _is_known(one.dose) and not differs_from(one.dose)
    return known and not (one.before and _is_known(one.before) and _same_word(one))


def _is_known(dose: Document) -> bool:
    return dose["status"] != "entered-in-error" and _has_day(dose)


def _has_day(dose: Document) -> bool:
    return local_day(str(dose.get("occurrenceDateTime", ""))) is not None


def _same_word(one: _Arriving) -> bool:
    return _has_day(one.dose) and _has_day(one.before) and told_of(one.before, "") == told_of(one.dose, "")


def _stands(dose: Document) -> bool:
    return dose["status"] != "entered-in-error" and not differs_from(dose)


def _share_an_identifier(one: Document, other: Document) -> bool:
    return bool(_identifiers(one) & _identifiers(other))


def _identifiers(dose: Document) -> set[str]:
    return {
        f"{one['system']}|{one['value']}" for one in dose.get("identifier", ()) if {"system", "value"} <= one.keys()
    }


def _settled(
    connection: Connection, caller: Caller, one: _Arriving, documents: Mapping[str, Document]
) -> Change | Written:
    if one.change.if_none_exist and (exists := _asked_for(connection, caller, one, documents)):
        return exists
    if not _is_a_decision(caller, one) and (kept := _as_decided(caller, one)):
        return kept
    if one.found.standing == "same":
        return _known(connection, caller, one, documents)
    if one.found.standing == "new" or source_of(one.dose) == GIVEN_HERE or _is_a_decision(caller, one):
        return one.change
    return _marked(one, one.found.other)


def _asked_for(
    connection: Connection, caller: Caller, one: _Arriving, documents: Mapping[str, Document]
) -> Written | None:
    """The dose of the child with the identifier that If-None-Exist asks for: one that stands before one that waits."""
    name, _, value = unquote(one.change.if_none_exist).lstrip("?").partition("=")
    if name != "identifier" or not value or "&" in value:
        params = {"found": "If-None-Exist", "allowed": "identifier=system|value"}
        raise errors.Refused(Issue("not-supported", "fhir.condition-unknown", "If-None-Exist", params))
    having = [other for other in documents.values() if value in _identifiers(other)]
    having.sort(key=lambda other: not _stands(other))
    return next((row for other in having if (row := _visible(connection, caller, other["id"]))), None)


def _is_a_decision(caller: Caller, one: _Arriving) -> bool:
    """Whether somebody says that he compared it with a proof; another system cannot."""
    return caller.role != "system" and is_verified(one.dose)


def _as_decided(caller: Caller, one: _Arriving) -> Change | Written | None:
    """What was decided, or waits for a decision, stays so when the source says its word again under the same id; None for
    everything else. Raises Conflict where a client system would undo a decision."""
    if not one.before or one.row is None or one.dose["status"] == "entered-in-error":
        return None
    withdrawn = one.before["status"] == "entered-in-error"
    if withdrawn and caller.role == "system":
        raise errors.Conflict(Issue("conflict", "dose.decided-otherwise", f"{_KIND}/{one.change.id}"))
    if caller.unbounded and _same_word(one) and (withdrawn or is_verified(one.before)):
        return _standing(one.change.id, one.row)
    waits = differs_from(one.before)
    return _marked(one, waits) if waits and not withdrawn and not differs_from(one.dose) else None


def _known(
    connection: Connection, caller: Caller, one: _Arriving, documents: Mapping[str, Document]
) -> Change | Written:
    """The dose on record where an identifier shows that it is the same fact. Who may not see it learns nothing of it here."""
    exists = _visible(connection, caller, one.found.other)
    if exists is None:
        return one.change
    if not one.before and _share_an_identifier(one.dose, documents[exists.id]):
        return exists
    waits = differs_from(documents[exists.id])
    key = "dose.on-record-waiting" if waits else "dose.on-record-as"
    raise errors.Conflict(Issue("duplicate", key, exists.reference, {"found": exists.reference}))


def _visible(connection: Connection, caller: Caller, id_: str) -> Written | None:
    row = resources.find(connection, _KIND, id_)
    if row is None or row.deleted:
        return None
    sees = caller.unbounded or viewer_may_see(connection, caller.viewer, row.scope, row.access_bit, TYPE_NUMBER[_KIND])
    return _standing(id_, row) if sees else None


def _standing(id_: str, row: Current) -> Written:
    return Written(_KIND, id_, row.version, row.updated, row.body, False, row.key, row.child)


def _marked(one: _Arriving, other: str) -> Change | Written:
    """The dose with the mark that names the one it contradicts; what stands, where that is it already."""
    mark = {"url": DIFFERS_FROM, "valueReference": {"reference": f"{_KIND}/{other}"}}
    document = {**one.dose, "extension": [*one.dose.get("extension", ()), mark]}
    row = one.row
    if row is not None and stamp(document, one.change.id, row.version, instants.text(row.updated)) == row.body:
        return _standing(one.change.id, row)
    return replace(one.change, resource=document, beside=(f"{_KIND}/{other}",))
