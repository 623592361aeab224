"""Every growth standard is whole, gives its published numbers back, and names its faults by file and place."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from healthrec.domain.growth import curves, value_at, z_scores
from healthrec.domain.growth.standard import lines, z_of_mark
from healthrec.rulebook import check_rules, load_rulebook
from healthrec.settings import schemas_dir

STANDARDS = load_rulebook(schemas_dir()).growth.standards
WHO = STANDARDS["who-2006"]
FOLDER = "growth/who-2006"


def test_standards_are_found_by_their_ids() -> None:
    editions = {name: standard.edition for name, standard in STANDARDS.items()}
    expected = {"wst423-2022": "WS/T 423-2022", "who-2006": "WHO 2006", "who-2007": "WHO 2007"}
    assert editions.items() >= expected.items()


@pytest.mark.parametrize(
    ("indicator", "axis", "first", "last"),
    [("wfa", "age_day", 0, 1826), ("hcfa", "age_day", 0, 1826), ("acfa", "age_day", 91, 1826),
     ("wfl", "length_cm", 45, 110), ("wfh", "height_cm", 65, 120)],
)  # fmt: skip
def test_who_reaches_as_far_as_it_is_published(indicator: Any, axis: str, first: float, last: float) -> None:
    for sex in ("male", "female"):
        table = WHO.tables[indicator, sex]
        assert (table.axis, table.first, table.last) == (axis, first, last)
        assert np.diff(table.x) == pytest.approx(1 if axis == "age_day" else 0.1)


@pytest.mark.parametrize(
    ("indicator", "sex", "x", "z", "published"),
    [
        ("wfa", "male", 0, -2, 2.5), ("wfa", "male", 0, 0, 3.3), ("wfa", "male", 0, 3, 5.0),
        ("wfa", "male", 365, -3, 6.9), ("wfa", "male", 365, 2, 12.0), ("wfa", "female", 365, -2, 7.0),
        ("lhfa", "male", 730, -2, 81.7), ("lhfa", "male", 731, -2, 81.0), ("lhfa", "male", 1826, 0, 110.0),
        ("hcfa", "male", 365, 0, 46.1), ("bfa", "female", 730, 0, 15.4), ("bfa", "female", 731, 0, 15.7), ("wfl", "male", 45, 0, 2.4),
    ],
)  # fmt: skip
def test_who_values_are_those_of_the_field_tables(
    indicator: Any, sex: str, x: float, z: float, published: float
) -> None:
    assert round(value_at(WHO, indicator, sex, x, z), 1) == published


def test_lines_of_a_standard_that_prints_none_come_from_its_l_m_s() -> None:
    table = WHO.tables["wfa", "male"]
    (_, lower), (_, p97) = curves(WHO, "wfa", "male", ["-2", "P97"])
    assert z_scores(table, [x for x, _ in lower], [value for _, value in lower]) == pytest.approx(-2)
    assert z_scores(table, [x for x, _ in p97], [value for _, value in p97]) == pytest.approx(z_of_mark("P97"))
    assert table.sd.shape == table.percentiles.shape == (1827, 7)


def test_a_label_that_means_nothing_has_no_line() -> None:
    with pytest.raises(KeyError):
        lines(WHO.tables["wfa", "male"], ("Pfifty",))


def test_the_step_where_lying_becomes_standing_is_the_published_one() -> None:
    ((_, points),) = curves(WHO, "lhfa", "male", ["0"])
    before, after = (dict(points)[day] for day in (730, 731))
    assert after - before == pytest.approx(-0.67, abs=0.02)


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """A copy of the growth rules that a test may break."""
    shutil.copytree(schemas_dir() / "growth", tmp_path / "growth")
    (tmp_path / "meta").mkdir()
    for path in (schemas_dir() / "meta").glob("*.json"):
        if path.stem.split("-")[0] in ("header", "growth"):
            shutil.copy(path, tmp_path / "meta")
    return tmp_path


def told(schemas: Path) -> set[tuple[str, str, str]]:
    """What is wrong with the standards; other kinds are not all there."""
    found = check_rules(schemas)
    return {(problem.file, problem.place, problem.code) for problem in found if problem.file.startswith("growth/who")}


def test_a_whole_copy_is_well(schemas: Path) -> None:
    assert told(schemas) == set()


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("female_s", "female_sd", "row 1", "table"),
        ("2.441", "heavy", "", "table"),
        ("2.441", "nan", "row 2", "table"),
        ("2.441", "-2.441", "", "table"),
        ("45.1,", "45,", "", "order"),
    ],
)
def test_a_broken_table_of_l_m_s_is_told(schemas: Path, old: str, new: str, place: str, code: str) -> None:
    path, file = schemas / FOLDER / "wfl.csv", f"{FOLDER}/wfl.csv"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert told(schemas) == {(file, "", "checksum")}
    standard = schemas / FOLDER / "standard.yaml"
    registered = standard.read_text(encoding="utf-8").replace(before, hashlib.sha256(path.read_bytes()).hexdigest())
    standard.write_text(registered, encoding="utf-8")
    assert told(schemas) == {(file, place, code)}


@pytest.mark.parametrize(
    ("edit", "place", "code"),
    [
        (lambda c: c["nutrition"]["scales"]["wfa"].update(bounds=[-2, -3]), "nutrition/scales/wfa", "order"),
        (lambda c: c["nutrition"]["scales"]["wfa"].update(bounds=[-3.5, -2]), "nutrition/scales/wfa/bounds/0", "shape"),
        (lambda c: c["nutrition"]["scales"]["bfa"].update(exclusive=[4]), "nutrition/scales/bfa", "order"),
        (lambda c: c.pop("lms_tables"), "", "shape"),
        (lambda c: c.pop("clock"), "", "shape"),
    ],
)
def test_a_broken_standard_is_told(schemas: Path, edit: Callable[[Any], object], place: str, code: str) -> None:
    path = schemas / FOLDER / "standard.yaml"
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    typed = yaml.safe_load(path.read_text(encoding="utf-8")) | {"effective": content["effective"]}
    edit(typed)
    path.write_text(yaml.safe_dump(typed, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert (f"{FOLDER}/standard.yaml", place, code) in told(schemas)
