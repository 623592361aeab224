"""healthrec rebuild: every projection remade from the resources."""

from __future__ import annotations

from typing import Annotated

import typer

from healthrec.cli.installation import installation
from healthrec.cli.options import DatabaseUrl
from healthrec.cli.speaking import progress_bar, say, words
from healthrec.services.operations.rebuild import rebuild_all, rebuild_child


def rebuild(
    child: Annotated[
        str, typer.Option("--child", help="Only this child: the id of the Patient.", show_default=False)
    ] = "",
    database_url: DatabaseUrl = "",
) -> None:
    """重建全部派生数据（先停止服务；只重建一名儿童时不必）。 Remake what is derived; stop the server first, unless it is one child. Goes on where it was interrupted."""
    with installation(database_url, alone=not child) as services:
        if child:
            say("cli.rebuilt", count=rebuild_child(services, child))
            return
        with progress_bar() as bar:
            task = bar.add_task(words().message("cli.rebuilding"), total=None)
            done = rebuild_all(services, lambda done, of: bar.update(task, completed=done, total=of))
        say("cli.rebuilt", count=done)
