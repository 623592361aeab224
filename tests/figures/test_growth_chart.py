"""What a growth chart shows, and what it must not."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from tests.figures.charts import (
    ALL,
    BY_LENGTH,
    CHANGING,
    GOLDEN,
    INFANT,
    MONTH,
    NOTHING_MEASURED,
    PERCENTILES,
    PHONE,
    PRETERM_TODDLER,
    PRETERM_WEEKS,
    Z_SCORES,
)

from healthrec.figures import (
    ChildPoint,
    GrowthChart,
    Line,
    Mark,
    Marker,
    Polyline,
    Reference,
    Text,
    Window,
    growth_chart,
    to_svg,
    window_for,
)
from healthrec.figures.notes import rough_width
from healthrec.figures.scale import Frame, age_ticks, apart, number, number_ticks, y_range


@pytest.mark.parametrize("name", ALL)
def test_svg_is_the_golden_one(name: str) -> None:
    assert to_svg(growth_chart(ALL[name])) == (GOLDEN / f"{name}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_svg_is_well_formed_and_names_itself(name: str) -> None:
    svg = ElementTree.fromstring(to_svg(growth_chart(ALL[name])))
    named = {element.get("id"): element.text for element in svg if element.get("id")}
    assert [named[key] for key in svg.get("aria-labelledby", "").split()] == [
        INFANT.words.title,
        INFANT.words.description,
    ]


@pytest.mark.parametrize("name", ALL)
def test_svg_has_no_style_script_or_outside_address(name: str) -> None:
    svg = to_svg(growth_chart(ALL[name]))
    assert not re.search(r"style=|<style|<script|href=\"[^/]|url\(|\son\w+=", svg)


def test_a_chart_whose_points_lead_nowhere_is_one_picture() -> None:
    svg = to_svg(growth_chart(INFANT))
    assert 'role="img"' in svg
    assert "href" not in svg


def test_points_that_lead_somewhere_are_links_with_names_and_the_rest_is_kept_from_being_read_out() -> None:
    svg = ElementTree.fromstring(to_svg(growth_chart(PRETERM_TODDLER)))
    links = [(one.get("href"), one.get("aria-label")) for one in svg.iter("{http://www.w3.org/2000/svg}a")]
    layers = [one.get("aria-hidden") for one in svg.findall("{http://www.w3.org/2000/svg}g")]
    assert svg.get("role") == "group"
    assert links == [("/why/1", "2026年1月20日 · 1岁8个月 · 83.0 cm"), ("/why/2", "2026年9月20日 · 2岁4个月 · 89.1 cm")]
    assert layers == [*["true"] * (len(layers) - 1), None]


def test_two_drawings_of_one_chart_on_a_page_have_ids_of_their_own() -> None:
    figure = growth_chart(INFANT)
    ids = [set(re.findall(r' id="([^"]*)"', to_svg(figure, key))) for key in ("wide", "narrow")]
    assert ids == [{"wide-title", "wide-description"}, {"narrow-title", "narrow-description"}]


def test_the_ground_of_a_chart_is_drawn_once_for_all_children() -> None:
    another = replace(INFANT, points=(ChildPoint(0, 51.0, "birth", ("", "", "51.0")),))
    kept = [layer for layer in growth_chart(INFANT).layers if layer.kept]
    assert kept
    assert all(one is other for one, other in zip(kept, growth_chart(another).layers, strict=False))


def test_words_of_a_chart_cannot_become_markup() -> None:
    words = replace(INFANT.words, title='<b>"&', heading="<script>")
    svg = to_svg(growth_chart(replace(INFANT, words=words, language='"><x')))
    assert "<script>" not in svg
    ElementTree.fromstring(svg)


def test_points_are_marked_by_shape_and_not_joined() -> None:
    figure = growth_chart(PRETERM_TODDLER)
    shapes = [item.shape for item in figure.items if isinstance(item, Marker) and item.role != "key"]
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
        assert names == {curve.label for curve in chart.reference.curves}


def test_curves_differ_by_dash_and_none_is_stronger() -> None:
    curves = [item for item in growth_chart(INFANT).items if isinstance(item, Polyline)]
    assert len({curve.dash for curve in curves}) == 3
    assert len({(curve.width, curve.ink) for curve in curves}) == 1


def test_the_step_to_standing_is_marked_only_when_in_sight() -> None:
    def marked(chart: GrowthChart) -> bool:
        return any(item.role == "mark" for item in growth_chart(chart).items)

    assert not marked(INFANT)
    assert marked(PRETERM_TODDLER)


def test_no_curve_crosses_the_step_to_standing() -> None:
    figure = growth_chart(PRETERM_TODDLER)
    step = next(item.start[0] for item in figure.items if item.role == "mark" and isinstance(item, Line))
    for curve in (item for item in figure.items if isinstance(item, Polyline)):
        xs = [x for x, _ in curve.points]
        assert max(xs) <= step + 1e-6 or min(xs) >= step - 1e-6


def test_the_window_holds_the_child_and_every_curve() -> None:
    window = window_for(INFANT.reference, INFANT.points)
    assert (window.x_from, window.x_to) == (0, 12 * MONTH)
    assert window.y_from < 46
    assert window.y_to > 80


def test_a_chosen_range_shows_the_curves_of_that_range_and_only_its_values() -> None:
    far = replace(INFANT.points[0], x=30 * MONTH, value=140.0)
    window = window_for(INFANT.reference, (*INFANT.points, far), (0, 24 * MONTH))
    assert (window.x_from, window.x_to) == (0, 24 * MONTH)
    assert window.y_to < 110


def test_a_window_from_outside_cuts_curves_and_leaves_values_to_the_table() -> None:
    figure = growth_chart(replace(INFANT, window=Window(0, 100, 55, 65)))
    ys = [y for item in figure.items if isinstance(item, Polyline) for _, y in item.points]
    assert min(ys) >= 24 - 1e-6
    assert max(ys) <= INFANT.height - 33 + 1e-6
    assert len([item for item in figure.items if isinstance(item, Marker)]) == 1
    assert len(figure.table.rows) == 3
    assert "另有2次测量在这段范围以外，见下表" in _words(figure_of=INFANT, window=Window(0, 100, 55, 65))


def test_nothing_is_said_of_values_out_of_sight_where_all_are_in_sight() -> None:
    assert not any("另有" in words for words in _words(figure_of=INFANT))


def test_a_child_without_measurements_gets_the_first_year() -> None:
    window = window_for(NOTHING_MEASURED.reference, ())
    assert (window.x_from, window.x_to) == (0, 12 * MONTH)


def test_a_chart_by_length_has_a_window_in_centimetres() -> None:
    window = window_for(BY_LENGTH.reference, BY_LENGTH.points)
    assert window.x_from <= 69.2 - 3
    assert window.x_to >= 69.2 + 3
    assert window.x_to - window.x_from >= 20


def test_the_table_twin_has_a_row_for_every_measurement() -> None:
    table = growth_chart(INFANT).table
    assert table.headings == ("日期", "年龄", "测量值")
    assert [row[2] for row in table.rows] == ["49.5 cm", "60.0 cm", "69.2 cm"]


def test_marks_are_explained_only_where_ages_are_corrected() -> None:
    def explained(chart: GrowthChart) -> int:
        return sum(isinstance(item, Marker) and item.role == "key" for item in growth_chart(chart).items)

    assert (explained(INFANT), explained(PRETERM_TODDLER)) == (0, 2)
    assert {"矫正月龄", "实际月龄"} <= _words(PRETERM_TODDLER)


def test_the_standard_is_named_on_every_chart() -> None:
    assert all("标准：甲标准" in _words(chart) for chart in ALL.values())


def test_changes_of_standard_are_marked_where_they_are_in_sight() -> None:
    words = _words(CHANGING)
    assert {"甲标准自此施行", "此后用丙标准", "满24个月起站着量"} <= words
    assert "看不见" not in words


@pytest.mark.parametrize("month", [1, 10, 17, 19, 26, 35])
@pytest.mark.parametrize("words", ["短", "一句相当长的话，说明从这里起有什么不同了"])
def test_the_words_of_a_mark_stay_inside(month: int, words: str) -> None:
    window = window_for(INFANT.reference, (), (0, 36 * MONTH))
    figure = growth_chart(replace(PHONE, marks=(Mark(month * MONTH, words),), window=window))
    text = next(item for item in figure.items if item.role == "mark-label")
    assert isinstance(text, Text)
    wide = rough_width(words, 8.5)
    left = text.at[0] - (wide if text.anchor == "end" else 0)
    assert left >= 34 - 1e-6
    assert left + wide <= PHONE.width - 36 + 1e-6


def test_a_second_standard_is_drawn_behind_and_named() -> None:
    layers = [layer.name for layer in growth_chart(CHANGING).layers]
    assert layers.index("other") < layers.index("child")
    assert "细点线：乙标准" in _words(CHANGING)
    assert "细点线：乙标准" not in _words(PRETERM_TODDLER)


def test_curves_can_be_put_away() -> None:
    figure = growth_chart(replace(INFANT, curves=False))
    assert not [item for item in figure.items if isinstance(item, Polyline)]
    assert "浅色带：100个同龄男童里约94个在里面" not in {i.words for i in figure.items if isinstance(i, Text)}


def test_scores_of_several_indicators_are_joined_and_told_apart_by_shape_and_dash() -> None:
    figure = growth_chart(Z_SCORES)
    joins = [item for item in figure.items if isinstance(item, Polyline) and item.role == "join"]
    keys = [item.shape for item in figure.items if isinstance(item, Marker) and item.role == "key"]
    assert len({join.dash for join in joins}) == 3
    assert keys == ["dot", "square", "diamond"]
    assert {"体重", "身长", "头围"} <= _words(Z_SCORES)


def test_one_score_alone_is_joined_to_nothing() -> None:
    figure = growth_chart(replace(Z_SCORES, points=Z_SCORES.points[:1]))
    assert not [item for item in figure.items if item.role == "join"]


def test_a_chart_by_weeks_begins_where_the_child_was_born() -> None:
    window = window_for(PRETERM_WEEKS.reference, PRETERM_WEEKS.points)
    assert window.x_from <= 29
    assert window.x_to >= 40
    assert (window.x_from, window.x_to) == (28, 44)


@pytest.mark.parametrize("name", ALL)
def test_what_stands_below_a_chart_stays_on_it(name: str) -> None:
    chart = ALL[name]
    english = replace(chart.words, band="Pale band: about 94 of 100 girls of the same age lie within it, " * 2)
    for one in (chart, replace(chart, words=english)):
        below = [i for i in growth_chart(one).items if isinstance(i, Text) and i.role == "note"]
        assert all(i.at[0] + rough_width(i.words, 9) <= one.width for i in below)
        assert max(i.at[1] for i in below) < one.height


def test_a_note_is_not_broken_before_a_stop() -> None:
    words = replace(PHONE.words, band="浅" * 27 + "，里面")
    notes = [i.words for i in growth_chart(replace(PHONE, words=words)).items if isinstance(i, Text)]
    assert "浅" * 27 + "，" in notes


def test_whole_years_are_called_years() -> None:
    labels = [i.words for i in growth_chart(PRETERM_TODDLER).items if isinstance(i, Text) and i.role == "tick-label"]
    assert {"1岁", "2岁"} <= set(labels)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(0, 9, list(range(10))), (0, 10, [0, 2, 4, 6, 8, 10]), (12, 48, [12, 18, 24, 30, 36, 42, 48])],
)
def test_month_ticks_stay_few(first: int, last: int, expected: list[int]) -> None:
    assert age_ticks(first * MONTH, last * MONTH) == expected


def test_over_seven_years_ticks_are_years() -> None:
    assert age_ticks(0, 84 * MONTH, 10) == [0, 12, 24, 36, 48, 60, 72, 84]
    assert age_ticks(0, 84 * MONTH, 4) == [0, 48]


def test_a_number_has_a_true_minus() -> None:
    assert (number(-2.0), number(12.5)) == ("−2", "12.5")


def test_the_y_axis_begins_and_ends_at_round_values() -> None:
    low, high = y_range([47.3, 81.2])
    assert (low, high) == (45, 82.5)
    assert y_range([]) == (-0.1, 1.1)


def test_a_small_frame_has_fewer_ticks() -> None:
    def ticks(width: float, height: float) -> tuple[int, int]:
        frame = Frame(Window(0, 1, 0, 1), 0, 0, width, height)
        return frame.ticks_across(26), frame.ticks_up(18)

    assert ticks(1000, 1000) == (10, 8)
    assert ticks(130, 90) == (5, 5)
    assert ticks(10, 10) == (4, 3)


def test_number_ticks_are_round() -> None:
    assert number_ticks(46.2, 83.1, 6) == [50, 60, 70, 80]
    assert number_ticks(2.1, 3.4) == [2.2, 2.4, 2.6, 2.8, 3.0, 3.2, 3.4]
    assert number_ticks(1.7, 13.8) == [2, 4, 6, 8, 10, 12]


def test_the_tint_needs_both_of_its_curves() -> None:
    def tinted(chart: GrowthChart) -> int:
        return sum(item.role == "band" for item in growth_chart(chart).items)

    assert tinted(INFANT) == 1
    assert tinted(PRETERM_TODDLER) == 2
    assert tinted(replace(INFANT, reference=Reference(PERCENTILES[1:]))) == 0


def test_labels_move_apart_but_stay_inside() -> None:
    assert apart([50, 51, 52], 10, 0, 100) == [41, 51, 61]
    assert apart([20, 50], 10, 0, 100) == [20, 50]
    assert apart([1, 2, 3], 10, 0, 100) == [0, 10, 20]
    assert apart([98, 99], 10, 0, 100) == [90, 100]


def _words(figure_of: GrowthChart, window: Window | None = None) -> set[str]:
    figure = growth_chart(replace(figure_of, window=window or figure_of.window))
    return {item.words for item in figure.items if isinstance(item, Text)}
