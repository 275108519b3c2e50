"""What figures are made of: strips, clusters, panels with gaps between them, text of their own."""

from __future__ import annotations

import pytest

from exsclaim_core.model import Box
from tests.drawing.located import Drawn, assert_located
from tests.drawing.pages import Paper

WORDS = "Grain size of the film against the temperature of the annealing, for three samples."
SENTENCE = "The sample is placed in the furnace and heated until the phase of the film has changed at all interfaces."
WHITE = (1.0, 1.0, 1.0)


def finish(paper: Paper, figure: Box, left: float = 54, right: float = 297, size: float = 8.5) -> Drawn:
    """The figure's caption below it, and body text in the rest of the page's two columns."""
    caption = paper.caption(f"Figure 1. {WORDS}", left, figure.y1 + 8, right - left, size=size)
    paper.body(column=0, top=caption.y1 + 16)
    paper.body(column=1, top=caption.y1 + 16 if right > 300 else 72)
    return Drawn("Figure 1", figure, caption)


def test_an_image_cut_into_strips(paper: Paper) -> None:
    paper.page(columns=2)
    strips = [paper.image((54, 72 + 8 * n, 297, 80 + 8 * n)) for n in range(20)]
    assert_located(paper, finish(paper, Box.hull(strips)))


def test_many_small_drawings(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    for row in range(8):
        for column in range(12):
            paper.frame((60 + 20 * column, 80 + 18 * row, 66 + 20 * column, 86 + 18 * row), fill=(0.2, 0.4, 0.7))
    assert_located(paper, finish(paper, paper.since(mark)))


@pytest.mark.parametrize("gap", [12, 40])
def test_panels_in_a_row_have_one_caption(paper: Paper, gap: float) -> None:
    paper.page(columns=2)
    width = (504 - 2 * gap) / 3
    panels = [paper.plot((54 + n * (width + gap), 72, 54 + n * (width + gap) + width, 200)) for n in range(3)]
    assert_located(paper, finish(paper, Box.hull(panels), right=558))


@pytest.mark.parametrize("gap", [12, 40])
def test_panels_below_each_other_have_one_caption(paper: Paper, gap: float) -> None:
    paper.page(columns=2)
    panels = [paper.plot((54, 72, 297, 190)), paper.plot((54, 190 + gap, 297, 310 + gap))]
    assert_located(paper, finish(paper, Box.hull(panels)))


def test_titles_of_panels_belong_to_the_figure(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    for number, (x, y) in enumerate(((54, 72), (322, 72), (54, 214), (322, 214))):
        paper.image((x, y, x + 236, y + 110))
        title = f"({'abcd'[number]}) Particles of sample {number + 1} after annealing"
        paper.text(title, x + 118, y + 122, size=9, align="center")
    assert_located(paper, finish(paper, paper.since(mark), right=558, size=10))


def test_titles_of_panels_may_be_sentences(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    for letter, x in (("a", 54), ("b", 322)):
        paper.plot((x, 72, x + 236, 210))
        paper.caption(f"({letter}) {WORDS}", x, 214, 236, size=9)
    assert_located(paper, finish(paper, paper.since(mark), right=558, size=10))


def test_rows_and_columns_of_images_have_heads(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    for column, head in enumerate(("Input", "Method A", "Method B", "Ours", "Truth")):
        paper.text(head, 134 + 92 * column, 80, size=9, align="center")
        for row in range(3):
            paper.image((92 + 92 * column, 86 + 80 * row, 178 + 92 * column, 160 + 80 * row))
    for row in range(3):
        paper.text(f"Scene {row + 1}", 58, 126 + 80 * row, size=9)
    assert_located(paper, finish(paper, paper.since(mark), right=558))


def test_a_legend_beside_the_plot(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    paper.plot((54, 72, 420, 230))
    for number in range(4):
        paper.line([(450, 110 + 14 * number), (466, 110 + 14 * number)])
        paper.text(f"composition {number + 1}", 471, 113 + 14 * number, font="Helvetica", size=7)
    assert_located(paper, finish(paper, paper.since(mark), right=558))


def test_the_title_of_an_axis_far_from_the_plot(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    paper.text("Conductivity of the film (S/m)", 64, 150, font="Helvetica", size=8, align="center", angle=90)
    paper.plot((100, 72, 540, 230))
    assert_located(paper, finish(paper, paper.since(mark), right=558))


def test_bars_with_long_names(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    for number in range(7):
        y = 80 + 16 * number
        paper.text("Temperature of the annealing of film", 205, y + 8, font="Helvetica", size=7, align="right")
        paper.frame((210, y, 225 + 9 * number, y + 10), 0.3, fill=(0.1, 0.3, 0.65))
    assert_located(paper, finish(paper, paper.since(mark)))


def test_text_alone_may_be_a_figure(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    for number, line in enumerate(
        ("def anneal(film):", "grain = film.grain", "while grain < limit:", "grain = heat(grain)")
    ):
        paper.text(line, 60 + 12 * min(number, 2), 84 + 10.5 * number, font="Courier", size=8.5)
        paper.text(f"# line {number + 1}", 220, 84 + 10.5 * number, font="Courier", size=8.5)
    assert_located(paper, finish(paper, paper.since(mark), size=10))


def test_sentences_in_the_boxes_of_a_flow_chart(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    for number in range(3):
        paper.frame((54, 72 + 60 * number, 297, 116 + 60 * number))
        paper.caption(SENTENCE, 60, 78 + 60 * number, 230, size=10)
    for number in range(2):
        paper.line([(175, 116 + 60 * number), (175, 132 + 60 * number)], 0.8)
    assert_located(paper, finish(paper, paper.since(mark), size=10))


def test_prose_beside_the_pictures_of_a_figure(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    for number in range(3):
        paper.image((54, 72 + 80 * number, 160, 142 + 80 * number))
        paper.caption(f"{SENTENCE} {SENTENCE}", 175, 80 + 80 * number, 380, font="Helvetica", size=8)
    assert_located(paper, finish(paper, paper.since(mark), right=558))


def test_white_text_on_white_is_not_part_of_a_figure(paper: Paper) -> None:
    paper.page(columns=2)
    paper.body(column=0, lines=6)
    hidden = [(60, 170), (120, 190), (220, 176)]  # above the plot, in nobody's sight
    for x, y in hidden:
        paper.text("alternative text", x, y, size=8, colour=WHITE)
    drawn = paper.plot((54, 210, 297, 330))
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 338, 243)
    paper.body(column=0, top=caption.y1 + 16)
    paper.body(column=1)
    found = assert_located(paper, Drawn("Figure 1", drawn, caption))
    assert found.figures[0].bbox is not None
    assert found.figures[0].bbox.y0 > 195  # ink would not tell


def test_white_letters_on_an_image_do_not_trouble(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    for number in range(6):
        x, y = 54 + 82 * (number % 3), 72 + 82 * (number // 3)
        paper.image((x, y, x + 79, y + 79))
        paper.text("abcdef"[number], x + 4, y + 12, font="Helvetica-Bold", size=10, colour=WHITE)
    assert_located(paper, finish(paper, paper.since(mark)))


@pytest.mark.parametrize("fill", [None, (0.95, 0.95, 0.95)])
def test_a_box_full_of_prose_with_a_caption(paper: Paper, fill: tuple[float, float, float] | None) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    paper.frame((54, 72, 558, 240), 0.8, fill=fill)
    paper.text("Prompt", 62, 86, font="Helvetica-Bold")
    paper.body((62, 92, 550, 230))
    assert_located(paper, finish(paper, paper.since(mark), right=558, size=10))
