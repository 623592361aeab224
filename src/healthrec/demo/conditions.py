"""A few children with something that a vaccination nurse must know: an allergy, immunoglobulin, the mother's HBsAg."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from healthrec.demo.children import ChildPlan
from healthrec.demo.documents import Document
from healthrec.demo.numbers import resource_id
from healthrec.fhir.facts import VACCINE
from healthrec.fhir.immunization_codes import CONDITION

_EVERY: Final = 20
_TOLD: Final = (
    ("mother-hbsag-positive", "", None),
    ("anaphylaxis-to-vaccine", "MMR", 60),
    ("immunoglobulin-given", "", 20),
    ("allergic-constitution", "", 200),
)
"""(code, vaccine that it is about, days ago; None for since birth), one after the other for every twentieth child."""


def condition_documents(plan: ChildPlan, child: str, seed: int, today: date) -> Iterator[Document]:
    """What is told of one child; `child` is the Patient's id."""
    turn, rest = divmod(plan.index, _EVERY)
    if rest != _EVERY - 1 or turn == 0:
        return
    code, vaccine, days_ago = _TOLD[turn % len(_TOLD)]
    since = plan.born if days_ago is None else max(plan.born, today - timedelta(days=days_ago))
    codings = [{"system": CONDITION, "code": code}] + ([{"system": VACCINE, "code": vaccine}] if vaccine else [])
    yield {
        "resourceType": "Condition",
        "id": resource_id(seed, plan.index, "condition", code),
        "code": {"coding": codings},
        "subject": {"reference": f"Patient/{child}"},
        "onsetDateTime": since.isoformat(),
    }
