"""What of a figure is ground and what is drawn on it, at a resolution that suits the search for gutters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from exsclaim_core.grid import Runs, connect
from exsclaim_core.panels.images import Pixels

LONGEST = 1400  # pixels of the longer side; lines between pictures are one to three pixels wide and must last
CONTRAST = 28  # of 255; JPEG leaves less round letters
LEVELS = 16  # grey levels that count as one colour
BORDER = 0.012  # of the shorter side
COMMON = 0.45  # share of the border that its commonest colour needs to be the ground
TEXT_HEIGHTS = (0.006, 0.05)  # of the longer side: letters that can be read
DEFAULT_TEXT = 0.018  # of the longer side, where there is none


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure made smaller, its ink and the connected pieces of the ink."""

    pixels: NDArray[np.int16]  # (height, width, 3)
    ink: NDArray[np.bool_]  # (height, width): what differs from the ground
    factor: float  # pixels of the figure in one of these, along each axis
    ground: tuple[int, int, int]
    pieces: Runs
    boxes: NDArray[np.int64]  # (pieces, 4)
    text_height: float  # of most letters, pixels of the drawing

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.ink.shape[1], self.ink.shape[0]


def read_drawing(pixels: Pixels) -> Drawing:
    """The drawing of a figure's RGB pixels (height, width, 3)."""
    small, factor = _shrink(pixels)
    ground = _find_ground(small)
    ink = np.abs(small - np.array(ground, np.int16)).max(axis=2) > CONTRAST
    pieces = connect(ink)
    boxes = pieces.boxes()
    return Drawing(small, ink, factor, ground, pieces, boxes, _text_height(boxes, max(ink.shape)))


def as_drawing(ink: NDArray[np.bool_]) -> Drawing:
    """A drawing of which only the ink is known."""
    pieces = connect(ink)
    boxes = pieces.boxes()
    pixels = np.where(ink, 0, 255).astype(np.int16)[:, :, None]
    return Drawing(pixels, ink, 1.0, (255, 255, 255), pieces, boxes, _text_height(boxes, max(ink.shape)))


def _shrink(pixels: Pixels) -> tuple[NDArray[np.int16], float]:
    """The pixels with the longer side LONGEST at most, and how many of the figure's are one of them."""
    height, width, _ = pixels.shape
    factor = max(height, width) / LONGEST
    if factor <= 1:
        return pixels.astype(np.int16), 1.0
    size = max(1, round(width / factor)), max(1, round(height / factor))
    small = Image.fromarray(pixels).resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(small).astype(np.int16), factor


def _find_ground(pixels: NDArray[np.int16]) -> tuple[int, int, int]:
    """The commonest colour along the border where it is common there, else white."""
    height, width, _ = pixels.shape
    thick = max(1, round(BORDER * min(height, width)))
    inner = np.ones((height, width), np.bool_)
    inner[thick : height - thick, thick : width - thick] = False
    border = pixels[inner]
    keys = (border // LEVELS) @ np.array([1, 256 // LEVELS, (256 // LEVELS) ** 2])
    values, counts = np.unique(keys, return_counts=True)
    if counts.max() < COMMON * len(border):
        return 255, 255, 255
    red, green, blue = np.median(border[keys == values[counts.argmax()]], axis=0).astype(int).tolist()
    return red, green, blue


def _text_height(boxes: NDArray[np.int64], longest: int) -> float:
    """Height of most letters: the median of the pieces that look like one."""
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    low, high = max(5, TEXT_HEIGHTS[0] * longest), max(8, TEXT_HEIGHTS[1] * longest)
    like = (heights >= low) & (heights <= high) & (widths >= 0.2 * heights) & (widths <= 1.5 * heights)
    if like.sum() < 6:
        return max(6.0, DEFAULT_TEXT * longest)
    return float(np.percentile(heights[like], 60))
