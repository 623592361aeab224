"""Every refusal is an OperationOutcome that names the element, what was found and what is allowed."""

from __future__ import annotations

from healthrec import errors
from healthrec.api.call import json_reply, language_of
from healthrec.api.kit import Kit
from healthrec.errors import Issue
from healthrec.fhir.json import dump
from healthrec.fhir.outcome import operation_outcome
from healthrec.http.reply import Reply, Scope, status_of
from healthrec.services.context import Caller
from healthrec.services.record.trace import harmless, harmless_path
from healthrec.store.audit import AuditRow
from healthrec.wording import translator


async def refusal(
    kit: Kit, error: errors.HealthrecError, scope: Scope, headers: dict[bytes, bytes], caller: Caller | None
) -> Reply:
    """The reply to something the client can put right; the refusal is audited first."""
    address = scope["client"][0] if scope.get("client") else ""
    await audit_refusal(kit, error, scope["method"], scope["path"], caller, address)
    more = [(b"www-authenticate", b'Bearer realm="healthrec"')] if isinstance(error, errors.SignInNeeded) else []
    if isinstance(error, errors.Throttled):
        more.append((b"retry-after", str(error.after_seconds).encode()))
    return json_reply(_outcome(error.issues, headers), status_of(error), *more)


async def audit_refusal(
    kit: Kit, error: errors.HealthrecError, method: str, path: str, caller: Caller | None, address: str = ""
) -> None:
    """Return when the refusal is on disk. The path is kept as far as it can name nobody."""
    services = kit.services
    entity = f"{harmless(method[:10])} {harmless_path(path)}"[:200]
    reason = ",".join(sorted({issue.key for issue in error.issues}))[:200]
    if caller:
        row = caller.audit(services, "refused", entity, outcome="refused", reason=reason)
    else:
        row = AuditRow(services.now(), 0, 0, "", "refused", "refused", entity, address, reason=reason)
    await kit.audited(row)


def fault(headers: dict[bytes, bytes]) -> Reply:
    """The reply to a mistake of our own: nothing of the inside is told."""
    return json_reply(_outcome((Issue("exception", "fault"),), headers), 500)


def outcome_for(issues: tuple[Issue, ...], language: str) -> str:
    """The OperationOutcome of these issues as text."""
    words = translator(language)
    return dump(operation_outcome(issues, lambda issue: words.message(issue.key, **issue.params)))


def _outcome(issues: tuple[Issue, ...], headers: dict[bytes, bytes]) -> str:
    return outcome_for(issues, language_of(headers))
