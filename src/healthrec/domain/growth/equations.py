"""Standards that are published as equations: mean and SD of a measure at each day, as sums of named terms.

Source of the form: Villar J et al. Postnatal growth standards for preterm infants: the Preterm Postnatal Follow-up Study of
the INTERGROWTH-21st Project. Lancet Global Health 2015;3:e681-691.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from healthrec.domain.growth.lms import Floats
from healthrec.domain.growth.standard import Sex

DAYS_A_WEEK = 7.0

TERMS: Final[Mapping[str, Callable[[Floats], Floats]]] = {
    "constant": np.ones_like,
    "weeks": lambda weeks: weeks,
    "root": np.sqrt,
    "inverse": lambda weeks: 1.0 / weeks,
    "inverse-square": lambda weeks: weeks**-2.0,
    "log-by-square": lambda weeks: np.log(weeks) / weeks**2,
}
"""Functions of the completed and running weeks; "male" besides is 1 for boys and 0 for girls"""


@dataclass(frozen=True, slots=True)
class Equation:
    """One measure: mean and SD as term → coefficient, of the measure itself or of its logarithm."""

    distribution: Literal["normal", "log-normal"]
    mean: Mapping[str, float]
    sd: Mapping[str, float]

    def lms(self, days: Floats, sex: Sex) -> Floats:
        """(days, 3) L, M, S that say the same: L is 1 for a normal and 0 for a log-normal distribution."""
        weeks = days / DAYS_A_WEEK
        mean, sd = (_sum(terms, weeks, sex) for terms in (self.mean, self.sd))
        if self.distribution == "normal":
            return np.column_stack([np.ones_like(weeks), mean, sd / mean])
        return np.column_stack([np.zeros_like(weeks), np.exp(mean), sd])


def _sum(terms: Mapping[str, float], weeks: Floats, sex: Sex) -> Floats:
    male = terms.get("male", 0.0) if sex == "male" else 0.0
    parts = [coefficient * TERMS[name](weeks) for name, coefficient in terms.items() if name != "male"]
    return np.asarray(np.sum(parts, axis=0) + male, dtype=np.float64)
