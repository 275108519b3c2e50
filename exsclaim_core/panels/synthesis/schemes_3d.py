"""Schemes with light and shade: stacks of plates, arrays, cubes, particles with shells, fibres."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.panels.synthesis.fonts import put_centred
from exsclaim_core.panels.synthesis.links import draw_leader
from exsclaim_core.panels.synthesis.look import Look
from exsclaim_core.panels.synthesis.marks import draw_arrow
from exsclaim_core.panels.synthesis.schemes_cells import draw_ions
from exsclaim_core.panels.synthesis.schemes_flat import Draw, draw_word
from exsclaim_core.panels.synthesis.shading import (
    any_colour,
    ball,
    block,
    cylinder,
    darker,
    disc,
    tube,
    wavy,
)


def draw_discs(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Round plates or slanted sheets floating one above the other, with their names beside them."""
    count = int(np.clip(image.height // (look.text * 2.2), 2, random.integers(2, 8)))
    named = random.random() < 0.75 and image.width > 12 * look.text
    across = image.width * (float(random.uniform(0.4, 0.55)) if named else float(random.uniform(0.6, 0.95)))
    step = image.height / count
    tall, thick = step * float(random.uniform(0.45, 0.75)), step * float(random.uniform(0.05, 0.3))
    round_ones = random.random() < 0.55
    slant = across * float(random.uniform(0.12, 0.3))
    for at in range(count):
        colour, y = any_colour(random, 50, 245), at * step + step * 0.05
        if round_ones:
            disc(image, (2, y, across, y + tall), thick, colour)
        else:
            face = ((slant, y), (across, y), (across - slant, y + tall), (2, y + tall))
            draw.polygon([(x, v + thick) for x, v in face], darker(colour, 0.6))
            draw.polygon(face, colour)
            if random.random() < 0.35:
                for x in np.arange(slant, across - slant, max(3.0, tall / 3)).tolist():
                    ball(image, x, y + tall * random.uniform(0.2, 0.8), tall * 0.14, darker(colour, 0.7))
        if named:
            draw_leader(random, image, look, (across - slant / 2, y + tall / 2), across + look.text)


def draw_array(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Pillars, balls, cones or cubes in rows on a plate, seen at a slant; or cubes stacked to a cube."""
    width, height = image.size
    rows, columns = int(random.integers(2, 6)), int(random.integers(3, 8))
    sort, colour, base = int(random.integers(4)), any_colour(random, 60, 245), any_colour(random, 90, 240)
    slant = float(random.uniform(0.15, 0.5))
    step = min(width * 0.9 / (columns + slant * rows), height / (rows * 0.55 + 1.6))
    down = step * float(random.uniform(0.4, 0.6))
    tall = step * float(random.uniform(0.5, 1.6))
    x0, y0 = width * 0.04, min(height * 0.9 - rows * down, height * 0.08 + tall)
    if random.random() < 0.75:
        shift = slant * step * rows
        top = (
            (x0 + shift, y0),
            (x0 + shift + columns * step, y0),
            (x0 + columns * step, y0 + rows * down),
            (x0, y0 + rows * down),
        )
        thick = max(2.0, step * 0.25)
        draw.polygon([(x, y + thick) for x, y in top], darker(base, 0.6))
        draw.polygon(top, base)
    for row in range(rows):
        for column in range(columns):
            x = x0 + (column + 0.5) * step + slant * step * (rows - row - 0.5)
            y = y0 + (row + 0.6) * down
            if sort == 0:
                cylinder(image, (x - step * 0.3, y - tall, x + step * 0.3, y + step * 0.1), colour)
            elif sort == 1:
                ball(image, x, y - step * 0.25, step * 0.42, colour)
            elif sort == 2:
                draw.polygon(((x - step * 0.3, y), (x, y - tall), (x + step * 0.3, y)), colour)
                draw.polygon(((x + step * 0.05, y), (x, y - tall), (x + step * 0.3, y)), darker(colour, 0.6))
            else:
                side = step * 0.55
                block(draw, (x - side / 2, y - min(tall, side), x + side / 2, y), (side * 0.3, side * 0.25), colour)
    if random.random() < 0.5:
        mark = draw_word(random, look)
        put_centred(image, (width / 2, height - mark.height), mark, look.ink)


def draw_cube(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """A cube of cubes, an open frame or a slab of layers with particles on its faces, and words led to it."""
    width, height = image.size
    side = min(width * 0.6, height * 0.68)
    deep = (side * float(random.uniform(0.25, 0.45)), side * float(random.uniform(0.2, 0.38)))
    x, y = (width - side - deep[0]) * float(random.uniform(0.1, 0.6)), height * 0.95 - side
    count, colour = int(random.integers(2, 6)), any_colour(random, 70, 240)
    other = any_colour(random, 40, 240)
    sort = int(random.integers(3))
    if sort == 0:  # cubes
        part = side / count
        for row in range(count):
            for column in range(count):
                shade = colour if (row + column) % 2 or random.random() < 0.6 else other
                box = (x + column * part + 1, y + row * part + 1, x + (column + 1) * part - 1, y + (row + 1) * part - 1)
                top, right = row == 0, column == count - 1
                block(draw, box, (deep[0] * (top or right), deep[1] * (top or right)), shade)
        for at in range(1, count):
            edge = darker(colour, 0.5)
            a, b = at * side / count, at / count
            draw.line((x + deep[0] * b, y - deep[1] * b, x + side + deep[0] * b, y - deep[1] * b), edge, look.line)
            draw.line((x + a, y, x + a + deep[0], y - deep[1]), edge, look.line)
            draw.line((x + side, y + a, x + side + deep[0], y + a - deep[1]), edge, look.line)
            draw.line(
                (x + side + deep[0] * b, y - deep[1] * b, x + side + deep[0] * b, y + side - deep[1] * b),
                edge,
                look.line,
            )
    elif sort == 1:  # layers
        bottom = y + side
        for share in (random.dirichlet(np.full(count, 3.0)) * side).tolist():
            shade = any_colour(random, 60, 240)
            block(draw, (x, bottom - share, x + side, bottom), deep, shade)
            if random.random() < 0.4:
                draw_ions(random, image, look, (x, bottom - share, x + side, bottom), 14)
            draw_leader(
                random,
                image,
                look,
                (x + side + deep[0] * 0.6, bottom - share / 2 - deep[1] / 2),
                x + side + deep[0] + look.text,
            )
            bottom -= share
    else:  # one block with particles on its faces
        block(draw, (x, y, x + side, y + side), deep, colour)
        size = side * float(random.uniform(0.03, 0.09))
        for _ in range(int(random.integers(15, 90))):
            u, v = random.uniform(size, side - size, 2)
            face = int(random.integers(3))
            place = (
                (x + u, y + v),
                (x + u + deep[0] * v / side, y - deep[1] * v / side),
                (x + side + deep[0] * u / side, y + v - deep[1] * u / side),
            )[face]
            ball(image, *place, size * (1.0, 0.7, 0.8)[face], other)
        for _ in range(int(random.integers(0, 7))):
            u, v = random.uniform(0, side, 2)
            tube(draw, wavy(random, (x + u, y), (x + v, y + side), side * 0.3), max(2, size * 0.5), any_colour(random))


def draw_shells(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Particles that grow shells or are covered with smaller ones, one after another, with arrows between them."""
    width, height = image.size
    count = int(np.clip(round(width / height * random.uniform(0.8, 1.6)), 1, 6))
    below = look.text * 1.7 if random.random() < 0.7 else 0.0
    step = width / count
    radius = min(step * 0.38, (height - below) * 0.46)
    colours = [any_colour(random, 40, 240) for _ in range(4)]
    decorated = bool(random.random() < 0.5)
    for at in range(count):
        x, y = (at + 0.5) * step, (height - below) / 2
        shells = min(3, 1 + (at if count > 1 else int(random.integers(1, 3))))
        for shell in range(shells, 0, -1):
            r = radius * (0.55 + 0.15 * shell)
            ball(image, x, y, r, colours[shell - 1])
            if shell > 1 and (count == 1 or random.random() < 0.6):  # cut open
                draw.pieslice((x - r, y - r, x + r, y + r), -70, 20, fill=darker(colours[shell - 1], 0.7))
                ball(image, x, y, r * 0.8, colours[shell - 2])
        if decorated and (at or count == 1):
            around = random.uniform(0, 2 * np.pi, int(random.integers(8, 40)))
            for angle in around.tolist():
                reach = radius * float(random.uniform(0.2, 0.95))
                ball(image, x + reach * np.cos(angle), y + reach * np.sin(angle), radius * 0.1, colours[3])
        if at:
            draw_arrow(
                draw,
                (x - step * 0.6, y),
                (x - step * 0.4, y),
                any_colour(random, 0, 200),
                max(2, round(look.text * 0.3)),
            )
        mark = draw_word(random, look)
        if below and mark.width < step:
            put_centred(image, (x, height - below / 2), mark, look.ink)


def draw_fibres(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Fibres, wires or tubes that cross one another, with particles on them; a bundle; one with layers around it."""
    width, height = image.size
    least = min(width, height)
    thick = least * float(random.uniform(0.03, 0.14))
    colour, other = any_colour(random, 60, 240), any_colour(random, 60, 240)
    if random.random() < 0.3:  # one cable, its layers laid bare step by step
        y = height * float(random.uniform(0.35, 0.6))
        for at in range(1, int(random.integers(4, 7))):  # the inner ones reach farther, the outer ones lie over them
            reach, body = width * (1.02 - 0.18 * at), thick * at * 0.8
            tube(draw, [(body / 2, y), (max(body, reach), y)], body, any_colour(random, 50, 240), 0.4)
    else:
        for _ in range(int(random.integers(4, 16))):
            start = (float(random.uniform(0.02, 0.5)) * width, float(random.uniform(0.05, 0.95)) * height)
            end = (float(random.uniform(0.5, 0.98)) * width, float(random.uniform(0.05, 0.95)) * height)
            tube(draw, wavy(random, start, end, least * 0.2), thick, colour if random.random() < 0.7 else other)
        for _ in range(int(random.choice((0, 0, 10, 30)))):
            ball(image, random.uniform(0.1, 0.9) * width, random.uniform(0.1, 0.9) * height, thick * 0.6, other)
    if random.random() < 0.5:
        draw_leader(random, image, look, (width * 0.5, height * float(random.uniform(0.1, 0.9))), width * 0.7)


SHADED: dict[str, Draw] = {
    "discs": draw_discs,
    "array": draw_array,
    "cube": draw_cube,
    "shells": draw_shells,
    "fibres": draw_fibres,
}
