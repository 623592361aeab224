"""What waits for whoever has signed in, by role."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from healthrec.pages.home import Home
from healthrec.services.context import Caller, Services
from healthrec.services.worklists.doctor import doctor
from healthrec.services.worklists.nurse import nurse
from healthrec.services.worklists.own import family, own_children
from healthrec.services.worklists.visits import visits
from healthrec.services.worklists.watch import admin, auditor
from healthrec.wording import Translator


def home(services: Services, caller: Caller, words: Translator) -> Home:
    """The page of the caller's role."""
    return _BY_ROLE.get(caller.role, own_children)(services, caller, words)


_BY_ROLE: Mapping[str, Callable[[Services, Caller, Translator], Home]] = {
    "doctor": doctor,
    "nurse": nurse,
    "guide": visits,
    "head": visits,
    "district": visits,
    "parent": family,
    "delegate": family,
    "admin": admin,
    "auditor": auditor,
}
