"""Boxes as sets of points, and the records of the JSON results."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exsclaim_core.model import Box, ErrorRecord, Figure

# Whole numbers: sums and products of them are exact.
NUMBERS = st.integers(-50, 50)
modest = settings(max_examples=60, deadline=None)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = sorted(draw(st.tuples(NUMBERS, NUMBERS))), sorted(draw(st.tuples(NUMBERS, NUMBERS)))
    return Box(x[0], y[0], x[1], y[1])


@pytest.mark.parametrize("corners", [(10, 0, 9, 5), (0, 10, 5, 9)])
def test_a_box_has_no_negative_side(corners: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"Box\(.*\) has a negative width or height"):
        Box(*corners)


def test_a_line_is_a_box_without_area() -> None:
    line = Box(10, 20, 110, 20)
    assert (line.width, line.height, line.area) == (100, 0, 0)


@modest
@given(st.lists(boxes(), min_size=1, max_size=6))
def test_a_hull_holds_all_boxes_and_none_smaller_does(some: list[Box]) -> None:
    hull = Box.hull(some)
    assert all(hull.contains(box) for box in some)
    for side in ("x0", "y0", "x1", "y1"):
        assert any(getattr(box, side) == getattr(hull, side) for box in some)


@modest
@given(st.lists(boxes(), min_size=2, max_size=6))
def test_a_hull_of_hulls_is_the_hull_of_all(some: list[Box]) -> None:
    assert Box.hull([Box.hull(some[:1]), Box.hull(some[1:])]) == Box.hull(some)


def test_there_is_no_hull_of_nothing() -> None:
    with pytest.raises(ValueError, match="no boxes"):
        Box.hull([])


def test_intersection_is_the_area_that_both_cover() -> None:
    assert Box(0, 0, 10, 10).intersection(Box(6, 7, 20, 20)) == 4 * 3


def test_boxes_that_touch_share_no_area() -> None:
    assert Box(0, 0, 10, 10).intersection(Box(10, 0, 20, 10)) == 0


@modest
@given(boxes(), boxes())
def test_intersection_is_the_area_of_the_part_inside(one: Box, other: Box) -> None:
    part = one.clip(other)
    assert one.intersection(other) == other.intersection(one) == (part.area if part else 0)


@modest
@given(boxes(), boxes())
def test_the_part_inside_lies_in_both(one: Box, other: Box) -> None:
    part = one.clip(other)
    if part is None:
        assert one.intersection(other) == 0
    else:
        assert one.contains(part)
        assert other.contains(part)


@modest
@given(boxes(), boxes())
def test_a_box_contains_what_it_clips_to_itself(one: Box, other: Box) -> None:
    assert one.contains(other) == (other.clip(one) == other)


@modest
@given(boxes(), boxes(), boxes())
def test_what_lies_in_a_box_inside_another_lies_in_the_other(outer: Box, middle: Box, inner: Box) -> None:
    if outer.contains(middle) and middle.contains(inner):
        assert outer.contains(inner)


@modest
@given(boxes(), boxes(), st.integers(0, 20))
def test_slack_is_room_on_each_side(one: Box, other: Box, slack: int) -> None:
    assert one.contains(other, slack) == one.expand(slack).contains(other)


def test_a_box_is_written_with_two_digits() -> None:
    assert Box(1.005, 2, 3.14159, 4.999).to_list() == pytest.approx([1.0, 2.0, 3.14, 5.0], abs=0.0051)


def test_a_figure_is_written_as_the_record_that_others_read() -> None:
    figure = Figure("Table", "IV", 3, "TABLE IV. Rates.", Box(1, 2, 3, 4), Box(5, 6, 7, 8), confidence=0.98765)
    record = figure.to_dict()
    assert (record["type"], record["label"], record["page"]) == ("Table", "IV", 3)
    assert (record["caption"], record["caption_bbox"]) == ("TABLE IV. Rates.", [1, 2, 3, 4])
    assert (record["bbox"], record["confidence"]) == ([5, 6, 7, 8], 0.988)
    assert "reason" not in record


def test_a_caption_without_region_says_why() -> None:
    record = Figure("Figure", "1", 1, "Figure 1.", Box(1, 2, 3, 4), reason="nothing is drawn near it").to_dict()
    assert record["bbox"] is None
    assert record["reason"] == "nothing is drawn near it"


def test_an_error_names_document_stage_and_page() -> None:
    assert ErrorRecord("paper.pdf", "read", "corrupt", "no xref table", page=4).to_dict() == {
        "document": "paper.pdf",
        "stage": "read",
        "kind": "corrupt",
        "message": "no xref table",
        "page": 4,
    }
