from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from healthrec.cli.accounts import app
from healthrec.crypto.passwords import password_faults
from healthrec.crypto.tokens import looks_like
from healthrec.errors import NotFound, Refused


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'healthrec.db'}"


def run(*arguments: str) -> str:
    """What the command prints on stdout."""
    answer = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_an_account_is_added_locked_unlocked_and_reset(url: str) -> None:
    first = run("add", "chief", "--role", "admin", "--database-url", url).strip()
    assert password_faults(first, "chief") == ()
    run("lock", "chief", "--database-url", url)
    run("unlock", "chief", "--database-url", url)
    second = run("reset", "chief", "--database-url", url).strip()
    assert second != first
    assert run("reset", "chief", "--second-factor", "--database-url", url) == ""


def test_a_token_is_all_that_is_printed(url: str) -> None:
    run("add", "chief", "--role", "admin", "--database-url", url)
    printed = run("token", "chief", "--days", "30", "--database-url", url)
    assert printed.endswith("\n")
    assert looks_like(printed.rstrip("\n"), "hrt")


def test_what_cannot_be_is_refused(url: str) -> None:
    runner = CliRunner()
    unknown = runner.invoke(app, ["lock", "nobody", "--database-url", url])
    assert isinstance(unknown.exception, NotFound)
    badly = runner.invoke(app, ["add", "X", "--role", "admin", "--database-url", url])
    assert isinstance(badly.exception, Refused)
