"""The order in which pages are read."""

from __future__ import annotations

from exsclaim_core.layout.running_text import RunningText, lines_of_figures, read_running_text
from exsclaim_core.layout.typography import measure_typography
from exsclaim_core.model import Box, Figure
from tests.drawing.located import read
from tests.drawing.pages import Paper


def running_text(paper: Paper) -> RunningText:
    pages = read(paper.bytes())
    nothing = pages.lines["hidden"]
    return read_running_text(pages, measure_typography(pages, nothing), nothing)


def marked(text: RunningText) -> list[str]:
    """The rows that a test marked with a word in capitals."""
    return [row.split()[0] for row in text.texts if row.split()[0].isupper()]


def test_columns_are_read_from_left_to_right(paper: Paper) -> None:
    paper.page(columns=2)
    paper.body(column=1, lines=20, start="THIRD")
    paper.body(column=0, lines=20, start="FIRST")
    paper.body(column=0, top=400, lines=20, start="SECOND")
    assert marked(running_text(paper)) == ["FIRST", "SECOND", "THIRD"]


def test_abstract_across_the_columns_is_read_before_them(paper: Paper) -> None:
    paper.page(columns=2)
    paper.body((100, 80, 512, 200), lines=8, start="ABSTRACT")
    paper.body(column=0, top=240, lines=30, start="LEFT")
    paper.body(column=1, top=240, lines=30, start="RIGHT")
    text = running_text(paper)
    assert marked(text) == ["ABSTRACT", "LEFT", "RIGHT"]
    assert len(text.rows) == 8 + 30 + 30


def test_pieces_on_one_baseline_make_a_row(paper: Paper) -> None:
    paper.page()
    paper.body(lines=10)
    paper.text("2.1", 54, 300)
    paper.text("Samples", 80, 300)
    assert running_text(paper).texts[-1] == "2.1 Samples"


def test_distances_are_measured_inside_a_column(paper: Paper) -> None:
    paper.page(columns=2)
    paper.body(column=0, lines=5)
    paper.body(column=1, lines=5)
    rows = running_text(paper).rows
    assert [round(float(above)) for above in rows["above"][1:5]] == [12, 12, 12, 12]
    assert rows["above"][5] == float("inf")


def test_lines_of_figures_are_those_inside_region_and_caption(paper: Paper) -> None:
    paper.page()
    paper.text("inside", 100, 150)
    paper.text("caption", 100, 250)
    paper.text("outside", 100, 350)
    pages = read(paper.bytes())
    figure = Figure("Figure", "1", 1, "caption", Box(90, 235, 200, 255), Box(90, 100, 300, 200))
    assert lines_of_figures(pages, [figure]).tolist() == [True, True, False]


def test_row_before_a_box_is_the_one_above_it(paper: Paper) -> None:
    paper.page(columns=2)
    paper.body(column=0, lines=10)
    paper.body(column=1, lines=10)
    text = running_text(paper)
    right, left = paper.column(1), paper.column(0)
    assert text.row_before(1, Box(right.x0, 300, right.x1, 320)) == 19
    assert text.row_before(1, Box(left.x0, 300, left.x1, 320)) == 9
    assert text.row_before(1, Box(left.x0, 10, left.x1, 20)) == -1
