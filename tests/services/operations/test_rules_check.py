"""Forms are rules too: what is wrong with one is named by file and place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from healthrec.services.operations.rules_check import rules_problems
from healthrec.settings import schemas_dir

FORM = "questionnaires/guide-visit.json"


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(schemas_dir(), tmp_path / "schemas"))


def spoil(schemas: Path, file: str, old: str, new: str) -> None:
    """Replace the first `old` in a file."""
    text = (schemas / file).read_text("utf-8")
    assert old in text
    (schemas / file).write_text(text.replace(old, new, 1), "utf-8")


def test_what_is_shipped_has_no_problem() -> None:
    assert rules_problems(schemas_dir()) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ('"status": "active"', '"status": "nonsense"', "shape", "Questionnaire.status"),
        ('"status": "active"', '"status": "active", "status": "draft"', "shape", ""),
        ('"version": "1.0"', '"purpose": "x"', "missing", "url"),
        ('"valueCode": "en"', '"valueCode": "fr"', "language-gap", "title"),
    ],
)
def test_a_spoilt_form_is_named_by_file_and_place(schemas: Path, old: str, new: str, code: str, place: str) -> None:
    spoil(schemas, FORM, old, new)
    assert (FORM, place, code) in {(one.file, one.place, one.code) for one in rules_problems(schemas)}


def test_one_form_in_two_files_is_a_problem(schemas: Path) -> None:
    shutil.copy(schemas / FORM, schemas / "questionnaires/second.json")
    assert [one.code for one in rules_problems(schemas)] == ["duplicate", "duplicate"]


def test_spoilt_rights_are_a_problem(schemas: Path) -> None:
    spoil(schemas, "access/rights.yaml", "roles:", "rolls:")
    assert rules_problems(schemas)
