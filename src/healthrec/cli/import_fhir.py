"""healthrec import fhir: resources from a file."""

from __future__ import annotations

import csv
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from healthrec.cli.installation import installation
from healthrec.cli.options import DatabaseUrl
from healthrec.cli.speaking import out, progress_bar, say, words
from healthrec.services.operations.import_fhir import Refusal
from healthrec.services.operations.import_fhir import import_fhir as take_in


def fhir(
    file: Annotated[Path, typer.Argument(help="NDJSON or a Bundle as JSON; .gz too.", exists=True, dir_okay=False)],
    report: Annotated[
        Path | None,
        typer.Option("--report", help="Also write what was refused to this .csv.", dir_okay=False, show_default=False),
    ] = None,
    database_url: DatabaseUrl = "",
) -> None:
    """导入 FHIR 资源，可重复运行。 Import resources; run it again to go on. Status 1 when any was refused."""
    with ExitStack() as stack:
        services = stack.enter_context(installation(database_url))
        bar = stack.enter_context(progress_bar())
        task = bar.add_task(words().message("cli.importing"), total=None)
        rows = None
        if report is not None:
            # Excel on Chinese Windows takes a CSV without this mark for GBK.
            rows = csv.writer(stack.enter_context(report.open("w", encoding="utf-8-sig", newline="")))
            rows.writerow(["place", "resource", "element", "code", "why"])

        def refuse(refusal: Refusal) -> None:
            for issue in refusal.issues:
                why = words().message(issue.key, **issue.params)
                if rows is not None:
                    rows.writerow([refusal.place, refusal.reference, issue.expression, issue.code, why])
                told = " ".join(part for part in (refusal.reference, issue.expression) if part)
                out.print(f"{refusal.place}: {told}: {why}", markup=False)

        outcome = take_in(services, file, refuse, lambda done: bar.update(task, completed=done))
    say("cli.imported", read=outcome.read, written=outcome.written, same=outcome.same, refused=outcome.refused)
    if outcome.refused:
        raise typer.Exit(1)
