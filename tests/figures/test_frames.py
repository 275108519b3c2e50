"""Frames, shades, rules and underlines belong to the page or its text; what is left is figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from exsclaim_core.figures.content import GRAPHIC, RULE, Content
from exsclaim_core.figures.frames import cluster_without_frames, column_rules, marks_on_text, shades_of_text
from exsclaim_core.model import Box
from tests.drawing.pages import Paper
from tests.drawing.reading import content_of, sheets_of

Boxes = NDArray[np.float32]
FRAME = Box(140, 190, 470, 420)
IMAGE = Box(160, 200, 450, 370)


def boxes_at(*some: Sequence[float]) -> Boxes:
    return np.array(some, np.float32).reshape(-1, 4)


def graphics(content: Content, kind: int = GRAPHIC) -> list[list[float]]:
    return [box.tolist() for box in content.boxes[content.kinds == kind]]


def near(box: Box) -> object:
    return pytest.approx(box.to_list(), abs=1)


# Frames round a figure and its caption


def rectangle(paper: Paper, box: Box) -> None:
    paper.frame(box)


def four_lines(paper: Paper, box: Box) -> None:
    for y in (box.y0, box.y1):
        paper.rule(box.x0, y, box.x1)
    for x in (box.x0, box.x1):
        paper.line([(x, box.y0), (x, box.y1)])


def double(paper: Paper, box: Box) -> None:
    four_lines(paper, box)
    four_lines(paper, box.expand(-6))


def round_rectangle(paper: Paper, box: Box) -> None:
    paper.canvas.setDash([])
    paper.canvas.roundRect(box.x0, paper.flip(box.y1), box.width, box.height, 8)


def lines_and_round_corners(paper: Paper, box: Box, radius: float = 8) -> None:
    for y in (box.y0, box.y1):
        paper.rule(box.x0 + radius, y, box.x1 - radius)
    for x in (box.x0, box.x1):
        paper.line([(x, box.y0 + radius), (x, box.y1 - radius)])
    for x, sign_x in ((box.x0 + radius, -1), (box.x1 - radius, 1)):
        for y, sign_y in ((box.y0 + radius, -1), (box.y1 - radius, 1)):
            angles = [math.pi / 2 * step / 6 for step in range(7)]
            paper.line([(x + sign_x * radius * math.cos(a), y + sign_y * radius * math.sin(a)) for a in angles])


def shaded(paper: Paper, box: Box) -> None:
    paper.frame(box, width=0.5, fill=(0.92, 0.92, 0.92))


FRAMES = (rectangle, four_lines, double, round_rectangle, lines_and_round_corners, shaded)
Draw = Callable[[Paper, Box], None]


@pytest.mark.parametrize("draw", FRAMES)
def test_a_frame_round_figure_and_caption_is_no_part_of_the_figure(paper: Paper, draw: Draw) -> None:
    paper.page()
    paper.body(lines=8)
    draw(paper, FRAME)
    image = paper.image(IMAGE)
    paper.caption("Figure 1. Grain size against temperature in thin films of oxide.", 160, 380, 290)
    paper.body(top=440)
    assert graphics(content_of(paper)) == [near(image)]


@pytest.mark.parametrize("draw", FRAMES)
def test_a_frame_round_a_figure_alone_is_part_of_it(paper: Paper, draw: Draw) -> None:
    paper.page()
    paper.body(lines=8)
    draw(paper, FRAME)
    paper.image(IMAGE)
    paper.caption("Figure 1. Grain size against temperature in thin films of oxide.", 140, 428, 330)
    paper.body(top=460)
    assert graphics(content_of(paper)) == [near(FRAME)]


def test_a_frame_drawn_long_before_the_content_is_cut_from_it() -> None:
    # The frame's sides are as thick as a banner; only its place in the stream tells it from the plot.
    frame, plot = [(0, 0, 300, 10), (0, 0, 10, 200), (290, 0, 300, 200)], [(20, 20, 280, 22), (20, 22, 40, 150)]
    boxes = boxes_at(*frame, *plot)
    places = np.array([1, 2, 3, 90, 91], np.float32)
    caption = (60, 170, 200, 180)
    labels, keep = cluster_without_frames(boxes, places, [caption], 3, 40)
    assert keep.all()
    assert len(set(labels[3:].tolist())) == 1
    assert not set(labels[:3].tolist()) & set(labels[3:].tolist())


# Shades


def test_a_shade_behind_body_text_is_no_figure(paper: Paper) -> None:
    paper.page()
    paper.frame((50, 68, 562, 200), width=0, fill=(0.9, 0.9, 0.9))
    paper.body(lines=10)
    image = paper.image((160, 230, 450, 370))
    paper.caption("Figure 1. Grain size.", 160, 380, 290)
    paper.body(top=420)
    assert graphics(content_of(paper)) == [near(image)]


def test_what_holds_three_rows_of_prose_is_a_shade() -> None:
    rows = [(60.0, 100.0 + 12 * n, 290.0, 110.0 + 12 * n) for n in range(3)]
    shade, low, beside = (54, 95, 297, 140), (54, 95, 297, 125), (300, 95, 500, 140)
    assert shades_of_text(boxes_at(shade, low, beside), [], rows).tolist() == [True, False, False]


# Rules


def test_rules_of_a_columns_width_set_floats_off(paper: Paper) -> None:
    paper.page()
    paper.body(lines=8)
    above = paper.rule(54, 198.5, 558)  # nearer to the image than drawings of one figure may be
    image = paper.image((54, 200, 558, 370))
    below = paper.rule(54, 371.5, 558)
    paper.caption("Figure 1. Grain size.", 160, 380, 290)
    paper.body(top=420)
    content = content_of(paper)
    assert graphics(content) == [near(image)]
    assert sorted(graphics(content, RULE), key=lambda box: box[1]) == [near(above), near(below)]


def test_the_sides_of_a_frame_are_no_column_rules(paper: Paper) -> None:
    paper.page()
    paper.body(lines=8)
    frame = Box(54, 195, 558, 375)
    four_lines(paper, frame)
    paper.image(IMAGE)
    paper.caption("Figure 1. Grain size.", 160, 380, 290)
    paper.body(top=420)
    assert graphics(content_of(paper)) == [near(frame)]


def test_rules_of_any_other_width_are_no_column_rules(paper: Paper) -> None:
    paper.page(columns=2)
    left, right = paper.body(column=0), paper.body(column=1, lines=40)
    paper.caption("Figure 1. Grain size.", right.x0, 600, right.width)
    (sheet,) = sheets_of(paper)
    rules = boxes_at(
        (left.x0, 60, left.x1, 60.5),  # as wide as a column
        (left.x0, 60, right.x1, 60.5),  # as wide as both
        (left.x0, 60, left.x1 - 20, 60.5),
        (left.x0 + 30, 60, right.x1, 60.5),
        (left.x0, 60, left.x1, 64),  # a bar
    )
    assert column_rules(sheet, rules).tolist() == [True, True, False, False, False]


# Marks on text


def test_underlines_and_fraction_bars_are_no_figures(paper: Paper) -> None:
    paper.page()
    body = paper.body(lines=8)
    paper.rule(80, body.y0 + 9, 130)  # under words of the first line
    paper.rule(200, body.y0 + 29.5, 215)  # a fraction in the third line
    image = paper.image(IMAGE)
    paper.caption("Figure 1. Grain size.", 160, 380, 290)
    paper.body(top=420)
    content = content_of(paper)
    assert graphics(content) == [near(image)]
    assert graphics(content, RULE) == []


def test_marks_lie_within_rows_and_are_small() -> None:
    rows = [(54.0, 100.0, 297.0, 110.0)]
    underline, icon, between, long, tall = (
        (60, 109, 100, 109.5),
        (200, 101, 208, 109),
        (60, 118, 100, 118.5),
        (54, 109, 360, 109.5),
        (60, 90, 70, 120),
    )
    marks = marks_on_text(boxes_at(underline, icon, between, long, tall), rows)
    assert marks.tolist() == [True, True, False, False, False]


def test_a_page_without_text_has_no_marks_on_text() -> None:
    assert marks_on_text(boxes_at((60, 109, 100, 109.5)), []).tolist() == [False]


def test_no_drawings_make_no_clusters() -> None:
    labels, keep = cluster_without_frames(boxes_at(), np.zeros(0, np.float32), [(0, 0, 10, 10)], 3, 40)
    assert (labels.tolist(), keep.tolist()) == ([], [])
