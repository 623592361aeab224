"""What somebody has begun to fill in: kept on demand, offered again, dropped once the form is in the record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from healthrec.fhir.form_pages import Fields
from healthrec.services import instants
from healthrec.services.context import Caller, Services
from healthrec.store import forms
from healthrec.store.forms import Draft

_MOST_CHARACTERS = 60_000


@dataclass(frozen=True, slots=True)
class About:
    """What a draft is of: the form, our key of the subject, and what tells two of one subject apart (a quarter)."""

    form: str
    subject: int
    part: str = ""

    def id_for(self, account: int) -> str:
        """One draft per account, form, subject and part."""
        return str(uuid5(NAMESPACE_URL, f"draft|{account}|{self.form}|{self.subject}|{self.part}"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it is offered again; `saved` carries the zone of the installation."""

    fields: dict[str, list[str]]
    saved: datetime


def keep_draft(services: Services, caller: Caller, about: About, fields: Fields) -> datetime | None:
    """Keep what is typed so far; when that is nothing, or too much to be a form, nothing is kept. Answers when."""
    given = {name: list(texts) for name, texts in fields.items() if any(text.strip() for text in texts)}
    text = json.dumps(given, ensure_ascii=False)
    if not given or len(text) > _MOST_CHARACTERS:
        return None
    now = services.now()
    row = Draft(about.id_for(caller.account), f"{about.form}#{about.part}", about.subject, text, now)
    with services.database.write() as connection:
        forms.put_draft(connection, caller.account, row)
    return _local(services, now)


def draft_for(services: Services, caller: Caller, about: About) -> Kept | None:
    """The caller's own draft of this, if there is one."""
    with services.database.read() as connection:
        row = forms.draft_of(connection, caller.account, about.id_for(caller.account))
    return Kept(json.loads(row.fields), _local(services, row.updated)) if row else None


def drop_draft(services: Services, caller: Caller, about: About) -> None:
    """The caller's draft of this is gone."""
    with services.database.write() as connection:
        forms.drop_draft(connection, caller.account, about.id_for(caller.account))


def _local(services: Services, microseconds: int) -> datetime:
    return instants.moment(microseconds).astimezone(ZoneInfo(services.settings.zone))
