"""healthrec import doses: rehearsed, saved, told again as on record, and taken back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import settings_for
from tests.services.imports.test_dose_import import HEADINGS, Place
from typer.testing import CliRunner, Result

from healthrec.cli import app
from healthrec.services.opening import opened

pytestmark = pytest.mark.one_database


def test_a_file_of_doses_is_rehearsed_saved_and_undone(
    town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEALTHREC_TODAY", "2026-11-22")
    monkeypatch.setenv("HEALTHREC_SECRET_KEY", settings_for(town_url).secret_key)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with opened(settings_for(town_url)) as services:
        place = Place(services)
        rows = [place.row("水痘疫苗", "2026-11-02"), place.row("乙肝疫苗", "")]
        centre = place.centre
    file = tmp_path / "接种记录.csv"
    lines = [",".join(one) for one in (HEADINGS, *rows)]
    file.write_bytes("\n".join(lines).encode("gb18030"))

    def run(*more: str) -> Result:
        first = ["import", "doses", str(file), "--organization", centre, "--database-url", town_url]
        return CliRunner().invoke(app, [*first, *more])

    rehearsed = run("--dry-run")
    assert (rehearsed.exit_code, "没有保存任何内容" in rehearsed.output) == (1, True)
    assert "D3 没有接种日期，这一剂不能登记" in rehearsed.output
    saved = run()
    assert "已保存 1 行" in saved.output
    assert "这一剂已在档案里" in run("--dry-run").output
    batch = re.findall(r"import undo ([0-9a-f-]{36})", saved.output)[0]
    undone = CliRunner().invoke(app, ["import", "undo", batch, "--database-url", town_url])
    assert undone.exit_code == 0, undone.output
