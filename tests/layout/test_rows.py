"""Rows: pieces of one baseline that belong together; paragraphs: rows that follow each other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exsclaim_core.layout.rows import Row, build_paragraphs, build_rows
from exsclaim_core.layout.typography import Column, Typography
from tests.drawing.pages import Paper
from tests.drawing.reading import Line, block, page_of, read

LEFT, RIGHT = Column(54, 297), Column(315, 558)
COLUMNS = (LEFT, RIGHT)
BODY = Typography(size=10, fonts=frozenset({0}), leading=12, size_slack=0.1, columns=(COLUMNS,))


def rows_of(*lines: Line, columns: tuple[Column, ...] = COLUMNS) -> list[Row]:
    return build_rows(page_of(lines), [True] * len(lines), columns)


def texts(rows: Sequence[Row]) -> list[str]:
    return [row.text for row in rows]


def paragraphs_of(*lines: Line, columns: tuple[Column, ...] = COLUMNS) -> list[list[str]]:
    """The words of the rows of each paragraph."""
    return [texts(one.rows) for one in build_paragraphs(rows_of(*lines, columns=columns), BODY)]


# Rows


def test_a_justified_line_with_wide_gaps_is_one_row() -> None:
    (row,) = rows_of(Line("of the", 54, 100, 84), Line("interface", 98, 100, 140), Line("at rest", 154, 100, 297))
    assert row.text == "of the interface at rest"
    assert row.box == pytest.approx((54, 92.2, 297, 102.2))
    assert row.full


def test_cells_of_a_table_are_rows_of_their_own() -> None:
    rows = rows_of(Line("Film 1", 54, 100, 84), Line("3.1", 120, 100, 134), Line("6.2", 180, 100, 194))
    assert texts(rows) == ["Film 1", "3.1", "6.2"]


def test_columns_are_not_joined_across_their_gutter() -> None:
    # 9 points apart, less than the 1.5 em that a line may stretch
    narrow = (Column(54, 300), Column(309, 558))
    rows = rows_of(Line("left column", 54, 100, 300), Line("right column", 309, 100, 558), columns=narrow)
    assert texts(rows) == ["left column", "right column"]
    assert [row.column for row in rows] == [0, 1]


def test_a_line_across_both_columns_is_one_row_of_neither() -> None:
    (row,) = rows_of(Line("a line that does not care for", 54, 100, 310), Line("columns", 322, 100, 400))
    assert row.column == -1
    assert not row.full


def test_exponents_and_indices_set_apart_stay_with_their_line() -> None:
    rows = rows_of(
        Line("grew as t", 54, 100, 100),
        Line("1/2", 100.5, 96, 110, size=7),
        Line("on SiO", 113, 100, 143),
        Line("2", 143.5, 102, 147, size=7),
    )
    assert texts(rows) == ["grew as t 1/2 on SiO 2"]
    assert (rows[0].baseline, rows[0].size) == (100, 10)


def test_a_small_piece_far_from_a_line_is_no_index_of_it() -> None:
    # Its distance of 8 points is more than 0.6 em of its own; a piece of the line's size could stand 15 points away.
    rows = rows_of(Line("grew as t", 54, 100, 100), Line("a", 108, 97, 112, size=7))
    assert texts(rows) == ["a", "grew as t"]


def test_lines_of_neighbouring_baselines_stay_apart() -> None:
    rows = rows_of(Line("left column", 54, 100, 297), Line("in another grid", 299, 105, 400), columns=())
    assert texts(rows) == ["left column", "in another grid"]


def test_rows_come_from_the_top_and_from_the_left() -> None:
    rows = rows_of(Line("c", 54, 124, 60), Line("b", 315, 100, 321), Line("a", 54, 100, 60))
    assert texts(rows) == ["a", "b", "c"]


def test_a_row_looks_like_its_longest_line() -> None:
    label, title = Line("Figure 1.", 54, 100, 95, size=9, font=1, bold=1), Line("Grains in thin films", 98, 100, 200)
    (row,) = rows_of(label, title)
    assert (row.font, row.size) == (0, 10)
    assert row.bold == 9 / (9 + 20)  # of the characters


def test_lines_that_are_not_kept_are_in_no_row() -> None:
    lines = [Line("text", 54, 100, 80), Line("12", 300, 760, 310)]
    assert texts(build_rows(page_of(lines), [True, False], COLUMNS)) == ["text"]


def test_an_indented_row_fills_its_column_and_a_short_one_does_not() -> None:
    indented, whole, last = rows_of(*block(66, 297, 100, 1), *block(54, 297, 112, 1), Line("end.", 54, 124, 80))
    assert (indented.full, whole.full, last.full) == (True, True, False)


def test_a_row_belongs_to_the_narrowest_column_that_holds_it() -> None:
    (row,) = rows_of(*block(54, 297, 100, 1), columns=(Column(54, 558), LEFT))
    assert row.column == 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 60), st.integers(1, 30)), max_size=40))
def test_every_line_is_in_exactly_one_row(places: list[tuple[int, int, int]]) -> None:
    lines = [Line("a" * length, 10 * x, 12 * y, 10 * x + 5 * length) for x, y, length in dict.fromkeys(places)]
    rows = rows_of(*lines)
    assert sorted(number for row in rows for number in row.lines) == list(range(len(lines)))


def test_a_line_printed_twice_counts_once() -> None:
    (row,) = rows_of(Line("Fake bold", 54, 100, 120), Line("Fake bold", 54, 100, 120))
    assert (row.text, row.lines) == ("Fake bold", [0])


def test_rows_of_a_drawn_two_column_page_are_its_lines(paper: Paper) -> None:
    paper.page(columns=2)
    left, right = paper.body(column=0, lines=20), paper.body(column=1, lines=20)
    page = read(paper).page(0)
    rows = build_rows(page, [True] * len(page.lines), (Column(left.x0, left.x1), Column(right.x0, right.x1)))
    assert [row.column for row in rows] == [0, 1] * 20
    assert all(row.full for row in rows)


# Paragraphs


def test_rows_at_an_even_distance_make_a_paragraph() -> None:
    (paragraph,) = paragraphs_of(*block(54, 297, 100, 5))
    assert len(paragraph) == 5


def test_a_gap_begins_a_paragraph() -> None:
    assert [len(one) for one in paragraphs_of(*block(54, 297, 100, 3), *block(54, 297, 142, 4))] == [3, 4]


def test_another_size_begins_a_paragraph() -> None:
    assert [len(one) for one in paragraphs_of(*block(54, 297, 100, 3), *block(54, 297, 136, 4, size=8))] == [3, 4]


def test_bold_text_begins_a_paragraph() -> None:
    heading = Line("2. Methods", 54, 100, 110, bold=1, font=1)
    assert paragraphs_of(heading, *block(54, 297, 112, 2))[0] == ["2. Methods"]


def test_columns_side_by_side_make_their_own_paragraphs() -> None:
    assert [len(one) for one in paragraphs_of(*block(54, 297, 100, 6), *block(315, 558, 100, 4))] == [6, 4]


def test_an_inline_formula_that_pushes_lines_apart_does_not_end_a_paragraph() -> None:
    # 14.5 points instead of 12
    assert [len(one) for one in paragraphs_of(*block(54, 297, 100, 3), *block(54, 297, 138.5, 3))] == [6]


def test_blocks_side_by_side_outside_the_columns_are_paragraphs() -> None:
    left, right = block(60, 160, 100, 4), block(200, 300, 100, 4)
    assert [len(one) for one in paragraphs_of(*left, *right, columns=())] == [4, 4]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 60), st.integers(1, 30)), max_size=40))
def test_every_row_is_in_exactly_one_paragraph(places: list[tuple[int, int, int]]) -> None:
    lines = [Line("a" * length, 10 * x, 12 * y, 10 * x + 5 * length) for x, y, length in places]
    rows = rows_of(*lines)
    paragraphs = build_paragraphs(rows, BODY)
    assert sorted(id(row) for one in paragraphs for row in one.rows) == sorted(map(id, rows))
    assert all(row.paragraph == index for index, one in enumerate(paragraphs) for row in one.rows)
