"""Immunization: doses given in, an evaluation of each and a forecast against each antigen out. Pure.

The seam, for whoever feeds or shows it:

    schedule = rulebook.immunization.schedule(on)                  # a Schedule: one edition, one province
    course = evaluate_and_forecast(schedule, child, doses, conditions, on, options)

- in: `Child`, `DoseGiven` (vaccine codes of the schedule's list; "" with `antigens` for an unknown product), `Condition`
  (codes of CodeSystem immunization-condition), the day asked, `Options` (JE-L or JE-I, self-paid, own reminder).
- out: `Course.evaluations`, one for each dose and antigen (`status`, `reasons`, `remarks`, the edition that judged);
  `Course.forecasts`, one for each antigen (`earliest`, `recommended`, `past_due`, `latest`, `number` of `of`, `vaccine`,
  `others`, `barrier`, `reasons`, `notes`); `Course.notes`, conditions that are no contraindication.
- `Forecast.status(day)` compares dates; nothing stores it. Project the dates with `holds_until`.
- every `Reason` and every finding names its `Rule`: id, edition, source, status (`unconfirmed` is shown to staff) and the
  words of the rule in both languages.

Another country's schedule is another `Schedule`: CDSi's absolute ages and intervals (`Criteria.absolute`,
`Interval.absolute`), allowable intervals, conditional skips, inadvertent vaccines (none of the `criteria`), preferable and
allowable vaccines (`offers`, `criteria`), live-virus conflicts and several series for one antigen are all fields of it.
"""

from healthrec.domain.immunization.course import evaluate_and_forecast
from healthrec.domain.immunization.facts import Child, Condition, DoseGiven, Options
from healthrec.domain.immunization.findings import Course, Evaluation, FollowUp, Forecast, Reason
from healthrec.domain.immunization.periods import Period
from healthrec.domain.immunization.schedule import (
    Administration,
    Criteria,
    Interval,
    LiveConflict,
    Note,
    Offer,
    Precaution,
    Rule,
    Schedule,
    Series,
    Skip,
    TargetDose,
    Vaccine,
)

__all__ = [
    "Administration",
    "Child",
    "Condition",
    "Course",
    "Criteria",
    "DoseGiven",
    "Evaluation",
    "FollowUp",
    "Forecast",
    "Interval",
    "LiveConflict",
    "Note",
    "Offer",
    "Options",
    "Period",
    "Precaution",
    "Reason",
    "Rule",
    "Schedule",
    "Series",
    "Skip",
    "TargetDose",
    "Vaccine",
    "evaluate_and_forecast",
]
