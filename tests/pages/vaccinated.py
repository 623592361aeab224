"""Children with doses, asked of the shipped schedule: what pages about vaccines are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from healthrec.domain.immunization import Child, Condition, DoseGiven, evaluate_and_forecast
from healthrec.pages.vaccine_card import Row, ShotFact, VaccineCard, vaccine_card
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir
from healthrec.wording import Translator, translator

RULES = load_rulebook(schemas_dir()).immunization()
BORN, TODAY = date(2025, 3, 8), date(2026, 11, 22)
AT_BIRTH = (("HepB", BORN), ("BCG", BORN))


def card(
    doses: Sequence[tuple[str, date]],
    *,
    on: date = TODAY,
    refused: Sequence[tuple[str, date, str]] = (),
    conditions: Sequence[str] = (),
    words: Translator | None = None,
    family: bool = False,
) -> VaccineCard:
    """The card of a child born on 8 March 2025 with these doses; `refused`: (vaccine, day, why) of those not given."""
    schedule = RULES.schedule(on)
    given = [DoseGiven(f"d{at}", vaccine, day) for at, (vaccine, day) in enumerate(doses)]
    told = [Condition(code) for code in conditions]
    course = evaluate_and_forecast(schedule, Child(BORN, "male"), given, told, on)
    shots = [ShotFact(one.id, one.vaccine, one.day, "given-here") for one in given]
    shots += [
        ShotFact(f"n{at}", vaccine, day, not_given=why, antigens=schedule.vaccines[vaccine].antigens)
        for at, (vaccine, day, why) in enumerate(refused)
    ]
    return vaccine_card(schedule, course, shots, BORN, words or translator("zh"), family=family)


def row(found: VaccineCard, antigen: str) -> Row:
    """The row whose name begins so."""
    return next(one for one in found.rows if one.antigen.startswith(antigen))
