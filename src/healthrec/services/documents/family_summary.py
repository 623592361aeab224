"""The family summary of one child: looked at first, then published as DocumentReference, Binary and blob in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from healthrec import errors
from healthrec.domain.duties import Quarter
from healthrec.domain.growth import Course, Measurement, Observed, course
from healthrec.errors import Issue
from healthrec.fhir.facts import differs_from, dose
from healthrec.fhir.types import BASE
from healthrec.pages.child_list import place_words
from healthrec.pages.child_page import signs
from healthrec.pages.family_summary import FamilySummary, forbidden_words
from healthrec.pages.family_words import FamilyFacts, family_page
from healthrec.reporting.family_summary import render
from healthrec.services.children.judging import standard_named
from healthrec.services.children.record import ChildRecord, as_measurement, read_record
from healthrec.services.context import Caller, Services
from healthrec.services.once import Answer, once
from healthrec.services.people import shown_name
from healthrec.services.record.write import Change, apply_within
from healthrec.store import documents, resources
from healthrec.store.engine import Connection
from healthrec.wording import Translator, translator

PDF = "application/pdf"
KIND = f"{BASE}CodeSystem/document"


@dataclass(frozen=True, slots=True)
class Previous:
    """The issue that a new one would replace: of the same language and quarter, still current."""

    reference: Mapping[str, Any]
    version: int
    day: date


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be published; nothing is kept of it."""

    record: ChildRecord
    page: FamilySummary
    replaces: Previous | None


def preview(services: Services, caller: Caller, child: str, language: str) -> Preview:
    """The page as it would be published today. Raises NotFound, NotAllowed for who may not publish one."""
    may_publish(services, caller, child)
    with services.database.read() as connection:
        found = _preview(services, connection, caller, child, language)
    key = found.record.row.key
    services.committer.commit(caller.audit(services, "read", f"page:/children/{child}/summary", child=key))
    return found


def preview_pdf(services: Services, caller: Caller, child: str, language: str) -> bytes:
    """The PDF of the preview."""
    return render(preview(services, caller, child, language).page, language)


def publish(services: Services, caller: Caller, child: str, language: str, *, command_id: str = "") -> str:
    """The id of the DocumentReference; an issue of the same quarter is replaced and this one says so (更正版).

    Raises NotFound, NotAllowed, Refused when a word is in it that families are not to read.
    """
    may_publish(services, caller, child)
    with services.database.read() as connection:
        found = _preview(services, connection, caller, child, language)
    if words := forbidden_words(found.page):
        raise errors.Refused(Issue("business-rule", "documents.forbidden-words", params={"found": list(words)}))
    data = render(found.page, language)
    kept = once(
        services, caller, command_id, lambda connection: _keep(connection, services, caller, found, language, data)
    )
    return str(kept["document"])


def family_words_of(services: Services, record: ChildRecord, words: Translator) -> FamilySummary | None:
    """What the summary would say of this record today, for a page on the screen; None without a birth date."""
    if record.facts.birth_date is None:
        return None
    facts = _facts(services, record, words, "", None)
    return _page(services, record, facts, words)


def may_publish(services: Services, caller: Caller, child: str) -> None:
    """Raises NotAllowed unless a role of the caller writes family summaries."""
    if not writes_summaries(services, caller):
        raise errors.NotAllowed("access.role-may-not", f"Patient/{child}")


def writes_summaries(services: Services, caller: Caller) -> bool:
    """Whether a role of the caller writes family summaries."""
    sample = {"resourceType": "DocumentReference", "type": _TYPE}
    return any(services.rights.may_write(role, "create", sample) for role in caller.roles)


def _keep(
    connection: Connection, services: Services, caller: Caller, found: Preview, language: str, data: bytes
) -> Answer:
    document, binary = str(uuid4()), str(uuid4())
    apply_within(connection, services, caller, _changes(services, caller, found, language, document, binary, len(data)))
    row = resources.find(connection, "Binary", binary)
    assert row is not None
    documents.put_blob(connection, row.key, PDF, data)
    return {"document": document}


def _preview(services: Services, connection: Connection, caller: Caller, child: str, language: str) -> Preview:
    words = translator(language)
    record = read_record(services, connection, caller, child)
    previous = _previous(record, language, services.today())
    name, _ = shown_name(services, caller, language)
    facts = _facts(services, record, words, name, previous)
    return Preview(record, _page(services, record, facts, words), previous)


def _page(services: Services, record: ChildRecord, facts: FamilyFacts, words: Translator) -> FamilySummary:
    rules = services.rulebook.growth_rules(services.today(), record.standard)
    return family_page(facts, rules, services.rulebook.warning_signs(services.today()), words)


def _facts(
    services: Services, record: ChildRecord, words: Translator, doctor: str, previous: Previous | None
) -> FamilyFacts:
    if record.facts.birth_date is None:
        raise errors.Refused(Issue("business-rule", "documents.no-birth-date"))
    today, requests, place = services.today(), record.of("ServiceRequest"), record.place
    table = services.rulebook.warning_signs(today)
    standard = services.rulebook.growth_rules(today, record.standard).standard
    names = ((place.name, place.name_en), (place.parent, place.parent_en)) if place else None
    measured = [as_measurement(fact) for fact in record.measured() if (fact.day or today) <= today]
    return FamilyFacts(
        name=record.row.name,
        subject=record.subject,
        measured=measured,
        signs=signs(record.of("QuestionnaireResponse"), requests, table, "", words).rows,
        doses=[fact for one in record.of("Immunization") if (fact := dose(one)) and not differs_from(one)],
        nursery=place_words(*names, words) if names else "",
        centre=record.centre[1 if words.language == "en" else 0],
        doctor=doctor,
        phone="",
        standard=standard_named(services, standard, words)[0],
        today=today,
        issue_number=f"{today:%Y%m%d}-{uuid4().hex[:6].upper()}",
        replaces=previous.day if previous else None,
        referred=any((one.get("status"), one.get("intent")) == ("active", "order") for one in requests),
        course=_course(services, record, measured),
    )


def _course(services: Services, record: ChildRecord, measured: Sequence[Measurement]) -> Course:
    """Where and under which circumstances was measured is no matter here: whether two places agree is not told to families."""
    today, observed = services.today(), [Observed(one) for one in measured]
    rules = services.rulebook.growth_rules(today, record.standard)
    change = services.rulebook.growth_change(today)
    return course(rules, change, record.subject, observed, today)


def _previous(record: ChildRecord, language: str, today: date) -> Previous | None:
    for one in record.of("DocumentReference"):
        attachment = one["content"][0]["attachment"]
        codes = [coding.get("code") for coding in one.get("type", {}).get("coding", ())]
        issued = datetime.fromisoformat(str(one.get("date"))).date() if one.get("date") else None
        if (
            issued is not None
            and one.get("status") == "current"
            and "family-summary" in codes
            and str(attachment.get("language", ""))[:2] == language
            and issued in Quarter.of(today)
        ):
            return Previous(one, record.versions[f"DocumentReference/{one['id']}"], issued)
    return None


def _changes(
    services: Services, caller: Caller, found: Preview, language: str, document: str, binary: str, size: int
) -> Sequence[Change]:
    child, moment = found.record.row.id, _moment(services)
    reference: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "id": document,
        "masterIdentifier": {"system": f"{BASE}sid/local-code", "value": found.page.issue_number},
        "status": "current",
        "docStatus": "final",
        "type": _TYPE,
        "subject": {"reference": f"Patient/{child}"},
        "date": moment,
        "author": [{"reference": caller.person_reference}],
        "content": [
            {
                "attachment": {
                    "contentType": PDF,
                    "language": translator(language).tag,
                    "url": f"Binary/{binary}",
                    "size": size,
                    "creation": moment,
                }
            }
        ],
    }
    changes = []
    if found.replaces is not None:
        old = found.replaces.reference
        target = {"reference": f"DocumentReference/{old['id']}"}
        reference["relatesTo"] = [{"code": "replaces", "target": target}]
        replaced = {**old, "status": "superseded"}
        changes.append(Change("PUT", "DocumentReference", replaced, old["id"], found.replaces.version))
    context = {"reference": f"DocumentReference/{document}"}
    content = {"resourceType": "Binary", "id": binary, "contentType": PDF, "securityContext": context}
    return [*changes, Change("PUT", "DocumentReference", reference, document), Change("PUT", "Binary", content, binary)]


def _moment(services: Services) -> str:
    """Now, on the day that the rules go by."""
    now = services.clock().astimezone(ZoneInfo(services.settings.zone))
    return datetime.combine(services.today(), now.timetz()).isoformat(timespec="seconds")


_TYPE = {"coding": [{"system": KIND, "code": "family-summary"}]}
