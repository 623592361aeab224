"""What `import roster` and `import measurements` share: one file read, told cell by cell, and saved."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from healthrec.cli.installation import installation
from healthrec.cli.speaking import note, out, progress_bar, say, words
from healthrec.domain.roster import SheetKind, read_date
from healthrec.services.context import operator
from healthrec.services.imports.whole import Outcome, import_file
from healthrec.services.imports.words import sentence

File = Annotated[Path, typer.Argument(help="A .xlsx or .csv file.", exists=True, dir_okay=False, readable=True)]
OrganizationId = Annotated[str, typer.Option("--organization", help="Id of the nursery (an Organization).")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and tell everything; save nothing.")]
MeasuredOn = Annotated[
    str,
    typer.Option("--measured-on", help="Day of measuring, YYYY-MM-DD, where the file gives none.", show_default=False),
]


def run(kind: SheetKind, file: Path, organization: str, dry_run: bool, measured_on: str, database_url: str) -> None:
    """Status 0 when every row is well (and saved, unless it is a dry run), 1 when rows were refused."""
    day = _day(measured_on)
    with installation(database_url) as services, progress_bar() as bar:
        task = bar.add_task(words().message("cli.importing"), total=None)
        outcome = import_file(
            services,
            operator(services),
            organization,
            kind,
            file.name,
            file.read_bytes(),
            rehearse=dry_run,
            measured_on=day,
            progress=lambda now: bar.update(task, completed=now.done, total=now.total),
        )
    _tell(outcome)
    raise typer.Exit(1 if outcome.refused or _broken(outcome) else 0)


def _day(text: str) -> date | None:
    read = read_date(text)
    if text and read.day is None:
        note("import.day-unreadable")
        raise typer.Exit(2)
    return read.day


def _tell(outcome: Outcome) -> None:
    detail = outcome.batch.detail
    for problem in detail.problems:
        _line(str(problem["severity"]), str(problem["cell"]), sentence(words(), problem))
    for one in detail.skipped:
        _line("note", one["cell"], words().message(f"roster.skipped-{one['reason']}"))
    for row in outcome.rows:
        for problem in row.told:
            _line(str(problem["severity"]), str(problem["cell"]), sentence(words(), problem))
    if detail.new_classes:
        say("import.new-classes", names=detail.new_classes)
    states = [row.state for row in outcome.rows]
    numbers = {name: states.count(name) for name in ("ask", "blocked", "same", "out")}
    ready = states.count("ready") + states.count("look")
    say("import.cli-counts", file=detail.file, total=len(states), ready=ready, **numbers)
    if outcome.saved is None:
        say("import.cli-rehearsed")
    else:
        say("import.cli-saved", done=outcome.saved.done, batch=outcome.batch.id)


def _broken(outcome: Outcome) -> bool:
    """Whether the file as a whole could not be read as what it was said to be."""
    return any(problem["severity"] == "error" for problem in outcome.batch.detail.problems)


def _line(severity: str, cell: str, text: str) -> None:
    out.print(f"{words().term('severity', severity)} {cell} {text}".replace("  ", " "), markup=False)
