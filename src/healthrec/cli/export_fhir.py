"""healthrec export fhir: current resources to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from healthrec.cli.installation import installation
from healthrec.cli.options import DatabaseUrl
from healthrec.cli.speaking import say
from healthrec.services.operations.export_fhir import export_fhir as hand_out


def fhir(
    file: Annotated[
        Path, typer.Argument(help="NDJSON file to write; gzipped when its name ends in .gz.", dir_okay=False)
    ],
    child: Annotated[
        str, typer.Option("--child", help="Only what belongs to this child: the id of the Patient.", show_default=False)
    ] = "",
    database_url: DatabaseUrl = "",
) -> None:
    """导出当前的 FHIR 资源（NDJSON）。 Export every current resource, or one child's."""
    with installation(database_url) as services:
        count = hand_out(services, file, child)
    say("cli.exported", count=count, file=file)
