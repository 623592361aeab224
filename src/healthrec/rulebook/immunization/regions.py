"""What provinces and cities do otherwise than the national schedule, from `schemas/immunization/provinces/`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from healthrec.domain.immunization.schedule import Note, Rule, Schedule, Series
from healthrec.rulebook.immunization.predicates import Content, day


@dataclass(frozen=True, slots=True)
class RegionChange:
    """In one region (the first digits of a GB/T 2260 code) an antigen belongs to the programme, or does not, for a time."""

    rule: Rule
    region: str
    antigen: str
    programme: bool
    since: date | None
    until: date | None

    def holds(self, region: str, on: date) -> bool:
        """Whether it holds in a region, given by its code of 2 to 6 digits, on a day."""
        here = region.startswith(self.region)
        return here and (self.since is None or self.since <= on) and (self.until is None or on < self.until)


def region_changes(_schemas: Path, _file: str, content: Content) -> tuple[RegionChange, ...]:
    """The changes of one file."""
    words = (content["status"], tuple(content["source"]), content["zh"], content["en"])
    return tuple(
        RegionChange(
            Rule(f"{content['id']}.{one['region']}", content["edition"], *words),
            one["region"],
            one["antigen"],
            one["programme"],
            day(one, "from"),
            day(one, "before"),
        )
        for one in content["changes"]
    )


def in_region(schedule: Schedule, changes: Iterable[RegionChange], on: date, region: str) -> Schedule:
    """The schedule as it stands in a region on a day; it is superseded when the next change begins or ends there."""
    mine = [change for change in changes if region.startswith(change.region)]
    now = {change.antigen: change for change in mine if change.holds(region, on)}
    ahead = [day_ for change in mine for day_ in (change.since, change.until) if day_ is not None and day_ > on]
    return replace(
        schedule,
        series=tuple(_changed(series, now.get(series.antigen)) for series in schedule.series),
        superseded=min([*ahead, *([schedule.superseded] if schedule.superseded else [])], default=None),
    )


def _changed(series: Series, change: RegionChange | None) -> Series:
    if change is None:
        return series
    return replace(series, programme=change.programme, notes=(*series.notes, Note(change.rule, ())))
