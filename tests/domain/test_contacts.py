"""When calling in vain asks whether a child has moved."""

from __future__ import annotations

import pytest

from healthrec.domain.contacts import OUTCOMES, in_vain, must_decide


@pytest.mark.parametrize(
    ("outcomes", "counted"),
    [
        ([], []),
        (["no-answer"], [1]),
        (["no-answer", "wrong-number", "no-answer"], [1, 2, 3]),
        (["no-answer", "no-answer", "later", "no-answer"], [1, 2, 0, 1]),
        (["refused", "moved"], [0, 0]),
    ],
)
def test_contacts_in_vain_are_counted_until_somebody_is_reached(outcomes: list[str], counted: list[int]) -> None:
    assert in_vain(outcomes) == counted


@pytest.mark.parametrize(("before", "asks"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_third_in_vain_asks(before: int, asks: bool) -> None:
    assert must_decide("no-answer", before) is asks
    assert must_decide("wrong-number", before) is asks


def test_who_was_reached_is_never_asked_about() -> None:
    assert [one for one in OUTCOMES if must_decide(one, 5)] == ["no-answer", "wrong-number"]
