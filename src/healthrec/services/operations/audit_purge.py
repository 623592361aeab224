"""Takes away the oldest audit events, never younger ones than the law allows; a sealed checkpoint stays in their place."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from healthrec.errors import Issue, Refused
from healthrec.services.context import Services, operator
from healthrec.services.opening import seal_all
from healthrec.services.operations.audit_check import verify_audit
from healthrec.store import audit, audit_purging

KEPT_DAYS = 183
"""Six months: 网络安全法 art. 21 (3) asks for network logs of no less."""


def purge_audit(services: Services, before: date) -> int:
    """Take away what was recorded before the day began (in the installation's zone, by the real clock); answers how many.

    Raises Refused for a day less than 183 days ago, and for a chain that does not hold: a purge must not hide a fault.
    """
    if before > services.real_day() - timedelta(days=KEPT_DAYS):
        raise Refused(Issue("business-rule", "cli.audit-too-young", params={"days": KEPT_DAYS}))
    _, bad = verify_audit(services)
    if bad:
        raise Refused(Issue("processing", f"cli.audit-{bad.finding}", params={"number": bad.seq}))
    edge = int(datetime.combine(before, datetime.min.time(), ZoneInfo(services.settings.zone)).timestamp() * 1_000_000)
    with services.database.write() as connection:
        gone = audit_purging.purge(connection, edge, services.now())
        event = operator(services).audit(services, "purge", "audit", count=gone)
        audit.insert_rows(connection, services.database.keys.take, [event])
    seal_all(services.database)
    return gone
