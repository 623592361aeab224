"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--database-url",
        help="Database address: sqlite:///file or postgresql://user@host/name. Default: HEALTHREC_DATABASE_URL.",
        show_default=False,
    ),
]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="File whose first line is the passphrase. Else HEALTHREC_BACKUP_PASSPHRASE, else you are asked.",
        exists=True,
        dir_okay=False,
        show_default=False,
    ),
]
