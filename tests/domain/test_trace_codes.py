"""Codes on vaccine boxes: the Chinese trace code and GS1 element strings, as scanners and people type them."""

from __future__ import annotations

from datetime import date

import pytest

from healthrec.domain.trace_codes import Traced, read_code

GTIN = "06901234567892"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("81234567000000000001", Traced("81234567000000000001", "8123456")),
        (" ８１２３４５６７ 000000000001 ", Traced("81234567000000000001", "8123456")),
        (f"01{GTIN}1727053110A2026\x1d21S1", Traced(f"01{GTIN}1727053110A2026 21S1", GTIN, "A2026", date(2027, 5, 31))),
        (f"]d201{GTIN}17270200", Traced(f"01{GTIN}17270200", GTIN, "", date(2027, 2, 28))),
        (f"(01){GTIN}(10)A2026(17)280229", Traced(f"(01){GTIN}(10)A2026(17)280229", GTIN, "A2026", date(2028, 2, 29))),
        (f"01{GTIN}11260101", Traced(f"01{GTIN}11260101", GTIN)),
        (f"01{GTIN}17270229", Traced(f"01{GTIN}17270229", GTIN)),
        (f"01{GTIN}17271301", Traced(f"01{GTIN}17271301", GTIN)),
        (f"01{GTIN}1727", Traced(f"01{GTIN}1727", GTIN)),
        (f"01{GTIN}99X", Traced(f"01{GTIN}99X", GTIN)),
    ],
)
def test_a_code_is_read(typed: str, read: Traced) -> None:
    assert read_code(typed) == read


@pytest.mark.parametrize("typed", ["", "8123456700000000001", "812345670000000000011", "10A2026", "麻腮风", "01"])
def test_what_is_no_code_is_nothing(typed: str) -> None:
    assert read_code(typed) is None
