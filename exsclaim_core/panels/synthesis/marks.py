"""What authors draw over pictures: arrows, words, dashed frames, measured distances. None of it is a scale bar."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.panels.synthesis.fonts import Colour, put, put_centred
from exsclaim_core.panels.synthesis.look import Look

WORDS = (
    "Ag", "TiO_{2}", "Si", "Cu", "C", "O", "Fe", "Pt", "core", "shell", "pore", "crack", "void", "0 min", "30 s", "2 h",
    "25 °C", "[110]", "[001]", "(111)", "BF", "HAADF", "SE", "Zone axis", "grain", "10 cycles", "before", "after",
    "DAPI", "merge", "GFP", "S1", "x = 0.2", "pH 7", "w/o", "film", "substrate", "α",
    "d = 0.34 nm", "control", "60°",
)  # fmt: skip
COLOURS: tuple[Colour, ...] = ((255, 255, 255), (255, 255, 0), (255, 0, 0), (0, 255, 0), (0, 200, 255), (0, 0, 0))


def draw_arrow(
    draw: ImageDraw.ImageDraw,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: Colour,
    width: int,
    both: bool = False,
) -> None:
    """A line with a head at its end, or at both ends."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = max(1.0, float(np.hypot(across, down)))
    ux, uy = across / length, down / length
    head = min(length, 3.0 * width + 2)
    draw.line((*start, end[0] - ux * head * 0.8, end[1] - uy * head * 0.8), colour, width)
    for (x, y), sign in ((end, 1.0), (start, -1.0))[: 2 if both else 1]:
        back = (x - sign * ux * head, y - sign * uy * head)
        half = head * 0.5
        draw.polygon(
            ((x, y), (back[0] - uy * half, back[1] + ux * half), (back[0] + uy * half, back[1] - ux * half)), colour
        )


def draw_marks(random: np.random.Generator, image: Image.Image, look: Look) -> None:
    """Paint none to a few marks over a picture, away from its corners."""
    if random.random() < 0.5 or min(image.size) < 6 * look.text:
        return
    draw = ImageDraw.Draw(image)
    colour = COLOURS[int(random.integers(len(COLOURS)))]
    width = max(1, round(look.line * random.choice((1, 1, 2))))
    for _ in range(int(random.choice((1, 1, 2, 3, 5)))):
        x, y = random.uniform(0.2, 0.75) * image.width, random.uniform(0.25, 0.7) * image.height
        size = random.uniform(0.05, 0.16) * min(image.size)
        kind = random.random()
        if kind < 0.3:
            angle = random.uniform(0, 2 * np.pi)
            end = (x + size * np.cos(angle), y + size * np.sin(angle))
            draw_arrow(draw, (x, y), end, colour, width)
            if random.random() < 0.3:
                _word(random, image, look, (x, y - look.text), colour)
        elif kind < 0.55:
            _word(random, image, look, (x, y), colour)
        elif kind < 0.7:
            _dashed_box(
                draw, (x - size, y - size * 0.7, x + size, y + size * 0.7), colour, width, random.random() < 0.6
            )
        elif kind < 0.8:
            draw.ellipse((x - size, y - size, x + size, y + size), outline=colour, width=width)
        elif kind < 0.93:
            _distance(random, image, draw, look, (x, y), size, colour, width)
        else:
            draw.line((x - size, y, x + size * 1.5, y + size * random.uniform(-0.5, 0.5)), colour, width)


def _word(random: np.random.Generator, image: Image.Image, look: Look, at: tuple[float, float], colour: Colour) -> None:
    mark = look.words(WORDS[int(random.integers(len(WORDS)))], float(random.uniform(0.8, 1.3)), random.random() < 0.3)
    if mark.width < image.width * 0.5:
        x = float(np.clip(at[0], mark.width / 2, image.width - mark.width / 2))
        put_centred(image, (x, at[1]), mark, colour)


def _dashed_box(
    draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], colour: Colour, width: int, dashed: bool
) -> None:
    if not dashed:
        draw.rectangle(box, outline=colour, width=width)
        return
    x0, y0, x1, y1 = box
    step = 4 * width + 2
    for x in np.arange(x0, x1, 2 * step):
        for y in (y0, y1):
            draw.line((x, y, min(x + step, x1), y), colour, width)
    for y in np.arange(y0, y1, 2 * step):
        for x in (x0, x1):
            draw.line((x, y, x, min(y + step, y1)), colour, width)


def _distance(
    random: np.random.Generator,
    image: Image.Image,
    draw: ImageDraw.ImageDraw,
    look: Look,
    at: tuple[float, float],
    size: float,
    colour: Colour,
    width: int,
) -> None:
    """A distance measured in the picture, with its value: looks like a scale bar and is none."""
    angle = float(random.choice((0.3, -0.5, 0.9, 1.57, -1.1, 2.0)))
    dx, dy = size * np.cos(angle), size * np.sin(angle)
    draw_arrow(
        draw, (at[0] - dx, at[1] - dy), (at[0] + dx, at[1] + dy), colour, width, both=bool(random.random() < 0.7)
    )
    unit = ("nm", "µm", "Å")[int(random.choice((0, 0, 1, 2)))]
    mark = look.words(
        f"{random.uniform(0.1, 300):.{int(random.integers(1, 3))}f} {unit}", float(random.uniform(0.8, 1.2))
    )
    x = min(image.width - mark.width - 1.0, at[0] + abs(dx) + look.text * 0.3)
    put(image, (max(0.0, x), at[1] - mark.height / 2), mark, colour)
