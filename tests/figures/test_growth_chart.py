"""What a growth chart shows, and what it must not."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from tests.figures.charts import ALL, BY_LENGTH, GOLDEN, INFANT, MONTH, NOTHING_MEASURED, PRETERM_TODDLER

from healthrec.figures import GrowthChart, Line, Marker, Polyline, Text, Window, growth_chart, to_svg, window_for
from healthrec.figures.scale import age_ticks, apart, number_ticks


@pytest.mark.parametrize("name", ALL)
def test_svg_is_the_golden_one(name: str) -> None:
    assert to_svg(growth_chart(ALL[name])) == (GOLDEN / f"{name}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_svg_is_well_formed_and_names_itself(name: str) -> None:
    svg = ElementTree.fromstring(to_svg(growth_chart(ALL[name])))
    named = {element.get("id"): element.text for element in svg if element.get("id")}
    assert svg.get("role") == "img"
    assert [named[key] for key in svg.get("aria-labelledby", "").split()] == [
        INFANT.words.title,
        INFANT.words.description,
    ]


def test_svg_has_no_style_script_or_outside_address() -> None:
    svg = to_svg(growth_chart(INFANT))
    assert not re.search(r"style=|<style|<script|href|url\(|on\w+=", svg)


def test_words_of_a_chart_cannot_become_markup() -> None:
    words = replace(INFANT.words, title='<b>"&', heading="<script>")
    svg = to_svg(growth_chart(replace(INFANT, words=words, language='"><x')))
    assert "<script>" not in svg
    ElementTree.fromstring(svg)


def test_points_are_marked_by_shape_and_not_joined() -> None:
    figure = growth_chart(PRETERM_TODDLER)
    shapes = [item.shape for item in figure.items if isinstance(item, Marker) and item.role != "legend"]
    joins = [item for item in figure.items if isinstance(item, Polyline) and item.ink == "child"]
    assert (shapes, joins) == (["dot", "cross", "dot"], [])


def test_a_corrected_point_is_tied_to_its_actual_one() -> None:
    links = [item for item in growth_chart(PRETERM_TODDLER).items if isinstance(item, Line) and item.role == "link"]
    assert len(links) == 1
    assert links[0].start[0] < links[0].end[0]
    assert links[0].start[1] == links[0].end[1]


def test_every_curve_is_named_at_its_end() -> None:
    for chart in ALL.values():
        names = {i.words for i in growth_chart(chart).items if isinstance(i, Text) and i.role == "curve-label"}
        assert names == {curve.label for curve in chart.curves}


def test_curves_differ_by_dash_and_none_is_stronger() -> None:
    curves = [item for item in growth_chart(INFANT).items if isinstance(item, Polyline)]
    assert len({curve.dash for curve in curves}) == 3
    assert len({(curve.width, curve.ink) for curve in curves}) == 1


def test_the_step_to_standing_is_marked_only_when_in_sight() -> None:
    def marked(chart: GrowthChart) -> bool:
        return any(item.role == "step" for item in growth_chart(chart).items)

    assert not marked(INFANT)
    assert marked(PRETERM_TODDLER)


def test_no_curve_crosses_the_step_to_standing() -> None:
    figure = growth_chart(PRETERM_TODDLER)
    step = next(item.start[0] for item in figure.items if item.role == "step" and isinstance(item, Line))
    for curve in (item for item in figure.items if isinstance(item, Polyline)):
        xs = [x for x, _ in curve.points]
        assert max(xs) <= step + 1e-6 or min(xs) >= step - 1e-6


def test_the_window_holds_the_child_and_every_curve() -> None:
    window = window_for(INFANT.curves, INFANT.points, "age_days")
    assert (window.x_from, window.x_to) == (0, 12 * MONTH)
    assert window.y_from < 46
    assert window.y_to > 80


def test_a_window_from_outside_cuts_curves_and_leaves_values_to_the_table() -> None:
    figure = growth_chart(replace(INFANT, window=Window(0, 100, 55, 65)))
    ys = [y for item in figure.items if isinstance(item, Polyline) for _, y in item.points]
    assert min(ys) >= 24 - 1e-6
    assert max(ys) <= INFANT.height - 36 + 1e-6
    assert len([item for item in figure.items if isinstance(item, Marker)]) == 1
    assert len(figure.table.rows) == 3


def test_a_child_without_measurements_gets_the_first_year() -> None:
    window = window_for(NOTHING_MEASURED.curves, (), "age_days")
    assert (window.x_from, window.x_to) == (0, 12 * MONTH)


def test_a_chart_by_length_has_a_window_in_centimetres() -> None:
    window = window_for(BY_LENGTH.curves, BY_LENGTH.points, "length_cm")
    assert window.x_from <= 69.2 - 3
    assert window.x_to >= 69.2 + 3
    assert window.x_to - window.x_from >= 20


def test_the_table_twin_has_a_row_for_every_measurement() -> None:
    table = growth_chart(INFANT).table
    assert table.headings == ("日期", "年龄", "测量值")
    assert [row[2] for row in table.rows] == ["49.5 cm", "60.0 cm", "69.2 cm"]


def test_a_legend_stands_only_where_ages_are_corrected() -> None:
    def legend(chart: GrowthChart) -> list[str]:
        return [i.words for i in growth_chart(chart).items if isinstance(i, Text) and i.role == "legend"]

    assert legend(INFANT) == []
    assert legend(PRETERM_TODDLER) == ["矫正月龄", "实际月龄"]


def test_whole_years_are_called_years() -> None:
    labels = [i.words for i in growth_chart(PRETERM_TODDLER).items if isinstance(i, Text) and i.role == "tick-label"]
    assert {"1岁", "2岁"} <= set(labels)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(0, 9, list(range(10))), (0, 10, [0, 2, 4, 6, 8, 10]), (12, 48, [12, 18, 24, 30, 36, 42, 48])],
)
def test_month_ticks_stay_few(first: int, last: int, expected: list[int]) -> None:
    assert age_ticks(first * MONTH, last * MONTH) == expected


def test_number_ticks_are_round() -> None:
    assert number_ticks(46.2, 83.1, 6) == [50, 60, 70, 80]
    assert number_ticks(2.1, 3.4) == [2.2, 2.4, 2.6, 2.8, 3.0, 3.2, 3.4]
    assert number_ticks(1.7, 13.8) == [2, 4, 6, 8, 10, 12]


def test_the_tint_needs_both_of_its_curves() -> None:
    def tinted(chart: GrowthChart) -> int:
        return sum(item.role == "band" for item in growth_chart(chart).items)

    assert tinted(INFANT) == 1
    assert tinted(PRETERM_TODDLER) == 2
    assert tinted(replace(INFANT, curves=INFANT.curves[1:])) == 0


def test_labels_move_apart_but_stay_inside() -> None:
    assert apart([50, 51, 52], 10, 0, 100) == [41, 51, 61]
    assert apart([20, 50], 10, 0, 100) == [20, 50]
    assert apart([1, 2, 3], 10, 0, 100) == [0, 10, 20]
    assert apart([98, 99], 10, 0, 100) == [90, 100]
