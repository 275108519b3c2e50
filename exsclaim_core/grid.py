"""Connected areas on a grid of cells, found by runs: the work grows with the number of runs, not of cells squared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Runs:
    """Horizontal runs of filled cells in reading order; positions count cells row by row over `stride` columns."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]  # exclusive
    areas: NDArray[np.int64]  # number of the connected area of each run, from 0
    stride: int

    def boxes(self) -> NDArray[np.int64]:
        """Smallest boxes (areas, 4) round the areas: x0, y0, x1, y1 in cells, x1 and y1 exclusive."""
        if not len(self.starts):
            return np.zeros((0, 4), np.int64)
        order = np.argsort(self.areas, kind="stable")
        first = np.flatnonzero(np.diff(self.areas[order], prepend=-1))
        y, x0 = np.divmod(self.starts[order], self.stride)
        x1 = x0 + (self.ends - self.starts)[order]
        return np.stack(
            [
                np.minimum.reduceat(x0, first),
                np.minimum.reduceat(y, first),
                np.maximum.reduceat(x1, first),
                np.maximum.reduceat(y, first) + 1,
            ],
            axis=1,
        )

    def area_at(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """The area that holds each of the filled cells (row, column)."""
        return self.areas[np.searchsorted(self.starts, rows * self.stride + columns, side="right") - 1]


def connect(filled: NDArray[np.bool_]) -> Runs:
    """Runs of a boolean grid (rows, columns) and their areas; runs above each other connect."""
    rows, columns = filled.shape
    stride = columns + 1  # an empty column ends the runs
    padded = np.zeros((rows, stride), np.int8)
    padded[:, :columns] = filled
    edges = np.diff(padded.ravel(), prepend=0, append=0)
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
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
    _, areas = np.unique(np.array([root(i) for i in range(len(parent))], np.int64), return_inverse=True)
    return Runs(starts, ends, areas.astype(np.int64), stride)
