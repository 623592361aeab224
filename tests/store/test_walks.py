"""What a page of a search costs does not grow with the record: it is walked in its own order as far as it is shown."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from healthrec.fhir.search_query import parse_search
from healthrec.services.context import Services
from healthrec.store import search
from healthrec.store.access import Viewer

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "status=final",
        "code=29463-7",
        "code=http://loinc.org|29463-7",
        "subject=Patient/one&code=29463-7&_sort=-date",
        "_sort=-_lastUpdated",
        "status=final&category=vital-signs",
    ],
)
def test_a_page_is_found_without_sorting_all_that_matches(services: Services, asked: str) -> None:
    run: list[str] = []
    held = services.database.hold()
    held.connection.driver_connection.set_trace_callback(run.append)  # type: ignore[union-attr]
    search.page(held, Viewer((1, 2), 511, 739_942), parse_search("Observation", parse_qsl(asked)), 51)
    held.connection.driver_connection.set_trace_callback(None)  # type: ignore[union-attr]
    (statement,) = run
    plan = [row[3] for row in held.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()]
    assert plan
    assert [step for step in plan if "TEMP B-TREE" in step or step.startswith("SCAN")] == []
