"""Whether a panel has the axes of a plot: two thin straight lines that meet in its lower left corner."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.panels.images import Pixels

Mask = NDArray[np.bool_]  # (height, width)

CONTRAST = 70  # of 255, between a line and its ground
LEAST_SIDE = 24  # of a panel, pixels
LEAST_SHARE = 0.4  # of a panel's width and height, that its axes are long
THICKEST = 0.02  # of its longer side
APART = 0.03  # of its longer side, by which the axes may miss each other
LOWER, LEFT = 0.45, 0.5  # of its height and width, where the corner lies
LEAST_INK = 0.005  # share of what is beside the axes: their numbers


def has_axes(panel: Pixels) -> bool:
    """Whether the picture (height, width, 3) shows axes with something written beside them, in whatever colours."""
    grey = panel.mean(axis=2, dtype=np.float32)
    height, width = grey.shape
    if min(height, width) < LEAST_SIDE:
        return False
    some = grey[::3, ::3]
    ground = np.float32(np.percentile(some, 90 if np.median(some) > 128 else 10))
    ink: Mask = np.abs(grey - ground) > CONTRAST
    side = max(height, width)
    thickest, apart = max(2, round(THICKEST * side)), max(3.0, APART * side)
    upright = list(_lines(ink.T, thickest))  # (column, top, bottom)
    for row, left, right in _lines(ink, thickest):
        if row < LOWER * height:
            continue
        for column, top, bottom in upright:
            if column > LEFT * width or abs(column - left) > apart or abs(bottom - row) > apart:
                continue
            beside = (ink[top:row, : max(0, column - 2)], ink[row + 3 :, left:right])
            if any(some.size and some.mean() > LEAST_INK for some in beside):
                return True
    return False


def _lines(ink: Mask, thickest: int) -> Iterator[tuple[int, int, int]]:
    """Thin lines along the rows: the row, the start and the end of each."""
    height, width = ink.shape
    edges = np.diff(np.pad(ink, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    longest = np.zeros((height, 2), np.intp)  # the longest run of each row
    order = np.argsort(ends - starts, kind="stable")
    longest[rows[order]] = np.stack((starts[order], ends[order]), axis=1)
    lengths = longest[:, 1] - longest[:, 0]
    long = np.flatnonzero(lengths >= LEAST_SHARE * width)
    for group in np.split(long, np.flatnonzero(np.diff(long) > 1) + 1):
        if 0 < len(group) <= thickest:
            row = int(group[np.argmax(lengths[group])])
            yield row, int(longest[row, 0]), int(longest[row, 1])
