"""The growth chart of one child, and how each of its numbers came about, as the reader may see them."""

from __future__ import annotations

from datetime import date

from healthrec import errors
from healthrec.pages.child_page import ChildHead
from healthrec.pages.growth_change import GrowthChange
from healthrec.pages.growth_findings import shown_to
from healthrec.pages.growth_page import ChartBox, Reader, chart_box
from healthrec.pages.growth_view import EARLY, View
from healthrec.pages.why_number import Why, why_number, why_plain
from healthrec.services.children.judging import growth_standards, judged_by, standard_named
from healthrec.services.children.page import change_of, head
from healthrec.services.children.record import ChildRecord, open_record
from healthrec.services.context import Caller, Services
from healthrec.wording import Translator


def chart_page(
    services: Services, caller: Caller, id_: str, view: View, words: Translator, *, large: bool = False
) -> tuple[ChildHead, ChartBox, GrowthChange, bool]:
    """(who, the chart that the view asks for, what changed by the standard of the house, whether in words for families).
    Raises NotFound where growth is not the reader's to see."""
    record = _opened(services, caller, id_, "/growth")
    standards = growth_standards(services, record, words)
    reader = Reader(record.family, record.method, "" if record.family else f"/children/{id_}/why", large)

    def drawn(view: View) -> ChartBox:
        chosen = standards.chosen(view, record.subject, record.family)
        return chart_box(judged_by(services, record, chosen), standards, chosen, view, reader, words)

    box = drawn(view)
    if not box.rows and standards.early(record.subject):  # before term only a chart by weeks has a place for the child
        box = drawn(view.with_(range=EARLY, standard=""))
    change = change_of(services, record, judged_by(services, record), words)
    return head(record, words), box, change, record.family


def why(
    services: Services, caller: Caller, id_: str, indicator: str, day: date, standard: str, words: Translator
) -> tuple[ChildHead, Why]:
    """How the number of one indicator on one day came about by a standard ("" for the one that is judged by); families read one
    sentence. Raises NotFound where there is no such number."""
    record = _opened(services, caller, id_, f"/why/{indicator}/{day.isoformat()}")
    by_id = services.rulebook.growth.standards
    wanted = "" if record.family else standard
    known = wanted in {"", *by_id} and shown_to(indicator, record.family)
    found = judged_by(services, record, wanted, day).plotted(indicator) if known else ()
    if not found:
        raise errors.NotFound(f"Patient/{id_}")
    judging = by_id[found[-1].finding.rule_id]
    named = standard_named(services, judging, words)
    if record.family:
        return head(record, words), why_plain(found[-1], record.subject, named.name, words)
    rules = services.rulebook.growth_rules(services.today())
    return head(record, words), why_number(found[-1], record.subject, judging, rules, named, words)


def _opened(services: Services, caller: Caller, id_: str, page: str) -> ChildRecord:
    record = open_record(services, caller, id_, page)
    if "growth" not in record.sections or record.facts.birth_date is None:
        raise errors.NotFound(f"Patient/{id_}")
    return record
