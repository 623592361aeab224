"""The command line: every command tells what it is for, and the operator's day goes through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from tests.cli.conftest import Run

from healthrec.cli import app
from healthrec.cli.installation import installation
from healthrec.errors import Conflict, HealthrecError
from healthrec.services.operations.demo_mark import demo_mark
from healthrec.settings import Settings
from healthrec.store.in_use import in_use

URL = "sqlite:///var/demo.db"


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command with its path."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


FOUND = dict(commands(typer.main.get_command(app)))


def test_the_names_that_outside_scripts_use_are_there() -> None:
    wanted = "serve,demo,migrate,rebuild,check-rules,backup,restore,import roster,import measurements,import fhir,export fhir"
    wanted += ",accounts add,accounts lock,accounts reset,accounts token,audit verify,audit anchor,audit purge"
    assert set(wanted.split(",")) <= set(FOUND)


@pytest.mark.parametrize("name", FOUND)
def test_every_command_and_option_has_help_in_both_languages(name: str) -> None:
    command = FOUND[name]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in command.help) and any(
        letter.isascii() for letter in command.help
    )
    assert all(getattr(parameter, "help", None) for parameter in command.params), name
    options = {option for parameter in command.params for option in parameter.opts}
    assert "--database-url" in options or name in (
        "check-rules",
        "growth assess",
        "immunization forecast",
    )  # which need none


def test_the_operators_day(run: Run, tmp_path: Path) -> None:
    made = run("demo", "--no-serve", "--children", 3)
    assert made.exit_code == 0 and "parent2" in made.output and "Demo-2026" in made.output
    again = run("demo", "--no-serve", "--children", 3)
    assert "Using the demo town that is there" in again.output
    assert run("migrate", "--database-url", URL).exit_code == 0
    assert "Remade" in run("rebuild", "--database-url", URL).output
    assert "Exported" in run("export", "fhir", "all.ndjson", "--database-url", URL).output
    assert run("backup", "one.hrb", "--database-url", URL).exit_code == 0
    assert "Restored" in run("restore", "one.hrb", "--database-url", "sqlite:///two/healthrec.db").output
    assert "The audit holds" in run("audit", "verify", "--database-url", "sqlite:///two/healthrec.db").output
    assert run("audit", "anchor", "--to", "heads", "--database-url", URL).exit_code == 0
    assert run("audit", "verify", "--anchor", "heads", "--database-url", URL).exit_code == 0
    same = run("import", "fhir", "all.ndjson", "--database-url", URL)
    assert same.exit_code == 0 and "0 written" in same.output


def test_what_is_refused_is_printed_reported_and_gives_status_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").write_text('{"resourceType":"Patient","id":"p","gender":"bogus"}\n', "utf-8")
    told = run("import", "fhir", "in", "--report", "report.csv", "--database-url", "sqlite:///x.db")
    assert told.exit_code == 1
    assert told.output.startswith("line 1: Patient/p Patient.gender: ")
    header, row = (tmp_path / "report.csv").read_text("utf-8-sig").splitlines()
    assert header == "place,resource,element,code,why"
    assert row.startswith("line 1,Patient/p,Patient.gender,code-invalid,")


def test_a_demo_never_takes_the_place_of_records(run: Run) -> None:
    with installation("sqlite:///real.db"):
        pass
    run("import", "fhir", "nothing", "--database-url", "sqlite:///real.db")
    assert run("accounts", "add", "chief", "--role", "admin", "--database-url", "sqlite:///real.db").exit_code == 0
    refused = run("demo", "--no-serve", "--children", 2, "--database-url", "sqlite:///real.db")
    assert isinstance(refused.exception, Conflict)
    assert demo_mark(Settings(database_url="sqlite:///real.db")) is None


def test_a_town_of_another_size_or_half_made_is_made_anew(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("healthrec.demo.ready.load", killed)
        assert run("demo", "--no-serve", "--children", 2).exit_code != 0
    assert "Demo town made" in run("demo", "--no-serve", "--children", 2).output
    assert "Demo town made" in run("demo", "--no-serve", "--children", 3).output


def test_what_remakes_a_database_waits_for_its_server_to_stop(run: Run) -> None:
    there = ("--database-url", URL)
    run("demo", "--no-serve", "--children", 2)
    run("backup", "one.hrb", *there)
    replacing = ("restore", "one.hrb", "--replace", *there)
    with in_use(URL):
        for command in (("rebuild", *there), replacing, ("migrate", *there), ("demo", "--no-serve", "--children", 3)):
            refused = run(*command).exception
            assert isinstance(refused, Conflict), command
            assert refused.issues[0].key == "cli.in-use"
        for command in (("demo", "--no-serve", "--children", 2), ("audit", "verify", *there)):
            assert run(*command).exit_code == 0
    assert run(*replacing).exit_code == 0


def test_nothing_begins_while_a_database_is_remade(run: Run) -> None:
    with in_use("sqlite:///x.db", alone=True):
        refused = run("audit", "verify", "--database-url", "sqlite:///x.db")
    assert isinstance(refused.exception, Conflict)
    assert refused.exception.issues[0].key == "cli.being-remade"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_plain_http_is_served_to_nobody_else(run: Run, host: str) -> None:
    refused = run("serve", "--host", host, "--database-url", "sqlite:///x.db")
    assert refused.exit_code == 1 and "--tls" in refused.output


def test_spoilt_rules_give_status_1_and_the_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "schemas" / "meta").mkdir(parents=True)
    found = run("check-rules", "--folder", "schemas")
    assert found.exit_code == 1 and "missing" in found.output
    assert run("check-rules").exit_code == 0


def test_a_short_passphrase_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHREC_BACKUP_PASSPHRASE", "short")
    assert isinstance(run("backup", "one.hrb", "--database-url", "sqlite:///x.db").exception, HealthrecError)


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHREC_TODAY", "tomorrow")
    told = run("migrate")
    assert told.exit_code == 1 and "HEALTHREC_TODAY" in told.output
