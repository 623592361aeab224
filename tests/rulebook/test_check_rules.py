"""Each way in which a rule file can be wrong is told with its file and place."""

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from healthrec.errors import Refused
from healthrec.rulebook import Problem, book, check_rules, load_rulebook
from healthrec.rulebook.book import in_force
from healthrec.settings import schemas_dir

OURS = ("growth", "screening", "duties", "immunization")
SIGNS = "screening/warning-signs.yaml"
STANDARD = "growth/wst423-2022/standard.yaml"
LIMITS = "growth/entry-limits.yaml"
CHANGE = "growth/change.yaml"
DUTY = "duties/guide-visit.yaml"
CDSI = "immunization/us-cdsi-4.64/data.yaml"


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """A copy of the shipped rules of this room that a test may break."""
    for folder in OURS:
        shutil.copytree(schemas_dir() / folder, tmp_path / folder)
    (tmp_path / "meta").mkdir()
    for path in (schemas_dir() / "meta").glob("*.json"):
        if path.stem.split("-")[0] in ("header", "growth", "warning", "duty", "immunization", "vaccine"):
            shutil.copy(path, tmp_path / "meta")
    change(
        tmp_path, CDSI, lambda content: content.update(antigens=content["antigens"][-1:])
    )  # two megabytes less to read
    return tmp_path


def change(schemas: Path, file: str, edit: Callable[[Any], object]) -> None:
    """Edits the parsed content in place and writes it back."""
    content = yaml.load((schemas / file).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    typed = yaml.safe_load((schemas / file).read_text(encoding="utf-8")) | {"effective": content["effective"]}
    edit(typed)
    (schemas / file).write_text(yaml.safe_dump(typed, allow_unicode=True, sort_keys=False), encoding="utf-8")


def told(schemas: Path) -> list[tuple[str, str, str]]:
    return [(problem.file, problem.place, problem.code) for problem in check_rules(schemas)]


def test_a_whole_copy_has_no_problem(schemas: Path) -> None:
    assert check_rules(schemas) == []


@pytest.mark.parametrize(
    ("file", "edit", "place", "code"),
    [
        (SIGNS, lambda c: c.pop("source"), "", "shape"),
        (SIGNS, lambda c: c.update(status="sure"), "status", "shape"),
        (SIGNS, lambda c: c.update(effective="soon"), "effective", "shape"),
        (SIGNS, lambda c: c.update(invented=1), "", "shape"),
        (SIGNS, lambda c: c["columns"][2]["signs"][1].update(en="  "), "columns/2/signs/1", "language-gap"),
        (SIGNS, lambda c: c["columns"][1].update(code="M03"), "columns", "duplicate"),
        (SIGNS, lambda c: c["columns"][0]["signs"][0].update(link_id="M06.9"), "columns/0", "unknown-code"),
        (SIGNS, lambda c: c["columns"][0].update(to_months=9), "columns/0", "order"),
        (SIGNS, lambda c: c["columns"][10].update(to_months=72), "columns/10", "order"),
        (LIMITS, lambda c: c["possible"].update(weight=[80, 0.3]), "possible/weight", "order"),
        (LIMITS, lambda c: c["needs_reason_z"].update(bfa=[5, 5]), "needs_reason_z/bfa", "order"),
        (CHANGE, lambda c: c["rules"]["crossed-lines"].update(lines=["P3", "P15"]),
         "rules/crossed-lines/lines", "unknown-code"),
        (CHANGE, lambda c: c["rules"]["no-gain"].update(from_months=[0, 24, 12]), "rules/no-gain", "order"),
        (CHANGE, lambda c: c["rules"]["no-gain"].update(for_days=[28]), "rules/no-gain", "order"),
        (CHANGE, lambda c: c["rules"]["faltering"].pop("zh"), "rules/faltering", "shape"),
        (DUTY, lambda c: c.update(due_days_before_end="soon"), "due_days_before_end", "shape"),
        (STANDARD, lambda c: c["levels"].update(sd=[-2, -1, 1]), "levels/sd", "shape"),
        (STANDARD, lambda c: c["levels"].update(sd=[-2, -1, 2, 1]), "levels/sd", "order"),
        (STANDARD, lambda c: c["levels"].update(percentile=[5, 25, 75, 95]), "levels/percentile", "order"),
        (STANDARD, lambda c: c["nutrition"]["scales"]["wfa"].update(codes=["thin", "underweight", "normal"]),
         "nutrition/scales/wfa", "unknown-code"),
    ],
)  # fmt: skip
def test_a_fault_is_told_where_it_is(
    schemas: Path, file: str, edit: Callable[[Any], object], place: str, code: str
) -> None:
    change(schemas, file, edit)
    assert (file, place, code) in told(schemas)
    assert {problem.file for problem in check_rules(schemas)} == {file}


def test_a_missing_language_is_named(schemas: Path) -> None:
    change(schemas, DUTY, lambda content: content.update(zh=""))
    gap = next(problem for problem in check_rules(schemas) if problem.code == "language-gap")
    assert gap.params == {"language": "zh"}


@pytest.mark.parametrize(
    ("text", "place"),
    [("id: a\nid: b\n", "line 2"), ("id: [\n", "line 2"), ("id: {a: 1, a: 2}\n", "line 1")],
)
def test_a_broken_or_ambiguous_file_is_unreadable(schemas: Path, text: str, place: str) -> None:
    (schemas / DUTY).write_text(text, encoding="utf-8")
    assert told(schemas) == [(DUTY, place, "unreadable")]


def test_a_file_that_is_not_utf8_is_unreadable(schemas: Path) -> None:
    (schemas / DUTY).write_bytes("id: 指导".encode("gb18030"))
    assert told(schemas) == [(DUTY, "", "unreadable")]


def test_yes_and_days_stay_text(schemas: Path) -> None:
    (schemas / DUTY).write_text("status: yes\neffective: 2026-01-01\nnotes: true\n", encoding="utf-8")
    details = {problem.place: problem.detail for problem in check_rules(schemas) if problem.place}
    assert details["status"].startswith("'yes' is not one of")
    assert details["notes"] == "True is not of type 'array'"
    assert "effective" not in details


def table_changed(schemas: Path, name: str, old: str, new: str, register: bool = True) -> str:
    path = schemas / "growth/wst423-2022" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if register:
        key = {"sd.csv": "sd", "percentiles.csv": "percentiles", "lms_fit.csv": "lms"}[name]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        change(schemas, STANDARD, lambda content: content["tables"][key].update(sha256=digest))
    return f"growth/wst423-2022/{name}"


def published(schemas: Path, name: str, old: str, new: str, register: bool = True) -> str:
    """A file of CDSi's supporting data changed, and registered anew."""
    file = f"immunization/us-cdsi-4.64/{name}.xml"
    path = schemas / file
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    if register:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        change(schemas, CDSI, lambda content: content["antigens"][-1].update(sha256=digest))
    return file


def test_supporting_data_that_were_touched_are_noticed_though_they_are_read_late(schemas: Path) -> None:
    file = published(schemas, "zoster", "50 years", "51 years", register=False)
    assert load_rulebook(schemas).cdsi["us-cdsi-4.64"].edition == "us-cdsi-4.64"
    assert told(schemas) == [(file, "", "checksum")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<antigenSupportingData>", "<antigen>", "unreadable"),
        ("<absMinAge>50 years", "<absMinAge>soon", "contradiction"),
    ],
)
def test_supporting_data_that_say_nothing_readable_are_named(schemas: Path, old: str, new: str, code: str) -> None:
    file = published(schemas, "zoster", old, new)
    assert [(where, fault) for where, _, fault in told(schemas)] == [(CDSI if code == "contradiction" else file, code)]


def test_a_table_that_was_touched_is_noticed(schemas: Path) -> None:
    file = table_changed(schemas, "sd.csv", "2.4,2.7", "2.5,2.7", register=False)
    assert told(schemas) == [(file, "", "checksum")]


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "code"),
    [
        ("sd.csv", "2.4,2.7", "2.4,heavy", "", "table"),
        ("sd.csv", "2.4,2.7", "2.4,nan", "row 2", "table"),
        ("sd.csv", "sd_m3", "sd_minus_3", "row 1", "table"),
        ("percentiles.csv", "A.1,wfa,male,age_month,0,", "A.1,wfa,male,age_month,0.5,", "", "table"),
    ],
)
def test_a_table_must_be_numbers_in_the_same_rows(
    schemas: Path, name: str, old: str, new: str, place: str, code: str
) -> None:
    file = table_changed(schemas, name, old, new)
    assert told(schemas) == [(file, place, code)]


def test_cut_offs_must_rise(schemas: Path) -> None:
    table_changed(schemas, "sd.csv", "2.4,2.7", "2.9,2.7")
    assert told(schemas) == [(STANDARD, "wfa male", "order")]


def test_a_table_that_is_not_there_is_missing(schemas: Path) -> None:
    (schemas / "growth/wst423-2022/sd.csv").unlink()
    assert told(schemas) == [("growth/wst423-2022/sd.csv", "", "missing")]


def test_a_kind_without_a_file_is_missing(schemas: Path) -> None:
    (schemas / SIGNS).unlink()
    assert told(schemas) == [("meta/warning-signs.json", "x-files", "missing")]


def test_a_file_that_no_kind_describes_is_told(schemas: Path) -> None:
    (schemas / "growth/other.yaml").write_text("a: 1\n", encoding="utf-8")
    assert told(schemas) == [("growth/other.yaml", "", "no-schema")]


def test_a_schema_that_is_not_json_is_told(schemas: Path) -> None:
    (schemas / "meta/duty.json").write_text("{", encoding="utf-8")
    assert told(schemas) == [("meta/duty.json", "", "unreadable")]


def test_all_problems_come_at_once_and_in_order(schemas: Path) -> None:
    change(schemas, DUTY, lambda content: content.pop("zh"))
    change(schemas, SIGNS, lambda content: content.pop("en"))
    files = [problem.file for problem in check_rules(schemas)]
    assert files == sorted(files)
    assert set(files) == {DUTY, SIGNS}


def test_broken_rules_are_not_loaded(schemas: Path) -> None:
    change(schemas, DUTY, lambda content: content.pop("code"))
    with pytest.raises(Refused) as refused:
        load_rulebook(schemas)
    (issue,) = refused.value.issues
    assert (issue.code, issue.key, issue.expression) == ("invalid", "rulebook.shape", f"{DUTY}#")
    assert issue.params == {"file": DUTY, "place": "", "detail": "'code' is a required property"}


def test_a_new_kind_needs_only_a_schema(schemas: Path) -> None:
    kind = {"$id": "meals.json", "x-files": ["meals/*.yaml"], "allOf": [{"$ref": "header.json"}]}
    (schemas / "meta/meals.json").write_text(json.dumps(kind), encoding="utf-8")
    (schemas / "meals").mkdir()
    header = "id: soup\nedition: '1'\neffective: 2026-01-01\nsource: [own]\nstatus: own\nzh: 汤\nen: Soup\n"
    (schemas / "meals/soup.yaml").write_text(header, encoding="utf-8")
    (soup,) = load_rulebook(schemas).of_kind("meals")
    assert (soup.id, soup.value, soup.content["en"]) == ("soup", None, "Soup")


def test_the_version_changes_with_any_byte(schemas: Path) -> None:
    before = load_rulebook(schemas).version
    assert load_rulebook(schemas).version == before
    with (schemas / DUTY).open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert load_rulebook(schemas).version != before


class TestEditions:
    def test_the_edition_of_the_day_answers(self, schemas: Path) -> None:
        content = yaml.load((schemas / DUTY).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        text = (schemas / DUTY).read_text(encoding="utf-8").replace(content["effective"], "2027-01-01")
        (schemas / "duties/guide-visit-2027.yaml").write_text(text, encoding="utf-8")
        book = load_rulebook(schemas)
        found = [book.duty("guide-visit", day).effective for day in (date(2026, 12, 31), date(2027, 1, 1))]
        assert found == [date(2023, 1, 1), date(2027, 1, 1)]

    def test_before_the_first_edition_the_first_one_answers(self, schemas: Path) -> None:
        assert load_rulebook(schemas).duty("guide-visit", date(2020, 1, 1)).effective == date(2023, 1, 1)

    def test_what_no_set_holds_is_not_answered(self, schemas: Path) -> None:
        with pytest.raises(LookupError):
            load_rulebook(schemas).duty("lecture", date(2026, 1, 1))
        with pytest.raises(LookupError):
            in_force([], date(2026, 1, 1))


def test_problems_are_values() -> None:
    assert Problem("a.yaml", "b", "shape", "x", {"k": "v"}) == Problem("a.yaml", "b", "shape", "x")


@pytest.fixture
def with_access(schemas: Path) -> Path:
    """The copy with the access rules beside the others."""
    shutil.copytree(schemas_dir() / "access", schemas / "access")
    for path in (schemas_dir() / "meta").glob("access-*.json"):
        shutil.copy(path, schemas / "meta")
    return schemas


class TestAccessRules:
    def test_the_three_files_make_one_value(self, with_access: Path) -> None:
        access = load_rulebook(with_access).access()
        assert set(access.rights.roles) >= {"doctor", "nurse", "parent"}

    def test_two_files_that_contradict_each_other_are_told(self, with_access: Path) -> None:
        change(with_access, "access/rights.yaml", lambda content: content["roles"].pop("parent"))
        assert {code for _, _, code in told(with_access)} <= {"contradiction", "shape"}
        assert told(with_access)

    def test_one_of_three_is_not_enough(self, with_access: Path) -> None:
        (with_access / "access/grants.yaml").unlink()
        assert ("meta/access-grants.json", "x-files", "missing") in told(with_access)

    def test_a_contradiction_names_what_is_wrong(self, with_access: Path) -> None:
        change(with_access, "access/rights.yaml", lambda content: content["roles"]["nurse"].update(see=["directory"]))
        (problem,) = check_rules(with_access)
        assert (problem.file, problem.code) == ("access", "contradiction")
        assert "nurse" in problem.detail


def test_a_value_that_its_room_refuses_is_told(schemas: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("no such duty")

    monkeypatch.setattr(book, "BUILDERS", {**book.BUILDERS, "duty": refuse})
    assert [(p.file, p.code, p.detail) for p in check_rules(schemas)] == [(DUTY, "contradiction", "no such duty")]
