"""What the pages of administration share: their frame, problems by field, days, names in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse

from healthrec import errors
from healthrec.domain.roster.dates import read_date
from healthrec.errors import Issue
from healthrec.store.access import FOREVER
from healthrec.store.admin import PlaceRow, RoleRow
from healthrec.web.kit import Posted, Visit, show
from healthrec.web.rendering import FormValues
from healthrec.wording import Translator


class Named(Protocol):
    """Anything with a name in both languages."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def admin_page(visit: Visit, template: str, place: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page of administration, in its frame, with a fresh command id for its forms."""
    values = {"command_id": str(uuid4())} | context
    return show(visit, f"admin/{template}", room="admin", status=status, place=place, **values)


def problems(visit: Visit, error: errors.HealthrecError, fields: Sequence[str]) -> FormValues:
    """A sentence for each field, the first where there are several; what is about no field stands above the form."""
    found = FormValues()
    for issue in error.issues:
        found.setdefault(
            issue.expression if issue.expression in fields else "", visit.words.message(issue.key, **issue.params)
        )
    return found


def typed(posted: Posted, names: Sequence[str]) -> FormValues:
    """What was typed, to be shown again."""
    return FormValues({name: posted.fields.get(name, "").strip()[:500] for name in names})


def day_typed(posted: Posted, name: str) -> date | None:
    """The day of a field, None for an empty one. Raises Refused for what is no day."""
    text = posted.fields.get(name, "").strip()
    if not text:
        return None
    day = read_date(text).day
    if day is None:
        raise errors.Refused(Issue("value", "admin.day-unreadable", name))
    return day


def version_typed(posted: Posted) -> int:
    """The version that the form edits; 0, which never is current, when it says none."""
    text = posted.fields.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def named(row: Named, words: Translator) -> str:
    """The name in the reader's language."""
    return row.name_en if words.language == "en" else row.name


def placed(row: RoleRow, words: Translator) -> str:
    """Where a role is held."""
    return row.place_en if words.language == "en" else row.place


def option(row: PlaceRow, words: Translator) -> dict[str, str]:
    """A choice in a list; a class is indented below its nursery."""
    name = named(row, words)
    return {"value": row.id, "text": f"　{name}" if row.kind == "class" else name}


def role_shown(row: RoleRow, today: int, words: Translator) -> dict[str, Any]:
    """A dated role as lists show it."""
    state = "ended" if row.date_to <= today else "active" if row.date_from <= today else "coming"
    return {
        "role": row.role,
        "organization": placed(row, words),
        "start": date.fromordinal(row.date_from) if row.date_from > 1 else None,
        "end": date.fromordinal(row.date_to - 1) if row.date_to < FOREVER else None,
        "state": state,
    }


def pages(address: str, after: str | int, **query: str) -> dict[str, str]:
    """The links to the first and the next page of a list that is walked forward."""
    kept = {name: value for name, value in query.items() if value}
    following = f"{address}?{urlencode(kept | {'after': after})}" if after else ""
    return {"previous_href": "", "next_href": following, "text": ""}


def moment(visit: Visit, microseconds: int) -> datetime:
    """An instant in the zone of the installation."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC).astimezone(ZoneInfo(visit.services.settings.zone))
