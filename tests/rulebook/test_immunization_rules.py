"""The shipped schedules are whole, name only what is listed, and a fault in one is told where it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from healthrec.domain.immunization import Rule, Schedule
from healthrec.rulebook import check_rules, load_rulebook
from healthrec.rulebook.files import read_yaml
from healthrec.rulebook.immunization import immunization_rules, schedule_file
from healthrec.settings import schemas_dir

BOOK = load_rulebook(schemas_dir())
RULES = BOOK.immunization()
FIRST, SECOND, THIRD, LAST = (f"immunization/{one}/schedule.yaml" for one in ("2021", "2025-01", "2025-11", "2026"))
PAID = "immunization/self-paid/schedule.yaml"


def rules_of(schedule: Schedule) -> Iterator[Rule]:
    for series in schedule.series:
        yield from (note.rule for note in (*series.notes, *series.follow_ups))
        for target in series.targets:
            yield target.rule
            yield from (one.rule for one in (*target.criteria, *target.skips))
            yield from (interval.rule for one in target.criteria for interval in one.intervals)
            yield from (offer.rule for offer in target.offers if offer.rule)
    yield from (one.rule for one in (*schedule.live_conflicts, *schedule.precautions, *schedule.advice))
    yield from (one.rule for one in schedule.administration.values())


class TestShipped:
    def test_there_are_four_editions_in_order(self) -> None:
        assert [one.edition for one in RULES.schedules] == ["2021", "2025-01", "2025-11", "2026"]
        assert [one.superseded for one in RULES.schedules] == [*(one.effective for one in RULES.schedules[1:]), None]

    @pytest.mark.parametrize("schedule", RULES.schedules, ids=lambda one: one.edition)
    def test_every_rule_has_a_source_and_a_status(self, schedule: Schedule) -> None:
        found = list(rules_of(schedule))
        assert len(found) > 100
        assert [rule.id for rule in found if not rule.source] == []
        assert {rule.status for rule in found} <= {"confirmed", "local", "unconfirmed", "own"}

    def test_what_is_only_remembered_is_never_called_confirmed(self) -> None:
        for schedule in RULES.schedules:
            assert [
                rule.id
                for rule in rules_of(schedule)
                if "GK" in rule.source and rule.status == "confirmed" and len(rule.source) == 1
            ] == []

    def test_every_condition_that_a_rule_asks_for_is_in_the_code_system(self) -> None:
        systems = {one.content["id"]: one.content for one in BOOK.of_kind("immunization-code-system")}
        listed = {concept["code"] for concept in systems["immunization-condition"]["concept"]}
        asked = {code for schedule in RULES.schedules for one in schedule.precautions
                 for code in (*one.conditions, *one.unless, *one.with_any, *([one.test] if one.test else []))}  # fmt: skip
        for file in BOOK.of_kind("immunization-schedule"):
            asked |= set(_codes(file.content))
        assert asked - listed == set()

    def test_every_vaccine_of_the_programme_has_a_way_to_be_given(self) -> None:
        for schedule in RULES.schedules:
            offered = {
                offer.vaccine
                for series in schedule.series
                if series.programme
                for target in series.targets
                for offer in target.offers
            }
            own = {code for code in offered if RULES.vaccines[code].programme}
            assert own <= set(schedule.administration)

    def test_the_live_injected_vaccines_are_those_of_the_list(self) -> None:
        listed = {code for code, one in RULES.vaccines.items() if one.live and one.injected}
        assert RULES.schedules[-1].live == listed

    def test_combined_vaccines_contain_listed_ones(self) -> None:
        for vaccine in RULES.vaccines.values():
            assert vaccine.contains <= set(RULES.vaccines)


def _codes(content: Any) -> Iterator[str]:
    """Every condition named by `has`, `lacks`, `needs` or `begun_or_has`."""
    if isinstance(content, dict):
        for key, inner in content.items():
            if key in ("has", "lacks", "begun_or_has"):
                yield from inner
            elif key == "needs":
                yield inner
            else:
                yield from _codes(inner)
    elif isinstance(content, list):
        for inner in content:
            yield from _codes(inner)


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """A copy of the schedules that a test may break."""
    shutil.copytree(schemas_dir() / "immunization", tmp_path / "immunization")
    (tmp_path / "meta").mkdir()
    for path in (schemas_dir() / "meta").glob("*.json"):
        if path.stem.split("-")[0] in ("header", "immunization", "vaccine"):
            shutil.copy(path, tmp_path / "meta")
    return tmp_path


def break_(schemas: Path, file: str, edit: Callable[[Any], object]) -> set[tuple[str, str, str]]:
    content = yaml.load((schemas / file).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    typed = yaml.safe_load((schemas / file).read_text(encoding="utf-8")) | {"effective": content["effective"]}
    edit(typed)
    text = yaml.safe_dump(typed, allow_unicode=True, sort_keys=False, default_flow_style=False)
    (schemas / file).write_text(text, encoding="utf-8")
    return {(problem.file, problem.code, problem.detail) for problem in check_rules(schemas)}


def series(content: Any, id_: str) -> Any:
    return next(one for one in content["series"] if one["id"] == id_)


@pytest.mark.parametrize(
    ("file", "edit", "told"),
    [
        (FIRST, lambda c: c["series"].append(dict(series(c, "bcg"))), (FIRST, "duplicate", "bcg")),
        (FIRST, lambda c: series(c, "hepb")["doses"][1].update(number=1), (FIRST, "order", "numbers of doses must rise")),
        (FIRST, lambda c: series(c, "hepb").update(source=["C99"]), (FIRST, "unknown-code", "source C99")),
        (FIRST, lambda c: series(c, "bcg").update(vaccines=["BCGG"]), ("immunization", "unknown-code", "BCGG")),
        (FIRST, lambda c: series(c, "polio")["doses"][0].update(offers=["HepB"]), ("immunization", "contradiction", "no criteria for HepB")),
        (FIRST, lambda c: series(c, "bcg")["doses"][0]["offers"].pop(),
         ("immunization", "contradiction", "the last offer must suit everybody")),
        (FIRST, lambda c: c["precautions"][0].update(vaccines=["MMRV"]), ("immunization", "unknown-code", "MMRV")),
        (FIRST, lambda c: c["live_conflicts"][0].update(later=["MMRV"]), ("immunization", "unknown-code", "MMRV")),
        (FIRST, lambda c: c["administration"].update(MMRV={"route": "SC", "amount": "0.5 ml"}),
         ("immunization", "unknown-code", "MMRV")),
        (FIRST, lambda c: series(c, "polio-ipv")["preferred_when"][1]["continuing"].update(vaccine="Penta"),
         ("immunization", "unknown-code", "Penta")),
        (LAST, lambda c: series(c, "polio")["doses"][4]["skip"][0]["any_of"][0]["doses"].update(of=["OPV"]),
         ("immunization", "unknown-code", "OPV")),
        (SECOND, lambda c: c.update(based_on="2020"), ("immunization", "contradiction", "based on 2020")),
        (LAST, lambda c: series(c, "men")["doses"][0].update(min_age="half a year"), (LAST, "shape", None)),
        (PAID, lambda c: c["labels"][0]["doses"][0].update(min_age="2 moons"), (PAID, "shape", None)),
        (PAID, lambda c: c["labels"][0]["counts_for"][0].update(series="dtap"), ("immunization", "unknown-code", "dtap")),
    ],
)  # fmt: skip
def test_a_fault_is_told(
    schemas: Path, file: str, edit: Callable[[Any], object], told: tuple[str, str, str | None]
) -> None:
    problems = break_(schemas, file, edit)
    assert told[:2] in {problem[:2] for problem in problems}
    assert told[2] is None or told in problems


def test_an_edition_can_end_a_series_of_the_one_before(schemas: Path) -> None:
    problems = break_(schemas, LAST, lambda content: content["ended"].append("hpv"))
    assert {code for _, code, _ in problems} == {"missing"}, "only the rules of other rooms are not there"
    files = [schedule_file(schemas, path, read_yaml(schemas, path)) for path in (FIRST, SECOND, THIRD, LAST)]
    rules = immunization_rules(files, read_yaml(schemas, "immunization/vaccines.json"))
    assert [any(one.id == "hpv" for one in schedule.series) for schedule in rules.schedules] == [
        False, False, True, False,
    ]  # fmt: skip
