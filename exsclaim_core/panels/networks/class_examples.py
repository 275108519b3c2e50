"""What the network for classes learns from: real pictures, and panels of synthetic figures, varied each time."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from exsclaim_core.panels.model import CLASSES, PanelClass
from exsclaim_core.panels.networks.class_network import fitted
from exsclaim_core.panels.networks.examples import Pixels
from exsclaim_core.panels.networks.reading_examples import draw_text
from exsclaim_core.panels.synthesis.fonts import Colour, pick_family, put, stamp
from exsclaim_core.panels.synthesis.lettering import PATTERNS
from exsclaim_core.panels.synthesis.look import BLACK, WHITE
from exsclaim_core.panels.synthesis.sheet import SyntheticFigure
from exsclaim_core.panels.synthesis.sources import Sources

LONG_SIDE = 256  # of a picture that is kept, pixels
SMALLEST = 24  # of a panel's sides
PICTURES = ("microscopy", "diffraction", "photo", "other")  # that may be cut anywhere
TURNED = ("microscopy", "diffraction")  # that have no upper side
SHARES = {
    "microscopy": 0.23,
    "diffraction": 0.08,
    "graph": 0.22,
    "photo": 0.11,
    "illustration": 0.27,
    "table": 0.04,
    "other": 0.05,
}
# Of the real graphs half are forest plots: drawn ones are nearer to the literature as a whole.
REAL = {
    "microscopy": 0.65,
    "diffraction": 0.6,
    "graph": 0.3,
    "photo": 0.55,
    "illustration": 0.4,
    "table": 0.1,
    "other": 0.7,
}


@dataclass(slots=True)
class PanelPictures:
    """Pictures of each class, real ones and panels of synthetic figures."""

    real: dict[PanelClass, list[Image.Image]] = field(default_factory=lambda: defaultdict(list))
    drawn: dict[PanelClass, list[Image.Image]] = field(default_factory=lambda: defaultdict(list))

    def gather(self, sources: Sources, figures: Iterable[SyntheticFigure]) -> None:
        """Take all real pictures, and the panels of some figures."""
        for kind, pictures in (sources.pictures or {}).items():
            self.real[kind] += [_small(picture.pixels(LONG_SIDE)) for picture in pictures]
        for figure in figures:
            whole = Image.fromarray(figure.pixels)
            for panel in figure.panels:
                box = panel.box
                if min(box.width, box.height) >= SMALLEST:
                    crop = whole.crop((round(box.x0), round(box.y0), round(box.x1), round(box.y1)))
                    self.drawn[panel.kind].append(_small(crop))

    def example(self, random: np.random.Generator) -> tuple[npt.NDArray[np.float32], int]:
        """A panel as the network sees it, and the number of its class."""
        shares = np.array([SHARES[kind] if self.real[kind] or self.drawn[kind] else 0.0 for kind in CLASSES])
        number = int(random.choice(len(CLASSES), p=shares / shares.sum()))
        kind = CLASSES[number]
        real = bool(self.real[kind]) and (not self.drawn[kind] or random.random() < REAL[kind])
        image = self._picture(random, kind, real)
        if real and kind in PICTURES and random.random() < 0.14:
            image = self._several(random, kind, image)
        if kind in ("microscopy", "graph") and real and random.random() < 0.14:
            self._lay_inset(random, image)
        if real:
            image = _lettered(random, image, kind)
        if random.random() < 0.3:
            image = _bordered(random, image)
        return fitted(_worn(random, image, kind)), number

    def _picture(self, random: np.random.Generator, kind: PanelClass, real: bool) -> Image.Image:
        some = (self.real if real else self.drawn)[kind]
        image = some[int(random.integers(len(some)))]
        least = (0.45 if kind == "microscopy" else 0.6) if kind in PICTURES and real else 0.88
        if kind == "illustration" and real and random.random() < 0.3:
            least = 0.6
        shares = random.uniform(least, 1, 2)
        width, height = max(8, round(image.width * shares[0])), max(8, round(image.height * shares[1]))
        x = int(random.integers(max(0, image.width - width) + 1))
        y = int(random.integers(max(0, image.height - height) + 1))
        stretch = np.exp(random.normal(0, 0.12))
        size = (max(8, round(width * stretch)), max(8, round(height / stretch)))
        image = image.resize(size, Image.Resampling.BILINEAR, (x, y, x + width, y + height))
        if kind in PICTURES and random.random() < 0.5:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if kind in TURNED and random.random() < 0.6:
            image = image.transpose(Image.Transpose(int(random.integers(1, 5))))
        return image

    def _lay_inset(self, random: np.random.Generator, image: Image.Image) -> None:
        """Lay a small picture of any class into a corner: the panel stays what it is."""
        kinds = [kind for kind in CLASSES if kind not in ("other", "table") and self.real[kind]]
        small = self._picture(random, kinds[int(random.integers(len(kinds)))], True)
        width, height = (max(8, round(side * float(random.uniform(0.22, 0.42)))) for side in image.size)
        margin = int(random.choice((0, 3, 8)))
        x = margin if random.random() < 0.35 else image.width - width - margin
        y = margin if random.random() < 0.7 else image.height - height - margin
        image.paste(small.resize((width, height)), (x, y))

    def _several(self, random: np.random.Generator, kind: PanelClass, first: Image.Image) -> Image.Image:
        """Two to six pictures of the class side by side, as groups under one letter are."""
        columns, rows = ((2, 1), (1, 2), (2, 2), (3, 1), (3, 2))[int(random.integers(5))]
        space = int(random.choice((0, 2, 4, 8)))
        width, height = first.size
        whole = Image.new("RGB", (columns * (width + space), rows * (height + space)), WHITE)
        same = random.random() < 0.4
        for number in range(columns * rows):
            one = first if number == 0 or same else self._picture(random, kind, True)
            place = (number % columns * (width + space), number // columns * (height + space))
            whole.paste(one.resize((width, height)), place)
        return whole


def _small(image: Image.Image) -> Image.Image:
    image = image.convert("RGB")
    scale = LONG_SIDE / max(image.size)
    if scale >= 1:
        return image.copy()
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)


def _lettered(random: np.random.Generator, image: Image.Image, kind: PanelClass) -> Image.Image:
    """With a letter in or above its corner, a scale bar, lines and words, each now and then."""
    image = image.copy()
    draw = ImageDraw.Draw(image)
    width, height = image.size
    size = max(7, round(min(width, height) * float(random.uniform(0.07, 0.2))))
    colours: tuple[Colour, ...] = (WHITE, BLACK, WHITE, BLACK, (255, 255, 0), (255, 0, 0))
    if kind in PICTURES and random.random() < (0.55 if kind == "microscopy" else 0.25):
        length, thick = round(width * float(random.uniform(0.08, 0.35))), max(1, round(height * 0.015))
        x, y = random.uniform(0.03, 0.6) * width, height * float(random.uniform(0.85, 0.97))
        colour = colours[int(random.integers(len(colours)))]
        draw.rectangle((x, y, x + length, y + thick), fill=colour)
        if random.random() < 0.6:
            put(image, (x, y - 0.8 * size), stamp("500 nm", "helv", max(6, size // 2)), colour)
    if kind in PICTURES and random.random() < 0.12:  # something pointed at
        colour = colours[int(random.integers(len(colours)))]
        for _ in range(int(random.integers(1, 5))):
            x, y = random.uniform(0, width), random.uniform(0, height)
            across, down = random.uniform(-0.25, 0.25, 2) * min(width, height)
            if random.random() < 0.5:
                draw.line((x, y, x + across, y + down), fill=colour, width=max(1, size // 8))
            else:
                draw.rectangle((x, y, x + abs(across), y + abs(down)), outline=colour, width=max(1, size // 10))
    if kind in PICTURES and random.random() < 0.12:
        family = pick_family(random)
        text = draw_text(random)
        x, y = random.uniform(0, 0.7, 2) * image.size
        put(image, (x, y), stamp(text, family.regular, size), colours[int(random.integers(len(colours)))])
    draw_letter = random.random()
    letter = PATTERNS[int(random.integers(3))].format("abcdefgABCD"[int(random.integers(11))])
    mark = stamp(letter, pick_family(random).bold, size)
    if draw_letter < 0.35:
        put(image, (size * 0.3, size * 0.3), mark, colours[int(random.integers(len(colours)))])
    elif draw_letter < 0.6:
        extra = (mark.width + size // 3, 0) if random.random() < 0.5 else (0, mark.height + size // 3)
        wider = Image.new("RGB", (width + extra[0], height + extra[1]), WHITE)
        wider.paste(image, extra)
        put(wider, (1, 1), mark, BLACK)
        image = wider
    return image


def _bordered(random: np.random.Generator, image: Image.Image) -> Image.Image:
    """With white around it, a frame, or cut a little too narrowly."""
    draw = random.random()
    if draw < 0.4:
        shares = random.uniform(0, 0.1, 4)
        box = (shares * np.array((image.width, image.height) * 2)).round().astype(int)
        ground = WHITE if random.random() < 0.85 else BLACK
        wider = Image.new("RGB", (image.width + box[0] + box[2], image.height + box[1] + box[3]), ground)
        wider.paste(image, (int(box[0]), int(box[1])))
        return wider
    if draw < 0.7:
        image = image.copy()
        colour = BLACK if random.random() < 0.6 else WHITE
        width = int(random.integers(1, 5))
        ImageDraw.Draw(image).rectangle((0, 0, image.width - 1, image.height - 1), outline=colour, width=width)
        return image
    x0, y0, x1, y1 = random.uniform(0, 0.06, 4)
    return image.crop(
        (
            round(x0 * image.width),
            round(y0 * image.height),
            max(round(x0 * image.width) + 4, round((1 - x1) * image.width)),
            max(round(y0 * image.height) + 4, round((1 - y1) * image.height)),
        )
    )


def _worn(random: np.random.Generator, image: Image.Image, kind: PanelClass) -> Image.Image:
    if random.random() < 0.25:
        image = image.filter(ImageFilter.GaussianBlur(float(random.uniform(0.3, 1.8))))
    if random.random() < 0.2:  # small in the figure
        share = float(random.uniform(0.25, 0.7))
        image = image.resize((max(8, round(image.width * share)), max(8, round(image.height * share))))
    if random.random() < 0.35:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=int(random.integers(30, 92)))
        image = Image.open(file).convert("RGB")
    return Image.fromarray(_recoloured(random, np.asarray(image.convert("RGB")), kind))


def _recoloured(random: np.random.Generator, pixels: Pixels, kind: PanelClass) -> Pixels:
    """With other contrast, tint and noise; micrographs mostly stay grey, and photographs in colours."""
    values = pixels.astype(np.float32)
    if random.random() < (0.0 if kind == "photo" else 0.08):
        values = np.repeat(values.mean(2, keepdims=True), 3, axis=2)
    if random.random() < 0.5:
        values = 255 * np.power(values / 255, np.exp(random.uniform(-0.4, 0.4)), dtype=np.float32)
    if random.random() < 0.3:
        values = values * np.float32(random.uniform(0.7, 1.0)) + np.float32(random.uniform(0, 60))
    if random.random() < (0.08 if kind in TURNED else 0.25):
        tint = random.uniform(0.8, 1.0, 3).astype(np.float32)
        values = (255 - (255 - values) * tint).astype(np.float32)
    if random.random() < 0.25:
        noise = random.standard_normal((*values.shape[:2], 1), dtype=np.float32)
        values = values + noise * np.float32(random.uniform(1, 9))
    return np.clip(values, 0, 255).astype(np.uint8)
