"""A page as the algorithms see it: turned, without furniture and invisible ink, its text in rows."""

from __future__ import annotations

import pytest

from exsclaim_core.layout.sheet import Sheet
from exsclaim_core.model import Box
from exsclaim_core.pdf.pages import RIGHT, UP
from tests.drawing.pages import Paper
from tests.drawing.reading import rows_in, sheets_of

CAPTION = "Figure 1. Grain size against temperature."


def only_sheet(paper: Paper) -> Sheet:
    (sheet,) = sheets_of(paper)
    return sheet


def row_texts(sheet: Sheet) -> list[str]:
    return [row.text for row in sheet.rows]


def drawn_boxes(sheet: Sheet) -> list[list[float]]:
    return [box.tolist() for box in sheet.drawn["box"]]


# Which sheets there are


def test_pages_without_labels_have_no_sheet(paper: Paper) -> None:
    paper.page()
    paper.body()
    assert sheets_of(paper) == []


def test_a_sideways_caption_makes_a_sheet_that_reads_to_the_right(paper: Paper) -> None:
    paper.page()
    with paper.turned((54, 100, 558, 700)):
        paper.text(CAPTION, 50, 450)
    sheet = only_sheet(paper)
    assert sheet.turns == UP
    assert (sheet.page.width, sheet.page.height) == (792, 612)
    assert row_texts(sheet) == [CAPTION]
    assert sheet.page.lines["direction"].tolist() == [RIGHT]


def test_a_page_with_captions_in_two_directions_has_two_sheets(paper: Paper) -> None:
    paper.page()
    paper.caption(CAPTION, 54, 100, 300)
    with paper.turned((300, 300, 558, 700)):
        paper.text("Table 1. Rates.", 50, 150)
    assert [(sheet.turns, row_texts(sheet)) for sheet in sheets_of(paper)] == [
        (RIGHT, [CAPTION]),
        (UP, ["Table 1. Rates."]),
    ]


# What counts as drawn and written


def test_white_text_on_paper_is_not_seen_and_white_text_on_a_dark_image_is(paper: Paper) -> None:
    paper.page()
    paper.image((54, 100, 254, 300))
    paper.text("50 nm", 70, 290, colour=(1, 1, 1))
    paper.text("nobody reads this", 300, 290, colour=(1, 1, 1))
    paper.caption(CAPTION, 54, 310, 300)
    assert row_texts(only_sheet(paper)) == ["50 nm", CAPTION]


def test_furniture_is_in_no_row(paper: Paper) -> None:
    for number in range(1, 4):
        paper.page()
        paper.header("Grain growth in thin films")
        paper.body(lines=20)
        paper.caption(f"Figure {number}. Grain size.", 54, 400, 300)
        paper.page_number(number)
    for sheet in sheets_of(paper):
        assert len(sheet.rows) == 21
        assert sheet.rows[-1].text.startswith("Figure")


def test_white_and_page_filling_drawings_are_not_drawn(paper: Paper) -> None:
    paper.page()
    paper.frame((10, 10, 602, 782))  # 95 % of the page
    paper.frame((100, 100, 300, 200), width=0, fill=(1, 1, 1))
    bar = paper.frame((120, 120, 140, 180), width=0, fill=(0.2, 0.2, 0.8))
    paper.caption(CAPTION, 100, 210, 300)
    assert drawn_boxes(only_sheet(paper)) == [pytest.approx(bar.to_list(), abs=0.5)]


def test_a_scan_of_the_page_is_not_drawn(paper: Paper) -> None:
    paper.page()
    paper.image((10, 10, 602, 782))
    paper.caption(CAPTION, 100, 210, 300)
    boxes = [Box(*box) for box in drawn_boxes(only_sheet(paper))]
    assert not [box for box in boxes if box.area > 0.8 * 612 * 792]


def test_drawings_end_at_the_edge_of_the_page(paper: Paper) -> None:
    paper.page()
    paper.frame((-50, 100, 200, 150), width=0, fill=(0.2, 0.2, 0.8))
    paper.frame((-80, 300, -20, 350), width=0, fill=(0.2, 0.2, 0.8))
    paper.caption(CAPTION, 54, 160, 300)
    assert drawn_boxes(only_sheet(paper)) == [pytest.approx([0, 100, 200, 150], abs=0.5)]


def test_rules_are_flat_and_long(paper: Paper) -> None:
    paper.page()
    rule = paper.rule(54, 100, 300)
    paper.rule(400, 100, 410)  # a dash
    paper.frame((54, 200, 300, 210), width=0, fill=(0.5, 0.5, 0.5))
    paper.line([(350, 100), (350, 300)])
    paper.caption(CAPTION, 54, 310, 300)
    assert only_sheet(paper).rules.tolist() == [pytest.approx(rule.to_list(), abs=0.5)]


def test_images_are_known(paper: Paper) -> None:
    paper.page()
    image = paper.image((54, 100, 254, 300))
    inside = paper.text("50 nm", 70, 290, colour=(1, 1, 1))
    caption = paper.caption(CAPTION, 54, 310, 300)
    sheet = only_sheet(paper)
    assert sheet.images.tolist() == [pytest.approx(image.to_list(), abs=0.5)]
    assert [sheet.in_graphics(row) for box in (inside, caption) for row in rows_in(sheet, box)] == [True, False]


# Questions that captions and classes ask


def two_columns(paper: Paper) -> tuple[Box, Box, Box]:
    """A two-column page with a caption at the foot of the left column; the boxes of left, right and caption."""
    paper.page(columns=2)
    left, right = paper.body(column=0, lines=40), paper.body(column=1, lines=40)
    return left, right, paper.caption("Figure 1. Grains.", left.x0, left.y1 + 24, left.width)


def test_columns_without_overlap(paper: Paper) -> None:
    left, right, _ = two_columns(paper)
    sheet = only_sheet(paper)
    columns = [sheet.columns[index] for index in sheet.separate_columns()]
    assert [(column.x0, column.x1) for column in columns] == [
        pytest.approx((left.x0, left.x1), abs=1),
        pytest.approx((right.x0, right.x1), abs=1),
    ]


def test_an_abstract_across_is_no_separate_column(paper: Paper) -> None:
    paper.page(columns=2)
    paper.body((54, 72, 558, 200))
    left, right = paper.body(column=0, top=220), paper.body(column=1, top=220, lines=30)
    paper.caption(CAPTION, right.x0, 600, right.width)
    sheet = only_sheet(paper)
    edges = [sheet.columns[index].x0 for index in sheet.separate_columns()]
    assert edges == pytest.approx([left.x0, right.x0], abs=1)


def test_a_page_with_little_text_has_the_columns_that_its_gutter_makes(paper: Paper) -> None:
    paper.page()
    for x in (54, 320):
        for number in range(12):
            paper.text("an entry of the list of symbols" + "a" * (number % 12), x, 100 + 14 * number)
    paper.caption(CAPTION, 54, 300, 200)
    assert [round(column.x0) for column in only_sheet(paper).columns] == [54, 320]


def test_the_gap_above_a_row_is_that_of_its_lane(paper: Paper) -> None:
    left, _, caption = two_columns(paper)
    sheet = only_sheet(paper)
    (row,) = rows_in(sheet, caption)
    # From the baseline of the last of 40 lines at 10/12 points to that of a line at 8.5 points, 24 below its box.
    assert sheet.gap_above(row) == pytest.approx(24 + 2.2 + 0.7 * 8.5, abs=1.5)
    assert sheet.gap_above(rows_in(sheet, left)[0]) == float("inf")


def test_a_gutter_is_crossed_where_a_column_begins(paper: Paper) -> None:
    left, right, _ = two_columns(paper)
    sheet = only_sheet(paper)
    assert sheet.crosses_gutter(left.x1, right.x0)
    assert not sheet.crosses_gutter(left.x0 + 50, left.x0 + 70)


def test_a_rule_between_heights_of_a_lane(paper: Paper) -> None:
    paper.page()
    paper.rule(54, 200, 300)
    paper.caption(CAPTION, 54, 310, 300)
    sheet = only_sheet(paper)
    assert sheet.rule_between(190, 210, 54, 300)
    assert not sheet.rule_between(201, 220, 54, 300)
    assert not sheet.rule_between(190, 210, 320, 558)


def test_cells_stand_beside_a_row_and_columns_do_not(paper: Paper) -> None:
    left, _, caption = two_columns(paper)
    cells = [paper.text(words, x, 700) for words, x in (("Film 1", 54), ("3.1", 140), ("6.2", 200))]
    sheet = only_sheet(paper)
    (cell,), (row,), first = rows_in(sheet, cells[0]), rows_in(sheet, caption), rows_in(sheet, left)[0]
    assert sheet.cells_beside(cell, cell.box[0], cell.box[2])
    assert not sheet.cells_beside(row, row.box[0], row.box[2])
    assert not sheet.cells_beside(first, first.box[0], first.box[2])
