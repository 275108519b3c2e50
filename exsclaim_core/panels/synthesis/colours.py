"""Colours for maps: shares between 0 and 1 as the colours of a scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Corner colours of the scales that maps are printed in, from low to high.
SCALES: tuple[tuple[tuple[int, int, int], ...], ...] = (
    ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)),
    ((0, 0, 143), (0, 0, 255), (0, 255, 255), (255, 255, 0), (255, 0, 0), (128, 0, 0)),
    ((0, 0, 4), (120, 28, 109), (237, 105, 37), (252, 255, 164)),
    ((33, 102, 172), (247, 247, 247), (178, 24, 43)),
    ((40, 15, 0), (170, 90, 20), (240, 190, 100), (255, 250, 230)),
    ((255, 255, 255), (120, 170, 220), (8, 48, 107)),
    ((0, 0, 0), (255, 255, 255)),
)


def coloured(values: NDArray[np.floating[Any]], scale: int) -> NDArray[np.uint8]:
    """Pixels (height, width, 3) of values between 0 and 1, in one of the scales (any number picks one)."""
    corners = np.array(SCALES[scale % len(SCALES)], np.float64)
    places = np.linspace(0, 1, 256)
    steps = np.linspace(0, 1, len(corners))
    table = np.stack([np.interp(places, steps, corners[:, channel]) for channel in range(3)], axis=1).astype(np.uint8)
    return np.asarray(table[np.clip(values * 255, 0, 255).astype(np.uint8)])
