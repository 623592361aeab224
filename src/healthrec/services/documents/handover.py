"""The family summaries of a class: who has one, how each went to the family, all of them in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any, Literal

import pikepdf

from healthrec import errors
from healthrec.domain.duties import Quarter
from healthrec.errors import Issue
from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE, entered_in_error
from healthrec.pages.child_documents import handed_over
from healthrec.pages.contact_words import Call
from healthrec.services.contacts.on_lists import last_calls, rate
from healthrec.services.context import Caller, Services
from healthrec.services.record.write import Change, apply
from healthrec.store import children, documents, imports, resources
from healthrec.store.children import ChildRow
from healthrec.store.classes import classes_with_children
from healthrec.store.engine import Connection

KIND = "family-summary"
LIST = "summary"
"""Of the contact log: families who were called about a paper that waits for them."""

Step = Literal["printed", "handed-over"]
_HANDOVER = f"{BASE}CodeSystem/handover"


@dataclass(frozen=True, slots=True)
class Klass:
    """A class (or a nursery without classes) with children of the caller; names are (Chinese, English)."""

    key: int
    id: str
    name: tuple[str, str]
    nursery: tuple[str, str]
    children: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One child of the class. `state` is a code of the term group ``handover``; `document` "" while there is none; `call` the last contact with the family."""

    child: ChildRow
    state: str
    document: str
    moved: datetime | None
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The last batch of the class: how many of how many are ended."""

    done: int
    total: int
    running: bool


@dataclass(frozen=True, slots=True)
class ClassPapers:
    """A class with the papers of this quarter; `called` and `came` are of all children of the caller."""

    klass: Klass
    papers: tuple[Paper, ...]
    progress: Progress | None
    called: int = 0
    came: int = 0


@dataclass(frozen=True, slots=True)
class _Kept:
    """Documents and hand-overs of one child, each with its version."""

    documents: list[tuple[int, Mapping[str, Any]]]
    communications: list[tuple[int, Mapping[str, Any]]]


def classes(services: Services, caller: Caller) -> tuple[Klass, ...]:
    """The classes in which the caller has children today, by nursery and name."""
    with services.database.read() as connection:
        return _classes(connection, caller)


def class_papers(services: Services, caller: Caller, class_id: str) -> ClassPapers:
    """The children of the class and their papers of this quarter. Raises NotFound."""
    with services.database.read() as connection:
        klass, rows = members(connection, caller, class_id)
        kept = _kept(connection, caller, rows)
        progress = _progress(connection, caller, klass)
        keys = tuple(row.key for row in rows)
        calls = last_calls(connection, caller, LIST, keys)
        called, came = rate(services, connection, caller, LIST)
    papers = tuple(replace(_paper(services, row, kept[row.key]), call=calls.get(row.key)) for row in rows)
    event = caller.audit(services, "search", f"page:/handover/{class_id}", count=len(keys), children=keys)
    services.committer.commit(event)
    return ClassPapers(klass, papers, progress, called, came)


def merged(services: Services, caller: Caller, class_id: str) -> bytes:
    """Every current paper of the class in one PDF, in the order of the list. Raises NotFound when there is none."""
    with services.database.read() as connection:
        _, rows = members(connection, caller, class_id)
        kept = _kept(connection, caller, rows)
        chosen = [(row, paper) for row in rows if (paper := _paper(services, row, kept[row.key])).document]
        parts = [data for row, paper in chosen if (data := _content(connection, kept[row.key], paper.document))]
    if not parts:
        raise errors.NotFound(f"Organization/{class_id}")
    keys = tuple(row.key for row, _ in chosen)
    event = caller.audit(services, "export", f"page:/handover/{class_id}.pdf", count=len(keys), children=keys)
    services.committer.commit(event)
    return _joined(parts)


def mark(
    services: Services, caller: Caller, class_id: str, chosen: Sequence[str], step: Step, *, command_id: str = ""
) -> int:
    """Record for these children how their paper went to the family; answers for how many. Raises NotFound, Refused."""
    found = [paper for paper in class_papers(services, caller, class_id).papers if paper.child.id in set(chosen)]
    changes = [_communication(services, caller, one, step) for one in found if one.document and one.state != step]
    if not found:
        raise errors.Refused(Issue("required", "handover.nobody", "child"))
    if changes:
        apply(services, caller, changes, command_id=command_id)
    return len(changes)


def undo(services: Services, caller: Caller, class_id: str, child_id: str, *, command_id: str = "") -> None:
    """Take back the last step of one child's paper. Raises NotFound when there is none."""
    with services.database.read() as connection:
        _, rows = members(connection, caller, class_id)
        row = next((one for one in rows if one.id == child_id), None)
        kept = _kept(connection, caller, [row])[row.key] if row else None
    paper = _paper(services, row, kept) if row and kept else None
    about = f"DocumentReference/{paper.document}" if paper and paper.document else ""
    steps = [pair for pair in (kept.communications if kept else []) if about and _is_about(pair[1], about)]
    if not steps:
        raise errors.NotFound(f"Patient/{child_id}")
    version, last = sorted(steps, key=lambda pair: str(pair[1].get("sent", "")))[-1]
    wrong = {**last, "status": "entered-in-error"}
    apply(services, caller, [Change("PUT", "Communication", wrong, last["id"], version)], command_id=command_id)


def current_paper(services: Services, caller: Caller, connection: Connection, row: ChildRow) -> str:
    """The id of the child's paper of this quarter, "" while there is none."""
    return _paper(services, row, _kept(connection, caller, [row])[row.key]).document


def _classes(connection: Connection, caller: Caller) -> tuple[Klass, ...]:
    found = classes_with_children(connection, caller.viewer, caller.viewer.day)
    return tuple(
        Klass(row.key, row.id, (row.name, row.name_en), (row.parent or "", row.parent_en or ""), count)
        for row, count in found
    )


def members(connection: Connection, caller: Caller, class_id: str) -> tuple[Klass, list[ChildRow]]:
    klass = next((one for one in _classes(connection, caller) if one.id == class_id), None)
    if klass is None:
        raise errors.NotFound(f"Organization/{class_id}")
    return klass, children.enrolled_in(connection, caller.viewer, [klass.key], caller.viewer.day, 500)


def _kept(connection: Connection, caller: Caller, rows: Sequence[ChildRow]) -> dict[int, _Kept]:
    kept = {row.key: _Kept([], []) for row in rows}
    types = ("DocumentReference", "Communication")
    for child, version, body in documents.of_children(connection, caller.viewer, list(kept), types):
        one = recall(body)
        if not entered_in_error(one):
            place = kept[child].documents if one["resourceType"] == "DocumentReference" else kept[child].communications
            place.append((version, one))
    return kept


def _paper(services: Services, row: ChildRow, kept: _Kept) -> Paper:
    current = [one for _, one in kept.documents if one.get("status") == "current" and _of_quarter(services, one)]
    if not current:
        return Paper(row, "not-yet", "", None)
    last = max(current, key=lambda one: str(one["date"]))
    about = f"DocumentReference/{last['id']}"
    steps = [one for _, one in kept.communications if _is_about(one, about)]
    state = handed_over(last["id"], steps) or "ready"
    moved = max((str(one.get("sent", "")) for one in steps), default="") or str(last["date"])
    return Paper(row, state, last["id"], datetime.fromisoformat(moved))


def _of_quarter(services: Services, one: Mapping[str, Any]) -> bool:
    codes = [coding.get("code") for coding in one.get("type", {}).get("coding", ())]
    issued = datetime.fromisoformat(str(one["date"])).date() if one.get("date") else None
    return KIND in codes and issued is not None and issued in Quarter.of(services.today())


def _is_about(one: Mapping[str, Any], reference: str) -> bool:
    return one.get("status") == "completed" and any(a.get("reference") == reference for a in one.get("about", ()))


def _communication(services: Services, caller: Caller, paper: Paper, step: Step) -> Change:
    return Change(
        "POST",
        "Communication",
        {
            "resourceType": "Communication",
            "status": "completed",
            "medium": [{"coding": [{"system": _HANDOVER, "code": step}]}],
            "subject": {"reference": f"Patient/{paper.child.id}"},
            "about": [{"reference": f"DocumentReference/{paper.document}"}],
            "sent": services.clock().isoformat(timespec="seconds"),
            "sender": {"reference": caller.person_reference},
        },
    )


def _progress(connection: Connection, caller: Caller, klass: Klass) -> Progress | None:
    row = documents.last_batch(connection, KIND, klass.key, caller.account)
    if row is None:
        return None
    counts = imports.counts(connection, row.id)
    total = sum(counts.values())
    return Progress(total - counts.get("waiting", 0), total, row.state != "done")


def _content(connection: Connection, kept: _Kept, document: str) -> bytes:
    one = next(found for _, found in kept.documents if found["id"] == document)
    binary = resources.find(connection, "Binary", one["content"][0]["attachment"]["url"].rpartition("/")[2])
    found = documents.blob_of(connection, binary.key) if binary else None
    return found[1] if found else b""


def _joined(parts: Sequence[bytes]) -> bytes:
    with pikepdf.new() as whole:
        for part in parts:
            with pikepdf.open(BytesIO(part)) as one:
                whole.pages.extend(one.pages)
        out = BytesIO()
        whole.save(out)
    return out.getvalue()
