"""Immunization schedules, from `schemas/immunization/`: one file an edition, each saying what it changes; and CDSi's."""

from healthrec.rulebook.immunization.cdsi import Cdsi, CdsiSource, cdsi_source
from healthrec.rulebook.immunization.editions import ImmunizationRules, immunization_rules
from healthrec.rulebook.immunization.parts import ScheduleFile, schedule_file
from healthrec.rulebook.immunization.regions import RegionChange, region_changes

__all__ = [
    "Cdsi",
    "CdsiSource",
    "ImmunizationRules",
    "RegionChange",
    "ScheduleFile",
    "cdsi_source",
    "immunization_rules",
    "region_changes",
    "schedule_file",
]
