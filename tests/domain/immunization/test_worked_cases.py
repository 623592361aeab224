"""Worked cases, written from the reference, on both sides of each boundary: rule, who, what was given, what comes out."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest
from tests.domain.immunization.asking import RULES, ask, canonical, told, verdicts

BORN = date(2026, 7, 10)
"""After the first day of the edition of 2026, so that every dose is judged by it"""


class Case(NamedTuple):
    """One line: the antigen that is looked at is the first word of the rule unless `antigen` says so."""

    rule: str
    doses: str
    on: str
    verdicts: str
    next: str
    conditions: str = ""


HEPB = [
    Case("hepb.1", "", "0d", "", "1 HepB 0d..2d due"),
    Case("hepb.1", "", "1d", "", "1 HepB 0d..2d due"),
    Case("hepb.1", "", "2d", "", "1 HepB 0d..2d overdue"),
    Case("hepb.2", "HepB 0d", "1m-1d", "ok", "2 HepB 1m not-due"),
    Case("hepb.2", "HepB 0d", "1m", "ok", "2 HepB 1m due"),
    Case("hepb.2", "HepB 0d", "11m", "ok", "2 HepB 1m due"),
    Case("hepb.2", "HepB 0d, HepB 1m", "2m", "ok, ok", "3 HepB 6m..1y not-due"),
    Case("hepb.2", "HepB 0d, HepB 1m-1d", "2m", "ok, too-young", "2 HepB 1m-1d+28d due"),
    Case("hepb.2.interval", "HepB 10d, HepB 1m", "2m", "ok, interval-too-short", "2 HepB 1m+28d due"),
    Case("hepb.3", "HepB 0d, HepB 1m, HepB 6m", "6m", "ok, ok, ok", "complete"),
    Case("hepb.3", "HepB 0d, HepB 1m, HepB 6m-1d", "6m", "ok, ok, too-young", "3 HepB 6m-1d+60d..1y not-due"),
]


@pytest.mark.parametrize("case", HEPB, ids=lambda case: f"{case.rule} {case.doses} on {case.on}")
def test_hepatitis_b(case: Case) -> None:
    course = ask(RULES.schedule(BORN, "2026"), BORN, case.doses, case.on, case.conditions)
    antigen = case.rule.split(".")[0]
    assert (verdicts(course, antigen), told(course, antigen, BORN)) == (
        case.verdicts,
        canonical(case.next, BORN),
    )
