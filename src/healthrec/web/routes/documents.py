"""/children/{id}/summary: look at the family's page, then publish it; /documents/{id}: the paper itself."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec.services.children.page import head
from healthrec.services.documents import family_summary
from healthrec.services.documents.photo import JPEG
from healthrec.services.documents.read import document_content
from healthrec.web.kit import Posting, Visiting, go, show
from healthrec.wording import Translator

router = APIRouter()

_LANGUAGES = ("zh", "en")


@router.get("/children/{id_}/summary")
def look(visit: Visiting, id_: str, language: str = "") -> Response:
    chosen = language if language in _LANGUAGES else visit.words.language
    found = family_summary.preview(visit.services, visit.caller, id_, chosen)
    context: dict[str, Any] = {"child": head(found.record, visit.words), "page": found.page, "chosen": chosen}
    base = f"/children/{id_}/summary"
    choices = _choices(base, chosen, visit.words)
    return show(
        visit, "summary.html", room="children", action=base, choices=choices, command_id=str(uuid4()), **context
    )


@router.get("/children/{id_}/summary.pdf")
def look_at_pdf(visit: Visiting, id_: str, language: str = "zh") -> Response:
    chosen = language if language in _LANGUAGES else "zh"
    return _inline(family_summary.preview_pdf(visit.services, visit.caller, id_, chosen), "preview.pdf")


@router.post("/children/{id_}/summary")
def publish(posted: Posting, id_: str) -> Response:
    fields, visit = posted.fields, posted.visit
    language = fields["language"] if fields.get("language") in _LANGUAGES else "zh"
    family_summary.publish(visit.services, visit.caller, id_, language, command_id=posted.command_id)
    return go(f"/children/{id_}#documents", "documents.published")


@router.get("/documents/{id_}")
def document(visit: Visiting, id_: str) -> Response:
    content = document_content(visit.services, visit.caller, id_)
    name = "photo.jpg" if content.media_type == JPEG else "family-summary.pdf"
    return _inline(content.data, name, content.media_type)


def _choices(base: str, chosen: str, words: Translator) -> list[dict[str, object]]:
    return [
        {"text": words.term("language", one), "href": f"{base}?language={one}", "on": one == chosen, "count": None}
        for one in _LANGUAGES
    ]


def _inline(data: bytes, name: str, media_type: str = "application/pdf") -> Response:
    return Response(data, media_type=media_type, headers={"content-disposition": f'inline; filename="{name}"'})
