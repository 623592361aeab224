"""The command line: one file per command, put together here."""

from __future__ import annotations

import typer

from healthrec.cli import accounts, audit, export_fhir, growth, immunization, import_fhir
from healthrec.cli.backup import backup
from healthrec.cli.check_rules import check_rules
from healthrec.cli.demo import demo
from healthrec.cli.import_undo import undo_import
from healthrec.cli.measurements import measurements
from healthrec.cli.migrate import migrate
from healthrec.cli.rebuild import rebuild
from healthrec.cli.restore import restore
from healthrec.cli.roster import roster
from healthrec.cli.serve import serve
from healthrec.cli.speaking import complain, note
from healthrec.errors import HealthrecError

app = typer.Typer(
    name="healthrec",
    help="儿童健康档案。 One FHIR record per child, shared by clinic, nursery and family.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(demo)
app.command()(migrate)
app.command("check-rules")(check_rules)
app.command()(rebuild)
app.command()(backup)
app.command()(restore)
app.add_typer(audit.app, name="audit")
app.add_typer(accounts.app, name="accounts")
app.add_typer(growth.app, name="growth")
app.add_typer(immunization.app, name="immunization")

_import = typer.Typer(help="导入。 Bring records in.", no_args_is_help=True)
_import.command()(roster)
_import.command()(measurements)
_import.command()(import_fhir.fhir)
_import.command("undo")(undo_import)
app.add_typer(_import, name="import")

_export = typer.Typer(help="导出。 Hand records out.", no_args_is_help=True)
_export.callback()(lambda: None)
_export.command()(export_fhir.fhir)
app.add_typer(_export, name="export")


def main() -> None:
    """The entry point. What the operator can put right is told in words, with status 1."""
    try:
        app()
    except HealthrecError as error:
        complain(error.issues)
        raise SystemExit(1) from None
    except Exception as error:
        key = _ABOUT_DATABASES.get(type(error).__name__)
        if key is None:
            raise
        note(key, fault=type(getattr(error, "orig", error)).__name__)
        raise SystemExit(1) from None


# SQLAlchemy's words for a database that cannot be reached, and for a file that is none: without its key, it looks so
_ABOUT_DATABASES = {"OperationalError": "cli.database-unreachable", "DatabaseError": "cli.database-unreadable"}
