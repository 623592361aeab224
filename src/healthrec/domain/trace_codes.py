"""What a scanner reads off a vaccine's box: the 20 digits of the Chinese drug trace code, the first an 8, or a GS1 element string.

The trace code (药品追溯码) says which product it is by its first seven digits, and nothing of lot or expiry. A GS1 DataMatrix
carries (01) product, (17) expiry as YYMMDD, where day 00 is the last of the month, (10) lot and (21) serial; fields of
varying length end with GS (0x1d) or stand last. Source: GS1 General Specifications, section 3; 国家药监局 NMPAB/T 1002-2019.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_TRACE_CODE = re.compile(r"8\d{19}", re.ASCII)
_PRODUCT_DIGITS = 7
_GROUP_SEPARATOR = "\x1d"
_SYMBOLOGY = re.compile(r"^\](?:d2|C1|Q3|e0)")
_BRACKETED = re.compile(r"\((01|10|11|17|21)\)")
_FIXED = {"01": 14, "11": 6, "17": 6}


@dataclass(frozen=True, slots=True)
class Traced:
    """What was read. `product` names the product (first digits of a trace code, or GTIN); "" and None where it says nothing."""

    code: str
    product: str
    lot: str = ""
    expiry: date | None = None


def read_code(text: str) -> Traced | None:
    """The code as a scanner or a person typed it; None for what is neither."""
    plain = _SYMBOLOGY.sub("", unicodedata.normalize("NFKC", text).strip())
    digits = plain.replace(" ", "")
    if _TRACE_CODE.fullmatch(digits):
        return Traced(digits, digits[:_PRODUCT_DIGITS])
    elements = _elements(plain)
    if "01" not in elements:
        return None
    expiry = _expiry(elements["17"]) if "17" in elements else None
    return Traced(plain.replace(_GROUP_SEPARATOR, " "), elements["01"], elements.get("10", ""), expiry)


def _elements(text: str) -> dict[str, str]:
    """Application identifier -> value, as far as it can be read."""
    parts = _BRACKETED.split(text)
    if len(parts) > 1:
        return dict(zip(parts[1::2], (one.strip() for one in parts[2::2]), strict=True))
    found: dict[str, str] = {}
    while len(text) > 2:
        name, rest = text[:2], text[2:]
        if name in _FIXED:
            found[name], text = rest[: _FIXED[name]], rest[_FIXED[name] :].removeprefix(_GROUP_SEPARATOR)
        elif name in ("10", "21"):
            found[name], _, text = rest.partition(_GROUP_SEPARATOR)
        else:
            break
    return found


def _expiry(digits: str) -> date | None:
    """YYMMDD of this century; None for a day that does not exist."""
    if not re.fullmatch(r"\d{6}", digits, re.ASCII):
        return None
    year, month, day = 2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if not 1 <= month <= 12 or day > monthrange(year, month)[1]:
        return None
    return date(year, month, day or monthrange(year, month)[1])
