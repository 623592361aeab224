"""healthrec import roster: a nursery's list of children becomes records."""

from __future__ import annotations

from healthrec.cli.options import DatabaseUrl
from healthrec.cli.spreadsheets import DryRun, File, MeasuredOn, OrganizationId, run


def roster(
    file: File,
    organization: OrganizationId,
    dry_run: DryRun = False,
    measured_on: MeasuredOn = "",
    database_url: DatabaseUrl = "",
) -> None:
    """导入花名册。 Import a nursery's roster: every problem told by cell; rows that need a decision wait for the browser."""
    run("roster", file, organization, dry_run, measured_on, database_url)
