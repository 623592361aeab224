"""Vaccine groups: one forecast where a schedule protects against several antigens with one vaccine (CDSi chapter 9).

China's schedule needs none: its antigens are its groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from healthrec.domain.immunization.findings import Forecast, ForecastStatus
from healthrec.domain.immunization.schedule import Schedule

_FOREMOST: tuple[ForecastStatus, ...] = (
    "contraindicated", "conditional", "deferred", "overdue", "due", "not-due", "aged-out", "complete",
)  # fmt: skip
"""Which antigen speaks for a group that is not complete."""


def by_group(schedule: Schedule, forecasts: Sequence[Forecast], on: date) -> tuple[Forecast, ...]:
    """The forecasts with those of one group joined, under the name of the group and in the place of its first antigen.

    A group is complete when all its antigens are. An open one is earliest when each open antigen can be given (or those
    that lead), and recommended, late and over when the first of them is.
    """
    group_of = {antigen: group for group, antigens in schedule.groups.items() for antigen in antigens}
    gathered: dict[str, list[Forecast]] = {}
    for found in forecasts:
        gathered.setdefault(group_of.get(found.antigen, found.antigen), []).append(found)
    return tuple(_joined(schedule, group, members, on) for group, members in gathered.items())


def _joined(schedule: Schedule, group: str, members: Sequence[Forecast], on: date) -> Forecast:
    first = min(members, key=lambda one: _FOREMOST.index(one.status(on)))
    dated = [one for one in members if one.earliest is not None and one.status(on) != "aged-out"]
    if len(members) == 1 or not dated:
        return first._replace(antigen=group)
    earliest = _earliest(dated)
    vaccine = _vaccine(schedule, dated)
    return first._replace(
        antigen=group,
        vaccine=vaccine,
        others=tuple(code for code in dict.fromkeys([first.vaccine, *first.others]) if code != vaccine),
        earliest=earliest,
        would_be=max(one.would_be for one in dated if one.would_be),
        recommended=max(earliest, min(one.recommended for one in dated if one.recommended)),
        past_due=min((one.past_due for one in dated if one.past_due), default=None),
        latest=min((one.latest for one in dated if one.latest), default=None),
        reasons=tuple(reason for one in dated for reason in one.reasons),
        holds_until=min((one.holds_until for one in members if one.holds_until), default=None),
    )


def _vaccine(schedule: Schedule, open_ones: Sequence[Forecast]) -> str:
    """The vaccine of one of the antigens that is against most of those that are open."""
    wanted = {one.antigen for one in open_ones}
    return max((one.vaccine for one in open_ones), key=lambda code: len(wanted & {*schedule.vaccines[code].antigens}))


def _earliest(open_ones: Sequence[Forecast]) -> date:
    """When all can be given; where some lead, when the first of those can (CDSi: the interval of one antigen overrides)."""
    leading = [one.earliest for one in open_ones if one.leads and one.earliest]
    return min(leading) if leading else max(one.earliest for one in open_ones if one.earliest)
