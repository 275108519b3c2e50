"""Lanes: how wide the search above and below a caption looks."""

from __future__ import annotations

import numpy as np
import pytest

from exsclaim_core.figures.content import Content
from exsclaim_core.figures.lanes import ABOVE, BELOW, LEFT_OF, RIGHT_OF, Lane, find_lanes, parting_height
from tests.drawing.located import content_of
from tests.drawing.pages import Paper

PAGE = (0.0, 612.0)


def lanes_of(content: Content, side: int, label: str = "1") -> list[Lane]:
    (index,) = [i for i, caption in enumerate(content.captions) if caption.label.label == label]
    return find_lanes(content, index, side)


def near(lane: Lane) -> object:
    return pytest.approx(lane, abs=1)


def test_the_lane_of_a_column_ends_in_the_middle_of_the_gutter(paper: Paper) -> None:
    paper.page(columns=2)
    paper.plot((54, 72, 297, 220))
    paper.caption("Figure 1. Grain size of the film against temperature.", 54, 228, 243)
    paper.body(column=0, top=260)
    paper.body(column=1)
    lanes = lanes_of(content_of(paper), ABOVE)
    assert near((0, 306)) in lanes  # the columns end at 297 and begin at 315
    assert PAGE in lanes


def test_a_caption_across_the_columns_looks_over_the_whole_page(paper: Paper) -> None:
    paper.page(columns=2)
    paper.plot((54, 72, 558, 220))
    paper.caption("Figure 1. " + "Grain size of the film against the temperature of the annealing. " * 3, 54, 228, 504)
    paper.body(column=0, top=270)
    paper.body(column=1, top=270)
    lanes = lanes_of(content_of(paper), ABOVE)
    assert PAGE in lanes
    assert near((0, 306)) not in lanes


def test_the_middle_of_three_columns_lies_between_two_gutters(paper: Paper) -> None:
    paper.page(columns=3)  # 54 to 210, 228 to 384, 402 to 558
    paper.body(column=0)
    paper.plot((228, 72, 384, 180))
    paper.caption("Figure 1. Grain size against the temperature.", 228, 188, 156)
    paper.body(column=1, top=220)
    paper.body(column=2)
    assert near((219, 393)) in lanes_of(content_of(paper), ABOVE)


def side_by_side(paper: Paper) -> Content:
    """Two images 20 points apart, a wide one and a narrow one, over one column of text; both with short captions."""
    paper.page()
    paper.image((54, 72, 400, 220))
    paper.caption("Figure 1. Grain size.", 180, 228, 100)
    paper.image((420, 72, 558, 220))
    paper.caption("Figure 2. Particles.", 450, 228, 100)
    paper.body(top=260)
    return content_of(paper)


def test_captions_side_by_side_part_where_their_figures_do(paper: Paper) -> None:
    content = side_by_side(paper)
    assert lanes_of(content, ABOVE, "1")[0] == near((0, 410))  # the middle between the captions is at 357
    assert lanes_of(content, ABOVE, "2")[0] == near((410, 612))


def test_tables_side_by_side_part_below_their_captions(paper: Paper) -> None:
    paper.page()
    paper.caption("Table 1. Properties of films.", 54, 72, 150)
    paper.table((54, 86, 200, 180), columns=3)
    paper.caption("Table 2. Properties of bulk samples.", 240, 72, 300)
    paper.table((240, 86, 558, 180), columns=5)
    paper.body(top=210)
    content = content_of(paper)
    left, right = lanes_of(content, BELOW, "1")[0], lanes_of(content, BELOW, "2")[0]
    assert left[1] == right[0] == pytest.approx(220, abs=1)  # between the rules, which end at 200 and begin at 240


def test_beside_a_caption_the_lane_is_its_height(paper: Paper) -> None:
    content = side_by_side(paper)
    for side in (LEFT_OF, RIGHT_OF):
        ((y0, y1),) = lanes_of(content, side)
        box = content.captions[0].box
        assert y0 <= box[1] <= box[3] <= y1
        assert y1 - y0 < 20  # a line of 8.5 points


def test_narrow_lanes_are_as_wide_as_the_caption(paper: Paper) -> None:
    content = side_by_side(paper)
    x0, _, x1, _ = content.captions[0].box
    lanes = lanes_of(content, ABOVE)
    tenth = 0.1 * (x1 - x0)
    assert near((x0 - tenth, x1 + tenth)) in lanes
    assert pytest.approx((x0, x1), abs=5) in lanes


def test_a_lane_is_as_wide_as_the_drawing_next_to_the_caption(paper: Paper) -> None:
    paper.page(columns=3)
    paper.body(column=0)
    paper.caption("Table 1. Properties of the films.", 228, 72, 330)
    paper.table((228, 86, 558, 200), rows=9, columns=6)  # over the second and the third column
    paper.body(column=1, top=216)
    paper.body(column=2, top=216)
    assert pytest.approx((228, 558), abs=5) in lanes_of(content_of(paper), BELOW)


def test_no_lane_reaches_under_the_caption_of_a_neighbour(paper: Paper) -> None:
    content = side_by_side(paper)
    neighbour = content.captions[1].box
    assert all(lane[1] <= neighbour[0] for lane in lanes_of(content, ABOVE))


def test_two_floats_part_in_the_widest_white_band_between_them() -> None:
    boxes = np.array([[0, 0, 100, 40], [0, 44, 100, 90], [0, 130, 100, 200], [300, 100, 400, 120]], np.float32)
    assert parting_height(boxes, 0, 200, 20, 180) == pytest.approx(110)  # 90 to 130; the last box lies in another lane


def test_without_anything_between_them_two_floats_part_in_the_middle() -> None:
    assert parting_height(np.zeros((0, 4), np.float32), 0, 200, 20, 180) == pytest.approx(100)
