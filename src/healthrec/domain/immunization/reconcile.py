"""Doses as another source tells of them, held against those on record: one dose or two, and what differs. Pure.

A dose is the same where vaccine and day agree and no lot speaks against it. It differs where a source tells of what must be
the same injection otherwise: another lot or product of that day, another day under the same number or too close for a
second dose, or that it was not given. Everything else is a dose that only one side knows. Nothing here decides who is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Field = Literal["date", "lot", "product", "status"]
Standing = Literal["new", "same", "differs"]

TOO_CLOSE_DAYS = 27
"""Two doses of one vaccine are at least 28 days apart in the programme (国家免疫规划疫苗儿童免疫程序 2021): up to here they are
taken for one dose with two days. Rabies, which is given days apart, is left out by the caller's `close`."""


@dataclass(frozen=True, slots=True)
class Told:
    """A dose as one source tells of it. `vaccine` is the house's code, "" where nobody knows; `product` the name as written;
    `number` and `lot` are None and "" where they are not known; not `given`: the source says that it was not."""

    key: str
    vaccine: str
    product: str
    day: date
    number: int | None = None
    lot: str = ""
    given: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What a dose is beside the record: `other` is the key of the one on record that it is or contradicts."""

    standing: Standing
    other: str = ""
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`found` by the key of the incoming dose; `only_here` are those on record that the source does not know."""

    found: Mapping[str, Found]
    only_here: tuple[Told, ...]


def reconcile(
    recorded: Sequence[Told], incoming: Sequence[Told], antigens: Mapping[str, frozenset[str]], often: frozenset[str]
) -> Reconciled:
    """Pair the doses of one child, the surest pairs first. `antigens` by vaccine; `often` are vaccines given days apart."""
    left, waiting, found = list(recorded), list(incoming), dict[str, Found]()
    rules = (
        _is_same,
        lambda one, other: _product_differs(one, other, antigens),
        lambda one, other: _day_differs(one, other, often),
        _only_one_was_given,
    )
    for paired in rules:
        for one in tuple(waiting):
            other = _nearest(one, (known for known in left if paired(one, known)))
            if other is not None:
                found[one.key] = _compared(one, other)
                left.remove(other)
                waiting.remove(one)
    found |= {one.key: Found("new") for one in waiting}
    return Reconciled(found, tuple(left))


def _nearest(one: Told, others: Iterable[Told]) -> Told | None:
    return min(others, key=lambda other: (abs((other.day - one.day).days), other.day, other.key), default=None)


def _compared(one: Told, other: Told) -> Found:
    lots = bool(one.lot and other.lot) and one.lot.casefold() != other.lot.casefold()
    checks: tuple[tuple[Field, bool], ...] = (
        ("date", one.day != other.day),
        ("lot", lots),
        ("product", _name(one) != _name(other)),
        ("status", one.given != other.given),
    )
    fields = tuple(name for name, differs in checks if differs)
    return Found("differs" if fields else "same", other.key, fields)


def _name(one: Told) -> str:
    return one.vaccine or one.product


def _is_same(one: Told, other: Told) -> bool:
    return one.day == other.day and _name(one) == _name(other) and one.given == other.given


def _product_differs(one: Told, other: Told, antigens: Mapping[str, frozenset[str]]) -> bool:
    if one.day != other.day or not (one.given and other.given):
        return False
    shared = antigens.get(one.vaccine, frozenset()) & antigens.get(other.vaccine, frozenset())
    return bool(shared) or not (one.vaccine and other.vaccine)


def _day_differs(one: Told, other: Told, often: frozenset[str]) -> bool:
    if not one.vaccine or one.vaccine != other.vaccine or not (one.given and other.given):
        return False
    numbered = one.number is not None and one.number == other.number
    return numbered or (abs((one.day - other.day).days) <= TOO_CLOSE_DAYS and one.vaccine not in often)


def _only_one_was_given(one: Told, other: Told) -> bool:
    """Of that day; or under one number, and said not to be given when the other says that it had been already."""
    if one.given == other.given or _name(one) != _name(other):
        return False
    given, missed = (one, other) if one.given else (other, one)
    numbered = given.number is not None and given.number == missed.number
    return given.day == missed.day or (numbered and given.day <= missed.day)
