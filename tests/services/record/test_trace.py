"""What may stand in the audit."""

from __future__ import annotations

import pytest

from healthrec.services.record.trace import harmless, harmless_path

UUID = "2037b9f0-f949-5f5b-a9b8-2d5bc71a341a"


@pytest.mark.parametrize(
    "text", ["", "final", "http://loinc.org|29463-7", f"Patient/{UUID}", "ge2026-03-01", "-date,code", "1234567890"]
)
def test_codes_ids_and_dates_stay(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    "text", ["张三", "899999202203040050", "13800000000", "a b", "x" * 121, "O'Brien", "Patient/89999920220304005X"]
)
def test_what_may_be_a_name_or_a_number_does_not(text: str) -> None:
    assert harmless(text) == "*"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (f"/fhir/Patient/{UUID}", f"/fhir/Patient/{UUID}"),
        (f"/fhir/Patient/{UUID}/_history/12", f"/fhir/Patient/{UUID}/_history/12"),
        (f"/fhir/Patient/{UUID}/$everything", f"/fhir/Patient/{UUID}/$everything"),
        ("/fhir/Patient/张三", "/fhir/Patient/*"),
        ("/fhir/Patient/899999202203040050", "/fhir/Patient/*"),
        ("/fhir/zhangsan/lisi", "/fhir/*/*"),
        ("/", "/"),
    ],
)
def test_a_path_keeps_types_operations_and_random_ids(path: str, kept: str) -> None:
    assert harmless_path(path) == kept
