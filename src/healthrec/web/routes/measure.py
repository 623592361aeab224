"""/children/{id}/measure: record a day's measurements, correct them, take them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors as refusals
from healthrec.domain.age import completed_months
from healthrec.domain.roster.dates import read_date
from healthrec.pages import measure as pages
from healthrec.services.children.page import head
from healthrec.services.children.record import ChildRecord, as_measurement, open_record
from healthrec.services.growth.record_measurement import Entry, Outcome, on_day, record_measurement, take_back
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes.children import room_of
from healthrec.wording import Translator, translator

router = APIRouter()

_FIELDS = ("date", "weight", "posture", "length", "head", "clothing", "state", "note", "bases", "reason", "reason_text")
_KEPT_IN: Final = translator("zh")
"""What is kept with a value is content of the record, in the language of the record."""


@router.get("/children/{id_}/measure")
def form(visit: Visiting, id_: str, day: str = "") -> Response:
    record = open_record(visit.services, visit.caller, id_, "/measure")
    values = _standing(record, day) if day else FormValues(date=visit.services.today().isoformat())
    return _page(visit, record, values, FormValues())


@router.post("/children/{id_}/measure")
def save(posted: Posting, id_: str) -> Response:
    visit, fields = posted.visit, posted.fields
    values = FormValues({name: fields.get(name, "").strip()[:500] for name in _FIELDS})
    values["date"] = str(read_date(values["date"]).day or values["date"])
    outcome = Outcome()
    if not fields.get("edit"):
        entry = _entry(fields, values)
        outcome = record_measurement(visit.services, visit.caller, id_, entry, command_id=posted.command_id)
    if outcome.written:
        return go(f"/children/{id_}#growth", "measure.saved")
    record = open_record(visit.services, visit.caller, id_, "/measure")
    return _again(posted, record, values, outcome)


@router.post("/children/{id_}/measure/undo")
def undo(posted: Posting, id_: str) -> Response:
    fields, visit = posted.fields, posted.visit
    take_back(
        visit.services,
        visit.caller,
        id_,
        _day(fields.get("day", "")),
        fields.get("reason", ""),
        command_id=posted.command_id,
    )
    return go(f"/children/{id_}#growth", "measure.taken-back")


def _again(posted: Posted, record: ChildRecord, values: FormValues, outcome: Outcome) -> Response:
    """The form once more: what is wrong by its field, or the page that asks for a reason."""
    visit = posted.visit
    if outcome.stale:
        values["bases"] = _bases(record, values["date"])
    errors = _errors(outcome, visit.words)
    implausible = pages.implausible(outcome.checks, visit.words) if not errors else ()
    if implausible and posted.fields.get("confirmed"):
        errors["reason"] = visit.words.message("measure.reason-needed")
    nothing_new = not (errors or implausible or posted.fields.get("edit"))
    if nothing_new:
        return go(f"/children/{record.row.id}#growth", "measure.unchanged", "note")
    return _page(visit, record, values, errors, implausible=implausible, command_id=posted.fields.get("command_id", ""))


def _errors(outcome: Outcome, words: Translator) -> FormValues:
    errors = FormValues({name: pages.unclear_words(one, words) for name, one in outcome.unclear.items()})
    errors |= {name: words.message(one.key, **one.params) for name, one in outcome.issues.items()}
    for check in outcome.impossible:
        name = "date" if check.code in ("before-birth", "in-future") else pages.FIELDS[check.measure]
        errors.setdefault(name, pages.check_words(check, words))
    for name, fact in outcome.stale.items():
        errors[name] = words.message("measure.changed-meanwhile", found=words.quantity(fact.value, fact.unit))
    return errors


def _page(
    visit: Visit,
    record: ChildRecord,
    values: FormValues,
    errors: FormValues,
    *,
    implausible: tuple[pages.Implausible, ...] = (),
    command_id: str = "",
) -> Response:
    earlier = [as_measurement(fact) for fact in record.measured() if fact.day and fact.day.isoformat() < values["date"]]
    birth = date.fromordinal(record.row.birth_day or visit.services.today().toordinal())
    return show(
        visit,
        "measure.html",
        room=room_of(visit),
        child=head(record, visit.words),
        action=f"/children/{record.row.id}/measure",
        command_id=command_id or str(uuid4()),
        values=values,
        errors=errors,
        previous=FormValues(pages.previous_words(earlier, visit.words)),
        suggested_posture="standing" if completed_months(birth, visit.services.today()) >= 24 else "lying",
        implausible=implausible,
        reasons=pages.reasons(visit.words),
        status=422 if errors else 200,
    )


def _entry(fields: Mapping[str, str], values: FormValues) -> Entry:
    said = [pages.CLOTHING.get(values["clothing"], ""), pages.STATE.get(values["state"], "")]
    reason = _KEPT_IN.gettext(pages.REASONS.get(values["reason"], "")) if values["reason"] != "other" else ""
    remarks = tuple(text for text in (*said, values["note"]) if text)
    bases = {}
    for part in values["bases"].split():
        name, id_, version = part.split(":")
        bases[name] = (id_, int(version))
    return Entry(
        date=values["date"],
        weight=values["weight"],
        posture=values["posture"],
        length=values["length"],
        head=values["head"],
        remarks=remarks,
        reason="；".join(text for text in (reason, values["reason_text"]) if text),
        confirmed=bool(fields.get("confirmed")),
        bases=bases,
    )


def _standing(record: ChildRecord, day: str) -> FormValues:
    """The values of a day, to be corrected."""
    standing = on_day(record, _day(day))
    values = FormValues({name: fact.written[0] for name, fact in standing.facts.items()})
    position = standing.facts["length"].position if "length" in standing.facts else ""
    return FormValues(values | {"date": day, "posture": position, "bases": _bases(record, day)})


def _bases(record: ChildRecord, day: str) -> str:
    standing = on_day(record, _day(day))
    return " ".join(f"{name}:{id_}:{version}" for name, (id_, version) in standing.bases.items())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refusals.NotFound() from None
