"""Immunization schedules, from `schemas/immunization/`: one file an edition, each saying what it changes."""

from healthrec.rulebook.immunization.editions import ImmunizationRules, immunization_rules
from healthrec.rulebook.immunization.parts import ScheduleFile, schedule_file

__all__ = ["ImmunizationRules", "ScheduleFile", "immunization_rules", "schedule_file"]
