"""Tables found on drawn pages: with rules and without, with notes, side by side, with text in their cells."""

from __future__ import annotations

import pytest

from exsclaim_core.model import Box
from tests.drawing.located import Drawn, assert_located
from tests.drawing.pages import Paper

TITLE = "Properties of the films."
PROSE = "Grains grow where the surface of the oxide allows it, and the texture of the film remains at low temperature."
NOTES = "Values are means of three films. All films were annealed in air for two hours at the temperatures in the text."
BOTTOM = 3.0  # points between a rule and the next line


def fill_columns(paper: Paper, left: float, right: float = 72) -> None:
    paper.body(column=0, top=left)
    paper.body(column=1, top=right)


def titled(paper: Paper, number: int, area: tuple[float, float, float, float], **how: object) -> Drawn:
    """A table in the area with its caption above it."""
    caption = paper.caption(f"Table {number}. {TITLE}", area[0], area[1], area[2] - area[0])
    table = paper.table((area[0], caption.y1 + 5, area[2], area[3]), **how)  # type: ignore[arg-type]  # passed on
    return Drawn(f"Table {number}", table, caption)


@pytest.mark.parametrize("rules", [True, False])
def test_a_table_in_a_column(paper: Paper, rules: bool) -> None:
    paper.page(columns=2)
    paper.body(column=0, lines=8)
    drawn = titled(paper, 1, (54, 184, 297, 290), rules=rules, rows=7)
    fill_columns(paper, 306)
    assert_located(paper, drawn)


@pytest.mark.parametrize("rules", [True, False])
def test_a_table_across_the_columns(paper: Paper, rules: bool) -> None:
    paper.page(columns=2)
    drawn = titled(paper, 1, (54, 72, 558, 230), rules=rules, rows=10, columns=7)
    fill_columns(paper, 246, 246)
    assert_located(paper, drawn)


def test_a_table_in_the_size_of_the_body(paper: Paper) -> None:
    paper.page()
    paper.body(lines=8)
    drawn = titled(paper, 1, (54, 184, 558, 310), rules=False, rows=9, size=10)
    paper.body(top=330)
    assert_located(paper, drawn)


def test_a_grid_of_lines_with_the_caption_below(paper: Paper) -> None:
    paper.page(columns=2)
    mark = len(paper.drawn)
    paper.table((54, 72, 297, 170), rows=7, rules=False)
    for row in range(8):
        paper.rule(54, 72 + 14 * row, 297)
    for column in range(5):
        paper.line([(54 + 60.75 * column, 72), (54 + 60.75 * column, 170)])
    table = paper.since(mark)
    caption = paper.caption(f"Table 1. {TITLE}", 54, 176, 243)
    fill_columns(paper, 200)
    assert_located(paper, Drawn("Table 1", table, caption))


def test_shaded_rows(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Table 1. {TITLE}", 54, 72, 243)
    for row in range(0, 8, 2):
        paper.frame((54, 88 + 13 * row, 297, 101 + 13 * row), 0, fill=(0.85, 0.9, 0.95))
    paper.table((54, 88, 297, 192), rows=8, rules=False)
    fill_columns(paper, 208)
    assert_located(paper, Drawn("Table 1", Box(54, 88, 297, 192), caption))


@pytest.mark.parametrize("below", [12, 20])
def test_small_notes_belong_to_the_table(paper: Paper, below: float) -> None:
    paper.page(columns=2)
    drawn = titled(paper, 1, (54, 72, 297, 160), notes=f"a {NOTES} b {NOTES}")
    fill_columns(paper, drawn.region.y1 + below)
    assert_located(paper, drawn)


def test_notes_in_the_size_of_the_body_say_what_they_are(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Table 1. {TITLE}", 54, 72, 243, size=10)
    table = paper.table((54, 86, 297, 180), rows=7, size=9)
    notes = paper.caption(f"Notes: {NOTES}", 54, table.y1 + BOTTOM, 243, size=10)
    fill_columns(paper, notes.y1 + 16)
    assert_located(paper, Drawn("Table 1", Box.hull([table, notes]), caption))


def test_body_text_right_below_a_table_is_not_part_of_it(paper: Paper) -> None:
    paper.page(columns=2)
    drawn = titled(paper, 1, (54, 72, 297, 180), rows=7)
    fill_columns(paper, 180 + 8)
    assert_located(paper, drawn)


@pytest.mark.parametrize("edge", [200, 306, 400])
def test_tables_side_by_side(paper: Paper, edge: float) -> None:
    paper.page()
    left = titled(paper, 1, (54, 72, edge - 12, 190), columns=3, rows=7)
    right = titled(paper, 2, (edge + 12, 72, 558, 190), columns=3, rows=7)
    paper.body(top=210)
    assert_located(paper, left, right)


@pytest.mark.parametrize("rules", [True, False])
def test_tables_stacked_without_text_between(paper: Paper, rules: bool) -> None:
    paper.page(columns=2)
    first = titled(paper, 1, (54, 72, 297, 170), rules=rules, rows=6)
    second = titled(paper, 2, (54, 186, 297, 300), rules=rules, rows=7)
    fill_columns(paper, 316)
    assert_located(paper, first, second)


def prose_table(paper: Paper, top: float, left: float, right: float, size: float) -> Box:
    """A table of two columns, the second filled with prose in lines of that column."""
    mark, y = len(paper.drawn), top + 18
    paper.rule(left, top, right)
    for x, words in ((left + 2, "Phase"), (left + 96, "Remarks")):
        paper.text(words, x, top + 11, font="Times-Bold", size=size)
    paper.rule(left, top + 15, right)
    for number in range(1, 5):
        paper.text(f"Phase {number}", left + 2, y + 0.7 * size, size=size)
        y = paper.caption(PROSE * 2, left + 96, y, right - left - 98, size=size).y1 + 4
    paper.rule(left, y, right)
    return paper.since(mark)


@pytest.mark.parametrize("size", [8.5, 10])
def test_prose_in_the_cells(paper: Paper, size: float) -> None:
    paper.page()
    paper.body(lines=6)
    caption = paper.caption(f"Table 1. {TITLE}", 54, 164, 504, size=size)
    table = prose_table(paper, caption.y1 + 5, 54, 558, size)
    paper.body(top=table.y1 + 18)
    assert_located(paper, Drawn("Table 1", table, caption))


def test_titles_of_sections_between_the_rows(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Table 1. {TITLE}", 54, 72, 243)
    mark, y = len(paper.drawn), caption.y1 + 5
    for words in ("Films on silicon", "Films on sapphire", "Bulk"):
        paper.text(words, 175, y + 9, font="Times-Italic", size=8.5, align="center")
        paper.table((54, y + 12, 297, y + 54), rows=3)
        y += 56
    table = paper.since(mark)
    fill_columns(paper, table.y1 + 16)
    assert_located(paper, Drawn("Table 1", table, caption))


def test_rules_of_different_length(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Table 1. {TITLE}", 54, 72, 243)
    mark, top = len(paper.drawn), caption.y1 + 5
    paper.rule(64, top, 287, 0.8)
    for x0, x1, words in ((125, 200, "Data A"), (210, 285, "Data B")):
        paper.text(words, (x0 + x1) / 2, top + 10, size=8.5, align="center")
        paper.rule(x0, top + 13, x1, 0.4)
    paper.table((64, top + 15, 287, top + 105), rows=7, columns=5)
    table = paper.since(mark)
    fill_columns(paper, table.y1 + 16)
    assert_located(paper, Drawn("Table 1", table, caption))


def test_a_narrow_table_under_a_wide_caption(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Table 1. {PROSE}", 54, 72, 243)
    table = paper.table((135, caption.y1 + 6, 225, caption.y1 + 78), rows=6, columns=2)
    fill_columns(paper, table.y1 + 16)
    assert_located(paper, Drawn("Table 1", table, caption))


def test_cells_that_name_figures_are_no_captions(paper: Paper) -> None:
    paper.page()
    caption = paper.caption("Table 1. Where the results are found.", 54, 72, 504)
    mark = len(paper.drawn)
    paper.rule(54, caption.y1 + 4, 558)
    for row in range(4):
        for x, words in ((56, f"Figure {row + 1}"), (200, "Grain size of the film"), (420, f"Section {row + 2}")):
            paper.text(words, x, caption.y1 + 16 + 13 * row, size=8.5)
    paper.rule(54, caption.y1 + 60, 558)
    table = paper.since(mark)
    paper.body(top=table.y1 + 16)
    assert_located(paper, Drawn("Table 1", table, caption))


def test_rules_round_every_float_of_the_page(paper: Paper) -> None:
    paper.page(columns=2)
    paper.rule(54, 72, 297)
    figure = paper.plot((54, 78, 297, 200))
    below = paper.caption("Figure 1. Grain size of the film.", 54, 206, 243)
    paper.rule(54, below.y1 + 5, 297)
    paper.rule(54, below.y1 + 18, 297)
    drawn = titled(paper, 1, (54, below.y1 + 24, 297, below.y1 + 120), rows=6)
    fill_columns(paper, drawn.region.y1 + 16)
    assert_located(paper, Drawn("Figure 1", figure, below), drawn)


def test_a_table_goes_on_over_the_page(paper: Paper) -> None:
    drawn = []
    for page, words in enumerate((f"Table 1. {TITLE}", "Table 1 (continued)"), 1):
        paper.page()
        caption = paper.caption(words, 54, 72, 504, size=9)
        table = paper.table((54, 86, 558, 700 if page == 1 else 400), rows=30)
        drawn.append(Drawn("Table 1", table, caption, page))
    paper.body(top=420)
    found = assert_located(paper, *drawn)
    assert [figure.continued for figure in found.figures] == [False, True]


def test_an_equation_below_a_table_is_not_part_of_it(paper: Paper) -> None:
    paper.page(columns=2)
    drawn = titled(paper, 1, (54, 72, 297, 170), rows=6)
    paper.body(column=0, top=184, lines=4)
    paper.text("g = g0 exp(−Q / RT)", 175, 246, align="center")
    paper.text("(1)", 297, 246, align="right")
    fill_columns(paper, 258)
    assert_located(paper, drawn)


@pytest.mark.parametrize("header", [("Advantages", "Disadvantages"), ("Item", "Mean")])
def test_prose_in_columns_under_a_header_between_rules(paper: Paper, header: tuple[str, str]) -> None:
    paper.page()
    paper.body(lines=6)
    caption = paper.caption(f"Table 1. {TITLE}", 54, 164, 504, size=10)
    mark, top = len(paper.drawn), caption.y1 + 5
    second = 312 if header[0] == "Advantages" else 450
    paper.rule(54, top, 558)
    for x, words in zip((56, second), header, strict=True):
        paper.text(words, x, top + 11, size=10)
    paper.rule(54, top + 15, 558)
    y = top + 18
    for number in range(4):
        bottom = paper.caption(PROSE * 2, 56, y, second - 72, size=10).y1
        if header[1] == "Mean":
            paper.text(f"{number}.41", second, y + 7, size=10)
        else:
            bottom = max(bottom, paper.caption(f"{PROSE} {NOTES}", second, y, 240, size=10).y1)
        y = bottom + 5
    paper.rule(54, y, 558)
    table = paper.since(mark)
    paper.body(top=table.y1 + 18)
    assert_located(paper, Drawn("Table 1", table, caption))


def test_rows_near_body_text_are_no_headings(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Table 1. {TITLE}", 54, 72, 243)
    mark = len(paper.drawn)
    for row in range(5):
        words = ("Sample", "Film 1", "Film 2", "Bulk samples", "Sample 3")[row]
        paper.text(words, 56, 96 + 11 * row, font="Helvetica", size=9)
        if words != "Bulk samples":
            paper.text("Stress" if row == 0 else f"{1.7 * row:.2f}", 150, 96 + 11 * row, font="Helvetica", size=9)
    table = paper.since(mark)
    fill_columns(paper, table.y1 + 12)
    assert_located(paper, Drawn("Table 1", table, caption))


def test_notes_of_two_lines_near_body_text_are_no_headings(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Table 1. {TITLE}", 54, 72, 243, font="Helvetica", size=9)
    table = paper.table((54, caption.y1 + 5, 297, 170), rows=6)
    notes = paper.caption(f"* p < 0.05; {NOTES}", 54, table.y1 + BOTTOM, 243, font="Helvetica", size=9)
    fill_columns(paper, notes.y1 + 12)
    assert_located(paper, Drawn("Table 1", Box.hull([table, notes]), caption))
