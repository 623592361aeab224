"""How many doses one vial of each vaccine gives at an organisation: its own choice first, then the rules in force on the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from healthrec.domain.vials import PerVial
from healthrec.services.choices import BY_RULE, VIALS_CHOSEN, choice
from healthrec.services.context import Services
from healthrec.store.engine import Connection


def doses_per_vial(services: Services, connection: Connection, organization: int, on: date) -> Mapping[str, PerVial]:
    """By vaccine; one that is on no list, and that the organisation did not choose for, is left out."""
    sets = [one for one in services.rulebook.of_kind("immunization-vials") if one.effective <= on]
    known: dict[str, PerVial] = {}
    if sets:
        newest = max(sets, key=lambda one: one.effective)
        sure = newest.status == "confirmed"
        known = {code: PerVial(count, chosen=False, sure=sure) for code, count in newest.content["doses"].items()}
    for name, vaccine in VIALS_CHOSEN.items():
        chosen = choice(connection, name, organization).value
        if chosen != BY_RULE:
            known[vaccine] = PerVial(int(chosen), chosen=True, sure=True)
    return known
