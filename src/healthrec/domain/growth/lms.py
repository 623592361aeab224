"""z-scores from the LMS method, and back.

    z = ((y / M)^L - 1) / (L S),  with ln(y / M) / S for L = 0
    y = M (1 + L S z)^(1 / L)

All functions but `z_of` take and give numbers or numpy arrays of one shape. No tail rule is applied: WS/T 423-2022 gives none.

Source: Cole TJ, Green PJ. Smoothing reference centile curves: the LMS method and penalized likelihood.
Statistics in Medicine 1992;11:1305-1319.
"""

from __future__ import annotations

from math import erf, expm1, inf, log, sqrt

import numpy as np
from numpy.typing import ArrayLike

from healthrec.domain.growth.standard import Floats

_NEARLY_ZERO = 1e-9


def z_from_lms(value: ArrayLike, lms: Floats) -> Floats:
    """z of `value` (unit of M, shape S), `lms` of shape S + (3,)."""
    power, median, spread = _split(lms)
    ratio = np.log(np.asarray(value, dtype=np.float64) / median)
    return np.asarray(np.expm1(power * ratio) / (power * spread), dtype=np.float64)


def z_of(value: float, power: float, median: float, spread: float) -> float:
    """`z_from_lms` for one value above 0 (unit of the median), without arrays."""
    if abs(power) < _NEARLY_ZERO:
        power = _NEARLY_ZERO
    try:
        return expm1(power * log(value / median)) / (power * spread)
    except OverflowError:
        return inf if power > 0 else -inf


def value_from_lms(z: ArrayLike, lms: Floats) -> Floats:
    """The value with that z (unit of M); not a number where the distribution does not reach so far."""
    power, median, spread = _split(lms)
    inside = power * spread * np.asarray(z, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        value = median * np.exp(np.log1p(inside) / power)
    return np.where(inside > -1, value, np.nan)


def percentile_of(z: float) -> float:
    """Percent of the reference population below `z` (0 to 100)."""
    return 50.0 * (1.0 + erf(z / sqrt(2.0)))


def _split(lms: Floats) -> tuple[Floats, Floats, Floats]:
    # L = 0 is the limit of the formula; so near to it expm1 and log1p give the limit to the last digit.
    power = np.where(np.abs(lms[..., 0]) < _NEARLY_ZERO, _NEARLY_ZERO, lms[..., 0])
    return power, lms[..., 1], lms[..., 2]
