"""Noise and grey pictures as arrays: what the textures are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]


def smooth_noise(random: np.random.Generator, width: int, height: int, grain: float) -> Floats:
    """Values between 0 and 1 (height, width) that vary over `grain` of the longer side."""
    cells = max(2, round(1 / grain))
    across = max(2, round(cells * width / max(width, height)))
    down = max(2, round(cells * height / max(width, height)))
    coarse = Image.fromarray(random.random((down, across), dtype=np.float32))
    values = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))
    low, high = float(values.min()), float(values.max())
    return np.asarray((values - low) / (high - low + 1e-6), np.float32)


def grey(values: Floats) -> NDArray[np.uint8]:
    """Pixels (height, width) of values between 0 and 1."""
    return np.asarray(np.clip(values * 255, 0, 255).astype(np.uint8))


def with_noise(random: np.random.Generator, values: Floats, strength: float) -> Floats:
    """The values with grain like that of a camera."""
    return np.asarray(values + strength * random.standard_normal(values.shape, dtype=np.float32), np.float32)
