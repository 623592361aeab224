"""healthrec import roster and measurements: told by cell, status 0 only when every row is well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import settings_for
from tests.services.imports.files import GBK, ROSTER, child, nurse, sheet
from tests.services.imports.test_roster_import import live, saved_keys
from typer.testing import CliRunner, Result

from healthrec.cli import app
from healthrec.errors import HealthrecError, NotFound
from healthrec.services.opening import opened
from healthrec.services.record.write import Change, apply

pytestmark = pytest.mark.one_database
MEASURED = ("姓名", "性别", "出生日期", "体重", "身高", "测量日期")


@pytest.fixture
def place(town_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of the demo nurse's nursery; the command opens the same installation."""
    monkeypatch.setenv("HEALTHREC_TODAY", "2026-11-22")
    monkeypatch.setenv("HEALTHREC_SECRET_KEY", settings_for(town_url).secret_key)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with opened(settings_for(town_url)) as services:
        return nurse(services)[1]


def run(url: str, kind: str, file: Path, place: str, *more: str) -> Result:
    return CliRunner().invoke(app, ["import", kind, str(file), "--organization", place, "--database-url", url, *more])


def put(folder: Path, data: bytes) -> Path:
    file = folder / "名单.xlsx"
    file.write_bytes(data)
    return file


def test_a_dry_run_of_the_sample_tells_and_saves_nothing(town_url: str, place: str) -> None:
    for _ in range(2):
        result = run(town_url, "roster", ROSTER, place, "--dry-run")
        assert result.exit_code == 0, result.output
        assert "51 行，其中可保存 51" in result.output
        assert "没有保存任何内容" in result.output
        assert re.search(r"说明 托大班!A23 合计行", result.output)


def test_the_sample_is_saved_and_then_on_record(town_url: str, place: str) -> None:
    result = run(town_url, "roster", ROSTER, place)
    assert result.exit_code == 0, result.output
    assert "已保存 51 行" in result.output


def test_an_import_is_taken_back_by_the_id_that_it_told_and_what_was_changed_since_is_listed(
    town_url: str, place: str, tmp_path: Path
) -> None:
    saved = run(town_url, "roster", put(tmp_path, sheet(child("张小树"), child("李小海", sequence="003"))), place)
    (batch,) = re.findall(r"import undo ([0-9a-f-]{36})", saved.output)
    with opened(settings_for(town_url)) as services:
        caller, _ = nurse(services)
        (key, _) = saved_keys(services, batch)
        (patient,) = live(services, "Patient", key)
        named = {**patient, "name": [{"use": "official", "text": "张小林"}]}
        apply(services, caller, [Change("PUT", "Patient", named, patient["id"], 1)])
    undo = ["import", "undo", batch, "--database-url", town_url]
    told = CliRunner().invoke(app, undo)
    assert told.exit_code == 1
    assert "已撤销 1 行；1 行因为之后有改动而保留" in told.output
    assert f"保留：Patient · Patient/{patient['id']}" in told.output
    assert "张小林" not in told.output
    again = CliRunner().invoke(app, undo)
    assert isinstance(again.exception, HealthrecError)
    assert isinstance(CliRunner().invoke(app, ["import", "undo", "nothing", *undo[3:]]).exception, NotFound)


def test_a_refused_row_is_named_by_cell_and_the_others_go_in(town_url: str, place: str, tmp_path: Path) -> None:
    unborn = child("李小海", born="2027-01-01", sequence="003")
    result = run(town_url, "roster", put(tmp_path, sheet(child("张小树"), unborn)), place)
    assert result.exit_code == 1
    assert "错误 名单!C3 出生日期 2027-01-01 还没到" in result.output.replace("2027年1月1日", "2027-01-01")
    assert "已保存 1 行" in result.output


def test_measurements_of_strangers_end_with_status_one(town_url: str, place: str) -> None:
    result = run(town_url, "measurements", GBK, place, "--dry-run")
    assert result.exit_code == 1
    assert "本机构没有这名儿童" in result.output


def test_a_day_for_the_whole_file_can_be_given(town_url: str, place: str, tmp_path: Path) -> None:
    run(town_url, "roster", put(tmp_path, sheet(child("张小树"))), place)
    data = sheet(["张小树", "男", "2024-05-06", "12.5", "88.0"], headings=MEASURED)
    assert run(town_url, "measurements", put(tmp_path, data), place).exit_code == 1
    given = run(town_url, "measurements", put(tmp_path, data), place, "--measured-on", "2026-11-02")
    assert given.exit_code == 0, given.output
    assert run(town_url, "measurements", put(tmp_path, data), place, "--measured-on", "soon").exit_code == 2


def test_an_unknown_nursery_is_refused(town_url: str, place: str) -> None:
    result = run(town_url, "roster", ROSTER, "no-such-nursery")
    assert result.exit_code == 1
    assert place
