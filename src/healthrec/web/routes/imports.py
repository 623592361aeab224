"""/import: hand a spreadsheet in, check its columns, review its rows, save, and take the whole back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors as refusals
from healthrec.domain.roster import SheetKind, read_date
from healthrec.services.imports import batches, reading, review
from healthrec.services.imports.allowed import KINDS, kinds_of
from healthrec.services.imports.problems_file import problems_file
from healthrec.services.imports.save import save
from healthrec.services.imports.undo import kept, undo
from healthrec.services.linking import ask as asking
from healthrec.sheets.template import template
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes import imports_shown as shown

router = APIRouter()

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLACE_NEEDED = {"doses": "import.place-needed"}
_UNTIL_SHOWN = 2.5
"""Seconds of saving between two pages that show how far it is."""


@router.get("/import")
def listing(visit: Visiting, before: int = 0) -> Response:
    found = batches.listing(visit.services, visit.caller, before)
    rows = [shown.list_row(one, visit) for one in found]
    pages = shown.list_pages(found)
    return show(visit, "import/list.html", room="import", upload_href="/import/new", rows=rows, pages=pages)


@router.get("/import/new")
def upload_form(visit: Visiting, kind: str = "") -> Response:
    return _upload_page(visit, FormValues(kind=kind), FormValues())


@router.post("/import/new")
def upload(posted: Posting) -> Response:
    visit, fields = posted.visit, posted.fields
    name, data = posted.files.get("file", ("", b""))
    values = FormValues(kind=fields.get("kind", ""), organization=fields.get("organization", ""))
    errors = _missing(values, data, visit)
    if not errors:
        try:
            kind = cast(SheetKind, values["kind"])
            id_ = batches.start(visit.services, visit.caller, values["organization"], kind, name, data)
            return go(f"/import/{id_}/columns")
        except (refusals.Refused, refusals.TooLarge) as error:
            errors["file"] = " ".join(visit.words.message(one.key, **one.params) for one in error.issues)
    return _upload_page(visit, values, errors)


@router.get("/import/template.xlsx")
def blank(visit: Visiting, kind: str = "roster") -> Response:
    chosen = cast(SheetKind, kind if kind in KINDS else "roster")
    return _file(template(batches.words_of(visit.services), chosen, visit.words.language), f"{chosen}-template.xlsx")


@router.get("/import/{id_}/columns")
def columns(visit: Visiting, id_: str) -> Response:
    return _columns_page(visit, id_, FormValues())


@router.post("/import/{id_}/columns")
def read(posted: Posting, id_: str) -> Response:
    visit = posted.visit
    day = read_date(posted.fields.get("measured_on", ""))
    if day.code not in ("", "missing") or (day.day and day.day > visit.services.today()):
        return _columns_page(visit, id_, FormValues(measured_on=visit.words.message("import.day-unreadable")))
    seen = reading.columns(visit.services, visit.caller, id_)
    taken = posted.lists.get("take", ())
    left_out = [sheet.name for number, sheet in enumerate(seen.sheets) if str(number) not in taken]
    reading.dry_run(visit.services, visit.caller, id_, _choices(posted), left_out, day.day)
    return go(f"/import/{id_}")


@router.get("/import/{id_}")
def page(visit: Visiting, id_: str, state: str = "", after: int = -1) -> Response:
    batch = batches.get(visit.services, visit.caller, id_)
    if batch.state == "reading":
        return go(f"/import/{id_}/columns")
    if batch.state == "mapped":
        found = review.page(visit.services, visit.caller, id_, state, after)
        return show(visit, "import/review.html", room="import", **shown.review(found, state, visit, str(uuid4())))
    if batch.state in ("reviewed", "undoing"):
        return show(visit, "import/progress.html", room="import", **shown.progress(batch, visit, str(uuid4())))
    left = kept(visit.services, visit.caller, id_)
    differing = review.waiting(visit.services, visit.caller, id_) if batch.kind == "doses" else ()
    context = shown.done(batch, left, differing, visit, str(uuid4()))
    return show(visit, "import/done.html", room="import", **context)


@router.post("/import/{id_}")
def decide(posted: Posting, id_: str) -> Response:
    visit, fields = posted.visit, posted.fields
    if fields.get("do") == "drop":
        batches.drop(visit.services, visit.caller, id_)
        return go("/import", "import.dropped")
    if fields.get("do", "").startswith("link-"):
        return _ask_to_link(posted, id_, fields["do"].removeprefix("link-"))
    look_again = 0
    if batches.get(visit.services, visit.caller, id_).state == "mapped":
        look_again = _keep_decisions(posted, id_)
    if fields.get("do") != "save" or look_again:
        return go(f"/import/{id_}", *(("import.look-again", "attention") if look_again else ("import.decided",)))
    return go_on_saving(posted, id_)


@router.post("/import/{id_}/save")
def go_on_saving(posted: Posting, id_: str) -> Response:
    now = save(posted.visit.services, posted.visit.caller, id_, _UNTIL_SHOWN)
    return go(f"/import/{id_}", "import.saved" if now.finished else "")


@router.post("/import/{id_}/undo")
def take_back(posted: Posting, id_: str) -> Response:
    now = undo(posted.visit.services, posted.visit.caller, id_, _UNTIL_SHOWN)
    return go(f"/import/{id_}", "import.undone" if now.finished else "")


@router.get("/import/{id_}/problems.xlsx")
def problems(visit: Visiting, id_: str) -> Response:
    return _file(problems_file(visit.services, visit.caller, id_), "problems.xlsx")


def _upload_page(visit: Visit, values: FormValues, errors: FormValues) -> Response:
    kinds, places = kinds_of(visit.services, visit.caller), batches.places(visit.services, visit.caller)
    if len(places) == 1:
        values["organization"] = places[0].id
    if values["kind"] not in kinds:
        values["kind"] = kinds[0]
    context = shown.upload(kinds, places, visit)
    return show(
        visit,
        "import/upload.html",
        room="import",
        status=422 if errors else 200,
        values=values,
        errors=errors,
        **context,
    )


def _missing(values: FormValues, data: bytes, visit: Visit) -> FormValues:
    keys = {
        "kind": "" if values["kind"] in KINDS else "import.kind-needed",
        "organization": "" if values["organization"] else _PLACE_NEEDED.get(values["kind"], "import.nursery-needed"),
        "file": "" if data else "import.file-needed",
    }
    return FormValues({name: visit.words.message(key) for name, key in keys.items() if key})


def _columns_page(visit: Visit, id_: str, errors: FormValues) -> Response:
    found = reading.columns(visit.services, visit.caller, id_)
    context = shown.columns(found, id_, visit, str(uuid4()))
    return show(visit, "import/map.html", room="import", status=422 if errors else 200, errors=errors, **context)


def _choices(posted: Posted) -> dict[str, str]:
    """Heading → field for every column on the form; "" leaves a column out."""
    headings = {
        name.removeprefix("heading-"): text for name, text in posted.fields.items() if name.startswith("heading-")
    }
    return {text: posted.fields.get(f"column-{key}", "") for key, text in headings.items() if text}


def _keep_decisions(posted: Posted, id_: str) -> int:
    """What was chosen on this page of rows; of how many rows something new is to be said."""
    visit, fields = posted.visit, posted.fields
    taken = set(posted.lists.get("take", ()))
    ticked = {key: key in taken for key in posted.lists.get("shown", ()) if key.isdecimal()}
    asked = {key: fields.get(f"match-{key}") != "out" for key in posted.lists.get("asked", ()) if key.isdecimal()}
    decisions = {int(key): _decision(fields, key, take) for key, take in (ticked | asked).items()}
    add_classes = "add_classes" in fields if "classes_shown" in fields else None
    look_again = review.decide(visit.services, visit.caller, id_, decisions, add_classes)
    if fields.get("fix_all"):
        review.fix_all(visit.services, visit.caller, id_)
    if fields.get("reason_all", "").strip():
        review.give_reason(visit.services, visit.caller, id_, fields["reason_all"])
    return look_again


def _ask_to_link(posted: Posted, id_: str, key: str) -> Response:
    visit, position = posted.visit, int(key) if key.isdecimal() else -1
    _keep_decisions(posted, id_)
    asking.ask_for_row(visit.services, visit.caller, id_, position, command_id=posted.command_id)
    return go("/link-requests", "link.asked")


def _decision(fields: Mapping[str, str], key: str, take: bool) -> review.Decision:
    match = fields.get(f"match-{key}", "")
    choice, fix = "" if match == "out" else match, bool(fields.get(f"fix-{key}"))
    return review.Decision(choice, take, fields.get(f"reason-{key}", ""), fix)


def _file(data: bytes, name: str) -> Response:
    return Response(data, media_type=_XLSX, headers={"content-disposition": f'attachment; filename="{name}"'})
