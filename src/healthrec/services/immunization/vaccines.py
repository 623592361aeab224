"""The list of vaccines that can be recorded: house codes with CVX and the Chinese four-digit codes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from healthrec.domain.roster import VaccineNames
from healthrec.fhir.facts import CVX, VACCINE
from healthrec.rulebook import Rulebook
from healthrec.settings import schemas_dir


@dataclass(frozen=True, slots=True)
class Vaccine:
    """`cvx` and `cn_codes` may be empty; the first CVX code is the one that is written."""

    code: str
    zh: str
    en: str
    cvx: tuple[str, ...]
    cn_codes: tuple[str, ...]

    def name(self, language: str) -> str:
        """The name in Chinese or English."""
        return self.en if language == "en" else self.zh

    @property
    def concept(self) -> dict[str, Any]:
        """The CodeableConcept of a dose."""
        codings = [{"system": VACCINE, "code": self.code}]
        return {"coding": codings + [{"system": CVX, "code": code} for code in self.cvx[:1]]}


def product_concept(code: str, written: str) -> dict[str, Any]:
    """The CodeableConcept of a dose whose product may not be known: the name as written then, and that nobody knows it."""
    if code:
        return vaccines()[code].concept
    unknown = {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}
    return {"coding": [unknown], **({"text": written} if written else {})}


@cache
def code_system() -> dict[str, Any]:
    """The FHIR CodeSystem of the house's vaccine codes, as shipped."""
    path = schemas_dir() / "immunization" / "vaccines.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


@cache
def vaccines() -> dict[str, Vaccine]:
    """Every vaccine by its code, in the order in which they are offered."""
    return {concept["code"]: _vaccine(concept) for concept in code_system()["concept"]}


@lru_cache(maxsize=4)
def vaccine_names(rulebook: Rulebook) -> VaccineNames:
    """What vaccines are called in the files of others: our own names and codes first, then the list of other names."""
    (listed,) = (found.content["names"] for found in rulebook.of_kind("vaccine-names"))
    own = {code: (one.zh, one.en, *one.cn_codes) for code, one in vaccines().items()}
    return VaccineNames({code: (*names, *listed.get(code, ())) for code, names in own.items()})


def vaccine_name(code: str, language: str) -> str:
    """The name of a code; a code that is not on the list is shown as itself."""
    vaccine = vaccines().get(code)
    return vaccine.name(language) if vaccine else code


def _vaccine(concept: dict[str, Any]) -> Vaccine:
    english = next(one["value"] for one in concept["designation"] if one["language"] == "en")
    properties = [(one["code"], one["valueCode"]) for one in concept["property"]]
    cvx = tuple(value for name, value in properties if name == "cvx")
    cn_codes = tuple(value for name, value in properties if name == "cn-code")
    return Vaccine(concept["code"], concept["display"], english, cvx, cn_codes)
