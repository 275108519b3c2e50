"""Figures found on drawn pages, with the layouts that journals, theses and slides use."""

from __future__ import annotations

import pytest

from exsclaim_core.figures.locate import locate_figures
from exsclaim_core.model import Box, Figure
from exsclaim_core.settings import AssignmentSettings, Settings
from tests.drawing.located import Drawn, assert_located, locate, read
from tests.drawing.pages import Paper

WORDS = "Grain size of the film against the temperature of the annealing, for three samples."


def fill_columns(paper: Paper, left: float, right: float = 72) -> None:
    paper.body(column=0, top=left)
    paper.body(column=1, top=right)


def captioned(paper: Paper, number: int, area: tuple[float, float, float, float]) -> Drawn:
    """A plot with a caption as wide as it is right below."""
    figure = paper.plot(area)
    caption = paper.caption(f"Figure {number}. {WORDS}", area[0], area[3] + 6, area[2] - area[0])
    return Drawn(f"Figure {number}", figure, caption)


def test_the_caption_below(paper: Paper) -> None:
    drawn = captioned(paper.page(columns=2), 1, (54, 72, 297, 230))
    fill_columns(paper, drawn.caption.y1 + 14)
    assert_located(paper, drawn)


def test_the_caption_above(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 72, 243)
    figure = paper.plot((54, caption.y1 + 6, 297, 240))
    fill_columns(paper, 262)
    assert_located(paper, Drawn("Figure 1", figure, caption))


@pytest.mark.parametrize("gap", [1.5, 36])
def test_the_caption_may_touch_its_figure_or_stand_far_from_it(paper: Paper, gap: float) -> None:
    paper.page(columns=2)
    paper.body(column=0, lines=8)
    figure = paper.plot((54, 180, 297, 330))
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 330 + gap, 243)
    fill_columns(paper, caption.y1 + 14)
    assert_located(paper, Drawn("Figure 1", figure, caption))


def test_a_figure_at_the_bottom_of_a_column(paper: Paper) -> None:
    paper.page(columns=2)
    paper.body(column=1)
    paper.body((54, 72, 297, 480))
    assert_located(paper, captioned(paper, 1, (54, 500, 297, 680)))


@pytest.mark.parametrize("top", [72, 280, 460])
def test_a_full_width_figure_over_two_columns(paper: Paper, top: float) -> None:
    paper.page(columns=2)
    drawn = captioned(paper, 1, (54, top, 558, top + 170))
    for column in (0, 1):
        area = paper.column(column)
        if top > 100:
            paper.body((area.x0, 72, area.x1, top - 12))
        if drawn.caption.y1 < 640:
            paper.body(column=column, top=drawn.caption.y1 + 14)
    assert_located(paper, drawn)


def test_a_wide_figure_above_two_narrow_ones(paper: Paper) -> None:
    paper.page(columns=2)
    wide = captioned(paper, 1, (54, 72, 558, 220))
    below = wide.caption.y1 + 14
    narrow = [captioned(paper, n + 2, (54 + 261 * n, below, 297 + 261 * n, below + 130)) for n in (0, 1)]
    fill_columns(paper, narrow[0].caption.y1 + 14, narrow[1].caption.y1 + 14)
    assert_located(paper, wide, *narrow)


@pytest.mark.parametrize("edge", [180, 306, 420])
def test_figures_side_by_side_in_one_column_of_text(paper: Paper, edge: float) -> None:
    paper.page()
    left = captioned(paper, 1, (54, 72, edge - 10, 220))
    right = captioned(paper, 2, (edge + 10, 72, 558, 220))
    paper.body(top=max(left.caption.y1, right.caption.y1) + 16)
    assert_located(paper, left, right)


def test_figures_stacked_in_a_column_without_text_between(paper: Paper) -> None:
    paper.page(columns=2)
    first = captioned(paper, 1, (54, 72, 297, 200))
    second = captioned(paper, 2, (54, first.caption.y1 + 14, 297, first.caption.y1 + 150))
    third = captioned(paper, 3, (54, second.caption.y1 + 14, 297, second.caption.y1 + 150))
    fill_columns(paper, third.caption.y1 + 14)
    assert_located(paper, first, second, third)


@pytest.mark.parametrize("figure_first", [True, False])
def test_a_figure_and_a_table_without_text_between(paper: Paper, figure_first: bool) -> None:
    paper.page(columns=2)
    top, drawn = 72.0, []
    for is_figure in (figure_first, not figure_first):
        if is_figure:
            drawn.append(captioned(paper, 1, (54, top, 297, top + 130)))
            top = drawn[-1].caption.y1 + 14
        else:
            caption = paper.caption("Table 1. Properties of the films.", 54, top, 243)
            drawn.append(Drawn("Table 1", paper.table((54, caption.y1 + 4, 297, caption.y1 + 90)), caption))
            top = drawn[-1].region.y1 + 14
    fill_columns(paper, top)
    assert_located(paper, *drawn)


def test_captions_above_a_figure_and_a_table_without_text_between(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 72, 243)
    figure = paper.plot((54, caption.y1 + 6, 297, caption.y1 + 140))
    title = paper.caption("Table 1. Properties of the films.", 54, figure.y1 + 14, 243)
    table = paper.table((54, title.y1 + 4, 297, title.y1 + 90))
    fill_columns(paper, table.y1 + 16)
    assert_located(paper, Drawn("Figure 1", figure, caption), Drawn("Table 1", table, title))


def test_a_frame_of_the_figure_belongs_to_it(paper: Paper) -> None:
    paper.page(columns=2)
    paper.plot((60, 80, 290, 220))
    frame = paper.frame((54, 72, 297, 228))
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 236, 243)
    fill_columns(paper, caption.y1 + 14)
    assert_located(paper, Drawn("Figure 1", frame, caption))


@pytest.mark.parametrize("shaded", [True, False])
def test_a_publishers_frame_round_figure_and_caption_does_not(paper: Paper, shaded: bool) -> None:
    paper.page(columns=2)
    paper.frame((54, 72, 297, 290), 0 if shaded else 0.5, fill=(0.9, 0.94, 0.98) if shaded else None)
    drawn = captioned(paper, 1, (62, 80, 289, 220))
    fill_columns(paper, 304)
    assert_located(paper, drawn)


def test_column_rules_above_and_below_do_not(paper: Paper) -> None:
    paper.page(columns=2)
    paper.rule(54, 72, 297)
    drawn = captioned(paper, 1, (54, 80, 297, 220))
    paper.rule(54, drawn.caption.y1 + 5, 297)
    fill_columns(paper, drawn.caption.y1 + 16)
    assert_located(paper, drawn)


def test_text_flows_round_a_figure_of_half_the_width(paper: Paper) -> None:
    paper.page()
    paper.body(lines=10)
    drawn = captioned(paper, 1, (306, 204, 558, 350))
    paper.body((54, 194, 290, drawn.caption.y1))
    paper.body(top=drawn.caption.y1 + 14)
    assert_located(paper, drawn)


def test_a_figure_right_below_a_heading(paper: Paper) -> None:
    paper.page(columns=2)
    paper.heading("4. Results", 54, 72)
    drawn = captioned(paper, 1, (54, 94, 297, 240))
    fill_columns(paper, drawn.caption.y1 + 14)
    assert_located(paper, drawn)


def test_equations_round_a_figure_are_not_part_of_it(paper: Paper) -> None:
    paper.page(columns=2)
    paper.body(column=0, lines=4)
    for y, number in ((134, 1), (340, 2)):
        paper.text("g = g0 exp(−Q / RT)", 175, y, align="center")
        paper.text(f"({number})", 297, y, align="right")
    drawn = captioned(paper, 1, (54, 150, 297, 290))
    fill_columns(paper, 352)
    assert_located(paper, drawn)


def test_a_logo_at_the_top_of_every_page_is_no_figure(paper: Paper) -> None:
    for number in range(1, 4):
        paper.page(columns=2)
        paper.image((54, 20, 120, 44))
        paper.page_number(number)
        if number == 2:
            drawn = captioned(paper, 1, (54, 72, 297, 230))
            fill_columns(paper, drawn.caption.y1 + 14)
        else:
            fill_columns(paper, 72)
    assert_located(paper, Drawn("Figure 1", drawn.region, drawn.caption, page=2))


def test_figures_of_one_size_on_pages_of_their_own(paper: Paper) -> None:
    paper.page()
    paper.body()
    drawn = []
    for number in (1, 2, 3):
        paper.page()
        caption = paper.text(f"Figure {number}", 72, 60, font="Helvetica-Bold", size=12)
        drawn.append(Drawn(f"Figure {number}", paper.image((72, 80, 540, 480)), caption, page=number + 1))
    assert_located(paper, *drawn)


def test_a_title_page_with_a_figure_over_both_columns(paper: Paper) -> None:
    paper.page(columns=2)
    paper.text("Growth of Grains in Thin Oxide Films", 306, 90, font="Times-Bold", size=18, align="center")
    for number, name in enumerate(("A. Author", "B. Writer", "C. Scholar")):
        paper.text(name, 150 + 156 * number, 116, size=11, align="center")
        paper.text("University of Somewhere", 150 + 156 * number, 129, size=9, font="Times-Italic", align="center")
    boxes = [paper.image((54 + 128 * n, 150, 174 + 128 * n, 256)) for n in range(4)]
    caption = paper.caption(f"Figure 1: {WORDS} {WORDS}", 54, 262, 504, size=9)
    paper.heading("Abstract", 54, caption.y1 + 14, size=10)
    fill_columns(paper, caption.y1 + 30, caption.y1 + 16)
    assert_located(paper, Drawn("Figure 1", Box.hull(boxes), caption))


def test_lines_of_a_paragraph_that_name_a_figure_take_nothing(paper: Paper) -> None:
    paper.page(columns=2)
    drawn = captioned(paper, 1, (54, 72, 297, 230))
    paper.body(column=0, top=drawn.caption.y1 + 14, start="Figure 2 shows")
    paper.body(column=1)
    assert_located(paper, drawn)


def test_a_caption_without_anything_beside_it_says_so(paper: Paper) -> None:
    paper.page()
    paper.body(lines=20)
    paper.caption(f"Figure 1. {WORDS}", 54, 340, 504)
    paper.body(top=370)
    found = locate(paper)
    assert not found.figures
    (lost,) = found.captions_without_region
    assert lost.bbox is None
    assert lost.reason


def test_twenty_figures_on_a_page(paper: Paper) -> None:
    paper.page()
    drawn = []
    for number in range(20):
        row, column = divmod(number, 4)
        x, y = 40 + 134 * column, 40 + 144 * row
        figure = paper.plot((x, y, x + 126, y + 105), curves=1)
        caption = paper.caption(f"Figure {number + 1}. Size of sample {number + 1}, annealed.", x, y + 109, 126, size=7)
        drawn.append(Drawn(f"Figure {number + 1}", figure, caption))
    assert_located(paper, *drawn)


def confidence(paper: Paper) -> float:
    (figure,) = locate_figures(read(paper.bytes()), Settings(assignment=AssignmentSettings(least_score=-5))).figures
    assert isinstance(figure, Figure)
    return figure.confidence


def test_a_clear_figure_has_more_confidence_than_a_doubtful_one() -> None:
    clear = Paper().page(columns=2)
    drawn = captioned(clear, 1, (54, 72, 297, 230))
    fill_columns(clear, drawn.caption.y1 + 14)
    doubtful = Paper().page(columns=2)
    doubtful.text("Δ, 2 h", 120, 160, size=8)  # two words, far from the caption
    doubtful.text("OH", 200, 166, size=8)
    doubtful.line([(150, 158), (190, 158)])
    caption = doubtful.caption(f"Figure 1. {WORDS}", 54, 236, 243)
    fill_columns(doubtful, caption.y1 + 14)
    assert 0 <= confidence(doubtful) < confidence(clear) <= 1
