"""Where the labels of scale bars stand: rough boxes brought to the ink of the whole text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.grid import connect
from exsclaim_core.model import Box
from exsclaim_core.panels.bars.measuring import Bar
from exsclaim_core.panels.images import Pixels

Numbers = NDArray[np.float32]
Rows = NDArray[np.int64]  # (n, 4): x0, y0, x1, y1

WIDER, HIGHER = 1.6, 1.0  # heights of a rough box that are looked at beyond its sides, and above and below
LONGER = 0.6  # widths of it that are looked at beyond its sides in addition
LEAST_CONTRAST = 40.0  # of 255, between a text and its ground
LEVELS = (0.5, 0.78)  # of the contrast: what is nearer to the text's colour is ink; the higher for textured grounds
GAP = 0.8  # between the pieces of a text, in heights of the text: numbers and units stand apart
FLATTEST = 2.2  # height of a piece in that of the line so far: figures are twice as high as the letters n and m
LONGEST = 2.4  # of a text, in widths of the rough box; longer ones have run into the picture
LEVEL = 0.5  # of the lower of two pieces: what they share in height on one line
TALLEST = 1.9  # of a piece, in heights of the rough box: brackets and units are higher than most letters
LOWEST = 0.35  # of a text, in heights of the rough box
SPECK = 0.12  # of the height of the rough box: smaller pieces begin no text


def whole_text(pixels: Pixels, rough: Box, bar: Bar | None = None) -> Box | None:
    """The tight box of the text on which a rough box lies, in RGB pixels (height, width, 3); None where none is seen.

    Rough boxes cut off what is at the ends of long texts. A label has the colour of its bar, which is no part of it;
    else what contrasts most with the ground is the text.
    """
    height, width, _ = pixels.shape
    across, down = LONGER * rough.width + WIDER * rough.height + 2, HIGHER * rough.height + 2
    x0, y0 = max(0, int(rough.x0 - across)), max(0, int(rough.y0 - down))
    x1, y1 = min(width, int(rough.x1 + across) + 1), min(height, int(rough.y1 + down) + 1)
    if min(x1 - x0, y1 - y0) < 5:
        return None
    window: Numbers = pixels[y0:y1, x0:x1].astype(np.float32)
    inner = Box(rough.x0 - x0, rough.y0 - y0, rough.x1 - x0, rough.y1 - y0)
    strength = _strength(window, inner, bar)
    if strength is None:
        return None
    if bar is not None:
        place = bar.box.expand(1)
        left, right = (max(0, int(x) - x0) for x in (place.x0, place.x1 + 1))
        strength[max(0, int(place.y0) - y0) : max(0, int(place.y1) + 1 - y0), left:right] = 0
    lines = [_line(_pieces(strength > level, rough.height), inner) for level in LEVELS]
    least, most = LOWEST * rough.height, LONGEST * rough.width
    fitting = [line for line in lines if line is not None and line.height >= least and line.width <= most]
    # A part of a text that is one with something else at the lower level comes out at the higher.
    best = max(fitting, key=lambda line: line.width, default=None)
    return Box(best.x0 + x0, best.y0 + y0, best.x1 + x0, best.y1 + y0) if best else None


def _pieces(ink: NDArray[np.bool_], height: float) -> Rows:
    """The connected pieces of ink in a window that may be letters of about some height."""
    boxes = connect(ink).boxes()
    tall = boxes[:, 3] - boxes[:, 1] > TALLEST * height + 2
    # What goes on beyond the window above and below is no letter.
    return boxes[(boxes[:, 1] > 0) & (boxes[:, 3] < len(ink)) & ~tall]


def _strength(window: Numbers, inner: Box, bar: Bar | None) -> Numbers | None:
    """How much each pixel of a window has the text's colour, 0 for the ground and 1 for the text."""
    rows = slice(max(0, int(inner.y0)), int(inner.y1) + 1)
    columns = slice(max(0, int(inner.x0)), int(inner.x1) + 1)
    core = window[rows, columns].reshape(-1, 3)
    if not len(core):
        return None
    ground = np.median(core, axis=0)
    if bar is None:
        light = (core - ground).mean(axis=1)
        low, high = np.percentile(light, (3, 97))
        ink = np.median(core[light >= high if high >= -low else light <= low], axis=0)
    else:
        ink = np.array(bar.colour, np.float32)
    direction = ink - ground
    contrast = float(np.linalg.norm(direction))
    if contrast < LEAST_CONTRAST:
        return None
    strength: Numbers = (window - ground) @ (direction / contrast**2)
    return strength


def _line(pieces: Rows, rough: Box) -> Box | None:
    """The line of text made of some pieces that a rough box lies on."""
    middles = (pieces[:, :2] + pieces[:, 2:]) / 2
    on = (middles[:, 0] >= rough.x0) & (middles[:, 0] <= rough.x1)
    on &= (middles[:, 1] >= rough.y0) & (middles[:, 1] <= rough.y1)
    on &= pieces[:, 3] - pieces[:, 1] >= max(2.0, SPECK * rough.height)
    if not on.any():
        return None
    line = _hull(pieces[on])
    while True:
        x0, y0, x1, y1 = line
        tall = y1 - y0
        gap = GAP * max(tall, rough.height)
        near = (pieces[:, 2] > x0 - gap) & (pieces[:, 0] < x1 + gap)
        shared = np.minimum(pieces[:, 3], y1) - np.maximum(pieces[:, 1], y0)
        near &= shared >= LEVEL * np.minimum(pieces[:, 3] - pieces[:, 1], tall)
        near &= pieces[:, 3] - pieces[:, 1] <= FLATTEST * tall
        grown = _hull(np.concatenate((pieces[near], [line])))
        if grown == line:
            return Box(*line)
        line = grown


def _hull(pieces: Rows) -> tuple[int, int, int, int]:
    x0, y0 = pieces[:, :2].min(axis=0).tolist()
    x1, y1 = pieces[:, 2:].max(axis=0).tolist()
    return x0, y0, x1, y1
