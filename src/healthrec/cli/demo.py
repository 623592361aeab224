"""healthrec demo: a town of invented children, served with a sign-in for each kind of user."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from healthrec.cli.installation import settings_with
from healthrec.cli.options import DatabaseUrl, Port
from healthrec.cli.serve import serve_installation
from healthrec.cli.speaking import note, out, progress_bar, say, words
from healthrec.demo.load import PASSWORD
from healthrec.demo.ready import Wanted, ready_town
from healthrec.demo.town import DEFAULT_CHILDREN, Town
from healthrec.services.opening import opened
from healthrec.services.operations.demo_mark import as_demo
from healthrec.services.operations.in_use import beside_others
from healthrec.settings import Settings
from healthrec.wording import translator

_OWN_DATABASE = Path("var") / "demo.db"


def demo(
    children: Annotated[
        int, typer.Option("--children", min=1, max=600_000, help="How many children live in the town.")
    ] = DEFAULT_CHILDREN,
    port: Port = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Make the town and print the sign-ins only.")] = False,
    database_url: DatabaseUrl = "",
    today: Annotated[
        str,
        typer.Option(
            "--today", help="Fixed day for rules, YYYY-MM-DD. Default: HEALTHREC_TODAY, else today.", show_default=False
        ),
    ] = "",
) -> None:
    """演示：虚构的一个区，打印各类用户的登录名。 Make a demo town, serve it on this machine and print the sign-ins."""
    settings = _settings(database_url, today)
    real_day = datetime.now(ZoneInfo(settings.zone)).date()
    with progress_bar() as bar:
        task = bar.add_task(words().message("cli.demo-making"), total=None)
        town, made = ready_town(
            settings,
            Wanted(children, settings.today),
            real_day,
            lambda done, of: bar.update(task, completed=done, total=of),
        )
    note("cli.demo-made" if made else "cli.demo-kept", children=town.children, database=_shown(settings))
    _print_sign_ins(town)
    if no_serve:
        return
    with beside_others(settings), opened(as_demo(settings)) as services:
        serve_installation(services, "127.0.0.1", port)


def _settings(database_url: str, today: str) -> Settings:
    values = {"today": _day(today)} if today else {}
    settings = settings_with(database_url, **values)
    if "database_url" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"database_url": f"sqlite:///{_OWN_DATABASE.as_posix()}"})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("YYYY-MM-DD", param_hint="--today") from None


def _shown(settings: Settings) -> str:
    """Where the town is, without the password that a server's address may hold."""
    head, at, tail = settings.database_url.rpartition("@")
    return f"{head.partition('://')[0]}://{at}{tail}" if at else settings.database_url.removeprefix("sqlite:///")


def _print_sign_ins(town: Town) -> None:
    zh, en = translator("zh"), translator("en")
    table = Table(show_edge=False, pad_edge=False)
    for key in ("cli.sign-in-user", "cli.sign-in-role", "cli.sign-in-person"):
        table.add_column(f"{zh.message(key)} · {en.message(key)}", overflow="fold")
    for account in town.accounts():
        role = f"{zh.term('role', account.role)} · {en.term('role', account.role)}"
        table.add_row(account.user, role, f"{account.zh} · {account.en}")
    out.print(table, soft_wrap=False)
    say("cli.sign-in-password", password=PASSWORD)
