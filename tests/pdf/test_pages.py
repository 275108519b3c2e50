"""Pages as arrays: views on the document's tables, and pages turned until their text reads to the right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from exsclaim_core.model import Box
from exsclaim_core.pdf.pages import DOWN, LEFT, RIGHT, SLANTED, UP, Boxes, Page, turn_boxes
from tests.drawing.pages import Paper
from tests.drawing.reading import Line, pages_of, read

WIDTH, HEIGHT = 612, 792
modest = settings(max_examples=60, deadline=None)
PLACES = arrays(np.float32, st.tuples(st.integers(0, 8), st.just(4)), elements=st.integers(0, 600).map(float))


def ordered(corners: Boxes) -> Boxes:
    """Boxes whose second corner lies right of and below the first."""
    return np.concatenate([np.minimum(corners[:, :2], corners[:, 2:]), np.maximum(corners[:, :2], corners[:, 2:])], 1)


def boxes_at(*some: tuple[float, float, float, float]) -> Boxes:
    return np.array(some, np.float32)


def test_a_turn_takes_the_right_edge_to_the_top() -> None:
    # On a page 100 wide and 200 high; (10, 20) to (30, 60) ends 70 left of the right edge.
    assert turn_boxes(boxes_at((10, 20, 30, 60)), 100, 200, 1).tolist() == [[20, 70, 60, 90]]


def test_two_turns_take_the_bottom_to_the_top() -> None:
    assert turn_boxes(boxes_at((10, 20, 30, 60)), 100, 200, 2).tolist() == [[70, 140, 90, 180]]


@modest
@given(PLACES)
def test_four_turns_change_nothing(corners: Boxes) -> None:
    boxes = ordered(corners)
    np.testing.assert_array_equal(turn_boxes(boxes, WIDTH, HEIGHT, 4), boxes)
    turned = boxes
    for turn in range(4):
        turned = turn_boxes(turned, *((WIDTH, HEIGHT) if turn % 2 == 0 else (HEIGHT, WIDTH)), 1)
    np.testing.assert_array_equal(turned, boxes)


@modest
@given(PLACES, st.integers(0, 3))
def test_turned_boxes_keep_their_area_and_stay_on_the_page(corners: Boxes, turns: int) -> None:
    boxes = ordered(corners)
    turned = turn_boxes(boxes, WIDTH, HEIGHT, turns)
    width, height = (WIDTH, HEIGHT) if turns % 2 == 0 else (HEIGHT, WIDTH)
    assert (turned[:, :2] >= 0).all()
    assert (turned[:, 2:] <= [width, height]).all()
    sides = np.sort(turned[:, 2:] - turned[:, :2], axis=1)
    np.testing.assert_array_equal(sides, np.sort(boxes[:, 2:] - boxes[:, :2], axis=1))


def sideways_page(paper: Paper, clockwise: bool) -> Page:
    """A page with a line whose baseline lies 30 below the top of a sideways frame and begins 20 right of its left edge,
    and a frame of 100 by 40 points at (20, 50)."""
    paper.page(WIDTH, HEIGHT)
    with paper.turned((100, 200, 300, 600), clockwise):
        paper.text("Table 1. Rates of growth.", 20, 30, size=10)
        paper.frame((20, 50, 120, 90), width=0, fill=(0, 0, 0))
    return read(paper).page(0)


@pytest.mark.parametrize("clockwise", [False, True])
def test_a_turned_page_reads_to_the_right(paper: Paper, clockwise: bool) -> None:
    page = sideways_page(paper, clockwise)
    direction = int(page.lines["direction"][0])
    assert direction == (DOWN if clockwise else UP)

    turned = page.turned(direction)

    assert (turned.width, turned.height) == (HEIGHT, WIDTH)
    assert turned.texts == ["Table 1. Rates of growth."]
    assert turned.lines["direction"].tolist() == [RIGHT]
    # Turned upright, the frame's top left corner lies at its distance from the page's: (200, 612 - 300) for text that
    # runs down, (792 - 600, 100) for text that runs up.
    left, top = (200, 312) if clockwise else (192, 100)
    assert turned.lines["box"][0, 0] == pytest.approx(left + 20, abs=0.5)
    assert turned.lines["baseline"][0] == pytest.approx(top + 30, abs=0.5)
    box = Box(left + 20, top + 50, left + 120, top + 90).to_list()
    assert turned.operators["box"][0].tolist() == pytest.approx(box, abs=0.5)


@pytest.mark.parametrize("clockwise", [False, True])
def test_spans_turn_with_their_lines(paper: Paper, clockwise: bool) -> None:
    page = sideways_page(paper, clockwise)
    for turns in range(4):
        turned = page.turned(turns)
        np.testing.assert_allclose(turned.spans["box"], turned.lines["box"])


def test_four_turns_give_the_same_page(paper: Paper) -> None:
    page = sideways_page(paper, clockwise=False)
    again = page.turned(1).turned(1).turned(1).turned(1)
    assert (again.width, again.height, again.texts) == (page.width, page.height, page.texts)
    np.testing.assert_array_equal(again.lines["direction"], page.lines["direction"])
    np.testing.assert_allclose(again.lines["box"], page.lines["box"], atol=0.01)
    np.testing.assert_allclose(again.operators["box"], page.operators["box"], atol=0.01)


def test_turning_a_page_leaves_the_document_as_it_was(paper: Paper) -> None:
    page = sideways_page(paper, clockwise=False)
    before = page.lines.copy()
    page.turned(1)
    np.testing.assert_array_equal(page.lines, before)


def test_each_direction_turns_to_the_right_and_slanted_text_never(paper: Paper) -> None:
    paper.page(WIDTH, HEIGHT)
    for angle in (0, -90, 180, 90, 30):
        paper.text(f"reads at {angle}", 300, 400, angle=angle)
    page = read(paper).page(0)
    directions = dict(zip(page.texts, page.lines["direction"].tolist(), strict=True))
    assert directions == {
        "reads at 0": RIGHT,
        "reads at -90": DOWN,
        "reads at 180": LEFT,
        "reads at 90": UP,
        "reads at 30": SLANTED,
    }
    for direction in (RIGHT, DOWN, LEFT, UP):
        turned = page.turned(direction).lines["direction"]
        assert turned[page.lines["direction"] == direction].tolist() == [RIGHT]
        assert turned[page.lines["direction"] == SLANTED].tolist() == [SLANTED]


def test_pages_are_views_on_the_document_tables() -> None:
    pages = pages_of([Line("one", 0, 10, 20), Line("two", 0, 22, 20)], [], [Line("three", 0, 10, 20)])
    assert len(pages) == 3
    assert [page.texts for page in pages] == [["one", "two"], [], ["three"]]
    assert [page.number for page in pages] == [1, 2, 3]
    assert all(np.shares_memory(page.lines, pages.lines) for page in pages if len(page.lines))
