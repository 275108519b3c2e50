"""What fills a panel: a real picture of the class where the sources have one, else a drawn one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from exsclaim_core.model import Box
from exsclaim_core.panels.model import PanelClass
from exsclaim_core.panels.synthesis.axes import Sides
from exsclaim_core.panels.synthesis.diffraction import PATTERNS, draw_diffraction
from exsclaim_core.panels.synthesis.fonts import Colour
from exsclaim_core.panels.synthesis.illustrations import draw_illustration, pick_scheme
from exsclaim_core.panels.synthesis.look import WHITE, Look
from exsclaim_core.panels.synthesis.pixels import grey, with_noise
from exsclaim_core.panels.synthesis.plots import draw_plot
from exsclaim_core.panels.synthesis.scenes import draw_scene
from exsclaim_core.panels.synthesis.sources import Sources
from exsclaim_core.panels.synthesis.textures import TEXTURES, draw_texture

FAINT = 20  # of 255: what differs less from the ground is no ink
_INK = [0] * (FAINT + 1) + [255] * (255 - FAINT)
REAL_SHARE = {"microscopy": 0.6, "diffraction": 0.45, "graph": 0.22, "illustration": 0.35, "photo": 0.45, "table": 0.3,
    "other": 0.8,
}  # fmt: skip
# Where letters and bars are mostly printed on the real micrographs; their truth is not known, so they are left out.
CLEAN = (0.03, 0.14, 0.97, 0.82)
MIDDLE = (0.05, 0.05, 0.95, 0.95)  # of patterns, which have little beside it
LARGEST_ENLARGEMENT = 3.0

Part = tuple[float, float, float, float]  # x0, y0, x1, y1 in shares of a picture
Base = Image.Image | str  # a real picture, or the name of a texture


@dataclass(frozen=True, slots=True)
class Contents:
    """What the panels of one figure show: few samples, many times, as in papers."""

    sources: Sources
    look: Look
    micrographs: tuple[Base, ...]
    patterns: tuple[Base, ...]
    schemes: tuple[str, ...]

    def draw(
        self, random: np.random.Generator, kind: PanelClass, width: int, height: int, sides: Sides | None = None
    ) -> Image.Image:
        """An image of the size; pictures fill it, all else stands on the figure's ground."""
        match kind:
            case "microscopy":
                return _shown(random, self.micrographs, width, height, CLEAN)
            case "diffraction":
                return _shown(random, self.patterns, width, height, MIDDLE)
            case "photo" | "other":
                picture = self.sources.picture(random, kind)
                if picture and random.random() < REAL_SHARE[kind]:
                    return _cut(random, picture.pixels(max(width, height)), width, height, (0, 0, 1, 1))
                return draw_scene(random, width, height) if kind == "photo" else _gel(random, width, height)
        real = sides is None and self.look.ground == WHITE and random.random() < REAL_SHARE[kind]
        picture = self.sources.picture(random, kind) if real else None
        if picture:
            return _fitted(random, without_letter(picture.pixels(max(width, height))), width, height)
        if kind == "graph":
            second = sides is None and bool(random.random() < 0.07)
            return draw_plot(random, width, height, self.look, sides or Sides(right=second))
        scheme = "table" if kind == "table" else self.schemes[int(random.integers(len(self.schemes)))]
        return draw_illustration(random, scheme, width, height, self.look, self._picture)

    def _picture(self, random: np.random.Generator, width: int, height: int) -> Image.Image:
        """What a collage shows among its drawings: the figure's micrographs, or a photograph."""
        return self.draw(random, "photo" if random.random() < 0.3 else "microscopy", width, height)


def draw_contents(random: np.random.Generator, sources: Sources, look: Look) -> Contents:
    """The samples of a figure: one to three micrographs, patterns and schemes."""
    return Contents(
        sources,
        look,
        tuple(_base(random, sources, "microscopy", tuple(TEXTURES)) for _ in range(int(random.choice((1, 2, 3))))),
        tuple(_base(random, sources, "diffraction", tuple(PATTERNS)) for _ in range(int(random.choice((1, 2, 3))))),
        tuple(pick_scheme(random) for _ in range(3)),
    )


def ink_box(image: Image.Image, ground: Colour) -> Box | None:
    """What differs from the ground, None where nothing does."""
    difference = ImageChops.difference(image, Image.new("RGB", image.size, ground))
    box = difference.convert("L").point(_INK).getbbox()
    return Box(*box) if box else None


def without_letter(image: Image.Image) -> Image.Image:
    """The picture, with a mark that stands alone in its top left corner painted over: mostly a panel's letter."""
    width, height = round(image.width * 0.18), round(image.height * 0.2)
    ink = np.asarray(image.crop((0, 0, width, height)).convert("L")) < 140
    rows = np.flatnonzero(ink.any(axis=1))
    if not rows.size:
        return image
    breaks = np.flatnonzero(np.diff(rows) > 1)
    top, low = int(rows[0]), int(rows[breaks[0]] if breaks.size else rows[-1])
    columns = np.flatnonzero(ink[top : low + 1].any(axis=0))
    wide = np.flatnonzero(np.diff(columns) > low - top + 1)
    left, right = int(columns[0]), int(columns[wide[0]] if wide.size else columns[-1])
    tall = low - top + 1
    if low >= height - 1 or right >= width - 1 or tall < 4 or right - left > 2.4 * tall or tall > 0.11 * image.height:
        return image
    cleaned = image.copy()
    ground = image.getpixel((0, 0))
    cleaned.paste(ground, (max(0, left - 2), max(0, top - 2), right + 3, low + 3))  # type: ignore[arg-type]
    return cleaned


def _base(random: np.random.Generator, sources: Sources, kind: PanelClass, names: tuple[str, ...]) -> Base:
    picture = sources.picture(random, kind) if random.random() < REAL_SHARE[kind] else None
    return picture.pixels(400) if picture else names[int(random.integers(len(names)))]


def _shown(random: np.random.Generator, bases: tuple[Base, ...], width: int, height: int, part: Part) -> Image.Image:
    base = bases[int(random.integers(len(bases)))]
    if not isinstance(base, str):
        return _cut(random, base, width, height, part)
    if base in PATTERNS:
        return draw_diffraction(random, base, width, height)
    return draw_texture(random, base, width, height)


def _cut(random: np.random.Generator, image: Image.Image, width: int, height: int, part: Part) -> Image.Image:
    """A piece of the picture's part in the shape of the panel, turned over and with another contrast now and then."""
    x0, y0, x1, y1 = (share * side for share, side in zip(part, image.size * 2, strict=True))
    fit = min((x1 - x0) / width, (y1 - y0) / height) * float(random.uniform(0.65, 1.0))
    w, h = width * fit, height * fit
    across, down = (0.5, 0.5) if part is MIDDLE else random.random(2).tolist()
    left, top = x0 + (x1 - x0 - w) * across, y0 + (y1 - y0 - h) * down
    piece = image.resize((width, height), Image.Resampling.BILINEAR, (left, top, left + w, top + h))
    if random.random() < 0.4:
        piece = ImageOps.mirror(piece)
    if random.random() < 0.25:
        piece = ImageEnhance.Contrast(piece).enhance(float(random.uniform(0.6, 1.5)))
    if random.random() < 0.25:
        piece = ImageEnhance.Brightness(piece).enhance(float(random.uniform(0.6, 1.25)))
    if random.random() < 0.05:
        tint = tuple(int(v) for v in random.integers(60, 256, 3))
        piece = ImageOps.colorize(piece.convert("L"), (0, 0, 0), (tint[0], tint[1], tint[2]))
    return piece


def _fitted(random: np.random.Generator, image: Image.Image, width: int, height: int) -> Image.Image:
    """The whole picture without its margins, as large as the panel allows, on white."""
    inked = ink_box(image, WHITE)
    if inked:
        image = image.crop((int(inked.x0), int(inked.y0), int(inked.x1), int(inked.y1)))
    across, down = width / image.width, height / image.height
    fit = min(across, down, LARGEST_ENLARGEMENT)
    # Authors, too, pull plots into the shape that they need.
    size = (round(image.width * min(across, 1.35 * fit)), round(image.height * min(down, 1.35 * fit)))
    whole = Image.new("RGB", (width, height), WHITE)
    share = float(random.choice((0.0, 0.5)))
    place = (round((width - size[0]) * share), round((height - size[1]) * share))
    whole.paste(image.resize((max(1, size[0]), max(1, size[1])), Image.Resampling.BILINEAR), place)
    return whole


def _gel(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Lanes with bands, light on dark or dark on light."""
    small = (max(8, width // 2), max(8, height // 2))
    dark = bool(random.random() < 0.4)
    image = Image.new("L", small, 25 if dark else int(random.integers(170, 230)))
    draw = ImageDraw.Draw(image)
    lanes = int(random.integers(3, 11))
    for lane in range(lanes):
        for y in random.uniform(0.08, 0.92, int(random.integers(1, 6))) * small[1]:
            half, thick = small[0] / lanes * 0.38, small[1] * random.uniform(0.01, 0.05)
            middle = (lane + 0.5) * small[0] / lanes
            shade = int(random.integers(120, 255) if dark else random.integers(0, 120))
            draw.rounded_rectangle((middle - half, y - thick, middle + half, y + thick), thick, fill=shade)
    values = np.asarray(image.filter(ImageFilter.GaussianBlur(1.6)), np.float32) / 255
    blurred = Image.fromarray(grey(with_noise(random, np.asarray(values, np.float32), 0.03)))
    return blurred.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
