"""Schemes of cells and materials: electrodes and ions, packed particles, dendrites, active surfaces, vessels."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.panels.synthesis.fonts import Colour, put_centred
from exsclaim_core.panels.synthesis.look import BLACK, WHITE, Look, brightness
from exsclaim_core.panels.synthesis.marks import draw_arrow
from exsclaim_core.panels.synthesis.schemes_flat import Draw, draw_word
from exsclaim_core.panels.synthesis.shading import (
    FULL,
    any_colour,
    ball,
    block,
    curve,
    cylinder,
    darker,
    graded,
    mixed,
    wavy,
)

GREY: Colour = (150, 152, 156)
IONS = ("Li^{+}", "e^{–}", "Na^{+}", "+", "–", "H^{+}", "Zn^{2+}", "OH^{–}", "O_{2}", "A^{–}")


def draw_ions(
    random: np.random.Generator, image: Image.Image, look: Look, box: tuple[float, float, float, float], count: int
) -> None:
    """Balls of two or three sorts in a box, with their sign on some."""
    x0, y0, x1, y1 = box
    most = max(2.0, min(x1 - x0, y1 - y0) / 5)
    kinds = [(any_colour(random, 20), min(most, look.text * float(random.uniform(0.25, 0.95)))) for _ in range(3)]
    sign = IONS[int(random.integers(len(IONS)))] if random.random() < 0.5 else ""
    for _ in range(count):
        colour, radius = kinds[int(random.integers(3))]
        if x1 - x0 <= 2 * radius or y1 - y0 <= 2 * radius:
            continue
        x, y = random.uniform(x0 + radius, x1 - radius), random.uniform(y0 + radius, y1 - radius)
        ball(image, x, y, radius, colour)
        if sign and colour == kinds[0][0] and radius > 0.6 * look.text:
            put_centred(image, (x, y), look.words(sign, 0.75), WHITE if brightness(colour) < 140 else BLACK)


def draw_cell(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """A battery: two electrodes, an electrolyte with ions between them, a wire with a lamp above, words."""
    width, height = image.size
    top = height * (0.24 if random.random() < 0.75 else 0.06)
    foot = height * float(random.uniform(0.82, 0.98))
    plate = width * float(random.uniform(0.08, 0.2))
    left, right = width * 0.05, width * float(random.uniform(0.88, 0.94))
    deep = (width * 0.05, height * 0.05) if random.random() < 0.5 else (0.0, 0.0)
    one, two = any_colour(random, 60, 230), any_colour(random, 60, 230)
    fluid = mixed(any_colour(random, 80), FULL, 0.5)
    inner = (left + plate, top + height * 0.03, right - plate, foot)
    size = (max(2, round(inner[2] - inner[0])), max(2, round(inner[3] - inner[1])))
    free = random.random() < 0.35  # nothing is filled between the plates
    if not free:
        image.paste(
            graded(size, mixed(fluid, FULL, 0.6), fluid, bool(random.random() < 0.5)),
            (round(inner[0]), round(inner[1])),
        )
    for x, colour in ((left, one), (right - plate, two)):
        if deep[0]:
            block(draw, (x, top, x + plate, foot), deep, colour)
        else:
            face = graded(
                (max(2, round(plate)), max(2, round(foot - top))), mixed(colour, FULL, 0.35), darker(colour, 0.8), True
            )
            image.paste(face, (round(x), round(top)))
        if random.random() < 0.4:  # of particles
            step = max(3.0, plate / float(random.integers(2, 5)))
            shade = any_colour(random, 30, 220)
            for y in np.arange(top + step / 2, foot - step / 3, step).tolist():
                for u in np.arange(x + step / 2, x + plate - step / 3, step).tolist():
                    ball(image, u, y, step * 0.5, shade)
        word = draw_word(random, look, 1.0, bool(random.random() < 0.4)).turned()
        if word.width < plate and word.height < foot - top:
            put_centred(image, (x + plate / 2, (top + foot) / 2), word, BLACK)
    if random.random() < 0.6:
        x = (inner[0] + inner[2]) / 2
        for y in np.arange(inner[1], inner[3], 8 * look.line).tolist():
            draw.line((x, y, x, y + 4 * look.line), look.ink, 2 * look.line)
    draw_ions(random, image, look, inner, int(random.integers(4, 26)))
    for _ in range(int(random.integers(0, 4))):
        x, y = random.uniform(inner[0], inner[2]), random.uniform(inner[1], inner[3])
        end = (float(np.clip(x + random.uniform(-0.3, 0.3) * width, inner[0], inner[2])), y)
        draw_arrow(draw, (x, y), end, any_colour(random, 0, 160), max(2, look.text // 5))
    if top > height * 0.2:
        high, thick = height * 0.09, max(1, 2 * look.line)
        wire = any_colour(random, 0, 120) if random.random() < 0.5 else look.ink
        a, b = left + plate / 2, right - plate / 2
        draw.line(((a, top - deep[1] / 2), (a, high), (b, high), (b, top - deep[1] / 2)), wire, thick)
        r = min(height * 0.08, width * 0.06)
        bulb = (255, 225, 90) if random.random() < 0.6 else WHITE
        draw.ellipse(((a + b) / 2 - r, high - r, (a + b) / 2 + r, high + r), fill=bulb, outline=wire, width=thick)
        for share in (0.25, 0.75):
            x = a + share * (b - a)
            draw_arrow(draw, (x - 0.04 * width, high), (x + 0.04 * width, high), wire, thick)
            put_centred(image, (x, high + look.text * 0.9), look.words("e^{–}"), look.ink)
    mark = draw_word(random, look, 1.1, True)
    if mark.width < width and mark.height < height - foot:
        put_centred(image, (width / 2, (foot + height) / 2), mark, look.ink)


def draw_packing(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """A composite: a rectangle or circle packed with particles, ways of ions winding through it, a word below."""
    width, height = image.size
    matrix, grain, rim = any_colour(random, 130), any_colour(random, 30, 240), any_colour(random, 30, 240)
    part = Image.new("RGB", image.size, matrix)
    brush = ImageDraw.Draw(part)
    radius = min(width, height) * float(random.uniform(0.03, 0.12))
    flat = bool(random.random() < 0.5)
    regular = random.random() < 0.45
    step = radius * float(random.uniform(2.0, 2.8))
    places = (
        [(x + (r % 2) * step / 2, y) for r, y in enumerate(np.arange(0, height + step, step * 0.87).tolist())
         for x in np.arange(0, width + step, step).tolist()][:500]
        if regular
        else [(float(u) * width, float(v) * height) for u, v in random.random((int(random.integers(8, 90)), 2))]
    )  # fmt: skip
    for x, y in places:
        r = radius if regular else radius * float(random.uniform(0.6, 1.3))
        if flat:
            brush.ellipse((x - r, y - r, x + r, y + r), fill=grain, outline=rim, width=max(1, round(r * 0.25)))
        else:
            ball(part, x, y, r, grain if random.random() < 0.85 else rim)
    for _ in range(int(random.integers(0, 4))):
        y = random.uniform(0.1, 0.9) * height
        way = wavy(random, (0.0, y), (float(width), y), height * 0.3)
        brush.line(way, any_colour(random, 0, 130), max(2, look.text // 4), joint="curve")
    mask = Image.new("L", image.size, 0)
    shape = ImageDraw.Draw(mask)
    foot = height * float(random.choice((0.98, 0.82)))
    if random.random() < 0.3:
        side = min(width, foot) * 0.98
        shape.ellipse(((width - side) / 2, 0, (width + side) / 2, side), fill=255)
    else:
        shape.rounded_rectangle((1, 1, width - 2, foot), radius if random.random() < 0.3 else 0, fill=255)
    image.paste(part, (0, 0), mask)
    if foot < height * 0.9:
        mark = draw_word(random, look)
        put_centred(image, (width / 2, (foot + height) / 2 + 2), mark, look.ink)


def draw_growth(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """An electrode from which dendrites grow, or that stays smooth, below an electrolyte with ions."""
    width, height = image.size
    foot = height * float(random.uniform(0.65, 0.8))
    fluid, metal = mixed(any_colour(random, 60), FULL, 0.45), any_colour(random, 110, 200)
    image.paste(graded((width, max(2, round(foot))), mixed(fluid, FULL, 0.5), fluid), (0, 0))
    draw_ions(random, image, look, (0, 0, width, foot * 0.6), int(random.integers(5, 22)))
    draw.rectangle((0, foot, width, height * 0.95), fill=metal)
    count = int(random.integers(3, 10))
    sort = random.random()
    for at in range(count):
        x, half = (at + random.uniform(0.2, 0.8)) * width / count, 0.3 * width / count
        tall = foot * float(random.uniform(0.1, 0.55))
        if sort < 0.5:
            draw.polygon(
                ((x - half, foot + 1), (x + random.uniform(-1, 1) * half, foot - tall), (x + half, foot + 1)), metal
            )
            for sign in (-1, 1):
                y = foot - tall * float(random.uniform(0.3, 0.6))
                draw.line((x, y, x + sign * half, y - half), metal, max(1, round(half / 3)))
        else:
            draw.ellipse((x - half, foot - half * 0.6, x + half, foot + half * 0.6), fill=mixed(metal, FULL, 0.15))
    if random.random() < 0.5:
        for x in np.linspace(0.15, 0.85, int(random.integers(2, 5))).tolist():
            draw_arrow(
                draw,
                (x * width, foot * 0.2),
                (x * width, foot * 0.5),
                any_colour(random, 0, 150),
                max(2, look.text // 4),
            )
    mark = draw_word(random, look, 1.0, True)
    if mark.width < width and mark.height < height * 0.95 - foot:
        put_centred(image, (width / 2, (foot + height * 0.95) / 2), mark, BLACK)


def draw_surface(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """The large round edge of a particle with sites on it, molecules beside it, bent arrows and signs of ions."""
    width, height = image.size
    ground = any_colour(random, 70, 255)
    if random.random() < 0.6:
        image.paste(graded(image.size, ground, mixed(ground, FULL, 0.6)), (0, 0))
    radius = max(width, height) * float(random.uniform(0.55, 0.85))
    middle = (float(random.choice((0.1, 0.5, 0.9))) * width, height + radius * float(random.uniform(-0.55, 0.1)))
    ball(image, *middle, radius, any_colour(random, 60, 220))
    site = any_colour(random, 30, 230)
    small = min(width, height) * float(random.uniform(0.02, 0.05))
    for _ in range(int(random.integers(6, 40))):
        angle, reach = random.uniform(-np.pi, 0), radius * random.uniform(0.3, 0.97)
        ball(image, middle[0] + reach * np.cos(angle), middle[1] + reach * np.sin(angle), small, site)
    for _ in range(int(random.integers(1, 5))):
        x, y = random.uniform(0.15, 0.85) * width, random.uniform(0.1, 0.75) * height
        colour, thick = any_colour(random, 0, 255), max(2, round(look.text * 0.35))
        bend = random.uniform(-0.2, 0.2, 2) * width
        end = (x + bend[0], y + abs(bend[1]))
        way = curve((x, y), (x + bend[1], y), (end[0] + bend[1], end[1]), end, 14)
        draw.line(way, colour, thick, joint="curve")
        draw_arrow(draw, way[-2], (end[0] + 1, end[1] + thick * 3), colour, thick)
        ball(image, x, y - small * 2, small * 2, any_colour(random, 20))
        ball(image, x + small * 2, y - small * 3, small * 2, any_colour(random, 20))
        sign = look.words(IONS[int(random.integers(len(IONS)))], 1.1, True)
        put_centred(
            image,
            (float(np.clip(x, sign.width, width - sign.width)), y + look.text),
            sign,
            WHITE if random.random() < 0.3 else BLACK,
        )


def draw_vessels(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Beakers, tanks, tubes and rollers in a row, joined by pipes or arrows, with words below."""
    width, height = image.size
    count = int(np.clip(width // (look.text * 6), 1, random.integers(2, 6)))
    step = width / count
    foot = min(height * 0.82, height / 2 + step * 0.6)
    middle = foot - min(height * 0.3, step * 0.35)
    for at in range(count):
        x, half = (at + 0.5) * step, step * float(random.uniform(0.24, 0.36))
        top = foot - min(height * 0.68, half * float(random.uniform(1.4, 3.2)))
        fluid = any_colour(random, 70, 250)
        match int(random.integers(4)):
            case 0:  # a beaker
                level = top + (foot - top) * float(random.uniform(0.25, 0.6))
                cylinder(image, (x - half, level, x + half, foot), fluid)
                draw.line(((x - half - 2, top), (x - half, foot - half * 0.2)), look.ink, 2 * look.line)
                draw.line(((x + half + 2, top), (x + half, foot - half * 0.2)), look.ink, 2 * look.line)
                draw.ellipse(
                    (x - half - 2, top - half * 0.2, x + half + 2, top + half * 0.2), outline=look.ink, width=look.line
                )
                draw_ions(random, image, look, (x - half * 0.8, level + half * 0.3, x + half * 0.8, foot), 5)
            case 1:
                cylinder(image, (x - half, top, x + half, foot), fluid)
            case 2:  # a conical flask
                neck = half * 0.3
                side = (
                    (x - neck, top),
                    (x - neck, top + (foot - top) * 0.35),
                    (x - half, foot),
                    (x + half, foot),
                    (x + neck, top + (foot - top) * 0.35),
                    (x + neck, top),
                )
                draw.polygon(side, mixed(fluid, FULL, 0.7), look.ink)
                low = top + (foot - top) * 0.65
                draw.polygon(
                    ((x - half * 0.62, low), (x - half, foot), (x + half, foot), (x + half * 0.62, low)), fluid
                )
            case _:  # rollers, gears
                r = min(half, (foot - top) / 2)
                for y in (top + r, foot - r * 0.6):
                    draw.regular_polygon((x, y, r), 12, fill=darker(GREY, 0.7))
                    ball(image, x, y, r * 0.85, GREY)
        if at:
            draw_arrow(
                draw,
                (x - step * 0.62, middle),
                (x - step * 0.38, middle),
                any_colour(random, 0, 200),
                max(2, look.text // 4),
            )
        mark = draw_word(random, look)
        if mark.width < step:
            put_centred(image, (x, min(height - look.text, foot + look.text)), mark, look.ink)


CELLS: dict[str, Draw] = {
    "cell": draw_cell,
    "packing": draw_packing,
    "growth": draw_growth,
    "surface": draw_surface,
    "vessels": draw_vessels,
}
