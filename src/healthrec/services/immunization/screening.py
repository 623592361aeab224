"""Before a dose: health questions, information and consent, and the decision to give, postpone or not to give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from healthrec import errors
from healthrec.domain.immunization import Forecast
from healthrec.errors import Issue
from healthrec.fhir.form_items import answers_of
from healthrec.fhir.form_pages import Fields
from healthrec.fhir.json import recall
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.services.forms.drafts import About, Kept, draft_for, drop_draft
from healthrec.services.forms.submit import Filled, newest_form, submit, written_before
from healthrec.services.forms.times import day_of, written_at
from healthrec.services.immunization.card import NOT_GIVEN, child_with_doses
from healthrec.services.immunization.facts import Told, told
from healthrec.services.immunization.origin import must_record_here
from healthrec.services.immunization.vaccines import vaccines
from healthrec.services.record.write import Change
from healthrec.services.screening.children import Child
from healthrec.store import compartment
from healthrec.store.engine import Connection

FORM = "vaccination-screening"
_ADDRESS = f"{BASE}Questionnaire/{FORM}|"
_QUESTIONS = ("unwell", "acute", "reaction", "allergy", "nervous", "immune", "blood", "household")
_FEVER = 37.3
"""[℃] in the armpit: from here on a dose is given only with a word about why."""

_HL7_REASONS = {"refused": "PATOBJ", "ill": "MEDPREC", "out-of-stock": "OSTOCK", "contraindicated": "MEDPREC"}
_ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"


@dataclass(frozen=True, slots=True)
class ScreeningForm:
    """The questions of today for a child, the doses that could be given (with their forecasts), and what was begun."""

    child: Child
    questionnaire: str
    due: tuple[Forecast, ...]
    about: About
    draft: Kept | None


def new_screening(services: Services, caller: Caller, child_id: str) -> ScreeningForm:
    """What is asked before a dose today. Raises NotFound, NotAllowed."""
    with services.database.read() as connection:
        child = child_with_doses(connection, caller, child_id)
        must_record_here(services, connection, caller)
        found = told(services, connection, caller, child, services.today())
    event = caller.audit(services, "view", f"page:/children/{child_id}/vaccinate/screening", child=child.key, count=1)
    services.committer.commit(event)
    form = newest_form(services, FORM)
    about = About(form, child.key, services.today().isoformat())
    return ScreeningForm(child, form, due_today(found), about, draft_for(services, caller, about))


def due_today(found: Told) -> tuple[Forecast, ...]:
    """What could be given today, what is late first."""
    order = {"overdue": 0, "due": 1}
    due = [one for one in found.course.forecasts if one.status(found.course.asked) in order]
    return tuple(sorted(due, key=lambda one: order[one.status(found.course.asked)]))


def record_screening(
    services: Services, caller: Caller, child_id: str, fields: Fields, planned: Sequence[str], *, command_id: str = ""
) -> tuple[str, str]:
    """Keep the answers; answers (id of the response, decision). `planned` are the vaccines that this was about: where none
    is given after all, each is kept as not given, with the reason. Raises Refused (linkIds), NotFound, NotAllowed.
    """
    decision = next(iter(fields.get("decision.outcome", ())), "")
    if written := written_before(services, caller, command_id):
        return written, decision
    form = new_screening(services, caller, child_id)
    if issues := [*_contradictions(fields)]:
        raise errors.Refused(*issues)
    filled = Filled(form.questionnaire, fields, f"Patient/{form.child.id}", str(uuid4()), services.today())
    wanted = [code for code in planned if code in vaccines()] if decision != "give" else []
    also = _NotGiven(services, caller, form.child, wanted, _why_not(fields, decision))
    written = submit(services, caller, filled, also, command_id=command_id)
    drop_draft(services, caller, form.about)
    return written, decision


def screened_today(services: Services, connection: Connection, caller: Caller, child: Child) -> str:
    """The id of today's last screening of the child, where it ended in the decision to give; "" otherwise."""
    last: dict[str, Any] = {}
    for one in compartment.of_types(connection, caller.viewer, child.key, ("QuestionnaireResponse",)):
        response = recall(one.body)
        if str(response.get("questionnaire", "")).startswith(_ADDRESS) and response["status"] != "entered-in-error":
            last = response if day_of(str(response["authored"])) == services.today() else last
    return str(last["id"]) if last and answers_of(last).get("decision.outcome") == ["give"] else ""


def not_given(
    services: Services, caller: Caller, child: Child, vaccine: str, reason: str, note: str = ""
) -> dict[str, Any]:
    """A dose that was not given today, with why: a code of dose-not-given."""
    codings = [{"system": NOT_GIVEN, "code": reason}]
    codings += [{"system": _ACT_REASON, "code": _HL7_REASONS[reason]}] if reason in _HL7_REASONS else []
    performer = [{"actor": {"reference": caller.person_reference}}] if caller.person_reference else []
    return {
        "resourceType": "Immunization",
        "id": str(uuid4()),
        "status": "not-done",
        "statusReason": {"coding": codings, **({"text": note} if note else {})},
        "vaccineCode": vaccines()[vaccine].concept,
        "patient": {"reference": f"Patient/{child.id}"},
        "occurrenceDateTime": written_at(services),
        "recorded": written_at(services),
        "primarySource": True,
        **({"performer": performer} if performer else {}),
    }


@dataclass(frozen=True, slots=True)
class _NotGiven:
    services: Services
    caller: Caller
    child: Child
    vaccines: Sequence[str]
    why: tuple[str, str]

    def __call__(self, _: Connection, __: dict[str, Any]) -> list[Change]:
        made = [not_given(self.services, self.caller, self.child, code, *self.why) for code in self.vaccines]
        return [Change("POST", "Immunization", one, one["id"]) for one in made]


def _why_not(fields: Fields, decision: str) -> tuple[str, str]:
    """(code of dose-not-given, the advice)."""
    refused = "refused" in fields.get("consent.given", ())
    advice = next(iter(fields.get("decision.advice", ())), "").strip()[:500]
    return ("refused" if refused else "contraindicated" if decision == "unsuitable" else "ill"), advice


def _contradictions(fields: Fields) -> Iterator[Issue]:
    """What the answers say against the decision."""
    said = {name: "".join(texts).strip() for name, texts in fields.items()}
    if said.get("decision.outcome") in ("postpone", "unsuitable"):
        if not said.get("decision.advice"):
            yield Issue("required", "vaccinate.advice-needed", "decision.advice")
        return
    if said.get("decision.outcome") != "give":
        return
    if said.get("consent.given") == "refused":
        yield Issue("business-rule", "vaccinate.not-without-consent", "decision.outcome")
    if set(fields.get("decision.checked", ())) != {"three", "seven", "one"}:
        yield Issue("required", "vaccinate.all-checks", "decision.checked")
    doubtful = any(said.get(f"health.{name}") in ("yes", "not-known") for name in _QUESTIONS)
    if (doubtful or _has_fever(said.get("health.temperature", ""))) and not said.get("health.note"):
        yield Issue("required", "vaccinate.note-needed", "health.note", {"fever": _FEVER})


def _has_fever(text: str) -> bool:
    try:
        return float(text.replace("。", ".")) >= _FEVER
    except ValueError:
        return False
