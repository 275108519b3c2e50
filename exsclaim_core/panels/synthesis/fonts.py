"""Words as masks of pixels, in the fonts that come with PyMuPDF: the same on every machine."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from exsclaim_core.model import Box
from exsclaim_core.pdf.fonts import font_file, has_more_fonts

Colour = tuple[int, int, int]

HALF = 128  # of a mask: the edge of a printed mark is where it is half as dark
SMALLER = 0.7  # size of raised and lowered text
_COVERED = [0] * HALF + [255] * (256 - HALF)  # a table is faster than a function
_MARKUP = re.compile(r"([\^_])\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Family:
    """Names of one typeface's fonts in MuPDF."""

    regular: str
    bold: str
    italic: str


# Most figures are lettered in Arial or Times; the twins of both come with MuPDF.
SANS = Family("helv", "hebo", "heit")
SERIF = Family("tiro", "tibo", "tiit")
TYPEWRITER = Family("cour", "cobo", "coit")
MORE = (
    Family("notos", "notosbo", "notosit"),
    Family("figo", "figbo", "figit"),
    Family("ubuntu", "ubuntubo", "ubuntuit"),
)

LETTER_FAMILIES = (SANS, SERIF)  # for letters in another typeface than the figure's


def pick_family(random: np.random.Generator) -> Family:
    """A typeface, Arial's twin above all; of those in pymupdf-fonts too where it is installed (the extra "train")."""
    draw = random.random()
    if draw < 0.58:
        return SANS
    if draw < 0.8:
        return SERIF
    if draw < 0.82:
        return TYPEWRITER
    return MORE[int(random.integers(len(MORE)))] if has_more_fonts() else SANS


@dataclass(frozen=True, slots=True)
class Stamp:
    """Text as a mask to paint through."""

    mask: Image.Image  # grey: 255 where the text covers a pixel
    edge: tuple[int, int, int, int]  # of what is at least half covered, in pixels of the mask

    @property
    def width(self) -> int:
        return self.mask.width

    @property
    def height(self) -> int:
        return self.mask.height

    def box(self, x: int, y: int) -> Box:
        """Where the ink stands when the mask's top left corner is at (x, y)."""
        x0, y0, x1, y1 = self.edge
        return Box(x + x0, y + y0, x + x1, y + y1)

    def turned(self) -> Stamp:
        """The same text, to be read from below."""
        return _measured(self.mask.transpose(Image.Transpose.ROTATE_90))


@lru_cache(4096)
def stamp(text: str, font: str, size: int) -> Stamp:
    """The text in a font of `size` pixels, cut to its ink; "cm^{2}" raises and "H_{2}O" lowers the figure."""
    pieces = _pieces(text)
    if len(pieces) == 1 and not pieces[0][1]:
        return _measured(_mask(text, font, size)[0])
    small = max(5, round(size * SMALLER))
    masks = []
    for piece, shift in pieces:
        mask, top, advance = _mask(piece, font, small if shift else size)
        masks.append((mask, top + {"": 0, "^": -round(size * 0.15), "_": round(size * 0.5)}[shift], advance))
    high = min(top for _, top, _ in masks)
    low = max(top + mask.height for mask, top, _ in masks)
    whole = Image.new("L", (sum(advance for _, _, advance in masks) + size, low - high), 0)
    x = 0
    for mask, top, advance in masks:
        whole.paste(255, (x, top - high), mask)
        x += advance
    return _measured(whole)


def plain(text: str) -> str:
    """The text as it is read: without the marks of raised and lowered figures."""
    return _MARKUP.sub(r"\2", text)


def put(image: Image.Image, at: tuple[float, float], mark: Stamp, colour: Colour) -> Box:
    """Paint text with its mask's top left corner at the point, and return the box of its ink."""
    x, y = round(at[0]), round(at[1])
    image.paste(colour, (x, y), mark.mask)
    return mark.box(x, y)


def put_centred(image: Image.Image, at: tuple[float, float], mark: Stamp, colour: Colour) -> Box:
    """Paint text around a point, and return the box of its ink."""
    return put(image, (at[0] - mark.width / 2, at[1] - mark.height / 2), mark, colour)


def widest(marks: Sequence[Stamp]) -> int:
    """The width of the widest text, 0 where there is none."""
    return max((mark.width for mark in marks), default=0)


@lru_cache(512)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    # The plain layout engine is faster, and the same where the library for complex scripts is absent.
    return ImageFont.truetype(io.BytesIO(font_file(name)), size, layout_engine=ImageFont.Layout.BASIC)


def _pieces(text: str) -> list[tuple[str, str]]:
    """Text with how it is shifted: "" on the line, "^" raised, "_" lowered."""
    parts = _MARKUP.split(text)
    pieces = [(parts[0], "")]
    for at in range(1, len(parts), 3):
        pieces += [(parts[at + 1], parts[at]), (parts[at + 2], "")]
    return [piece for piece in pieces if piece[0]] or [(" ", "")]


def _mask(text: str, font: str, size: int) -> tuple[Image.Image, int, int]:
    """Mask, its top below the line's top, and how far the next text stands to the right."""
    face = _font(font, size)
    x0, y0, x1, y1 = (round(value) for value in face.getbbox(text))
    mask = Image.new("L", (max(1, x1 - min(0, x0)), max(1, y1 - y0)), 0)
    ImageDraw.Draw(mask).text((-min(0, x0), -y0), text, fill=255, font=face)
    return mask, y0, max(1, round(face.getlength(text)))


def _measured(mask: Image.Image) -> Stamp:
    inked = mask.getbbox()
    if inked is None:
        return Stamp(mask, (0, 0, mask.width, mask.height))
    mask = mask.crop(inked)
    edge = mask.point(_COVERED).getbbox()
    return Stamp(mask, edge or (0, 0, mask.width, mask.height))
