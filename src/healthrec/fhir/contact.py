"""One contact with a family as a Communication, in both directions.

https://hl7.org/fhir/R4/communication.html; the outcome and the day to try again are extensions of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthrec.fhir.primitives import local_day
from healthrec.fhir.types import BASE

KIND = f"{BASE}CodeSystem/communication-kind"
LIST = f"{BASE}CodeSystem/contact-list"
OUTCOME = f"{BASE}StructureDefinition/contact-outcome"
AGAIN = f"{BASE}StructureDefinition/contact-again-on"


@dataclass(frozen=True, slots=True)
class ContactFact:
    """Who was called on account of which list, when (`sent`, a FHIR instant), what came of it, when to go on, and a note."""

    list: str
    outcome: str
    sent: str
    again_on: date | None = None
    note: str = ""


def contact_of(communication: Mapping[str, Any]) -> ContactFact | None:
    """The contact; None for a Communication that is none."""
    kinds = [coding for one in communication.get("category", ()) for coding in one.get("coding", ())]
    values = {one["url"]: one for one in communication.get("extension", ())}
    lists = [one for one in communication.get("topic", {}).get("coding", ()) if one.get("system") == LIST]
    outcome = str(values.get(OUTCOME, {}).get("valueCode", ""))
    is_contact = any((one.get("system"), one.get("code")) == (KIND, "contact") for one in kinds)
    if not (is_contact and outcome and lists and communication.get("sent")):
        return None
    note = next((str(one["contentString"]) for one in communication.get("payload", ()) if "contentString" in one), "")
    again = local_day(str(values.get(AGAIN, {}).get("valueDate", "")))
    return ContactFact(str(lists[0].get("code", "")), outcome, str(communication["sent"]), again, note)


def communication_of(one: ContactFact, child: str, sender: str) -> dict[str, Any]:
    """The Communication; `child` is the Patient's id, `sender` a reference, "" for none."""
    again = [{"url": AGAIN, "valueDate": one.again_on.isoformat()}] if one.again_on else []
    document: dict[str, Any] = {
        "resourceType": "Communication",
        "extension": [{"url": OUTCOME, "valueCode": one.outcome}, *again],
        "status": "completed",
        "category": [{"coding": [{"system": KIND, "code": "contact"}]}],
        "topic": {"coding": [{"system": LIST, "code": one.list}]},
        "subject": {"reference": f"Patient/{child}"},
        "sent": one.sent,
    }
    if sender:
        document["sender"] = {"reference": sender}
    if one.note:
        document["payload"] = [{"contentString": one.note}]
    return document
