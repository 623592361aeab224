"""healthrec import measurements: the sheet of a measuring day becomes Observations."""

from __future__ import annotations

from healthrec.cli.options import DatabaseUrl
from healthrec.cli.spreadsheets import DryRun, File, MeasuredOn, OrganizationId, run


def measurements(
    file: File,
    organization: OrganizationId,
    dry_run: DryRun = False,
    measured_on: MeasuredOn = "",
    database_url: DatabaseUrl = "",
) -> None:
    """导入测量登记表。 Import a measuring day's sheet for children of the nursery; implausible values wait for the browser."""
    run("measurements", file, organization, dry_run, measured_on, database_url)
