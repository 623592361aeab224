"""healthrec immunization explain: the reasoning about one child of the record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from healthrec.cli.installation import installation
from healthrec.cli.options import DatabaseUrl
from healthrec.cli.speaking import out, words
from healthrec.services.context import operator
from healthrec.services.immunization.reasoning import explain_child


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
