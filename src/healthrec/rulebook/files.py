"""Reading YAML, numeric CSV and XML, strictly: what could be misread is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

import numpy as np
import yaml

from healthrec.domain.growth.lms import Floats
from healthrec.rulebook.problems import BrokenRulesError, Problem

_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(schemas: Path, file: str) -> Any:
    """The content as JSON has it: days stay text, no key comes twice. Raises BrokenRulesError."""
    try:
        return yaml.load((schemas / file).read_text(encoding="utf-8"), Loader=_Strict)
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenRulesError(Problem(file, "", "unreadable", type(error).__name__)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        raise BrokenRulesError(Problem(file, place, "unreadable", getattr(error, "problem", None) or "")) from error


def read_numbers(
    schemas: Path, file: str, sha256: str, keys: tuple[str, ...], columns: tuple[str, ...]
) -> tuple[list[tuple[str, ...]], Floats]:
    """A CSV as its key columns (one tuple of texts a row) and its numeric columns, (rows, len(columns)).

    Raises BrokenRulesError when the file is not the registered one, a column is not there, or a cell is no finite number.
    """
    content = _registered(schemas, file, sha256)
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8")))
    if absent := [name for name in keys + columns if name not in header]:
        raise BrokenRulesError(Problem(file, "row 1", "table", f"no column {', '.join(absent)}"))
    key_at = [header.index(name) for name in keys]
    value_at = [header.index(name) for name in columns]
    numbers = _numbers(file, [[row[at] for at in value_at] for row in rows])
    return [tuple(row[at] for at in key_at) for row in rows], numbers


def read_grid(schemas: Path, file: str, sha256: str, columns: tuple[str, ...]) -> Floats:
    """A CSV of nothing but numbers whose header is `columns`; (rows, len(columns)). Raises BrokenRulesError."""
    header, _, rows = _registered(schemas, file, sha256).decode("utf-8").partition("\n")
    if tuple(header.split(",")) != columns:
        raise BrokenRulesError(Problem(file, "row 1", "table", f"its columns are not {', '.join(columns)}"))
    try:
        numbers = np.loadtxt(io.StringIO(rows), delimiter=",", ndmin=2)
    except ValueError as error:
        raise BrokenRulesError(Problem(file, "", "table", str(error))) from error
    return _finite(file, numbers)


def read_xml(schemas: Path, file: str, sha256: str) -> Element:
    """The root of an XML file. Raises BrokenRulesError when it is not the registered one, or none at all."""
    try:
        return fromstring(_registered(schemas, file, sha256))
    except ParseError as error:
        raise BrokenRulesError(Problem(file, "", "unreadable", str(error))) from error


def _registered(schemas: Path, file: str, sha256: str) -> bytes:
    """The bytes of a file that is there and is the registered one."""
    try:
        content = (schemas / file).read_bytes()
    except OSError as error:
        raise BrokenRulesError(Problem(file, "", "missing")) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BrokenRulesError(Problem(file, "", "checksum", "the registered sha256 is another"))
    return content


def _numbers(file: str, cells: list[list[str]]) -> Floats:
    try:
        numbers = np.array(cells, dtype=np.float64)
    except ValueError as error:
        raise BrokenRulesError(Problem(file, "", "table", str(error))) from error
    return _finite(file, numbers)


def _finite(file: str, numbers: Floats) -> Floats:
    if not np.isfinite(numbers).all():
        row = int(np.argwhere(~np.isfinite(numbers))[0][0]) + 2
        raise BrokenRulesError(Problem(file, f"row {row}", "table", "no number"))
    return numbers


class _Strict(_FAST):  # type: ignore[misc, valid-type]
    """A safe loader that refuses a key given twice and leaves days as text."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: set[Hashable] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"key {key} twice", key_node.start_mark)
        seen.add(key)
    pairs: dict[Hashable, Any] = yaml.SafeLoader.construct_mapping(loader, node)
    return pairs


def _strict_resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """YAML's own rules without days, and without yes, no, on and off as true and false."""
    kept = {
        first: [(tag, pattern) for tag, pattern in rules if tag not in ("tag:yaml.org,2002:timestamp", _BOOLEAN)]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    for first, word in (("t", "true"), ("f", "false")):
        kept.setdefault(first, []).append((_BOOLEAN, re.compile(f"^{word}$")))
    return kept


_BOOLEAN = "tag:yaml.org,2002:bool"
_Strict.yaml_implicit_resolvers = _strict_resolvers()
_Strict.add_constructor("tag:yaml.org,2002:map", lambda loader, node: _mapping(loader, node))
