"""Figures and tables that read sideways: turned on an upright page, or on a page that the viewer turns."""

from __future__ import annotations

import pytest

from tests.drawing.located import Drawn, assert_located
from tests.drawing.pages import Paper

WORDS = "Grain size of the film against the temperature of the annealing, for three samples of each composition."
TYPE_AREA = (80, 60, 540, 740)  # 680 points long when it is read from the side


@pytest.mark.parametrize("clockwise", [False, True])
def test_a_table_sideways_on_an_upright_page(paper: Paper, clockwise: bool) -> None:
    paper.page()
    paper.body()
    paper.page()
    paper.header("Growth of grains")
    with paper.turned(TYPE_AREA, clockwise):
        caption = paper.caption(f"Table 1. {WORDS}", 0, 0, 680, size=9)
        table = paper.table((0, 24, 680, 400), rows=24, columns=7)
    found = assert_located(paper, Drawn("Table 1", table, caption, page=2))
    # Quarter turns counter-clockwise that make it upright: 1 where its text runs down the page, 3 where it runs up.
    assert found.figures[0].direction == (1 if clockwise else 3)


@pytest.mark.parametrize("clockwise", [False, True])
def test_a_figure_sideways_with_its_caption(paper: Paper, clockwise: bool) -> None:
    paper.page()
    paper.body()
    paper.page()
    with paper.turned(TYPE_AREA, clockwise):
        figure = paper.plot((0, 0, 680, 400))
        caption = paper.caption(f"Figure 1. {WORDS}", 0, 410, 680, size=9)
    assert_located(paper, Drawn("Figure 1", figure, caption, page=2))


def test_a_figure_sideways_over_an_upright_caption(paper: Paper) -> None:
    paper.page()
    with paper.turned((100, 60, 500, 500)):
        figure = paper.plot((0, 0, 440, 400))
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 515, 504, size=9)
    paper.body(top=caption.y1 + 16)
    found = assert_located(paper, Drawn("Figure 1", figure, caption))
    assert found.figures[0].direction == 0


def test_a_sideways_caption_beside_an_upright_figure(paper: Paper) -> None:
    paper.page()
    figure = paper.image((80, 100, 440, 640))
    with paper.turned((450, 100, 520, 640)):
        caption = paper.caption(f"Figure 1. {WORDS}", 0, 0, 540, size=9)
    paper.page()
    paper.body()
    assert_located(paper, Drawn("Figure 1", figure, caption))


def test_a_sideways_table_beside_upright_text(paper: Paper) -> None:
    paper.page(columns=2)
    paper.body(column=1)
    with paper.turned((54, 72, 290, 700)):
        caption = paper.caption(f"Table 1. {WORDS}", 0, 0, 628, size=9)
        table = paper.table((0, 24, 628, 220), rows=14, columns=6)
    paper.page(columns=2)
    paper.body(column=0)
    paper.body(column=1)
    assert_located(paper, Drawn("Table 1", table, caption))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_the_viewer_turns(paper: Paper, rotation: int) -> None:
    paper.page(792, 612, rotation=rotation)
    caption = paper.caption(f"Table 1. {WORDS}", 54, 60, 684, size=9)
    table = paper.table((54, 86, 738, 300), rows=14, columns=7)
    figure = paper.plot((54, 320, 400, 500))
    below = paper.caption(f"Figure 1. {WORDS}", 54, 508, 346, size=9)
    found = assert_located(paper, Drawn("Table 1", table, caption), Drawn("Figure 1", figure, below))
    assert {figure.direction for figure in found.figures} == {0}


def test_a_page_with_a_margin_outside_its_crop_box(paper: Paper) -> None:
    paper.page(columns=2, crop_margin=40)
    figure = paper.plot((54, 72, 297, 230))
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 238, 243)
    paper.body(column=0, top=caption.y1 + 14)
    paper.body(column=1)
    assert_located(paper, Drawn("Figure 1", figure, caption))


def test_two_sideways_figures_on_one_page(paper: Paper) -> None:
    paper.page()
    paper.body()
    paper.page()
    drawn = []
    with paper.turned(TYPE_AREA):
        for number, y in enumerate((0, 230), 1):
            figure = paper.plot((100, y, 580, y + 180))
            caption = paper.caption(f"Figure {number}. Grain size of sample {number}.", 100, y + 188, 480, size=9)
            drawn.append(Drawn(f"Figure {number}", figure, caption, page=2))
    assert_located(paper, *drawn)
