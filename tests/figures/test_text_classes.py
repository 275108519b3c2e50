"""What each row of a drawn page is: body, small prose, heading, caption, or text of a figure or table."""

from __future__ import annotations

import pytest

from exsclaim_core.figures.text_classes import BODY, CAPTION, FLOAT, HEADING, PROSE, classify_rows
from exsclaim_core.figures.wording import wordy
from exsclaim_core.model import Box
from tests.drawing.pages import Paper
from tests.drawing.reading import rows_in, sheet_with_captions

NAMES = {FLOAT: "float", BODY: "body", PROSE: "prose", HEADING: "heading", CAPTION: "caption"}
WORDS = "Films of oxide grow on the surface of all crystals that were heated for a week in dry air at rest."


def classes(paper: Paper, *areas: Box) -> list[str]:
    """The class of the rows in each area of a drawn page; ValueError where they differ."""
    sheet, captions = sheet_with_captions(paper)
    found = classify_rows(sheet, captions)
    result = []
    for area in areas:
        kinds = {NAMES[found[id(row)]] for row in rows_in(sheet, area)}
        if len(kinds) > 1:
            raise ValueError(f"rows in {area} are {sorted(kinds)}")
        result.append(kinds.pop())
    return result


@pytest.fixture
def page(paper: Paper) -> Paper:
    """A two-column page whose left column is full and whose right one has a caption at the foot; it follows two
    pages of text alone, which tell the columns."""
    for page_number in (1, 2, 3):
        paper.page(columns=2)
        paper.body(column=0)
        if page_number < 3:
            paper.body(column=1)
    paper.caption("Figure 1. Grain size against temperature.", paper.column(1).x0, 700, 243)
    return paper


# Body text


def test_body_and_caption(page: Paper) -> None:
    body = page.body(column=1, lines=20)
    assert classes(page, body, Box(315, 695, 558, 715)) == ["body", "caption"]


def test_a_caption_of_several_lines(page: Paper) -> None:
    caption = page.caption(f"Figure 2. {WORDS} {WORDS}", 315, 500, 243)
    assert classes(page, caption) == ["caption"]


def test_body_that_begins_like_a_caption(page: Paper) -> None:
    assert classes(page, page.body(column=1, lines=6, start="Figure 2 shows")) == ["body"]


def test_an_indented_first_line_and_a_short_last_one(page: Paper) -> None:
    indented = page.body((327, 90, 558, 200), lines=1)
    block = page.body((315, 102, 558, 200), lines=4)
    last = page.text("of the crystal.", 315, block.y1 + 9.8)
    assert classes(page, indented, block, last) == ["body", "body", "body"]


def test_a_lone_full_line_of_body(page: Paper) -> None:
    assert classes(page, page.body(column=1, top=300, lines=1)) == ["body"]


def test_references_are_small_prose(page: Paper) -> None:
    assert classes(page, page.body(column=1, top=300, lines=12, size=8)) == ["prose"]


def test_an_equation_between_rows_of_body(page: Paper) -> None:
    page.body(column=1, lines=6)
    equation, number = page.text("d = k t + c", 380, 164), page.text("(3)", 545, 164)
    below = page.body(column=1, top=178, lines=6)
    assert classes(page, equation, number, below) == ["body", "body", "body"]


def test_items_of_a_list_between_rows_of_body(page: Paper) -> None:
    page.body(column=1, lines=6)
    items = [page.text(f"• {words}", 325, 160 + 12 * number) for number, words in enumerate(("films", "grains"))]
    page.body(column=1, top=178, lines=6)
    assert classes(page, *items) == ["body", "body"]


def test_labels_of_a_plot_between_rows_of_body(page: Paper) -> None:
    page.body(column=1, lines=6)
    plot = page.plot((315, 160, 558, 230))
    page.body(column=1, top=250, lines=6)
    assert classes(page, plot) == ["float"]


def test_body_beside_a_figure(paper: Paper) -> None:
    # The text keeps to the left of a figure that stands in its column.
    paper.page()
    paper.body((54, 72, 558, 300))
    beside = paper.body((54, 312, 330, 470))
    plot = paper.plot((345, 312, 558, 440))
    caption = paper.caption("Figure 1. Grain size against temperature in films.", 345, 445, 213)
    below = paper.body((54, 480, 558, 700))
    assert classes(paper, beside, plot, caption, below) == ["body", "float", "caption", "body"]


def test_ragged_body_beside_a_figure(paper: Paper) -> None:
    paper.page()
    paper.body((54, 72, 558, 300))
    beside = paper.caption(f"{WORDS} {WORDS} {WORDS} {WORDS}", 54, 312, 270, size=10)
    paper.image((345, 312, 558, 440))
    paper.caption("Figure 1. Grain size against temperature in films.", 345, 445, 213)
    paper.body((54, 480, 558, 700))
    assert classes(paper, beside) == ["body"]


def test_body_on_a_shade(page: Paper) -> None:
    page.frame((310, 290, 563, 420), width=0, fill=(0.9, 0.9, 0.9))
    assert classes(page, page.body(column=1, top=300, lines=8)) == ["body"]


# Headings


@pytest.mark.parametrize(
    ("words", "font", "size"),
    [
        ("2. Growth of the grains", "Times-Roman", 10),
        ("2.1 Growth of the grains", "Times-Italic", 10),
        ("II. Growth of the grains", "Times-Roman", 10),
        ("Growth of the grains", "Times-Bold", 10),
        ("Growth of the grains", "Helvetica-Bold", 12),
        ("Discussion", "Times-Bold", 10),
    ],
)
@pytest.mark.parametrize("centred", [False, True])
def test_headings_above_body(page: Paper, words: str, font: str, size: float, centred: bool) -> None:
    heading = page.text(
        words, 436.5 if centred else 315, 300, font=font, size=size, align="center" if centred else "left"
    )
    page.body(column=1, top=310, lines=6)
    assert classes(page, heading) == ["heading"]


def test_a_heading_of_two_lines(page: Paper) -> None:
    lines = [page.text("2. Growth of the grains in", 315, 300), page.text("films of oxide", 315, 312)]
    page.body(column=1, top=324, lines=6)
    assert classes(page, *lines) == ["heading", "heading"]


def test_a_heading_between_body_is_none_of_a_figure(page: Paper) -> None:
    page.body(column=1, lines=6)
    heading = page.text("2. Growth of the grains", 315, 172, font="Times-Bold")
    page.body(column=1, top=182, lines=6)
    assert classes(page, heading)[0] in ("heading", "body")


def test_two_headings_above_each_other(page: Paper) -> None:
    upper = page.text("2. Growth", 315, 80, font="Times-Bold", size=12)
    lower = page.text("2.1 Growth of the grains", 315, 98, font="Times-Italic")
    page.body(column=1, top=108, lines=6)
    assert classes(page, lower, upper) == ["heading", "heading"]


def test_a_bold_line_above_a_table_is_no_heading(page: Paper) -> None:
    page.body(column=1, lines=6)
    title = page.text("Rates in nm/s", 315, 300, font="Times-Bold")
    page.table((315, 306, 558, 400))
    assert classes(page, title) == ["float"]


# Text of figures and tables


def test_cells_of_tables(page: Paper) -> None:
    assert (
        classes(page, page.table((315, 400, 558, 520)), page.table((315, 560, 558, 660), rules=False)) == ["float"] * 2
    )


def test_labels_in_figures(page: Paper) -> None:
    plot = page.plot((315, 300, 558, 480))
    assert classes(page, plot) == ["float"]


def test_words_on_an_image(page: Paper) -> None:
    page.image((310, 290, 563, 420))
    assert classes(page, page.body(column=1, top=300, lines=8)) == ["float"]


def test_notes_below_a_table_are_of_the_table_or_small_prose(page: Paper) -> None:
    page.table((315, 400, 558, 500))
    notes = page.caption(f"a {WORDS} {WORDS}", 315, 503, 243, size=7.5)
    assert classes(page, notes) == ["prose"]


def test_boxes_of_a_flow_chart(page: Paper) -> None:
    words = []
    for top in (100, 180, 260):
        page.frame((320, top, 553, top + 40))
        words.append(page.body((326, top + 8, 548, top + 40), lines=2))
    assert classes(page, *words) == ["float"] * 3


# Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grains of oxide grow", True),
        ("grain size", False),
        ("1.7 4.8 7.9 11.0 14.1", False),
        ("Film 1 Film 2 Film 3 Film 4 and 1.75 ± 0.25 of 12.50", False),
        ("größe der Körner nach Tagen", True),
        ("", False),
    ],
)
def test_text_of_words(text: str, expected: bool) -> None:
    assert wordy(text) is expected
