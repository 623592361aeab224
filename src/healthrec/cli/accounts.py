"""healthrec accounts: add, lock, unlock, reset, token. Whoever can run these on the machine is the operator."""

from __future__ import annotations

from typing import Annotated

import typer

from healthrec.cli.installation import installation
from healthrec.cli.options import DatabaseUrl
from healthrec.cli.speaking import note, out
from healthrec.services.accounts import administer
from healthrec.services.accounts.administer import Wanted
from healthrec.services.accounts.issuing import Issued
from healthrec.services.context import operator

app = typer.Typer(help="账号。 Create, lock and reset accounts, and issue bearer tokens.", no_args_is_help=True)

User = Annotated[str, typer.Argument(metavar="USER", help="The user name.")]


@app.command()
def add(
    user: User,
    role: Annotated[str, typer.Option("--role", help="doctor, nurse, parent, admin, system …")],
    person: Annotated[
        list[str] | None,
        typer.Option(
            "--person", help="Practitioner/ID, or RelatedPerson/ID (several for a guardian of several children)."
        ),
    ] = None,
    organization: Annotated[
        str, typer.Option("--organization", help="Organization ID; needed for a system client.")
    ] = "",
    totp: Annotated[bool, typer.Option("--totp", help="Ask this account for a second factor.")] = False,
    database_url: DatabaseUrl = "",
) -> None:
    """新增账号，打印一次初始密码。 Add an account and print its first password, once."""
    wanted = Wanted(user, role, tuple(person or ()), organization, totp)
    with installation(database_url) as services:
        _print(administer.create_account(services, operator(services), wanted))


@app.command()
def lock(user: User, database_url: DatabaseUrl = "") -> None:
    """锁定账号，立即退出其所有登录。 Lock an account; its sessions and tokens end at once."""
    with installation(database_url) as services:
        administer.lock(services, operator(services), user)
    note("cli.account-locked", user=user)


@app.command()
def unlock(user: User, database_url: DatabaseUrl = "") -> None:
    """解锁账号。 Unlock an account and forget its wrong tries."""
    with installation(database_url) as services:
        administer.unlock(services, operator(services), user)
    note("cli.account-unlocked", user=user)


@app.command()
def reset(
    user: User,
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="Let the user link a new authenticator app instead (lost phone).")
    ] = False,
    database_url: DatabaseUrl = "",
) -> None:
    """重置密码，打印一次初始密码。 Reset the password and print the new first one, once."""
    with installation(database_url) as services:
        if second_factor:
            administer.reset_second_factor(services, operator(services), user)
            note("cli.account-second-factor-reset", user=user)
        else:
            _print(administer.reset_password(services, operator(services), user))


@app.command()
def token(
    user: User,
    days: Annotated[int, typer.Option("--days", help="How many days it holds, 1 to 366.")],
    name: Annotated[str, typer.Option("--name", help="What it is for.")] = "",
    database_url: DatabaseUrl = "",
) -> None:
    """打印一个访问令牌。 Print a bearer token, and nothing else, on standard output."""
    with installation(database_url) as services:
        typer.echo(administer.issue_token(services, operator(services), user, days, name))


def _print(issued: Issued) -> None:
    note("cli.account-first-password", user=issued.username)
    out.print(issued.password, markup=False, highlight=False)
