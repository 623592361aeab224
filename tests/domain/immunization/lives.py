"""Random lives for property tests: children, doses of any vaccine on any day, conditions."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st
from tests.domain.immunization.asking import RULES

from healthrec.domain.immunization import Child, Condition, DoseGiven

PROGRAMME = ("HepB", "BCG", "IPV", "bOPV", "DTaP", "MMR", "JE-L", "MPSV-A", "MPSV-AC", "HepA-L")
OTHERS = (
    "DTaP-IPV-Hib",
    "DTaP-Hib",
    "DT",
    "JE-I",
    "HepA-I",
    "MCV4",
    "Hib",
    "PCV13",
    "RV5",
    "Var",
    "EV71",
    "IIV4",
    "tOPV",
    "MR",
    "HBIG",
)
CONDITIONS = ("mother-hbsag-positive", "hiv-exposed", "hiv-infected", "immunosuppressed", "immunoglobulin-given",
              "medically-unstable", "ppd-negative", "ppd-positive", "simple-febrile-seizure-history")  # fmt: skip
SCHEDULE = RULES.schedule(date(2026, 11, 22))

births = st.dates(date(2019, 10, 1), date(2026, 6, 1))
children = st.builds(Child, births, st.sampled_from(["female", "male"]), st.none() | st.integers(800, 4500), st.none())


@st.composite
def lives(draw: st.DrawFn) -> tuple[Child, list[DoseGiven], date]:
    """(child, doses, a day after all of them, in the edition's time)."""
    child = draw(children)
    codes = st.sampled_from(PROGRAMME) | st.sampled_from(PROGRAMME + OTHERS)
    ages = st.integers(0, 2600) | st.sampled_from([0, 31, 62, 92, 123, 184, 245, 276, 549, 731, 1096, 1461, 2192])
    given = draw(st.lists(st.tuples(codes, ages), max_size=14))
    doses = [DoseGiven(f"d{at}", code, child.birth + timedelta(days=age)) for at, (code, age) in enumerate(given)]
    last = max((dose.day for dose in doses), default=child.birth)
    return child, doses, max(last, SCHEDULE.effective) + timedelta(days=draw(st.integers(0, 900)))


@st.composite
def told(draw: st.DrawFn, child: Child) -> list[Condition]:
    """A few conditions."""
    codes = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True))
    return [Condition(code, child.birth + timedelta(days=draw(st.integers(0, 900)))) for code in codes]
