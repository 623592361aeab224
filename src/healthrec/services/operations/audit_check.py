"""Whether the audit holds: the chain from its start or last purge to its end, and the heads that were kept outside."""

from __future__ import annotations

from collections.abc import Sequence

from healthrec.crypto import chain
from healthrec.services.context import Services
from healthrec.services.opening import seal_all
from healthrec.store import audit


def verify_audit(services: Services, kept_outside: Sequence[chain.Head] = ()) -> tuple[int, chain.BadEvent | None]:
    """(number of the last event, the first bad one or None). With heads from outside a cut tail is found too."""
    seal_all(services.database)
    with services.database.read() as connection:
        start = audit.start_of_chain(connection)
        events = audit.sealed_events(connection)
        newest = max(kept_outside, key=lambda head: head.seq, default=None)
        bad = chain.verify(events, start, newest)
        if bad is None:
            bad = _first_unmet(services, kept_outside, start)
        return audit.head(connection).seq, bad


def _first_unmet(services: Services, heads: Sequence[chain.Head], start: chain.Head) -> chain.BadEvent | None:
    """A chain that was rewritten from some place on passes by itself; an older head shows from where."""
    wanted = {head.seq: head for head in heads if head.seq > start.seq}
    if len({(head.seq, head.chain_hash) for head in heads if head.seq > start.seq}) > len(wanted):
        twice = sorted(head.seq for head in heads if head.seq > start.seq and wanted[head.seq] != head)
        return chain.BadEvent(twice[0], "not-the-sealed-head")
    with services.database.read() as connection:
        for seq, _, stored in audit.sealed_events(connection):
            if seq in wanted and wanted[seq].chain_hash != stored:
                return chain.BadEvent(seq, "not-the-sealed-head")
    return None
