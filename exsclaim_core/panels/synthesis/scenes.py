"""Drawn photographs: things on a bench, hands, circuits, glowing vials, textiles, a wire or a drop on grey."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from exsclaim_core.panels.synthesis.fonts import Colour
from exsclaim_core.panels.synthesis.photography import (
    GROUNDS,
    annotate,
    draw_ground,
    glowing,
    layer_of,
    lit_from_a_side,
    photographed,
    weave,
)
from exsclaim_core.panels.synthesis.pixels import smooth_noise
from exsclaim_core.panels.synthesis.shading import FULL, any_colour, ball, cylinder, darker, graded, mixed, tube, wavy
from exsclaim_core.panels.synthesis.things import (
    CABLES,
    METALS,
    draw_box,
    draw_cable,
    draw_coin,
    draw_dish,
    draw_film,
    draw_flange,
    draw_hand,
    draw_instrument,
    draw_powder,
    draw_ruler,
    draw_vial,
    one_of,
)

LARGEST = 300  # pixels of a photograph's longer side while it is drawn
SHARPNESS = 0.75  # of its size, at most, so that it is as soft as a photograph in a figure
Recipe = Callable[[np.random.Generator, int, int], Image.Image]


def draw_scene(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """A photograph of the size, after one of the RECIPES, with words and arrows on it now and then."""
    shrink = min(SHARPNESS, LARGEST / max(width, height))
    small = (max(16, round(width * shrink)), max(16, round(height * shrink)))
    names = list(RECIPES)
    image = RECIPES[names[int(random.integers(len(names)))]](random, *small)
    image = photographed(random, image).resize((width, height), Image.Resampling.BICUBIC)
    if random.random() < 0.22 and min(width, height) > 40:
        annotate(random, image)
    return image


def _bench(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Vials, boxes and cylinders in a row on a bench before a wall, mirrored a little in its top."""
    edge = round(height * float(random.uniform(0.35, 0.75)))
    image = Image.new("RGB", (width, height))
    wall = one_of(random, GROUNDS)
    image.paste(graded((width, edge), wall, darker(wall, 0.8)), (0, 0))
    image.paste(draw_ground(random, width, height - edge), (0, edge))
    image = image.filter(ImageFilter.GaussianBlur(1.5))
    layer = layer_of(width, height)
    fill, alike = any_colour(random, 40, 240), bool(random.random() < 0.55)
    other = any_colour(random, 40, 240)
    count = int(random.integers(1, 8))
    tall = min(height * float(random.uniform(0.4, 0.75)), 2.6 * width / count)
    foot = min(height * 0.95, edge + (height - edge) * float(random.uniform(0.3, 0.8)))
    for at in range(count):
        x = (at + 0.5) * width / count + random.normal(0, 0.03) * width
        draws = random.random()
        if alike or draws < 0.4:
            draw_vial(random, layer, x, foot, tall, mixed(fill, other, at / max(1, count - 1)))
        elif draws < 0.6:
            w = tall * float(random.uniform(0.2, 0.6))
            box = (x - w / 2, foot - tall * random.uniform(0.3, 1.0), x + w / 2, foot)
            cylinder(layer, box, one_of(random, (*METALS, any_colour(random, 40))))
        elif draws < 0.85:
            draw_box(random, layer, x, foot, tall * 0.6)
        else:
            draw_instrument(random, layer, (x, foot - tall * 0.4), tall * 0.7)
    if random.random() < 0.5:  # the bench shines
        mirrored = layer.transpose(Image.Transpose.FLIP_TOP_BOTTOM).filter(ImageFilter.GaussianBlur(2))
        place = (0, round(2 * foot - height))
        image.paste(mirrored.convert("RGB"), place, mirrored.getchannel("A").point(lambda value: value * 0.22))
    return lit_from_a_side(random, image, layer)


def _samples(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Pellets, coin cells, films, powders or parts seen from above, with a ruler beside them now and then."""
    layer = layer_of(width, height)
    least = min(width, height)
    count = int(random.choice((1, 1, 2, 3, 4, 6)))
    size = least * float(random.uniform(0.2, 0.42)) / count**0.45
    flat = float(random.uniform(0.35, 1.0))
    sort = int(random.integers(6))
    for _ in range(count):
        middle = (float(random.uniform(0.25, 0.75)) * width, float(random.uniform(0.28, 0.72)) * height)
        if count == 1:
            middle = (width / 2 + float(random.normal(0, 0.05)) * width, height / 2)
        match sort if random.random() < 0.8 else int(random.integers(6)):
            case 0 | 1:
                draw_coin(random, layer, middle, size, flat)
            case 2:
                draw_film(random, layer, middle, size * 1.2)
            case 3:
                draw_powder(random, layer, middle, size)
            case 4:
                draw_flange(random, layer, middle, size * 1.2)
            case _:
                draw_box(random, layer, middle[0], middle[1] + size / 2, size)
    if random.random() < 0.25:
        draw_ruler(random, layer, (width / 2, height * float(random.choice((0.12, 0.88)))), width * 0.9)
    if random.random() < 0.25:  # tweezers
        tip = (width * float(random.uniform(0.35, 0.65)), height * float(random.uniform(0.4, 0.6)))
        draw = ImageDraw.Draw(layer)
        for off in (-0.05, 0.05):
            tube(draw, [tip, (width * (0.95 + off), height * (0.05 - off))], least * 0.03, one_of(random, METALS))
    return lit_from_a_side(random, draw_ground(random, width, height), layer)


def _held(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """A hand, or two, with a film, pellet, cable or instrument."""
    layer = layer_of(width, height)
    least = min(width, height)
    target = (width * float(random.uniform(0.35, 0.65)), height * float(random.uniform(0.3, 0.6)))
    sort = int(random.integers(4))
    if sort == 0:
        ends = ((width * 0.18, height * 0.45), (width * 0.82, height * 0.45))
        tube(
            ImageDraw.Draw(layer),
            wavy(random, *ends, least * 0.4),
            least * float(random.uniform(0.02, 0.09)),
            one_of(random, CABLES),
        )
        for end in ends:
            draw_hand(random, layer, end, least * 0.32)
        return lit_from_a_side(random, draw_ground(random, width, height), layer)
    if random.random() < 0.5:
        draw_hand(random, layer, target, least * float(random.uniform(0.35, 0.5)))
    if sort == 1:
        draw_film(random, layer, target, least * float(random.uniform(0.2, 0.45)))
    elif sort == 2:
        draw_coin(random, layer, target, least * float(random.uniform(0.1, 0.25)), float(random.uniform(0.5, 1)))
    else:
        draw_instrument(random, layer, target, least * 0.45)
    draw_hand(random, layer, (target[0], target[1] + least * 0.12), least * float(random.uniform(0.3, 0.5)))
    return lit_from_a_side(random, draw_ground(random, width, height), layer)


def _circuit(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """An instrument, a cell or a lamp joined by cables with clips."""
    layer = layer_of(width, height)
    least = min(width, height)
    left = (width * float(random.uniform(0.2, 0.4)), height * float(random.uniform(0.25, 0.45)))
    right = (width * float(random.uniform(0.6, 0.8)), height * float(random.uniform(0.6, 0.8)))
    thick = least * float(random.uniform(0.008, 0.025))
    for _ in range(int(random.integers(2, 5))):
        jitter = random.normal(0, 0.08, 4) * least
        draw_cable(
            random,
            layer,
            (left[0] + jitter[0], left[1] + jitter[1]),
            (right[0] + jitter[2], right[1] + jitter[3]),
            thick,
        )
    draw_instrument(random, layer, left, least * float(random.uniform(0.35, 0.6)))
    if random.random() < 0.6:
        draw_coin(random, layer, right, least * float(random.uniform(0.08, 0.2)), float(random.uniform(0.4, 1)))
    if random.random() < 0.3:
        draw_hand(random, layer, (right[0], right[1] - least * 0.1), least * 0.4)
    image = lit_from_a_side(random, draw_ground(random, width, height), layer)
    if random.random() < 0.6:
        place = (random.uniform(0.2, 0.8), random.uniform(0.2, 0.8))
        return glowing(random, image, [place], float(random.uniform(0.02, 0.05)))
    return image


def _dark(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """A dark room: glowing vials, lamps, a plate that shines, a beam."""
    layer = layer_of(width, height)
    base = any_colour(random, 2, 30)
    ground = graded((width, height), base, mixed(base, any_colour(random, 10, 70), 0.8))
    count = int(random.integers(1, 7))
    hue, other = any_colour(random, 20, 255), any_colour(random, 20, 255)
    sort = random.random()
    for at in range(count):
        x = (at + 0.5) * width / count
        fill = mixed(hue, other, at / max(1, count - 1))
        if sort < 0.45:
            draw_vial(random, layer, x, height * 0.88, min(height * 0.7, 2.2 * width / count), fill)
        elif sort < 0.7:
            draw_coin(random, layer, (x, height * 0.5), 0.4 * min(width / count, height), float(random.uniform(0.5, 1)))
        else:
            draw_box(random, layer, x, height * random.uniform(0.6, 0.95), 0.6 * min(width / count, height))
    if sort < 0.7:
        glow = layer.filter(ImageFilter.GaussianBlur(min(width, height) * 0.06))
        ground.paste(glow.convert("RGB"), (0, 0), glow.getchannel("A").point(lambda value: value * 0.5))
        ground.paste(layer, (0, 0), layer)
    else:
        ground.paste(ImageEnhance.Brightness(layer.convert("RGB")).enhance(0.45), (0, 0), layer)
    if random.random() < 0.5:
        places = [(float(u), float(v)) for u, v in random.uniform(0.15, 0.85, (int(random.integers(1, 4)), 2))]
        ground = glowing(random, ground, places, float(random.uniform(0.015, 0.06)))
    return ground


def _textile(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Cloth, a net or a sponge with folds: knitted, striped, on a table or filling the picture."""
    step = float(random.uniform(2.5, 9))
    folds = smooth_noise(random, width, height, float(random.uniform(0.2, 0.5)))
    threads = weave(width + 24, height + 24, step)
    bend = (folds * 22).astype(int)
    rows, columns = np.arange(height)[:, None] + bend, np.arange(width)[None, :] + bend
    one, two = np.array(any_colour(random, 50)), np.array(any_colour(random, 60))
    band = ((rows if random.random() < 0.5 else columns) // max(4, int(height * random.uniform(0.05, 0.3)))) % 2
    share = np.broadcast_to(band, (height, width))[:, :, None] if random.random() < 0.5 else np.zeros((1, 1, 1))
    lit = (0.62 + 0.5 * folds) * (1 + 0.22 * threads[rows, columns])
    pixels = np.clip((one + (two - one) * share) * lit[:, :, None], 0, 255).astype(np.uint8)
    cloth = Image.fromarray(pixels)
    if random.random() < 0.45:
        return cloth
    layer = layer_of(width, height)
    around = np.sort(random.uniform(0, 2 * np.pi, 9))
    outline = [(width * (0.5 + 0.42 * np.cos(a)), height * (0.5 + 0.42 * np.sin(a))) for a in around.tolist()]
    mask = Image.new("L", (width, height), 0)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    layer.paste(cloth, (0, 0), mask)
    if random.random() < 0.4:
        draw_hand(random, layer, (width / 2, height / 2), min(width, height) * 0.35)
    return lit_from_a_side(random, draw_ground(random, width, height), layer)


def _grey_thing(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """One smooth thing in even light without colours: a drop on a plate, a wire, a needle, a ball, a strip."""
    level, sort = int(random.integers(70, 235)), int(random.integers(5))
    tone: Colour = (level, level, min(255, level + int(random.integers(0, 8))))
    ground = graded((width, height), mixed(tone, FULL, 0.2), darker(tone, 0.8), bool(random.random() < 0.5))
    layer = layer_of(width, height)
    draw = ImageDraw.Draw(layer)
    least = min(width, height)
    x, y, r = width * random.uniform(0.35, 0.65), height * random.uniform(0.5, 0.75), least * random.uniform(0.12, 0.3)
    dark: Colour = (30, 30, 32)
    if sort == 0:  # a drop on a plate, against the light
        high = r * random.uniform(0.5, 1.7)
        draw.ellipse((x - r, y - high, x + r, y + high * 0.8), fill=dark)
        glint = r * 0.25
        draw.ellipse(
            (x - glint, y - high * 0.5 - glint, x + glint, y - high * 0.5 + glint), fill=mixed(tone, FULL, 0.6)
        )
        draw.rectangle((0, y, width, height), fill=(*darker(tone, 0.35), 255))
        if random.random() < 0.4:
            draw.rectangle((x - r * 0.15, 0, x + r * 0.15, y - high), fill=dark)
        ground.paste(layer, (0, 0), layer)
        return ground.filter(ImageFilter.GaussianBlur(0.8))
    if sort in (1, 2):  # a wire, thread or fibre, or a few
        for _ in range(int(random.choice((1, 1, 2, 4)))):
            start = (-5.0, height * float(random.uniform(0.2, 0.8)))
            end = (width + 5.0, height * float(random.uniform(0.2, 0.8)))
            shade = int(random.integers(25, 190))
            thick = least * float(random.uniform(0.015, 0.16))
            tube(draw, wavy(random, start, end, least * 0.25, 26), thick, (shade, shade, shade), 0.35)
    elif sort == 3:
        for _ in range(int(random.integers(1, 4))):
            place = random.uniform(0.25, 0.75, 2) * (width, height)
            ball(layer, float(place[0]), float(place[1]), r * random.uniform(0.6, 1.2), (150, 150, 152))
    else:
        draw_film(random, layer, (x, height / 2), r * 1.5)
    whole = lit_from_a_side(random, ground, layer)
    grey = whole.convert("L").convert("RGB")
    return Image.blend(whole, grey, float(random.uniform(0.7, 1.0)))


def _measured(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """A long thing on paper with a ruler below it."""
    layer = layer_of(width, height)
    least = min(width, height)
    y = height * float(random.uniform(0.25, 0.45))
    ends = ((width * 0.08, y), (width * 0.92, y + float(random.normal(0, 0.04)) * height))
    thick = least * float(random.uniform(0.02, 0.14))
    colour = one_of(random, (*CABLES, *METALS))
    tube(ImageDraw.Draw(layer), wavy(random, *ends, least * 0.08), thick, colour)
    draw_ruler(random, layer, (width / 2, height * float(random.uniform(0.6, 0.85))), width * 1.1)
    if random.random() < 0.25:
        draw_coin(random, layer, (width * 0.5, y), least * 0.2, 0.9)
    return lit_from_a_side(random, draw_ground(random, width, height, (214, 214, 214)), layer)


def _series(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Dishes, pellets or films of a series in rows, their colours changing from one to the next."""
    rows = int(random.integers(1, 4))
    columns = int(np.clip(round(rows * width / height), 1, 6))
    layer = layer_of(width, height)
    first, last = any_colour(random, 30), any_colour(random, 30)
    radius, sort = 0.42 * min(width / columns, height / rows), int(random.integers(3))
    for at in range(rows * columns):
        middle = ((at % columns + 0.5) * width / columns, (at // columns + 0.5) * height / rows)
        fill = mixed(first, last, at / max(1, rows * columns - 1))
        if sort == 0:
            draw_dish(random, layer, middle, radius, fill)
        elif sort == 1:
            draw_coin(random, layer, middle, radius * 0.8, 0.9)
        else:
            draw_film(random, layer, middle, radius)
    return lit_from_a_side(random, draw_ground(random, width, height), layer)


RECIPES: dict[str, Recipe] = {
    "bench": _bench,
    "samples": _samples,
    "held": _held,
    "circuit": _circuit,
    "dark": _dark,
    "textile": _textile,
    "grey thing": _grey_thing,
    "measured": _measured,
    "series": _series,
}
