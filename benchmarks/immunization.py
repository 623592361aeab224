"""Evaluation and forecast of a child of three with 22 doses, in one process; aim 0.4 ms a child, 2,500 children/s a core.

Every child of the sample is born on another day and got its doses some days late, so that nothing is answered from memory.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

from benchmarks.__main__ import machine
from healthrec.domain.immunization import Child, DoseGiven, evaluate_and_forecast
from healthrec.domain.immunization.periods import Period, after
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

TODAY = date(2026, 11, 22)
CHILDREN = 5_000
GIVEN = (
    "HepB 0d", "BCG 0d", "HepB 1m", "IPV 2m", "DTaP 2m", "IPV 3m", "bOPV 4m", "DTaP 4m", "HepB 6m", "DTaP 6m", "MPSV-A 6m",
    "MMR 8m", "JE-L 8m", "MPSV-A 9m", "MMR 18m", "DTaP 18m", "HepA-L 18m", "JE-L 2y", "MPSV-AC 3y", "Var 12m",
    "EV71 7m", "EV71 8m+5d",
)  # fmt: skip


def sample(children: int) -> list[tuple[Child, list[DoseGiven]]]:
    """Children of 36 to 47 months with 22 doses each."""
    draw = Random(20261122)
    found = []
    for _ in range(children):
        born = after(TODAY, Period(-37, 0)) - timedelta(days=draw.randrange(300))
        late = [draw.randrange(12) for _ in GIVEN]
        doses = [_dose(at, text, born, days) for at, (text, days) in enumerate(zip(GIVEN, late, strict=True))]
        found.append((Child(born, draw.choice(["female", "male"])), doses))
    return found


def _dose(at: int, text: str, born: date, late: int) -> DoseGiven:
    code, age = text.split()
    return DoseGiven(str(at), code, after(born, Period.of(age)) + timedelta(days=late if age != "0d" else 0))


def main() -> None:
    """Measure five times and write the result."""
    schedule = load_rulebook(schemas_dir()).immunization().schedule(TODAY)
    asked = sample(CHILDREN)
    times = []
    for _ in range(5):
        begun = time.process_time()
        for child, doses in asked:
            evaluate_and_forecast(schedule, child, doses, (), TODAY)
        times.append(time.process_time() - begun)
    median, best = sorted(times)[2] / CHILDREN, min(times) / CHILDREN
    text = (
        f"# Immunization, {date.today().isoformat()}\n\n{machine()}. Evaluation and forecast of {CHILDREN:,} children of three "
        f"with {len(GIVEN)} doses, CPU, one process, five runs: median {median * 1000:.3f} ms a child "
        f"({1 / median:,.0f} children/s a core), best {best * 1000:.3f} ms; aim 0.4 ms and 2,500 children/s.\n"
    )
    print(text)
    (Path(__file__).parent / "results" / "immunization.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
