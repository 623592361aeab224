"""The command line: one file per command, put together here."""

from __future__ import annotations

import typer

from healthrec.cli.at_need import at_need
from healthrec.cli.speaking import complain, note
from healthrec.errors import HealthrecError


def _group(help_: str, places: dict[str, str | typer.Typer]) -> typer.Typer:
    group = typer.Typer(help=help_, cls=at_need(places), no_args_is_help=True, add_completion=False)
    group.callback()(lambda: None)
    return group


app = typer.Typer(
    name="healthrec",
    help="儿童健康档案。 One FHIR record per child, shared by clinic, nursery and family.",
    cls=at_need(
        {
            "serve": "serve:serve",
            "demo": "demo:demo",
            "migrate": "migrate:migrate",
            "check-rules": "check_rules:check_rules",
            "rebuild": "rebuild:rebuild",
            "backup": "backup:backup",
            "restore": "restore:restore",
            "audit": "audit:app",
            "accounts": "accounts:app",
            "growth": "growth:app",
            "immunization": _group(
                "预防接种。 Immunization.", {"forecast": "immunization:forecast", "explain": "explain:explain"}
            ),
            "import": _group(
                "导入。 Bring records in.",
                {
                    "roster": "roster:roster",
                    "measurements": "measurements:measurements",
                    "doses": "doses:doses",
                    "fhir": "import_fhir:fhir",
                    "undo": "import_undo:undo_import",
                },
            ),
            "export": _group("导出。 Hand records out.", {"fhir": "export_fhir:fhir"}),
        }
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.callback()(lambda: None)


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
