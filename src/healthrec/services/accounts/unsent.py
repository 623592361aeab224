"""A form that came when its session had ended: put aside for its own account, to be sent once he has signed in again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from healthrec.services.context import Caller, Services
from healthrec.store import forms
from healthrec.store.forms import Draft

_FORM = "unsent"
_MOST_CHARACTERS = 200_000
_KEPT_HOURS = 12


@dataclass(frozen=True, slots=True)
class Unsent:
    """Where the form was going, and what was in it."""

    path: str
    fields: Mapping[str, Sequence[str]]


def keep_unsent(services: Services, account: int, unsent: Unsent) -> bool:
    """Put it aside in place of an earlier one; False for more than a form can hold."""
    text = json.dumps([unsent.path, {name: list(texts) for name, texts in unsent.fields.items()}], ensure_ascii=False)
    if len(text) > _MOST_CHARACTERS:
        return False
    with services.database.write() as connection:
        forms.put_draft(connection, account, Draft(_id(account), _FORM, 0, text, services.now()))
    return True


def unsent_of(services: Services, caller: Caller) -> Unsent | None:
    """What waits to be sent; what is older than half a day is forgotten."""
    with services.database.read() as connection:
        row = forms.draft_of(connection, caller.account, _id(caller.account))
    if row is None:
        return None
    if services.now() - row.updated > _KEPT_HOURS * 3_600_000_000:
        drop_unsent(services, caller)
        return None
    path, fields = json.loads(row.fields)
    return Unsent(path, fields)


def drop_unsent(services: Services, caller: Caller) -> None:
    """It was sent, or is not wanted."""
    with services.database.write() as connection:
        forms.drop_draft(connection, caller.account, _id(caller.account))


def _id(account: int) -> str:
    return f"{_FORM}-{account}"
