"""What makes a picture a photograph: its ground, light, depth and grain, lamps in it, words printed on it."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from exsclaim_core.panels.synthesis.fonts import Colour, pick_family, put_centred, stamp
from exsclaim_core.panels.synthesis.marks import draw_arrow
from exsclaim_core.panels.synthesis.pixels import Floats, smooth_noise
from exsclaim_core.panels.synthesis.shading import FULL, darker, mixed
from exsclaim_core.panels.synthesis.things import one_of, shadowed

WORDS = (
    "0°", "60°", "180°", "before", "after", "electrode", "sample", "LED", "0 min", "24 h", "25 °C", "pump", "camera",
    "Li", "original", "bent", "twisted", "30 g", "fresh", "cycled", "1 cm", "light", "holder", "membrane", "off", "on",
)  # fmt: skip
GROUNDS: tuple[Colour, ...] = (
    (226, 224, 220), (205, 204, 200), (176, 178, 180), (120, 122, 126), (52, 54, 58), (196, 160, 118), (140, 100, 70),
    (96, 120, 150), (235, 235, 236), (170, 150, 130),
)  # fmt: skip


def photographed(random: np.random.Generator, image: Image.Image) -> Image.Image:
    """As a camera sees it: light from a side, dark corners, something out of focus, a tint, grain."""
    width, height = image.size
    if random.random() < 0.45:  # far or near things are out of focus
        ramp = Image.linear_gradient("L").resize(image.size)
        if random.random() < 0.3:
            ramp = ramp.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        ramp = ramp.point(lambda value: min(255, max(0, (value - 70) * 3)))
        image = Image.composite(image, image.filter(ImageFilter.GaussianBlur(float(random.uniform(1, 3)))), ramp)
    else:  # no lens is as sharp as what is drawn
        image = image.filter(ImageFilter.GaussianBlur(float(random.uniform(0.4, 1.0))))
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x, y, corner = random.uniform(-0.28, 0.28), random.uniform(-0.22, 0.22), random.uniform(0, 0.3)
    light = 1 + x * across + y * down - corner * (across**2 + down**2) / 2
    if random.random() < 0.3:  # a lamp's patch of light
        u, v = random.uniform(-0.8, 0.8, 2)
        light = light + random.uniform(0.1, 0.35) * np.exp(-((across - u) ** 2 + (down - v) ** 2) / 0.3)
    tint = 1 + random.normal(0, 0.045, 3).astype(np.float32)
    grain = random.standard_normal((height, width, 1), dtype=np.float32) * float(random.uniform(0.8, 4.5))
    pixels = np.asarray(image, np.float32) * (light[:, :, None] * tint) * float(random.uniform(0.8, 1.2)) + grain
    pixels = 6 + pixels * (238 / 255)
    picture = Image.fromarray(np.clip(pixels, 0, 250).astype(np.uint8))
    if random.random() < 0.5:
        picture = ImageEnhance.Color(picture).enhance(float(random.uniform(0.35, 1.1)))
    return picture


def annotate(random: np.random.Generator, image: Image.Image) -> None:
    """Print words, arrows and a dashed ring on the photograph."""
    draw = ImageDraw.Draw(image)
    width, height = image.size
    least = min(width, height)
    colours: tuple[Colour, ...] = ((255, 0, 0), (255, 230, 0), FULL, (230, 110, 20), (0, 0, 0), (60, 220, 60))
    colour, family = colours[int(random.integers(6))], pick_family(random)
    thick = max(1, round(least * random.uniform(0.006, 0.018)))
    for _ in range(int(random.integers(1, 4))):
        x, y = random.uniform(0.2, 0.8) * width, random.uniform(0.2, 0.85) * height
        draws = random.random()
        if draws < 0.6:
            size = max(7, round(least * random.uniform(0.06, 0.15)))
            font = family.bold if random.random() < 0.5 else family.regular
            mark = stamp(WORDS[int(random.integers(len(WORDS)))], font, size)
            if mark.width < 0.6 * width:
                put_centred(image, (float(np.clip(x, mark.width / 2, width - mark.width / 2)), y), mark, colour)
        if draws > 0.4:
            end = (x + random.uniform(-0.2, 0.2) * width, y + random.uniform(0.05, 0.22) * height)
            draw_arrow(draw, (x, y + 0.06 * least), end, colour, thick)
        if draws > 0.85:
            r = least * random.uniform(0.08, 0.25)
            for angle in range(0, 360, 24):
                draw.arc((x - r, y - r, x + r, y + r), angle, angle + 14, colour, thick)


def draw_ground(random: np.random.Generator, width: int, height: int, colour: Colour | None = None) -> Image.Image:
    """A table, cloth, board, sheet of metal or paper that fills the picture."""
    colour = colour or one_of(random, GROUNDS)
    kind = int(random.integers(6))
    lit = np.ones((height, width), np.float32)
    if kind == 0:  # wood
        rings = smooth_noise(random, max(4, width // 12), height, 0.02)
        lit += 0.35 * (np.asarray(Image.fromarray(rings).resize((width, height))) - 0.5)
    elif kind == 1:  # brushed metal
        lit += 0.12 * random.standard_normal((height, 1), dtype=np.float32)
        lit += 0.3 * (smooth_noise(random, width, height, 0.5) - 0.5)
    elif kind == 2:  # cloth
        lit += weave(width, height, float(random.uniform(3, 6))) * 0.2
        lit += 0.35 * (smooth_noise(random, width, height, 0.35) - 0.5)
    elif kind == 3:  # stone, foam
        lit += 0.3 * (smooth_noise(random, width, height, float(random.uniform(0.01, 0.04))) - 0.5)
    else:  # paper, with a crease now and then
        lit += 0.22 * (smooth_noise(random, width, height, 0.6) - 0.5)
    image = Image.fromarray(np.clip(lit[:, :, None] * np.array(colour, np.float32), 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    if kind == 4:
        for _ in range(int(random.integers(1, 3))):
            x, y = random.uniform(0, width), random.uniform(0, height)
            line = ((0, y), (width, y + random.uniform(-20, 20)))
            draw.line(line if random.random() < 0.5 else ((x, 0), (x, height)), darker(colour, 0.88), 1)
    if kind == 5 and random.random() < 0.6:  # tiles, a cutting mat, a printed sheet
        step = max(width, height) * float(random.uniform(0.06, 0.4))
        for at in np.arange(float(random.uniform(0, step)), max(width, height), step).tolist():
            line_colour = mixed(colour, FULL if colour[0] < 150 else (90, 90, 90), 0.5)
            draw.line(((at, 0), (at, height)), line_colour, 1)
            draw.line(((0, at), (width, at)), line_colour, 1)
    return image


def weave(width: int, height: int, step: float) -> Floats:
    """Threads over and under one another, between -1 and 1."""
    across, down = np.sin(np.arange(width) * 2 * np.pi / step), np.sin(np.arange(height) * 2 * np.pi / step)
    return np.asarray(across[None, :] * down[:, None], np.float32)


def layer_of(width: int, height: int) -> Image.Image:
    return Image.new("RGBA", (width, height), (0, 0, 0, 0))


def lit_from_a_side(random: np.random.Generator, ground: Image.Image, layer: Image.Image) -> Image.Image:
    least = min(ground.size)
    light = (float(random.uniform(-0.07, 0.07)) * least, float(random.uniform(0.01, 0.07)) * least)
    return shadowed(ground, layer, light, least * float(random.uniform(0.01, 0.045)), float(random.uniform(0.4, 0.95)))


def glowing(
    random: np.random.Generator, image: Image.Image, places: list[tuple[float, float]], size: float
) -> Image.Image:
    """The picture with lamps at places given in shares of its sides."""
    lamps: tuple[Colour, ...] = ((255, 40, 30), (60, 255, 90), (70, 120, 255), (255, 240, 200), (255, 170, 40))
    width, height = image.size
    pixels = np.asarray(image, np.float32)
    colour = np.array(lamps[int(random.integers(len(lamps)))], np.float32)
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]
    for u, v in places:
        square = ((x - u * width) ** 2 + (y - v * height) ** 2) / (size * max(width, height)) ** 2
        pixels = pixels + (np.exp(-square / 6) * 0.7)[:, :, None] * colour + (255 * np.exp(-square))[:, :, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
