"""A Figure as SVG text for a page: titled, described, themable by class, and safe under a strict content policy.

Colours stand as attributes, so a page's style sheet may override them (dark screens, high contrast) and a file alone is
complete. There is no style element, no script and no font inside.
"""

from __future__ import annotations

from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from healthrec.figures.model import (
    CORNERS,
    INKS,
    Area,
    Figure,
    Item,
    Layer,
    Line,
    Marker,
    Polyline,
    Text,
    corners,
)

_TARGET = 9
"""Radius in points of what a finger finds around a mark; marks nearer than that have the table."""

_FONTS = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans', sans-serif"


def to_svg(figure: Figure, key: str = "") -> str:
    """One ``<svg>`` element, as wide as its place and never wider than drawn; ids begin with `key` or the figure's own.

    A figure whose marks lead somewhere is a group of links for those who cannot see it, any other is one picture.
    """
    key = key or figure.key
    title, description = f"{key}-title", f"{key}-description"
    leads = any(isinstance(item, Marker) and item.href for layer in figure.layers for item in layer.items)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="figure" role="{"group" if leads else "img"}"'
        f" lang={quoteattr(figure.language)}"
        f' viewBox="0 0 {_n(figure.width)} {_n(figure.height)}" width={quoteattr(_n(figure.width))}'
        f" height={quoteattr(_n(figure.height))} font-family={quoteattr(_FONTS)}"
        f" aria-labelledby={quoteattr(title + ' ' + description)}>"
    )
    body = [
        f"<title id={quoteattr(title)}>{escape(figure.title)}</title>",
        f"<desc id={quoteattr(description)}>{escape(figure.description)}</desc>",
        *(_kept_layer(layer) if layer.kept else _layer(layer) for layer in figure.layers),
    ]
    return "\n".join([head, *body, "</svg>\n"])


def _layer(layer: Layer) -> str:
    hidden = "" if any(isinstance(item, Marker) and item.href for item in layer.items) else ' aria-hidden="true"'
    return "\n".join([f'<g class="fig-{layer.name}"{hidden}>', *map(_element, layer.items), "</g>"])


_kept_layer = lru_cache(maxsize=512)(_layer)


def _element(item: Item) -> str:
    match item:
        case Line():
            (x1, y1), (x2, y2) = item.start, item.end
            place = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
            return f"<line {_role(item)} {place} {_stroke(item)}/>"
        case Polyline():
            return f'<polyline {_role(item)} points="{_points(item.points)}" fill="none" {_stroke(item)}/>'
        case Area():
            return f'<polygon {_role(item)} points="{_points(item.points)}" fill="{INKS[item.ink]}"/>'
        case Text():
            return _text(item)
        case Marker():
            return _marker(item)


def _text(item: Text) -> str:
    bold = ' font-weight="700"' if item.bold else ""
    backed = (
        f' paint-order="stroke" stroke="{INKS["paper"]}" stroke-width="3" stroke-linejoin="round"'
        if item.backed
        else ""
    )
    place = f'x="{_n(item.at[0])}" y="{_n(item.at[1])}" font-size="{_n(item.size)}" text-anchor="{item.anchor}"'
    return f'<text {_role(item)} {place}{bold} fill="{INKS[item.ink]}"{backed}>{escape(item.words)}</text>'


def _marker(item: Marker) -> str:
    drawn = _shape(item)
    title = f"<title>{escape(item.title)}</title>" if item.title else ""
    if not item.href:
        return f"<g {_role(item)}>{title}{drawn}</g>"
    x, y = item.at
    target = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_TARGET}" fill="none" pointer-events="all"/>'
    named = f"href={quoteattr(item.href)} aria-label={quoteattr(item.title)}"
    return f"<a {_role(item)} {named}>{title}{target}{drawn}</a>"


def _shape(item: Marker) -> str:
    (x, y), r, ink, paper = item.at, item.radius, INKS[item.ink], INKS["paper"]
    if item.shape == "cross":
        path = f"M{_n(x - r)} {_n(y - r)}L{_n(x + r)} {_n(y + r)}M{_n(x - r)} {_n(y + r)}L{_n(x + r)} {_n(y - r)}"
        return f'<path d="{path}" stroke="{ink}" stroke-width="1.6" stroke-linecap="round" fill="none"/>'
    if item.shape in CORNERS:
        return f'<polygon points="{_points(corners(item))}" fill="{ink}" stroke="{paper}" stroke-width="1"/>'
    circle = f'cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}"'
    if item.shape == "ring":
        return f'<circle {circle} fill="{paper}" stroke="{ink}" stroke-width="1.4"/>'
    return f'<circle {circle} fill="{ink}" stroke="{paper}" stroke-width="1"/>'


def _role(item: Item) -> str:
    return f'class="fig-{item.role}"'


def _stroke(item: Line | Polyline) -> str:
    ends = f' stroke-dasharray="{" ".join(map(_n, item.dash))}"' if item.dash else ' stroke-linecap="round"'
    return f'stroke="{INKS[item.ink]}" stroke-width="{_n(item.width)}"{ends}'


def _points(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    """A tenth of a point is finer than any eye; fewer digits keep pages small and golden files steady."""
    return f"{value:.1f}".removesuffix(".0")
