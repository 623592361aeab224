"""What an interaction is asked, read strictly: by a query, or for an operation by Parameters in the body."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from healthrec.api.call import Call
from healthrec.errors import Issue, Refused
from healthrec.fhir.primitives import is_valid
from healthrec.services.record.trace import harmless


def asked_by(call: Call, *known: str) -> dict[str, str]:
    """The values by name. Raises Refused for a name that is not known, and for a body that is no Parameters."""
    return only(_posted(call) if call.method == "POST" else dict(call.parameters()), *known)


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


def _posted(call: Call) -> dict[str, str]:
    """The values of the Parameters in the body, as a query would have them. Raises Refused for anything else."""
    document = call.document()
    if document.get("resourceType") != "Parameters":
        params = {"found": str(document.get("resourceType", ""))[:40], "allowed": "Parameters"}
        raise Refused(Issue("invalid", "fhir.wrong-type", "resourceType", params))
    asked: dict[str, str] = {}
    for one in document.get("parameter", ()):
        value = next((part for name, part in one.items() if name.startswith("value")), "")
        asked[str(one.get("name", ""))] = str(value).lower() if isinstance(value, bool) else str(value)
    return asked
