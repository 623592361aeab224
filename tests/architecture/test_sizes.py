"""Files and functions stay small. Tables of data (words, columns, search parameters, migrations) are left aside."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

SOURCE = Path(__file__).resolve().parents[2] / "src" / "healthrec"
TABLES = {"search_table.py", "messages.py", "terms.py", "tables.py"}

FILES = [file for file in SOURCE.rglob("*.py") if file.name not in TABLES and "versions" not in file.parts]
FUNCTIONS = [
    (node.end_lineno - node.lineno + 1, f"{file.relative_to(SOURCE)}:{node.name}", node)
    for file in FILES
    for node in ast.walk(ast.parse(file.read_text("utf-8")))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
]


def _p95(values: list[int]) -> int:
    return sorted(values)[int(len(values) * 0.95)]


def test_files_are_short() -> None:
    lines = {file: len(file.read_text("utf-8").splitlines()) for file in FILES}
    assert _p95(list(lines.values())) < 300
    assert not [f"{file.name}: {count}" for file, count in lines.items() if count > 400]


def test_functions_are_short() -> None:
    lengths = [length for length, _, _ in FUNCTIONS]
    assert median(lengths) <= 10
    assert _p95(lengths) <= 40
    assert not [name for length, name, _ in FUNCTIONS if length > 60]


def test_routes_only_pass_on() -> None:
    routes = [
        (_body_lines(node), name)
        for _, name, node in FUNCTIONS
        if name.startswith("web/routes") and any(_is_route(decorator) for decorator in node.decorator_list)
    ]
    assert routes
    assert not [f"{name}: {length}" for length, name in routes if length > 15]


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = (
        node.body[1:]
        if isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
        else node.body
    )
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _is_route(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in ("get", "post", "put", "delete")


def test_no_room_has_a_drawer_for_odds_and_ends() -> None:
    assert not [
        str(path) for path in SOURCE.rglob("*.py") if {"utils", "helpers", "manager", "base", "common"} & {path.stem}
    ]
