"""Pages divided by the empty strips between their columns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from exsclaim_core.layout.divisions import STEP, Separator, columns_of_areas, divide_page, find_separators

Boxes = NDArray[np.float32]
Area = tuple[float, float, float, float]

WIDTH, HEIGHT = 612.0, 792.0
PAGE: Area = (0, 0, WIDTH, HEIGHT)
NOTHING: Boxes = np.zeros((0, 4), np.float32)


def lines(x0: float, x1: float, y0: float, y1: float) -> Boxes:
    """Lines of text 10 points high and 12 apart that fill an area."""
    tops = np.arange(y0, y1 - 9, 12)
    return np.array([(x0, top, x1, top + 10) for top in tops], np.float32)


def near(*values: float) -> object:
    """The values, give or take two of the cells on which strips are looked for."""
    return pytest.approx(values, abs=2 * STEP)


def extent(separator: Separator) -> tuple[float, float, float, float]:
    return separator.x0, separator.x1, separator.y0, separator.y1


def test_one_column_has_no_separator() -> None:
    text = lines(54, 558, 72, 720)
    assert find_separators(text, WIDTH, HEIGHT) == []
    assert divide_page([], WIDTH, HEIGHT) == [PAGE]


def test_two_columns_are_parted_by_their_gutter() -> None:
    (gutter,) = find_separators(np.concatenate([lines(54, 297, 72, 720), lines(315, 558, 72, 720)]), WIDTH, HEIGHT)
    assert extent(gutter) == near(297, 315, 72, 718)


def test_a_full_width_float_ends_the_gutter() -> None:
    title = lines(54, 558, 72, 200)  # its last line ends at 190; the columns begin at 212
    text = np.concatenate([title, lines(54, 297, 212, 720), lines(315, 558, 212, 720)])
    (gutter,) = find_separators(text, WIDTH, HEIGHT)
    assert extent(gutter) == near(297, 315, 212, 718)

    above, left, right, below = divide_page([gutter], WIDTH, HEIGHT)

    assert above == near(0, 0, WIDTH, 212)
    assert left == near(0, 212, 306, 718)
    assert right == near(306, 212, WIDTH, 718)
    assert below == near(0, 718, WIDTH, HEIGHT)


def columns_round_a_float() -> Boxes:
    """Two columns, a float across them from 330 to 428, and the columns again."""
    upper = [lines(x0, x0 + 243, 72, 300) for x0 in (54, 315)]
    lower = [lines(x0, x0 + 243, 450, 720) for x0 in (54, 315)]
    return np.concatenate([*upper, lines(54, 558, 330, 430), *lower])


def test_columns_above_and_below_a_float_are_the_same_columns() -> None:
    text = columns_round_a_float()
    areas = divide_page(find_separators(text, WIDTH, HEIGHT), WIDTH, HEIGHT)
    columns = columns_of_areas(areas, text, 10)
    assert [(column.x0, column.x1) for column in columns] == [(54, 297), (54, 558), (315, 558)]


def test_a_float_between_columns_leaves_two_gutters() -> None:
    separators = find_separators(columns_round_a_float(), WIDTH, HEIGHT)
    assert sorted(extent(one)[2:] for one in separators) == [near(72, 298), near(450, 718)]


def test_three_columns_have_two_separators() -> None:
    text = np.concatenate([lines(x0, x0 + 156, 72, 720) for x0 in (54, 228, 402)])
    left, right = find_separators(text, WIDTH, HEIGHT)
    assert extent(left) == near(210, 228, 72, 718)
    assert extent(right) == near(384, 402, 72, 718)
    areas = divide_page([left, right], WIDTH, HEIGHT)
    columns = columns_of_areas(areas, text, 10)
    assert [(column.x0, column.x1) for column in columns] == [(54, 210), (228, 384), (402, 558)]


def test_a_page_without_text_is_one_area_without_columns() -> None:
    assert find_separators(NOTHING, WIDTH, HEIGHT) == []
    assert columns_of_areas([PAGE], NOTHING, 10) == ()


def test_the_margins_are_no_separators() -> None:
    text = lines(250, 360, 72, 720)
    assert find_separators(text, WIDTH, HEIGHT) == []


def test_gaps_between_words_and_cells_are_no_separators() -> None:
    narrow = np.concatenate([lines(54, 303, 72, 720), lines(308, 558, 72, 720)])  # 5 points
    short = np.concatenate([lines(54, 297, 72, 152), lines(315, 558, 72, 152)])  # 80 points, of 792
    assert find_separators(narrow, WIDTH, HEIGHT) == []
    assert find_separators(short, WIDTH, HEIGHT) == []


def test_narrow_columns_and_lone_lines_are_no_columns_of_text() -> None:
    labels = lines(54, 130, 72, 720)  # 76 points, less than 11 em
    lone = lines(200, 558, 72, 92)
    assert columns_of_areas([(0, 0, 150, HEIGHT), (150, 0, WIDTH, HEIGHT)], np.concatenate([labels, lone]), 10) == ()


@st.composite
def separators(draw: st.DrawFn) -> list[Separator]:
    """Separators that do not overlap: each in a lane of its own."""
    some = []
    for lane in draw(st.lists(st.integers(1, 5), max_size=4, unique=True)):
        y0 = draw(st.integers(0, 600))
        some.append(Separator(100 * lane, 100 * lane + 12, y0, y0 + draw(st.integers(100, 190))))
    return some


@settings(max_examples=60, deadline=None)
@given(separators())
def test_areas_cover_the_page_once(some: list[Separator]) -> None:
    areas = divide_page(some, WIDTH, HEIGHT)
    assert sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in areas) == pytest.approx(WIDTH * HEIGHT)
    for place, (x0, y0, x1, y1) in enumerate(areas):
        assert 0 <= x0 < x1 <= WIDTH
        assert 0 <= y0 < y1 <= HEIGHT
        assert not any(min(x1, b[2]) > max(x0, b[0]) and min(y1, b[3]) > max(y0, b[1]) for b in areas[place + 1 :])


@settings(max_examples=60, deadline=None)
@given(separators())
def test_no_area_lies_on_both_sides_of_a_separator(some: list[Separator]) -> None:
    for x0, y0, x1, y1 in divide_page(some, WIDTH, HEIGHT):
        for one in some:
            beside = one.y0 < (y0 + y1) / 2 < one.y1
            assert not (beside and x0 < one.x0 and x1 > one.x1)
