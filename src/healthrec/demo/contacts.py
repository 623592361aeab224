"""Families that are late were called by the vaccination nurse: what came of it, each with another result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from healthrec.demo.children import ChildPlan
from healthrec.demo.documents import Document
from healthrec.demo.doses import doses_given, is_late_family
from healthrec.demo.numbers import resource_id
from healthrec.fhir.contact import ContactFact, communication_of

_CALLS: Final[tuple[tuple[tuple[int, str, int], ...], ...]] = (
    ((6, "agreed", 1),),
    ((20, "no-answer", 0), (5, "no-answer", 0)),
    ((12, "agreed", -4),),
    (),
    ((9, "later", 11),),
    ((15, "refused", 0),),
    ((8, "moved", 0),),
)
"""(days ago, outcome, days from today until the day agreed) of the calls to one family."""


_LATELY = 85
_BEFORE = timedelta(days=5)


def contact_documents(plan: ChildPlan, child: str, caller: str, seed: int, today: date) -> Iterator[Document]:
    """The calls to one family; `child` and `caller` are ids of the Patient and the Practitioner."""
    came = max((one.day for one in doses_given(plan, seed, today)), default=plan.born)
    late = is_late_family(plan, seed)
    if late and plan.index % 2 and came > plan.born and (today - came).days < _LATELY:
        yield _contact(
            plan, child, caller, seed, "came", ContactFact("vaccination", "agreed", sent_at(came - _BEFORE), came)
        )
        return
    if not late:
        return
    for n, (days_ago, outcome, again_in) in enumerate(_CALLS[plan.index % len(_CALLS)]):
        sent = today - timedelta(days=days_ago)
        again = today + timedelta(days=again_in) if again_in else None
        yield _contact(plan, child, caller, seed, n, ContactFact("vaccination", outcome, sent_at(sent), again))


def _contact(plan: ChildPlan, child: str, caller: str, seed: int, which: object, fact: ContactFact) -> Document:
    id_ = resource_id(seed, plan.index, "contact", which)
    return communication_of(fact, child, f"Practitioner/{caller}") | {"id": id_}


def sent_at(day: date) -> str:
    """Twenty past ten of that day, as a FHIR instant."""
    return f"{day.isoformat()}T10:20:00+08:00"
