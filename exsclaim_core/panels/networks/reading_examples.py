"""What the network that reads learns from: words of synthetic figures, words drawn on grounds, crops without text."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from exsclaim_core.model import Box
from exsclaim_core.panels.networks.examples import Pixels, vary_colours
from exsclaim_core.panels.networks.reader_network import Grey, prepare
from exsclaim_core.panels.networks.readings import normal
from exsclaim_core.panels.synthesis.fonts import Colour, pick_family, plain, put, stamp
from exsclaim_core.panels.synthesis.lettering import ALPHABET, PATTERNS, ROMAN
from exsclaim_core.panels.synthesis.look import BLACK, WHITE, brightness
from exsclaim_core.panels.synthesis.scale_bars import draw_scale
from exsclaim_core.panels.synthesis.sheet import SyntheticFigure

HEIGHTS = (5.5, 60.0)  # of a capital letter, pixels
CAPITAL = 0.72  # height of a capital letter in sizes of its font
OFF = 0.15  # share of a box's sides by which it is off at most
GROUNDS_A_FIGURE = 5
COLOURS: tuple[Colour, ...] = ((255, 255, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 140, 0), (0, 255, 255))
WORDS = (
    *("Merge", "kV", "min", "Fe", "Ti", "Control", "x5,000", "SEI", "WD", "Intensity", "(a.u.)", "Time", "cm-1", "eV"),
    *("2theta", "DAPI", "BF", "HAADF", "wt."),
)
SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,-/'"


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word on a piece of a figure."""

    pixels: Pixels
    text: str
    box: Box


@dataclass(slots=True)
class Words:
    """Words of figures, and grounds to draw others on."""

    printed: list[PrintedWord] = field(default_factory=list)
    grounds: list[Pixels] = field(default_factory=list)
    scale_texts: tuple[str, ...] = ()

    def gather(self, random: np.random.Generator, figures: Iterable[SyntheticFigure]) -> None:
        """Take the words of some figures, and pieces of their pictures that show none."""
        for figure in figures:
            for text, box in figure.words:
                self.printed.append(_cut_word(figure.pixels, text, box))
            pictures = [panel.box for panel in figure.panels if panel.kind not in ("graph", "illustration", "table")]
            taken = [box for _, box in figure.words] + [bar.box for bar in figure.bars] + list(figure.insets)
            for _ in range(GROUNDS_A_FIGURE if pictures else 0):
                panel = pictures[int(random.integers(len(pictures)))]
                width, height = random.uniform(30, 200), random.uniform(24, 90)
                x = random.uniform(panel.x0, max(panel.x0 + 1, panel.x1 - width))
                y = random.uniform(panel.y0, max(panel.y0 + 1, panel.y1 - height))
                piece = Box(x, y, min(panel.x1, x + width), min(panel.y1, y + height))
                if min(piece.width, piece.height) > 16 and not any(piece.intersection(box) for box in taken):
                    pixels = figure.pixels[int(piece.y0) : int(piece.y1), int(piece.x0) : int(piece.x1)]
                    self.grounds.append(pixels.copy())

    def example(self, random: np.random.Generator) -> tuple[Grey, str]:
        """A crop as the network sees it, and what it says."""
        while True:
            draw = random.random()
            if draw < 0.42 and self.printed:
                word = self.printed[int(random.integers(len(self.printed)))]
                pixels = vary_colours(random, word.pixels)
                word = PrintedWord(255 - pixels if random.random() < 0.1 else pixels, word.text, word.box)
            elif draw < 0.92:
                word = draw_word(random, self)
            else:
                word = draw_nothing(random, self)
            crop = prepare(word.pixels, _off(random, word.box))
            if crop is not None:
                return crop, normal(word.text)


def draw_text(random: np.random.Generator, scale_texts: tuple[str, ...] = ()) -> str:
    """A letter of a panel, the label of a scale bar, seldom another word; "^{-1}" is raised."""
    draw = random.random()
    if draw < 0.5:
        return PATTERNS[int(random.choice(5, p=(0.42, 0.34, 0.15, 0.05, 0.04)))].format(_letter(random))
    if draw < 0.88:
        text = draw_scale(random, scale_texts, bool(random.random() < 0.13), bool(random.random() < 0.08)).text
        return text.replace("µm", "microns") if random.random() < 0.01 else text
    if draw < 0.93:
        return f"{WORDS[int(random.integers(len(WORDS)))]}"
    return "".join(SIGNS[int(at)] for at in random.integers(len(SIGNS), size=int(random.integers(2, 7))))


def draw_word(random: np.random.Generator, words: Words) -> PrintedWord:
    """A text on a ground, with what stands near it in figures."""
    text = draw_text(random, words.scale_texts)
    family = pick_family(random)
    font = (family.regular, family.bold, family.italic)[int(random.choice(3, p=(0.52, 0.42, 0.06)))]
    high = float(np.exp(random.uniform(*np.log(HEIGHTS))))
    # Figures are drawn large and made smaller: thin lines become grey.
    scale = min(float(random.choice((1.0, 1.5, 2.0, 3.0))), max(1.0, 80 / high))
    size = max(6, round(high * scale / CAPITAL))
    mark = stamp(text, font, size)
    aspect = float(np.exp(random.normal(0, 0.1)))  # narrow and wide typefaces
    edge = max(4, round(0.9 * mark.height))
    image = _ground(random, words, mark.width + 2 * edge, mark.height + 2 * edge)
    x, y = (float(value) for value in edge + random.uniform(-0.5, 0.5, 2) * edge)
    around = image.crop((int(x), int(y), int(x) + mark.width, int(y) + mark.height))
    ink = _ink(random, around)
    draw = ImageDraw.Draw(image)
    if random.random() < 0.06:  # a plate
        pad = size * float(random.uniform(0.08, 0.3))
        plate = BLACK if brightness(ink) > 127 else WHITE
        draw.rectangle((x - pad, y - pad, x + mark.width + pad, y + mark.height + pad), fill=plate)
    _clutter(random, draw, image, Box(x, y, x + mark.width, y + mark.height), ink, size)
    if random.random() < 0.08:
        step = max(1, size // 14)
        for across, down in ((-step, 0), (step, 0), (0, -step), (0, step)):
            put(image, (x + across, y + down), mark, BLACK if brightness(ink) > 127 else WHITE)
    box = put(image, (x, y), mark, ink)
    width, height = max(4, round(image.width * aspect / scale)), max(4, round(image.height / scale))
    wide, tall = width / image.width, height / image.height
    image = image.resize((width, height), Image.Resampling.BICUBIC if scale < 2 else Image.Resampling.HAMMING)
    return PrintedWord(
        np.asarray(_worn(random, image)),
        plain(text),
        box.scale(wide, tall),
    )


def draw_nothing(random: np.random.Generator, words: Words) -> PrintedWord:
    """A ground, with lines, rings and arrows now and then, but without text."""
    width, height = int(random.integers(14, 160)), int(random.integers(14, 60))
    image = _ground(random, words, width, height)
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.choice((0, 1, 2, 3)))):
        x0, x1 = sorted(random.uniform(0, width, 2).tolist())
        y0, y1 = sorted(random.uniform(0, height, 2).tolist())
        colour = _ink(random, image)
        thick = int(random.integers(1, 5))
        match int(random.integers(4)):
            case 0:
                draw.line((x0, y0, x1, y1), fill=colour, width=thick)
            case 1:
                draw.rectangle((x0, y0, x1, y0 + thick), fill=colour)
            case 2:
                draw.rectangle((x0, y0, x0 + thick, y1), fill=colour)
            case _:
                # Beyond the edges: a whole small ring would be the letter o.
                draw.ellipse((x0 - width, y0 - height, x1, y1), outline=colour, width=thick)
    box = Box(0, 0, width, height).expand(-float(random.uniform(0, 4)))
    return PrintedWord(np.asarray(_worn(random, image)), "", box)


def _letter(random: np.random.Generator) -> str:
    first = random.random() < 0.4  # most figures have few panels, and all letters have to be known
    letter = ALPHABET[int(random.integers(8 if first else 26))]
    letter = letter.upper() if random.random() < 0.4 else letter
    more = random.random()
    if more < 0.2:
        number = int(random.integers(1, 13))
        return f"{letter}_{{{number}}}" if random.random() < 0.5 else f"{letter}{number}"
    if more < 0.23:
        return letter + ROMAN[int(random.integers(6))]
    if more < 0.25:
        return letter + "'"
    if more < 0.29:
        return ROMAN[int(random.integers(len(ROMAN)))]
    return letter


def _cut_word(pixels: Pixels, text: str, box: Box) -> PrintedWord:
    height, width = pixels.shape[:2]
    edge = 0.6 * box.height + 0.25 * box.width + 2
    x0, y0 = max(0, int(box.x0 - edge)), max(0, int(box.y0 - edge))
    x1, y1 = min(width, int(box.x1 + edge) + 1), min(height, int(box.y1 + edge) + 1)
    return PrintedWord(pixels[y0:y1, x0:x1].copy(), text, Box(box.x0 - x0, box.y0 - y0, box.x1 - x0, box.y1 - y0))


def _ground(random: np.random.Generator, words: Words, width: int, height: int) -> Image.Image:
    draw = random.random()
    if draw < 0.5 and words.grounds:
        pixels = words.grounds[int(random.integers(len(words.grounds)))]
        image = Image.fromarray(pixels)
        share = min(1.0, float(random.uniform(0.3, 1.2)))
        w, h = max(2, round(image.width * share)), max(2, round(image.height * share))
        x, y = int(random.integers(image.width - w + 1)), int(random.integers(image.height - h + 1))
        return image.resize((width, height), Image.Resampling.BILINEAR, (x, y, x + w, y + h))
    if draw < 0.8:
        return Image.new("RGB", (width, height), WHITE)
    if draw < 0.88:
        return Image.new("RGB", (width, height), BLACK)
    red, green, blue = (int(value) for value in random.integers(0, 256, 3))
    return Image.new("RGB", (width, height), (red, green, blue))


def _ink(random: np.random.Generator, around: Image.Image) -> Colour:
    """A colour that can be read on the ground: black or white, seldom another."""
    ground = np.asarray(around.resize((4, 4), Image.Resampling.BOX), np.float32).reshape(-1, 3).mean(0)
    if random.random() < 0.12:
        colour = COLOURS[int(random.integers(len(COLOURS)))]
        if float(np.abs(np.array(colour) - ground).max()) > 110:
            return colour
    level = brightness((int(ground[0]), int(ground[1]), int(ground[2])))
    white = level < 128 if abs(level - 128) > 50 else bool(random.random() < 0.6)
    faded = int(random.integers(0, 70)) if random.random() < 0.12 else 0
    return (255 - faded,) * 3 if white else (faded,) * 3


def _clutter(
    random: np.random.Generator, draw: ImageDraw.ImageDraw, image: Image.Image, box: Box, ink: Colour, size: int
) -> None:
    """The bar at a label, a frame's edge, the end of another word."""
    thick = max(1, round(size * float(random.uniform(0.05, 0.35))))
    gap = size * float(random.uniform(0.12, 0.4))
    if random.random() < 0.3:
        y = box.y1 + gap if random.random() < 0.7 else box.y0 - gap - thick
        x0, x1 = sorted(random.uniform(0, image.width, 2).tolist())
        draw.rectangle((min(x0, box.x0), y, max(x1, box.x1), y + thick), fill=ink)
    if random.random() < 0.15:
        colour = BLACK if random.random() < 0.6 else WHITE
        if random.random() < 0.5:
            x = box.x0 - gap if random.random() < 0.5 else box.x1 + gap
            draw.rectangle((x, 0, x + max(1, thick // 3), image.height), fill=colour)
        else:
            y = box.y0 - gap if random.random() < 0.5 else box.y1 + gap
            draw.rectangle((0, y, image.width, y + max(1, thick // 3)), fill=colour)
    if random.random() < 0.08:  # the ends of a line in whose middle the text stands
        y = (box.y0 + box.y1) / 2
        thin = max(1, thick // 3)
        draw.rectangle((0, y, max(0.0, box.x0 - gap), y + thin), fill=ink)
        draw.rectangle((box.x1 + gap, y, max(image.width, box.x1 + gap), y + thin), fill=ink)
    if random.random() < 0.1:
        other = stamp(WORDS[int(random.integers(len(WORDS)))], "helv", max(6, round(size * 0.8)))
        put(image, (box.x1 + 0.45 * size, random.uniform(0, image.height / 2)), other, ink)


def _worn(random: np.random.Generator, image: Image.Image) -> Image.Image:
    """Blurred, made smaller on the way, noisy, packed as JPEG, each now and then."""
    if random.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(float(random.uniform(0.2, 0.045 * min(image.height, 30)))))
    if random.random() < 0.2:
        share = float(random.uniform(0.5, 0.9))
        small = image.resize((max(3, round(image.width * share)), max(3, round(image.height * share))))
        image = small.resize(image.size, Image.Resampling.BICUBIC)
    if random.random() < 0.15:
        values = np.asarray(image, np.float32)
        noise = random.standard_normal((image.height, image.width, 1), dtype=np.float32) * float(random.uniform(2, 16))
        image = Image.fromarray(np.clip(values + noise, 0, 255).astype(np.uint8))
    if random.random() < 0.65:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=int(random.integers(35, 96)), subsampling=2 if random.random() < 0.6 else 0)
        image = Image.open(file).convert("RGB")
    return image


def _off(random: np.random.Generator, box: Box) -> Box:
    """The box as a detector finds it: off by a few per cent, seldom by more."""
    most = OFF if random.random() < 0.5 else OFF / 3
    x0, x1 = random.uniform(-most, most, 2) * box.width
    y0, y1 = random.uniform(-most, most, 2) * box.height
    return Box(box.x0 + x0, box.y0 + y0, box.x1 + x1, box.y1 + y1)
