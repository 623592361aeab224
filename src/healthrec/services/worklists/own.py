"""The first page of those who begin at their children: guardians, vaccinators, class carers and specialists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from healthrec.pages.child_documents import DocumentRow, documents
from healthrec.pages.child_list import place_words
from healthrec.pages.home import Group, Home, Row, Tally, group
from healthrec.services.children.record import ChildRecord, read_record
from healthrec.services.context import Caller, Services
from healthrec.services.documents.family_summary import family_words_of
from healthrec.services.worklists.rows import child_row
from healthrec.services.worklists.vaccination import differing, vaccination
from healthrec.store import children
from healthrec.store.children import ChildRow, Place
from healthrec.wording import Translator

_START = ("", 0)
_MOST = 20
_FAMILY_MOST = 8


def own_children(services: Services, caller: Caller, words: Translator) -> Home:
    """The first children by name, each with what this role does most."""
    rows, places = _read(services, caller, _MOST + 1)
    verb, where = _verb(caller)
    shown = [_named(services, row, places, words, verb, where) for row in rows[:_MOST]]
    more = len(rows) > _MOST
    tallies, groups = _first(services, caller, words)
    found = group("children", "我能看到的儿童", shown, "还没有您能查看的儿童。", words, "/children" if shown else "")
    return Home(tallies, (*groups, replace(found, count=f"{_MOST}+") if more else found))


def _first(services: Services, caller: Caller, words: Translator) -> tuple[tuple[Tally, ...], tuple[Group, ...]]:
    """What comes before the children: for a vaccination nurse who is due."""
    if caller.role != "vaccinator":
        return (), ()
    tallies, found = vaccination(services, caller, words)
    return (*tallies, differing(services, caller, words)), (found,)


def family(services: Services, caller: Caller, words: Translator) -> Home:
    """For guardians: what comes next, the papers, and the way to each child's page."""
    rows, places = _read(services, caller, _FAMILY_MOST)
    with services.database.read() as connection:
        records = [read_record(services, connection, caller, row.id) for row in rows]
    following = [one for record in records for one in _next(services, record, words)]
    papers = [one for record in records for one in _papers(record, words)]
    mine = [_named(services, row, places, words, "看看孩子的档案", "") for row in rows]
    return Home(
        groups=(
            group("next", "接下来", following, "现在没有要做的事。担心就来问我们。", words),
            group("papers", "给您的文件", papers, "还没有文件。医生写好家庭版小结后，会出现在这里。", words),
            group("children", "我的孩子", mine, "还没有和您的账号相连的孩子，请到管理您孩子的卫生院登记。", words),
        )
    )


def _read(services: Services, caller: Caller, most: int) -> tuple[list[ChildRow], dict[int, Place]]:
    with services.database.read() as connection:
        small = children.panel_size(connection, caller.viewer) <= children.SMALL_PANEL
        rows = children.all_of(connection, caller.viewer, _START, small, most)
        places = children.places_of(connection, [row.key for row in rows], caller.viewer.day)
    keys = tuple(row.key for row in rows)
    services.committer.commit(caller.audit(services, "search", "page:/", count=len(keys), children=keys))
    return rows, places


def _verb(caller: Caller) -> tuple[str, str]:
    return ("登记接种", "/doses/new") if caller.role == "vaccinator" else ("打开档案", "")


def _named(
    services: Services, row: ChildRow, places: Mapping[int, Place], words: Translator, verb: str, where: str
) -> Row:
    place = places.get(row.key)
    detail = place_words((place.name, place.name_en), (place.parent, place.parent_en), words) if place else ""
    return child_row(row, detail, words.gettext(verb), f"/children/{row.id}{where}", services.today(), words)


def _next(services: Services, record: ChildRecord, words: Translator) -> Sequence[Row]:
    """The one request first, then the dated steps, in the words of the printed summary."""
    page = family_words_of(services, record, words)
    if page is None:
        return ()
    first = page.first_thing
    bring = words.gettext("请带：{things}").format(things=first.bring) if first and first.bring else ""
    asked = (
        [(first.until, " · ".join(one for one in (first.what, first.where, bring) if one), "attention")]
        if first
        else []
    )
    steps = [(step.when, step.what, "neutral") for step in page.steps]
    return [_step(services, record, words, *one) for one in (*asked, *steps)]


def _step(services: Services, record: ChildRecord, words: Translator, due: str, what: str, tone: str) -> Row:
    href = f"/children/{record.row.id}"
    row = child_row(record.row, "", words.gettext("看看孩子的档案"), href, services.today(), words, why=what, due=due)
    return replace(row, tone=tone)


def _papers(record: ChildRecord, words: Translator) -> Sequence[Row]:
    found = documents(record.of("DocumentReference"), record.of("Communication"), "")
    return [_paper(record, one, words) for one in found.rows if not one.replaced]


def _paper(record: ChildRecord, one: DocumentRow, words: Translator) -> Row:
    day: date = one.date.date()
    return Row(
        who=record.row.name,
        href=one.href,
        why=f"{words.date(day)} · {words.term('language', one.language)}",
        verb=words.gettext("打开 PDF"),
        verb_href=one.href,
        detail=words.term("document", one.kind),
    )
