"""Scale bars that a PDF draws itself: flat rectangles or strokes beside a printed length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.lengths import read_length
from exsclaim_core.panels.drawn import Drawn
from exsclaim_core.panels.model import ScaleBar

REACH = 1.6  # gap between a bar and its label, in heights of the label
LONGEST = 0.7  # of the panel's width
SHORTEST = 4.0  # points
THICKEST = 1.2  # heights of the label


def find_bars(drawn: Drawn, panels: Sequence[Box]) -> list[ScaleBar]:
    """Scale bars with printed lengths in a figure, each with the number of its panel."""
    bars: list[ScaleBar] = []
    for label, words in zip(drawn.texts, drawn.words, strict=True):
        read = read_length(words)
        if read is None or not len(drawn.bars):
            continue
        box = Box(*label.tolist())
        panel = next((i for i, one in enumerate(panels) if one.intersection(box) >= 0.5 * box.area), None)
        width = panels[panel].width if panel is not None else drawn.box.width
        some = drawn.bars
        lengths, heights = some[:, 2] - some[:, 0], some[:, 3] - some[:, 1]
        apart = np.maximum(np.maximum(box.y0 - some[:, 3], some[:, 1] - box.y1), 0)
        middle = np.abs((some[:, 0] + some[:, 2]) / 2 - (box.x0 + box.x1) / 2)
        fits = (lengths >= SHORTEST) & (lengths <= LONGEST * width) & (heights <= THICKEST * box.height)
        fits &= (apart <= REACH * box.height) & (middle <= (lengths + box.width) / 2)
        if fits.any():
            number = int(np.flatnonzero(fits)[(apart + 0.2 * middle)[fits].argmin()])
            bar = Box(*some[number].tolist())
            bars.append(ScaleBar(bar, bar.width, read[0], box, read[1], panel, 0.9))
    return bars
