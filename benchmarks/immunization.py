"""Evaluation and forecast of a child of three with 22 doses: the core in one process, aim 0.4 ms of CPU a child (2,500 children/s a
core), and `healthrec immunization forecast` on every core, aim 100,000 children in 30 s on two.

The children of the sample are born on 300 days and got their doses some days late, so that no child's answer is another's.
Then what an installation pays: the due dates kept with every write of a dose, and the page of the card.
Arguments: how many children the file holds, 20,000 unless given.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

from benchmarks import vaccine_card
from benchmarks.__main__ import machine
from healthrec.domain.immunization import Child, DoseGiven, evaluate_and_forecast
from healthrec.domain.immunization.periods import Period, after
from healthrec.fhir.facts import VACCINE
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

TODAY = date(2026, 11, 22)
CHILDREN = 5_000
FILE = 20_000
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


def write(path: Path, children: int) -> None:
    """The sample as Parameters of `$immds-forecast`, one a line."""
    with path.open("w", encoding="utf-8") as file:
        for at, (child, doses) in enumerate(sample(children)):
            patient = {"resourceType": "Patient", "gender": child.sex, "birthDate": child.birth.isoformat()}
            parts = [{"name": "patient", "resource": patient}, *(_part(f"c{at}", one) for one in doses)]
            parts.insert(0, {"name": "assessmentDate", "valueDate": TODAY.isoformat()})
            file.write(json.dumps({"resourceType": "Parameters", "parameter": parts}) + "\n")


def _part(child: str, dose: DoseGiven) -> dict[str, object]:
    immunization = {
        "resourceType": "Immunization",
        "id": f"{child}-{dose.id}",
        "status": "completed",
        "vaccineCode": {"coding": [{"system": VACCINE, "code": dose.vaccine}]},
        "patient": {"reference": f"Patient/{child}"},
        "occurrenceDateTime": dose.day.isoformat(),
    }
    return {"name": "immunization", "resource": immunization}


def core() -> list[float]:
    """CPU seconds of a child in five runs, sorted."""
    schedule = load_rulebook(schemas_dir()).immunization().schedule(TODAY)
    asked = sample(CHILDREN)
    gc.freeze()
    times = []
    for _ in range(5):
        begun = time.process_time()
        for child, doses in asked:
            evaluate_and_forecast(schedule, child, doses, (), TODAY)
        times.append((time.process_time() - begun) / CHILDREN)
    return sorted(times)


def command(children: int) -> tuple[float, float, int]:
    """(seconds, CPU seconds, MiB of the largest process) of the command over a file of children."""
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "in.ndjson", Path(name) / "out.ndjson"
        write(source, children)
        begun = time.perf_counter()
        program = [sys.executable, "-m", "healthrec", "immunization", "forecast", str(source), str(target)]
        subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def main() -> None:
    """Measure and write the result."""
    children = int(sys.argv[1]) if len(sys.argv) > 1 else FILE
    times = core()
    seconds, cpu, memory = command(children)
    each = cpu / children
    keeping, page, slow_page, page_cpu = (one * 1000 for one in vaccine_card.measure())
    text = (
        f"# Immunization, {date.today().isoformat()}\n\n{machine()}, load {os.getloadavg()[0]:.1f} when this was written: where it is above 1 the "
        "machine was shared, and CPU time says more than the clock.\n\n"
        "| what | median | best | aim |\n|---|---|---|---|\n"
        f"| core, {CHILDREN:,} children of three with {len(GIVEN)} doses, CPU of one process, five runs | {times[2] * 1000:.3f} ms | "
        f"{times[0] * 1000:.3f} ms | 0.4 ms |\n\n"
        "| `healthrec immunization forecast` | seconds | CPU | CPU a child | largest process | 100,000 children on two idle cores | aim |\n"
        "|---|---|---|---|---|---|---|\n"
        f"| {children:,} children | {seconds:.1f} | {cpu:.1f} s | {each * 1000:.2f} ms | {memory} MiB | {each * 50_000:.0f} s by CPU | 30 s |\n\n"
        f"| with a database, {vaccine_card.CHILDREN} demo children | median | p95 | median CPU | aim |\n|---|---|---|---|---|\n"
        f"| keeping a child's due dates, in every write of a dose | | | {keeping:.1f} ms | |\n"
        f"| page of the vaccine card, server and client in one process | {page:.0f} ms | {slow_page:.0f} ms | {page_cpu:.0f} ms | 30 ms |\n"
    )
    print(text)
    (Path(__file__).parent / "results" / "immunization.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
