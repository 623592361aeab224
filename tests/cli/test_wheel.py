"""The wheel carries all that the program needs: installed outside the checkout, it makes a demo town."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_wheel_makes_a_demo_town_outside_the_checkout(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(CHECKOUT)],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    (wheel,) = (tmp_path / "dist").glob("healthrec-*.whl")
    venv.create(tmp_path / "env", with_pip=False)
    scripts = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / "python"
    site = Path(output([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip())
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--no-deps",
            "--no-index",
            "--quiet",
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    # The other packages come from where the tests run: a plain path, since a .pth would bring the checkout in too.
    (site / "parts.pth").write_text(f"import sys; sys.path.append({sysconfig.get_path('purelib')!r})\n", "utf-8")
    where = output([python, "-c", "import healthrec; print(healthrec.__file__)"], cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(tmp_path)
    told = output([scripts / "healthrec", "demo", "--no-serve", "--children", "4"], cwd=tmp_path)
    assert "parent2" in told
    assert output([scripts / "healthrec", "check-rules"], cwd=tmp_path)


def output(command: list[str | Path], cwd: Path | None = None) -> str:
    """What a command prints; it must succeed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HEALTHREC"))}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
