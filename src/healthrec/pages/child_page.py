"""The page of one child, as values: who it is, what to mind, and the parts that its reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from healthrec.domain.identifiers import mask
from healthrec.domain.screening import WarningSigns
from healthrec.fhir.facts import DoseFact, PatientFacts, is_delegate
from healthrec.fhir.primitives import local_day
from healthrec.fhir.types import BASE
from healthrec.pages.child_documents import Documents
from healthrec.pages.child_growth import GrowthSection
from healthrec.pages.growth_change import GrowthChange
from healthrec.wording import Translator

_WARNING_FORM: Final = f"{BASE}Questionnaire/warning-signs"
_KINDS: Final = ("cn-resident-id", "birth-certificate", "passport", "travel-permit")


@dataclass(frozen=True, slots=True)
class Guardian:
    """`relationship` is a v3-RoleCode; the phone is masked."""

    name: str
    relationship: str
    phone: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands above everything else; `tone` as in the templates, `href` where it can be dealt with."""

    tone: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class ChildHead:
    """Who the child is, for the head of its page and of pages about it."""

    name: str
    href: str
    badge: str
    sex: str
    birth_date: date | None
    place: str
    former_names: tuple[str, ...] = ()
    centre: str = ""
    identifier: str = ""
    identifier_kind: str = ""
    identifier_absent: str = ""
    guardians: tuple[Guardian, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class SignRow:
    """One answered table of warning signs."""

    date: date
    age_code: str
    found: int
    unanswered: int
    signs: tuple[str, ...]
    referral: str
    href: str


@dataclass(frozen=True, slots=True)
class Signs:
    """The tables, the latest first; `due` says what can be done now."""

    rows: tuple[SignRow, ...]
    due: str = ""


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One dose on record."""

    date: date | None
    vaccine: str
    dose: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Doses:
    """The doses, the latest first."""

    rows: tuple[DoseRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit; `kind` of the term group ``visit``."""

    date: date
    kind: str
    place: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits, the latest first."""

    rows: tuple[VisitRow, ...]


@dataclass(frozen=True, slots=True)
class Actions:
    """Addresses of what the reader may do, "" where he may not."""

    measure: str = ""
    warning_signs: str = ""
    dose: str = ""
    give: str = ""
    summary: str = ""
    audit: str = ""
    guardians: str = ""
    delegations: str = ""


@dataclass(frozen=True, slots=True)
class ChildPage:
    """A part is None where the reader's rights do not open it: then it is not mentioned."""

    child: ChildHead
    actions: Actions
    family: bool
    growth: GrowthSection | None
    change: GrowthChange | None
    warnings: Signs | None
    doses: Doses | None
    visits: Visits | None
    documents: Documents | None


def identifier_shown(facts: PatientFacts) -> tuple[str, str]:
    """(kind, masked number) of the first kind of number that the child has; ("", "") without one."""
    by_kind = {system.removeprefix(f"{BASE}sid/"): value for system, value in facts.identifiers}
    return next(((kind, mask(by_kind[kind])) for kind in _KINDS if kind in by_kind), ("", ""))


def guardians(persons: Iterable[Mapping[str, Any]], *, whole: bool) -> tuple[Guardian, ...]:
    """Who to call. Phones are masked unless the reader works with the family (`whole`)."""
    return tuple(_guardian(one, whole) for one in persons if one.get("active", True) and not is_delegate(one))


def notices(
    allergies: Iterable[Mapping[str, Any]],
    flags: Iterable[Mapping[str, Any]],
    requests: Iterable[Mapping[str, Any]],
    words: Translator,
    *,
    family: bool,
) -> tuple[Notice, ...]:
    """The safety card first, then what waits for a decision."""
    found = [Notice("stop", words.gettext("过敏：{what}").format(what=_text(one.get("code")))) for one in allergies]
    found += [Notice("attention", _text(one.get("code"))) for one in flags if one.get("status") == "active"]
    states = {(one.get("status"), one.get("intent")): f"/referrals/{one['id']}" for one in requests if not family}
    if href := states.get(("draft", "proposal")):
        found.append(Notice("attention", words.gettext("有一条转诊建议等待医生处理。"), href))
    if href := states.get(("active", "order")):
        found.append(Notice("note", words.gettext("已转诊，正在等待回报。"), href))
    return tuple(notice for notice in found if notice.text)


def signs(
    responses: Iterable[Mapping[str, Any]],
    requests: Sequence[Mapping[str, Any]],
    table: WarningSigns,
    base: str,
    words: Translator,
) -> Signs:
    """Answered tables of warning signs with the words of the signs that were found."""
    said = {sign.link_id: sign for column in table.columns for sign in column.signs}
    rows = []
    for response in responses:
        day = local_day(str(response.get("authored", "")))
        if day is None or not str(response.get("questionnaire", "")).startswith(_WARNING_FORM):
            continue
        answers = dict(_answers(response.get("item", ())))
        age = answers.pop("age", "")
        present = [link_id for link_id, code in answers.items() if code == "present"]
        rows.append(
            SignRow(
                date=day,
                age_code=age,
                found=len(present),
                unanswered=sum(code in ("not-done", "not-known") for code in answers.values()),
                signs=tuple(
                    (said[one].en if words.language == "en" else said[one].zh) for one in present if one in said
                ),
                referral=_referral(response, requests),
                href=f"{base}/forms/{response['id']}",
            )
        )
    return Signs(tuple(sorted(rows, key=lambda row: row.date, reverse=True)))


def doses(facts: Iterable[DoseFact | None]) -> Doses:
    """Doses given. One that nobody saw being given waits to be verified."""
    given = [fact for fact in facts if fact is not None]
    ordered = sorted(given, key=lambda fact: fact.day or date.min, reverse=True)
    return Doses(
        tuple(
            DoseRow(fact.day, fact.vaccine, fact.dose_number, "done" if fact.primary_source else "to-verify")
            for fact in ordered
        )
    )


def visits(encounters: Iterable[Mapping[str, Any]]) -> Visits:
    """Visits of the child."""
    rows = []
    for one in encounters:
        day = local_day(str(one.get("period", {}).get("start", "")))
        codes = [coding.get("code", "") for kind in one.get("type", ()) for coding in kind.get("coding", ())]
        if day is not None:
            place = one.get("serviceProvider", {}).get("display", "")
            text = next((_text(reason) for reason in one.get("reasonCode", ())), "")
            rows.append(VisitRow(day, codes[0] if codes else "check-up", place, text))
    return Visits(tuple(sorted(rows, key=lambda row: row.date, reverse=True)))


def _guardian(person: Mapping[str, Any], whole: bool) -> Guardian:
    codes = [coding.get("code", "") for kind in person.get("relationship", ()) for coding in kind.get("coding", ())]
    phone = next((one.get("value", "") for one in person.get("telecom", ()) if one.get("system") == "phone"), "")
    names = [name.get("text", "") for name in person.get("name", ())]
    shown = phone if whole or len(phone) < 8 else f"{phone[:3]}****{phone[-4:]}"
    return Guardian(names[0] if names else "", codes[0] if codes else "FAMMEMB", shown)


def _text(concept: Mapping[str, Any] | None) -> str:
    concept = concept or {}
    displays = [coding.get("display", "") for coding in concept.get("coding", ())]
    return str(concept.get("text") or next((one for one in displays if one), ""))


def _answers(items: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    for item in items:
        for answer in item.get("answer", ()):
            yield item["linkId"], answer.get("valueCoding", {}).get("code", "")
        yield from _answers(item.get("item", ()))


def _referral(response: Mapping[str, Any], requests: Sequence[Mapping[str, Any]]) -> str:
    about = f"QuestionnaireResponse/{response['id']}"
    for request in requests:
        if any(info.get("reference") == about for info in request.get("supportingInfo", ())):
            return str(request.get("status", ""))
    return ""
