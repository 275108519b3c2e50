"""Scale bars of a picture without a network: uniform horizontal lines with clean ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.measuring import Bar, measure_bar
from exsclaim_core.panels.images import Pixels

Booleans = NDArray[np.bool_]
Edges = NDArray[np.int64]  # (edges, 3): row, start and end of a horizontal edge, in pixels

STEP = 25  # of 255: least contrast of a line
SHORTEST = (12, 0.02)  # pixels, and share of the picture's width
LONGEST = 0.7  # of the width: longer ones are axes and frames
THICKEST = 25  # pixels
FLATTEST = 0.5  # heights over lengths
SAME_SPAN = 0.6  # overlap over hull of the upper and lower edge of a line
MOST = 40  # lines measured in a picture, the longest
LEAST_SCORE = 0.5
FARTHEST_APART = 0.6  # gap between the halves of a line that makes room for its label, in lengths of a half
MARGIN = 1  # pixels from the edges of the area: nearer ones are frames


def propose_bars(pixels: Pixels, area: Box) -> list[Bar]:
    """Lines in a part of RGB pixels (height, width, 3) that may be scale bars, the clearest first.

    `Bar.score` tells how clear they are, not whether they are scale bars: drawn lines and parts of lettering come too.
    """
    height, width, _ = pixels.shape
    x0, y0, x1, y1 = max(0, int(area.x0)), max(0, int(area.y0)), min(width, int(area.x1)), min(height, int(area.y1))
    if x1 - x0 < SHORTEST[0] + 2 * MARGIN or y1 - y0 < 2 * MARGIN + 3:
        return []
    light: NDArray[np.float32] = pixels[y0:y1, x0:x1].astype(np.float32) @ np.array((0.299, 0.587, 0.114), np.float32)
    found: list[Bar] = []
    for rough in _between_edges(light):
        bar = measure_bar(pixels, Box(rough.x0 + x0, rough.y0 + y0, rough.x1 + x0, rough.y1 + y0))
        bar = replace(bar, score=bar.score * purity(bar)) if bar else None
        if bar and _is_likely(bar, area) and not any(_overlap(bar.box, other.box) > 0.3 for other in found):
            found.append(bar)
    likely = [bar for bar in join_halves(pixels, found) if bar in found or _is_likely(bar, area)]
    return sorted(likely, key=lambda bar: -bar.score)


def _between_edges(light: NDArray[np.float32]) -> list[Box]:
    """Boxes between an edge to lighter and one to darker pixels that run side by side, the longest first."""
    least = max(SHORTEST[0], SHORTEST[1] * light.shape[1])
    most = LONGEST * light.shape[1]
    step = light[2:] - light[:-2]  # of row r + 1
    lighter, darker = _edges(step > STEP, least, most), _edges(step < -STEP, least, most)
    apart = np.abs(lighter[:, None, 0] - darker[None, :, 0])
    left, right = (np.stack(np.meshgrid(lighter[:, side], darker[:, side], indexing="ij")) for side in (1, 2))
    overlap = (right.min(axis=0) - left.max(axis=0)) / (right.max(axis=0) - left.min(axis=0))
    length = right.max(axis=0) - left.min(axis=0)
    fits = (apart >= 1) & (apart <= np.minimum(THICKEST, FLATTEST * length)) & (overlap >= SAME_SPAN)
    ups, downs = np.nonzero(fits)
    boxes: list[Box] = []
    for number in np.argsort(-length[ups, downs], kind="stable").tolist():
        (row, start, end), (other, begin, stop) = lighter[ups[number]].tolist(), darker[downs[number]].tolist()
        box = Box(min(start, begin), min(row, other) + 1, max(end, stop), max(row, other) + 2)
        if not any(_overlap(box, one) > 0.5 for one in boxes):
            boxes.append(box)
        if len(boxes) == MOST:
            break
    return boxes


def _edges(on: Booleans, least: float, most: float) -> Edges:
    """Runs of true values in rows, gaps of two pixels closed."""
    wide = np.pad(on, ((0, 0), (2, 2)))
    wide[:, 1:-1] |= wide[:, 2:] | wide[:, :-2]
    wide[:, 1:-1] &= wide[:, 2:] & wide[:, :-2]
    changes = np.diff(np.pad(wide, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(changes == 1)
    ends = np.nonzero(changes == -1)[1]
    runs = np.stack((rows, starts - 2, ends - 2), axis=1)
    lengths = ends - starts
    return runs[(lengths >= least) & (lengths <= most)]


def _is_likely(bar: Bar, area: Box) -> bool:
    return (
        bar.score >= LEAST_SCORE
        and SHORTEST[0] <= bar.length <= LONGEST * area.width
        and bar.thickness <= FLATTEST * bar.length
        and area.expand(-min(MARGIN, area.width / 4, area.height / 4)).contains(bar.box)
    )


def purity(bar: Bar) -> float:
    """How near the colour is to white, black or a full colour, 0 to 1: bars are hardly ever drawn in others."""
    low, high = min(bar.colour), max(bar.colour)
    return min(1.0, max(low / 200, (255 - high) / 200, (high - low) / 150))


def join_halves(pixels: Pixels, bars: Sequence[Bar]) -> list[Bar]:
    """The bars, with the two halves of lines that make room for their labels as one: |--- 30 µm ---|."""
    left = sorted(bars, key=lambda bar: bar.box.x0)
    for one in list(left):
        for other in list(left):
            gap = other.box.x0 - one.box.x1
            level = abs(one.box.y0 + one.box.y1 - other.box.y0 - other.box.y1) <= 3
            alike = min(one.length, other.length) >= 0.8 * max(one.length, other.length)
            if one not in left or other not in left or not level or not alike:
                continue
            if 0 < gap <= FARTHEST_APART * one.length:
                whole = measure_bar(pixels, Box.hull((one.box, other.box)))
                if whole and whole.length > 1.8 * one.length:
                    left = [bar for bar in left if bar not in (one, other)] + [whole]
    return left


def _overlap(one: Box, other: Box) -> float:
    """Area that both cover, as a share of the smaller one's."""
    return one.intersection(other) / max(min(one.area, other.area), 1e-9)
