"""Doses of which two sources tell otherwise, across the caller's children: what waits for a vaccination nurse to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from healthrec import errors
from healthrec.fhir.json import recall
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.origin import may_write
from healthrec.store import dose_differences as store
from healthrec.store.dose_differences import BUCKETS, MOST, Bucket, Difference

PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One difference: the dose on record, and the second source's word of it, which came on the day `since`."""

    row: Difference
    recorded: Mapping[str, Any]
    other: Mapping[str, Any]
    since: date


@dataclass(frozen=True, slots=True)
class Differences:
    """A page of one bucket and how many are in each (`MOST` + 1: more than that); `after` is where the next page begins, 0
    for the last."""

    rows: tuple[Waiting, ...]
    counts: Mapping[Bucket, int]
    after: int


def differences(
    services: Services, caller: Caller, show: str = "open", after: int = 0, count: int = PAGE
) -> Differences:
    """Those of a bucket, the longest waiting first. Raises NotAllowed for a role that decides none, NotFound for another bucket."""
    if not may_write(services, caller, "amend"):
        raise errors.NotAllowed("access.role-may-not")
    bucket = next((name for name in BUCKETS if name == show), None)
    if bucket is None:
        raise errors.NotFound(show[:20])
    with services.database.read() as connection:
        counts = {name: store.count(connection, caller.viewer, name) for name in BUCKETS}
        found = store.page(connection, caller.viewer, bucket, after, count + 1)
    rows = found[:count]
    keys = tuple(one.child for one in rows)
    services.committer.commit(caller.audit(services, "search", "page:/differences", count=len(rows), children=keys))
    zone = ZoneInfo(services.settings.zone)
    waiting = tuple(Waiting(one, recall(one.recorded), recall(one.body), _day(one, zone)) for one in rows)
    return Differences(waiting, counts, rows[-1].key if len(found) > count else 0)


def waiting_differences(services: Services, caller: Caller) -> int:
    """How many wait for the caller, counted to one more than `MOST`; 0 for who decides none."""
    if not may_write(services, caller, "amend"):
        return 0
    with services.database.read() as connection:
        return store.count(connection, caller.viewer, "open")


def _day(one: Difference, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(one.since / 1_000_000, UTC).astimezone(zone).date()


__all__ = ["BUCKETS", "MOST", "Differences", "Waiting", "differences", "waiting_differences"]
