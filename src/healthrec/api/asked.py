"""What an interaction is asked, read strictly: by a query, or for an operation by Parameters in the body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from healthrec.api.call import Call
from healthrec.errors import Issue, Refused
from healthrec.fhir.primitives import is_valid
from healthrec.fhir.validation import check_parameters
from healthrec.services.record.trace import harmless


def asked_by(call: Call, *known: str) -> dict[str, str]:
    """The values by name. Raises Refused for a name that is not known, and for a body that is no Parameters."""
    return _posted(call, known) if call.method == "POST" else only(dict(call.parameters()), *known)


def day(asked: Mapping[str, str], name: str) -> date | None:
    """A full date; None where it was not given. Raises Refused."""
    text = asked.get(name, "")
    if text and not (is_valid("date", text) and len(text) == 10):
        raise Refused(Issue("value", "fhir.bad-date", name, {"found": text[:20]}))
    return date.fromisoformat(text) if text else None


def boolean(asked: Mapping[str, str], name: str) -> bool:
    """true or false; false where it was not given. Raises Refused."""
    text = asked.get(name, "false")
    if text not in ("true", "false"):
        raise Refused(Issue("value", "fhir.bad-boolean", name, {"found": text[:20]}))
    return text == "true"


def only(parameters: dict[str, str], *known: str) -> dict[str, str]:
    """The parameters; Refused where one would narrow the answer in a way that is not done here."""
    unknown = sorted(parameters.keys() - {*known, "_format", "_pretty"})
    if unknown:
        params = {"found": harmless(unknown[0][:40]), "allowed": ", ".join(known)}
        raise Refused(Issue("not-supported", "search.unknown-parameter", harmless(unknown[0][:40]), params))
    return parameters


def number(parameters: dict[str, str], name: str, default: int) -> int:
    """A parameter that must be a plain number. Raises Refused."""
    text = parameters.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 11):
        raise Refused(Issue("value", "search.bad-number", name, {"found": harmless(text[:40])}))
    return int(text)


def _posted(call: Call, known: Sequence[str]) -> dict[str, str]:
    """The values of the Parameters in the body, as a query would have them. Raises Refused, each fault by its element."""
    document = call.document()
    if issues := check_parameters(document) or _misplaced(document, known):
        raise Refused(*issues)
    values = {one["name"]: _value(one) for one in document.get("parameter", ())}
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in values.items()}


def _misplaced(document: Mapping[str, Any], known: Sequence[str]) -> list[Issue]:
    """What is wrong with Parameters that are right as FHIR."""
    issues: list[Issue] = []
    given: set[str] = set()
    for at, one in enumerate(document.get("parameter", ())):
        name, place = one["name"], f"Parameters.parameter[{at}]"
        if name not in known:
            params = {"found": harmless(name[:40]), "allowed": ", ".join(known)}
            issues.append(Issue("not-supported", "search.unknown-parameter", f"{place}.name", params))
        elif name in given:
            issues.append(Issue("structure", "immunization.given-twice", f"{place}.name", {"found": name}))
        elif isinstance(_value(one), dict | list | None):
            issues.append(Issue("required", "fhir.missing", f"{place}.value[x]"))
        given.add(name)
    return issues


def _value(parameter: Mapping[str, Any]) -> Any:
    return next((part for name, part in parameter.items() if name.startswith("value")), None)
