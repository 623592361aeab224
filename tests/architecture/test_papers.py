"""What a reader looks for is there; nothing is left open, and nothing points to one machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".json",
    ".html",
    ".css",
    ".js",
    ".po",
    ".cfg",
    ".ini",
    ".lock",
    ".txt",
    ".sh",
    "",
}
OPEN_ENDS = re.compile("|".join(rf"\b{word}\b" for word in ("TO" + "DO", "FIX" + "ME", "X" * 3)))
PLACES = re.compile(
    r"(?<![\w.])/(work|home|root|Users)/\w|[\w-]+\.pythonhosted\.org|pypi\.org/simple|registry\.npmjs|index-url|mirrors?\.\w+\.\w+"
)


def _tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def _texts() -> list[tuple[Path, str]]:
    return [
        (path, path.read_text("utf-8", "replace"))
        for path in _tracked()
        if path.suffix in TEXT and path.stat().st_size < 2_000_000
    ]


@pytest.mark.parametrize(
    "name",
    ["README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE", "docs/architecture.md",
     "docs/glossary.md", "docs/data-sources.md", "requirements.lock", ".ci/run", "Makefile"],
)  # fmt: skip
def test_the_paper_is_there_and_says_something(name: str) -> None:
    assert (ROOT / name).is_file()
    assert (ROOT / name).stat().st_size > 100


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_nothing_is_left_open() -> None:
    assert not [
        str(path.relative_to(ROOT))
        for path, text in _texts()
        if path.suffix in (".py", ".md", ".html") and OPEN_ENDS.search(text)
    ]


def test_nothing_points_to_one_machine_or_registry() -> None:
    found = {
        str(path.relative_to(ROOT)): match.group(0)
        for path, text in _texts()
        if path != Path(__file__) and (match := PLACES.search(text))
    }
    assert not found


def test_no_coding_of_SNOMED_CT_is_shipped() -> None:
    """Its licence does not allow it (design decision 16); national data sets carry such codings among their own."""
    licensed = re.compile(r"snomed\.info/sct|<codeSystem>\s*SNOMED|2\.16\.840\.1\.113883\.6\.96", re.IGNORECASE)
    kept = [path for path in _tracked() if path.parts[len(ROOT.parts)] in ("schemas", "src", "reports")]
    assert len(kept) > 300
    assert not [path.name for path in kept if licensed.search(path.read_text("utf-8", "ignore"))]


def test_links_between_papers_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_command_is_in_the_readme() -> None:
    import typer.main

    from healthrec.cli import app

    readme = (ROOT / "README.md").read_text("utf-8")
    group = typer.main.get_command(app)
    missing = [name for name in _commands(group, "healthrec") if name not in readme]
    assert not missing


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_setting_is_in_both_readmes(name: str) -> None:
    from healthrec.settings import Settings

    readme = (ROOT / name).read_text("utf-8")
    wanted = [f"HEALTHREC_{field.upper()}" for field in Settings.model_fields if field != "demo"]
    assert not [setting for setting in wanted if f"`{setting}`" not in readme]


def _commands(command: object, name: str) -> list[str]:
    inner = getattr(command, "commands", None)
    return [name] if not inner else [full for word, one in inner.items() for full in _commands(one, f"{name} {word}")]
