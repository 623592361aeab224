"""The rules that are shipped are whole, and their numbers are the registered ones."""

import csv
import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from healthrec.rulebook import check_rules, load_rulebook
from healthrec.rulebook.book import BUILDERS
from healthrec.settings import schemas_dir

BOOK = load_rulebook(schemas_dir())
TODAY = date(2026, 11, 22)


def test_no_shipped_rule_has_a_problem() -> None:
    assert check_rules(schemas_dir()) == []


@pytest.mark.parametrize("kind", BUILDERS)
def test_every_typed_kind_has_a_set_with_a_source(kind: str) -> None:
    for rule_set in BOOK.of_kind(kind):
        assert rule_set.id and rule_set.edition and rule_set.source
        assert rule_set.effective <= TODAY
        assert rule_set.status in {"confirmed", "local", "unconfirmed", "policy", "own"}


def test_the_standard_in_force_is_the_one_of_2022() -> None:
    standard = BOOK.growth_rules(TODAY).standard
    assert (standard.rule_id, standard.edition, standard.effective) == (
        "wst423-2022",
        "WS/T 423-2022",
        date(2023, 3, 1),
    )


def test_the_loaded_cut_offs_are_those_of_the_file() -> None:
    """Read once more, by another way."""
    tables = BOOK.growth_rules(TODAY).standard.tables
    with (schemas_dir() / "growth/wst423-2022/sd.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            table = tables[row["indicator"], row["sex"]]
            at = int(np.flatnonzero(table.x == float(row["x"]))[-1])
            assert table.axis == row["x_kind"]
            assert table.sd[at].tolist() == [float(row[name]) for name in list(row)[5:]]


def test_median_and_middle_percentile_are_printed_alike() -> None:
    for table in BOOK.growth_rules(TODAY).standard.tables.values():
        assert (table.sd[:, 3] == table.percentiles[:, 3]).all()


def test_the_fit_is_marked_as_ours() -> None:
    (standard,) = [found for found in BOOK.of_kind("growth-standard") if found.id == "wst423-2022"]
    assert {name: table["status"] for name, table in standard.content["tables"].items()} == {
        "sd": "confirmed",
        "percentiles": "confirmed",
        "lms": "own",
    }


def test_the_guide_visit_names_its_policy() -> None:
    duty = BOOK.duty("guide-visit", TODAY)
    assert (duty.code, duty.edition) == ("guide-visit", "ZJ-PHTY")


def test_the_form_asks_for_the_signs_of_the_table_in_the_same_words() -> None:
    form = json.loads((schemas_dir() / "questionnaires/warning-signs.json").read_text(encoding="utf-8"))
    asked = {
        item["linkId"]: (item["text"], _english(item).lower())
        for group in form["item"]
        for item in group.get("item", [])
        if item["type"] == "choice"
    }
    signs = [sign for column in BOOK.warning_signs(TODAY).columns for sign in column.signs]
    assert {sign.link_id: (sign.zh, sign.en.lower()) for sign in signs} == asked


def _english(item: dict[str, Any]) -> str:
    """The English translation that a form item carries."""
    parts = [{part["url"]: part for part in one["extension"]} for one in item["_text"]["extension"]]
    return next(str(part["content"]["valueString"]) for part in parts if part["lang"]["valueCode"] == "en")
