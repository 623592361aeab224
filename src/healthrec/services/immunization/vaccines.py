"""The list of vaccines that can be recorded: house codes with CVX and the Chinese four-digit codes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from healthrec.fhir.facts import CVX, VACCINE
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
