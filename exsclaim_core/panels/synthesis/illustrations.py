"""Illustrations: single schemes, procedures, and collages of several drawings, plots and pictures in one panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from exsclaim_core.panels.synthesis.axes import Sides
from exsclaim_core.panels.synthesis.fonts import put_centred
from exsclaim_core.panels.synthesis.links import draw_brace, draw_heading, draw_legend, draw_link, draw_rays
from exsclaim_core.panels.synthesis.look import BLACK, WHITE, Look
from exsclaim_core.panels.synthesis.marks import draw_arrow
from exsclaim_core.panels.synthesis.plots import draw_plot
from exsclaim_core.panels.synthesis.scenes import draw_scene
from exsclaim_core.panels.synthesis.schemes_3d import SHADED
from exsclaim_core.panels.synthesis.schemes_cells import CELLS
from exsclaim_core.panels.synthesis.schemes_chemistry import CHEMICAL
from exsclaim_core.panels.synthesis.schemes_flat import FLAT, Draw, draw_word
from exsclaim_core.panels.synthesis.shading import any_colour, darker, graded, mixed
from exsclaim_core.panels.synthesis.textures import TEXTURES, draw_texture

Picture = Callable[[np.random.Generator, int, int], Image.Image]  # a real micrograph or photograph of the size
Shape = str  # how a drawing is cut out: "free", "circle", "rounded"
Box = tuple[float, float, float, float]

SMALLEST_COLLAGE = 10  # of a panel's sides, in sizes of its text
WORDS_A_SIDE = 6  # lines of text that a scheme's shorter side has room for, at least
SCHEMES: dict[str, Draw] = {**FLAT, **SHADED, **CELLS, **CHEMICAL}
LONE = ("collage", "process", *(name for name in SCHEMES if name != "table"))
LONE_SHARES = np.array([0.34, 0.08, *[0.58 / (len(SCHEMES) - 1)] * (len(SCHEMES) - 1)])


def pick_scheme(random: np.random.Generator) -> str:
    """The name of a scheme that may fill a panel; collages are the most frequent."""
    return LONE[int(random.choice(len(LONE), p=LONE_SHARES / LONE_SHARES.sum()))]


def draw_illustration(
    random: np.random.Generator, name: str, width: int, height: int, look: Look, picture: Picture | None = None
) -> Image.Image:
    """An image of the size in one of the SCHEMES, "process" or "collage", seldom on a pale ground of its own.

    Collages show what `picture` gives among their drawings, and drawn textures where there is none.
    """
    ground = random.random()
    if ground < 0.05:
        look = replace(look, ground=any_colour(random, 205), ink=BLACK)
    image = Image.new("RGB", (width, height), look.ground)
    if name == "collage" and min(width, height) < SMALLEST_COLLAGE * look.text:
        name = list(SHADED)[int(random.integers(len(SHADED)))]
    if name == "collage":
        COLLAGES[int(random.choice(len(COLLAGES), p=(0.45, 0.1, 0.2, 0.15, 0.1)))](random, image, look, picture)
    elif name == "process":
        _process(random, image, ImageDraw.Draw(image), look)
    else:
        image = _scheme(random, name, width, height, look)
    if ground > 0.92 and look.ground == WHITE:
        tint = any_colour(random, 170)
        image = ImageChops.multiply(
            image, graded(image.size, tint, mixed(tint, WHITE, 0.8), bool(random.random() < 0.5))
        )
    return image


def _scheme(random: np.random.Generator, name: str, width: int, height: int, look: Look) -> Image.Image:
    """One of the SCHEMES; in a small one the words are small."""
    look = replace(look, text=min(look.text, max(6, min(width, height) // WORDS_A_SIDE)))
    image = Image.new("RGB", (width, height), look.ground)
    SCHEMES[name](random, image, ImageDraw.Draw(image), look)
    return image


def _process(random: np.random.Generator, image: Image.Image, draw: ImageDraw.ImageDraw, look: Look) -> None:
    """Steps of a procedure side by side: a drawing each, arrows between them, words above and below."""
    across = image.width > 0.8 * image.height
    long = image.width if across else image.height
    count = int(np.clip(long // (look.text * 8), 2, random.integers(2, 6)))
    gap = round(long / count * float(random.uniform(0.22, 0.4)))
    step = (long - gap * (count - 1)) // count
    below = round(look.text * 1.6) if random.random() < 0.7 else 0
    side = min(step, (image.height if across else image.width) - below * across) - (0 if across else below)
    if side < 12:
        return
    names = [name for name in SCHEMES if name not in ("table", "flow")]
    alike = names[int(random.integers(len(names)))] if random.random() < 0.5 else None
    colour, thick = any_colour(random, 0, 200), max(2, round(look.text * random.uniform(0.15, 0.6)))
    for at in range(count):
        start = at * (step + gap)
        height = min(round(step / random.uniform(0.7, 1.4)), image.height - below) if across else side
        size = (step, max(12, height)) if across else (max(12, round(side * 1.2)), side)
        place = (start, (image.height - below - size[1]) // 2) if across else ((image.width - size[0]) // 2, start)
        image.paste(_scheme(random, alike or names[int(random.integers(len(names)))], *size, look), place)
        mark = draw_word(random, look)
        if below and mark.width < step + gap:
            put_centred(image, (place[0] + size[0] / 2, place[1] + size[1] + below / 2), mark, look.ink)
        if at and across:
            y = (image.height - below) / 2
            draw_arrow(draw, (start - 0.85 * gap, y), (start - 0.15 * gap, y), colour, thick)
            mark = draw_word(random, look, 0.9)
            if mark.width < gap:
                put_centred(image, (start - gap / 2, y - mark.height - 2 * thick), mark, look.ink)
        elif at:
            x = image.width / 2
            draw_arrow(draw, (x, start - 0.85 * gap + below / 2), (x, start - 0.15 * gap), colour, thick)


def _piece(
    random: np.random.Generator, width: int, height: int, look: Look, picture: Picture | None, scheme: str | None = None
) -> tuple[Image.Image, bool]:
    """One drawing of a collage, and whether it fills its box: most are schemes, some plots or pictures."""
    small = replace(look, text=max(7, round(look.text * 0.85)))
    draws = random.random()
    if scheme is None and draws < 0.14:
        return draw_plot(random, width, height, small, Sides()), False
    if scheme is None and draws < 0.3:
        if picture and random.random() < 0.65:
            return picture(random, width, height), True
        if random.random() < 0.35:
            return draw_scene(random, width, height), True
        names = list(TEXTURES)
        return draw_texture(random, names[int(random.integers(len(names)))], width, height), True
    names = [name for name in SCHEMES if name != "table"]
    return _scheme(random, scheme or names[int(random.integers(len(names)))], width, height, small), False


def _place(
    random: np.random.Generator,
    image: Image.Image,
    box: Box,
    look: Look,
    picture: Picture | None,
    shape: Shape = "free",
    scheme: str | None = None,
) -> None:
    """Draw a piece into a box, cut to a shape."""
    x0, y0, x1, y1 = (round(side) for side in box)
    width, height = x1 - x0, y1 - y0
    if min(width, height) < 16:
        return
    colour = any_colour(random, 0, 200) if random.random() < 0.6 else look.ink
    thick = max(1, round(look.line * random.choice((1, 2, 3))))
    draw = ImageDraw.Draw(image)
    if shape == "free":
        piece, full = _piece(random, width, height, look, picture, scheme)
        image.paste(piece, (x0, y0))
        if (full and random.random() < 0.4) or random.random() < 0.06:
            draw.rectangle((x0, y0, x1 - 1, y1 - 1), outline=colour, width=thick)
        return
    mask = Image.new("L", (width, height), 0)
    shaper = ImageDraw.Draw(mask)
    if shape == "circle":
        shaper.ellipse((0, 0, width - 1, height - 1), fill=255)
    else:
        shaper.rounded_rectangle((0, 0, width - 1, height - 1), min(width, height) * 0.12, fill=255)
    whole = Image.new("RGB", (width, height), mixed(colour, WHITE, 0.85) if random.random() < 0.3 else look.ground)
    filled = random.random() < 0.5  # else the drawing stands free inside the line
    side = 0.0 if filled else 0.15
    size = (round(width * (1 - 2 * side)), round(height * (1 - 2 * side)))
    piece, _ = _piece(random, *size, look, picture, scheme or ("packing" if filled and random.random() < 0.4 else None))
    whole.paste(piece, (round(width * side), round(height * side)))
    image.paste(whole, (x0, y0), mask)
    if random.random() < 0.9:
        if shape == "circle":
            draw.ellipse((x0, y0, x1 - 1, y1 - 1), outline=colour, width=thick)
        else:
            draw.rounded_rectangle((x0, y0, x1 - 1, y1 - 1), min(width, height) * 0.12, outline=colour, width=thick)


def _pick_shape(random: np.random.Generator) -> Shape:
    return ("free", "circle", "rounded")[int(random.choice(3, p=(0.72, 0.14, 0.14)))]


def _caption(random: np.random.Generator, image: Image.Image, look: Look, middle: float, y: float, wide: float) -> None:
    """One or two lines of words around a place, where they are not too wide."""
    bold = bool(random.random() < 0.3)
    for line in range(1 + int(random.random() < 0.35)):
        mark = draw_word(random, look, 1.0, bold)
        if mark.width < wide and y + line * look.text * 1.2 + mark.height < image.height:
            put_centred(image, (middle, y + look.text * (0.6 + 1.2 * line)), mark, look.ink)


def _rows(random: np.random.Generator, image: Image.Image, look: Look, picture: Picture | None) -> None:
    """One to three rows of drawings of their own sizes, with arrows, plus signs or space between, words below them."""
    width, height = image.size
    legend = look.text * 2.0 if random.random() < 0.35 else 0.0
    heading = look.text * 2.4 if random.random() < 0.25 else 0.0
    rows = int(np.clip((height - legend - heading) // (8 * look.text), 1, random.choice((1, 1, 2, 2, 3))))
    if heading:
        draw_heading(random, image, look, (0, 0, width, heading * 0.75))
    if legend:
        draw_legend(random, image, look, height - legend * 0.6)
    tall = (height - legend - heading) / rows
    for row in range(rows):
        count = int(np.clip(width // (7 * look.text), 1, random.integers(1 if rows > 1 else 2, 5)))
        gap = width * float(random.uniform(0.05, 0.2)) / count
        shares = random.dirichlet(np.full(count, 6.0)) * (width - gap * (count - 1))
        captioned = random.random() < 0.75
        top = heading + row * tall
        low = top + tall - (look.text * 2.8 if captioned else look.text * 0.8)
        linked, x = random.random() < 0.75, 0.0
        scheme = pick_scheme(random) if random.random() < 0.4 else None
        scheme = scheme if scheme in SCHEMES else None
        for at, share in enumerate(shares.tolist()):
            part = min(low - top, share * float(random.uniform(0.7, 1.6)))
            middle = (top + low) / 2
            shape = _pick_shape(random)
            wide = min(share, part) if shape == "circle" else share
            box = (x + (share - wide) / 2, middle - part / 2, x + (share + wide) / 2, middle + part / 2)
            _place(random, image, box, look, picture, shape, scheme if random.random() < 0.7 else None)
            if captioned:
                _caption(random, image, look, x + share / 2, low + 2, share + gap)
            if at and linked:
                if random.random() < 0.15:
                    put_centred(image, (x - gap / 2, middle), look.words("+", 2.0, True), look.ink)
                else:
                    draw_link(random, image, look, (x - gap * 0.92, middle), (x - gap * 0.08, middle))
            x += share + gap
        if row and linked and random.random() < 0.6:
            u = width * float(random.uniform(0.2, 0.8))
            draw_link(random, image, look, (u, top - look.text * 1.2), (u, top + look.text * 0.6))
    if random.random() < 0.15:
        x = width * float(random.uniform(0.3, 0.7))
        draw_brace(ImageDraw.Draw(image), (x, height * 0.1), (x, height * 0.9), look.text, look.ink, look.line * 2)


def _hub(random: np.random.Generator, image: Image.Image, look: Look, picture: Picture | None) -> None:
    """A drawing in the middle and others around it, joined by arrows or lines."""
    width, height = image.size
    count = int(random.integers(2, 7))
    middle, side = (width / 2, height / 2), min(width, height) * float(random.uniform(0.28, 0.4))
    small = min(width, height) * float(random.uniform(0.24, 0.33))
    turn = float(random.uniform(0, 2 * np.pi))
    for angle in (np.arange(count) * 2 * np.pi / count + turn).tolist():
        x = middle[0] + (width / 2 - small * 0.6) * np.cos(angle)
        y = middle[1] + (height / 2 - small * 0.75) * np.sin(angle)
        draw_link(random, image, look, middle, (middle[0] * 0.25 + x * 0.75, middle[1] * 0.25 + y * 0.75))
        _place(
            random,
            image,
            (x - small / 2, y - small / 2, x + small / 2, y + small / 2),
            look,
            picture,
            _pick_shape(random),
        )
        _caption(random, image, look, x, y + small / 2 + 1, small * 1.6)
    box = (middle[0] - side / 2, middle[1] - side / 2, middle[0] + side / 2, middle[1] + side / 2)
    _place(random, image, box, look, picture, "circle" if random.random() < 0.6 else "rounded")


def _zoom(random: np.random.Generator, image: Image.Image, look: Look, picture: Picture | None) -> None:
    """A drawing with a spot that is shown enlarged beside it, in a circle or frame joined by lines; a legend."""
    width, height = image.size
    legend = look.text * 2.0 if random.random() < 0.5 else 0.0
    tall = height - legend
    if legend:
        draw_legend(random, image, look, height - legend * 0.5)
    left = width * float(random.uniform(0.38, 0.52))
    part = min(tall, left * float(random.uniform(0.7, 1.3)))
    top = (tall - part) / 2
    _place(random, image, (0, top, left, top + part), look, picture)
    count = 1 + int(random.random() < 0.35 and tall > 16 * look.text)
    spots = random.uniform(0.25, 0.8, (count, 2))
    for at in range(count):
        spot = (float(spots[at, 0]) * left, top + float(spots[at, 1]) * part)
        side = min(tall / count, width - left - look.text) * 0.94
        x, y = width - side, (at + 0.5) * tall / count
        ring = random.random() < 0.65
        r = min(left, part) * float(random.uniform(0.04, 0.1))
        colour = any_colour(random, 0, 200) if random.random() < 0.7 else look.ink
        draw_rays(ImageDraw.Draw(image), spot, r, (x + side / 2, y), side / 2, ring, colour, max(1, look.line))
        _place(random, image, (x, y - side / 2, width, y + side / 2), look, picture, "circle" if ring else "free")
        if random.random() < 0.6:
            _caption(random, image, look, x + side / 2, y + side / 2 - look.text * 2.2, side)


def _contrast(random: np.random.Generator, image: Image.Image, look: Look, picture: Picture | None) -> None:
    """Two or three columns or rows set against one another, each below a coloured bar with its name."""
    width, height = image.size
    across = width > height * 0.8
    count = int(random.choice((2, 2, 3)))
    scheme = pick_scheme(random)
    scheme = scheme if scheme in SCHEMES else "packing"
    draw = ImageDraw.Draw(image)
    step = (width if across else height) / count
    for at in range(count):
        x0, y0 = (at * step, 0.0) if across else (0.0, at * step)
        x1, y1 = (x0 + step - look.text, float(height)) if across else (float(width), y0 + step - look.text)
        bar = look.text * 1.7
        draw_heading(random, image, look, (x0, y0, x1, y0 + bar))
        lines = int(random.integers(0, 3))
        low = y1 - lines * look.text * 1.35
        _place(
            random,
            image,
            (x0, y0 + bar * 1.3, x1, low - 3),
            look,
            picture,
            "free",
            scheme if random.random() < 0.8 else None,
        )
        for line in range(lines):
            mark = draw_word(random, look)
            if mark.width < x1 - x0:
                put_centred(image, ((x0 + x1) / 2, low + (line + 0.5) * look.text * 1.35), mark, look.ink)
        if at and random.random() < 0.5:
            for share in np.arange(0, 1, 0.05).tolist():
                if across:
                    x = x0 - look.text / 2
                    draw.line((x, share * height, x, (share + 0.025) * height), look.ink, look.line)
                else:
                    y = y0 - look.text / 2
                    draw.line((share * width, y, (share + 0.025) * width, y), look.ink, look.line)


def _sum(random: np.random.Generator, image: Image.Image, look: Look, picture: Picture | None) -> None:
    """Two or three things in circles with plus signs, and below or beside them what they make."""
    width, height = image.size
    count = int(random.integers(2, 4))
    across = width > 1.6 * height
    ring = min(width / (count + 1.4), height * 0.8) if across else min(width / count * 0.9, height * 0.42)
    y = height / 2 if across else ring / 2 + 1
    shape = "circle" if random.random() < 0.7 else "rounded"
    step = (width - ring * 1.4) / count if across else width / count
    for at in range(count):
        x = (at + 0.5) * step
        _place(random, image, (x - ring / 2, y - ring / 2, x + ring / 2, y + ring / 2), look, picture, shape)
        if at:
            put_centred(image, (x - step / 2, y), look.words("+", 2.2, True), look.ink)
    if across:
        draw_link(random, image, look, (count * step - ring * 0.02, y), (width - ring * 1.12, y))
        _place(random, image, (width - ring * 1.1, y - ring / 2, width, y + ring / 2), look, picture)
        return
    draw_link(random, image, look, (width / 2, ring + look.text * 0.5), (width / 2, ring + look.text * 2.6))
    top = ring + look.text * 3
    _place(random, image, (width * 0.1, top, width * 0.9, height - look.text * 1.6), look, picture)
    mark = draw_word(random, look, 1.1, True)
    put_centred(image, (width / 2, height - look.text * 0.7), mark, darker(any_colour(random), 0.5))


COLLAGES = (_rows, _hub, _zoom, _contrast, _sum)
