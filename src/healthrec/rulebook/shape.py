"""The kinds of files in `schemas/` and the checks that all of them share.

A kind is a JSON Schema in `schemas/meta/`: its file name names the kind, its `x-files` says which files it describes.
To add a kind, add such a schema; to give it a typed value besides, add a builder to `healthrec.rulebook.book`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from healthrec.rulebook.problems import BrokenRulesError, Problem


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: which files, relative to schemas/, and what checks their shape."""

    name: str
    files: tuple[str, ...]
    validator: Validator


def kinds(schemas: Path) -> tuple[Kind, ...]:
    """All kinds that `schemas/meta/` describes. Raises BrokenRulesError for a schema that cannot be read."""
    read = {path.stem: _read(schemas, path) for path in sorted((schemas / "meta").glob("*.json"))}
    registry: Registry[Any] = Registry().with_resources(
        (f"{name}.json", DRAFT202012.create_resource(schema)) for name, schema in read.items()
    )
    return tuple(
        Kind(name, _files(schemas, schema["x-files"]), Draft202012Validator(schema, registry=registry))
        for name, schema in read.items()
        if "x-files" in schema
    )


def shape_problems(kind: Kind, file: str, content: Any) -> Iterator[Problem]:
    """Where the content is not as its JSON Schema says, and where a text has one language only."""
    for error in kind.validator.iter_errors(content):
        yield Problem(file, _place(error.absolute_path), "shape", error.message)
    yield from _language_gaps(file, content, ())


def _read(schemas: Path, path: Path) -> Mapping[str, Any]:
    try:
        schema: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BrokenRulesError(Problem(path.relative_to(schemas).as_posix(), "", "unreadable", str(error))) from error
    return schema


def _files(schemas: Path, patterns: str | list[str]) -> tuple[str, ...]:
    wanted = [patterns] if isinstance(patterns, str) else patterns
    found = {path.relative_to(schemas).as_posix() for pattern in wanted for path in schemas.glob(pattern)}
    return tuple(sorted(found))


def _language_gaps(file: str, content: Any, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(content, dict):
        texts = {language: str(content.get(language) or "").strip() for language in ("zh", "en")}
        if any(language in content for language in texts) and not all(texts.values()):
            gap = next(language for language, text in texts.items() if not text)
            yield Problem(file, _place(path), "language-gap", f"no {gap}", {"language": gap})
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, inner in pairs:
        yield from _language_gaps(file, inner, (*path, key))


def _place(path: Any) -> str:
    return "/".join(str(step) for step in path)
