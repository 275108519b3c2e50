"""Page division by separators (after Praczyk et al. 2013, definitions 3 and 4, algorithm 2).

A vertical separator is a tall empty strip with text on both sides; where one begins or ends, the page is divided by a
horizontal line. What lies between separators is an area of the page: a column, or a float that spans columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.layout.typography import NARROWEST, Column

STEP = 2.0  # points; side of the cells on which strips are looked for
MOST_CELLS = 1_000_000  # of a page, however large
NARROWEST_GUTTER = 8.0  # points
SHORTEST_SEPARATOR = 0.12  # of the page's height


@dataclass(frozen=True, slots=True)
class Separator:
    """An empty strip between texts, in points."""

    x0: float
    x1: float
    y0: float
    y1: float


def find_separators(boxes: NDArray[np.float32], width: float, height: float) -> list[Separator]:
    """Vertical separators of a page with text boxes (n, 4), from left to right.

    A strip counts where it is at least 8 points wide over an eighth of the page's height with text on both sides.
    """
    if len(boxes) < 4:
        return []
    step = max(STEP, (width * height / MOST_CELLS) ** 0.5)
    columns, rows = int(width / step) + 2, int(height / step) + 2
    filled = np.zeros((rows, columns), bool)
    for x0, y0, x1, y1 in np.clip(boxes / step, 0, [columns, rows, columns, rows]).tolist():
        # A little less in height: lines of one paragraph must touch, those of neighbours must not.
        filled[int(y0) : int(y1) + 2, int(x0 + 0.5) : max(int(x1 + 0.5), int(x0 + 0.5) + 1)] = True
    before = np.maximum.accumulate(filled, axis=1)
    behind = np.maximum.accumulate(filled[:, ::-1], axis=1)[:, ::-1]
    empty = ~filled & before & behind
    need = max(1, int(NARROWEST_GUTTER / step))
    # A cell counts when a gutter's width of empty cells begins there.
    wide = np.ones((rows, columns - need + 1), bool)
    for shift in range(need):
        wide &= empty[:, shift : columns - need + 1 + shift]
    best: list[Separator] = []
    shortest = int(SHORTEST_SEPARATOR * height / step)
    for x in np.flatnonzero(wide.sum(axis=0) >= shortest).tolist():
        edges = np.diff(wide[:, x].astype(np.int8), prepend=0, append=0)
        starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        for y0, y1 in zip(starts.tolist(), ends.tolist(), strict=True):
            if y1 - y0 >= shortest:
                best.append(Separator(x * step, (x + need) * step, y0 * step, y1 * step))
    return _merge(best)


def _merge(strips: list[Separator]) -> list[Separator]:
    """Strips that overlap become one: as wide as all, as tall as the tallest."""
    merged: list[Separator] = []
    for strip in sorted(strips, key=lambda s: s.x0):
        for index, other in enumerate(merged):
            if strip.x0 <= other.x1 and min(strip.y1, other.y1) > max(strip.y0, other.y0):
                tall = max(strip, other, key=lambda s: s.y1 - s.y0)
                merged[index] = Separator(other.x0, max(other.x1, strip.x1), tall.y0, tall.y1)
                break
        else:
            merged.append(strip)
    return merged


def divide_page(separators: list[Separator], width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Areas (x0, y0, x1, y1) of a page that its separators divide, from the top, then from the left."""
    cuts = sorted({0.0, height, *(s.y0 for s in separators), *(s.y1 for s in separators)})
    areas = []
    for y0, y1 in pairwise(cuts):
        middle = (y0 + y1) / 2
        xs = [0.0, *sorted((s.x0 + s.x1) / 2 for s in separators if s.y0 <= middle <= s.y1), width]
        areas += [(x0, y0, x1, y1) for x0, x1 in pairwise(xs)]
    return areas


def columns_of_areas(
    areas: list[tuple[float, float, float, float]], boxes: NDArray[np.float32], size: float
) -> tuple[Column, ...]:
    """Columns of text (size in points) where areas of a divided page hold at least three boxes."""
    columns: list[Column] = []
    if not len(boxes):
        return ()
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    for x0, y0, x1, y1 in areas:
        inside = boxes[(x > x0) & (x < x1) & (y > y0) & (y < y1)]
        if len(inside) < 3:
            continue
        column = Column(float(inside[:, 0].min()), float(inside[:, 2].max()))
        if column.width > NARROWEST * size and not any(
            abs(column.x0 - c.x0) < 12 and abs(column.x1 - c.x1) < 12 for c in columns
        ):
            columns.append(column)
    return tuple(sorted(columns, key=lambda c: c.x0))
