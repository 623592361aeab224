"""What comes in and goes out is FHIR JSON in UTF-8, not compressed: anything else is refused before it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from healthrec.errors import Issue, NotAcceptable, WrongMedia

_JSON = frozenset({"application/fhir+json", "application/json", "application/json+fhir", "text/json"})
_FORM = frozenset({"application/x-www-form-urlencoded"})
_ACCEPTED = re.compile(
    r"\*/\*|application/\*|text/\*|application/(fhir\+)?json|application/json\+fhir|text/(json|html)"
)


def check_content(headers: Mapping[bytes, bytes], *, is_form: bool) -> None:
    """Raises WrongMedia for a body that is not FHIR JSON (or, for `_search`, a form), or is compressed."""
    kind, charset = _media(headers.get(b"content-type", b""))
    allowed = _FORM if is_form else _JSON
    encoding = headers.get(b"content-encoding", b"identity").decode("latin-1").lower()
    if encoding != "identity" or charset not in ("", "utf-8", "utf8", "us-ascii") or (kind and kind not in allowed):
        params = {"allowed": f"{min(allowed)}; charset=utf-8"}
        raise WrongMedia(Issue("not-supported", "fhir.wrong-media", "Content-Type", params))


def check_accept(headers: Mapping[bytes, bytes]) -> None:
    """Raises NotAcceptable when the caller takes nothing that is made here."""
    wanted = headers.get(b"accept", b"").decode("latin-1").lower()
    if wanted and not any(_ACCEPTED.match(part.strip()) for part in wanted.split(",")):
        params = {"allowed": "application/fhir+json"}
        raise NotAcceptable(Issue("not-supported", "fhir.wrong-media", "Accept", params))


def _media(value: bytes) -> tuple[str, str]:
    kind, *parameters = (part.strip() for part in value.decode("latin-1").lower().split(";"))
    given = dict(part.partition("=")[::2] for part in parameters)
    return kind, given.get("charset", "").strip('"')
