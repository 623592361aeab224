"""The vaccine card of one child: every dose judged, every antigen forecast, as the caller may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from healthrec import errors
from healthrec.domain.access import BIT
from healthrec.fhir.primitives import local_day
from healthrec.fhir.types import BASE, TYPE_NUMBER
from healthrec.pages.dose_disputes import DisputeShown, SideFact, dispute_shown
from healthrec.pages.vaccine_card import ShotFact, VaccineCard, vaccine_card
from healthrec.services.context import Caller, Services
from healthrec.services.documents.certificate import Photo, may_keep_photos, photos_of
from healthrec.services.immunization.doses import place_of, source_of
from healthrec.services.immunization.facts import Dispute, Told, told, vaccine_of
from healthrec.services.immunization.origin import Origin, may_write, origin_of
from healthrec.services.immunization.reconciling import may_be_two, told_of
from healthrec.services.screening.children import Child, child_for
from healthrec.store import due
from healthrec.store.access import viewer_may_see
from healthrec.store.engine import Connection
from healthrec.wording import Translator

NOT_GIVEN = f"{BASE}CodeSystem/dose-not-given"


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A child's card; `family`: it is written for the family; `may_give`: the caller may give a dose here; `origin`: how his
    place comes by its doses, None for who records none; `disputes` are doses of which two sources tell otherwise;
    `ask_doctor`: something that this reader, of the staff, may not see matters; `photos` of the certificate that he may see."""

    child: Child
    card: VaccineCard
    family: bool
    may_give: bool
    origin: Origin | None
    disputes: tuple[DisputeShown, ...]
    may_decide: bool
    ask_doctor: bool
    photos: tuple[Photo, ...]
    may_photograph: bool


def show_card(services: Services, caller: Caller, child_id: str, words: Translator) -> ShownCard:
    """The card as of today. Raises NotFound, also where the caller may see the child but not its doses."""
    with services.database.read() as connection:
        child = child_with_doses(connection, caller, child_id)
        found = told(services, connection, caller, child, services.today())
        origin = origin_of(services, connection, caller.organization)
        asks = due.asks_doctor(connection, caller.viewer, child.key)
        photos = photos_of(connection, caller, child.key)
    event = caller.audit(
        services, "view", f"page:/children/{child_id}/vaccines", child=child.key, count=len(found.doses)
    )
    services.committer.commit(event)
    family = caller.role in ("parent", "delegate")
    records = not family and may_write(services, caller, "create")
    card = card_of(found, words, family=family)
    decides = not family and may_write(services, caller, "amend")
    told_of = tuple(_dispute(one, found, words) for one in found.disputes)
    given_here, shown = records and origin.here, origin if records else None
    photographs = not family and may_keep_photos(services, caller)
    asks = asks and not family
    return ShownCard(child, card, family, given_here, shown, told_of, decides, asks, photos, photographs)


def _dispute(one: Dispute, found: Told, words: Translator) -> DisputeShown:
    sides = side_of(one.recorded), side_of(one.other)
    courses = found.course, one.course
    return dispute_shown(one.other["id"], sides, courses, words, may_be_two=may_be_two(one.recorded, one.other))


def side_of(immunization: Mapping[str, Any]) -> SideFact:
    """A dose with a known day as one source tells of it."""
    said = told_of(immunization, "")
    return SideFact(
        source=source_of(immunization),
        vaccine=said.vaccine,
        product=said.product,
        day=said.day,
        number=said.number,
        lot=said.lot,
        maker=str(immunization.get("manufacturer", {}).get("display", "")),
        place=place_of(immunization),
        given=said.given,
    )


def child_with_doses(connection: Connection, caller: Caller, child_id: str) -> Child:
    """The child whose doses the caller may see. Raises NotFound."""
    child = child_for(connection, caller, child_id)
    number = TYPE_NUMBER["Immunization"]
    if not (caller.unbounded or viewer_may_see(connection, caller.viewer, child.key, BIT["immunization"], number)):
        raise errors.NotFound(f"Patient/{child_id}")
    return child


def card_of(found: Told, words: Translator, *, family: bool) -> VaccineCard:
    """The card as a page value."""
    return vaccine_card(found.schedule, found.course, _shots(found), found.child.birth, words, family=family)


def _shots(found: Told) -> Iterator[ShotFact]:
    for document in found.documents.values():
        day = local_day(str(document.get("occurrenceDateTime", "")))
        if day is None or document["status"] not in ("completed", "not-done"):
            continue
        vaccine = vaccine_of(document)
        known = found.schedule.vaccines.get(vaccine)
        yield ShotFact(
            id=document["id"],
            vaccine=vaccine,
            day=day,
            source=source_of(document),
            place=place_of(document),
            not_given=_why_not(document),
            antigens=known.antigens if known else (),
        )


def _why_not(immunization: Mapping[str, Any]) -> str:
    if immunization["status"] != "not-done":
        return ""
    codings = immunization.get("statusReason", {}).get("coding", ())
    return next((str(one["code"]) for one in codings if one.get("system") == NOT_GIVEN), "other")
