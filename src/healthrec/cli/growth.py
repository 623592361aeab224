"""healthrec growth assess: a file of many children judged, without a database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from healthrec.cli.installation import settings_with
from healthrec.cli.speaking import progress_bar, say, stop, words
from healthrec.settings import schemas_dir

app = typer.Typer(help="生长。 Growth.", no_args_is_help=True)
app.callback()(lambda: None)

_PARTS = 1000

In = Annotated[Path, typer.Argument(metavar="IN", help="A .csv, .parquet or .xlsx file.", exists=True, dir_okay=False)]
Out = Annotated[Path, typer.Argument(metavar="OUT", help="The file to write: .csv, .parquet or .xlsx.", dir_okay=False)]
Standard = Annotated[
    str, typer.Option("--standard", help="wst423-2022, who-2006 or another standard of schemas/growth.")
]
Columns = Annotated[
    str,
    typer.Option("--columns", help="Headings that are named otherwise: sex=性别,weight_kg=体重", show_default=False),
]


@app.command()
def assess(source: In, target: Out, standard: Standard = "wst423-2022", columns: Columns = "") -> None:
    """批量评价生长。 Add z-scores, percentiles, flags and categories to every row of a table of children."""
    from healthrec.rulebook import load_rulebook  # Arrow takes a fifth of a second that no other command needs
    from healthrec.services.growth.survey_file import survey_file

    settings = settings_with()
    with progress_bar() as bar:
        task = bar.add_task(words().message("survey.running"), total=_PARTS)
        counts = survey_file(
            load_rulebook(schemas_dir()),
            settings.today or datetime.now(ZoneInfo(settings.zone)).date(),
            source,
            target,
            standard,
            _named(columns),
            words(),
            lambda share: bar.update(task, completed=int(share * _PARTS)),
        )
    say(
        "survey.done",
        file=target.name,
        rows=counts.rows,
        judged=counts.rows - counts.unjudged,
        not_judged=counts.unjudged,
    )


def _named(columns: str) -> dict[str, str]:
    """`sex=性别,weight_kg=体重` as pairs."""
    pairs = [part.partition("=") for part in columns.split(",") if part.strip()]
    if any(not name.strip() or not heading.strip() for name, _, heading in pairs):
        stop("survey.columns-option")
    return {name.strip(): heading.strip() for name, _, heading in pairs}
