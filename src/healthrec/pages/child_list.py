"""How a child is told from others in a list: badge of twins, nursery and class, age."""

from __future__ import annotations

from typing import Final

from healthrec.wording import Translator

_ORDER: Final = ("老大", "老二", "老三", "老四")


def twin_badge(birth_order: int, words: Translator) -> str:
    """双胞胎·老大 for the first; from the third on it can be no twin. "" for a single child."""
    if birth_order < 1:
        return ""
    order = words.gettext(_ORDER[min(birth_order, len(_ORDER)) - 1])
    return words.gettext("双胞胎·{order}" if birth_order < 3 else "多胞胎·{order}").format(order=order)


def place_words(name: tuple[str, str], parent: tuple[str, str], words: Translator) -> str:
    """小青蛙托育园 · 小鹿班, from (Chinese, English) names; `parent` is empty where the nursery has no classes."""
    at = 1 if words.language == "en" else 0
    return " · ".join(part for part in (parent[at], name[at]) if part)
