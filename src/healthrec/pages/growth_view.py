"""How a reader wants the growth chart, as it stands in the address: every choice is a link, so it needs no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from healthrec.wording import Translator

RANGES: Final[Mapping[str, tuple[int, int]]] = {"0-24": (0, 24), "0-84": (0, 84)}
"""Ranges of age in months; any other shows the child's own data."""

EARLY: Final = "early"
"""The range of those weeks that are counted with gestation."""

LAYERS: Final[Mapping[str, str]] = {
    "curves": "标准曲线",
    "actual": "实际月龄",
    "corrected": "矫正月龄",
    "marks": "分界线",
}
SERIES: Final = frozenset(
    {"weight", "length-height", "weight-for-size", "bmi", "head", "arm", "triceps", "subscapular"}
)
"""Lines of a chart of scores, layers too: codes of the term group ``measure``."""
_NAMES: Final = ("chart", "range", "lines", "standard", "other", "hide")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `on` when it is the one in force."""

    text: str
    href: str
    on: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """Choices of one kind, under a name. `many` when each of them is on or off by itself."""

    key: str
    label: str
    options: tuple[Option, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for; "" for whatever the audience, the data or the organisation has it.

    `base` is the address of the page and `anchor` the place on it; `lines` is sd, percentile or z; `standard` and `other` are ids; `hide` has the
    layers that were put away.
    """

    base: str
    chart: str = ""
    range: str = ""
    lines: str = ""
    standard: str = ""
    other: str = ""
    hide: frozenset[str] = frozenset()
    anchor: str = ""

    @classmethod
    def asked(cls, base: str, asked: Mapping[str, str]) -> View:
        """The view of a query; what no page of ours writes is left aside."""
        values: dict[str, Any] = {name: _code(asked.get(name, "")) for name in _NAMES if name != "hide"}
        hide = frozenset(asked.get("hide", "").split(".")) & (LAYERS.keys() | SERIES)
        return cls(base, **values, hide=hide)

    def with_(self, **changes: Any) -> View:
        """This view but for some choices."""
        return replace(self, **changes)

    @property
    def href(self) -> str:
        """The address that asks for it."""
        asked = {name: getattr(self, name) for name in _NAMES[:-1]} | {"hide": ".".join(sorted(self.hide))}
        query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
        return (f"{self.base}?{query}" if query else self.base) + self.anchor


def toggles(view: View, layers: Iterable[str], words: Translator) -> Iterator[Option]:
    """A layer that is on can be put away, and one that is away can be brought back."""
    for layer in layers:
        on = layer not in view.hide
        text = words.gettext(LAYERS[layer]) if layer in LAYERS else words.term("measure", layer)
        yield Option(text[:1].upper() + text[1:], view.with_(hide=view.hide ^ {layer}).href, on)


def _code(text: str) -> str:
    """What may stand in an address again as it is: the codes of our own links."""
    return text if len(text) <= 40 and all(c.isascii() and (c.isalnum() or c == "-") for c in text) else ""
