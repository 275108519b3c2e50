"""Textures like micrographs: particles, rods, grains, lattices, pores, glowing dots, element maps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from exsclaim_core.panels.synthesis.colours import coloured
from exsclaim_core.panels.synthesis.pixels import grey, smooth_noise, with_noise

LARGEST = 320  # pixels of a texture's longer side; larger ones are enlarged, as micrographs mostly are

Texture = Callable[[np.random.Generator, int, int], Image.Image]


def draw_texture(random: np.random.Generator, name: str, width: int, height: int) -> Image.Image:
    """A picture of the size in one of the TEXTURES, in colours."""
    shrink = min(1.0, LARGEST / max(width, height))
    small = (max(8, round(width * shrink)), max(8, round(height * shrink)))
    picture = TEXTURES[name](random, *small)
    return picture.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)


def _grey(values: NDArray[np.float32]) -> Image.Image:
    return Image.fromarray(grey(values))


def _values(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(np.asarray(image, np.float32) / 255, np.float32)


def _particles(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Dark discs on a light ground, or the reverse."""
    light = bool(random.random() < 0.6)
    base = smooth_noise(random, width, height, 0.3) * 0.15 + (0.65 if light else 0.12)
    image = _grey(np.asarray(base, np.float32))
    draw = ImageDraw.Draw(image)
    mean = float(random.uniform(0.02, 0.14)) * max(width, height)
    for _ in range(int(random.integers(4, 70))):
        radius = mean * float(random.uniform(0.6, 1.3))
        x, y = random.uniform(0, width), random.uniform(0, height)
        shade = int(random.integers(20, 90) if light else random.integers(140, 250))
        if random.random() < 0.75:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shade)
        else:
            angles = np.sort(random.uniform(0, 2 * np.pi, int(random.integers(4, 7))))
            draw.polygon([(x + radius * np.cos(a), y + radius * np.sin(a)) for a in angles.tolist()], fill=shade)
    image = image.filter(ImageFilter.GaussianBlur(float(random.uniform(0.4, 1.8))))
    values = _values(image)
    return _grey(with_noise(random, values, float(random.uniform(0.01, 0.09))))


def _rods(random: np.random.Generator, width: int, height: int) -> Image.Image:
    image = Image.new("L", (width, height), int(random.integers(10, 60)))
    draw = ImageDraw.Draw(image)
    length = max(width, height) * float(random.uniform(0.1, 0.6))
    thick = max(1, round(length * random.uniform(0.02, 0.15)))
    for at in range(int(random.integers(25, 110))):
        x, y, angle = random.uniform(0, width), random.uniform(0, height), random.uniform(0, np.pi)
        dx, dy = length * np.cos(angle) / 2, length * np.sin(angle) / 2
        shade = min(250, 60 + 2 * at + int(random.integers(0, 60)))
        draw.line((x - dx, y - dy, x + dx, y + dy), fill=max(0, shade - 60), width=thick + 2)
        draw.line((x - dx, y - dy, x + dx, y + dy), fill=shade, width=thick)
    values = _values(image.filter(ImageFilter.GaussianBlur(0.8)))
    return _grey(with_noise(random, values, 0.05))


def _grains(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Polished grains with boundaries, grey or in the colours of orientation maps."""
    count = int(random.integers(12, 90))
    shrink = 2 if width * height > 20_000 else 1
    rows, columns = np.mgrid[0 : height // shrink, 0 : width // shrink].astype(np.float32)
    seeds = random.random((count, 2)).astype(np.float32) * (height / shrink, width / shrink)
    nearest = np.full(rows.shape, np.inf, np.float32)
    owner = np.zeros(rows.shape, np.uint8)
    for at, (row, column) in enumerate(seeds):
        distance = (rows - row) ** 2 + (columns - column) ** 2
        closer = distance < nearest
        nearest[closer] = distance[closer]
        owner[closer] = at
    if random.random() < 0.35:
        table = random.integers(30, 256, (256, 3)).astype(np.uint8)
        return Image.fromarray(table[owner]).resize((width, height), Image.Resampling.NEAREST)
    shades = random.uniform(0.35, 0.85, 256).astype(np.float32)
    values = shades[owner]
    edge = np.zeros(owner.shape, bool)
    edge[1:] |= owner[1:] != owner[:-1]
    edge[:, 1:] |= owner[:, 1:] != owner[:, :-1]
    values = np.where(edge, 0.1 if random.random() < 0.7 else 0.95, values).astype(np.float32)
    return _grey(with_noise(random, values, 0.04)).resize((width, height), Image.Resampling.BILINEAR)


def _fringes(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """A crystal lattice at atomic resolution."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, period = random.uniform(0, np.pi), random.uniform(4, 18)
    values = np.zeros((height, width), np.float32)
    for turn in (0.0, random.choice((np.pi / 2, np.pi / 3, 1.2)))[: 1 if random.random() < 0.4 else 2]:
        phase = (columns * np.cos(angle + turn) + rows * np.sin(angle + turn)) * 2 * np.pi / period
        values += np.cos(phase).astype(np.float32)
    where = smooth_noise(random, width, height, 0.3)
    values = 0.45 + 0.18 * values * np.clip(where * 1.8 - 0.2, 0, 1) + 0.2 * (where - 0.5)
    strength = float(random.uniform(0.03, 0.15))
    image = _grey(with_noise(random, np.asarray(values, np.float32), strength))
    return image if random.random() < 0.9 else Image.fromarray(coloured(np.asarray(image, np.float32) / 255, 1))


def _rough(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """A fractured or porous surface lit from one side."""
    height_map = np.zeros((height, width), np.float32)
    for grain in (0.2, 0.08, 0.03):
        height_map += smooth_noise(random, width, height, grain) * grain**0.6
    if random.random() < 0.5:
        height_map = np.abs(height_map - height_map.mean())
    down, across = np.gradient(height_map)
    slope = down + across
    values = 0.45 + slope / (float(np.abs(slope).max()) + 1e-6) * random.uniform(0.5, 1.2)
    if random.random() < 0.4:
        values = values - 0.5 * (smooth_noise(random, width, height, 0.06) > 0.72)
    return _grey(with_noise(random, np.asarray(values, np.float32), 0.04))


def _glow(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Fluorescence: dots, cells and threads in one or two colours on black."""
    image = Image.new("RGB", (width, height))
    colours = [(60, 120, 255), (40, 255, 60), (255, 50, 40), (255, 60, 255), (230, 230, 230)]
    chosen = random.choice(len(colours), int(random.choice((1, 1, 2, 3))), replace=False)
    draw = ImageDraw.Draw(image)
    radius = max(width, height) * float(random.uniform(0.008, 0.06))
    for at in chosen:
        colour = colours[int(at)]
        for _ in range(int(random.integers(8, 70))):
            x, y = random.uniform(0, width), random.uniform(0, height)
            a, b = radius * random.uniform(0.5, 1.5), radius * random.uniform(0.5, 1.5)
            shade = random.uniform(0.4, 1)
            faded = (round(colour[0] * shade), round(colour[1] * shade), round(colour[2] * shade))
            if random.random() < 0.85:
                draw.ellipse((x - a, y - b, x + a, y + b), fill=faded)
            else:
                draw.line((x, y, x + 8 * a * random.uniform(-1, 1), y + 8 * b), fill=faded, width=max(1, round(a / 2)))
    return image.filter(ImageFilter.GaussianBlur(float(random.uniform(0.6, max(0.8, radius / 3)))))


def _element_map(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Counts of one element as dots of one colour on black."""
    colour = np.array(((255, 40, 40), (60, 255, 60), (70, 110, 255), (255, 220, 40), (50, 230, 230), (255, 60, 230)))
    where = smooth_noise(random, width, height, float(random.uniform(0.15, 0.5)))
    if random.random() < 0.6:
        where = np.asarray(1 / (1 + np.exp(-(where - random.uniform(0.35, 0.65)) * 20)), np.float32)
    hits = random.random((height, width), dtype=np.float32) < 0.05 + 0.6 * where * random.uniform(0.4, 1)
    values = hits[:, :, None] * random.uniform(0.6, 1) * colour[int(random.integers(len(colour)))]
    return Image.fromarray(values.astype(np.uint8))


def _relief(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Heights as a force microscope shows them, in false colours."""
    values = smooth_noise(random, width, height, float(random.uniform(0.1, 0.4))) * 0.4
    grainy = grey(random.random((height, width), dtype=np.float32))
    radius = float(random.uniform(0.008, 0.03)) * max(width, height)
    fine = np.asarray(Image.fromarray(grainy).filter(ImageFilter.GaussianBlur(radius)), np.float32)
    fine = (fine - fine.min()) / (np.ptp(fine) + 1e-6)
    values = np.asarray(values + 0.6 * fine, np.float32)
    return Image.fromarray(coloured(with_noise(random, values, 0.02), int(random.choice((4, 4, 4, 1, 0, 2)))))


def _stained(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """A stained section or an alloy under the optical microscope."""
    dye = random.integers(60, 200, 3)
    pale = random.integers(190, 245, 3)
    share = smooth_noise(random, width, height, 0.12) * 0.5 + smooth_noise(random, width, height, 0.03) * 0.5
    values = pale + (dye - pale) * (share[:, :, None] > random.uniform(0.4, 0.6)) * random.uniform(0.5, 1)
    image = Image.fromarray(np.clip(values + random.normal(0, 6, values.shape), 0, 255).astype(np.uint8))
    return image.filter(ImageFilter.GaussianBlur(0.7))


TEXTURES: dict[str, Texture] = {
    "particles": _particles,
    "rods": _rods,
    "grains": _grains,
    "fringes": _fringes,
    "rough": _rough,
    "glow": _glow,
    "element map": _element_map,
    "relief": _relief,
    "stained": _stained,
}
