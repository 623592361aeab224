"""What of a request may stand in the audit: known words and ids, never what may be a name or a number of a person."""

from __future__ import annotations

import re

from healthrec.fhir.types import KINDS

_HARMLESS = re.compile(r"[A-Za-z0-9_.:|/,+\-]{0,120}", re.ASCII)
_LONG_NUMBER = re.compile(r"\d{11}")
_OPERATIONS = frozenset({"metadata", "_history", "_search", "$everything", "$immds-forecast"})


def harmless(text: str) -> str:
    """The text, or ``*`` where it holds anything but plain codes and ids (a name, a phone or ID number)."""
    if not _HARMLESS.fullmatch(text):
        return "*"
    numbered = _LONG_NUMBER.search(text) and _LONG_NUMBER.search(_without_uuids(text))
    return "*" if numbered else text


def harmless_path(path: str) -> str:
    """A path of /fhir with ``*`` for every step that is no type, operation, version or id."""
    steps = [step for step in path.split("/") if step]
    return "/" + "/".join(step if _is_plain(step) else "*" for step in steps[:8])


def _is_plain(step: str) -> bool:
    known = step in KINDS or step in _OPERATIONS or step == "fhir"
    return known or _without_uuids(step) == "" or (step.isascii() and step.isdigit() and len(step) < 6)


_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _without_uuids(text: str) -> str:
    return _UUID.sub("", text)
