"""What `when`, `skip` and `for` say in a schedule's file, as the predicates that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from healthrec.domain.immunization.periods import Period
from healthrec.domain.immunization.predicates import (
    AgeIs,
    BegunOrHas,
    BirthWeightBelow,
    Born,
    Continuing,
    CourseComplete,
    DosesAre,
    EarlierDoses,
    GestationBelow,
    HasCondition,
    Predicate,
    Sex,
    SinceLast,
)

Content = Mapping[str, Any]


def predicates(content: Content | None) -> tuple[Predicate, ...]:
    """All that a mapping asks for, in its order; () for nothing. Raises ValueError for a span that cannot be read."""
    return tuple(_read(content or {}))


def period(content: Content, key: str) -> Period | None:
    """The span under a key; None when there is none."""
    return Period.of(content[key]) if key in content else None


def day(content: Content, key: str) -> date | None:
    """The date under a key; None when there is none."""
    return date.fromisoformat(content[key]) if key in content else None


def _read(content: Content) -> Iterator[Predicate]:
    for key, value in content.items():
        for one in value if key == "doses" and isinstance(value, list) else [value]:
            yield _READERS[key](one)


def _doses(content: Content) -> Predicate:
    exactly = content.get("exactly")
    fewer = content.get("fewer_than")
    return DosesAre(
        at_least=content.get("at_least", exactly or 0),
        at_most=exactly if fewer is None else fewer - 1,
        vaccines=frozenset(content["of"]) if "of" in content else None,
        valid_only=content.get("counted", "valid") == "valid",
        from_age=period(content, "from_age"),
        before_age=period(content, "before_age"),
        since=day(content, "since"),
        before=day(content, "before"),
    )


_READERS: Mapping[str, Callable[[Any], Predicate]] = {
    "age": lambda content: AgeIs(period(content, "from"), period(content, "before")),
    "doses": _doses,
    "since_last": lambda text: SinceLast(Period.of(text)),
    "course": lambda content: CourseComplete(
        content["antigen"], period(content, "before_age"), content.get("complete", True)
    ),
    "has": lambda codes: HasCondition(frozenset(codes)),
    "lacks": lambda codes: HasCondition(frozenset(codes), present=False),
    "born": lambda content: Born(day(content, "from"), day(content, "before")),
    "continuing": lambda content: Continuing(content["vaccine"], content["fewer_than"]),
    "earlier_doses": EarlierDoses,
    "begun_or_has": lambda codes: BegunOrHas(frozenset(codes)),
    "sex": Sex,
    "birth_weight_below_g": BirthWeightBelow,
    "gestation_below_days": GestationBelow,
}
