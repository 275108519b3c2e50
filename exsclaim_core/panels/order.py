"""The order in which the panels of a figure are read."""

from __future__ import annotations

from collections.abc import Sequence

from exsclaim_core.model import Box

IN_ROW = 0.5  # of the smaller box's height, by which boxes of one row overlap; of its width, in a column


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Numbers of the boxes as they are read: row by row, each from left to right.

    A row is begun by the highest box that is left; others belong to it where they overlap with it by half of the lower
    one's height. What stands below another box of the row, in a column beside a high box, is read after that box.
    """
    left = sorted(range(len(boxes)), key=lambda i: (boxes[i].y0, boxes[i].x0))
    order: list[int] = []
    while left:
        first = boxes[left[0]]
        row = [i for i in left if _in_row(first, boxes[i])]
        order += _by_columns(boxes, row)
        left = [i for i in left if i not in row]
    return order


def _by_columns(boxes: Sequence[Box], row: list[int]) -> list[int]:
    """The boxes of a row from left to right, those that stand below each other from top to bottom."""
    left = sorted(row, key=lambda i: boxes[i].x0)
    order: list[int] = []
    while left:
        first = boxes[left[0]]
        column = [i for i in left if _overlap(first.x0, first.x1, boxes[i].x0, boxes[i].x1)]
        order += sorted(column, key=lambda i: boxes[i].y0)
        left = [i for i in left if i not in column]
    return order


def _in_row(first: Box, other: Box) -> bool:
    return _overlap(first.y0, first.y1, other.y0, other.y1)


def _overlap(low: float, high: float, other_low: float, other_high: float) -> bool:
    """Whether two extents overlap by half of the smaller one."""
    smaller = min(high - low, other_high - other_low)
    return min(high, other_high) - max(low, other_low) >= IN_ROW * smaller if smaller else low == other_low
