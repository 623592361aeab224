"""A dose is given here and now: what is due, from which lot, how; what would not count is asked about before."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from healthrec import errors
from healthrec.domain.immunization import DoseGiven, Evaluation, Forecast
from healthrec.domain.roster.dates import read_date
from healthrec.domain.trace_codes import read_code
from healthrec.errors import Issue
from healthrec.fhir import ucum
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.services.forms.times import written_at
from healthrec.services.immunization.card import child_with_doses
from healthrec.services.immunization.facts import Told, told
from healthrec.services.immunization.lots import TRACE_CODE, Lot, open_lots, scanned
from healthrec.services.immunization.origin import must_record_here
from healthrec.services.immunization.screening import due_today, not_given, screened_today
from healthrec.services.immunization.vaccines import vaccines
from healthrec.services.record.write import Change, apply
from healthrec.services.screening.children import Child
from healthrec.store import commands, due, projections
from healthrec.store.engine import Connection

SCREENED_BY = f"{BASE}StructureDefinition/screened-by"
SITES = ("left-arm", "right-arm", "left-thigh", "right-thigh", "mouth")
ROUTES: Mapping[str, str] = {"IM": "IM", "SC": "SQ", "ID": "IDINJ", "PO": "PO"}
"""Codes of the schedule -> v3-RouteOfAdministration."""

NOT_GIVEN_REASONS = ("refused", "ill", "out-of-stock", "contraindicated")
_ROUTE_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(ml|µg|ug|iu|滴|粒)", re.IGNORECASE)
_UNITS = {"ml": "mL", "µg": "ug", "ug": "ug", "iu": "[IU]", "滴": "[drp]", "粒": "1"}
_LONGEST = {"lot": 40, "maker": 80, "reason": 200}


@dataclass(frozen=True, slots=True)
class ToGive:
    """What the page of a dose needs. `screening` is today's decision to give (id of the response), "" before it was made;
    `ask_doctor`: something that the caller may not see matters."""

    child: Child
    told: Told
    due: tuple[Forecast, ...]
    lots: tuple[Lot, ...]
    screening: str
    ask_doctor: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What was recorded, or (`doubts`) why the dose would not count, to be confirmed first."""

    id: str = ""
    doubts: tuple[Evaluation, ...] = ()


def to_give(services: Services, caller: Caller, child_id: str) -> ToGive:
    """The child before a dose. Raises NotFound, NotAllowed (also where doses arrive from the province)."""
    with services.database.read() as connection:
        found = _standing(services, connection, caller, child_id)
    event = caller.audit(services, "view", f"page:/children/{child_id}/vaccinate", child=found.child.key, count=1)
    services.committer.commit(event)
    return found


def filled_by_scan(found: ToGive, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields with what the scanned code says: of itself, and by the open lot that it is of. Raises Refused."""
    code = read_code(fields.get("trace", ""))
    if code is None:
        raise errors.Refused(Issue("value", "vaccinate.code-unreadable", "trace"))
    lot = scanned(code, found.lots) or Lot("", code.lot, code.expiry, "")
    said = {
        "vaccine": lot.vaccine,
        "lot": lot.lot or code.lot,
        "expiry": str(lot.expiry or code.expiry or ""),
        "maker": lot.maker,
    }
    return {**fields, **{name: text for name, text in said.items() if text}}


def give_dose(
    services: Services, caller: Caller, child_id: str, fields: Mapping[str, str], *, command_id: str = ""
) -> Given:
    """Record the dose, once, whoever else is recording the same. Raises Refused (fields), NotFound, NotAllowed.

    A dose that would not count is recorded only when the fields say `confirmed` and give a `reason`.
    """
    with services.database.read() as connection:
        if earlier := commands.answer(connection, command_id) if command_id else None:
            return Given(json.loads(earlier[1])[0]["id"])
        found = _standing(services, connection, caller, child_id)
        place = workplace(connection, caller)
    if not found.screening:
        raise errors.Refused(Issue("business-rule", "vaccinate.screen-first", ""))
    given = read_given(_with_lot(found, fields), found, services.today())
    doubts = _doubts(found, given, services.today())
    if doubts and not (fields.get("confirmed") and given.reason):
        return Given(doubts=doubts)
    document = _document(services, caller, found, given, place)
    return Given(_written(services, caller, document, command_id))


def hold_dose(
    services: Services, caller: Caller, child_id: str, vaccine: str, reason: str, *, command_id: str = ""
) -> str:
    """Record that a dose was not given today, with a code of dose-not-given. Raises Refused, NotFound, NotAllowed."""
    found = to_give(services, caller, child_id)
    issues = []
    if vaccine not in vaccines():
        issues.append(Issue("required", "dose.vaccine-needed", "held"))
    if reason not in NOT_GIVEN_REASONS:
        issues.append(Issue("required", "vaccinate.reason-needed", "held_reason"))
    if issues:
        raise errors.Refused(*issues)
    return _written(services, caller, not_given(services, caller, found.child, vaccine, reason), command_id)


@dataclass(frozen=True, slots=True)
class NewDose:
    """A dose as the form tells of it. `amount` is (number, UCUM unit, unit as written)."""

    vaccine: str
    lot: str
    expiry: date
    maker: str
    trace: str
    amount: tuple[str, str, str]
    route: str
    site: str
    reason: str


def read_given(fields: Mapping[str, str], found: ToGive, today: date) -> NewDose:
    """The dose of a form, by its schedule's own amount and route where the form says nothing. Raises Refused."""
    issues: list[Issue] = []
    vaccine = fields.get("vaccine", "")
    if vaccine not in vaccines():
        issues.append(Issue("required", "dose.vaccine-needed", "vaccine"))
    printed = found.told.schedule.administration.get(vaccine)
    texts = {name: fields.get(name, "").strip() for name in _LONGEST}
    issues += [
        Issue("too-long", "form.too-long", name, {"found": len(text), "allowed": _LONGEST[name]})
        for name, text in texts.items()
        if len(text) > _LONGEST[name]
    ]
    if not texts["lot"]:
        issues.append(Issue("required", "vaccinate.lot-needed", "lot"))
    expiry = _expiry(fields.get("expiry", ""), today, issues)
    amount = _amount(fields.get("amount", "") or (printed.amount if printed else ""), issues)
    route = fields.get("route", "") or (printed.route if printed else "")
    if route not in ROUTES:
        issues.append(Issue("required", "vaccinate.route-needed", "route"))
    site = "mouth" if route == "PO" else fields.get("site", "")
    if site not in SITES:
        issues.append(Issue("required", "vaccinate.site-needed", "site"))
    if issues or expiry is None:
        raise errors.Refused(*issues)
    traced = read_code(fields.get("trace", ""))
    code = traced.code if traced else ""
    return NewDose(vaccine, texts["lot"], expiry, texts["maker"], code, amount, route, site, texts["reason"])


def workplace(connection: Connection, caller: Caller) -> tuple[str, str]:
    """(reference, name) of the organisation where the caller works; ("", "") without one."""
    row = projections.organization_row(connection, caller.organization) if caller.organization else None
    return (f"Organization/{row.id}", row.name) if row else ("", "")


def _standing(services: Services, connection: Connection, caller: Caller, child_id: str) -> ToGive:
    child = child_with_doses(connection, caller, child_id)
    must_record_here(services, connection, caller)
    found = told(services, connection, caller, child, services.today())
    lots = open_lots(services, connection, caller, workplace(connection, caller)[0])
    asks = due.asks_doctor(connection, caller.viewer, child.key)
    return ToGive(child, found, due_today(found), lots, screened_today(services, connection, caller, child), asks)


def _with_lot(found: ToGive, fields: Mapping[str, str]) -> Mapping[str, str]:
    """An open lot that was chosen stands for what it says."""
    chosen = next((one for one in found.lots if one.value == fields.get("open_lot")), None)
    if chosen is None:
        return fields
    expiry = chosen.expiry.isoformat() if chosen.expiry else ""
    said = {"vaccine": chosen.vaccine, "lot": chosen.lot, "expiry": expiry, "maker": chosen.maker}
    return {**fields, **{name: text for name, text in said.items() if text}}


def _doubts(found: ToGive, given: NewDose, today: date) -> tuple[Evaluation, ...]:
    course = found.told.course_with(DoseGiven("new", given.vaccine, today, expiry=given.expiry))
    return tuple(one for one in course.evaluations if one.dose == "new" and one.status != "valid")


def _expiry(text: str, today: date, issues: list[Issue]) -> date | None:
    day = read_date(text).day
    if day is None:
        issues.append(Issue("value", "vaccinate.expiry-needed", "expiry"))
    elif day < today:
        issues.append(Issue("business-rule", "vaccinate.expired", "expiry", {"day": day}))
    return day


def _amount(text: str, issues: list[Issue]) -> tuple[str, str, str]:
    """The first amount that a text names: `0.5 ml`."""
    found = _AMOUNT.search(unicodedata.normalize("NFKC", text).replace("μ", "µ"))
    if found is None:
        issues.append(Issue("value", "vaccinate.amount-needed", "amount"))
        return "", "", ""
    return found[1], _UNITS[found[2].lower()], found[2]


def _written(services: Services, caller: Caller, document: dict[str, Any], command_id: str) -> str:
    try:
        return apply(
            services, caller, [Change("POST", "Immunization", document, document["id"])], command_id=command_id
        )[0].id
    except errors.Conflict as conflict:
        if conflict.issues[0].key != "record.duplicate":
            raise
        raise errors.Refused(
            Issue("duplicate", "dose.already-recorded", "vaccine", {"day": services.today()})
        ) from None


def _document(
    services: Services, caller: Caller, found: ToGive, given: NewDose, place: tuple[str, str]
) -> dict[str, Any]:
    number, unit, written = given.amount
    now = written_at(services)
    return {
        "resourceType": "Immunization",
        "id": str(uuid4()),
        "extension": [
            {"url": SCREENED_BY, "valueReference": {"reference": f"QuestionnaireResponse/{found.screening}"}}
        ],
        **({"identifier": [{"system": TRACE_CODE, "value": given.trace}]} if given.trace else {}),
        "status": "completed",
        "vaccineCode": vaccines()[given.vaccine].concept,
        "patient": {"reference": f"Patient/{found.child.id}"},
        "occurrenceDateTime": now,
        "recorded": now,
        "primarySource": True,
        **({"manufacturer": {"display": given.maker}} if given.maker else {}),
        "lotNumber": given.lot,
        "expirationDate": given.expiry.isoformat(),
        "site": {"coding": [{"system": f"{BASE}CodeSystem/injection-site", "code": given.site}]},
        "route": {"coding": [{"system": _ROUTE_SYSTEM, "code": ROUTES[given.route]}]},
        "doseQuantity": {"value": Decimal(number), "unit": written, "system": ucum.SYSTEM, "code": unit},
        "performer": _performers(caller, place),
        **({"note": [{"text": given.reason}]} if given.reason else {}),
        **_protocol(found, given.vaccine),
    }


def _performers(caller: Caller, place: tuple[str, str]) -> list[dict[str, Any]]:
    reference, name = place
    person = [{"actor": {"reference": caller.person_reference}}] if caller.person_reference else []
    return [*person, *([{"actor": {"reference": reference, "display": name}}] if reference else [])]


def _protocol(found: ToGive, vaccine: str) -> dict[str, Any]:
    """The number of the dose in the first of its series that waits for one."""
    known = found.told.schedule.vaccines.get(vaccine)
    waiting = [one for one in found.told.course.forecasts if known and one.antigen in known.antigens and one.number]
    applied = [{"doseNumberPositiveInt": one.number, "seriesDosesPositiveInt": one.of} for one in waiting[:1]]
    return {"protocolApplied": applied} if applied else {}
