"""What joins and explains the drawings of a collage: arrows, braces, rays of enlargement, headings, legends."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.panels.synthesis.fonts import Colour, put, put_centred
from exsclaim_core.panels.synthesis.look import BLACK, WHITE, Look, brightness
from exsclaim_core.panels.synthesis.marks import draw_arrow
from exsclaim_core.panels.synthesis.schemes_flat import draw_word
from exsclaim_core.panels.synthesis.shading import Point, any_colour, ball, curve, darker, mixed


def draw_link(random: np.random.Generator, image: Image.Image, look: Look, start: Point, end: Point) -> None:
    """An arrow from one place to another: thin, broad, bent or dashed, with a word above it now and then."""
    draw = ImageDraw.Draw(image)
    across, down = end[0] - start[0], end[1] - start[1]
    length = float(np.hypot(across, down))
    if length < 4:
        return
    colour = any_colour(random, 0, 210) if random.random() < 0.6 else look.ink
    kind, thick = random.random(), max(1, round(look.line * random.uniform(1, 2.5)))
    ux, uy = across / length, down / length
    if kind < 0.4:
        draw_arrow(draw, start, end, colour, thick)
    elif kind < 0.75:  # broad, with a rim
        half = min(look.text * float(random.uniform(0.35, 0.8)), length * 0.35)
        neck = max(0.3, 1 - 2.2 * half / length)
        upper = ((0.0, 0.5), (neck, 0.5), (neck, 1.0), (1.0, 0.0))  # shares of the length and of half the head
        outline = (*upper, *((along, -off) for along, off in upper[2::-1]))
        points = [
            (start[0] + ux * length * along - uy * off * half, start[1] + uy * length * along + ux * off * half)
            for along, off in outline
        ]
        draw.polygon(points, mixed(colour, WHITE, 0.3), darker(colour, 0.6))
    elif kind < 0.9:
        bend = length * float(random.uniform(-0.5, 0.5))
        first = (start[0] + across * 0.3 - uy * bend, start[1] + down * 0.3 + ux * bend)
        second = (start[0] + across * 0.7 - uy * bend, start[1] + down * 0.7 + ux * bend)
        way = curve(start, first, second, end, 14)
        draw.line(way, colour, thick, joint="curve")
        draw_arrow(draw, way[-3], end, colour, thick)
    else:
        for share in np.arange(0, 0.9, 0.16).tolist():
            a, b = share * length, (share + 0.09) * length
            draw.line((start[0] + ux * a, start[1] + uy * a, start[0] + ux * b, start[1] + uy * b), colour, thick)
        draw_arrow(draw, (end[0] - ux * length * 0.1, end[1] - uy * length * 0.1), end, colour, thick)
    mark = draw_word(random, look, 0.85)
    if abs(across) > mark.width and random.random() < 0.6:
        put_centred(image, (start[0] + across / 2, start[1] + down / 2 - look.text * 1.1), mark, look.ink)


def draw_brace(draw: ImageDraw.ImageDraw, start: Point, end: Point, width: float, colour: Colour, thick: int) -> None:
    """A curly brace that opens to the left and spans from the upper to the lower place."""
    middle = (start[0] + width, (start[1] + end[1]) / 2)
    for corner in (start, end):
        inner = (start[0] + width * 0.5, corner[1])
        way = curve(corner, (start[0] + width * 0.7, corner[1]), (inner[0], middle[1]), middle, 16)
        draw.line(way, colour, thick, joint="curve")


def draw_rays(
    draw: ImageDraw.ImageDraw,
    spot: Point,
    radius: float,
    middle: Point,
    reach: float,
    ring: bool,
    colour: Colour,
    thick: int,
) -> None:
    """Mark a spot, and draw dashed lines from it to a circle or square around another place."""
    box = (spot[0] - radius, spot[1] - radius, spot[0] + radius, spot[1] + radius)
    if ring:
        draw.ellipse(box, outline=colour, width=thick)
    else:
        draw.rectangle(box, outline=colour, width=thick)
    for sign in (-1, 1):
        x0, y0 = spot[0] + (0 if ring else radius), spot[1] + sign * radius
        x1, y1 = middle[0] - (0 if ring else reach), middle[1] + sign * reach
        for share in np.arange(0, 1, 0.08).tolist():
            along = (share, share + 0.045)
            draw.line([(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in along], colour, thick)


def draw_heading(
    random: np.random.Generator, image: Image.Image, look: Look, box: tuple[float, float, float, float]
) -> None:
    """A word in a coloured bar, or without one."""
    x0, y0, x1, y1 = box
    colour = any_colour(random, 40, 240)
    barred = random.random() < 0.65
    if barred:
        draw = ImageDraw.Draw(image)
        if random.random() < 0.4:
            draw.rounded_rectangle(box, (y1 - y0) * 0.4, fill=colour)
        else:
            draw.rectangle(box, fill=colour)
    mark = draw_word(random, look, 1.1, True)
    if mark.width < x1 - x0 and mark.height < y1 - y0:
        ink = (WHITE if brightness(colour) < 140 else BLACK) if barred else look.ink
        put_centred(image, ((x0 + x1) / 2, (y0 + y1) / 2), mark, ink)


def draw_legend(random: np.random.Generator, image: Image.Image, look: Look, y: float) -> None:
    """Coloured balls or squares in a row, each with its word."""
    draw = ImageDraw.Draw(image)
    x, side, square = look.text * 0.6, look.text * 0.45, random.random() < 0.5
    for _ in range(int(random.integers(2, 7))):
        mark = draw_word(random, look, 0.9)
        if x + mark.width + 3 * side > image.width:
            return
        colour = any_colour(random, 30, 240)
        if square:
            draw.rectangle((x, y - side, x + 2 * side, y + side), fill=colour, outline=darker(colour, 0.5))
        else:
            ball(image, x + side, y, side, colour)
        put(image, (x + 3 * side, y - mark.height / 2), mark, look.ink)
        x += mark.width + look.text * 2.2


def draw_leader(
    random: np.random.Generator, image: Image.Image, look: Look, start: Point, right: float, bold: bool = False
) -> None:
    """A line from a place to a word that stands at the right of it, where there is room."""
    mark = draw_word(random, look, 1.0, bold)
    if right + mark.width < image.width:
        ImageDraw.Draw(image).line((*start, right - 2, start[1]), look.ink, look.line)
        put(image, (right, start[1] - mark.height / 2), mark, look.ink)
