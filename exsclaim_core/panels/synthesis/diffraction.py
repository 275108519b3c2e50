"""Diffraction patterns: spots, rings, Kikuchi bands and Fourier transforms, on dark or inverted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from exsclaim_core.panels.synthesis.colours import coloured
from exsclaim_core.panels.synthesis.pixels import Floats, grey, smooth_noise, with_noise

LARGEST = 256  # pixels of a pattern's longer side before it is enlarged


def draw_diffraction(random: np.random.Generator, name: str, width: int, height: int) -> Image.Image:
    """A pattern of the size in one of the PATTERNS, in colours."""
    shrink = min(1.0, LARGEST / max(width, height))
    values = PATTERNS[name](random, max(8, round(width * shrink)), max(8, round(height * shrink)))
    values = with_noise(random, values, float(random.uniform(0.0, 0.05)))
    image = Image.fromarray(grey(values))
    if random.random() < 0.1:
        image = ImageOps.invert(image)
    elif random.random() < 0.06:
        image = Image.fromarray(coloured(np.clip(values, 0, 1), int(random.choice((1, 2)))))
    image = image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    if random.random() < 0.12:  # the pointer that stops the direct beam
        draw = ImageDraw.Draw(image)
        x, y, thick = width / 2, height / 2, max(2, width // 40)
        end = (0, height * 0.8) if random.random() < 0.5 else (width * 0.3, height)
        draw.line((x, y, *end), fill=(10, 10, 10), width=thick)
        draw.ellipse((x - thick, y - thick, x + thick, y + thick), fill=(10, 10, 10))
    return image


def _polar(width: int, height: int) -> tuple[Floats, Floats]:
    """Distance from the middle in shares of the shorter side's half, and the angle."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = rows - height / 2, columns - width / 2
    return np.hypot(x, y) / (min(width, height) / 2), np.arctan2(y, x)


def _rings(random: np.random.Generator, width: int, height: int) -> Floats:
    radius, angle = _polar(width, height)
    values = 0.06 + 0.9 * np.exp(-((radius / random.uniform(0.06, 0.2)) ** 2))
    spotty = random.random() < 0.5
    for _ in range(int(random.integers(2, 8))):
        at, thick = random.uniform(0.2, 1.1), random.uniform(0.008, 0.03)
        ring = random.uniform(0.2, 0.7) * np.exp(-(((radius - at) / thick) ** 2))
        if spotty:
            ring = ring * np.clip(np.cos(angle * random.integers(5, 40) + random.uniform(0, 6)), 0, 1) ** 2
        values = values + ring
    return np.asarray(values, np.float32)


def _spots(random: np.random.Generator, width: int, height: int) -> Floats:
    image = Image.new("L", (width, height), int(random.integers(0, 30)))
    draw = ImageDraw.Draw(image)
    half = min(width, height) / 2
    step = half * float(random.uniform(0.12, 0.4))
    size = max(0.8, half * float(random.uniform(0.01, 0.04)))
    turn, between = random.uniform(0, np.pi), float(random.choice((np.pi / 2, np.pi / 3, 1.3)))
    first = np.array((np.cos(turn), np.sin(turn))) * step
    second = np.array((np.cos(turn + between), np.sin(turn + between))) * step * random.uniform(0.7, 1.3)
    fade = random.uniform(0.4, 1.2)
    reach = int(np.ceil(1.6 * half / step))
    for i in range(-reach, reach + 1):
        for j in range(-reach, reach + 1):
            x, y = first * i + second * j
            far = np.hypot(x, y) / half
            shade = int(255 * np.clip(np.exp(-((far / fade) ** 2)) * random.uniform(0.6, 1.3), 0, 1))
            if far < 1.4 and shade > 25:
                spot = size * (2.2 if i == j == 0 else 0.6 + shade / 255)
                x, y = x + width / 2, y + height / 2
                draw.ellipse((x - spot, y - spot, x + spot, y + spot), fill=shade)
    image = image.filter(ImageFilter.GaussianBlur(size / 2))
    radius, _ = _polar(width, height)
    halo = random.uniform(0.0, 0.5) * np.exp(-((radius / 0.3) ** 2))
    return np.asarray(np.asarray(image, np.float32) / 255 + halo, np.float32)


def _transform(random: np.random.Generator, width: int, height: int) -> Floats:
    """The Fourier transform of a lattice image."""
    radius, _ = _polar(width, height)
    speckle = random.random((height, width), dtype=np.float32)
    image = Image.fromarray(grey(speckle)).filter(ImageFilter.GaussianBlur(0.7))
    values = np.asarray(image, np.float32) / 255 * np.exp(-((radius / random.uniform(0.4, 1.2)) ** 2)) * 0.8
    return np.asarray(values + 0.9 * _spots(random, width, height), np.float32)


def _bands(random: np.random.Generator, width: int, height: int) -> Floats:
    """Kikuchi bands."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    values = np.full((height, width), 0.3, np.float32)
    for _ in range(int(random.integers(5, 14))):
        angle, thick = random.uniform(0, np.pi), random.uniform(0.02, 0.07) * max(width, height)
        at = columns * np.cos(angle) + rows * np.sin(angle)
        middle = random.uniform(0.3, 0.7) * (width * np.cos(angle) + height * np.sin(angle))
        values += np.asarray((np.abs(at - middle) < thick) * random.uniform(0.05, 0.2), np.float32)
    return np.asarray(values + 0.15 * smooth_noise(random, width, height, 0.02), np.float32)


PATTERNS: dict[str, Callable[[np.random.Generator, int, int], Floats]] = {
    "rings": _rings,
    "spots": _spots,
    "transform": _transform,
    "bands": _bands,
}
