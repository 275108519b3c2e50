"""The letters of panels: how they are printed, in which sequence, and where."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_letters
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.model import Box
from exsclaim_core.panels.synthesis.fonts import LETTER_FAMILIES, Colour, Stamp, put, stamp
from exsclaim_core.panels.synthesis.look import BLACK, FAINTEST, WHITE, Look, brightness

Place = Literal["inside", "above", "left", "below"]

PATTERNS = ("{}", "({})", "{})", "{}.", "[{}]")
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
NUMBERED = 0.075  # of figures with more than three panels
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class LetterStyle:
    """How all letters of one figure are printed."""

    pattern: str
    font: str
    size: int
    place: Place
    plate: Literal["none", "box", "circle", "outline"]
    colour: Colour | None  # None: black or white, as can be read
    margin: int  # from the corner of a picture
    right: bool  # inside in the right corner
    in_frame: bool  # of plots, near their upper left corner
    lowered: bool  # numbers after letters

    def on(self, ground: float) -> Colour:
        """The letters' colour where it can be read on a ground of the brightness, else black or white."""
        if self.colour and abs(brightness(self.colour) - ground) > FAINTEST:
            return self.colour
        return WHITE if ground < 128 else BLACK

    def mark(self, label: str) -> Stamp:
        """The printed letter."""
        letter, number = label.rstrip("0123456789"), label.lstrip(ascii_letters)
        printed = f"{letter}_{{{number}}}" if number and self.lowered else label
        return stamp(self.pattern.format(printed), self.font, self.size)


def draw_style(random: np.random.Generator, look: Look, pictures: bool, smallest: int) -> LetterStyle:
    """A style for letters of at least `smallest` pixels; they stand inside pictures more often than inside graphs."""
    family = look.family if random.random() < 0.7 else LETTER_FAMILIES[int(random.integers(len(LETTER_FAMILIES)))]
    bold = random.random() < 0.68
    draw = random.random()
    inside = 0.7 if pictures else 0.35
    place: Place = (
        "inside" if draw < inside else "above" if draw < inside + 0.13 else "left" if draw < 0.93 else "below"
    )
    plate = random.choice(("none", "box", "circle", "outline"), p=(0.76, 0.16, 0.03, 0.05))
    coloured = random.random() < 0.05
    colour = ((255, 0, 0), (255, 255, 0), (0, 0, 200), (255, 140, 0))[int(random.integers(4))] if coloured else None
    return LetterStyle(
        pattern=PATTERNS[int(random.choice(5, p=(0.47, 0.35, 0.13, 0.03, 0.02)))],
        font=family.bold if bold else family.regular if random.random() < 0.9 else family.italic,
        size=max(
            smallest, round(look.text * float(random.choice((1.0, 1.3, 1.6, 2.0, 2.5), p=(0.1, 0.26, 0.32, 0.22, 0.1))))
        ),
        place=place,
        plate=plate if place == "inside" else "none",
        colour=colour,
        margin=max(1, round(look.text * float(random.choice((0.1, 0.25, 0.5, 0.8))))),
        right=bool(random.random() < 0.06),
        in_frame=bool(place == "inside" and random.random() < 0.3),
        lowered=bool(random.random() < 0.5),
    )


def draw_sequence(random: np.random.Generator, rows: list[int]) -> list[str | None]:
    """Labels for panels in reading order, so many a row: a, b, c …, seldom with a gap, numbered (a1, a2, b1) or roman.

    None without letters.
    """
    count = sum(rows)
    draw = random.random()
    if draw < (0.85 if count == 1 else 0.07):
        return [None] * count
    case = str.upper if random.random() < 0.3 else str
    if draw > 0.97 and count <= len(ROMAN):
        return [case(label) for label in ROMAN[:count]]
    if draw > 0.97 - NUMBERED and count > 3:
        if max(rows) == 1 or len(rows) == 1 or len(rows) > len(ALPHABET):
            each = int(random.integers(2, 4))
            rows = [each] * (count // each) + [count % each] * (count % each > 0)
        return [f"{case(ALPHABET[row])}{at + 1}" for row, length in enumerate(rows) for at in range(length)]
    first = 0 if random.random() < 0.93 else int(random.integers(0, 6))
    letters = list(ALPHABET[first : first + count + 1])
    if random.random() < 0.04 and len(letters) > 3:
        letters.pop(int(random.integers(1, len(letters) - 1)))
    labels: list[str | None] = [case(letter) for letter in letters[:count]]
    labels += [None] * (count - len(labels))
    if random.random() < 0.04 and count > 2:
        labels[int(random.integers(1, count))] = None
    return labels


def brightness_at(image: Image.Image, x: float, y: float, mark: Stamp) -> float:
    """How bright the ground is, 0 to 255, on which a mark is to be printed with its top left corner at a place."""
    place = (int(x) - 1, int(y) - 1, int(x) + mark.width + 1, int(y) + mark.height + 1)
    return float(np.asarray(image.crop(place).convert("L"), np.float32).mean())


def print_inside(image: Image.Image, corner: Box, mark: Stamp, style: LetterStyle, ink: Colour) -> Box:
    """Print a letter into the corner of a picture's box, with its plate; where its ink then is."""
    x = corner.x1 - style.margin - mark.width if style.right else corner.x0 + style.margin
    y = corner.y0 + style.margin
    ground = brightness_at(image, x, y, mark)
    draw = ImageDraw.Draw(image)
    pad = max(2, style.size // 5)
    plate = (x - pad, y - pad, x + mark.width + pad, y + mark.height + pad)
    colour = style.on(ground)
    if style.plate == "box":
        light = style.pattern != "{}" or ink == BLACK
        x, y = max(x, corner.x0 + pad), y
        plate = (max(corner.x0, plate[0]), max(corner.y0, plate[1]), plate[2], plate[3])
        draw.rectangle(plate, fill=WHITE if light else BLACK)
        colour = BLACK if light else WHITE
    elif style.plate == "circle":
        half = max(mark.width, mark.height) / 2 + pad
        x, y = x - pad if style.right else x + pad, y + pad
        middle = (x + mark.width / 2, y + mark.height / 2)
        draw.ellipse((middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half), fill=WHITE)
        colour = BLACK
    elif style.plate == "outline":
        other = BLACK if colour != BLACK else WHITE
        step = max(1, style.size // 14)
        for dx, dy in ((-step, 0), (step, 0), (0, -step), (0, step)):
            put(image, (x + dx, y + dy), mark, other)
    return put(image, (x, y), mark, colour)
