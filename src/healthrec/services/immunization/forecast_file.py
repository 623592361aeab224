"""A file of many children in, what `$immds-forecast` answers about each of them out: a line for every line, in their order.

The answers are six times as long as the questions. So the processes share the two files: each reads its part of the one and
writes into the other, and what passes between them are places and counts.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.context import SpawnContext
from pathlib import Path

from healthrec.errors import HealthrecError, Issue, Refused
from healthrec.fhir.json import dump, parse
from healthrec.fhir.outcome import operation_outcome
from healthrec.rulebook import load_rulebook
from healthrec.services.immunization.forecaster import Forecaster, forecaster
from healthrec.wording import Translator, translator

_PART = 1 << 19
"""Bytes of lines that are judged at one go"""

_AHEAD = 2
"""Parts that wait for each process, so that none stands idle and memory stays small"""

_SELDOM = 100_000
"""Objects made before those are looked for that hold one another: nothing here leaves such behind, and to look after every 700
takes a tenth of the time"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines there were, and how many of them could not be judged."""

    lines: int
    refused: int


@dataclass(frozen=True, slots=True)
class _Part:
    """Whole lines of the file: their place among the parts, the first byte, and the first one after."""

    number: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be answered: from which file into which, by what rules in what language."""

    schemas: Path
    language: str
    source: Path
    target: Path


def forecast_file(
    schemas: Path, source: Path, target: Path, language: str, told: Callable[[float], None], processes: int = 0
) -> Counts:
    """Answer every line of `source` (Parameters of `$immds-forecast`) into `target`, by `processes` (0: one a core).

    A line that cannot be judged gets an OperationOutcome in its place. `told` hears the share that is done. Raises Refused
    when both are one file; `target` is there when all is written, and not before.
    """
    if source.resolve() == target.resolve():
        raise Refused(Issue("value", "survey.same-file"))
    job = _Job(schemas, language, source, target.with_name(f"{target.name}.part"))
    size, several = source.stat().st_size, processes or os.cpu_count() or 1
    lines = refused = 0
    try:
        job.target.write_bytes(b"")
        # What is small is answered here: a process takes a second to begin.
        answered = _alone(job) if several == 1 or size <= _PART else _together(job, several)
        for part, counts in answered:
            lines, refused = lines + counts.lines, refused + counts.refused
            told(part.end / size)
        job.target.replace(target)
    finally:
        job.target.unlink(missing_ok=True)
    return Counts(lines, refused)


def _parts(source: Path) -> Iterator[_Part]:
    """The file in parts, each up to the end of a line."""
    size, number, begin = source.stat().st_size, 0, 0
    with source.open("rb") as asked:
        while begin < size:
            asked.seek(begin + _PART)
            asked.readline()
            end = min(asked.tell(), size)
            yield _Part(number, begin, end)
            number, begin = number + 1, end


def _alone(job: _Job) -> Iterator[tuple[_Part, Counts]]:
    desk = _Desk(job)
    with job.target.open("wb") as answered:
        for part in _parts(job.source):
            answers, counts = desk.answers(part)
            answered.writelines(answers)
            yield part, counts


def _together(job: _Job, processes: int) -> Iterator[tuple[_Part, Counts]]:
    """By processes of their own; what still waits is dropped when the work ends early."""
    context = get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, _begin, (job, _Places(context)))
    waiting: deque[tuple[_Part, Future[Counts]]] = deque()
    try:
        for part in _parts(job.source):
            waiting.append((part, pool.submit(_answered, part)))
            if len(waiting) > processes * _AHEAD:
                yield _oldest(waiting)
        while waiting:
            yield _oldest(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _oldest(waiting: deque[tuple[_Part, Future[Counts]]]) -> tuple[_Part, Counts]:
    part, counts = waiting.popleft()
    return part, counts.result()


class _Places:
    """Where in one file the answers to each part go, although they are made side by side: behind those of the part before."""

    def __init__(self, context: SpawnContext) -> None:
        self._changed = context.Condition()
        self._next, self._end = context.Value("q", 0, lock=False), context.Value("q", 0, lock=False)

    def take(self, part: _Part, length: int) -> int:
        """The first byte of answers so long [bytes], as soon as the part before has its place."""
        with self._changed:
            self._changed.wait_for(lambda: self._next.value >= part.number)
            begin: int = self._end.value
            self._next.value, self._end.value = part.number + 1, begin + length
            self._changed.notify_all()
        return begin

    def give_up(self) -> None:
        """Let nobody wait any longer: a part has failed, and with it the whole."""
        with self._changed:
            self._next.value = 1 << 62
            self._changed.notify_all()


class _Desk:
    """Answers lines by one rulebook in one language."""

    def __init__(self, job: _Job) -> None:
        self._source = job.source
        self._forecaster: Forecaster = forecaster(load_rulebook(job.schemas))
        self._words: Translator = translator(job.language)

    def answers(self, part: _Part) -> tuple[list[bytes], Counts]:
        """The answers to the lines of a part, each with the end of its line."""
        with self._source.open("rb") as asked:
            asked.seek(part.begin)
            lines = BytesIO(asked.read(part.end - part.begin)).readlines()
        found = [self._line(line) for line in lines]
        return [text for text, _ in found], Counts(len(found), sum(not well for _, well in found))

    def _line(self, line: bytes) -> tuple[bytes, bool]:
        """(the answer, whether the line could be judged)."""
        try:
            return self._forecaster.checked_answer(parse(line), self._words.language) + b"\n", True
        except HealthrecError as error:
            outcome = operation_outcome(error.issues, lambda issue: self._words.message(issue.key, **issue.params))
            return dump(outcome).encode() + b"\n", False


_work: list[tuple[_Job, _Desk, _Places]] = []
"""What a process of the pool works with, once it has begun"""


def _begin(job: _Job, places: _Places) -> None:
    _work.append((job, _Desk(job), places))
    gc.freeze()
    gc.set_threshold(_SELDOM)


def _answered(part: _Part) -> Counts:
    job, desk, places = _work[0]
    try:
        answers, counts = desk.answers(part)
        begin = places.take(part, sum(map(len, answers)))
        _write(job.target, begin, answers)
    except BaseException:
        places.give_up()
        raise
    return counts


def _write(target: Path, begin: int, answers: Iterable[bytes]) -> None:
    with target.open("r+b") as file:
        file.seek(begin)
        file.writelines(answers)
