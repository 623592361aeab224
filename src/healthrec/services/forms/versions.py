"""Who wrote which version of a form, for the page that shows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from healthrec.services import instants
from healthrec.services.context import Services
from healthrec.store import resources
from healthrec.store.engine import Connection

_MOST = 50


@dataclass(frozen=True, slots=True)
class Version:
    """One version. `written` is the server's own time; `who` the author's name, "" when the form names none."""

    number: int
    written: datetime
    who: str
    status: str


def versions_of(services: Services, connection: Connection, key: int, newest: int) -> tuple[Version, ...]:
    """The versions of a resource that the caller was found to see, newest first."""
    zone = ZoneInfo(services.settings.zone)
    rows = [row for row in resources.history(connection, key, newest + 1, _MOST) if row.body]
    return tuple(
        Version(
            row.version,
            instants.moment(row.updated).astimezone(zone),
            _author(connection, body := json.loads(row.body)),
            str(body.get("status", "")),
        )
        for row in rows
    )


def name_of(connection: Connection, reference: str) -> str:
    """The name of a Practitioner of the house; "" for anybody else."""
    type_, _, id_ = reference.partition("/")
    row = resources.find(connection, type_, id_) if type_ == "Practitioner" else None
    names = json.loads(row.body).get("name") or [{}] if row and row.body else [{}]
    return str(names[0].get("text", ""))


def _author(connection: Connection, response: dict[str, dict[str, str]]) -> str:
    return name_of(connection, response.get("author", {}).get("reference", ""))
