"""Immunization: doses given in, an evaluation of each and a forecast against each antigen out. Pure.

The seam, for whoever feeds or shows it:

    rules = rulebook.immunization()                                # keep it: it is built anew on each call
    schedule = rules.schedule(on, edition="", region="330106")     # one edition, as it stands in one region; keep it too
    course = evaluate_and_forecast(schedule, child, doses, conditions, on, options)

- in: `Child`, `DoseGiven` (vaccine codes of the schedule's list; "" with `antigens` for an unknown product), `Condition`
  (codes of CodeSystem immunization-condition), the day asked, `Options` (JE-L or JE-I, self-paid, own reminder).
- out: `Course.evaluations`, one for each dose and antigen (`status`, `reasons`, `remarks`, the edition that judged);
  `Course.forecasts`, one for each antigen (`earliest`, `recommended`, `past_due`, `latest`, `number` of `of`, `vaccine`,
  `others`, `barrier`, `reasons`, `notes`); `Course.notes`, conditions that are no contraindication; `Course.advice` about
  the child; `Course.follow_ups`, blood tests after a course.
- `Forecast.status(day)` compares dates; nothing stores it. Project the dates with `holds_until`.
- every `Reason` and every finding names its `Rule`: id, edition, source, status (`unconfirmed` is shown to staff) and,
  where the rule is more than an age or an interval, its words in both languages.
- `explain` lays the reasoning open: series looked at, doses, skips, bounds.

Another country's schedule is another `Schedule`. What CDSi says has its place: absolute ages and intervals with grace
(`Criteria.absolute`, `Interval.absolute`), allowable intervals, conditional skips by context (`Skip`), preferable and
allowable vaccines (`offers` and `criteria`), inadvertent ones (in no `criteria`), intervals from the previous dose, a target
dose, the most recent of some vaccines or an observation, maximum ages, recurring and seasonal doses, live-virus conflicts,
several series for one antigen with ages to start, chosen by score (`Path`), associations by age (`Vaccine.ages`), vaccine groups (`by_group`).
"""

from healthrec.domain.immunization.course import evaluate_and_forecast
from healthrec.domain.immunization.explain import Considered, Explanation, explain
from healthrec.domain.immunization.facts import Child, Condition, DoseGiven, Options
from healthrec.domain.immunization.findings import Course, Evaluation, FollowUp, Forecast, Reason
from healthrec.domain.immunization.groups import by_group
from healthrec.domain.immunization.periods import Period
from healthrec.domain.immunization.schedule import (
    Administration,
    Criteria,
    Interval,
    LiveConflict,
    Note,
    Offer,
    Path,
    Precaution,
    Rule,
    Schedule,
    Season,
    Series,
    Skip,
    TargetDose,
    Vaccine,
)

__all__ = [
    "Administration",
    "Child",
    "Condition",
    "Considered",
    "Course",
    "Criteria",
    "DoseGiven",
    "Evaluation",
    "Explanation",
    "FollowUp",
    "Forecast",
    "Interval",
    "LiveConflict",
    "Note",
    "Offer",
    "Options",
    "Path",
    "Period",
    "Precaution",
    "Reason",
    "Rule",
    "Schedule",
    "Season",
    "Series",
    "Skip",
    "TargetDose",
    "Vaccine",
    "by_group",
    "evaluate_and_forecast",
    "explain",
]
