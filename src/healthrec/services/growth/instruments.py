"""Scales, boards and tapes of an institution: Devices without a child that it owns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from healthrec.fhir.json import recall
from healthrec.fhir.measuring import MEASURING
from healthrec.services.children.places import institution
from healthrec.services.context import Caller, Services
from healthrec.store import growth

KINDS: Final[Mapping[str, str]] = {
    "scale": "weight",
    "length-board": "length",
    "stadiometer": "length",
    "head-tape": "head",
    "arm-tape": "arm",
}
"""Kind of instrument → the field of the form that it measures."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument in use. `field` is what it measures (weight, length, head, arm); `name` as its label says."""

    reference: str
    field: str
    name: str


def instruments(services: Services, caller: Caller) -> tuple[Instrument, ...]:
    """What the caller's institution measures with."""
    with services.database.read() as connection:
        place = institution(connection, caller.organization) if caller.organization else None
        rows = growth.instruments(connection, [place.key]) if place is not None else []
    found = [_instrument(id_, recall(body)) for id_, body in rows]
    return tuple(one for one in found if one is not None)


def instrument_document(organization: str, kind: str, name: str) -> dict[str, Any]:
    """A Device that the organisation with this id owns and measures with."""
    return {
        "resourceType": "Device",
        "status": "active",
        "deviceName": [{"name": name, "type": "user-friendly-name"}],
        "type": {"coding": [{"system": MEASURING, "code": kind}]},
        "owner": {"reference": f"Organization/{organization}"},
    }


def kind_of(device: Mapping[str, Any]) -> str:
    """What kind of instrument a Device is, "" for none of ours."""
    codings = device.get("type", {}).get("coding", ())
    kind = next((str(one["code"]) for one in codings if one.get("system") == MEASURING and "code" in one), "")
    return kind if kind in KINDS else ""


def label_of(device: Mapping[str, Any], id_: str) -> str:
    """What stands on its label."""
    names = [one["name"] for one in device.get("deviceName", ())]
    return str(names[0] if names else device.get("modelNumber", id_))


def _instrument(id_: str, device: Mapping[str, Any]) -> Instrument | None:
    kind = kind_of(device)
    if not kind or device.get("status", "active") != "active":
        return None
    return Instrument(f"Device/{id_}", KINDS[kind], label_of(device, id_))
