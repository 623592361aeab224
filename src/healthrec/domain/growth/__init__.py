"""Growth: facts in, findings out.

Start at `evaluate` (what a standard says about the measurements of a day), `check_entry` (is a value believable),
`course` (what happened between measurings),
`curves` (chart lines), `value_at` and `z_scores` (both directions of the smooth z), `Survey` (a whole table of children).
"""

from healthrec.domain.growth.change import Course, course
from healthrec.domain.growth.change_finding import ChangeFinding, Gain, Observed
from healthrec.domain.growth.change_rules import ChangeCode, ChangeRules
from healthrec.domain.growth.entry import check_entry
from healthrec.domain.growth.entry_check import EntryCheck
from healthrec.domain.growth.evaluate import Finding, counted_birth, evaluate, evaluate_series
from healthrec.domain.growth.facts import Measure, Measurement, Position, Subject
from healthrec.domain.growth.limits import Circumstance, EntryLimits, Slip
from healthrec.domain.growth.reading import CutOffs, curves, cut_offs_at, value_at, z_scores
from healthrec.domain.growth.rows import Rows as SurveyRows
from healthrec.domain.growth.rules import GrowthRules
from healthrec.domain.growth.standard import GrowthStandard, GrowthTable, Indicator, Method, Scale
from healthrec.domain.growth.survey import Survey

__all__ = [
    "ChangeCode",
    "ChangeFinding",
    "ChangeRules",
    "Circumstance",
    "Course",
    "CutOffs",
    "EntryCheck",
    "EntryLimits",
    "Finding",
    "Gain",
    "GrowthRules",
    "GrowthStandard",
    "GrowthTable",
    "Indicator",
    "Measure",
    "Measurement",
    "Method",
    "Observed",
    "Position",
    "Scale",
    "Slip",
    "Subject",
    "Survey",
    "SurveyRows",
    "check_entry",
    "counted_birth",
    "course",
    "curves",
    "cut_offs_at",
    "evaluate",
    "evaluate_series",
    "value_at",
    "z_scores",
]
