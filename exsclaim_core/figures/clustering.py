"""Operators gathered into clusters by their expanded boundaries (Praczyk et al. 2013, algorithm 1), in linear time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.grid import connect

FEW = 48  # boxes; so many are compared pair by pair
CELL = 2.0  # points; side of a cell where there are more
MOST_CELLS = 1_000_000  # of the grid, whatever the size of the page


def cluster_boxes(boxes: NDArray[np.float32], margin: float) -> NDArray[np.int64]:
    """The cluster of each box (n, 4): boxes join when they lie within `margin` points, directly or in a chain.

    Returns (n,) numbers from 0. Hulls that overlap are joined in turn until none do, as in the paper. Clusters do not
    depend on the order of the boxes. Above FEW boxes the boxes are painted on a grid: distances are then known to a
    cell, and the work grows with boxes plus cells.
    """
    labels = _join(boxes, margin)
    while len(labels):
        hulls = cluster_hulls(boxes, labels)
        merged = _join(hulls, 0.0)
        if merged.max() + 1 == len(hulls):
            break
        labels = merged[labels]
    return labels


def cluster_hulls(boxes: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Smallest boxes (k, 4) that hold the members of each cluster."""
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    some = boxes[order]
    return np.concatenate(
        [np.minimum.reduceat(some[:, :2], starts, axis=0), np.maximum.reduceat(some[:, 2:], starts, axis=0)], axis=1
    )


def split_by_stream_distance(places: NDArray[np.float32], largest_gap: float) -> NDArray[np.int64]:
    """The part of each operator of a cluster when it is cut where operators lie far apart in the content stream.

    Slides and journals draw their frames first and the content later; geometry alone joins the two (Praczyk et al.
    2013, definition 2). `places` (n,) are positions in the stream.
    """
    if not len(places):
        return np.zeros(0, np.int64)
    order = np.argsort(places, kind="stable")
    parts = np.empty(len(places), np.int64)
    parts[order] = np.cumsum(np.diff(places[order], prepend=places[order[0]]) > largest_gap)
    return parts


def _join(boxes: NDArray[np.float32], margin: float) -> NDArray[np.int64]:
    if len(boxes) == 0:
        return np.zeros(0, np.int64)
    return _compare(boxes, margin) if len(boxes) <= FEW else _paint(boxes, margin)


def _compare(boxes: NDArray[np.float32], margin: float) -> NDArray[np.int64]:
    """Numbers of the chains of boxes that touch once expanded, by comparing all pairs."""
    half = margin / 2
    touch = (
        (boxes[:, None, 0] - half <= boxes[None, :, 2] + half)
        & (boxes[None, :, 0] - half <= boxes[:, None, 2] + half)
        & (boxes[:, None, 1] - half <= boxes[None, :, 3] + half)
        & (boxes[None, :, 1] - half <= boxes[:, None, 3] + half)
    )
    reach = np.arange(len(boxes))
    while True:  # each takes the smallest number among those that it touches
        smaller = np.where(touch, reach[None, :], len(boxes)).min(axis=1)
        if (smaller == reach).all():
            break
        reach = smaller
    _, labels = np.unique(reach, return_inverse=True)
    return labels.astype(np.int64)


def _paint(boxes: NDArray[np.float32], margin: float) -> NDArray[np.int64]:
    """Numbers of the connected areas that the expanded boxes cover on a grid."""
    half = margin / 2
    corner = boxes[:, :2].min(axis=0) - half
    width, height = (boxes[:, 2:].max(axis=0) + half - corner).tolist()
    cell = max(CELL, (width * height / MOST_CELLS) ** 0.5)
    left, top = ((boxes[:, :2] - half - corner) / cell).astype(np.int64).T
    right, bottom = (((boxes[:, 2:] + half - corner) / cell).astype(np.int64) + 1).T
    stride, rows = int(right.max()) + 1, int(bottom.max()) + 1
    # Each box adds one at its first cell and takes it away beyond its last: running sums then count covers.
    cover = np.zeros(stride * rows, np.int64)
    for y, x, sign in ((top, left, 1), (top, right, -1), (bottom, left, -1), (bottom, right, 1)):
        cover += sign * np.bincount(y * stride + x, minlength=stride * rows)
    filled = cover.reshape(rows, stride).cumsum(axis=0).cumsum(axis=1) > 0
    _, labels = np.unique(connect(filled).area_at(top, left), return_inverse=True)
    return labels.astype(np.int64)
