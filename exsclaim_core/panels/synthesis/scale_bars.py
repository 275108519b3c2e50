"""Scale bars as microscopes, their programs and authors draw them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.model import Box
from exsclaim_core.panels.synthesis.fonts import LETTER_FAMILIES, Colour, put, stamp
from exsclaim_core.panels.synthesis.look import BLACK, WHITE, Look

Shape = Literal["solid", "ticks", "outlined"]
Place = Literal["above", "below", "right", "none"]

NANOMETRES = {"pm": 1e-3, "Å": 0.1, "nm": 1.0, "µm": 1e3, "mm": 1e6, "cm": 1e7}
VALUES = (
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    0.5,
    0.2,
    0.1,
    2.5,
    25,
    250,
    3,
    4,
    30,
    40,
    300,
    400,
    1000,
    1.5,
    15,
    60,
    80,
)
_TEXT = re.compile(r"^([0-9.]+) ?(nm|um|mm|cm|A)$")
STRIP_WORDS = ("15.0kV", "5.0kV", "x5,000", "X 20k", "SEI", "WD 8.1mm", "LEI", "10 kV", "HV 20 kV", "spot 3.0", "SE2")


@dataclass(frozen=True, slots=True)
class Scale:
    """What a bar's label says."""

    text: str
    nanometres: float | None  # None for reciprocal lengths


@dataclass(frozen=True, slots=True)
class BarStyle:
    """How the bars of one figure are drawn; lengths in pixels of the sheet."""

    shape: Shape
    thick: int
    tick: int  # height of end ticks
    label: Place
    font: str
    size: int
    colour: Colour | None  # None: black or white, as can be seen
    plate: bool
    left: bool  # in the left corner, else in the right one
    top: bool
    share: float  # of the picture's width
    margin: int
    strip: bool  # in a band below the picture


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar in pixels of the image on which it was drawn."""

    box: Box
    length: float
    label_box: Box | None


def draw_bar_style(random: np.random.Generator, look: Look, scale: float) -> BarStyle:
    """A style for the bars of a figure that is drawn `scale` times as large as it will be."""
    shape: Shape = ("solid", "ticks", "outlined")[int(random.choice(3, p=(0.83, 0.11, 0.06)))]
    thick = round(
        scale * float(random.choice((1, 1.5, 2, 3, 4, 5, 6, 8), p=(0.1, 0.1, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05)))
    )
    family = look.family if random.random() < 0.5 else LETTER_FAMILIES[int(random.integers(len(LETTER_FAMILIES)))]
    coloured = random.random() < 0.09
    colours: tuple[Colour, ...] = ((255, 255, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (150, 255, 150))
    return BarStyle(
        shape=shape,
        thick=max(1, min(thick, round(2 * scale)) if shape == "ticks" else thick),
        tick=round(look.text * float(random.uniform(0.4, 0.8))),
        label=("above", "below", "right", "none")[int(random.choice(4, p=(0.55, 0.15, 0.05, 0.25)))],
        font=family.bold if random.random() < 0.4 else family.regular,
        size=max(8, round(look.text * float(random.uniform(0.75, 1.5)))),
        colour=colours[int(random.integers(len(colours)))] if coloured else None,
        plate=bool(random.random() < 0.1),
        left=bool(random.random() < 0.35),
        top=bool(random.random() < 0.05),
        share=float(random.uniform(0.06, 0.34)),
        margin=round(look.text * float(random.uniform(0.25, 1.0))),
        strip=bool(random.random() < 0.07),
    )


def draw_scale(random: np.random.Generator, real: tuple[str, ...], reciprocal: bool, photo: bool = False) -> Scale:
    """A value with its unit, spelled in one of the ways in which papers spell it."""
    if reciprocal:
        unit = ("1/nm", "nm^{-1}", "1/nm", "nm-1", "1/Å", "Å^{-1}")[int(random.integers(6))]
        return Scale(f"{_number(float(random.choice((1, 2, 5, 10, 20, 0.5, 4))))} {unit}", None)
    if photo:
        digits, unit = _number(float(random.choice((1, 2, 5, 10, 0.5)))), str(random.choice(("mm", "cm")))
        value = float(digits)
    elif real and random.random() < 0.55:
        text = real[int(random.integers(len(real)))]
        read = _TEXT.match(text)
        if not read:
            return draw_scale(random, (), False)
        digits, unit = read[1], {"um": "µm", "A": "Å"}.get(read[2], read[2])
        value = float(digits)
    else:
        value = float(random.choice(VALUES))
        unit = str(random.choice(("nm", "µm", "mm", "Å", "pm", "cm"), p=(0.5, 0.37, 0.07, 0.03, 0.015, 0.015)))
        digits = _number(value)
        if digits.isdigit() and random.random() < 0.03:
            digits += ".0"
        if digits == "1000" and random.random() < 0.5:
            digits = "1,000"
    spelled = unit
    if unit == "µm":
        spelled = ("µm", "μm", "um")[int(random.choice(3, p=(0.6, 0.28, 0.12)))]
    space = "" if random.random() < 0.22 else " "
    return Scale(f"{digits}{space}{spelled}", value * NANOMETRES[unit])


def draw_bar(random: np.random.Generator, image: Image.Image, style: BarStyle, text: str | None) -> DrawnBar | None:
    """Draw a bar into the corner of a picture, with its label where there is a text; None where it does not fit."""
    width, height = image.size
    mark = stamp(text, style.font, style.size) if text else None
    label = style.label if mark else "none"
    if mark and mark.width > 0.6 * width:
        mark, label = None, "none"
    length = max(4, round(width * style.share * float(random.uniform(0.75, 1.25))))
    tall = style.tick | 1 if style.shape == "ticks" else style.thick
    gap = max(2, style.size // 5)
    beside = label == "right" and mark is not None
    block_w = max(length, mark.width if mark else 0) if not beside or mark is None else length + gap + mark.width
    block_h = tall + (gap + mark.height if mark and not beside else 0)
    margin = min(style.margin, width // 12)
    if block_w + 2 * margin > width or block_h + 2 * margin > 0.6 * height:
        return None
    x = margin if style.left else width - margin - block_w
    y = margin if style.top else height - margin - block_h
    if style.top:
        x = width - margin - block_w  # the letter mostly stands on the left
    block = (x, y, x + block_w, y + block_h)
    colour = _readable(image, block, style)
    draw = ImageDraw.Draw(image)
    if style.plate:
        pad = max(2, gap)
        ground = WHITE if colour == BLACK else BLACK
        draw.rectangle((x - pad, y - pad, x + block_w + pad, y + block_h + pad), fill=ground)
    bar_x = x if beside else x + (block_w - length) // 2
    bar_y = y + (block_h - tall if label == "above" else 0)
    box = _draw_line(draw, (bar_x, bar_y), length, tall, style, colour)
    label_box = None
    if mark and beside:
        label_box = put(image, (x + length + gap, bar_y + (tall - mark.height) / 2), mark, colour)
    elif mark:
        label_y = y if label == "above" else y + tall + gap
        label_box = put(image, (x + (block_w - mark.width) // 2, label_y), mark, colour)
    measured = length - style.thick if style.shape == "ticks" else length
    return DrawnBar(box, float(measured), label_box)


def draw_strip(random: np.random.Generator, image: Image.Image, style: BarStyle, text: str) -> DrawnBar | None:
    """Cover the foot of a picture with an instrument's band: values, and a bar or dotted ruler with its label."""
    mark = stamp(text, style.font, style.size)
    high = round(mark.height * float(random.uniform(1.8, 2.6)))
    length = round(image.width * float(random.uniform(0.15, 0.35)))
    margin = style.size // 2
    if high > 0.25 * image.height or length + mark.width + 4 * margin > image.width:
        return None
    dark = random.random() < 0.6
    ground, ink = (BLACK, WHITE) if dark else (WHITE, BLACK)
    draw = ImageDraw.Draw(image)
    top = image.height - high
    draw.rectangle((0, top, image.width, image.height), fill=ground)
    y = top + high // 2
    x = image.width - margin - length - mark.width - margin
    thick = max(1, style.thick // 2)
    if random.random() < 0.5:  # eleven ticks
        tall = max(3, high // 3)
        for at in range(11):
            tick = tall if at in (0, 5, 10) else tall // 2
            tick_x = x + round(at * (length - thick) / 10)
            draw.rectangle((tick_x, y + tall // 2 - tick, tick_x + thick - 1, y + tall // 2 - 1), fill=ink)
        box, measured = Box(x, y + tall // 2 - tall, x + length, y + tall // 2), length - thick
    else:
        draw.rectangle((x, y, x + length - 1, y + thick - 1), fill=ink)
        box, measured = Box(x, y, x + length, y + thick), length
    label_box = put(image, (x + length + margin, top + (high - mark.height) // 2), mark, ink)
    left = margin
    for at in random.choice(len(STRIP_WORDS), 3, replace=False):
        word = stamp(STRIP_WORDS[int(at)], style.font, style.size)
        if left + word.width + margin > x:
            break
        put(image, (left, top + (high - word.height) // 2), word, ink)
        left += word.width + 2 * margin
    return DrawnBar(box, float(measured), label_box)


def _draw_line(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], length: int, tall: int, style: BarStyle, colour: Colour
) -> Box:
    x, y = at
    if style.shape == "ticks":
        middle = y + (tall - style.thick) // 2
        draw.rectangle((x, middle, x + length - 1, middle + style.thick - 1), fill=colour)
        for left in (x, x + length - style.thick):
            draw.rectangle((left, y, left + style.thick - 1, y + tall - 1), fill=colour)
    elif style.shape == "outlined":
        other = BLACK if colour != BLACK else WHITE
        draw.rectangle((x - 1, y - 1, x + length, y + tall), fill=other)
        draw.rectangle((x, y, x + length - 1, y + tall - 1), fill=colour)
    else:
        draw.rectangle((x, y, x + length - 1, y + tall - 1), fill=colour)
    return Box(x, y, x + length, y + tall)


def _readable(image: Image.Image, block: tuple[int, int, int, int], style: BarStyle) -> Colour:
    if style.colour:
        return style.colour
    brightness = float(np.asarray(image.crop(block).convert("L").resize((8, 4)), np.float32).mean())
    return WHITE if brightness < 135 else BLACK


def _number(value: float) -> str:
    return f"{value:g}"
