"""Small spreadsheets and the steps of an import, for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.town import caller_named

from healthrec.domain.identifiers import resident_id_check
from healthrec.services.context import Caller, Services
from healthrec.services.imports import batches
from healthrec.services.imports.reading import dry_run
from healthrec.services.imports.rows import Row
from healthrec.sheets import OutSheet, write_xlsx

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
ROSTER = SAMPLES / "托育园花名册.xlsx"
GBK = SAMPLES / "体检登记_gbk.csv"
HEADINGS = (
    "姓名",
    "性别",
    "出生日期",
    "身份证号码",
    "班级",
    "监护人",
    "关系",
    "电话",
    "入托日期",
    "过敏史",
    "体重",
    "身高",
    "测量日期",
)


def number(born: str, sequence: str) -> str:
    """A made-up ID number."""
    first = f"899999{born.replace('-', '')}{sequence}"
    return first + resident_id_check(first)


def sheet(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> bytes:
    """One sheet with these rows; missing cells are blank."""
    return write_xlsx([OutSheet("名单", headings, [[*row, *[""] * (len(headings) - len(row))] for row in rows])])


def measured_sheet(*rows: Sequence[str]) -> bytes:
    """A list of a measuring day, by name only."""
    return write_xlsx([OutSheet("登记", ("姓名", "体重(kg)", "身高(cm)", "测量日期"), [list(row) for row in rows])])


def child(
    name: str, born: str = "2024-05-06", sequence: str = "001", class_name: str = "彩虹班", phone: str = "13800000001"
) -> list[str]:
    """A row of a well-kept roster."""
    sex = "男" if int(sequence[-1]) % 2 else "女"
    return [name, sex, born, number(born, sequence), class_name, "张大树", "父亲", phone, "2026-09-01", "花生"]


def nurse(services: Services, username: str = "nurse") -> tuple[Caller, str]:
    """The demo nurse and the id of her nursery."""
    caller = caller_named(services, username)
    return caller, batches.places(services, caller)[0].id


def rehearsed(
    services: Services, caller: Caller, place: str, data: bytes, kind: str = "roster", **more: object
) -> tuple[str, list[Row]]:
    """A file handed in and read."""
    id_ = batches.start(services, caller, place, kind, "file.xlsx", data)  # type: ignore[arg-type]
    return id_, dry_run(services, caller, id_, **more)  # type: ignore[arg-type]


def states(rows: Sequence[Row]) -> dict[str, int]:
    """Number of rows by state."""
    return dict(Counter(row.state for row in rows))


def codes(row: Row) -> set[str]:
    """The problems of a row."""
    return {problem["code"] for problem in row.told}
