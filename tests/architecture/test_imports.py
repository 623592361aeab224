"""The rooms and which way imports may run, as `.importlinter` says; and what a contract on modules cannot say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from click.testing import CliRunner
from importlinter.cli import lint_imports_command

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "healthrec"
PURE = ("domain", "figures", "wording", "pages", "rulebook", "fhir")


def test_every_contract_of_imports_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(lint_imports_command, ["--config", str(ROOT / ".importlinter"), "--no-cache"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_asks_no_clock(room: str) -> None:
    for file in (SOURCE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in ("now", "today", "utcnow"), f"{file.name}:{node.lineno}"


@pytest.mark.parametrize("room", [room for room in PURE if room != "rulebook"])
def test_a_pure_room_opens_no_file_but_its_own_words(room: str) -> None:
    for file in (SOURCE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("open", "input", "print", "exec", "eval"), f"{file.name}:{node.lineno}"


def test_nothing_imports_what_is_not_declared() -> None:
    declared = (ROOT / "pyproject.toml").read_text("utf-8").lower().replace("-", "_")
    known_as = {"yaml": "pyyaml", "PIL": "pillow", "argon2": "argon2_cffi", "jose": "joserfc", "multipart": "python_multipart", "stdnum": "python_stdnum",
                "fhir": "fhir.resources", "python_calamine": "python_calamine", "prometheus_client": "prometheus_client",
                "starlette": "fastapi", "pydantic": "pydantic_settings", "anyio": "fastapi", "psycopg": "psycopg", "referencing": "jsonschema", "pydantic_core": "pydantic_settings", "click": "typer"}  # fmt: skip
    import sys

    for file in SOURCE.rglob("*.py"):
        for name in _imported(file):
            if name not in sys.stdlib_module_names and name not in ("healthrec", "__future__"):
                assert known_as.get(name, name).lower() in declared, f"{file.name} imports {name}"


def _imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
