"""Operators gathered into clusters by their expanded boundaries (Praczyk et al. 2013, algorithm 1), in linear time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CELLS = 1_000_000  # most cells of the grid on which clusters are found


def cluster_boxes(boxes: NDArray[np.float32], margin: float, cell: float = 2.0) -> NDArray[np.int64]:
    """The cluster of each box: boxes that, expanded by `margin` points, touch each other directly or in a chain.

    Returns (n,) numbers from 0. The answer does not depend on the order of the boxes but for the numbers' order. Boxes are
    painted on a grid of `cell` points, so that the work grows with the number of boxes plus the number of cells; gaps are
    therefore known to a cell. Covers that bound each other are merged until no two overlap.
    """
    count = len(boxes)
    if count == 0:
        return np.zeros(0, np.int64)
    if count == 1:
        return np.zeros(1, np.int64)
    if count <= 48:
        return _cluster_few(boxes, margin)
    labels = _paint(boxes, margin, cell)
    while True:
        hulls = cluster_hulls(boxes, labels)
        if len(hulls) == 1:
            return labels
        merged = _cluster_few(hulls, 0.0) if len(hulls) <= 48 else _paint(hulls, 0.0, cell)
        if merged.max() + 1 == len(hulls):
            return labels
        labels = merged[labels]


def cluster_hulls(boxes: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Smallest boxes (k, 4) that hold the members of each cluster."""
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    some = boxes[order]
    return np.concatenate(
        [np.minimum.reduceat(some[:, :2], starts, axis=0), np.maximum.reduceat(some[:, 2:], starts, axis=0)], axis=1
    )


def _cluster_few(boxes: NDArray[np.float32], margin: float) -> NDArray[np.int64]:
    """Algorithm 1 as it stands: compare all pairs of hulls, merge, repeat until nothing changes."""
    labels = np.arange(len(boxes))
    hulls = boxes.astype(np.float64)
    while True:
        grown = hulls + np.array([-margin, -margin, margin, margin]) / 2
        touch = (
            (grown[:, None, 0] <= grown[None, :, 2])
            & (grown[None, :, 0] <= grown[:, None, 2])
            & (grown[:, None, 1] <= grown[None, :, 3])
            & (grown[None, :, 1] <= grown[:, None, 3])
        )
        reach = np.arange(len(hulls))
        while True:  # each takes the smallest number in reach
            smaller = np.where(touch, reach[None, :], len(hulls)).min(axis=1)
            if (smaller == reach).all():
                break
            reach = smaller
        _, compact = np.unique(reach, return_inverse=True)
        labels = compact[labels]
        if compact.max() + 1 == len(hulls):
            return labels
        hulls = cluster_hulls(boxes, labels).astype(np.float64)


def _paint(boxes: NDArray[np.float32], margin: float, cell: float) -> NDArray[np.int64]:
    """Connected areas of the grid cells that the boxes cover, one number a box."""
    half = margin / 2
    x0, y0 = float(boxes[:, 0].min()) - half, float(boxes[:, 1].min()) - half
    width, height = float(boxes[:, 2].max()) + half - x0, float(boxes[:, 3].max()) + half - y0
    cell = max(cell, (width * height / CELLS) ** 0.5)
    left = ((boxes[:, 0] - half - x0) / cell).astype(np.int64)
    right = ((boxes[:, 2] + half - x0) / cell).astype(np.int64) + 1
    top = ((boxes[:, 1] - half - y0) / cell).astype(np.int64)
    bottom = ((boxes[:, 3] + half - y0) / cell).astype(np.int64) + 1
    columns, rows = int(right.max()) + 1, int(bottom.max()) + 1
    stride = columns + 1
    size = stride * (rows + 1)
    cover = np.bincount(top * stride + left, minlength=size) - np.bincount(top * stride + right, minlength=size)
    cover -= np.bincount(bottom * stride + left, minlength=size)
    cover += np.bincount(bottom * stride + right, minlength=size)
    cover = cover[:size].reshape(rows + 1, stride).cumsum(axis=0).cumsum(axis=1)
    filled = np.zeros((rows + 1, stride + 1), np.int8)
    filled[:, 1:] = cover > 0
    filled[:, -1] = 0
    edges = np.diff(filled.ravel())
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)  # runs of filled cells, in reading order
    numbers = _connect_runs(starts, ends, stride + 1)
    where = np.searchsorted(starts, top * (stride + 1) + left, side="right") - 1
    _, labels = np.unique(numbers[where], return_inverse=True)
    return labels.astype(np.int64)


def _connect_runs(starts: NDArray[np.int64], ends: NDArray[np.int64], stride: int) -> NDArray[np.int64]:
    """Number of the connected area of each run; runs of neighbouring rows connect where they share a column."""
    first = np.searchsorted(ends, starts + stride, side="right")
    last = np.searchsorted(starts, ends + stride, side="left")
    parent = list(range(len(starts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for run, (low, high) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        for below in range(low, high):
            a, b = root(run), root(below)
            if a != b:
                parent[max(a, b)] = min(a, b)
    return np.array([root(i) for i in range(len(parent))], np.int64)
