"""One error family. An error carries FHIR issue types and message keys, never sentences: words live in `wording`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

IssueCode = Literal[
    "invalid",
    "structure",
    "required",
    "value",
    "invariant",
    "login",
    "expired",
    "forbidden",
    "suppressed",
    "processing",
    "not-supported",
    "duplicate",
    "not-found",
    "deleted",
    "too-long",
    "code-invalid",
    "too-costly",
    "business-rule",
    "conflict",
    "lock-error",
    "throttled",
    "exception",
]
"""The subset of http://hl7.org/fhir/issue-type that healthrec answers with."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What is wrong at one place.

    `key` is a message of `wording.messages`; `params` fill it (what was found, what is allowed; never a name or an
    ID number); `expression` is the FHIR path of the element, or the name of a form field, or a cell such as ``C12``.
    """

    code: IssueCode
    key: str
    expression: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


class HealthrecError(Exception):
    """Something a caller can put right; shown in his language, without a traceback."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__("; ".join(f"{issue.code} {issue.key} {issue.expression}".strip() for issue in issues))
        self.issues = issues


class Refused(HealthrecError):
    """The content is not acceptable."""


class NotFound(HealthrecError):
    """Unknown to this caller. Absent and forbidden answer alike, so that an answer reveals nothing."""

    def __init__(self, expression: str = "") -> None:
        super().__init__(Issue("not-found", "record.not-found", expression))


class Gone(HealthrecError):
    """The resource was deleted; a caller who may see it learns so."""

    def __init__(self, expression: str = "") -> None:
        super().__init__(Issue("deleted", "record.deleted", expression))


class NotAllowed(HealthrecError):
    """The caller may see it, but not do this to it."""

    def __init__(self, key: str = "access.not-allowed", expression: str = "", **params: Any) -> None:
        super().__init__(Issue("forbidden", key, expression, params))


class SignInNeeded(HealthrecError):
    """No valid session or token came with the request."""

    def __init__(self, key: str = "access.sign-in") -> None:
        super().__init__(Issue("login", key))


class Conflict(HealthrecError):
    """The resource moved on since the caller read it, or an invariant of the record would break."""


class Stale(Conflict):
    """If-Match named a version that is no longer current."""

    def __init__(self, expression: str, current: int) -> None:
        super().__init__(Issue("conflict", "record.stale", expression, {"current": current}))


class VersionNeeded(HealthrecError):
    """An update of a clinical resource came without If-Match."""

    def __init__(self, expression: str) -> None:
        super().__init__(Issue("required", "record.if-match-needed", expression))


class Throttled(HealthrecError):
    """Too many tries; `after_seconds` says when the next one counts."""

    def __init__(self, key: str, after_seconds: int) -> None:
        super().__init__(Issue("throttled", key, params={"seconds": after_seconds}))
        self.after_seconds = after_seconds


class TooLarge(HealthrecError):
    """The body, or what the question would bring back, is beyond the limit."""


class WrongMedia(HealthrecError):
    """The body comes as something that is not read here."""


class NotAcceptable(HealthrecError):
    """The caller asks for an answer in a form that is not made here."""
