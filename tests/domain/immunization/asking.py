"""Asking the engine in the short words of a table: ages instead of dates, codes instead of objects.

Doses: `HepB 0d, HepB 1m-1d`; a day may be written out (`DTaP 2024-12-31`). Conditions: `ppd-negative`,
`immunoglobulin-given 5m`, `medically-unstable 0d..1m`, `anaphylaxis-to-vaccine HepB`.
Answers: one word a dose and antigen (`ok`, or the codes of its faults), and `polio 3 bOPV 4m..12m due` for a forecast
(number, vaccine, earliest..past due, status); parts that do not exist are left out.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from healthrec.domain.immunization import (
    Child,
    Condition,
    Course,
    DoseGiven,
    Forecast,
    Options,
    Period,
    Schedule,
    evaluate_and_forecast,
)
from healthrec.domain.immunization.periods import after
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

RULES = load_rulebook(schemas_dir()).immunization()
SPANS = [f"{count}{unit}" for unit, most in (("m", 216), ("d", 6600)) for count in range(most + 1)]
AGE = re.compile(r"(?<![\w-])\d+[dwmy](?:[+-]\d+d)*(?![\w-])")


def day_of(text: str, born: date) -> date:
    """`6m`, `6m-1d`, or a date."""
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else after(born, Period.of(text))


def doses_of(text: str, born: date) -> list[DoseGiven]:
    """Doses d1, d2 … in the order written."""
    parts = [part.split() for part in text.split(",") if part.strip()]
    return [DoseGiven(f"d{at}", code, day_of(day, born)) for at, (code, day) in enumerate(parts, 1)]


def conditions_of(text: str, born: date) -> list[Condition]:
    """Conditions, with the vaccine or the days that follow the code."""
    return [_condition(part.split(), born) for part in text.split(",") if part.strip()]


def _condition(words: list[str], born: date) -> Condition:
    code, rest = words[0], words[1] if len(words) > 1 else ""
    if not rest[:1].isdigit():
        return Condition(code, vaccine=rest)
    since, _, until = rest.partition("..")
    return Condition(code, day_of(since, born), day_of(until, born) if until else None)


def ask(
    schedule: Schedule,
    born: date,
    doses: str,
    on: str,
    conditions: str = "",
    options: Options | None = None,
    sex: str = "female",
    birth_weight_g: int | None = None,
    gestation_days: int | None = None,
) -> Course:
    """The course of a child, in the words of the table."""
    child = Child(born, sex, birth_weight_g, gestation_days)
    given, told = doses_of(doses, born), conditions_of(conditions, born)
    return evaluate_and_forecast(schedule, child, given, told, day_of(on, born), options or Options())


def verdicts(course: Course, antigen: str) -> str:
    """`ok, too-young` for the doses against an antigen, by day."""
    found = [one for one in course.evaluations if one.antigen == antigen]
    return ", ".join("ok" if one.status == "valid" else "+".join(r.code for r in one.reasons) for one in found)


def forecast_of(course: Course, antigen: str) -> Forecast:
    """The one forecast against an antigen."""
    (found,) = [one for one in course.forecasts if one.antigen == antigen]
    return found


def told(course: Course, antigen: str, born: date) -> str:
    """`3 bOPV 4m..12m due`."""
    found = forecast_of(course, antigen)
    status = found.status(course.asked)
    if found.number is None or status in ("aged-out", "contraindicated"):
        return status
    late = f"..{age_of(found.past_due, born)}" if found.past_due else ""
    return f"{found.number} {found.vaccine} {age_of(found.earliest, born)}{late} {status}"


def age_of(day: date | None, born: date) -> str:
    """The one span that stands for a day: in months when it is one, else in days."""
    if day is None:
        return ""
    return next(span for span in SPANS if after(born, Period.of(span)) == day)


def canonical(text: str, born: date) -> str:
    """The text with every age written as `told` writes it."""
    return AGE.sub(lambda found: age_of(day_of(found[0], born), born), text)


class Case(NamedTuple):
    """A line of a table: the first word of the rule is the series, `next` is what `told` writes, ages in any spelling."""

    rule: str
    doses: str
    on: str
    verdicts: str
    next: str
    conditions: str = ""


ANTIGEN = {"je-l": "je", "je-i": "je", "hepa-l": "hepa", "hepa-i": "hepa", "polio-ipv": "polio", "mmr-2007": "mmr"}


def answer(edition: str, born: date, case: Case, options: Options | None = None) -> tuple[str, str]:
    """(verdicts, next) as the engine gives them, to be compared with `expected`."""
    course = ask(RULES.schedule(born, edition), born, case.doses, case.on, case.conditions, options)
    series = case.rule.split()[0].split(".")[0]
    antigen = ANTIGEN.get(series, series)
    return verdicts(course, antigen), told(course, antigen, born)


def expected(born: date, case: Case) -> tuple[str, str]:
    """What the line says."""
    return case.verdicts, canonical(case.next, born)
