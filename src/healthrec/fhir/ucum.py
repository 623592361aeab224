"""Units of UCUM (https://ucum.org): which codes are valid, what they measure, and how they convert.

Covers the atoms that child health uses, with prefixes, powers, products, quotients and {annotations}. Factors are exact
decimals, so that 7900 g and 7.9 kg give the same number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

SYSTEM = "http://unitsofmeasure.org"

Dimension = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """value in base units = value * factor + offset; `dimension` is base unit and power, sorted."""

    factor: Decimal
    dimension: Dimension
    offset: Decimal = Decimal(0)

    @property
    def canonical(self) -> str:
        """The code of the base unit, such as kg, m, kg.m-3, or 1 for pure numbers."""
        return ".".join(base + (str(power) if power != 1 else "") for base, power in self.dimension) or "1"


MASS: Dimension = (("kg", 1),)
LENGTH: Dimension = (("m", 1),)
TIME: Dimension = (("s", 1),)
TEMPERATURE: Dimension = (("K", 1),)
RATE: Dimension = (("s", -1),)
PRESSURE: Dimension = (("kg", 1), ("m", -1), ("s", -2))
MASS_CONCENTRATION: Dimension = (("kg", 1), ("m", -3))
BODY_MASS_INDEX: Dimension = (("kg", 1), ("m", -2))
NUMBER: Dimension = ()

_PREFIXES = {
    "T": "1e12", "G": "1e9", "M": "1e6", "k": "1e3", "h": "1e2", "da": "1e1", "d": "1e-1", "c": "1e-2",
    "m": "1e-3", "u": "1e-6", "n": "1e-9", "p": "1e-12", "f": "1e-15",
}  # fmt: skip
_METRIC: dict[str, tuple[str, Dimension]] = {
    "g": ("0.001", MASS), "m": ("1", LENGTH), "s": ("1", TIME), "K": ("1", TEMPERATURE),
    "L": ("0.001", (("m", 3),)), "l": ("0.001", (("m", 3),)), "mol": ("1", (("mol", 1),)),
    "eq": ("1", (("mol", 1),)), "osm": ("1", (("mol", 1),)), "Hz": ("1", RATE), "Pa": ("1", PRESSURE),
    "J": ("1", (("kg", 1), ("m", 2), ("s", -2))), "cal": ("4.184", (("kg", 1), ("m", 2), ("s", -2))),
    "m[Hg]": ("133322", PRESSURE), "m[H2O]": ("9806.65", PRESSURE), "bar": ("100000", PRESSURE),
    "[IU]": ("1", (("[IU]", 1),)), "[iU]": ("1", (("[IU]", 1),)), "U": ("1", (("U", 1),)),
    "B[SPL]": ("1", (("B[SPL]", 1),)), "B": ("1", (("B", 1),)), "kat": ("1", (("mol", 1), ("s", -1))),
}  # fmt: skip
_PLAIN: dict[str, tuple[str, Dimension]] = {
    "min": ("60", TIME), "h": ("3600", TIME), "d": ("86400", TIME), "wk": ("604800", TIME),
    "mo": ("2629800", TIME), "a": ("31557600", TIME), "%": ("0.01", NUMBER), "[ppth]": ("0.001", NUMBER),
    "10*": ("10", NUMBER), "10^": ("10", NUMBER), "[pH]": ("1", (("[pH]", 1),)), "deg": ("1", (("deg", 1),)),
    "[diop]": ("1", (("m", -1),)), "[drp]": ("0.00000005", (("m", 3),)),
    "[in_i]": ("0.0254", LENGTH), "[lb_av]": ("0.45359237", MASS), "[oz_av]": ("0.028349523125", MASS),
    "[ft_i]": ("0.3048", LENGTH), "[CFU]": ("1", (("[CFU]", 1),)), "t": ("1000", MASS),
}  # fmt: skip
_SPECIAL = {
    "Cel": Unit(Decimal(1), TEMPERATURE, Decimal("273.15")),
    "[degF]": Unit(Decimal(5) / Decimal(9), TEMPERATURE, Decimal("255.372222222222222")),
}
_FACTOR = re.compile(r"(10[*^]|(?:[A-Za-z%]|\[[^\]]+\])+|\d+(?=[./]|$))([+-]?\d+)?")
_ANNOTATION = re.compile(r"\{[!-z|~]*\}")


@lru_cache(maxsize=2048)
def unit(code: str) -> Unit | None:
    """The unit of a UCUM code (case-sensitive), or None when the code is not a unit known here."""
    if code in _SPECIAL:
        return _SPECIAL[code]
    factor, powers, sign = Decimal(1), dict[str, int](), 1
    for part in re.split(r"([./])", _plain(code)):
        if part in ("/", "."):
            sign = -1 if part == "/" else 1
            continue
        term = _term(part, sign)
        if term is None:
            return None
        factor *= term.factor
        for base, power in term.dimension:
            powers[base] = powers.get(base, 0) + power
    return Unit(factor, tuple(sorted((base, power) for base, power in powers.items() if power)))


def to_base(value: Decimal, known: Unit) -> Decimal:
    """A value in `known` units as a value in its base unit (kg, m, s, K, m3, mol …)."""
    return value * known.factor + known.offset


def convert(value: Decimal, code: str, to: str) -> Decimal | None:
    """A value in one unit as a value in another; None when a code is unknown or the dimensions differ."""
    source, target = unit(code), unit(to)
    if source is None or target is None or source.dimension != target.dimension:
        return None
    return (to_base(value, source) - target.offset) / target.factor


def _plain(code: str) -> str:
    """The code without annotations: mL/min/{1.73_m2} is mL/min/1, /min is 1/min."""
    bare = re.sub(r"(^|[./])\{[!-z|~]*\}", r"\g<1>1", code)
    bare = _ANNOTATION.sub("", bare)
    return "1" + bare if bare.startswith("/") else bare


def _term(text: str, sign: int) -> Unit | None:
    """One factor of a unit such as m2, 10*9 or mmol; `sign` is -1 behind a slash."""
    match = _FACTOR.fullmatch(text)
    if match is None:
        return None
    name, power_text = match.groups()
    atom = _atom(name)
    if atom is None:
        return None
    power = int(power_text or 1) * sign
    if abs(power) > 30:
        return None
    return Unit(atom.factor**power, tuple((base, exponent * power) for base, exponent in atom.dimension))


def _atom(name: str) -> Unit | None:
    if name.isdigit():
        return Unit(Decimal(name), NUMBER)
    found = _METRIC.get(name) or _PLAIN.get(name)
    if found:
        return Unit(Decimal(found[0]), found[1])
    for prefix, scale in _PREFIXES.items():
        metric = _METRIC.get(name[len(prefix) :]) if name.startswith(prefix) else None
        if metric:
            return Unit(Decimal(scale) * Decimal(metric[0]), metric[1])
    return None
