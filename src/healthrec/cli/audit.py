"""healthrec audit verify | anchor | purge."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from healthrec.cli.installation import installation
from healthrec.cli.options import DatabaseUrl
from healthrec.cli.speaking import say, stop
from healthrec.services.opening import seal_all
from healthrec.services.operations.anchoring import anchor as keep_head
from healthrec.services.operations.audit_purge import purge_audit
from healthrec.services.operations.audit_standing import check

app = typer.Typer(help="审计记录。 The audit trail.", no_args_is_help=True)


@app.command()
def verify(
    anchor: Annotated[
        Path | None,
        typer.Option(
            "--anchor",
            help="File of heads kept outside. Default: HEALTHREC_AUDIT_ANCHOR.",
            exists=True,
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    database_url: DatabaseUrl = "",
) -> None:
    """核对审计链，指出第一条有问题的记录。 Check the chain; status 1 and the first bad event when it does not hold."""
    with installation(database_url) as services:
        last, bad = check(services, anchor)
    if bad:
        stop(f"cli.audit-{bad.finding}", number=bad.seq)
    say("cli.audit-holds", number=last)


@app.command()
def anchor(
    to: Annotated[
        Path, typer.Option("--to", help="File outside the database; a signed line is added.", dir_okay=False)
    ],
    database_url: DatabaseUrl = "",
) -> None:
    """把审计链的末端封存到库外文件。 Add the signed head of the chain to a file in another place."""
    with installation(database_url) as services:
        seal_all(services.database)
        head = keep_head(services, to)
    say("cli.audit-anchored", number=head.seq, file=to)


@app.command()
def purge(
    before: Annotated[
        datetime,
        typer.Option("--before", formats=["%Y-%m-%d"], help="First day to keep, YYYY-MM-DD; 183 days ago or earlier."),
    ],
    database_url: DatabaseUrl = "",
) -> None:
    """清除 183 天以前的审计记录，留下封存点。 Take away old events; a sealed checkpoint stays in their place."""
    with installation(database_url) as services:
        say("cli.audit-purged", count=purge_audit(services, before.date()))
