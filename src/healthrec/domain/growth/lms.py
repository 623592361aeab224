"""z-scores from the LMS method, and back.

    z = ((y / M)^L - 1) / (L S),  with ln(y / M) / S for L = 0
    y = M (1 + L S z)^(1 / L)

WHO's restricted method measures what lies beyond ±3 SD in steps of the outermost SD instead, for every indicator whose
distribution is skew: z = 3 + (y - SD3) / (SD3 - SD2), and z = -3 + (y - SD-3) / (SD-2 - SD-3). WS/T 423-2022 gives no
such rule.

All functions but `percentile_of` take and give numpy arrays, or numbers, of one shape.

Sources: Cole TJ, Green PJ. Smoothing reference centile curves: the LMS method and penalized likelihood. Statistics in
Medicine 1992;11:1305-1319. WHO Child Growth Standards: Methods and development, 2006, chapter 7.
"""

from __future__ import annotations

from math import erf, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_NEARLY_ZERO = 1e-9
_OUTERMOST = 3.0


def usable_power(power: Floats) -> Floats:
    """L with 0 replaced: L = 0 is the limit of the formula, and so near to it expm1 and log1p give it to the last digit."""
    return np.where(np.abs(power) < _NEARLY_ZERO, _NEARLY_ZERO, power)


def z_from_lms(value: ArrayLike, lms: Floats, restricted: bool = False) -> Floats:
    """z of `value` (unit of M, shape S), `lms` of shape S + (3,)."""
    power, median, spread = _split(lms)
    values = np.asarray(value, dtype=np.float64)
    with np.errstate(divide="ignore", over="ignore"):
        z = np.expm1(power * np.log(values / median)) / (power * spread)
    if restricted:
        far = np.abs(z) > _OUTERMOST
        z = np.where(far, restricted_z(z, values, power, median, spread), z)
    return np.asarray(z, dtype=np.float64)


def restricted_z(z: Floats, value: Floats, power: Floats, median: Floats, spread: Floats) -> Floats:
    """z of values whose unrestricted `z` lies beyond ±3."""
    side, outermost, step = _tail(z, power, median, spread)
    return np.asarray(side * _OUTERMOST + (value - outermost) / step, dtype=np.float64)


def value_from_lms(z: ArrayLike, lms: Floats, restricted: bool = False) -> Floats:
    """The value with that z (unit of M); not a number where the distribution does not reach so far."""
    power, median, spread = _split(lms)
    scores = np.asarray(z, dtype=np.float64)
    value = _value(scores, power, median, spread)
    if restricted:
        side, outermost, step = _tail(scores, power, median, spread)
        beyond = outermost + (scores - side * _OUTERMOST) * step
        value = np.where(np.abs(scores) > _OUTERMOST, np.where(beyond > 0, beyond, np.nan), value)
    return value


def z_between(value: ArrayLike, cuts: Floats, scores: Floats) -> Floats:
    """z where neither L, M and S nor a fit are known: on a line between two printed cut-offs, and in steps of the two
    outermost beyond them. `value` of shape S, `cuts` of shape S + (k,), rising as `scores` (k,) do."""
    values = np.asarray(value, dtype=np.float64)
    at = np.clip(np.count_nonzero(values[..., np.newaxis] >= cuts, axis=-1), 1, cuts.shape[-1] - 1)
    low, high = (np.take_along_axis(cuts, end[..., np.newaxis], axis=-1)[..., 0] for end in (at - 1, at))
    return np.asarray(scores[at - 1] + (values - low) / (high - low) * (scores[at] - scores[at - 1]))


def value_between(z: float, cuts: Floats, scores: Floats) -> float:
    """The value with that z, the way back of `z_between` for one."""
    at = int(np.clip(np.searchsorted(scores, z, side="right"), 1, len(scores) - 1))
    share = (z - scores[at - 1]) / (scores[at] - scores[at - 1])
    return float(cuts[at - 1] + share * (cuts[at] - cuts[at - 1]))


def percentile_of(z: float) -> float:
    """Percent of the reference population below `z` (0 to 100)."""
    return 50.0 * (1.0 + erf(z / sqrt(2.0)))


def percentiles_of(z: Floats) -> Floats:
    """The same for many, to 9 digits: three terms around the nearest hundredth."""
    scores = np.fmin(np.fmax(z, -_TABLE_ENDS), _TABLE_ENDS)  # these make a number of what is none
    hundredth = np.rint(scores * 100.0)
    row = hundredth.astype(np.intp) + _HALF_TABLE
    rest = scores - hundredth / 100.0
    share = _TERMS[3].take(row)
    for term in _TERMS[2::-1]:
        share *= rest
        share += term.take(row)
    share[np.isnan(z)] = np.nan
    return share


_TABLE_ENDS = 9.0
_HALF_TABLE = 900
_NODES = np.arange(-_HALF_TABLE, _HALF_TABLE + 1) / 100.0
_DENSITY = 100.0 * np.exp(-_NODES * _NODES / 2.0) / sqrt(2.0 * pi)
_TERMS = (
    np.array([percentile_of(node) for node in _NODES]),
    _DENSITY,
    -_DENSITY * _NODES / 2.0,
    _DENSITY * (_NODES * _NODES - 1.0) / 6.0,
)
"""Taylor's terms of the share below, at every node"""


def _value(z: Floats, power: Floats, median: Floats, spread: Floats) -> Floats:
    inside = power * spread * z
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        value = median * np.exp(np.log1p(inside) / power)
    return np.where(inside > -1, value, np.nan)


def _tail(z: Floats, power: Floats, median: Floats, spread: Floats) -> tuple[Floats, Floats, Floats]:
    """The side of each z (-1 or 1), the value at 3 SD there, and how far from it the 2nd SD lies."""
    side = np.where(z < 0, -1.0, 1.0)
    outermost = _value(side * _OUTERMOST, power, median, spread)
    within = _value(side * (_OUTERMOST - 1.0), power, median, spread)
    return side, outermost, np.abs(outermost - within)


def _split(lms: Floats) -> tuple[Floats, Floats, Floats]:
    return usable_power(lms[..., 0]), lms[..., 1], lms[..., 2]
