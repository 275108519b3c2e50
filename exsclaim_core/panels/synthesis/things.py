"""Things that stand or lie in photographs of laboratories, drawn with light and shade on a transparent layer."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from exsclaim_core.panels.synthesis.fonts import SANS, TYPEWRITER, Colour, put_centred, stamp
from exsclaim_core.panels.synthesis.pixels import smooth_noise
from exsclaim_core.panels.synthesis.shading import (
    FULL,
    Point,
    any_colour,
    ball,
    block,
    cylinder,
    darker,
    graded,
    limb,
    mixed,
    paste_turned,
    tube,
    wavy,
)

SKINS: tuple[Colour, ...] = ((222, 178, 152), (196, 148, 118), (150, 104, 78))
GLOVES: tuple[Colour, ...] = ((104, 160, 205), (66, 110, 190), (228, 228, 226), (40, 140, 115), (120, 105, 175))
METALS: tuple[Colour, ...] = ((188, 190, 192), (160, 160, 158), (205, 200, 190), (190, 160, 90), (184, 115, 75))
CABLES: tuple[Colour, ...] = (
    (190, 25, 30),
    (30, 30, 32),
    (30, 70, 160),
    (225, 200, 40),
    (225, 225, 222),
    (40, 120, 60),
)


def one_of(random: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    """One of the colours, a little varied."""
    red, green, blue = (
        int(v) for v in np.array(colours[int(random.integers(len(colours)))]) + random.integers(-14, 15)
    )
    return min(255, max(0, red)), min(255, max(0, green)), min(255, max(0, blue))


def draw_finger(
    random: np.random.Generator, layer: Image.Image, start: Point, end: Point, thick: float, colour: Colour
) -> None:
    """A finger from one place to its tip, with a nail or the creases of a glove."""
    draw = ImageDraw.Draw(layer)
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    points = wavy(random, start, end, length * 0.13, 28)
    share = np.linspace(0, 1, 28)
    radii = thick * (1.25 - 0.42 * share + 0.05 * np.cos(share * 9))
    limb(draw, points, radii, colour)
    for at in random.integers(6, 26, 5).tolist():
        (x, y), (u, v) = points[at], points[at - 2]
        across, down = x - u, y - v
        norm = max(1e-3, float(np.hypot(across, down)))
        half = radii[at] * float(random.uniform(0.3, 0.75))
        ends = (
            (x - down / norm * half, y + across / norm * half),
            (x + across / norm * half * 0.3, y + down / norm * half * 0.3),
            (x + down / norm * half * 0.6, y - across / norm * half * 0.6),
        )
        draw.line(ends, darker(colour, float(random.uniform(0.72, 0.86))), 1, joint="curve")
    if colour[0] > colour[2] + 30:
        (x, y), half = points[-1], thick * 0.42
        draw.ellipse(
            (x - half, y - half * 1.1, x + half * 0.8, y + half * 0.7), fill=mixed(colour, (255, 225, 215), 0.6)
        )


def draw_hand(random: np.random.Generator, layer: Image.Image, target: Point, reach: float) -> None:
    """Fingers that come from an edge of the picture and hold what is at the target."""
    width, height = layer.size
    colour = one_of(random, GLOVES if random.random() < 0.65 else SKINS)
    side = int(random.integers(3))
    corner = ((-0.05 * width, random.uniform(0.4, 1.0) * height), (1.05 * width, random.uniform(0.4, 1.0) * height))[
        side % 2
    ]
    if side == 2:
        corner = (random.uniform(0.2, 0.8) * width, 1.08 * height)
    thick = reach * float(random.uniform(0.16, 0.24))
    away = np.array(corner) - np.array(target)
    away = away / max(1e-3, float(np.hypot(*away)))
    normal = np.array((-away[1], away[0]))
    draw = ImageDraw.Draw(layer)
    palm = np.array(target) + away * reach * 1.5
    limb(draw, [(float(p[0]), float(p[1])) for p in (np.array(corner), palm)], np.array((reach, reach * 0.75)), colour)
    for at in range(int(random.integers(2, 5))):
        spread = (at - 1) * 1.7 * thick
        root = palm + normal * (spread * 1.1)
        tip = np.array(target) + normal * (spread * 0.62) + away * abs(at - 1) * thick * random.uniform(0.2, 1.0)
        draw_finger(random, layer, (float(root[0]), float(root[1])), (float(tip[0]), float(tip[1])), thick, colour)


def draw_vial(
    random: np.random.Generator, layer: Image.Image, x: float, foot: float, height: float, fill: Colour
) -> None:
    """A vial, bottle, cuvette or test tube of glass with a liquid in it."""
    width = height * float(random.uniform(0.26, 0.55))
    left, top = x - width / 2, foot - height
    glass = Image.new("RGBA", layer.size, (0, 0, 0, 0))
    cylinder(glass, (left, top, left + width, foot), (206, 214, 216), 0.22)
    ghost = glass.getchannel("A").point(lambda value: value * 0.62)
    layer.paste(glass.convert("RGB"), (0, 0), ghost)
    level = top + height * float(random.uniform(0.3, 0.7))
    cylinder(layer, (left + width * 0.05, level, left + width * 0.95, foot - height * 0.02), fill, 0.2)
    draw = ImageDraw.Draw(layer)
    if random.random() < 0.75:
        cap = one_of(random, ((30, 30, 32), (235, 235, 232), (30, 70, 170), (200, 40, 35), (150, 150, 150)))
        cylinder(layer, (left - width * 0.03, top - height * 0.14, left + width * 1.03, top + height * 0.04), cap, 0.2)
    if random.random() < 0.3:
        label = (left + width * 0.1, top + height * 0.45, left + width * 0.85, top + height * 0.75)
        draw.rectangle(label, fill=(232, 231, 224))
        mark = stamp(f"{int(random.integers(1, 12))}", SANS.regular, max(6, round(width * 0.4)))
        put_centred(layer, (x, top + height * 0.6), mark, (40, 40, 60))
    draw.line((left + width * 0.2, top + height * 0.1, left + width * 0.2, foot - height * 0.12), (246, 249, 250), 1)


def draw_coin(random: np.random.Generator, layer: Image.Image, middle: Point, radius: float, flat: float) -> None:
    """A coin cell, pellet, electrode or wafer lying there; `flat` is how much of a circle's height is seen."""
    colour = one_of(random, (*METALS, (45, 45, 48), (225, 224, 218), any_colour(random, 60, 220)))
    x, y = middle
    draw = ImageDraw.Draw(layer)
    thick = radius * float(random.uniform(0.04, 0.4)) * (1.15 - flat)
    for step in range(max(1, round(thick)), 0, -1):
        draw.ellipse(
            (x - radius, y - radius * flat + step, x + radius, y + radius * flat + step), fill=darker(colour, 0.55)
        )
    side = max(8, round(2 * radius))
    line = np.linspace(-1, 1, side, dtype=np.float32)
    angle = np.arctan2(line[:, None], line[None, :])
    sheen = float(random.uniform(0.02, 0.22))
    lit = 0.92 + sheen * np.cos(2 * angle + random.uniform(0, 6)) + 0.06 * smooth_noise(random, side, side, 0.12)
    face = np.clip(lit[:, :, None] * np.array(colour, np.float32), 0, 255).astype(np.uint8)
    size = (side, max(3, round(side * flat)))
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=255)
    layer.paste(Image.fromarray(face).resize(size), (round(x - size[0] / 2), round(y - size[1] / 2)), mask)
    for share in (0.97, float(random.uniform(0.6, 0.9)))[: 1 + int(random.random() < 0.5)]:
        a, b = radius * share, radius * flat * share
        draw.arc((x - a, y - b, x + a, y + b), 150, 320, mixed(colour, FULL, 0.5), 1)
        draw.arc((x - a, y - b, x + a, y + b), -30, 140, darker(colour, 0.7), 1)
    if random.random() < 0.25:
        mark = stamp("CR2032", SANS.regular, max(6, round(radius * 0.3)))
        put_centred(layer, (x, y), mark, darker(colour, 0.75))


def draw_film(random: np.random.Generator, layer: Image.Image, middle: Point, size: float) -> None:
    """A sheet of film, paper, foil or cloth, bent a little."""
    colour = one_of(
        random, ((40, 42, 46), (228, 226, 220), (196, 178, 140), (170, 176, 184), any_colour(random, 70, 230))
    )
    around = np.sort(random.uniform(-0.25, 0.25, 4)) + np.arange(4) * np.pi / 2 + random.uniform(0, 2)
    corners = [(middle[0] + size * np.cos(a), middle[1] + size * 0.75 * np.sin(a)) for a in around.tolist()]
    outline: list[Point] = []
    bend = size * float(random.uniform(0.02, 0.28))
    for at in range(4):
        outline += wavy(random, corners[at], corners[(at + 1) % 4], bend, 10)
    mask = Image.new("L", layer.size, 0)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    field = smooth_noise(random, *layer.size, float(random.uniform(0.25, 0.6)))
    lit = (0.75 + 0.4 * field)[:, :, None] * np.array(colour, np.float32)
    layer.paste(Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8)), (0, 0), mask)
    ImageDraw.Draw(layer).line([*outline[:20]], mixed(colour, FULL, 0.45), 1)


def draw_box(random: np.random.Generator, layer: Image.Image, x: float, foot: float, size: float) -> None:
    """A box, brick, holder or block of metal."""
    colour = one_of(random, (*METALS, (40, 40, 44), (90, 90, 96), any_colour(random, 30, 230)))
    width, height = size * float(random.uniform(0.6, 1.8)), size * float(random.uniform(0.3, 1.1))
    deep = (size * float(random.uniform(0.1, 0.4)), size * float(random.uniform(0.08, 0.35)))
    box = (x - width / 2, foot - height, x + width / 2, foot)
    draw = ImageDraw.Draw(layer)
    block(draw, box, deep, colour)
    front = graded((max(2, round(width)), max(2, round(height))), mixed(colour, FULL, 0.1), darker(colour, 0.65))
    layer.paste(front, (round(box[0]), round(box[1])))
    for _ in range(int(random.integers(0, 4))):
        a, b = random.uniform(0.1, 0.9) * width, random.uniform(0.15, 0.85) * height
        r = size * float(random.uniform(0.03, 0.09))
        ball(layer, box[0] + a, box[1] + b, r, one_of(random, METALS))


def draw_instrument(random: np.random.Generator, layer: Image.Image, middle: Point, size: float) -> None:
    """A meter, clock, calculator or power supply with figures on its display."""
    body = one_of(random, ((40, 40, 44), (225, 225, 220), (235, 185, 30), (40, 80, 165), (120, 125, 130)))
    width, height = size * float(random.uniform(0.7, 1.6)), size * float(random.uniform(0.8, 1.4))
    whole = Image.new("RGBA", (max(12, round(width)), max(12, round(height))), (0, 0, 0, 0))
    mask = Image.new("L", whole.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, whole.width - 1, whole.height - 1), size * 0.08, fill=255)
    whole.paste(graded(whole.size, mixed(body, FULL, 0.15), darker(body, 0.75)), (0, 0), mask)
    draw = ImageDraw.Draw(whole)
    dark = random.random() < 0.5
    shown = (25, 28, 30) if dark else one_of(random, ((165, 180, 150), (150, 165, 165), (200, 210, 215)))
    figures = one_of(random, ((255, 60, 50), (90, 255, 120), (90, 190, 255))) if dark else (25, 28, 30)
    x0, y0, x1, y1 = whole.width * 0.1, whole.height * 0.08, whole.width * 0.9, whole.height * random.uniform(0.35, 0.6)
    draw.rectangle((x0, y0, x1, y1), fill=shown, outline=darker(body, 0.4))
    lines = int(random.integers(1, 3))
    for line in range(lines):
        text = f"{random.uniform(0, 99):.{int(random.integers(1, 4))}f}"
        mark = stamp(text, TYPEWRITER.bold, max(6, round(min((y1 - y0) / lines * 0.8, (x1 - x0) * 0.3))))
        put_centred(whole, ((x0 + x1) / 2, y0 + (y1 - y0) * (line + 0.5) / lines), mark, figures)
    if random.random() < 0.5:
        rows, columns = int(random.integers(2, 5)), int(random.integers(3, 6))
        key = one_of(random, ((200, 200, 198), (60, 60, 62), (150, 40, 40)))
        for row in range(rows):
            for column in range(columns):
                x = x0 + (x1 - x0) * (column + 0.5) / columns
                y = y1 + (whole.height - y1) * (row + 0.6) / (rows + 0.3)
                r = 0.36 * min((x1 - x0) / columns, (whole.height - y1) / rows)
                draw.rounded_rectangle((x - r, y - r * 0.7, x + r, y + r * 0.7), r * 0.3, fill=key)
    else:
        for share in (0.25, 0.5, 0.75)[: int(random.integers(1, 4))]:
            y = (y1 + whole.height) / 2
            ball(whole, whole.width * share, y, whole.width * 0.09, darker(body, 0.6))
    paste_turned(layer, whole, middle, float(random.normal(0, 7)))


def draw_cable(random: np.random.Generator, layer: Image.Image, start: Point, end: Point, thick: float) -> None:
    """A cable between two places, often with a crocodile clip at its end."""
    draw = ImageDraw.Draw(layer)
    colour = one_of(random, CABLES)
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    points = wavy(random, start, end, length * 0.5, 26)
    tube(draw, points, max(1.5, thick), colour)
    if random.random() < 0.6:
        along = np.array(points[-1]) - np.array(points[-4])
        along = along / max(1e-3, float(np.hypot(*along)))
        tip = np.array(end) + along * thick * 5
        places = [tuple(np.array(end) + along * thick * t) for t in (0.0, 1.2, 2.4)]
        limb(draw, [(float(p[0]), float(p[1])) for p in places], np.array((1.0, 1.3, 1.6)) * thick, colour)
        for sign in (-1, 1):
            off = np.array((-along[1], along[0])) * thick * 0.7 * sign
            jaw = ((places[2][0] + off[0], places[2][1] + off[1]), (float(tip[0]), float(tip[1])))
            tube(draw, list(jaw), max(1.5, thick * 0.7), (176, 176, 174))


def draw_ruler(random: np.random.Generator, layer: Image.Image, middle: Point, length: float) -> None:
    """A ruler of plastic, wood or steel."""
    colour = one_of(random, ((226, 226, 220), (200, 202, 204), (225, 195, 120), (210, 225, 230)))
    tall = max(8, round(length * float(random.uniform(0.07, 0.14))))
    strip = Image.new("RGBA", (max(20, round(length)), tall), (*colour, 255))
    draw = ImageDraw.Draw(strip)
    step = float(random.uniform(3.0, 6.0))
    first = int(random.integers(0, 30))
    for at in range(int(length / step)):
        x = at * step
        tick = tall * (0.42 if at % 10 == 0 else 0.32 if at % 5 == 0 else 0.2)
        draw.line((x, 0, x, tick), (30, 30, 34), 1)
        if at % 10 == 0 and x + 8 < strip.width:
            put_centred(
                strip, (x + 1, tall * 0.68), stamp(str(first + at // 10), SANS.regular, max(6, tall // 3)), (30, 30, 34)
            )
    paste_turned(layer, strip, middle, float(random.normal(0, 5)) + (90 if random.random() < 0.15 else 0))


def draw_powder(random: np.random.Generator, layer: Image.Image, middle: Point, radius: float) -> None:
    """A heap of powder."""
    colour = one_of(random, ((240, 240, 236), (60, 58, 56), (225, 190, 90), (150, 90, 60), any_colour(random, 50, 240)))
    side = max(10, round(2 * radius))
    line = np.linspace(-1, 1, side, dtype=np.float32)
    ragged = smooth_noise(random, side, side, 0.12) * 0.45
    heap = 1 - np.sqrt(line[None, :] ** 2 + line[:, None] ** 2) - ragged + 0.25
    grain = random.standard_normal((side, side), dtype=np.float32) * 0.05
    lit = 0.72 + 0.35 * np.clip(heap, 0, 0.6) - 0.22 * line[None, :] * (heap > 0) + grain
    pixels = np.clip(lit[:, :, None] * np.array(colour, np.float32), 0, 255).astype(np.uint8)
    mask = Image.fromarray((np.clip(heap * 12, 0, 1) * 255).astype(np.uint8))
    size = (side, max(4, round(side * 0.7)))
    place = (round(middle[0] - side / 2), round(middle[1] - size[1] / 2))
    layer.paste(Image.fromarray(pixels).resize(size), place, mask.resize(size))


def draw_dish(random: np.random.Generator, layer: Image.Image, middle: Point, radius: float, fill: Colour) -> None:
    """A dish, beaker or crucible seen from above, with something in it."""
    x, y = middle
    draw = ImageDraw.Draw(layer)
    rim = one_of(random, ((215, 220, 222), (240, 240, 238), (150, 150, 150)))
    flat = float(random.uniform(0.7, 1.0))
    for share, colour in ((1.0, darker(rim, 0.8)), (0.97, mixed(rim, FULL, 0.5)), (0.9, rim), (0.86, fill)):
        a = radius * share
        draw.ellipse((x - a, y - a * flat, x + a, y + a * flat), fill=colour)
    if random.random() < 0.5:
        draw_powder(random, layer, middle, radius * 0.6)
    draw.arc((x - radius * 0.8, y - radius * 0.8 * flat, x + radius * 0.8, y + radius * 0.8 * flat), 190, 250, FULL, 2)


def draw_flange(random: np.random.Generator, layer: Image.Image, middle: Point, radius: float) -> None:
    """A round part of metal with bolts around its middle."""
    draw_coin(random, layer, middle, radius, 1.0)
    count, metal = int(random.integers(4, 10)), one_of(random, METALS)
    draw = ImageDraw.Draw(layer)
    turn = float(random.uniform(0, 1))
    for angle in (np.arange(count) * 2 * np.pi / count + turn).tolist():
        x, y = middle[0] + 0.72 * radius * np.cos(angle), middle[1] + 0.72 * radius * np.sin(angle)
        r = radius * 0.13
        ball(layer, x, y, r, metal)
        draw.regular_polygon((x, y, r * 0.5), 6, fill=darker(metal, 0.25))
    r = radius * float(random.uniform(0.15, 0.4))
    draw.ellipse((middle[0] - r, middle[1] - r, middle[0] + r, middle[1] + r), fill=darker(metal, 0.2), outline=metal)


def shadowed(ground: Image.Image, layer: Image.Image, light: Point, soft: float, strength: float) -> Image.Image:
    """The layer's things on the ground, with the shadows that they throw away from the light."""
    alpha = layer.getchannel("A")
    shadow = Image.new("L", alpha.size, 0)
    for share in (0.35, 1.0):
        shadow.paste(255, (round(light[0] * share), round(light[1] * share)), alpha.point(lambda value: value * 0.7))
    shadow = shadow.filter(ImageFilter.GaussianBlur(soft)).point(lambda value: value * strength)
    whole = ground.copy()
    whole.paste(darker((26, 26, 32), 1.0), (0, 0), shadow)
    whole.paste(layer, (0, 0), alpha)
    return whole
