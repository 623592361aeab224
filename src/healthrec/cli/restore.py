"""healthrec restore: an installation put back from a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from healthrec.cli.installation import settings_with
from healthrec.cli.options import DatabaseUrl, PassphraseFile
from healthrec.cli.passphrase import passphrase
from healthrec.cli.speaking import note, say, stop
from healthrec.services.operations.restore import restore as put_back


def restore(
    file: Annotated[Path, typer.Argument(help="Backup to read.", exists=True, dir_okay=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the records that are there.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    database_url: DatabaseUrl = "",
) -> None:
    """从备份恢复（先停止服务）。 Put a backup back; stop the server first. It is verified before anything is touched."""
    restored = put_back(settings_with(database_url), file, passphrase(passphrase_file, confirm=False), replace=replace)
    say("cli.restored", resources=restored.rows["resource"], events=restored.rows["audit_event"])
    note("cli.restored-sessions")
    if not restored.same_secret:
        note("cli.restored-other-secret")
    if restored.bad_event:
        stop(f"cli.audit-{restored.bad_event.finding}", number=restored.bad_event.seq)
