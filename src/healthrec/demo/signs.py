"""Warning-sign tables answered at check-ups, and the referrals that come from them and from faltering growth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from healthrec.demo import documents as fhir
from healthrec.demo.children import TERM_DAYS, ChildPlan
from healthrec.demo.documents import Document
from healthrec.demo.numbers import resource_id
from healthrec.domain.age import DAYS_AT_TERM, completed_months

AGES: Final = {
    3: "M03", 6: "M06", 8: "M08", 12: "M12", 18: "M18", 24: "M24", 30: "M30", 36: "M36", 48: "Y4", 60: "Y5", 72: "Y6",
}  # fmt: skip
SIGNS_PER_AGE: Final = 4
WAITING_DAYS: Final = 180  # a proposal older than this has been dealt with
CORRECTED_UNTIL_MONTHS: Final = 24


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose check-ups these are: ids of the child, its doctor, and the hospital for referrals."""

    plan: ChildPlan
    child: str
    doctor: str
    hospital: str


def sign_documents(who: Seen, seed: int, checkups: Iterable[tuple[int, date]], today: date) -> Iterator[Document]:
    """At most check-ups the table of the child's age is answered; a sign that is present proposes a referral."""
    draw = Random(f"{seed}:signs:{who.plan.index}")
    for months, day in checkups:
        age = _age(who.plan, months, day)
        if age is None or draw.random() < 0.3:
            continue
        answers = {f"{age}.{n}": _answer(draw.random()) for n in range(1, SIGNS_PER_AGE + 1)}
        form = resource_id(seed, who.plan.index, "signs", months)
        yield _response(who, form, age, day, answers)
        if present := [link_id for link_id, answer in answers.items() if answer == "present"]:
            yield _proposal(who, resource_id(seed, who.plan.index, "proposal", months), form, present, day, today)


def growth_referral(who: Seen, seed: int, today: date) -> Iterator[Document]:
    """A faltering child of a year or more has an open referral to the hospital."""
    if who.plan.kind == "faltering" and completed_months(who.plan.born, today) >= 12:
        day = max(today - timedelta(days=20), who.plan.known_from)
        yield {
            **fhir.service_request(
                resource_id(seed, who.plan.index, "referral"), who.child, who.doctor, "active", "order", day
            ),
            "occurrencePeriod": {"start": day.isoformat()},
            "performer": [fhir.reference("Organization", who.hospital)],
            "reasonCode": [fhir.coded("nutrition", "underweight")],
        }


def _age(plan: ChildPlan, months: int, day: date) -> str | None:
    """The column of the age; a preterm child's goes by its corrected age while that is in use."""
    if months >= CORRECTED_UNTIL_MONTHS or plan.gestation_days >= TERM_DAYS:
        return AGES.get(months)
    corrected = completed_months(plan.born + timedelta(days=DAYS_AT_TERM - plan.gestation_days), day)
    return AGES.get(max((age for age in AGES if age <= corrected), default=0))


def _answer(draw: float) -> str:
    if draw < 0.96:
        return "absent"
    if draw < 0.98:
        return "not-known"
    return "not-done" if draw < 0.99 else "present"


def _response(who: Seen, id: str, age: str, day: date, answers: dict[str, str]) -> Document:
    signs = [fhir.choice(link_id, "answer", answer) for link_id, answer in answers.items()]
    items = [fhir.choice("age", "warning-sign-age", age), fhir.group(age, *signs)]
    subject = fhir.reference("Patient", who.child)
    return fhir.questionnaire_response(id, "warning-signs|1.0", day, who.doctor, items, subject=subject)


def _proposal(who: Seen, id: str, form: str, present: list[str], day: date, today: date) -> Document:
    waiting = (today - day).days <= WAITING_DAYS
    status = "draft" if waiting else "completed"
    return fhir.service_request(id, who.child, who.doctor, status, "proposal", day) | {
        "reasonCode": [fhir.coded("warning-sign", link_id) for link_id in present],
        "supportingInfo": [fhir.reference("QuestionnaireResponse", form)],
    }
