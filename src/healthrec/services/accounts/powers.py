"""Powers outside the record (accounts, settings, audit, access-log, break-glass …): asked for by name, refusals audited."""

from __future__ import annotations

from healthrec.errors import NotAllowed
from healthrec.services.context import Caller, Services


def has(services: Services, caller: Caller, power: str) -> bool:
    """Whether a role that the caller holds today has the power. The operator at the machine has all."""
    return caller.unbounded or any(services.rights.has_power(role, power) for role in caller.roles)


def demand(services: Services, caller: Caller, *powers: str) -> None:
    """Raises NotAllowed, audited, for a caller with none of these powers."""
    if any(has(services, caller, power) for power in powers):
        return
    event = caller.audit(services, "refused", f"power:{'|'.join(powers)}", outcome="refused", reason="power")
    services.committer.commit(event)
    raise NotAllowed()
