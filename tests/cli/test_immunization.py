"""healthrec immunization forecast | explain: many children from a file, and one child's reasoning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.immds import asked

from healthrec.rulebook import load_rulebook
from healthrec.services.immunization import forecast_file
from healthrec.services.immunization.forecaster import forecaster
from healthrec.settings import schemas_dir

CHILDREN = [
    asked("2026-09-01", "2026-07-10", "HepB 0d, BCG 0d, HepB 1m"),
    asked("2027-03-01", "2026-07-10", "HepB 0d, HepB 1m, HepB 6m"),
    asked("2026-09-01", "2022-05-31", "MMR 8m, JE-L 8m+3d", self_paid=True),
]


def written(path: Path, lines: list[Any], ending: str = "\n") -> Path:
    """One line each; what is no text becomes JSON."""
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines) + ending, "utf-8")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_line_gets_what_the_operation_answers_in_its_place(run: Run, tmp_path: Path) -> None:
    done = run("immunization", "forecast", written(tmp_path / "in", CHILDREN), "out")
    assert (done.exit_code, done.output) == (0, "out: 3 lines, 3 judged, 0 that cannot be judged.\n")
    operation = forecaster(load_rulebook(schemas_dir()))
    assert read(tmp_path / "out") == [json.loads(operation.answer(one, "en")) for one in CHILDREN]


@pytest.mark.parametrize(
    ("line", "code", "place"),
    [
        ("{", "structure", None),
        ("", "structure", None),
        ("[]", "structure", None),
        ({"resourceType": "Patient"}, "structure", ["resourceType"]),
        ({"resourceType": "Parameters"}, "required", ["Parameters.parameter.where(name='patient')"]),
        (asked("2026-09-01", "2026-07-10", edition="1999"), "code-invalid", ["Parameters.parameter[2].valueCode"]),
        (asked("9901-01-01", "2026-07-10"), "value", ["Parameters.parameter.where(name='assessmentDate')"]),
    ],
)
def test_a_line_that_cannot_be_judged_says_why_in_its_place(
    run: Run, tmp_path: Path, line: Any, code: str, place: list[str] | None
) -> None:
    source = written(tmp_path / "in", [CHILDREN[0], line, CHILDREN[1]])
    told = run("immunization", "forecast", source, "out").output
    assert told == "out: 3 lines, 2 judged, 1 that cannot be judged.\n"
    first, refused, last = read(tmp_path / "out")
    assert [first["resourceType"], refused["resourceType"], last["resourceType"]] == [
        "Parameters", "OperationOutcome", "Parameters",
    ]  # fmt: skip
    assert refused["issue"][-1]["code"] == code
    assert place is None or place in [issue.get("expression") for issue in refused["issue"]]


def test_many_processes_answer_as_one_does(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast_file, "_PART", 4_000)
    source = written(tmp_path / "in", [*CHILDREN, "{", *CHILDREN, *CHILDREN], ending="")
    assert source.stat().st_size > 2 * 4_000
    run("immunization", "forecast", source, "one", "--processes", 1)
    told = run("immunization", "forecast", source, "two", "--processes", 2).output
    assert told == "two: 10 lines, 9 judged, 1 that cannot be judged.\n"
    assert (tmp_path / "two").read_bytes() == (tmp_path / "one").read_bytes()


def test_the_language_is_the_terminals(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = written(tmp_path / "in", [CHILDREN[0]])
    run("immunization", "forecast", source, "english")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    run("immunization", "forecast", source, "chinese")
    assert "乙肝疫苗" in (tmp_path / "chinese").read_text("utf-8")
    assert "hepatitis B vaccine" in (tmp_path / "english").read_text("utf-8")


def test_nothing_is_written_over_the_file_that_is_read(run: Run, tmp_path: Path) -> None:
    source = written(tmp_path / "in", CHILDREN)
    kept = source.read_bytes()
    assert run("immunization", "forecast", source, source).exit_code == 1
    assert source.read_bytes() == kept


def test_an_answer_that_was_not_finished_leaves_the_old_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> bytes:
        raise KeyboardInterrupt

    (tmp_path / "out").write_text("old", "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(forecast_file, "parse", stopped)
        assert run("immunization", "forecast", written(tmp_path / "in", CHILDREN), "out").exit_code != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]
    assert (tmp_path / "out").read_text("utf-8") == "old"


def test_a_child_that_is_not_there_cannot_be_explained(run: Run) -> None:
    refused = run(
        "immunization", "explain", "--child", "nobody", "--on", "2026-11-22", "--database-url", "sqlite:///x.db"
    )
    assert refused.exit_code == 1


def test_a_part_that_fails_lets_no_process_wait_for_it_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast_file, "_PART", 4_000)
    source = written(tmp_path / "in", CHILDREN * 12)

    def full(_: float) -> None:
        (tmp_path / "out.part").unlink(missing_ok=True)

    with pytest.raises(FileNotFoundError):
        forecast_file.forecast_file(schemas_dir(), source, tmp_path / "out", "en", full, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
