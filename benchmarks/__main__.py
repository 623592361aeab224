"""`make bench`: run the measurements and write them, with the machine and the date, to benchmarks/results/."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import fhir_operations, servers
from benchmarks.servers import Running

_RESULTS = Path(__file__).parent / "results"

_YARDSTICK = "sekmet"
_ENOUGH = 20
"""A yardstick that answered fewer requests in the time gives no ratio: it was still busy with those before."""

# CPU per request relative to the yardstick, at 1 and 8 clients.
AIMS: dict[str, dict[str, tuple[float, float]]] = {
    "healthrec on SQLite": {
        "read": (1.0, 0.45),
        "subject+code": (0.3, 0.2),
        "newest-first": (0.15, 0.1),
        "$everything": (0.6, 0.3),
        "create": (0.65, 0.45),
        "transaction of 20": (0.4, 0.35),
    },
    "healthrec on PostgreSQL": {
        "read": (1.7, 1.0),
        "subject+code": (0.6, 0.3),
        "newest-first": (0.3, 0.12),
        "$everything": (1.1, 0.5),
        "create": (1.0, 0.7),
        "transaction of 20": (0.8, 0.6),
    },
}


def main() -> None:
    """Measure what the options ask for."""
    options = _options()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="healthrec-bench-") as folder, ExitStack() as standing:
        running = [standing.enter_context(server) for server in _servers(options, Path(folder))]
        measured = fhir_operations.measure(running, _numbers(options.clients), options.seconds, options.rounds)
        for server, count, operation, figures in measured:
            row = {"server": server.name, "resources": server.size, "clients": count, "operation": operation}
            rows.append(row | {key: round(value, 3) for key, value in asdict(figures).items()})
            print(_line(rows[-1]), flush=True)
    rows.sort(key=lambda row: (row["server"] != _YARDSTICK, row["server"] != "healthrec on SQLite", row["resources"]))
    report = {"date": date.today().isoformat(), "machine": machine(), "rows": rows}
    if options.write:
        _RESULTS.mkdir(exist_ok=True)
        (_RESULTS / "fhir-operations.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        (_RESULTS / "fhir-operations.md").write_text(markdown(report), encoding="utf-8")
    else:
        print(markdown(report))


def markdown(report: dict[str, Any]) -> str:
    """The figures as a table, each with its ratio to the yardstick and the aim."""
    rows = report["rows"]
    yard = {
        (row["resources"], row["clients"], row["operation"]): row["cpu"]
        for row in rows
        if row["server"] == _YARDSTICK and row["requests"] >= _ENOUGH
    }
    small = {(row["server"], row["clients"], row["operation"]): row["cpu"] for row in reversed(rows)}
    lines = [
        f"# FHIR operations, {report['date']}",
        "",
        f"{report['machine']}. Yardstick: the PyPI package sekmet-fhir (it audits nothing, its traffic log is off).",
        "The servers stood at once and were asked in turn, several rounds of each operation.",
        "CPU is the server's, in ms a request, PostgreSQL's processes included (vacuumed after it was filled); flat is CPU against the smallest database.",
        f"No ratio where the yardstick was not measured or answered fewer than {_ENOUGH} requests in the time.",
        "",
        "| server | resources | clients | operation | requests/s | p50 ms | p95 ms | CPU ms | ratio | aim | flat | failed |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        key = (row["resources"], row["clients"], row["operation"])
        ratio = f"{row['cpu'] / yard[key]:.2f}" if yard.get(key) else ""
        aims = AIMS.get(row["server"], {}).get(row["operation"])
        aim = f"{aims[0 if row['clients'] == 1 else 1]}" if aims else ""
        flat = row["cpu"] / (small[row["server"], row["clients"], row["operation"]] or 1)
        lines.append(
            f"| {row['server']} | {row['resources']:,} | {row['clients']} | {row['operation']} | {row['per_second']:,.0f} "
            f"| {row['p50']:.2f} | {row['p95']:.2f} | {row['cpu']:.3f} | {ratio} | {aim} | {flat:.2f} | {row['failed']} |"
        )
    return "\n".join(lines) + "\n"


def _servers(options: argparse.Namespace, folder: Path) -> Iterator[AbstractContextManager[Running]]:
    """What starts each server with its database filled."""
    wanted, sizes = options.servers.split(","), _numbers(options.sizes)
    if _YARDSTICK in wanted:
        program = Path(options.yardstick or shutil.which(_YARDSTICK) or _YARDSTICK)
        for size in _numbers(options.yardstick_sizes):
            yield servers.sekmet(program, folder / f"{_YARDSTICK}-{size}", size)
    if "sqlite" in wanted:
        for size in sizes:
            yield servers.healthrec("healthrec on SQLite", f"sqlite:///{folder}/bench-{size}.db", size)
    if "postgresql" in wanted:
        for size in sizes:
            yield _on_postgres(options.postgres, size)


@contextmanager
def _on_postgres(server: str, size: int) -> Iterator[Running]:
    root, name = server.rsplit("/", 1)[0], f"healthrec_bench_{os.getpid()}_{size}"
    subprocess.run(["psql", "-q", server, "-c", f"CREATE DATABASE {name}"], check=True)
    try:
        with servers.healthrec("healthrec on PostgreSQL", f"{root}/{name}", size) as running:
            yield running
    finally:
        subprocess.run(["psql", "-q", server, "-c", f"DROP DATABASE {name} WITH (FORCE)"], check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--servers", default=f"{_YARDSTICK},sqlite,postgresql")
    parser.add_argument("--sizes", default="2000,200000", help="resources in the database")
    parser.add_argument("--yardstick-sizes", default="2000,200000", help="the yardstick needs long to be filled")
    parser.add_argument("--clients", default="1,8")
    parser.add_argument("--seconds", type=int, default=2, help="of each turn")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each server at each operation")
    parser.add_argument("--yardstick", default="", help="path of the yardstick's program")
    parser.add_argument("--postgres", default="postgresql://postgres@127.0.0.1:5432/postgres")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/ instead of printing")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def machine() -> str:
    """The machine that was measured on."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _line(row: dict[str, Any]) -> str:
    return "  ".join(
        f"{row[name]}" for name in ("server", "resources", "clients", "operation", "per_second", "cpu", "failed")
    )


if __name__ == "__main__":
    sys.exit(main())
