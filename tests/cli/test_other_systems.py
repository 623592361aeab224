"""A clinic's PC runs Windows: what is not there must not be needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from healthrec.settings import schemas_dir

ABSENT = ("sqlcipher3", "uvloop", "httptools", "fcntl", "resource", "pwd", "grp", "termios")
"""Modules of Linux, and packages that have no wheel for Windows."""

WITHOUT = "import sys; sys.modules |= dict.fromkeys({}); from healthrec.cli import main; main()"


@pytest.mark.slow
def test_a_demo_town_is_made_without_what_only_linux_has(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(ABSENT), "demo", "--no-serve", "--children", "3"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(schemas_dir().parent / "src"), "LANG": "en_US.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert "vaccinator" in made.stdout
    assert (tmp_path / "var" / "demo.db").stat().st_size > 100_000
