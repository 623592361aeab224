"""healthrec import doses: a file of doses from the provincial immunization system, held against the record."""

from __future__ import annotations

from typing import Annotated

import typer

from healthrec.cli.options import DatabaseUrl
from healthrec.cli.spreadsheets import DryRun, File, run

CentreId = Annotated[str, typer.Option("--organization", help="Id of the health centre (an Organization).")]


def doses(file: File, organization: CentreId, dry_run: DryRun = False, database_url: DatabaseUrl = "") -> None:
    """导入接种记录。 Import doses: the same ones are told, what differs is kept to be verified, rows that ask wait for the browser."""
    run("doses", file, organization, dry_run, "", database_url)
