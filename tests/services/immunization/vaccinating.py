"""A child of the demo town before a dose: the health questions answered, a lot to give from."""

from __future__ import annotations

from itertools import islice

from tests.town import caller_named

from healthrec.domain.immunization import Forecast
from healthrec.services.context import Services
from healthrec.services.immunization.record_dose import mark_mistaken, show_doses
from healthrec.services.immunization.screening import new_screening, record_screening
from healthrec.store import children

HEALTH = ("unwell", "acute", "reaction", "allergy", "nervous", "immune", "blood", "vaccine", "household")
WELL = {
    "health.temperature": ["36.6"],
    **{f"health.{name}": ["no"] for name in HEALTH},
    "consent.told": ["vaccine", "contraindications", "reactions", "observation"],
    "consent.given": ["agreed"],
    "consent.by": ["mother"],
    "consent.name": ["林小宝"],
    "decision.outcome": ["give"],
    "decision.checked": ["three", "seven", "one"],
}
LOT = {"lot": "A2026", "expiry": "2027-05-31", "maker": "北生所", "site": "left-arm", "amount": "0.5 ml", "route": "IM"}


def child_with_due(services: Services, place: int = 0) -> tuple[str, Forecast]:
    """A child for whom something is due today, and the first of what is: where nothing is, its last dose was a mistake."""
    nurse = caller_named(services, "vaccinator")
    with services.database.read() as connection:
        ids = [row.id for row in children.all_of(connection, nurse.viewer, ("", 0), True, 100)]
    with_doses = (id_ for id_ in ids if len(show_doses(services, nurse, id_).doses.rows) > 4)
    child = next(islice(with_doses, place, None))
    if not new_screening(services, nurse, child).due:
        last = show_doses(services, nurse, child).doses.rows[0]
        mark_mistaken(services, nurse, last.id, last.version, "没有打")
    return child, new_screening(services, nurse, child).due[0]


def screened(services: Services, child: str, username: str = "vaccinator") -> str:
    """Today's questions answered well, with the decision to give; the id of the response."""
    return record_screening(services, caller_named(services, username), child, WELL, [])[0]
