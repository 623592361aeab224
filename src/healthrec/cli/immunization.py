"""healthrec immunization forecast: a file of children, answered line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from healthrec.cli.speaking import progress_bar, say, words
from healthrec.services.immunization.forecast_file import forecast_file
from healthrec.settings import schemas_dir

_PARTS = 1000

In = Annotated[
    Path, typer.Argument(metavar="IN", help="NDJSON: Parameters of $immds-forecast.", exists=True, dir_okay=False)
]
Out = Annotated[Path, typer.Argument(metavar="OUT", help="The NDJSON file to write.", dir_okay=False)]
Processes = Annotated[int, typer.Option("--processes", min=0, help="How many at once; 0 is one for each core.")]


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
