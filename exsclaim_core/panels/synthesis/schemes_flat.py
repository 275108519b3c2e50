"""Flat schemes: boxes and arrows, molecules, lattices, blocks, vessels with ions, networks, fields; and tables."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.panels.synthesis.colours import coloured
from exsclaim_core.panels.synthesis.fonts import Stamp, put, put_centred
from exsclaim_core.panels.synthesis.look import BLACK, Look
from exsclaim_core.panels.synthesis.marks import draw_arrow
from exsclaim_core.panels.synthesis.pixels import smooth_noise
from exsclaim_core.panels.synthesis.shading import any_colour, ball, darker

WORDS = (
    "electrolyte", "anode", "cathode", "substrate", "heating", "mixing", "precursor", "polymer", "light", "Li^{+}",
    "e^{–}", "H_{2}O", "CO_{2}", "O_{2}", "stirring", "annealing", "coating", "laser", "sample", "detector", "growth",
    "gold", "SiO_{2}", "glass", "drying", "washing", "80 °C, 12 h", "nucleus", "membrane", "assembly", "Step 1",
    "Step 2", "input", "output", "model", "training", "n = 24", "group", "control", "analysis", "500 °C", "shell",
    "LLZO", "PEO", "Li metal", "LiTFSI", "LiFePO_{4}", "separator", "current collector", "SEI layer", "Li dendrite",
    "polymer matrix", "ceramic", "Na^{+}", "OH^{–}", "charge", "discharge", "interface", "graphite", "nanowire", "pump",
    "hot pressing", "carbonization", "hydrothermal", "spin coating", "before cycling", "after cycling", "Acceptor",
    "Donor", "self-assembly", "hν", "h^{+}", "Air", "membrane reactor", "solvent", "filler", "high conductivity",
)  # fmt: skip
Draw = Callable[[np.random.Generator, Image.Image, ImageDraw.ImageDraw, Look], None]


def draw_word(random: np.random.Generator, look: Look, size: float = 1.0, bold: bool = False) -> Stamp:
    """One of the WORDS in the figure's typeface."""
    return look.words(WORDS[int(random.integers(len(WORDS)))], size, bold)


def draw_flow(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Boxes with words and arrows from one to the next."""
    across = image.width >= image.height
    count = int(np.clip((image.width if across else image.height) // (look.text * 6), 2, random.integers(2, 7)))
    fill = any_colour(random, 150) if random.random() < 0.6 else None
    round_corners = random.random() < 0.5
    cell_w, cell_h = (image.width / count, image.height) if across else (image.width, image.height / count)
    w, h = cell_w * (0.68 if across else 0.8), min(cell_h * (0.9 if across else 0.62), look.text * 8)
    for at in range(count):
        x = (at + 0.5) * cell_w if across else image.width / 2
        y = image.height / 2 if across else (at + 0.5) * cell_h
        box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        if round_corners:
            draw.rounded_rectangle(box, min(w, h) * 0.2, fill=fill, outline=look.ink, width=look.line)
        else:
            draw.rectangle(box, fill=fill, outline=look.ink, width=look.line)
        for line in range(int(max(1, min(3, h // (look.text * 2))))):
            mark = draw_word(random, look)
            if mark.width < w * 0.95:
                put_centred(image, (x, y + (line - 0.5) * look.text * 1.3), mark, BLACK if fill else look.ink)
        if at:
            start = (x - cell_w + w / 2, y) if across else (x, y - cell_h + h / 2)
            end = (x - w / 2, y) if across else (x, y - h / 2)
            draw_arrow(draw, start, end, look.ink, max(look.line, look.text // 8))


def draw_molecule(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Rings and chains of sticks with a few letters, as in chemical formulae."""
    bond = min(min(image.width, image.height) / 4, look.text * 2.2)
    x, y = image.width * 0.18, image.height * 0.5
    thick = max(1, look.line)
    coloured = random.random() < 0.25
    while x < image.width - 2.2 * bond:
        centre = (x + bond, y)
        corners = [
            (centre[0] + bond * np.cos(a), centre[1] + bond * np.sin(a)) for a in np.pi / 6 + np.arange(6) * np.pi / 3
        ]
        colour = any_colour(random, 0, 200) if coloured else look.ink
        draw.polygon(corners, outline=colour, width=thick)
        for at in (0, 2, 4):
            inner = [tuple(0.8 * c + 0.2 * m for c, m in zip(corners[at + k], centre, strict=True)) for k in (0, 1)]
            draw.line([(p[0], p[1]) for p in inner], fill=colour, width=thick)
        if random.random() < 0.6:
            up = -1 if random.random() < 0.5 else 1
            tip = (centre[0], centre[1] + up * 1.9 * bond)
            draw.line((centre[0], centre[1] + up * bond, *tip), fill=colour, width=thick)
            mark = look.words(("OH", "NH_{2}", "O", "N", "CH_{3}", "R", "Cl", "S")[int(random.integers(8))])
            put_centred(image, (tip[0], tip[1] + up * look.text * 0.6), mark, colour)
        x += bond * float(random.choice((1.73, 2.7, 2.7, 5.0)))
        if random.random() < 0.6 and x < image.width - 2.2 * bond:
            draw.line((x - bond, y, x + 0.14 * bond, y), look.ink, thick)
    if random.random() < 0.5:
        mark = draw_word(random, look)
        put_centred(image, (image.width / 2, image.height - mark.height), mark, look.ink)


def draw_lattice(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Balls and sticks in a crystal's order, seen at a slant."""
    step = min(image.width, image.height) / float(random.uniform(3.5, 8))
    slant = float(random.uniform(-0.4, 0.4))
    size = step * float(random.uniform(0.14, 0.34))
    kinds = [any_colour(random, 40) for _ in range(int(random.integers(1, 4)))]
    sticks = random.random() < 0.7
    places = []
    for row in range(1, max(2, int(image.height / step))):
        for column in range(1, max(2, int(image.width / step))):
            x, y = column * step + slant * row * step * 0.5, row * step + slant * column * step * 0.3
            if size < x < image.width - size and size < y < image.height - size:
                places.append((x, y, (row + column) % len(kinds)))
    for x, y, _ in places:
        if sticks:
            draw.line(
                (x, y, min(image.width, x + step), y + slant * step * 0.3), (130, 130, 130), max(1, int(size / 3))
            )
            draw.line(
                (x, y, x + slant * step * 0.5, min(image.height, y + step)), (130, 130, 130), max(1, int(size / 3))
            )
    for x, y, kind in places:
        radius = size * (1 - 0.25 * kind)
        ball(image, x, y, radius, kinds[kind])


def draw_blocks(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Stacked slabs in perspective with words beside them: devices, cells, coatings."""
    count = int(random.integers(1, 6))
    depth = min(image.width, image.height) * float(random.uniform(0.1, 0.25))
    left, right = image.width * 0.05, image.width * float(random.uniform(0.55, 0.9)) - depth
    heights = random.uniform(0.5, 1.5, count)
    heights *= (image.height * 0.9 - depth) / heights.sum()
    bottom = image.height * 0.97
    for height in heights.tolist():
        top, colour = bottom - height, any_colour(random, 80)
        draw.polygon(((left, top), (left + depth, top - depth), (right + depth, top - depth), (right, top)), colour)
        side = ((right, top), (right + depth, top - depth), (right + depth, bottom - depth), (right, bottom))
        draw.polygon(side, darker(colour, 0.65))
        draw.rectangle((left, top, right, bottom), fill=darker(colour, 0.85))
        mark = draw_word(random, look, bold=random.random() < 0.3)
        if mark.width < right - left and mark.height < height:
            put_centred(image, ((left + right) / 2, (top + bottom) / 2), mark, BLACK)
        bottom = top
    for _ in range(int(random.integers(0, 4))):
        x, y = random.uniform(left, right), random.uniform(0.02, 0.3) * image.height
        draw_arrow(draw, (x, y), (x, y + image.height * 0.15), any_colour(random, 0, 200), max(2, look.text // 4))


def draw_dispersion(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """A vessel, membrane or pore with ions and particles in it, and words with arrows."""
    ground = any_colour(random, 180)
    box = (image.width * 0.03, image.height * 0.05, image.width * 0.97, image.height * 0.85)
    shape = random.random()
    if shape < 0.4:
        draw.rectangle(box, fill=ground)
    elif shape < 0.8:
        draw.ellipse(box, fill=ground, outline=look.ink, width=look.line)
    kinds = [(any_colour(random, 20), random.uniform(0.01, 0.05) * max(image.size)) for _ in range(3)]
    for _ in range(int(random.integers(8, 40))):
        colour, radius = kinds[int(random.integers(3))]
        x, y = random.uniform(0.15, 0.85) * image.width, random.uniform(0.15, 0.75) * image.height
        ball(image, x, y, radius, colour)
    for _ in range(int(random.integers(0, 4))):
        x, y = random.uniform(0.2, 0.7) * image.width, random.uniform(0.2, 0.7) * image.height
        end = (x + image.width * random.uniform(-0.15, 0.25), y + image.height * random.uniform(-0.15, 0.15))
        draw_arrow(draw, (x, y), end, any_colour(random, 0, 160), max(2, look.text // 5))
    for _ in range(int(random.integers(1, 4))):
        mark = draw_word(random, look, bold=random.random() < 0.3)
        if mark.width < image.width * 0.7:
            place = (
                random.uniform(mark.width / 2, image.width - mark.width / 2),
                random.uniform(0.1, 0.95) * image.height,
            )
            put_centred(image, (place[0], min(place[1], image.height - mark.height)), mark, look.ink)


def draw_network(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Circles joined by lines, with a word in some of them."""
    count = int(random.integers(4, 12))
    radius = min(image.width, image.height) * float(random.uniform(0.05, 0.11))
    places = random.uniform(0, 1, (count, 2)) * (image.width - 2.4 * radius, image.height - 2.4 * radius) + 1.2 * radius
    for a, b in random.integers(0, count, (count * 2, 2)):
        draw.line((*places[a].tolist(), *places[b].tolist()), look.ink, look.line)
    fill = any_colour(random, 120)
    for x, y in places.tolist():
        colour = fill if random.random() < 0.7 else any_colour(random, 90)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour, outline=darker(colour, 0.5))
        mark = draw_word(random, look, 0.9)
        if mark.width < 1.9 * radius:
            put_centred(image, (x, y), mark, BLACK)


def draw_simulation(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """A smooth field in rainbow colours, cut to a shape, as simulations show it."""
    values = smooth_noise(random, 96, 96, float(random.uniform(0.2, 0.5)))
    picture = Image.fromarray(coloured(values, int(random.choice((0, 1, 1, 3))))).resize(image.size)
    mask = Image.new("L", image.size, 0)
    corners = random.uniform(0.02, 0.2, 8) * np.resize((image.width, image.height), 8)
    w, h = image.size
    right, bottom = (w - corners[2], w - corners[4]), (h - corners[5], h - corners[7])
    outline = [(corners[0], corners[1]), (right[0], corners[3]), (right[1], bottom[0]), (corners[6], bottom[1])]
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    image.paste(picture, (0, 0), mask)
    if random.random() < 0.5:
        mark = draw_word(random, look)
        put(image, (2, image.height - mark.height - 2), mark, look.ink)


def draw_table(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Rows and columns of words and numbers."""
    rows = int(np.clip(image.height // (look.text * 2), 2, 14))
    columns = int(np.clip(image.width // (look.text * 7), 2, 8))
    ruled = random.random() < 0.4
    if random.random() < 0.4:
        draw.rectangle((0, 0, image.width - 1, image.height / rows), fill=any_colour(random, 180))
    for row in range(rows + 1):
        y = min(image.height - 1, row * image.height / rows)
        if ruled or row in (0, 1, rows):
            draw.line((0, y, image.width - 1, y), look.ink, look.line)
    if ruled:
        for column in range(columns + 1):
            x = min(image.width - 1, column * image.width / columns)
            draw.line((x, 0, x, image.height), look.ink, look.line)
    for row in range(rows):
        for column in range(columns):
            text = row == 0 or column == 0
            number = look.words(f"{random.uniform(0, 100):.{int(random.integers(0, 3))}f}")
            mark = draw_word(random, look, bold=row == 0) if text else number
            if mark.width < image.width / columns - 4:
                x, y = (column + 0.5) * image.width / columns, (row + 0.5) * image.height / rows
                put_centred(image, (x, y), mark, look.ink)


FLAT: dict[str, Draw] = {
    "flow": draw_flow,
    "molecule": draw_molecule,
    "lattice": draw_lattice,
    "blocks": draw_blocks,
    "dispersion": draw_dispersion,
    "network": draw_network,
    "simulation": draw_simulation,
    "table": draw_table,
}
