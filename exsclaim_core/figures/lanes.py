"""Lanes: how wide to look above and below a caption, from its column to the whole page."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.content import GRAPHIC, RULE, TEXT, Content
from exsclaim_core.layout.rows import Rectangle

ABOVE, BELOW, RIGHT_OF, LEFT_OF = range(4)  # sides of a caption

Lane = tuple[float, float]  # left and right end in points

LOOK = 60.0  # points above or below captions in which the gap between two floats side by side is looked for
SAME_ROW = 12.0  # points by which captions side by side may be out of step


def find_lanes(content: Content, index: int, side: int) -> list[Lane]:
    """The lanes to search above or below a caption (its index on the sheet); for the sides, its own height."""
    x0, y0, x1, y1 = content.captions[index].box
    if side in (RIGHT_OF, LEFT_OF):
        return [(y0 - 2, y1 + 2)]
    low, high = _shared_row(content, index, side)  # the whole page, or the part that captions beside it leave
    lanes = [
        (low, high),
        _column_lane(content, x0, x1),
        (x0 - 0.1 * (x1 - x0), x1 + 0.1 * (x1 - x0)),
        (x0 - 3, x1 + 3),
        _free_width(content, index),
        _nearest_drawing(content, index, side),
    ]
    return list(dict.fromkeys((max(low, lane[0]), min(high, lane[1])) for lane in lanes))


def _free_width(content: Content, index: int) -> Lane:
    """What the text beside a caption leaves of the page's width: text may flow round a float."""
    x0, y0, x1, y1 = content.captions[index].box
    obstacles = content.obstacles
    level = obstacles[(obstacles[:, 3] > y0) & (obstacles[:, 1] < y1)]
    return (
        float(level[level[:, 2] <= x0 + 2, 2].max(initial=0.0)),
        float(level[level[:, 0] >= x1 - 2, 0].min(initial=content.sheet.page.width)),
    )


def _nearest_drawing(content: Content, index: int, side: int) -> Lane:
    """As wide as the drawing or rule next to the caption; tables may span some of a page's columns."""
    x0, y0, x1, y1 = content.captions[index].box
    boxes = content.boxes[np.isin(content.kinds, (GRAPHIC, RULE))]
    distance = y0 - boxes[:, 3] if side == ABOVE else boxes[:, 1] - y1
    some = (distance > -4) & (distance < LOOK) & (boxes[:, 0] < x1) & (boxes[:, 2] > x0)
    if not some.any():
        return (0.0, content.sheet.page.width)
    nearest = boxes[some][np.argmin(distance[some])]
    return (min(x0, float(nearest[0])) - 3, max(x1, float(nearest[2])) + 3)


def _column_lane(content: Content, x0: float, x1: float) -> Lane:
    """The columns over which a caption runs, out to the middle of the gutters beside them."""
    columns = [content.sheet.columns[i] for i in content.sheet.separate_columns()]
    spanned = [c for c in columns if min(c.x1, x1) - max(c.x0, x0) > min(20.0, 0.3 * (x1 - x0))]
    if not spanned:
        return (0.0, content.sheet.page.width)
    low, high = min(c.x0 for c in spanned), max(c.x1 for c in spanned)
    left = max((c.x1 for c in columns if c.x1 <= low + 2), default=None)
    right = min((c.x0 for c in columns if c.x0 >= high - 2), default=None)
    return (
        0.0 if left is None else (left + low) / 2,
        content.sheet.page.width if right is None else (right + high) / 2,
    )


def _shared_row(content: Content, index: int, side: int) -> Lane:
    """The part of the page's width that falls to a caption with others beside it."""
    own = content.captions[index].box
    row = [
        caption.box
        for caption in content.captions
        if min(caption.box[3], own[3] + SAME_ROW) > max(caption.box[1], own[1] - SAME_ROW)
    ]
    left = max((box for box in row if box[2] < own[0]), key=lambda box: box[2], default=None)
    right = min((box for box in row if box[0] > own[2]), key=lambda box: box[0], default=None)
    return (
        0.0 if left is None else max(0.0, _parting(content, side, left, own)),
        content.sheet.page.width
        if right is None
        else min(content.sheet.page.width, _parting(content, side, own, right)),
    )


def _parting(content: Content, side: int, left: Rectangle, right: Rectangle) -> float:
    """Where the floats of two captions side by side part: the widest white gap between the captions' middles."""
    low, high = (left[0] + left[2]) / 2, (right[0] + right[2]) / 2
    boxes = content.boxes
    if side == ABOVE:
        edge = max(left[1], right[1])
        near = (boxes[:, 3] <= edge + 2) & (boxes[:, 3] > edge - LOOK)
    else:
        edge = min(left[3], right[3])
        near = (boxes[:, 1] >= edge - 2) & (boxes[:, 1] < edge + LOOK)
    level = boxes[near]
    gutter = _gutter_between(content, left, right)
    drawn = boxes[near & (content.kinds != TEXT)]
    if gutter is not None and not ((drawn[:, 0] < gutter - 4) & (drawn[:, 2] > gutter + 4)).any():
        return gutter
    middle = (left[2] + right[0]) / 2
    starts, ends = _gaps(level[:, 0], level[:, 2], low, high)
    # A gap at the middle between the captions is as likely as one twice as wide elsewhere.
    centres = (starts + ends) / 2
    weight = (starts - ends) / (1 + np.abs(centres - middle) / max(1.0, high - low))
    best = int(np.argmax(weight))
    return float(centres[best]) if starts[best] - ends[best] > 2 and len(starts) > 1 else middle


def _gutter_between(content: Content, left: Rectangle, right: Rectangle) -> float | None:
    """Middle of the page's gutter that lies between two captions; None where they share a column."""
    columns = [content.sheet.columns[i] for i in content.sheet.separate_columns()]
    for before, after in pairwise(columns):
        if left[0] < before.x1 and left[2] <= after.x0 + 2 and right[0] >= after.x0 - 3:
            return (before.x1 + after.x0) / 2
    return None


def parting_height(boxes: NDArray[np.float32], x0: float, x1: float, low: float, high: float) -> float:
    """Middle of the widest white band between two heights in the lane x0…x1."""
    middle = (boxes[:, 0] + boxes[:, 2]) / 2
    level = boxes[(middle > x0) & (middle < x1)]
    starts, ends = _gaps(level[:, 1], level[:, 3], low, high)
    best = int(np.argmax(starts - ends))
    return float(starts[best] + ends[best]) / 2


def _gaps(
    starts: NDArray[np.float32], ends: NDArray[np.float32], low: float, high: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The gaps that intervals leave between two ends: where each stops and where it begins."""
    some = (ends > low) & (starts < high)
    order = np.argsort(starts[some], kind="stable")
    begins = np.maximum.accumulate(np.concatenate([[low], ends[some][order]]))
    stops = np.concatenate([starts[some][order], [high]])
    return stops.astype(np.float64), begins.astype(np.float64)
