"""An extension of ours as an index row."""

from __future__ import annotations

from typing import Any

import pytest

from healthrec.fhir.search_rows import rows

MARK = "https://healthrec.example/fhir/StructureDefinition/dose-differs-from"
OTHER = {"valueReference": {"reference": "Immunization/d1"}}


@pytest.mark.parametrize(
    ("extension", "found"),
    [({"url": MARK} | OTHER, ["d1"]), ({"url": MARK + "-not"} | OTHER, []), ({"url": MARK}, [])],
    ids=["ours", "another one", "without a value"],
)
def test_only_the_value_of_the_named_extension_is_a_row(extension: dict[str, Any], found: list[str]) -> None:
    immunization = {"resourceType": "Immunization", "status": "completed", "extension": [extension]}
    assert [row.id for row in rows(immunization).references] == found
