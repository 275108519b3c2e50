"""Connected areas of a grid agree with a flood fill, cell by cell."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from exsclaim_core.grid import connect

Grid = NDArray[np.bool_]
GRIDS = arrays(np.bool_, st.tuples(st.integers(1, 10), st.integers(1, 10)))


def grid(*rows: str) -> Grid:
    return np.array([[cell == "#" for cell in row] for row in rows])


def flood_fill(filled: Grid) -> list[set[tuple[int, int]]]:
    """Cells (row, column) of each area, in reading order of the areas' first cells."""
    left = {(int(y), int(x)) for y, x in np.argwhere(filled)}
    areas = []
    for cell in sorted(left):
        if cell not in left:
            continue
        area, rim = set(), [cell]
        while rim:
            y, x = rim.pop()
            if (y, x) in left:
                left.remove((y, x))
                area.add((y, x))
                rim += [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        areas.append(area)
    return areas


@settings(max_examples=200, deadline=None)
@given(GRIDS)
def test_areas_are_those_of_a_flood_fill(filled: Grid) -> None:
    rows, columns = np.nonzero(filled)
    found = connect(filled).area_at(rows, columns).tolist()
    areas = [set[tuple[int, int]]() for _ in range(max(found, default=-1) + 1)]
    for area, y, x in zip(found, rows.tolist(), columns.tolist(), strict=True):
        areas[area].add((y, x))
    assert areas == flood_fill(filled)


@settings(max_examples=100, deadline=None)
@given(GRIDS)
def test_boxes_are_the_hulls_of_the_areas(filled: Grid) -> None:
    expected = []
    for area in flood_fill(filled):
        ys, xs = [y for y, _ in area], [x for _, x in area]
        expected.append([min(xs), min(ys), max(xs) + 1, max(ys) + 1])
    assert connect(filled).boxes().tolist() == expected


def test_an_area_may_turn_back_on_itself() -> None:
    snake = connect(grid("#.###", "#.#.#", "###.#"))
    assert snake.boxes().tolist() == [[0, 0, 5, 3]]


def test_cells_that_meet_at_a_corner_are_apart() -> None:
    assert len(connect(grid("#.", ".#")).boxes()) == 2


def test_the_end_of_a_row_does_not_touch_the_start_of_the_next() -> None:
    assert connect(grid("..#", "#..")).boxes().tolist() == [[2, 0, 3, 1], [0, 1, 1, 2]]


def test_an_empty_grid_has_no_areas() -> None:
    assert connect(grid("...", "...")).boxes().shape == (0, 4)
