"""What can be wrong in `schemas/`, told by file and place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ProblemCode = Literal[
    "unreadable",  # not YAML, not UTF-8, a key twice
    "missing",  # a file that must be there
    "shape",  # not as the JSON Schema of its kind says
    "no-schema",  # a file that no kind claims
    "language-gap",  # a text in one language only
    "duplicate",  # one id or code twice
    "unknown-code",  # a code that is used and not defined
    "order",  # numbers that must rise do not
    "table",  # a table of numbers that is incomplete, or no number
    "contradiction",  # two files that do not fit together, or a value that its room refuses
    "checksum",  # a table that differs from the one that was registered
]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong: `file` relative to schemas/, `place` as `key/0/key` or `row 12`, `detail` for a developer."""

    file: str
    place: str
    code: ProblemCode
    detail: str = ""
    params: Mapping[str, str] = field(default_factory=dict, compare=False)


class BrokenRulesError(Exception):
    """Raised while a set is built; carries the problems found."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.file} {p.place} {p.code} {p.detail}".strip() for p in problems))
        self.problems = problems
