"""Who is to be vaccinated, for the first pages of doctors and vaccination nurses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from healthrec.pages.contact_words import call_shown, rate_shown
from healthrec.pages.due_list import TONES, count_shown, need_shown
from healthrec.pages.home import SHOWN, Group, Row, Tally
from healthrec.services.contacts.on_lists import call_of
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.differences import MOST as MOST_DIFFERENCES
from healthrec.services.immunization.differences import waiting_differences
from healthrec.services.immunization.due_list import VACCINATION, DueChild, DueList, contact_list, first_due
from healthrec.services.immunization.needs import needs_on
from healthrec.services.worklists.rows import child_row
from healthrec.store.due_lists import MOST, Bucket
from healthrec.wording import Translator


def vaccination(services: Services, caller: Caller, words: Translator) -> tuple[tuple[Tally, ...], Group]:
    """(how many are overdue and due, the first of them)."""
    found = first_due(services, caller, SHOWN)
    tallies = (_tally(found, "late", "attention", words), _tally(found, "due", "waiting", words))
    rows = tuple(_row(one, contact_list(caller), services.today(), words) for one in found.rows)
    empty = words.gettext("现在没有要通知接种的儿童。")
    count = found.counts.get("late", 0) + found.counts.get("due", 0)
    shown = count_shown(count, MOST, found.exact)
    came = rate_shown(VACCINATION, found.called, found.came, words)
    return tallies, Group("vaccination", words.gettext("该接种了"), shown, rows, empty, "/due", came)


def differing(services: Services, caller: Caller, words: Translator) -> Tally:
    """How many doses wait for the caller to decide between two sources."""
    count = waiting_differences(services, caller)
    shown = count_shown(count, MOST_DIFFERENCES, exact=False)
    return Tally(words.gettext("两处记录不一致"), shown, "attention" if count else "ready", "/differences")


def _tally(found: DueList, bucket: Bucket, tone: str, words: Translator) -> Tally:
    count = found.counts.get(bucket, 0)
    text = words.term("due-bucket", bucket)
    return Tally(text, count_shown(count, MOST, found.exact), tone if count else "ready", f"/due?show={bucket}")


def _row(one: DueChild, list_: str, today: date, words: Translator) -> Row:
    needs = [need_shown(need, today, words) for need in needs_on(one.items, today)]
    why = f"{needs[0].dose} · {needs[0].why}" if needs else ""
    row = child_row(
        one.row,
        "",
        words.gettext("记录联系"),
        f"/children/{one.row.id}/contacts/{list_}?back=/",
        today,
        words,
        why=why,
        status=words.term("due-bucket", one.standing),
        tone=TONES[one.standing],
    )
    listed = one.listed
    if listed.outcome is None or listed.called_on is None:
        return row
    call = call_of(listed.outcome, listed.called_on, listed.again_on, listed.failures)
    return replace(row, call=call_shown(call, today, words))
