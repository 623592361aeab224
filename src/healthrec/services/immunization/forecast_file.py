"""A file of many children in, what `$immds-forecast` answers about each of them out: a line for every line, in their order."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import IO

from healthrec.errors import HealthrecError, Issue, Refused
from healthrec.fhir.json import dump, parse
from healthrec.fhir.outcome import operation_outcome
from healthrec.rulebook import load_rulebook
from healthrec.services.immunization.forecast import Forecaster, forecaster
from healthrec.wording import Translator, translator

_PART = 1 << 19
"""Bytes of lines that are judged at one go"""

_AHEAD = 2
"""Parts that wait for each process, so that none stands idle and memory stays small"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines there were, and how many of them could not be judged."""

    lines: int
    refused: int


@dataclass(frozen=True, slots=True)
class _Part:
    """Answers to some lines."""

    text: bytes
    lines: int
    refused: int


def forecast_file(
    schemas: Path, source: Path, target: Path, language: str, told: Callable[[float], None], processes: int = 0
) -> Counts:
    """Answer every line of `source` (Parameters of `$immds-forecast`) into `target`, by `processes` (0: one a core).

    A line that cannot be judged gets an OperationOutcome in its place. `told` hears the share that is done. Raises Refused
    when both are one file; `target` is there when all is written, and not before.
    """
    if source.resolve() == target.resolve():
        raise Refused(Issue("value", "survey.same-file"))
    size = max(source.stat().st_size, 1)
    beside = target.with_name(f"{target.name}.part")
    lines = refused = 0
    try:
        with source.open("rb") as asked, beside.open("wb") as answered:
            for part in _parts(schemas, asked, size, language, processes or os.cpu_count() or 1):
                answered.write(part.text)
                lines, refused = lines + part.lines, refused + part.refused
                told(asked.tell() / size)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return Counts(lines, refused)


def _parts(schemas: Path, asked: IO[bytes], size: int, language: str, processes: int) -> Iterator[_Part]:
    """The answers in order. What is small is answered here: a process takes a second to begin."""
    if processes == 1 or size <= _PART:
        work = _Work(schemas, language)
        yield from (work.part(lines) for lines in iter(lambda: asked.readlines(_PART), []))
        return
    with _pool(schemas, language, processes) as pool:
        waiting: deque[Future[_Part]] = deque()
        for lines in iter(lambda: asked.readlines(_PART), []):
            waiting.append(pool.submit(_answered, lines))
            if len(waiting) > processes * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _pool(schemas: Path, language: str, processes: int) -> Iterator[Executor]:
    """Processes of their own; what still waits is dropped when the work ends early."""
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (schemas, language))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


class _Work:
    """Answers lines by one rulebook in one language."""

    def __init__(self, schemas: Path, language: str) -> None:
        self._forecaster: Forecaster = forecaster(load_rulebook(schemas))
        self._words: Translator = translator(language)

    def part(self, lines: list[bytes]) -> _Part:
        """The answers to some lines."""
        found = [self._line(line) for line in lines]
        refused = sum(not well for _, well in found)
        return _Part(b"".join([text + b"\n" for text, _ in found]), len(found), refused)

    def _line(self, line: bytes) -> tuple[bytes, bool]:
        """(the answer, whether the line could be judged)."""
        try:
            return self._forecaster.checked_answer(parse(line), self._words.language), True
        except HealthrecError as error:
            outcome = operation_outcome(error.issues, lambda issue: self._words.message(issue.key, **issue.params))
            return dump(outcome).encode(), False


_work: list[_Work] = []
"""What a process of the pool works with, once it has begun"""


def _begin(schemas: Path, language: str) -> None:
    _work.append(_Work(schemas, language))
    # The rules stay as long as the process; looking through them again and again would take a tenth of the time.
    gc.freeze()


def _answered(lines: list[bytes]) -> _Part:
    return _work[0].part(lines)
