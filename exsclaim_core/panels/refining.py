"""Rough boxes of panels brought to the exact edges: to gutters where there are some, else to straight seams."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.model import Box
from exsclaim_core.panels.ground import Drawing

REACH = 0.035  # of the figure's longer side, that a rough side may be off
LEAST_REACH = 4  # pixels of the drawing
EMPTY = 0.004  # share of a gutter's pixels that may be ink: specks of JPEG
STEP = 14.0  # mean difference of grey across a seam, of 255
STANDS_OUT = 2.0  # a seam's difference over the median of those around it


def refine_box(rough: Box, drawing: Drawing) -> Box:
    """The box with each side moved to where the panel ends, if that can be told near the side; pixels of the figure."""
    width, height = drawing.size
    reach = max(LEAST_REACH, round(REACH * max(drawing.size)))
    x0, y0, x1, y1 = (side / drawing.factor for side in (rough.x0, rough.y0, rough.x1, rough.y1))
    sides = [x0, y0, x1, y1]
    limits = (width, height, width, height)
    for number in (0, 1, 2, 3):
        upright, first = number % 2 == 0, number < 2
        along = (sides[1], sides[3]) if upright else (sides[0], sides[2])
        most = height if upright else width
        begin, end = max(0, round(along[0])), min(most, round(along[1]))
        if end - begin < 2:
            continue
        span = sides[2] - sides[0] if upright else sides[3] - sides[1]
        near = min(reach, max(LEAST_REACH, round(span / 4)))
        place = _end_of_panel(drawing, sides[number], (begin, end), upright, first, near)
        if place is not None:
            sides[number] = min(max(0.0, float(place)), float(limits[number]))
    x0, y0, x1, y1 = (side * drawing.factor for side in sides)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return rough
    return Box(x0, y0, x1, y1)


def _end_of_panel(
    drawing: Drawing, side: float, along: tuple[int, int], upright: bool, first: bool, reach: int
) -> int | None:
    """Where a side lies that should be near a place; None where nothing there says so.

    The nearest gutter's edge that faces the panel, else the strongest straight step across the whole side.
    """
    most = drawing.size[0] if upright else drawing.size[1]
    low, high = max(0, round(side) - reach), min(most, round(side) + reach + 1)
    if high - low < 2:
        return None
    begin, end = along
    part = drawing.ink[begin:end, low:high] if upright else drawing.ink[low:high, begin:end].T
    empty = part.mean(axis=0) <= EMPTY  # of each column, or row, whether it is gutter
    if low == 0 and first:
        empty = np.concatenate(([True], empty))
    elif high == most and not first:
        empty = np.concatenate((empty, [True]))
    offset = low - 1 if low == 0 and first else low
    # The panel begins where ink follows a gutter, and ends where a gutter follows ink.
    if first:
        edges = np.flatnonzero(empty[:-1] & ~empty[1:]) + 1 + offset
    else:
        edges = np.flatnonzero(~empty[:-1] & empty[1:]) + 1 + offset
    if len(edges):
        return int(edges[np.abs(edges - side).argmin()])
    if empty.all() or empty.any():
        return None
    return _seam(drawing, low, high, along, upright, side)


def _seam(drawing: Drawing, low: int, high: int, along: tuple[int, int], upright: bool, side: float) -> int | None:
    """The strongest step between neighbouring columns, or rows, that stands out among those around it."""
    begin, end = along
    pixels = drawing.pixels[begin:end, low:high] if upright else drawing.pixels[low:high, begin:end].transpose(1, 0, 2)
    grey: NDArray[np.float32] = pixels.mean(axis=2, dtype=np.float32)
    # The median of the steps: bright specks on one side of it do not make an edge.
    steps = np.abs(np.median(grey[:, 1:] - grey[:, :-1], axis=0))
    if not len(steps):
        return None
    best = int(steps.argmax())
    if steps[best] < STEP or steps[best] < STANDS_OUT * max(1.0, float(np.median(steps))):
        return None
    return low + best + 1
