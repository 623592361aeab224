"""Photos of a child's paper certificate (接种证): what the family showed, kept beside the doses that were read off it.

A page of it may show the immunoglobulin that tells of the mother's infection, so a photo has the class of that (ADR 13): doctors and
vaccination nurses see it. A nursery's nurse takes one without seeing it, or any other, afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from healthrec import errors
from healthrec.domain.access import BIT
from healthrec.errors import Issue
from healthrec.fhir.facts import dose_source
from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.services.documents.photo import JPEG, cleaned
from healthrec.services.forms.times import day_of, written_at
from healthrec.services.once import Answer, once
from healthrec.services.record.write import Change, apply, apply_within
from healthrec.services.screening.children import Child, child_for, resources_of
from healthrec.store import documents, doses, resources
from healthrec.store.engine import Connection

CODE = "vaccination-certificate"
MOST_PHOTOS = 20
_TYPE = {"coding": [{"system": f"{BASE}CodeSystem/document", "code": CODE}]}
_KIND = {"resourceType": "DocumentReference", "type": _TYPE, "docStatus": "final"}
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo on record; `doses` are the ids of those that were told from the certificate when it was taken."""

    id: str
    version: int
    day: date
    doses: frozenset[str]


@dataclass(frozen=True, slots=True)
class ShownPhotos:
    """A child's photos as far as the caller may see them; not `sees`: he may keep one, and see none."""

    child: Child
    photos: tuple[Photo, ...]
    sees: bool


def show_photos(services: Services, caller: Caller, child_id: str) -> ShownPhotos:
    """The photos of the child. Raises NotFound, NotAllowed for who keeps none."""
    if not may_keep_photos(services, caller):
        raise errors.NotAllowed("access.role-may-not")
    with services.database.read() as connection:
        child = child_for(connection, caller, child_id)
        found = photos_of(connection, caller, child.key)
    event = caller.audit(services, "view", f"page:/children/{child_id}/certificate", child=child.key, count=len(found))
    services.committer.commit(event)
    return ShownPhotos(child, found, bool(caller.viewer.classes & BIT["maternal"]))


def may_keep_photos(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller may keep one."""
    return any(services.rights.may_write(role, "create", _KIND) for role in caller.roles)


def photos_of(connection: Connection, caller: Caller, child: int) -> tuple[Photo, ...]:
    """The photos that the caller may see, the latest first. The caller audits; each one is audited when it is looked at."""
    found = [_photo(one) for one in resources_of(connection, caller, child, "DocumentReference") if _is_photo(one)]
    return tuple(sorted(found, key=lambda one: (one.day, one.id), reverse=True))


def keep_photo(services: Services, caller: Caller, child_id: str, data: bytes, *, command_id: str = "") -> str:
    """Keep a photo of the certificate; answers the id of its DocumentReference.

    Raises Refused (field `photo`) for what is no picture, NotFound, NotAllowed.
    """
    if not may_keep_photos(services, caller):
        raise errors.NotAllowed("access.role-may-not")
    with services.database.read() as connection:
        child = child_for(connection, caller, child_id)
        read_off = _read_off(connection, child)
        many = sum(_is_photo(recall(body)) for body in documents.bodies_of(connection, child.key))
    if many >= MOST_PHOTOS:
        raise errors.Refused(Issue("business-rule", "photo.too-many", "photo", {"limit": MOST_PHOTOS}))
    picture = cleaned(data)
    kept = once(
        services, caller, command_id, lambda connection: _keep(connection, services, caller, child, picture, read_off)
    )
    return str(kept["document"])


def mark_photo_mistaken(
    services: Services, caller: Caller, child_id: str, photo_id: str, reason: str, *, command_id: str = ""
) -> None:
    """The photo shows another child's certificate, or cannot be read: it stays, marked, and is shown no more.

    Raises Refused without a reason, NotFound, NotAllowed.
    """
    with services.database.read() as connection:
        child = child_for(connection, caller, child_id)
        row = resources.read(connection, caller.viewer, "DocumentReference", photo_id)
    document = recall(row.body) if row and row.body and row.child == child.key else {}
    if row is None or not document or not _is_photo(document):
        raise errors.NotFound(f"DocumentReference/{photo_id}")
    text = reason.strip()
    if not text or len(text) > _LONGEST_REASON:
        raise errors.Refused(Issue("required", "photo.reason-needed", "why"))
    wrong = {**document, "status": "entered-in-error", "description": text}
    change = Change("PUT", "DocumentReference", wrong, photo_id, row.version)
    apply(services, caller, [change], command_id=command_id, reason=text)


def _is_photo(document: dict[str, Any]) -> bool:
    codes = [coding.get("code") for coding in document.get("type", {}).get("coding", ())]
    return CODE in codes and document["status"] == "current"


def _photo(document: dict[str, Any]) -> Photo:
    related = document.get("context", {}).get("related", ())
    told = frozenset(str(one.get("reference", "")).partition("/")[2] for one in related)
    return Photo(document["id"], int(document["meta"]["versionId"]), day_of(str(document["date"])), told)


def _read_off(connection: Connection, child: Child) -> list[str]:
    """The doses told from the certificate, as Type/id, whether the photographer may see them or not: he says nothing of them."""
    found = map(recall, doses.of_children(connection, None, [child.key]).get(child.key, ()))
    return [
        f"Immunization/{one['id']}"
        for one in found
        if one["status"] == "completed" and one.get("primarySource") is not True and dose_source(one) == "certificate"
    ]


def _keep(
    connection: Connection, services: Services, caller: Caller, child: Child, picture: bytes, read_off: list[str]
) -> Answer:
    document, binary = str(uuid4()), str(uuid4())
    reference = _reference(services, caller, child, document, binary, len(picture), read_off)
    context = {"reference": f"DocumentReference/{document}"}
    content = {"resourceType": "Binary", "id": binary, "contentType": JPEG, "securityContext": context}
    changes = [
        Change("PUT", "DocumentReference", reference, document, beside=tuple(read_off)),
        Change("PUT", "Binary", content, binary),
    ]
    apply_within(connection, services, caller, changes)
    row = resources.find(connection, "Binary", binary)
    assert row is not None
    documents.put_blob(connection, row.key, JPEG, picture)
    return {"document": document}


def _reference(
    services: Services, caller: Caller, child: Child, document: str, binary: str, size: int, read_off: list[str]
) -> dict[str, Any]:
    moment = written_at(services)
    attachment = {"contentType": JPEG, "url": f"Binary/{binary}", "size": size, "creation": moment}
    related = [{"reference": one} for one in read_off]
    return {
        "id": document,
        **_KIND,
        "status": "current",
        "subject": {"reference": f"Patient/{child.id}"},
        "date": moment,
        **({"author": [{"reference": caller.person_reference}]} if caller.person_reference else {}),
        "content": [{"attachment": attachment}],
        **({"context": {"related": related}} if related else {}),
    }
