"""The language that a person reads, kept with the account so that it follows him to the next computer."""

from __future__ import annotations

from healthrec.services.accounts.sessions import Session
from healthrec.services.context import Services
from healthrec.store import accounts


def keep_language(services: Services, session: Session, language: str) -> None:
    """Keep `zh` or `en` with the account."""
    if language == session.caller.language:
        return
    with services.database.write() as connection:
        accounts.change_account(connection, session.caller.account, language=language)
    services.epoch.turn()
