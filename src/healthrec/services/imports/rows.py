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
class Verdict:
    """What one choice means for a row, found beside what is known of that child.

    `written` are [measure, value, day] as they stand in the file, `meant` what some of them probably mean; `implausible`
    names the measures that ask for a reason as written; `must_fix`: one can be saved only as it was meant. `allergies` are
    those that his record does not have. `differs`: the id of the dose on record that this one contradicts. `same`: everything is in the record already. `take`: whether the row is saved
    unless somebody says otherwise.
    """

    cell: str = ""
    problems: list[dict[str, Any]] = field(default_factory=list)
    written: list[list[str]] = field(default_factory=list)
    meant: list[list[str]] = field(default_factory=list)
    implausible: list[str] = field(default_factory=list)
    must_fix: bool = False
    allergies: list[str] = field(default_factory=list)
    differs: str = ""
    same: bool = False
    take: bool = True

    def report(self, code: str, severity: str, cell: str = "", **params: Any) -> None:
        """Add what was found; `cell` is the name's unless told otherwise."""
        self.problems.append({"cell": cell or self.cell, "code": code, "severity": severity, "params": params})

    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Row:
    """`data` holds what the row says as plain JSON; `candidates` are {id, kind} of children in sight who may be this one.

    `asks` says that a person must choose among them, and `verdicts` what follows from each choice; `problems` hold
    whatever is chosen. `fixed`: values are saved as they were meant. `take` is False for a row that was left out by hand.
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
    verdicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    take: bool = True
    reason: str = ""
    fixed: bool = False
    child: int = 0
    saved: str = ""
    """The state after saving, "" before: saved, kept or undone."""

    @property
    def verdict(self) -> Verdict:
        """What the choice means. While none is made only the values are told, as the first candidate's."""
        if self.choice in self.verdicts:
            return Verdict(**self.verdicts[self.choice])
        first = next(iter(self.verdicts.values()), {})
        return Verdict(written=first.get("written", []))

    @property
    def told(self) -> list[dict[str, Any]]:
        """All that is to be said of the row as it stands."""
        return self.problems + self.verdict.problems

    @property
    def state(self) -> str:
        """One of OPEN, or what became of it."""
        if self.saved:
            return self.saved
        verdict = self.verdict
        severities = {problem["severity"] for problem in (*self.problems, *verdict.problems)}
        if "error" in severities:
            return "blocked"
        if not self.take:
            return "out"
        if verdict.same:
            return "same"
        if (self.asks and not self.choice) or (verdict.must_fix and not self.fixed) or self.waits_for_reason:
            return "ask"
        return "look" if "warning" in severities else "ready"

    @property
    def blocked(self) -> bool:
        """Whether it cannot be saved, whatever is chosen."""
        return any(problem["severity"] == "error" for problem in self.problems)

    @property
    def implausible(self) -> set[str]:
        """Measures whose values ask for a reason as they are to be saved."""
        verdict = self.verdict
        return set(verdict.implausible) - ({measure for measure, *_ in verdict.meant} if self.fixed else set())

    @property
    def values(self) -> list[list[str]]:
        """[measure, value, day] to be saved: as written, or as meant where that was chosen."""
        verdict = self.verdict
        chosen = [*verdict.written, *(verdict.meant if self.fixed else ())]
        return list({measure: [measure, *rest] for measure, *rest in chosen}.values())

    @property
    def waits_for_reason(self) -> bool:
        """Whether an implausible value has no reason yet."""
        return bool(self.implausible) and not self.reason

    def settle(self, verdicts: Mapping[str, Verdict]) -> None:
        """Keep what follows from each choice; what follows from all of them holds for the row."""
        first, *others = verdicts.values()
        shared = [one for one in first.problems if all(one in other.problems for other in others)]
        self.problems += shared
        for choice, verdict in verdicts.items():
            verdict.problems = [one for one in verdict.problems if one not in shared]
            self.verdicts[choice] = verdict.plain()
        self.take = self.take and self.verdict.take

    def report(self, code: str, severity: str, cell: str = "", **params: str | int) -> None:
        """Add what was found about the row; `cell` is the name's unless told otherwise."""
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
