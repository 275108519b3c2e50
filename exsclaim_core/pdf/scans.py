"""Drawings on scanned pages: what is dark on the page's image and not under the text that was recognised."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.grid import connect
from exsclaim_core.pdf.mupdf import pymupdf

DARK = 140  # of 255
REACH = 3  # points; marks so near to each other belong together
MOST_PIXELS = 4e6
SMALLEST = 14.0  # pixels; specks and letters that recognition missed are smaller


def is_scan(image_boxes: list[tuple[float, float, float, float]], width: float, height: float) -> bool:
    """Whether one image covers four fifths of a page of this size in points."""
    return any((x1 - x0) * (y1 - y0) > 0.8 * width * height for x0, y0, x1, y1 in image_boxes)


def find_scan_drawings(display_list: Any, lines: NDArray[np.float32]) -> list[tuple[float, float, float, float]]:
    """Boxes in points of the connected dark areas that are no text; `lines` (n, 4) are boxes of the recognised lines.

    The page is rendered at one pixel a point, very large ones more coarsely. Rules come out as flat boxes.
    """
    rect = display_list.rect
    scale = min(1.0, (MOST_PIXELS / max(1.0, rect.width * rect.height)) ** 0.5)
    pixmap = display_list.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY)
    dark = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.h, pixmap.w) < DARK
    edge = 4  # scans are dark along their edges
    dark[:edge] = dark[-edge:] = False
    dark[:, :edge] = dark[:, -edge:] = False
    for x0, y0, x1, y1 in (lines * scale).tolist():
        # Recognised boxes are a point or two too small; what reaches far beyond a line is no letter of it.
        dark[max(0, math.floor(y0) - 2) : math.ceil(y1) + 2, max(0, math.floor(x0) - 2) : math.ceil(x1) + 2] = False
    grown = _grow(dark, REACH)
    boxes = connect(grown).boxes() + np.array([REACH, REACH, -REACH, -REACH])
    sizes = boxes[:, 2:] - boxes[:, :2]
    large = boxes[sizes.max(axis=1, initial=0) >= SMALLEST]
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in (large / scale).tolist()]


def _grow(filled: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """The cells within `by` cells of a filled one, to the side and up and down."""
    for axis in (0, 1):
        padded = np.pad(filled.astype(np.int32), [(by + 1, by) if a == axis else (0, 0) for a in (0, 1)])
        sums = padded.cumsum(axis=axis)
        span = 2 * by + 1
        upper = sums[span:] if axis == 0 else sums[:, span:]
        lower = sums[:-span] if axis == 0 else sums[:, :-span]
        filled = upper > lower
    return filled
