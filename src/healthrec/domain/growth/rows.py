"""Many children as columns: what is known of each, in the order in which they were given."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from healthrec.domain.growth.lms import Floats
from healthrec.domain.growth.ruler import Codes, Ints

Days = NDArray[np.datetime64]
"""datetime64[D]; NaT where a date is not known"""
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Columns of one length. Not a number (NaT) stands for not given; a measure of nothing or less is a missing one.

    Of birth and day, days and months the first that are there make the age of a row. `sex` is MALE, FEMALE or -1,
    `position` LYING, STANDING or 0. Columns that nobody has are None.
    """

    sex: Codes
    birth: Days | None = None
    on: Days | None = None
    days: Floats | None = None
    months: Floats | None = None
    gestation: Floats | None = None
    weight: Floats | None = None
    size: Floats | None = None
    position: Codes | None = None
    head: Floats | None = None
    arm: Floats | None = None
    triceps: Floats | None = None
    subscapular: Floats | None = None
    oedema: Truths | None = None

    def __len__(self) -> int:
        return len(self.sex)

    def part(self, rows: Ints) -> Rows:
        """Some of them."""
        columns: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        some: dict[str, Any] = {name: None if column is None else column[rows] for name, column in columns.items()}
        return Rows(**some)
