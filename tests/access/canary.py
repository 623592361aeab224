"""Documents with a word in them that nobody outside their institution may ever meet."""

from __future__ import annotations

from typing import Any

from tests.documents import BASE, allergy, concept, condition, dose, sent, weight

from healthrec.services.context import Services, operator
from healthrec.services.record.write import Change, apply, parse

WORD = "canary7q"
NUMBER = "899999202203040050"

Document = dict[str, Any]


def about(child: str, organization: str, mark: str) -> list[Document]:
    """One document or more of each class, about a child and about an institution; ids are `{mark}-{number}`."""
    subject = {"subject": {"reference": f"Patient/{child}"}}
    note = {"note": [{"text": WORD}]}
    made: list[Document] = [
        weight(child, "9.99", **note),
        condition(child, "F80.1", **note),
        condition(child, "T74.0", **note),
        condition(child, "F80.2", category=[concept(f"{BASE}CodeSystem/condition-category", "special-case")], **note),
        dose(child, "VarV", "2026-10-10", lotNumber=WORD),
        allergy(child, **note),
        {"resourceType": "Flag", "status": "active", **subject, "code": {"text": WORD},
         "category": [concept("http://terminology.hl7.org/CodeSystem/flag-category", "safety")]},
        {"resourceType": "DiagnosticReport", "status": "preliminary", **subject, "code": {"text": WORD}, "conclusion": WORD},
        {"resourceType": "DocumentReference", "status": "current", **subject, "description": WORD,
         "type": concept(f"{BASE}CodeSystem/document", "family-summary"), "content": [{"attachment": {"title": WORD}}]},
        {"resourceType": "Communication", "status": "completed", **subject, "payload": [{"contentString": WORD}],
         "medium": [concept(f"{BASE}CodeSystem/handover", "printed")]},
        {"resourceType": "Consent", "status": "active", "patient": subject["subject"], "scope": {"text": WORD},
         "category": [{"text": WORD}], "policyRule": {"text": WORD}},
        {"resourceType": "MedicationAdministration", "status": "completed", **subject,
         "category": concept(f"{BASE}CodeSystem/medicine-place", "nursery"), "medicationCodeableConcept": {"text": WORD},
         "effectiveDateTime": "2026-11-01", **note},
        {"resourceType": "Task", "status": "requested", "intent": "order", "description": WORD,
         "for": {"reference": f"Organization/{organization}"}},
        {"resourceType": "Group", "type": "person", "actual": True, "name": WORD,
         "managingEntity": {"reference": f"Organization/{organization}"},
         "member": [{"entity": {"reference": f"Patient/{child}"}}]},
        {"resourceType": "Encounter", "status": "finished", "serviceProvider": {"reference": f"Organization/{organization}"},
         "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "FLD", "display": WORD}},
    ]  # fmt: skip
    return [document | {"id": f"{mark}-{number}"} for number, document in enumerate(made)]


def put(services: Services, documents: list[Document]) -> None:
    """Write them as the operator of the installation."""
    changes = [Change("PUT", one["resourceType"], parse(sent(one)["content"]), one["id"]) for one in documents]
    apply(services, operator(services), changes)
