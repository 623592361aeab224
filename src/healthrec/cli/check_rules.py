"""healthrec check-rules: everything in schemas/, for authors of rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from healthrec.cli.speaking import out, say
from healthrec.services.operations.rules_check import rules_problems
from healthrec.settings import schemas_dir


def check_rules(
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Another schemas/ folder.", exists=True, file_okay=False, show_default=False),
    ] = None,
) -> None:
    """检查规则文件，列出每处问题。 Check every rule file and form; status 1 when anything is wrong."""
    problems = rules_problems(folder or schemas_dir())
    for problem in problems:
        place = f"#{problem.place}" if problem.place else ""
        out.print(f"{problem.file}{place}: {problem.code} {problem.detail}".rstrip(), markup=False)
    if problems:
        say("cli.rules-problems", count=len(problems))
        raise typer.Exit(1)
    say("cli.rules-well")
