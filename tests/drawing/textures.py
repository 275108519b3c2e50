"""Raster pictures as microscopes make them, computed: particles, fringes, diffraction rings, a gradient. All as JPEG.

JPEG, because its bytes depend on Pillow alone and not on the machine's zlib.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float64]  # (height, width), 0 black to 1 white


def particles(width: int, height: int, seed: int = 1, count: int = 60) -> bytes:
    """Bright discs of different sizes on a noisy dark ground."""
    random, x, y = _ground(width, height, seed)
    picture = 0.22 + 0.06 * random.random((height, width))
    for _ in range(count):
        at_x, at_y = random.random() * width, random.random() * height
        radius = width * (0.015 + 0.04 * random.random())
        distance = np.hypot(x - at_x, y - at_y) / radius
        brightness = 0.45 + 0.35 * random.random()
        picture = np.where(distance < 1, brightness * (1 - 0.35 * distance**2) + 0.05 * picture, picture)
    return _jpeg(picture)


def fringes(width: int, height: int, seed: int = 2, period: float = 7.3) -> bytes:
    """Two sets of lattice fringes that meet at a boundary."""
    random, x, y = _ground(width, height, seed)
    left = np.cos(2 * np.pi * (0.82 * x + 0.57 * y) / period)
    right = np.cos(2 * np.pi * (0.31 * x - 0.95 * y) / period)
    boundary = width * 0.55 + 0.18 * (y - height / 2) + 4 * np.sin(y / 11)
    share = 1 / (1 + np.exp((x - boundary) / 2.5))
    picture = 0.48 + 0.25 * (share * left + (1 - share) * right) + 0.22 * (random.random((height, width)) - 0.5)
    return _jpeg(picture)


def rings(width: int, height: int, seed: int = 3) -> bytes:
    """A diffraction pattern: rings with spots round a bright centre."""
    random, x, y = _ground(width, height, seed)
    from_x, from_y = x - width / 2 + 0.3, y - height / 2 + 0.2
    radius, angle = np.hypot(from_x, from_y) / (width / 2), np.arctan2(from_y, from_x)
    picture = 0.05 + 0.75 * np.exp(-((radius / 0.09) ** 2)) + 0.16 * np.exp(-radius * 2.2)
    for at, strength in ((0.31, 0.35), (0.36, 0.3), (0.507, 0.75), (0.594, 0.3), (0.62, 0.2), (0.79, 0.2)):
        # Few grains scatter into a ring: most directions are weak, some are bright.
        spots = 0.25 + 1.2 * random.random(241) ** 4
        around = np.interp(angle, np.linspace(-np.pi, np.pi, 241), spots)
        picture += strength * around * np.exp(-(((radius - at) / 0.011) ** 2))
    return _jpeg(picture + 0.04 * random.random((height, width)))


def gradient(width: int, height: int, seed: int = 4) -> bytes:
    """A smooth map with two hills and a weak grain, as of a composition."""
    random, x, y = _ground(width, height, seed)
    picture = 0.15 + 0.35 * y / height
    for at_x, at_y, spread, strength in ((0.3, 0.35, 0.17, 0.4), (0.72, 0.62, 0.22, 0.35)):
        distance = np.hypot(x / width - at_x, y / height - at_y)
        picture = picture + strength * np.exp(-((distance / spread) ** 2))
    return _jpeg(picture + 0.03 * random.random((height, width)))


def _ground(width: int, height: int, seed: int) -> tuple[np.random.Generator, Grey, Grey]:
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    return np.random.default_rng(seed), x, y


def _jpeg(picture: Grey) -> bytes:
    pixels = np.rint(255 * np.clip(picture, 0, 1)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels, mode="L").save(buffer, "JPEG", quality=82)
    return buffer.getvalue()
