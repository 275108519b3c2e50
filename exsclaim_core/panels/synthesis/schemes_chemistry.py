"""Schemes of chemistry and physics: crystals of polyhedra, large molecules, reactions, levels, fields with a scale."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.panels.synthesis.colours import coloured
from exsclaim_core.panels.synthesis.fonts import Colour, put, put_centred
from exsclaim_core.panels.synthesis.look import Look
from exsclaim_core.panels.synthesis.marks import draw_arrow
from exsclaim_core.panels.synthesis.pixels import smooth_noise
from exsclaim_core.panels.synthesis.schemes_flat import Draw, draw_word
from exsclaim_core.panels.synthesis.shading import FULL, Point, any_colour, ball, darker, mixed

GROUPS = ("OH", "NH_{2}", "O", "N", "CH_{3}", "R", "Cl", "S", "CN", "COOH", "F", "OCH_{3}", "Br", "H", "O^{–}", "N^{+}")


def draw_polyhedra(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """A crystal of octahedra or tetrahedra with balls at their corners and between them, its cell, its axes."""
    width, height = image.size
    columns, rows = int(random.integers(2, 6)), int(random.integers(2, 6))
    step = min(width / (columns + 0.7), height / (rows + 0.7))
    lean = float(random.uniform(-0.25, 0.25))
    kinds = [any_colour(random, 50, 235) for _ in range(2)]
    atom, guest = any_colour(random, 30), any_colour(random, 30)
    corners_shown, guests = random.random() < 0.8, random.random() < 0.7
    x0, y0 = (width - (columns - 1) * step) / 2, (height - (rows - 1) * step) / 2
    fill = random.random() < 0.85
    for row in range(rows):
        for column in range(columns):
            x = x0 + column * step + lean * (row - rows / 2) * step * 0.5
            y = y0 + row * step + lean * (column - columns / 2) * step * 0.5
            colour = kinds[(row + column) % 2 if lean > 0 else row % 2]
            a, b = step * 0.48, step * 0.5
            left, right, top, low = (x - a, y + b * 0.1), (x + a, y - b * 0.1), (x, y - b), (x, y + b)
            near = (x + a * 0.25, y + b * 0.25)
            if fill:
                for face, share in (
                    ((left, top, near), 1.0),
                    ((top, right, near), 0.75),
                    ((left, near, low), 0.65),
                    ((near, right, low), 0.5),
                ):
                    draw.polygon(
                        face, mixed(colour, FULL, 0.3) if share == 1 else darker(colour, share), darker(colour, 0.45)
                    )
            else:
                for end in (left, right, top, low, near):
                    draw.line((x, y, *end), darker(colour, 0.7), max(1, round(step * 0.07)))
                ball(image, x, y, step * 0.2, colour)
            if corners_shown:
                for place in (left, right, top, low, near):
                    ball(image, *place, step * 0.085, atom)
    if guests:
        for row in range(rows - 1):
            for column in range(columns - 1):
                ball(image, x0 + (column + 0.5) * step, y0 + (row + 0.5) * step, step * 0.15, guest)
    if random.random() < 0.5:
        draw.rectangle((x0, y0, x0 + (columns - 1) * step, y0 + (rows - 1) * step), outline=look.ink, width=look.line)
    if random.random() < 0.5:
        x, y, reach = look.text * 0.8, height - look.text * 0.8, look.text * 2.0
        draw_arrow(draw, (x, y), (x + reach, y), look.ink, look.line)
        draw_arrow(draw, (x, y), (x, y - reach), look.ink, look.line)
        put(image, (x + reach + 2, y - look.text), look.words("b"), look.ink)
        put(image, (x + 3, y - reach - look.text), look.words("c"), look.ink)


def _ring(draw: ImageDraw.ImageDraw, middle: Point, bond: float, colour: Colour, thick: int, sides: int) -> list[Point]:
    angles = np.pi / 6 + np.arange(sides) * 2 * np.pi / sides
    corners = [(middle[0] + bond * float(np.cos(a)), middle[1] + bond * float(np.sin(a))) for a in angles]
    draw.polygon(corners, outline=colour, width=thick)
    return corners


def _rings(random: np.random.Generator, image: Image.Image, look: Look, box: tuple[float, float, float, float]) -> None:
    """Rings grown together in a box, double bonds, groups around them, now and then in brackets."""
    draw = ImageDraw.Draw(image)
    x0, y0, x1, y1 = box
    bond = float(np.clip(min(x1 - x0, y1 - y0) / random.uniform(5, 9), look.text * 0.7, look.text * 2.6))
    colour = look.ink if random.random() < 0.75 else any_colour(random, 0, 190)
    thick = max(1, look.line)
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    cells, taken = [(0, 0)], {(0, 0)}
    for _ in range(int(random.integers(0, 8))):
        q, r = cells[int(random.integers(len(cells)))]
        dq, dr = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))[int(random.integers(6))]
        if (q + dq, r + dr) not in taken:
            taken.add((q + dq, r + dr))
            cells.append((q + dq, r + dr))
    for q, r in cells:
        centre = (middle[0] + bond * 1.732 * (q + r / 2), middle[1] + bond * 1.5 * r)
        if not (x0 + bond < centre[0] < x1 - bond and y0 + bond < centre[1] < y1 - bond):
            continue
        corners = _ring(draw, centre, bond, colour, thick, 6 if random.random() < 0.85 else 5)
        for at in range(int(random.integers(2)), len(corners) - 1, 2):
            inner = [(0.8 * c[0] + 0.2 * centre[0], 0.8 * c[1] + 0.2 * centre[1]) for c in corners[at : at + 2]]
            draw.line(inner, colour, thick)
        for corner in corners:
            if random.random() < 0.28:
                tip = (2 * corner[0] - centre[0], 2 * corner[1] - centre[1])
                mark = look.words(GROUPS[int(random.integers(len(GROUPS)))], 0.95)
                if x0 + mark.width < tip[0] < x1 - mark.width and y0 + mark.height < tip[1] < y1 - mark.height:
                    draw.line((*corner, *tip), colour, thick)
                    out = 1 if tip[0] >= centre[0] else -1
                    put_centred(image, (tip[0] + out * mark.width * 0.55, tip[1]), mark, colour)
    if random.random() < 0.25:
        arm = (x1 - x0) * 0.05
        for x, sign in ((x0 + 1, 1), (x1 - 1, -1)):
            draw.line(((x + sign * arm, y0 + 2), (x, y0 + 2), (x, y1 - 2), (x + sign * arm, y1 - 2)), look.ink, thick)
        put(image, (x1 + 1, y1 - look.text), look.words("n", 0.9), look.ink)


def draw_reaction(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """One to four large molecules with arrows that have words above and below, plus signs, names."""
    width, height = image.size
    count = int(np.clip(round(width / max(height, look.text * 7) * random.uniform(0.6, 1.3)), 1, 4))
    below = look.text * 1.6 if random.random() < 0.6 else 0.0
    gap = width * 0.24 / count if count > 1 else 0.0
    step = (width - gap * (count - 1)) / count
    for at in range(count):
        x = at * (step + gap)
        _rings(random, image, look, (x + 1, 1, x + step - 2, height - below - 1))
        mark = draw_word(random, look, 1.0, bool(random.random() < 0.4))
        if below and mark.width < step:
            put_centred(image, (x + step / 2, height - below / 2), mark, look.ink)
        if at:
            y = (height - below) / 2
            if random.random() < 0.25:
                put_centred(image, (x - gap / 2, y), look.words("+", 1.8), look.ink)
                continue
            draw_arrow(draw, (x - gap * 0.9, y), (x - gap * 0.1, y), look.ink, max(1, look.line))
            for sign in (-1, 1):
                mark = draw_word(random, look, 0.8)
                if mark.width < gap * 1.2 and random.random() < 0.7:
                    put_centred(image, (x - gap / 2, y + sign * look.text), mark, look.ink)


def draw_levels(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Energy levels, bands or orbitals as short lines and boxes with arrows, words and dashed links."""
    width, height = image.size
    columns = int(np.clip(width // (look.text * 5), 2, random.integers(2, 6)))
    step, half = width / columns, width / columns * 0.3
    colours = [any_colour(random, 40, 220) if random.random() < 0.6 else look.ink for _ in range(columns)]
    thick = max(2, 2 * look.line)
    boxed = random.random() < 0.4
    before: list[float] = []
    for column in range(columns):
        x = (column + 0.5) * step
        levels = np.sort(random.uniform(0.08, 0.9, int(random.integers(1, 4))) * height).tolist()
        if boxed:
            levels = levels[:1]
            box = (
                x - half,
                levels[0],
                x + half,
                min(height - 1.0, levels[0] + height * float(random.uniform(0.15, 0.5))),
            )
            draw.rectangle(box, fill=mixed(colours[column], FULL, 0.3), outline=look.ink)
        for y in levels:
            draw.line((x - half, y, x + half, y), colours[column], thick)
            if random.random() < 0.5:
                draw_arrow(
                    draw, (x - half / 3, y + look.text * 0.8), (x - half / 3, y - look.text * 0.8), look.ink, look.line
                )
            mark = look.words(
                f"{random.uniform(-8, 3):.2f}" if random.random() < 0.5 else GROUPS[int(random.integers(16))], 0.9
            )
            if mark.width < step:
                put_centred(image, (x + half * 0.3, max(mark.height / 2, y - look.text * 0.8)), mark, look.ink)
        for a in before if random.random() < 0.7 else []:
            for share in np.arange(0, 1, 0.25).tolist():
                x2, y2, gap = x - step + half, levels[0], step - 2 * half
                y3 = a + (y2 - a) * share
                draw.line((x2 + gap * share, y3, x2 + gap * (share + 0.13), y3 + (y2 - a) * 0.13), look.ink, look.line)
        before = levels
    mark = draw_word(random, look)
    put_centred(image, (width / 2, height - mark.height / 2 - 1), mark, look.ink)


def draw_field(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """A computed field without axes: a rectangle, disc or parts of a body in colours, its scale and arrows of flow."""
    width, height = image.size
    scaled = random.random() < 0.65 and width > 8 * look.text
    right = width - round(look.text * 4.5) if scaled else width
    scale = int(random.choice((0, 1, 1, 1, 2, 3)))
    down = np.linspace(0, 1, 72)[:, None]
    values = 0.35 * smooth_noise(random, 96, 72, float(random.uniform(0.15, 0.5)))
    if random.random() < 0.5:  # sources or a profile
        values = values + 0.65 * (1 - (2 * down - 1) ** 2)
    else:
        across = np.linspace(0, 1, 96)[None, :]
        for u, v in random.uniform(0.1, 0.9, (int(random.integers(1, 5)), 2)).tolist():
            values = values + 0.5 * np.exp(-((across - u) ** 2 + (down - v) ** 2) / random.uniform(0.005, 0.08))
    values = np.clip(values / values.max(), 0, 1)
    if random.random() < 0.3:
        values = np.floor(values * 9) / 9
    size = (max(4, right), max(4, round(height * 0.96)))
    picture = Image.fromarray(coloured(values, scale)).resize(size, Image.Resampling.BILINEAR)
    mask = Image.new("L", size, 0)
    shape = ImageDraw.Draw(mask)
    w, h = size
    match int(random.integers(4)):
        case 0:
            shape.rectangle((0, 0, w, h), fill=255)
        case 1:
            shape.ellipse((0, 0, w - 1, h - 1), fill=255)
        case 2:  # two bodies one above the other
            cut = h * float(random.uniform(0.35, 0.6))
            shape.rectangle((0, 0, w, cut), fill=255)
            shape.rectangle((0, min(h, cut + look.text), w, h), fill=255)
        case _:
            lean = w * float(random.uniform(0.1, 0.3))
            shape.polygon(((lean, 0), (w - 1, 0), (w - lean, h), (0, h)), fill=255)
    if random.random() < 0.35:
        u, v, r = random.uniform(0.3, 0.7) * w, random.uniform(0.3, 0.7) * h, min(w, h) * random.uniform(0.05, 0.2)
        shape.ellipse((u - r, v - r, u + r, v + r), fill=0)
    image.paste(picture, (0, 0), mask)
    if random.random() < 0.3:
        step = max(8.0, look.text * 1.6)
        for y in np.arange(step, h - step, step).tolist():
            for x in np.arange(step, w - step, step * 1.4).tolist():
                if mask.getpixel((int(x), int(y))):
                    draw_arrow(draw, (x, y), (x + step * 0.8, y + random.uniform(-3, 3)), (255, 255, 255), look.line)
    if scaled:
        bar = Image.fromarray(coloured(np.linspace(1, 0, 64)[:, None], scale)).resize(
            (max(4, look.text), round(h * 0.7))
        )
        x, y = right + look.text * 0.6, h * 0.15
        image.paste(bar, (round(x), round(y)))
        draw.rectangle((round(x), round(y), round(x) + bar.width, round(y) + bar.height), outline=look.ink)
        for share, text in zip((0.0, 0.5, 1.0), (f"{random.uniform(1, 90):.1f}", "", "0"), strict=True):
            mark = look.words(text or f"{random.uniform(0.1, 0.9):.1f}", 0.9)
            put(image, (x + bar.width + 3, y + share * bar.height - mark.height / 2), mark, look.ink)


CHEMICAL: dict[str, Draw] = {
    "polyhedra": draw_polyhedra,
    "reaction": draw_reaction,
    "levels": draw_levels,
    "field": draw_field,
}
