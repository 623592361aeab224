"""Entrance checks of the children who went to a nursery: most in time and complete, some to be caught up and looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from healthrec.demo import documents as fhir
from healthrec.demo.children import ChildPlan
from healthrec.demo.contacts import sent_at
from healthrec.demo.documents import Document
from healthrec.demo.doses import is_late_family
from healthrec.demo.numbers import resource_id
from healthrec.fhir.contact import ContactFact, communication_of


def entrance_documents(
    plan: ChildPlan, child: str, vaccinator: str, seed: int, entered: date, today: date
) -> Iterator[Document]:
    """The checks of one child and the notice to its family; `child` and `vaccinator` are ids of Patient and Practitioner."""
    draw = Random(f"{seed}:entrance:{plan.index}")
    checked = entered + timedelta(days=2 + int(draw.random() ** 2 * 36))
    if draw.random() < 0.1 or checked > today:
        return
    late = is_late_family(plan, seed)
    result = "catch-up" if late else "deferred" if draw.random() < 0.03 else "complete"
    yield _check(plan, child, vaccinator, seed, checked, result, "both" if draw.random() < 0.8 else "record")
    again = checked + timedelta(days=40 + int(draw.random() * 40))
    if late:
        told = ContactFact("entrance", "notified", sent_at(checked))
        id_ = resource_id(seed, plan.index, "contact", "entrance")
        yield communication_of(told, child, f"Practitioner/{vaccinator}") | {"id": id_}
    if late and again <= today and draw.random() < 0.7:
        found = "complete" if draw.random() < 0.8 else "catch-up"
        yield _check(plan, child, vaccinator, seed, again, found, "record")


def _check(plan: ChildPlan, child: str, vaccinator: str, seed: int, day: date, result: str, evidence: str) -> Document:
    items = [
        fhir.group(
            "check",
            fhir.choice("check.evidence", "entrance-evidence", evidence),
            fhir.choice("check.result", "entrance-result", result),
        )
    ]
    id_ = resource_id(seed, plan.index, "entrance", day)
    subject = fhir.reference("Patient", child)
    return fhir.questionnaire_response(id_, "entrance-check|1.0", day, vaccinator, items, subject=subject)
