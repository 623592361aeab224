"""Where the passphrase of a backup comes from: a file, the environment, or the person at the keyboard; never an argument."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from healthrec.cli.speaking import words


def passphrase(file: Path | None, *, confirm: bool) -> str:
    """The passphrase; `confirm` has a typed one typed twice."""
    if file is not None:
        return file.read_text("utf-8").partition("\n")[0].rstrip("\r")
    if given := os.environ.get("HEALTHREC_BACKUP_PASSPHRASE"):
        return given
    typed: str = typer.prompt(
        words().message("cli.passphrase-ask"), hide_input=True, confirmation_prompt=confirm, err=True
    )
    return typed
