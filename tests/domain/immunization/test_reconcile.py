"""One dose or two: doses of another source beside those on record, on both sides of each boundary."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from healthrec.domain.immunization.reconcile import Found, Told, reconcile

ANTIGENS = {
    "HepB": frozenset({"hepb"}),
    "DTaP": frozenset({"dtp"}),
    "DTaP-IPV-Hib": frozenset({"dtp", "polio", "hib"}),
    "BCG": frozenset({"bcg"}),
    "Rab": frozenset({"rabies"}),
}
DAY = date(2026, 3, 2)


def told(
    key: str, vaccine: str = "HepB", after: int = 0, number: int | None = None, lot: str = "", **more: str
) -> Told:
    return Told(key, vaccine, more.get("product", ""), DAY + timedelta(days=after), number, lot, "missed" not in more)


def beside(recorded: list[Told], *incoming: Told) -> dict[str, Found]:
    return dict(reconcile(recorded, incoming, ANTIGENS, frozenset({"Rab"})).found)


CASES = [
    ("same day and vaccine", told("r"), told("i"), Found("same", "r")),
    ("the lot on one side only", told("r", lot="A1"), told("i"), Found("same", "r")),
    ("the same lot, small letters", told("r", lot="A1"), told("i", lot="a1"), Found("same", "r")),
    ("another lot", told("r", lot="A1"), told("i", lot="A2"), Found("differs", "r", ("lot",))),
    ("27 days apart", told("r"), told("i", after=27), Found("differs", "r", ("date",))),
    ("28 days apart", told("r"), told("i", after=28), Found("new")),
    ("27 days before", told("r"), told("i", after=-27), Found("differs", "r", ("date",))),
    ("28 days apart, one number", told("r", number=2), told("i", after=28, number=2), Found("differs", "r", ("date",))),
    ("28 days apart, two numbers", told("r", number=1), told("i", after=28, number=2), Found("new")),
    ("rabies 3 days later", told("r", "Rab"), told("i", "Rab", after=3), Found("new")),
    ("rabies, one number", told("r", "Rab", number=2), told("i", "Rab", 3, 2), Found("differs", "r", ("date",))),
    ("a combination", told("r", "DTaP"), told("i", "DTaP-IPV-Hib"), Found("differs", "r", ("product",))),
    ("a combination the next day", told("r", "DTaP"), told("i", "DTaP-IPV-Hib", 1), Found("new")),
    ("another disease", told("r", "BCG"), told("i"), Found("new")),
    ("a product that nobody knows", told("r"), told("i", "", product="肝炎疫苗"), Found("differs", "r", ("product",))),
    (
        "the same unknown product",
        told("r", "", product="肝炎疫苗"),
        told("i", "", product="肝炎疫苗"),
        Found("same", "r"),
    ),
    ("an unknown one the next day", told("r"), told("i", "", 1, product="肝炎疫苗"), Found("new")),
    ("not given that day", told("r"), told("i", missed="yes"), Found("differs", "r", ("status",))),
    ("given after all that day", told("r", missed="yes"), told("i"), Found("differs", "r", ("status",))),
    ("not given, said twice", told("r", missed="yes"), told("i", missed="yes"), Found("same", "r")),
    ("not given the next day", told("r"), told("i", after=1, missed="yes"), Found("new")),
    ("not given on two days", told("r", missed="yes"), told("i", after=1, missed="yes"), Found("new")),
    (
        "not given though it had been",
        told("r", number=2),
        told("i", after=9, number=2, missed="yes"),
        Found("differs", "r", ("date", "status")),
    ),
    ("first not given, then given", told("r", number=2, missed="yes"), told("i", after=9, number=2), Found("new")),
    ("one given, the next not", told("r", number=1), told("i", after=9, number=2, missed="yes"), Found("new")),
    ("another vaccine not given", told("r"), told("i", "BCG", missed="yes"), Found("new")),
    ("day and lot", told("r", lot="A1"), told("i", after=1, lot="A2"), Found("differs", "r", ("date", "lot"))),
]


@pytest.mark.parametrize(
    ("recorded", "incoming", "found"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_dose_is_the_same_differs_or_is_new(recorded: Told, incoming: Told, found: Found) -> None:
    assert beside([recorded], incoming) == {"i": found}


def test_the_surest_pair_goes_first_whatever_the_order() -> None:
    recorded = [told("first"), told("second", after=28)]
    one, other = told("a", after=28), told("b", after=1)
    for incoming in ((one, other), (other, one)):
        assert beside(recorded, *incoming) == {"a": Found("same", "second"), "b": Found("differs", "first", ("date",))}


def test_what_the_source_does_not_know_is_told_once() -> None:
    found = reconcile([told("r"), told("b", "BCG")], [told("i")], ANTIGENS, frozenset())
    assert [one.key for one in found.only_here] == ["b"]


def test_two_incoming_doses_never_share_one_on_record() -> None:
    assert beside([told("r")], told("a"), told("b", after=3)) == {"a": Found("same", "r"), "b": Found("new")}
