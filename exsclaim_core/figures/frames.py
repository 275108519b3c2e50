"""Drawings that belong to the page or its text and not to a figure: frames, shades, column rules, underlines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.clustering import cluster_boxes, cluster_hulls, split_by_stream_distance
from exsclaim_core.layout.rows import Rectangle
from exsclaim_core.layout.sheet import RULE_HEIGHT, Sheet

Boxes = NDArray[np.float32]
Flags = NDArray[np.bool_]

FRAME_LINE = 4.0  # points; thickest line of a frame
CORNER = 16.0  # points; largest piece of a round corner
AT_ONCE = 4096  # drawings compared with all rows at once: pages with 100,000 dots would fill gigabytes


def marks_on_text(boxes: Boxes, rows: list[Rectangle]) -> Flags:
    """Underlines, fraction bars, roots and icons: small drawings within rows that no float owns."""
    result = np.zeros(len(boxes), bool)
    small = np.flatnonzero((boxes[:, 3] - boxes[:, 1] <= 16) & (boxes[:, 2] - boxes[:, 0] <= 300))
    if not rows or not len(small):
        return result
    text = np.array(rows, np.float32)
    for first in range(0, len(small), AT_ONCE):
        part = small[first : first + AT_ONCE]
        middle = (boxes[part, 1] + boxes[part, 3])[:, None] / 2
        result[part] = (
            (middle > text[None, :, 1] - 1)
            & (middle < text[None, :, 3] + 2)
            & (boxes[part, None, 0] >= text[None, :, 0] - 2)
            & (boxes[part, None, 2] <= text[None, :, 2] + 2)
        ).any(axis=1)
    return result


def shades_of_text(boxes: Boxes, captions: list[Rectangle], prose: list[Rectangle]) -> Flags:
    """Drawings that enclose the middle of a caption's first row or three rows of running text."""
    result = np.zeros(len(boxes), bool)
    large = np.flatnonzero((boxes[:, 2] - boxes[:, 0] > 60) & (boxes[:, 3] - boxes[:, 1] > 12))
    if not len(large):
        return result
    some = boxes[large]
    for caption in captions:
        result[large] |= _hold_middle(some, caption)
    text = np.array(prose, np.float32).reshape(-1, 4)
    for first in range(0, len(large), AT_ONCE):
        part = some[first : first + AT_ONCE, None]
        inside = (
            (text[None, :, 0] >= part[..., 0] - 1)
            & (text[None, :, 2] <= part[..., 2] + 1)
            & (text[None, :, 1] >= part[..., 1] - 1)
            & (text[None, :, 3] <= part[..., 3] + 1)
        )
        result[large[first : first + AT_ONCE]] |= inside.sum(axis=1) >= 3
    return result


def column_rules(sheet: Sheet, boxes: Boxes) -> Flags:
    """Rules as wide as a column or the text: they set floats off from the text and belong to no drawing."""
    result = np.zeros(len(boxes), bool)
    flat = (boxes[:, 3] - boxes[:, 1] <= RULE_HEIGHT) & (boxes[:, 2] - boxes[:, 0] > 100)
    if not flat.any() or not sheet.columns:
        return result
    spans = [(column.x0, column.x1) for column in sheet.columns]
    spans.append((min(x0 for x0, _ in spans), max(x1 for _, x1 in spans)))
    uprights = boxes[(boxes[:, 2] - boxes[:, 0] <= RULE_HEIGHT) & (boxes[:, 3] - boxes[:, 1] > 12)]
    for x0, x1 in spans:
        some = flat & (np.abs(boxes[:, 0] - x0) < 2.5) & (np.abs(boxes[:, 2] - x1) < 2.5)
        framed = _meets(boxes[some], uprights, x0) & _meets(boxes[some], uprights, x1)
        result[some] |= ~framed  # the sides of a frame are no column rules
    return result


def _meets(rules: Boxes, uprights: Boxes, x: float) -> Flags:
    """Which rules meet, at their height, an upright line at x: more of these begin above their foot than end above."""
    lines = uprights[np.abs((uprights[:, 0] + uprights[:, 2]) / 2 - x) < 4]
    begun = np.searchsorted(np.sort(lines[:, 1]), rules[:, 3] + 2, "left")
    ended = np.searchsorted(np.sort(lines[:, 3]), rules[:, 1] - 2, "right")
    return np.asarray(begun > ended)


def cluster_without_frames(
    boxes: Boxes, places: NDArray[np.float32], captions: list[Rectangle], margin: float, largest_gap: float
) -> tuple[NDArray[np.int64], Flags]:
    """Clusters of the drawings that are left when frames drawn line by line round a caption are taken away.

    Returns the clusters of the kept drawings and which are kept. A cluster that still encloses a caption's first row
    is cut where its drawings lie more than `largest_gap` blocks apart in the content stream.
    """
    keep = np.ones(len(boxes), bool)
    labels = cluster_boxes(boxes, margin)
    for _ in range(3):  # double frames
        frame = _frame_lines(boxes[keep], labels, captions)
        if not frame.any():
            break
        keep[np.flatnonzero(keep)[frame]] = False
        labels = cluster_boxes(boxes[keep], margin)
    return _cut_round_captions(boxes[keep], places[keep], labels, captions, margin, largest_gap), keep


def _frame_lines(boxes: Boxes, labels: NDArray[np.int64], captions: list[Rectangle]) -> Flags:
    """Lines on the border of a cluster that encloses a caption, and the small pieces of round corners."""
    frame = np.zeros(len(boxes), bool)
    if not len(boxes):
        return frame
    hulls = cluster_hulls(boxes, labels)
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    for caption in captions:
        for cluster in np.flatnonzero(_hold_middle(hulls, caption)).tolist():
            hull = hulls[cluster]
            width, height = hull[2:] - hull[:2]
            at_side = (boxes[:, 2] < hull[0] + FRAME_LINE) | (boxes[:, 0] > hull[2] - FRAME_LINE)
            at_end = (boxes[:, 3] < hull[1] + FRAME_LINE) | (boxes[:, 1] > hull[3] - FRAME_LINE)
            line = (at_end & (high < FRAME_LINE) & (wide > 0.3 * width)) | (
                at_side & (wide < FRAME_LINE) & (high > 0.3 * height)
            )
            corner_x = np.minimum(boxes[:, 0] - hull[0], hull[2] - boxes[:, 2])
            corner_y = np.minimum(boxes[:, 1] - hull[1], hull[3] - boxes[:, 3])
            corner = (wide < CORNER) & (high < CORNER) & (corner_x < 2) & (corner_y < 2)
            frame |= (labels == cluster) & (line | corner)
    return frame


def _cut_round_captions(
    boxes: Boxes,
    places: NDArray[np.float32],
    labels: NDArray[np.int64],
    captions: list[Rectangle],
    margin: float,
    largest_gap: float,
) -> NDArray[np.int64]:
    if not len(boxes) or not captions:
        return labels
    hulls = cluster_hulls(boxes, labels)
    holds = np.any([_hold_middle(hulls, caption) for caption in captions], axis=0)
    for cluster in np.flatnonzero(holds).tolist():
        members = np.flatnonzero(labels == cluster)
        parts = split_by_stream_distance(places[members], largest_gap)
        for part in range(1, int(parts.max()) + 1):
            some = members[parts == part]
            labels[some] = labels.max() + 1 + cluster_boxes(boxes[some], margin)
    _, labels = np.unique(labels, return_inverse=True)
    return labels.astype(np.int64)


def _hold_middle(boxes: Boxes, inner: Rectangle) -> Flags:
    """Which boxes hold the middle of another."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return np.asarray((boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3]))
