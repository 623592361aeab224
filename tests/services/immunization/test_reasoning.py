"""The reasoning behind a stored child's forecasts, told step by step on the machine of the installation."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.services.immunization.vaccinating import child_with_due
from tests.town import TODAY

from healthrec import errors
from healthrec.services.context import Services, operator
from healthrec.services.immunization.reasoning import explain_child
from healthrec.store.tables import audit_event
from healthrec.wording import translator

pytestmark = pytest.mark.one_database
ENGLISH = translator("en")


def test_every_dose_series_and_date_is_told_with_its_rule(town_services: Services) -> None:
    child, due = child_with_due(town_services)
    lines = explain_child(town_services, operator(town_services), child, TODAY, ENGLISH)
    assert lines[0].startswith("Asked on 22 Nov 2026 (") and "edition 2026" in lines[0]
    assert any(line.startswith("  series hepb: chosen") for line in lines)
    assert any(": valid (by edition " in line for line in lines)
    assert any(line.startswith("    because: age: from ") for line in lines)
    assert f"  so: earliest {ENGLISH.date(due.earliest or TODAY)}" in "\n".join(lines)


def test_doses_after_the_day_asked_are_not_given_yet(town_services: Services) -> None:
    child, _ = child_with_due(town_services)
    today = explain_child(town_services, operator(town_services), child, TODAY, ENGLISH)
    before = explain_child(town_services, operator(town_services), child, TODAY - timedelta(days=3650), ENGLISH)
    assert sum(": valid (" in line for line in today) > 4
    assert not any(": valid (" in line for line in before)


def test_it_speaks_chinese(town_services: Services) -> None:
    child, _ = child_with_due(town_services)
    lines = explain_child(town_services, operator(town_services), child, TODAY, translator("zh"))
    assert lines[0].startswith("所问日期 2026年11月22日")
    assert not any(key in line for line in lines for key in ("dose-date.", "dose-fault.", "reasoning."))


def test_whoever_looked_is_audited(town_services: Services) -> None:
    child, _ = child_with_due(town_services)
    explain_child(town_services, operator(town_services), child, TODAY, ENGLISH)
    with town_services.database.read() as connection:
        last = connection.execute(audit_event.select().order_by(audit_event.c.key.desc())).first()
    assert last is not None
    assert (last.action, last.role, last.entity) == ("view", "operator", f"Patient/{child}")


def test_an_unknown_child_is_not_found(town_services: Services) -> None:
    with pytest.raises(errors.NotFound):
        explain_child(town_services, operator(town_services), "nobody", date(2026, 11, 22), ENGLISH)
