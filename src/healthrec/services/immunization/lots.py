"""Lots open today: those that this place has given from lately. Stock and cold chain stay in the provincial system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from healthrec.domain.trace_codes import Traced
from healthrec.fhir.json import recall
from healthrec.fhir.primitives import local_day
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.facts import vaccine_of
from healthrec.store import doses
from healthrec.store.engine import Connection

TRACE_CODE = f"{BASE}sid/trace-code"
_DAYS_OPEN = 7


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot of a vaccine. `product` is what a trace code says of the product, "" where none was scanned."""

    vaccine: str
    lot: str
    expiry: date | None
    maker: str
    product: str = ""

    @property
    def value(self) -> str:
        """The lot in one field of a form."""
        return "|".join((self.vaccine, self.lot, self.expiry.isoformat() if self.expiry else "", self.maker))


def open_lots(services: Services, connection: Connection, caller: Caller, place: str) -> tuple[Lot, ...]:
    """The lots from which this place (an Organization's reference) gave doses in the last week, the latest first, without those
    that have expired. The caller audits."""
    today = services.today()
    found = doses.between(connection, caller.viewer, today - timedelta(days=_DAYS_OPEN), today)
    lots = [lot_of(body) for one in found if _given_at(body := recall(one.body), place)]
    usable = [one for one in lots if one.lot and (one.expiry is None or one.expiry >= today)]
    kept: dict[str, Lot] = {}
    for one in usable:
        if one.value not in kept or (one.product and not kept[one.value].product):
            kept[one.value] = one
    return tuple(kept.values())


def lot_of(immunization: Mapping[str, Any]) -> Lot:
    """The lot that a dose was of, as far as it says."""
    codes = [one["value"] for one in immunization.get("identifier", ()) if one.get("system") == TRACE_CODE]
    return Lot(
        vaccine_of(immunization),
        immunization.get("lotNumber", ""),
        local_day(immunization.get("expirationDate", "")),
        immunization.get("manufacturer", {}).get("display", ""),
        codes[0][:7] if codes and codes[0].startswith("8") else "",
    )


def scanned(code: Traced, lots: Iterable[Lot]) -> Lot | None:
    """The open lot that a scanned code is of: the one named, or the only one of its product."""
    of_product = [one for one in lots if one.product and code.product == one.product]
    named = [one for one in lots if code.lot and one.lot == code.lot]
    found = named or of_product
    return found[0] if len(found) == 1 else None


def _given_at(immunization: Mapping[str, Any], place: str) -> bool:
    actors = [one.get("actor", {}).get("reference") for one in immunization.get("performer", ())]
    return immunization["status"] == "completed" and place in actors
