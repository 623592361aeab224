"""Immunization schedules, from `schemas/immunization/`: one file an edition, each saying what it changes."""

from healthrec.rulebook.immunization.editions import ImmunizationRules, immunization_rules
from healthrec.rulebook.immunization.parts import ScheduleFile, schedule_file
from healthrec.rulebook.immunization.regions import RegionChange, region_changes

__all__ = [
    "ImmunizationRules",
    "RegionChange",
    "ScheduleFile",
    "immunization_rules",
    "region_changes",
    "schedule_file",
]
