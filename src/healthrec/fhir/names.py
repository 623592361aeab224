"""How names and words are made comparable: one normal form, and pinyin for Chinese names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product

MAX_INDEXED = 200
"""Characters of a text, code or address that are indexed and compared: what a b-tree of PostgreSQL can hold."""

_ACCENTS = re.compile("[\u0300-\u036f]")
_SPACE = re.compile(r"\s+")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_MAX_SURNAME_READINGS = 4


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """NFKC, case-folded, Latin accents dropped, blanks made one: Ｌí　 Míng -> li ming."""
    plain = text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    folded = unicodedata.normalize("NFKC", plain).casefold()
    return _SPACE.sub(" ", folded).strip()[:MAX_INDEXED]


@lru_cache(maxsize=65536)
def pinyin_keys(name: str) -> tuple[str, ...]:
    """What one may type for a Chinese name: whole pinyin and initials, for each reading of the surname.

    单小雨 gives shanxiaoyu, sxy, danxiaoyu, dxy …; ü is v, u and yu. () for a name without Chinese characters.
    """
    if not _HAN.search(name):
        return ()
    characters = "".join(character for character in name if character.isalnum())[:32]
    keys: dict[str, None] = {}
    for syllables in _readings(characters):
        whole = "".join(syllables)
        initials = "".join(syllable[0] for syllable in syllables)
        keys |= dict.fromkeys((whole, whole.replace("v", "u"), whole.replace("v", "yu"), initials))
    return tuple(keys)


def _readings(characters: str) -> list[tuple[str, ...]]:
    from pypinyin import Style, pinyin

    whole = [choices[0] for choices in pinyin(characters, style=Style.NORMAL)]
    syllables = [syllable.casefold() for syllable in whole if syllable]
    surname = pinyin(characters[0], style=Style.NORMAL, heteronym=True)[0]
    readings = dict.fromkeys([*_SURNAME_FIRST.get(characters[0], ()), syllables[0], *surname])
    firsts = [reading for reading in readings if reading][:_MAX_SURNAME_READINGS]
    return [(first, *rest) for first, rest in product(firsts, [syllables[1:]])]


_SURNAME_FIRST = {
    "单": ("shan",), "解": ("xie",), "查": ("zha",), "曾": ("zeng",), "仇": ("qiu",), "区": ("ou",), "任": ("ren",),
    "盖": ("ge", "gai"), "朴": ("piao",), "尉": ("yu", "wei"), "万": ("wan", "mo"), "乐": ("yue", "le"),
    "翟": ("zhai", "di"), "华": ("hua",), "缪": ("miao",), "种": ("chong",), "员": ("yun",), "黑": ("he", "hei"),
    "秘": ("bi",), "冼": ("xian",), "覃": ("qin", "tan"), "谌": ("chen", "shen"), "逄": ("pang",), "乜": ("nie",),
}  # fmt: skip
"""Readings of characters as surnames that a dictionary of words does not put first."""
