"""One row of a file on its way into the record: what it says, what is wrong with it, what a person decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from healthrec.domain.roster import Problem
from healthrec.store.imports import Item

ANOTHER = "new"
"""The choice "another child"; any other choice is the id of a child."""

OPEN = ("ready", "look", "ask", "blocked", "out", "same")
TAKEN = ("ready", "look")
"""States of rows that will be saved: nothing wrong, or something that was shown and does not stand in the way."""


@dataclass(slots=True)
class Row:
    """`data` holds the values as plain JSON; `candidates` are {id, kind} of children in sight who may be this one.

    `asks` says that a person must choose among them, `needs_reason` that an implausible value waits for its reason,
    `must_fix` that a value can be saved only as it was probably meant (`data["meant"]`), `fixed` that it shall be; `same`
    that everything is in the record already. `take` is False for a row that was left out by hand.
    """

    position: int
    sheet: str
    line: int
    cell: str
    data: dict[str, Any]
    problems: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, str]] = field(default_factory=list)
    asks: bool = False
    choice: str = ""
    take: bool = True
    needs_reason: bool = False
    reason: str = ""
    must_fix: bool = False
    fixed: bool = False
    same: bool = False
    child: int = 0
    saved: str = ""
    """The state after saving, "" before: saved, kept or undone."""

    @property
    def state(self) -> str:
        """One of OPEN, or what became of it."""
        if self.saved:
            return self.saved
        if any(problem["severity"] == "error" for problem in self.problems):
            return "blocked"
        if not self.take:
            return "out"
        if self.same:
            return "same"
        if (self.asks and not self.choice) or (self.must_fix and not self.fixed) or self._waits_for_reason:
            return "ask"
        return "look" if any(problem["severity"] == "warning" for problem in self.problems) else "ready"

    @property
    def implausible(self) -> set[str]:
        """Measures whose values ask for a reason as they are to be saved."""
        repaired = {measure for measure, *_ in self.data.get("meant", ())} if self.fixed else set()
        return set(self.data.get("implausible", ())) - repaired

    @property
    def values(self) -> list[list[str]]:
        """[measure, value, day] to be saved: as written, or as meant where that was chosen."""
        written = {measure: [measure, *rest] for measure, *rest in self.data["values"]}
        meant = {measure: [measure, *rest] for measure, *rest in self.data.get("meant", ())} if self.fixed else {}
        return list((written | meant).values())

    @property
    def _waits_for_reason(self) -> bool:
        return self.needs_reason and not self.reason and not (self.fixed and not self.implausible)

    def report(self, code: str, severity: str, cell: str = "", **params: str | int) -> None:
        """Add what the import found about the row; `cell` is the name's unless told otherwise."""
        self.problems.append({"cell": cell or self.cell, "code": code, "severity": severity, "params": params})

    def item(self) -> Item:
        """As it is stored."""
        values = {name: getattr(self, name) for name in _STORED}
        return Item(self.position, self.child, self.state, orjson.dumps(values).decode())


_STORED = tuple(name for name in Row.__slots__ if name not in ("position", "child", "saved"))


def row_of(item: Item) -> Row:
    """As it was stored."""
    row = Row(position=item.position, child=item.child, **orjson.loads(item.detail))
    row.saved = "" if item.state in OPEN else item.state
    return row


def plain_problems(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems of the readers as plain JSON."""
    return [
        {"cell": one.cell, "code": one.code, "severity": one.severity, "params": _plain(one.params)} for one in problems
    ]


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else str(value) for name, value in params.items()}
