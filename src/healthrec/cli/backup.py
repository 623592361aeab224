"""healthrec backup: an encrypted copy of the running installation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from healthrec.cli.installation import installation
from healthrec.cli.options import DatabaseUrl, PassphraseFile
from healthrec.cli.passphrase import passphrase
from healthrec.cli.speaking import say
from healthrec.services.operations.backup import backup as take_backup
from healthrec.services.operations.backup import check_passphrase


def backup(
    file: Annotated[Path, typer.Argument(help="File to write; must not be there yet.")],
    passphrase_file: PassphraseFile = None,
    database_url: DatabaseUrl = "",
) -> None:
    """加密备份，服务不必停止。 Write an encrypted copy; the server may go on. Without the passphrase nobody can read it."""
    secret = passphrase(passphrase_file, confirm=True)
    check_passphrase(secret)
    with installation(database_url) as services:
        size = take_backup(services, file, secret)
    say("cli.backed-up", file=file, megabytes=f"{size / 1e6:.1f}")
