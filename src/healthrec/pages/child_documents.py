"""Papers for the family on a child's page, and how each went to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One paper for the family; `handover` is how the last known copy went, "" when it did not."""

    date: datetime
    kind: str
    number: str
    language: str
    href: str
    handover: str
    replaced: bool


@dataclass(frozen=True, slots=True)
class Documents:
    """Papers, the latest first; `make_language` offers one in another language, "" where none can be made."""

    rows: tuple[DocumentRow, ...]
    make_language: str = ""


def documents(
    references: Iterable[Mapping[str, Any]], communications: Sequence[Mapping[str, Any]], make_language: str
) -> Documents:
    """Papers for the family and how each went to it; what the family showed us is none."""
    rows = [_document(one, communications) for one in references if one.get("date") and not _is_shown_to_us(one)]
    return Documents(tuple(sorted(rows, key=lambda row: row.date, reverse=True)), make_language)


def handed_over(document_id: str, communications: Iterable[Mapping[str, Any]]) -> str:
    """The furthest step of this document to the family: handed-over, printed, or ""."""
    steps = {
        coding.get("code", "")
        for one in communications
        if one.get("status") == "completed"
        and any(about.get("reference") == f"DocumentReference/{document_id}" for about in one.get("about", ()))
        for medium in one.get("medium", ())
        for coding in medium.get("coding", ())
    }
    return next((step for step in ("handed-over", "printed") if step in steps), "")


def _is_shown_to_us(one: Mapping[str, Any]) -> bool:
    return any(coding.get("code") == "vaccination-certificate" for coding in one.get("type", {}).get("coding", ()))


def _document(one: Mapping[str, Any], communications: Sequence[Mapping[str, Any]]) -> DocumentRow:
    codes = [coding.get("code", "") for coding in one.get("type", {}).get("coding", ())]
    attachment = one["content"][0]["attachment"]
    return DocumentRow(
        date=datetime.fromisoformat(str(one["date"])),
        kind=codes[0] if codes else "",
        number=one.get("masterIdentifier", {}).get("value", ""),
        language=str(attachment.get("language", "zh"))[:2],
        href=f"/documents/{one['id']}",
        handover=handed_over(one["id"], communications),
        replaced=one.get("status") == "superseded",
    )
