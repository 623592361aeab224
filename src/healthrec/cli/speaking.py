"""How commands talk: results to stdout, everything else to stderr, in Chinese unless the terminal's language is English."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from healthrec.errors import Issue
from healthrec.wording import Translator, translator

out = Console(highlight=False, emoji=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)


def words() -> Translator:
    """The operator's language: English when the environment's is, else Chinese."""
    named = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return translator(next((value for value in named if value), "zh"))


def say(key: str, **params: object) -> None:
    """One result, on stdout."""
    out.print(words().message(key, **params), markup=False)


def note(key: str, **params: object) -> None:
    """What happens meanwhile, on stderr."""
    err.print(words().message(key, **params), markup=False)


def complain(issues: Iterable[Issue]) -> None:
    """What is wrong, each with its place, on stderr."""
    for issue in issues:
        place = f" ({issue.expression})" if issue.expression else ""
        err.print(words().message(issue.key, **issue.params) + place, markup=False)


def stop(key: str, **params: object) -> NoReturn:
    """Say what is wrong and end with status 1."""
    note(key, **params)
    raise typer.Exit(1)


def progress_bar() -> Progress:
    """A bar on stderr, shown on a terminal only."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not sys.stderr.isatty(),
    )
