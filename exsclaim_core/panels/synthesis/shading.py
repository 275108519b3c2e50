"""Shapes that look solid: balls, tubes, cylinders, discs and boxes with light on them, for schemes and photographs."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from exsclaim_core.panels.synthesis.fonts import Colour
from exsclaim_core.panels.synthesis.pixels import Floats

Point = tuple[float, float]
FULL: Colour = (255, 255, 255)


def any_colour(random: np.random.Generator, low: int = 90, high: int = 255) -> Colour:
    """A colour with each channel between the two."""
    red, green, blue = (int(v) for v in random.integers(low, high, 3))
    return red, green, blue


def darker(colour: Colour, share: float) -> Colour:
    """The colour with a share of its light."""
    return round(colour[0] * share), round(colour[1] * share), round(colour[2] * share)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """So much of the other colour in the first."""
    a, b, c = (round(x + (y - x) * share) for x, y in zip(colour, other, strict=True))
    return a, b, c


def curve(start: Point, first: Point, second: Point, end: Point, count: int = 20) -> list[Point]:
    """Points along a cubic Bézier curve."""
    t = np.linspace(0, 1, count)[:, None]
    ends, handles = np.array((start, end)), np.array((first, second))
    way = (1 - t) ** 3 * ends[0] + 3 * (1 - t) ** 2 * t * handles[0] + 3 * (1 - t) * t**2 * handles[1] + t**3 * ends[1]
    return [(x, y) for x, y in way.tolist()]


def wavy(random: np.random.Generator, start: Point, end: Point, bend: float, count: int = 20) -> list[Point]:
    """Points along a curve between two places that leaves the straight way by up to `bend` pixels."""
    handles = random.uniform(-bend, bend, (2, 2))
    across, down = end[0] - start[0], end[1] - start[1]
    first = (start[0] + across / 3 + handles[0, 0], start[1] + down / 3 + handles[0, 1])
    second = (start[0] + across / 1.5 + handles[1, 0], start[1] + down / 1.5 + handles[1, 1])
    return curve(start, first, second, end, count)


def graded(size: tuple[int, int], first: Colour, second: Colour, across: bool = False) -> Image.Image:
    """A picture that passes from the first colour (top or left) to the second."""
    ramp = Image.linear_gradient("L")
    if across:
        ramp = ramp.transpose(Image.Transpose.ROTATE_90)
    image = Image.new("RGB", size, first)
    image.paste(second, (0, 0), ramp.resize(size))
    return image


def ball(image: Image.Image, x: float, y: float, radius: float, colour: Colour) -> None:
    """Paint a ball with light from the upper left."""
    side = max(2, round(2 * radius))
    picture, mask = _globe(side, colour)
    image.paste(picture, (round(x - side / 2), round(y - side / 2)), mask)


@lru_cache(1024)
def _globe(side: int, colour: Colour) -> tuple[Image.Image, Image.Image]:
    lit, shine, mask = _sphere(side)
    pixels = lit[:, :, None] * np.array(colour, np.float32) + shine[:, :, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), mask


@lru_cache(256)
def _sphere(side: int) -> tuple[Floats, Floats, Image.Image]:
    """Light, gloss and mask of a ball of so many pixels."""
    line = (np.arange(side, dtype=np.float32) + 0.5) / side * 2 - 1
    across, down = line[None, :], line[:, None]
    square = across**2 + down**2
    depth = np.sqrt(np.clip(1 - square, 0, 1))
    facing = np.clip(-0.4 * across - 0.5 * down + 0.77 * depth, 0, 1)
    covered = np.clip((1 - np.sqrt(square)) * side / 2 + 0.5, 0, 1) * 255
    lit = np.asarray(0.38 + 0.72 * facing, np.float32)
    return lit, np.asarray(210 * facing**24, np.float32), Image.fromarray(covered.astype(np.uint8))


def tube(draw: ImageDraw.ImageDraw, points: list[Point], width: float, colour: Colour, gloss: float = 0.5) -> None:
    """Draw a round tube, wire or fibre along the points."""
    steps = int(np.clip(width // 2, 2, 6))
    for step in range(steps):
        share = step / max(1, steps - 1)
        thick, shift = max(1, round(width * (1 - 0.85 * share))), -0.13 * width * share
        shade = mixed(darker(colour, 0.5), mixed(colour, FULL, gloss), share)
        line = [(x + shift, y + shift) for x, y in points]
        draw.line(line, shade, thick, joint="curve")
        if thick > 3:
            for x, y in (line[0], line[-1]):
                draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=shade)


def limb(draw: ImageDraw.ImageDraw, points: list[Point], radii: NDArray[np.float64], colour: Colour) -> None:
    """Draw a round body along the points that is as thick as its radii say: a finger, a handle, a bottle's neck."""
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        shade = mixed(darker(colour, 0.55), mixed(colour, FULL, 0.22), share)
        for (x, y), radius in zip(points, radii.tolist(), strict=True):
            small, shift = radius * (1 - 0.72 * share), -0.22 * radius * share
            draw.ellipse((x + shift - small, y + shift - small, x + shift + small, y + shift + small), fill=shade)


def cylinder(
    image: Image.Image, box: tuple[float, float, float, float], colour: Colour, tilt: float = 0.25, top: bool = True
) -> None:
    """Paint a standing cylinder into a box, seen from a little above."""
    x0, y0, x1, y1 = (round(side) for side in box)
    width, height = max(3, x1 - x0), max(3, y1 - y0)
    round_part = min(max(2, round(width * tilt)), height - 1)
    mask = Image.new("L", (width, height), 0)
    paint = ImageDraw.Draw(mask)
    paint.rectangle((0, round_part // 2, width, height - 1 - round_part // 2), fill=255)
    paint.ellipse((0, height - 1 - round_part, width - 1, height - 1), fill=255)
    paint.ellipse((0, 0, width - 1, round_part), fill=255)
    across = np.linspace(-1, 1, width, dtype=np.float32)
    lit = 0.42 + 0.6 * np.sqrt(np.clip(1 - (0.75 * (across + 0.25)) ** 2, 0, 1))
    row = lit[:, None] * np.array(colour, np.float32) + 90 * np.exp(-(((across + 0.45) / 0.13) ** 2))[:, None]
    body = Image.fromarray(np.clip(row, 0, 255).astype(np.uint8)[None]).resize((width, height))
    image.paste(body, (x0, y0), mask)
    if top:
        lid = (x0, y0, x0 + width - 1, y0 + round_part)
        ImageDraw.Draw(image).ellipse(lid, fill=mixed(colour, FULL, 0.3), outline=darker(colour, 0.7))


def block(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], deep: Point, colour: Colour) -> None:
    """Draw a box whose front fills the box given and whose back stands `deep` pixels to the right and above."""
    x0, y0, x1, y1 = box
    x1, y1 = max(x0, x1), max(y0, y1)
    dx, dy = deep
    draw.polygon(((x0, y0), (x0 + dx, y0 - dy), (x1 + dx, y0 - dy), (x1, y0)), mixed(colour, FULL, 0.25))
    draw.polygon(((x1, y0), (x1 + dx, y0 - dy), (x1 + dx, y1 - dy), (x1, y1)), darker(colour, 0.6))
    draw.rectangle((x0, y0, x1, y1), fill=darker(colour, 0.88))


def disc(image: Image.Image, box: tuple[float, float, float, float], thick: float, colour: Colour) -> None:
    """Paint a flat round plate: its upper face fills the box, its edge stands below."""
    x0, y0, x1, y1 = box
    draw = ImageDraw.Draw(image)
    for step in range(max(1, round(thick)), 0, -1):
        draw.ellipse((x0, y0 + step, x1, y1 + step), fill=darker(colour, 0.5 + 0.15 * (1 - step / max(1.0, thick))))
    draw.ellipse(box, fill=darker(colour, 0.8))
    size = (max(2, round(x1 - x0 - 2)), max(2, round(y1 - y0 - 2)))
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=255)
    face = graded(size, mixed(colour, FULL, 0.35), darker(colour, 0.9), across=True)
    image.paste(face, (round(x0 + 1), round(y0 + 1)), mask)


def paste_turned(image: Image.Image, small: Image.Image, middle: Point, degrees: float) -> None:
    """Lay a picture with transparency (RGBA) over another, turned about its middle."""
    turned = small.rotate(degrees, Image.Resampling.BILINEAR, expand=True)
    place = (round(middle[0] - turned.width / 2), round(middle[1] - turned.height / 2))
    image.paste(turned, place, turned)
