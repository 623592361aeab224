"""healthrec import undo: a saved import taken back as a whole."""

from __future__ import annotations

from typing import Annotated

import typer

from healthrec.cli.installation import installation
from healthrec.cli.options import DatabaseUrl
from healthrec.cli.speaking import note, progress_bar, say, words
from healthrec.services.context import operator
from healthrec.services.imports.undo import kept, undo

_LONG = 3600.0
_MOST_LISTED = 1000


def undo_import(
    batch: Annotated[str, typer.Argument(metavar="ID", help="The import, as `import roster` or its page told it.")],
    database_url: DatabaseUrl = "",
) -> None:
    """撤销一次导入。 Take an import back as a whole; what somebody changed since stays and is listed, with status 1."""
    with installation(database_url) as services, progress_bar() as bar:
        task = bar.add_task(words().message("cli.undoing"), total=None)
        now = undo(
            services,
            operator(services),
            batch,
            _LONG,
            lambda now: bar.update(task, completed=now.done, total=now.total),
        )
        left = kept(services, operator(services), batch, _MOST_LISTED)
    say("cli.undone", done=now.done - now.refused, kept=now.refused)
    for one in left:
        note("cli.undo-kept", what=f"{one.type} · Patient/{one.child_id}" if one.child_id else one.type)
    raise typer.Exit(1 if left or now.refused else 0)
