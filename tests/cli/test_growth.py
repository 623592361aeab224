"""healthrec growth assess: a file of children in, the same file judged out."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from healthrec.cli.speaking import words
from healthrec.domain.growth import Measurement, Subject, evaluate
from healthrec.errors import HealthrecError
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir
from healthrec.sheets import OutSheet, read_workbook, write_xlsx

Run = Any
HEADINGS = ("name", "sex", "birth_date", "date", "weight_kg", "length_height_cm", "position", "head_circumference_cm")
ROWS = (
    ("甲", "男", "2025-01-01", "2026-01-01", "9.60", "76.0", "lying", "46.0"),
    ("乙", "女", "2023/11/22", "2025年11月22日", "8.1", "80", "立位", ""),
    ("丙", "m", "20240229", "2026-02-28", "11.2kg", "86.6", "", "47.5"),
    ("丁", "2", "2020-01-05", "2026-11-05", "20", "115", "standing", ""),
    ("戊", "?", "2025-01-01", "2026-01-01", "9.6", "76", "", ""),
    ("己", "1", "2025-01-01", "2026-01-01", "未测", "", "", ""),
)


def text_file(
    path: Path, rows: Any = ROWS, headings: Any = HEADINGS, encoding: str = "utf-8", separator: str = ","
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([headings, *rows])
    return path


def read(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def assessed(run: Run, source: Path, target: str = "out.csv", *options: str) -> list[dict[str, str]]:
    done = run("growth", "assess", source, target, *options)
    assert done.exit_code == 0, done.output
    return read(Path(target))


def test_every_row_gets_what_the_page_of_that_child_would_say(run: Run, tmp_path: Path) -> None:
    found = assessed(run, text_file(tmp_path / "in.csv"), "out.csv", "--standard", "who-2006")
    rules = load_rulebook(schemas_dir()).growth_rules(date(2026, 11, 22), "who-2006")
    day = date(2026, 1, 1)
    measured = [
        Measurement("weight", Decimal("9.60"), day), Measurement("length", Decimal("76.0"), day),
        Measurement("head", Decimal("46.0"), day),
    ]  # fmt: skip
    findings = evaluate(rules, Subject("male", date(2025, 1, 1)), measured)
    for index, finding in zip(("waz", "haz", "whz", "baz", "hcz"), findings, strict=True):
        assert found[0][index] == f"{finding.z_score:.2f}"
        assert found[0][f"{index}_percentile"] == f"{finding.percentile:.1f}"
        assert found[0][f"{index}_flag"] == "0"
        assert found[0][f"{index}_category"] == (finding.nutrition or "")
    assert found[0]["standard"] == "WHO 2006" and found[0]["reason"] == ""


def test_rows_keep_their_order_and_every_cell_its_letters(run: Run, tmp_path: Path) -> None:
    found = assessed(run, text_file(tmp_path / "in.csv"))
    assert [tuple(row[name] for name in HEADINGS) for row in found] == list(ROWS)


def test_a_row_without_a_result_says_why(run: Run, tmp_path: Path) -> None:
    found = assessed(run, text_file(tmp_path / "in.csv"), "out.csv", "--standard", "who-2006")
    assert found[4]["reason"] == "not readable: sex, sex is neither male nor female"
    assert found[5]["reason"] == "no measurement that can be judged"
    assert {found[4]["waz"], found[5]["waz"]} == {""}


def test_words_forms_of_dates_and_units_are_understood(run: Run, tmp_path: Path) -> None:
    found = assessed(run, text_file(tmp_path / "in.csv"), "out.csv", "--standard", "who-2006")
    assert all(row["waz"] and row["haz"] for row in found[:4])
    assert found[3]["standard"] == "WHO 2007"
    assert found[3]["reason"] == "older than the standard reaches (whz)"


def test_the_chinese_standard_gives_both_levels_and_names_its_rules(run: Run, tmp_path: Path) -> None:
    found = assessed(run, text_file(tmp_path / "in.csv"))
    assert (found[0]["waz_level_sd"], found[0]["waz_level_percentile"]) == ("middle", "middle")
    assert (found[1]["waz_category"], found[1]["waz_level_sd"]) == ("severe-underweight", "lower")
    assert found[3]["baz"] == "" and "prints nothing for this age" in found[3]["reason"]
    assert found[2]["notes"].startswith("interpolated between")


@pytest.mark.parametrize(
    ("encoding", "separator"), [("gbk", ","), ("utf-16", "\t"), ("utf-8-sig", ";"), ("gb18030", ",")]
)
def test_files_as_offices_save_them_are_read(run: Run, tmp_path: Path, encoding: str, separator: str) -> None:
    source = text_file(tmp_path / "in.csv", encoding=encoding, separator=separator)
    found = assessed(run, source, "out.csv", "--standard", "who-2006")
    assert [row["name"] for row in found] == ["甲", "乙", "丙", "丁", "戊", "己"]
    assert found[0]["waz"] != ""


def test_text_that_turns_out_to_be_gbk_late_in_the_file_is_read(run: Run, tmp_path: Path) -> None:
    plain = [("child", "m", "2025-01-01", "2026-01-01", "9.6", "76", "", "")] * 3_000
    source = text_file(tmp_path / "in.csv", [*plain, ROWS[0]], encoding="gbk")
    assert assessed(run, source)[-1]["name"] == "甲"


def test_parquet_keeps_its_types_and_gets_numbers(run: Run, tmp_path: Path) -> None:
    days = pa.array([date(2025, 1, 1), None], pa.date32())
    table = pa.table({"id": [7, 8], "sex": pa.array([1, 2], pa.int8()), "birth_date": days,
                      "date": pa.array([date(2026, 1, 1)] * 2), "weight_kg": [9.6, None], "oedema": [False, True]})  # fmt: skip
    parquet.write_table(table, tmp_path / "in.parquet")
    assert run("growth", "assess", tmp_path / "in.parquet", "out.parquet", "--standard", "who-2006").exit_code == 0
    found = parquet.read_table("out.parquet")
    assert found.schema.field("id").type == pa.int64() and found.schema.field("birth_date").type == pa.date32()
    assert (found["waz"].to_pylist(), found["waz_flag"].to_pylist()) == ([-0.04, None], [False, None])
    assert found["waz_category"].to_pylist() == ["normal", None]


def test_a_workbook_comes_in_and_goes_out(run: Run, tmp_path: Path) -> None:
    rows = [["甲", "男", 365, 9.6, 76, 46], ["乙", "女", 365.5, 8.9, "", "无"]]
    headings = ["姓名", "性别", "age_days", "体重", "length_height_cm", "head_circumference_cm"]
    (tmp_path / "in.xlsx").write_bytes(write_xlsx([OutSheet("测量", headings, rows)]))
    done = run("growth", "assess", tmp_path / "in.xlsx", "out.xlsx", "--columns", "sex=性别,weight_kg=体重")
    assert done.exit_code == 0, done.output
    assert "out.xlsx: 2 rows, 2 with a result, 0 without." in done.output
    (sheet,) = read_workbook(Path("out.xlsx").read_bytes(), "out.xlsx").sheets
    first = dict(zip(sheet.rows[0], sheet.rows[1], strict=True))
    assert (first["姓名"], first["体重"], first["waz"], first["waz_flag"]) == ("甲", 9.6, -0.46, 0)


def test_a_workbook_keeps_numbers_among_words_and_dates_as_they_were(run: Run, tmp_path: Path) -> None:
    rows = [["7", date(2025, 1, 1), "男", 365, 9.6], [7, "去年", "女", 365, 8.9], ["", "", "女", 365, "未测"]]
    headings = ["room", "since", "sex", "age_days", "weight_kg"]
    (tmp_path / "in.xlsx").write_bytes(write_xlsx([OutSheet("1", headings, rows)]))
    done = run("growth", "assess", tmp_path / "in.xlsx", "out.xlsx", "--standard", "who-2006")
    assert done.exit_code == 0, done.output
    (sheet,) = read_workbook(Path("out.xlsx").read_bytes(), "out.xlsx").sheets
    kept = [tuple(row[at] for at in (0, 1, 4)) for row in sheet.rows[1:]]
    assert kept == [("7", date(2025, 1, 1), 9.6), (7, "去年", 8.9), ("", "", "未测")]
    assert [row[5] for row in sheet.rows[1:]] == [-0.04, -0.04, ""]


def test_both_ages_and_both_results_of_a_child_born_early(run: Run, tmp_path: Path) -> None:
    headings = ("sex", "age_days", "weight_kg", "gestation_days", "muac_cm", "triceps_mm", "subscapular_mm")
    rows = [("f", 200, 6.0, 224, 13, 8, 7), ("f", 200, 6.0, "", 13, 8, 7)]
    found = assessed(run, text_file(tmp_path / "in.csv", rows, headings), "out.csv", "--standard", "who-2006")
    early, term = found
    assert (early["corrected_age_days"], term["corrected_age_days"]) == ("144", "")
    assert early["waz_uncorrected"] == term["waz"] != early["waz"]
    assert early["notes"] == "by corrected age"
    assert all(early[name] and early[f"{name}_uncorrected"] for name in ("acz", "tsz", "ssz"))


def test_arms_have_no_columns_where_the_standard_has_no_tables(run: Run, tmp_path: Path) -> None:
    found = assessed(
        run, text_file(tmp_path / "in.csv", [("f", 12, 9, 14)], ("sex", "age_months", "weight_kg", "muac_cm"))
    )
    assert "acz" not in found[0] and found[0]["waz"]


@pytest.mark.parametrize(
    ("headings", "row", "reason"),
    [
        (("sex", "age_days", "length_height_cm", "position"), ("m", 400, 75, "sitting"), "not readable: position"),
        (("sex", "age_days", "weight_kg", "oedema"), ("m", 400, 9, "maybe"), "not readable: oedema"),
        (("sex", "age_days", "weight_kg", "oedema"), ("m", 400, 9, "y"), "oedema: weight is not judged (waz)"),
        (("sex", "age_days", "weight_kg"), ("m", "", 9), "age not known"),
        (("sex", "age_days", "weight_kg"), ("m", -3, 9), "before birth"),
        (("sex", "birth_date", "date", "weight_kg"), ("m", "2025-02-30", "2026-01-01", 9), "not readable: birth_date, age not known"),
        (("sex", "age_days", "weight_kg"), ("unknown", 400, 9), "sex is neither male nor female"),
        (("sex", "age_days", "weight_kg"), ("m", 400, "about ten"), "not readable: weight_kg"),
        (("sex", "age_days", "weight_kg"), ("m", 400, 0), "no measurement that can be judged"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_told_in_words(
    run: Run, tmp_path: Path, headings: Any, row: Any, reason: str
) -> None:
    (found,) = assessed(run, text_file(tmp_path / "in.csv", [row], headings), "out.csv", "--standard", "who-2006")
    assert found["reason"] == reason


@pytest.mark.parametrize(
    ("headings", "options", "told"),
    [
        (("age_days", "weight_kg"), (), "Missing columns: sex. The file has: age_days, weight_kg."),
        (("sex", "birth_date", "weight_kg"), (), "Missing columns: birth_date+date / age_days / age_months."),
        (("sex", "age_days", "notes"), (), "Missing columns: weight_kg / length_height_cm /"),
        (("sex", "age_days", "weight_kg"), ("--columns", "height=stature"), "--columns has no column height."),
        (("sex", "age_days", "weight_kg"), ("--columns", "sex=Gender"), "The file has no column Gender."),
        (("sex", "age_days", "weight_kg"), ("--columns", "sex"), "Write --columns like this"),
        (("sex", "age_days", "weight_kg", "waz"), (), "The file already has these columns: waz."),
        (("sex", "age_days", "weight_kg"), ("--standard", "who-1977"), "There is no standard who-1977."),
    ],
)
def test_a_file_that_cannot_be_judged_is_refused_in_words(
    run: Run, tmp_path: Path, headings: Any, options: Any, told: str
) -> None:
    source = text_file(tmp_path / "in.csv", [("1",) * len(headings)], headings)
    done = run("growth", "assess", source, "out.csv", *options)
    assert done.exit_code == 1
    issues = done.exception.issues if isinstance(done.exception, HealthrecError) else ()
    assert told in " ".join([done.output, done.stderr, *(words().message(one.key, **one.params) for one in issues)])
    assert not Path("out.csv").exists()
