"""Finding one's own children."""

from __future__ import annotations

from datetime import date

import pytest
from tests.town import caller_named, the_town

from healthrec.errors import NotFound
from healthrec.services.children.find import birth_span, find_children
from healthrec.services.children.record import open_record
from healthrec.services.context import Services
from healthrec.store import children

DAY = (date(2024, 3, 18), date(2024, 3, 19))
MONTH = (date(2024, 3, 1), date(2024, 4, 1))


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("2024-03-18", DAY),
        ("20240318", DAY),
        ("2024年3月18日", DAY),
        ("2024.3.18", DAY),
        ("2024-03", MONTH),
        ("2024年3月", MONTH),
        ("2024-12", (date(2024, 12, 1), date(2025, 1, 1))),
        ("2024", (date(2024, 1, 1), date(2025, 1, 1))),
        ("2024-02-30", None),
        ("2024-13", None),
        ("899999202403180012", None),
        ("林", None),
        ("", None),
    ],
)
def test_a_typed_birth_date_means_a_day_a_month_or_a_year(typed: str, span: tuple[date, date] | None) -> None:
    assert birth_span(typed) == span


def test_a_child_is_found_by_every_way_in(shared_services: Services) -> None:
    doctor = caller_named(shared_services, "doctor")
    everybody = find_children(shared_services, doctor, "").rows
    one = everybody[0]
    with shared_services.database.read() as connection:
        row = children.visible_row(connection, doctor.viewer, one.id)
    assert row is not None
    assert one.birth is not None
    record = open_record(shared_services, doctor, one.id)
    numbers = [value for _, value in record.facts.identifiers]
    ways = [one.name, one.name[:1], one.name[-1], row.sort_name, row.sort_name[:3], one.birth.isoformat(), *numbers]
    for way in ways:
        found = {row.id for row in find_children(shared_services, doctor, way).rows}
        assert one.id in found, f"not found by way {ways.index(way)}"


def test_nobody_finds_a_child_of_others(shared_services: Services) -> None:
    mine = {row.id for row in find_children(shared_services, caller_named(shared_services, "nurse"), "").rows}
    stranger = next(row.id for row in _all(shared_services, "doctor2") if row.id not in mine)
    name = next(row.name for row in _all(shared_services, "doctor2") if row.id == stranger)
    nurse = caller_named(shared_services, "nurse")
    assert stranger not in {row.id for row in find_children(shared_services, nurse, name).rows}
    with pytest.raises(NotFound):
        open_record(shared_services, nurse, stranger)


def test_head_and_district_find_nobody(shared_services: Services) -> None:
    for user in ("head", "district", "admin", "auditor"):
        assert find_children(shared_services, caller_named(shared_services, user), "").rows == ()


def test_a_wildcard_is_only_a_character(shared_services: Services) -> None:
    doctor = caller_named(shared_services, "doctor")
    assert find_children(shared_services, doctor, "%").rows == ()
    assert find_children(shared_services, doctor, "_").rows == ()


def test_pages_of_all_children_meet_without_gap(shared_services: Services) -> None:
    doctor = caller_named(shared_services, "doctor")
    first = find_children(shared_services, doctor, "")
    seen = [row.id for row in first.rows]
    while first.after:
        first = find_children(shared_services, doctor, "", after=first.after)
        seen += [row.id for row in first.rows]
    assert len(seen) == len(set(seen))
    assert set(seen) == {row.id for row in _all(shared_services, "doctor")}


def test_a_large_panel_is_walked_to_the_same_children(
    shared_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = caller_named(shared_services, "doctor")
    questions = ["", "l", "w", "2024", "2025-01"]
    small = [{row.id for row in find_children(shared_services, doctor, one).rows} for one in questions]
    monkeypatch.setattr(children, "SMALL_PANEL", 0)
    large = [{row.id for row in find_children(shared_services, doctor, one).rows} for one in questions]
    assert small == large


def _all(services: Services, user: str) -> list[children.ChildRow]:
    with services.database.read() as connection:
        return children.all_of(connection, caller_named(services, user).viewer, ("", 0), True, the_town().children)
