"""Text between the rules of a table is the table's, also where it reads like prose; text between floats is not."""

from __future__ import annotations

from exsclaim_core.figures.ruled_tables import claim_boxed_text, claim_ruled_text
from exsclaim_core.figures.text_classes import BODY, FLOAT, classify_rows
from exsclaim_core.model import Box
from tests.drawing.pages import Paper
from tests.drawing.reading import rows_in, sheet_with_captions

CAPTION = "Table 1. Treatments of the films and what they led to."
LEFT, RIGHT = 54, 558


def classes_after_claim(paper: Paper, *areas: Box) -> list[set[int]]:
    """The classes of the rows in each area once tables and boxes have claimed theirs."""
    sheet, captions = sheet_with_captions(paper)
    classes = classify_rows(sheet, captions)
    claim_ruled_text(sheet, captions, classes)
    claim_boxed_text(sheet, captions, classes)
    return [{classes[id(row)] for row in rows_in(sheet, area)} for area in areas]


def prose_table(paper: Paper, top: float, rows: int = 3) -> Box:
    """A ruled table of two columns, the second of which holds paragraphs in the body's font; the box of its text."""
    mark = len(paper.drawn)
    paper.text("Treatment", LEFT, top + 12)
    paper.text("Observation", 180, top + 12)
    for row in range(rows):
        y = top + 20 + 50 * row
        paper.text(f"Film {row + 1}", LEFT, y + 9)
        paper.body((180, y, RIGHT, y + 48), lines=3)
    text = paper.since(mark)
    bottom = top + 20 + 50 * rows
    for y in (top, top + 18, bottom):
        paper.rule(LEFT, y, RIGHT)
    return text


def full_width_table(paper: Paper, top: float) -> Box:
    """Rules round paragraphs that are as wide as the text."""
    words = paper.body((LEFT, top + 4, RIGHT, top + 40), lines=2)
    for y in (top, top + 36):
        paper.rule(LEFT, y, RIGHT)
    return words


def test_cells_of_prose_below_the_caption(paper: Paper) -> None:
    paper.page()
    above = paper.body(lines=10)
    paper.caption(CAPTION, LEFT, 210, 504)
    table = prose_table(paper, 225)
    below = paper.body(top=430)
    assert classes_after_claim(paper, above, table, below) == [{BODY}, {FLOAT}, {BODY}]


def test_cells_of_prose_above_the_caption(paper: Paper) -> None:
    paper.page()
    above = paper.body(lines=10)
    table = prose_table(paper, 215)
    paper.caption(CAPTION, LEFT, 395, 504)
    below = paper.body(top=430)
    assert classes_after_claim(paper, above, table, below) == [{BODY}, {FLOAT}, {BODY}]


def test_lines_as_wide_as_the_text_between_the_rules(paper: Paper) -> None:
    paper.page()
    above = paper.body(lines=10)
    paper.caption(CAPTION, LEFT, 210, 504)
    table = full_width_table(paper, 225)
    below = paper.body(top=280)
    assert classes_after_claim(paper, above, table, below) == [{BODY}, {FLOAT}, {BODY}]


def test_a_page_with_rules_round_its_floats_keeps_its_text(paper: Paper) -> None:
    paper.page()
    paper.caption(CAPTION, LEFT, 76, 504)
    paper.table((LEFT, 90, RIGHT, 190))
    text = paper.body(top=210, lines=20)
    paper.rule(LEFT, 460, RIGHT)
    paper.caption("Table 2. Rates of growth.", LEFT, 470, 504)
    paper.table((LEFT, 484, RIGHT, 580))
    below = paper.body(top=600)
    assert classes_after_claim(paper, text, below) == [{BODY}, {BODY}]


def test_rules_of_another_extent_are_not_the_tables(paper: Paper) -> None:
    paper.page()
    paper.caption(CAPTION, LEFT, 76, 504)
    paper.table((LEFT, 90, RIGHT, 190))
    text = paper.body(top=210, lines=2)
    paper.rule(LEFT, 250, 300)
    paper.body(top=260)
    assert classes_after_claim(paper, text) == [{BODY}]


def test_rules_drawn_column_by_column_are_one_rule(paper: Paper) -> None:
    paper.page()
    paper.body(lines=10)
    paper.caption(CAPTION, LEFT, 210, 504)
    words = paper.body((LEFT, 229, RIGHT, 265), lines=2)
    for y in (225, 261):
        for x0, x1 in ((LEFT, 170), (175, 330), (335, RIGHT)):
            paper.rule(x0, y, x1)
    below = paper.body(top=280)
    assert classes_after_claim(paper, words, below) == [{FLOAT}, {BODY}]


def test_rules_round_a_figure_claim_no_text(paper: Paper) -> None:
    paper.page()
    paper.caption("Figure 1. Grain size.", LEFT, 210, 504)
    words = full_width_table(paper, 225)
    paper.body(top=280)
    assert classes_after_claim(paper, words) == [{BODY}]


def test_rules_far_from_the_caption_claim_no_text(paper: Paper) -> None:
    paper.page()
    paper.caption(CAPTION, LEFT, 110, 504)
    paper.table((LEFT, 125, RIGHT, 200), rules=False)
    words = full_width_table(paper, 260)  # 140 points below the caption
    paper.body(top=310)
    assert classes_after_claim(paper, words) == [{BODY}]


# Boxes


def boxed_prose(paper: Paper, top: float) -> Box:
    """Four lines as wide as the text in a box."""
    words = paper.body((LEFT + 2, top + 6, RIGHT - 2, top + 60), lines=4)
    paper.frame((LEFT - 4, top, RIGHT + 4, top + 60))
    return words


def test_text_in_a_box_below_its_caption(paper: Paper) -> None:
    paper.page()
    above = paper.body(lines=10)
    paper.caption("Figure 1. The instructions as they were given.", LEFT, 210, 504)
    words = boxed_prose(paper, 228)
    below = paper.body(top=310)
    assert classes_after_claim(paper, above, words, below) == [{BODY}, {FLOAT}, {BODY}]


def test_text_in_a_box_above_its_caption(paper: Paper) -> None:
    paper.page()
    paper.body(lines=10)
    words = boxed_prose(paper, 215)
    paper.caption("Figure 1. The instructions as they were given.", LEFT, 285, 504)
    paper.body(top=310)
    assert classes_after_claim(paper, words) == [{FLOAT}]


def test_text_in_a_box_far_from_the_caption(paper: Paper) -> None:
    paper.page()
    paper.caption("Figure 1. The instructions as they were given.", LEFT, 72, 504)
    paper.image((LEFT, 90, RIGHT, 190))
    words = boxed_prose(paper, 228)
    paper.body(top=310)
    assert classes_after_claim(paper, words) == [{BODY}]


# Notes


def test_notes_below_the_last_rule(paper: Paper) -> None:
    paper.page()
    paper.body(lines=10)
    paper.caption(CAPTION, LEFT, 210, 504)
    paper.table((LEFT, 225, RIGHT, 320))
    notes = paper.body(top=322, lines=2, start="Note:")
    below = paper.body(top=365)
    assert classes_after_claim(paper, notes, below) == [{FLOAT}, {BODY}]


def test_text_below_the_last_rule_is_no_note(paper: Paper) -> None:
    paper.page()
    paper.body(lines=10)
    paper.caption(CAPTION, LEFT, 210, 504)
    paper.table((LEFT, 225, RIGHT, 320))
    below = paper.body(top=324, start="The rates in")
    assert classes_after_claim(paper, below) == [{BODY}]
