"""What an organisation may choose among rules; a choice that it does not make is taken from the nearest one above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from healthrec.domain.access import ROLES
from healthrec.domain.growth.standard import Method
from healthrec.domain.immunization import Options
from healthrec.services.context import Services
from healthrec.store import choices as store
from healthrec.store.engine import Connection
from healthrec.store.projections import ancestors

Name = Literal[
    "growth-standard",
    "growth-method",
    "je-vaccine",
    "hepa-vaccine",
    "dose-origin",
    "measuring-interval",
    "second-factor-roles",
    "vial-BCG",
    "vial-MPSV-A",
    "vial-bOPV",
    "vial-JE-L",
    "vial-DTaP",
    "vial-DT",
]

VACCINES_CHOSEN: tuple[Name, Name] = ("je-vaccine", "hepa-vaccine")

VIALS_CHOSEN: Mapping[Name, str] = {
    "vial-BCG": "BCG",
    "vial-MPSV-A": "MPSV-A",
    "vial-bOPV": "bOPV",
    "vial-JE-L": "JE-L",
    "vial-DTaP": "DTaP",
    "vial-DT": "DT",
}
"""Vaccines whose packs differ in how many doses one gives, by the choice that says it."""

BY_RULE = "by-rule"
"""A vial gives as many doses as the rules say."""

NOBODY = "-"
"""Written for a list of roles that is empty on purpose, where "" would take the list of the organisation above."""

BY_AGE = "by-age"
"""Children are measured as often as the rulebook's bands of age say."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A rule that leaves a choice. `default` holds where nobody chose; `many` when several options may be chosen,
    joined by commas; `source` says who leaves the choice."""

    name: Name
    options: tuple[str, ...]
    default: str
    source: str
    many: bool = False


CHOICES: Mapping[Name, Choice] = {
    one.name: one
    for one in (
        Choice("growth-standard", ("wst423-2022", "who-2006"), "wst423-2022", "healthrec"),
        Choice("growth-method", ("sd", "percentile"), "sd", "WS/T 423-2022"),
        Choice("je-vaccine", ("JE-L", "JE-I"), "JE-L", "国家免疫规划疫苗儿童免疫程序"),
        Choice("hepa-vaccine", ("HepA-L", "HepA-I"), "HepA-L", "国家免疫规划疫苗儿童免疫程序"),
        Choice("dose-origin", ("province", "here"), "province", "healthrec"),
        Choice("measuring-interval", (BY_AGE, "1", "2", "3", "6"), BY_AGE, "healthrec"),
        *(Choice(name, (BY_RULE, "1", "2", "3", "4", "5", "10", "20"), BY_RULE, "healthrec") for name in VIALS_CHOSEN),
        Choice("second-factor-roles", ROLES[:-1], NOBODY, "GB/T 22239-2019 8.1.4.1", many=True),
    )
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The value in force for an organisation, and the key of the one that chose it; 0 for the default."""

    value: str
    origin: int


def choice(connection: Connection, name: Name, organization: int) -> Chosen:
    """What holds for this organisation (key; 0 asks for the default)."""
    (chosen,) = store.chosen(connection, name)
    return choice_among(chosen, connection, name, organization)


def choice_among(chosen: Mapping[int, str], connection: Connection, name: Name, organization: int) -> Chosen:
    """The same, where all that anybody chose is known already."""
    line = ancestors(connection, organization) if chosen and organization else []
    origin = next((key for key in line if key in chosen), 0)
    return Chosen(chosen[origin] if origin else CHOICES[name].default, origin)


@dataclass(frozen=True, slots=True)
class Judging:
    """How growth is judged at one organisation: by which standard (its id), and by SD bands or by percentiles."""

    standard: str
    method: Method


def growth_judging(connection: Connection, organization: int) -> Judging:
    """How growth of the children of this organisation is judged."""
    standard, method = _values(connection, organization, "growth-standard", "growth-method")
    return Judging(standard, cast(Method, method))


def immunization_options(connection: Connection, organization: int) -> Options:
    """Which vaccines of the programme this organisation gives where the programme leaves the choice."""
    return Options(prefer=frozenset(_values(connection, organization, *VACCINES_CHOSEN)))


def _values(connection: Connection, organization: int, *names: Name) -> list[str]:
    """What holds for this organisation of one or two choices, asked for together."""
    found = zip(names, store.chosen(connection, *names), strict=True)
    return [choice_among(chosen, connection, name, organization).value for name, chosen in found]


def needs_second_factor(services: Services, role: str, organization: int) -> bool:
    """Whether whoever has this role here must have a second factor: by the installation's setting or the local choice."""
    if role in services.settings.totp_roles:
        return True
    with services.database.read() as connection:
        return role in choice(connection, "second-factor-roles", organization).value.split(",")


def measuring_interval_months(connection: Connection, organization: int) -> int | None:
    """After how many months a child of this organisation is to be measured again; None where its age decides."""
    value = choice(connection, "measuring-interval", organization).value
    return None if value == BY_AGE else int(value)
