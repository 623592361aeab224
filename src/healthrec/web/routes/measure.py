"""/children/{id}/measure: record a day's measurements, correct them, take them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from healthrec import errors as refusals
from healthrec.domain.age import completed_months
from healthrec.domain.roster.dates import read_date
from healthrec.pages import measure as pages
from healthrec.services.children.page import head
from healthrec.services.children.record import ChildRecord, as_measurement, open_record
from healthrec.services.growth.basis import ENTRY, MEASURING, status_of
from healthrec.services.growth.day import earlier_values, on_day, take_back
from healthrec.services.growth.entry import FIELDS, MOST_READINGS, Entry
from healthrec.services.growth.instruments import instruments
from healthrec.services.growth.record_measurement import Outcome, record_measurement
from healthrec.web.kit import Posted, Posting, Visit, Visiting, go, show
from healthrec.web.rendering import FormValues
from healthrec.web.routes.children import room_of
from healthrec.wording import Translator

router = APIRouter()

_AGAIN = tuple(f"{name}_{number}" for name in FIELDS for number in range(2, MOST_READINGS + 1))
_DEVICES = tuple(f"device_{name}" for name in FIELDS)
_SAID = ("date", "posture", "clothing", "state", "note", "bases", "reason", "reason_text")
_NAMES = (*FIELDS, *_AGAIN, *_DEVICES, *_SAID)
_LABELS = {"weight": "weight", "length": "length-height", "head": "head", "arm": "arm"}
_INSTRUMENTS_COOKIE = "hr_instruments"
"""What this browser last measured with, so that the next child is measured with the same."""


@router.get("/children/{id_}/measure")
def form(visit: Visiting, id_: str, day: str = "") -> Response:
    record = open_record(visit.services, visit.caller, id_, "/measure")
    values = _standing(record, day) if day else FormValues(date=visit.services.today().isoformat())
    return _page(visit, record, values, FormValues())


@router.post("/children/{id_}/measure")
def save(posted: Posting, id_: str) -> Response:
    visit, values = posted.visit, _values(posted.fields)
    outcome = Outcome()
    if not posted.fields.get("edit"):
        entry = _entry(posted.fields, values)
        outcome = record_measurement(visit.services, visit.caller, id_, entry, command_id=posted.command_id)
    if outcome.written:
        said = "measure.saved-unusual" if outcome.unusual else "measure.saved"
        return _with_instruments(go(f"/children/{id_}#growth", said), values)
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


def _values(fields: Mapping[str, str]) -> FormValues:
    """What was typed, with the repair that was tapped written into it."""
    values = FormValues({name: fields.get(name, "").strip()[:500] for name in _NAMES})
    values["date"] = str(read_date(values["date"]).day or values["date"])
    for part in fields.get("use", "").split():
        name, _, value = part.partition(":")
        if name in FIELDS:
            again = {box: "" for box in _AGAIN if box.startswith(name)}
            values |= {name: value[:20]} | again
    return values


def _again(posted: Posted, record: ChildRecord, values: FormValues, outcome: Outcome) -> Response:
    """The form once more: what is wrong by its field, or the page that asks for a reason."""
    visit = posted.visit
    if outcome.stale:
        values["bases"] = _bases(record, values["date"])
    errors = _errors(outcome, visit.words)
    implausible = pages.implausible(outcome.checks, _readings(values), visit.words) if not errors else ()
    if implausible and posted.fields.get("confirmed"):
        errors["reason"] = visit.words.message("measure.reason-needed")
    if not (errors or implausible or posted.fields.get("edit")):
        return go(f"/children/{record.row.id}#growth", "measure.unchanged", "note")
    repairs = pages.repairs(outcome.impossible, outcome.unclear, visit.words)
    return _page(visit, record, values, errors, implausible=implausible, repairs=repairs)


def _errors(outcome: Outcome, words: Translator) -> FormValues:
    errors = FormValues({name: pages.unclear_words(one, words) for name, one in outcome.unclear.items()})
    errors |= {name: words.message(one.key, **one.params) for name, one in outcome.issues.items()}
    for check in outcome.impossible:
        name = "date" if check.code in ("before-birth", "in-future") else pages.FIELDS[check.measure]
        errors.setdefault(name, pages.check_words(check, words))
    for name, fact in outcome.stale.items():
        errors[name] = words.message("measure.changed-meanwhile", found=words.quantity(fact.value, fact.unit))
    return errors


def _page(visit: Visit, record: ChildRecord, values: FormValues, errors: FormValues, **more: Any) -> Response:
    words = visit.words
    earlier = [as_measurement(fact) for fact in record.measured() if fact.day and fact.day.isoformat() < values["date"]]
    birth = date.fromordinal(record.row.birth_day or visit.services.today().toordinal())
    asking: dict[str, Any] = {"implausible": (), "repairs": ()} | more
    return show(
        visit,
        "measure.html",
        room=room_of(visit),
        child=head(record, words),
        action=f"/children/{record.row.id}/measure",
        command_id=str(uuid4()),
        values=values,
        errors=errors,
        names=_NAMES,
        previous=FormValues(pages.previous_words(earlier, words)),
        suggested_posture="standing" if completed_months(birth, visit.services.today()) >= 24 else "lying",
        reasons=pages.options(pages.REASONS, "measuring-reason", words),
        clothing=pages.options(pages.CLOTHING, "clothing", words),
        states=pages.options(pages.STATES, "measuring-state", words),
        instruments=_instruments(visit, values),
        replaced=_replaced(visit, record, values),
        basis={
            name: words.term("rule-status", status_of(visit.services, kind))
            for name, kind in (("limits", ENTRY), ("readings", MEASURING))
        },
        status=422 if errors else 200,
        **asking,
    )


def _instruments(visit: Visit, values: FormValues) -> dict[str, list[pages.Option]]:
    """What may be measured with, by field; what was used last is chosen already."""
    offered: dict[str, list[pages.Option]] = {}
    last = visit.request.cookies.get(_INSTRUMENTS_COOKIE, "").split("|")
    for one in instruments(visit.services, visit.caller):
        offered.setdefault(one.field, []).append(pages.Option(one.reference, one.name))
        box = f"device_{one.field}"
        if one.reference in last and not values[box] and not values["bases"]:
            values[box] = one.reference
    return offered


def _with_instruments(response: Response, values: FormValues) -> Response:
    used = "|".join(values[name] for name in _DEVICES if values[name])
    if used:
        response.set_cookie(_INSTRUMENTS_COOKIE, used, max_age=86_400 * 90, httponly=True, samesite="lax")
    return response


def _replaced(visit: Visit, record: ChildRecord, values: FormValues) -> list[dict[str, str]]:
    """What the values of this day were before they were corrected."""
    if not values["bases"]:
        return []
    words = visit.words
    return [
        {"label": words.term("measure", _LABELS[one.field]), "value": words.quantity(*one.written), "who": one.who}
        for one in earlier_values(visit.services, on_day(record, _day(values["date"])))
    ]


def _entry(fields: Mapping[str, str], values: FormValues) -> Entry:
    bases = {}
    for part in values["bases"].split():
        name, id_, version = part.split(":")
        bases[name] = (id_, int(version))
    return Entry(
        **{
            name: values[name]
            for name in ("date", "weight", "posture", "length", "head", "arm", "reason", "reason_text")
        },
        again={name: tuple(values[box] for box in _boxes(name)) for name in FIELDS},
        clothing=_one_of(values["clothing"], pages.CLOTHING),
        state=_one_of(values["state"], pages.STATES),
        devices={name: values[f"device_{name}"] for name in FIELDS if values[f"device_{name}"]},
        remarks=(values["note"],) if values["note"] else (),
        confirmed=bool(fields.get("confirmed")),
        bases=bases,
    )


def _boxes(name: str) -> Iterable[str]:
    return (box for box in _AGAIN if box.startswith(name))


def _readings(values: FormValues) -> dict[str, int]:
    return {name: 1 + sum(bool(values[box]) for box in _boxes(name)) for name in FIELDS}


def _one_of(text: str, known: Iterable[str]) -> str:
    return text if text in known else ""


def _standing(record: ChildRecord, day: str) -> FormValues:
    """The values of a day, to be corrected."""
    standing = on_day(record, _day(day))
    values = FormValues({"date": day, "bases": _bases(record, day)})
    for name, fact in standing.facts.items():
        taking = standing.takings[name]
        first, *again = [format(one, "f") for one in taking.readings] or [format(fact.value, "f")]
        values |= {name: first} | dict(zip(_boxes(name), again, strict=False))
        values |= {"clothing": taking.clothing or values["clothing"], f"device_{name}": taking.device}
        values["state"] = next(iter(taking.states), values["state"])
    if "length" in standing.facts:
        values["posture"] = standing.facts["length"].position or "lying"
    return values


def _bases(record: ChildRecord, day: str) -> str:
    standing = on_day(record, _day(day))
    return " ".join(f"{name}:{id_}:{version}" for name, (id_, version) in standing.bases.items())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refusals.NotFound() from None
