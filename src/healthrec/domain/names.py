"""Names as they are typed: tidied without losing a rare character, and compared without ever calling two children one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

Likeness = Literal["same", "look-alike", "different"]

_HAN = "〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_ONLY_HAN = re.compile(f"[{_HAN}\\s]+")
_DOT_VARIANTS = re.compile(r"\s*[·•・‧∙⋅᛫●．｡﹒ㆍ]\s*")
_STOP_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}])\\s*[.。、]\\s*(?=[{_HAN}])")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f]")
_LOST = re.compile("[?？□■\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")

NAME_MAX = 60
"""Longest name kept, in characters; the longest in use among minority peoples have about 30."""


def normalise_name(typed: str) -> str:
    """The name without what a keyboard added: outer and full-width spaces, spaces inside a Chinese name, invisible
    characters; every variant of the middle dot becomes "·" (U+00B7). Characters themselves are never replaced."""
    if not typed:
        return ""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", typed).replace("\u3000", " ")).strip()
    text = _STOP_BETWEEN_HAN.sub("·", _DOT_VARIANTS.sub("·", text))
    text = "".join(_plain_letter(char) for char in text)
    return re.sub(r"\s+", "" if _ONLY_HAN.fullmatch(text) else " ", text)


def name_faults(name: str) -> tuple[str, ...]:
    """What is wrong with a normalised name: empty, too-long, digits, lost-character (a rare character became ? or □)."""
    if not name:
        return ("empty",)
    checks = {
        "too-long": len(name) > NAME_MAX,
        "digits": any(char.isdigit() for char in name),
        "lost-character": _LOST.search(name) is not None,
    }
    return tuple(code for code, found in checks.items() if found)


def likeness(name: str, other: str) -> Likeness:
    """Compare two normalised names: one character changed, added or left out is a look-alike, never the same."""
    name, other = _folded(name), _folded(other)
    if name == other:
        return "same"
    if len(name) < len(other):
        name, other = other, name
    if len(name) == len(other):
        return "look-alike" if sum(a != b for a, b in zip(name, other, strict=True)) == 1 else "different"
    if len(name) - len(other) == 1 and other in set(_one_left_out(name)):
        return "look-alike"
    return "different"


def likeness_keys(name: str) -> frozenset[str]:
    """Two names are the same or look-alikes only if they share a key; one key per name and character, for joining."""
    folded = _folded(name)
    return frozenset({folded, *_one_left_out(folded)})


def _one_left_out(name: str) -> Iterator[str]:
    return (name[:at] + name[at + 1 :] for at in range(len(name)))


def _folded(name: str) -> str:
    return name.replace("·", "").replace(" ", "").casefold()


def _plain_letter(char: str) -> str:
    """Full-width Latin letters and signs become plain; Chinese characters stay as they are, compatibility forms too."""
    return unicodedata.normalize("NFKC", char) if "！" <= char <= "～" else char
