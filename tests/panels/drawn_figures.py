"""Figures drawn for tests: pictures of noise with letters, on white."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIDE, GAP, MARGIN = 400, 60, 40


def draw_figure(letters: str = "ab", bar: bool = True) -> Image.Image:
    """Grainy squares in a row, each with its letter on white in its upper left corner and a scale bar at the right."""
    width = 2 * MARGIN + len(letters) * SIDE + (len(letters) - 1) * GAP
    figure = Image.new("RGB", (width, SIDE + 2 * MARGIN), "white")
    draw = ImageDraw.Draw(figure)
    random = np.random.default_rng(7)
    font = ImageFont.load_default(40)
    for letter, (x0, y0, x1, y1) in zip(letters, squares(len(letters)), strict=True):
        grains = random.integers(60, 160, (SIDE // 8, SIDE // 8), dtype=np.uint8)
        grain = Image.fromarray(grains).resize((x1 - x0, y1 - y0), Image.Resampling.BICUBIC)
        figure.paste(grain.convert("RGB"), (x0, y0))
        draw.rectangle((x0, y0, x0 + 50, y0 + 50), fill="white")
        draw.text((x0 + 14, y0 + 2), letter, fill="black", font=font)
        if bar:
            draw.rectangle((x1 - 140, y1 - 30, x1 - 21, y1 - 23), fill="white")
            draw.text((x1 - 120, y1 - 74), "50 nm", fill="white", font=ImageFont.load_default(32))
    return figure


def squares(count: int) -> list[tuple[int, int, int, int]]:
    """The corners of the squares of such a figure."""
    starts = [MARGIN + number * (SIDE + GAP) for number in range(count)]
    return [(x0, MARGIN, x0 + SIDE, MARGIN + SIDE) for x0 in starts]


def save_figure(path: Path, letters: str = "ab") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draw_figure(letters).save(path)
    return path
