"""healthrec immunization forecast | explain."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from healthrec.cli.installation import installation
from healthrec.cli.options import DatabaseUrl
from healthrec.cli.speaking import out, progress_bar, say, words
from healthrec.services.context import operator
from healthrec.services.immunization.forecast_file import forecast_file
from healthrec.services.immunization.reasoning import explain_child
from healthrec.settings import schemas_dir

app = typer.Typer(help="预防接种。 Immunization.", no_args_is_help=True)

_PARTS = 1000

In = Annotated[
    Path, typer.Argument(metavar="IN", help="NDJSON: Parameters of $immds-forecast.", exists=True, dir_okay=False)
]
Out = Annotated[Path, typer.Argument(metavar="OUT", help="The NDJSON file to write.", dir_okay=False)]
Processes = Annotated[int, typer.Option("--processes", min=0, help="How many at once; 0 is one for each core.")]


@app.command()
def forecast(source: In, target: Out, processes: Processes = 0) -> None:
    """批量判断接种并给出下一剂。 Answer every line of a file as $immds-forecast does, in the same order."""
    with progress_bar() as bar:
        task = bar.add_task(words().message("immunization.forecasting"), total=_PARTS)
        counts = forecast_file(
            schemas_dir(),
            source,
            target,
            words().language,
            lambda share: bar.update(task, completed=int(share * _PARTS)),
            processes,
        )
    judged = counts.lines - counts.refused
    say("immunization.forecast-done", file=target.name, lines=counts.lines, judged=judged, refused=counts.refused)


@app.command()
def explain(
    child: Annotated[str, typer.Option("--child", help="The id of the Patient.")],
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day asked, YYYY-MM-DD.")],
    database_url: DatabaseUrl = "",
) -> None:
    """逐步说明一名儿童的接种判断。 Tell step by step how a child's doses were judged and what is next, and why."""
    with installation(database_url) as services:
        lines = explain_child(services, operator(services), child, on.date(), words())
    for line in lines:
        out.print(line, markup=False)
