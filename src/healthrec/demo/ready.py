"""Makes sure that a database holds the wanted demo town: used again when it fits, made anew when not, never over real records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from healthrec.demo.load import load
from healthrec.demo.town import DEFAULT_SEED, Town, town
from healthrec.errors import Conflict, Issue
from healthrec.rulebook import load_rulebook
from healthrec.services.opening import opened
from healthrec.services.operations import demo_mark
from healthrec.services.operations.in_use import alone
from healthrec.settings import Settings, schemas_dir


@dataclass(frozen=True, slots=True)
class Wanted:
    """The town that is asked for. Without a day, one that was made on another day will do as well."""

    children: int
    today: date | None
    seed: int = DEFAULT_SEED


def ready_town(
    settings: Settings, wanted: Wanted, real_day: date, progress: Callable[[int, int], None] = lambda *_: None
) -> tuple[Town, bool]:
    """The town that the database now holds, and whether it had to be made. `progress` gets (children done, of all).

    Raises Conflict when the database holds anything but a demo town, or one that is being served would have to go.
    """
    rules = load_rulebook(schemas_dir())
    mark = demo_mark.demo_mark(settings)
    program = demo_mark.program_print(rules.version)
    if mark is not None and _fits(mark, wanted, program):
        return town(wanted.children, wanted.seed, date.fromisoformat(mark["today"])), False
    made = town(wanted.children, wanted.seed, wanted.today or real_day)
    with alone(settings):
        if mark is not None:
            demo_mark.throw_away(settings)
        elif not demo_mark.is_empty(settings):
            raise Conflict(Issue("conflict", "cli.demo-not-a-demo"))
        _make(settings, made, asdict(wanted) | {"today": made.today.isoformat(), "program": program}, progress)
    return made, True


def _make(settings: Settings, made: Town, what: dict[str, Any], progress: Callable[[int, int], None]) -> None:
    with opened(demo_mark.as_demo(settings)) as services:
        demo_mark.mark(services, what | {"complete": False})
        load(services, made, progress)
        demo_mark.mark(services, what | {"complete": True})


def _fits(mark: dict[str, Any], wanted: Wanted, program: str) -> bool:
    same = (mark["children"], mark["seed"], mark["program"]) == (wanted.children, wanted.seed, program)
    return bool(mark["complete"]) and same and wanted.today in (None, date.fromisoformat(mark["today"]))
