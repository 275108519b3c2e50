"""Where a figure can be cut in two: along gutters, thin lines, and seams of pictures that touch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.panels.ground import Drawing
from exsclaim_core.panels.marks import Bounds

DENSE = 0.8  # share of ink from which a part is pictures, where seams are sought
LEAST_SIDE = 0.12  # of a picture's side: bars with a microscope's settings are flatter
LEAST_PIXELS = 40
LEAST_SHARE = 0.13  # of the figure's shorter side, that pictures beside a seam have
STRIPS = 8  # along a seam
WEAK = 2  # of the strips, in which it may show less
LARGEST_STEP = 60.0  # of 255; strong edges of few rows count for no more
REACH, NEAR = 40, 4  # pixels on both sides of a seam with which it is compared, but for the nearest
STANDS_OUT, ON_AVERAGE = 1.2, 1.5  # standard deviations of the steps there
SHARPER = 1.15  # step at a seam, in those NEAR pixels beside it: texture is softer
UNEVEN = 0.25  # least spread of the step along a seam, in its mean: bands of a drawing have even edges
LINE = 4  # pixels; the widest line between pictures


@dataclass(frozen=True, slots=True)
class Cut:
    """A part in two, left and right or above and below each other; boxes are tight round ink."""

    first: Bounds
    second: Bounds
    upright: bool  # whether the gutter runs from top to bottom
    gap: int  # width of the gutter, pixels; 0 for a seam


def tighten(drawing: Drawing, box: Bounds) -> Bounds | None:
    """The box of the ink within a box; None where there is none."""
    x0, y0, x1, y1 = box
    part = drawing.ink[y0:y1, x0:x1]
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if not len(columns):
        return None
    return x0 + int(columns[0]), y0 + int(rows[0]), x0 + int(columns[-1]) + 1, y0 + int(rows[-1]) + 1


def gutter_cuts(drawing: Drawing, box: Bounds, least_gap: int) -> list[Cut]:
    """All cuts along runs of columns or rows without ink."""
    x0, y0, x1, y1 = box
    part = drawing.ink[y0:y1, x0:x1]
    cuts = []
    for upright in (True, False):
        empty = ~part.any(axis=0 if upright else 1)
        edges = np.diff(empty.astype(np.int8), prepend=0, append=0)
        for start, end in zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True):
            if end - start >= least_gap and start > 0:
                cut = _cut(drawing, box, start, end, upright)
                cuts += [cut] if cut else []
    return cuts


def seam_cuts(drawing: Drawing, box: Bounds) -> list[Cut]:
    """Cuts of dense pictures along straight edges and thin light or dark lines that run across all of them."""
    x0, y0, x1, y1 = box
    if min(x1 - x0, y1 - y0) < max(LEAST_PIXELS, REACH + NEAR + 1) or drawing.ink[y0:y1, x0:x1].mean() < DENSE:
        return []
    least = max(LEAST_PIXELS, round(LEAST_SHARE * min(drawing.size)))
    grey = drawing.pixels[y0:y1, x0:x1].mean(axis=2, dtype=np.float32)
    cuts = []
    for upright in (True, False):
        part = grey if upright else grey.T
        margin = max(least, round(LEAST_SIDE * part.shape[1]))
        for start, end in _find_seams(part, margin):
            cut = _cut(drawing, box, start, end, upright)
            cuts += [cut] if cut else []
    return cuts


def _cut(drawing: Drawing, box: Bounds, start: int, end: int, upright: bool) -> Cut | None:
    x0, y0, x1, y1 = box
    if upright:
        first, second = (x0, y0, x0 + start, y1), (x0 + end, y0, x1, y1)
    else:
        first, second = (x0, y0, x1, y0 + start), (x0, y0 + end, x1, y1)
    tight_first, tight_second = tighten(drawing, first), tighten(drawing, second)
    if tight_first is None or tight_second is None:
        return None
    return Cut(tight_first, tight_second, upright, end - start)


def _find_seams(grey: NDArray[np.float32], margin: int) -> list[tuple[int, int]]:
    """Columns (start, end) of lines or steps that run from top to bottom, clearest first; a step has no width."""
    height, width = grey.shape
    if width < 2 * margin + 8 or height < STRIPS * 2:
        return []
    steps = np.zeros((height, width), np.float32)
    np.abs(grey[:, 2:] - grey[:, :-2], out=steps[:, 1:-1])  # over two pixels: JPEG and scaling soften seams
    usable = height // STRIPS * STRIPS
    means = np.minimum(steps[:usable], LARGEST_STEP).reshape(STRIPS, -1, width).mean(axis=1)  # (strips, width)
    usual, spread = _surroundings(means)
    excess = (means - usual) / spread
    weakest = np.sort(excess, axis=0)[WEAK]
    clear = (weakest >= STANDS_OUT) & (excess.mean(axis=0) >= ON_AVERAGE)
    beside = np.maximum(np.roll(means, NEAR, axis=1), np.roll(means, -NEAR, axis=1))
    clear &= (means >= SHARPER * beside).sum(axis=0) >= STRIPS - WEAK
    clear[:margin] = clear[width - margin :] = False
    seams: list[tuple[int, int]] = []
    for x in sorted(np.flatnonzero(clear).tolist(), key=lambda x: -float(weakest[x])):
        column = steps[:, x]
        even = float(column.std()) < UNEVEN * float(column.mean())
        if not even and all(x > end + LINE + 2 or x < start - LINE - 2 for start, end in seams):
            seams.append(_line_at(grey, x))
    return seams


def _surroundings(steps: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and spread of the steps (strips, width) left and right of each column, the larger of both sides."""
    padded = np.pad(steps, ((0, 0), (REACH + NEAR, REACH + NEAR)), mode="reflect").astype(np.float64)
    sums, squares = (np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1) for values in (padded, padded**2))
    means = (sums[:, REACH:] - sums[:, :-REACH]) / REACH
    spreads = np.sqrt(np.maximum((squares[:, REACH:] - squares[:, :-REACH]) / REACH - means**2, 1.0))
    width, right = steps.shape[1], REACH + 2 * NEAR + 1
    sides = [(values[:, :width], values[:, right : right + width]) for values in (means, spreads)]
    usual, spread = (np.maximum(*pair).astype(np.float32) for pair in sides)
    return usual, spread


def _line_at(grey: NDArray[np.float32], x: int) -> tuple[int, int]:
    """The columns of the light or dark line at a seam; none of them where pictures touch."""
    start, end = max(0, x - LINE), min(grey.shape[1], x + LINE + 1)
    columns = grey[:, start:end]
    for extreme in ((columns > 225).mean(axis=0) > 0.9, (columns < 30).mean(axis=0) > 0.9):
        places = np.flatnonzero(extreme)
        if 0 < len(places) <= LINE and places[-1] - places[0] + 1 == len(places):
            return start + int(places[0]), start + int(places[-1]) + 1
    return x, x
