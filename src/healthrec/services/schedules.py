"""The immunization rules of a rulebook with the codes that doses and conditions are read by; made once and kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from healthrec.fhir.immunization_codes import VaccineCodes, vaccine_codes
from healthrec.rulebook import Rulebook
from healthrec.rulebook.immunization import ImmunizationRules


@dataclass(frozen=True, slots=True)
class Schedules:
    """`vaccines` are those of the house's list, `conditions` the codes of immunization-condition."""

    rules: ImmunizationRules
    vaccines: VaccineCodes
    conditions: frozenset[str]


@lru_cache(maxsize=4)
def schedules(rulebook: Rulebook) -> Schedules:
    """Those of a rulebook."""
    (listed,) = (found.content for found in rulebook.of_kind("immunization-vaccines"))
    systems = {str(found.content["id"]): found.content for found in rulebook.of_kind("immunization-code-system")}
    conditions = frozenset(one["code"] for one in systems["immunization-condition"]["concept"])
    return Schedules(rulebook.immunization(), vaccine_codes(listed), conditions)
