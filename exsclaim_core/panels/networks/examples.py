"""What networks learn from: synthetic figures, drawn once and kept in a folder, and varied anew each time."""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from exsclaim_core.model import Box
from exsclaim_core.panels.networks import panel_network
from exsclaim_core.panels.networks.panel_network import Hint
from exsclaim_core.panels.synthesis.figures import draw_figure
from exsclaim_core.panels.synthesis.sheet import SyntheticFigure
from exsclaim_core.panels.synthesis.sources import Part, Sources

Pixels = npt.NDArray[np.uint8]  # (height, width, 3)
Boxes = npt.NDArray[np.float32]  # (boxes, 4)

MARK_CROP = 320  # side of the pictures that marks are learned on, pixels
LETTER_HEIGHTS = (7.0, 46.0)  # that the network for marks shall know, pixels
QUALITY = 95  # of the JPEG in which figures are kept
UNREAD = 0.12  # of figures, in which no letter has been read
MISSED = 0.06  # of letters
FALSE = 0.15  # of figures, in which something else has been taken for letters


@dataclass(slots=True)
class Figures:
    """Synthetic figures by number; each is drawn the first time that it is asked for, and kept in a folder."""

    folder: Path
    seed: int
    part: Part
    data: Path
    _sources: Sources | None = None

    def figure(self, number: int) -> SyntheticFigure:
        """The figure of a number: the same for the same seed."""
        path = self.folder / self.part / f"{self.seed}-{number:06d}.pickle"
        if path.is_file():
            stored, truth = pickle.loads(path.read_bytes())  # written below
            return SyntheticFigure(np.asarray(Image.open(io.BytesIO(stored))), *truth)
        if self._sources is None:
            self._sources = Sources.load(self.data, self.part) if self.data.is_dir() else Sources.drawn()
        place = 0 if self.part == "train" else 1
        figure = draw_figure(np.random.default_rng((self.seed, place, number)), self._sources)
        truth = (figure.panels, figure.bars, figure.words, figure.insets, figure.label_style)
        out = io.BytesIO()
        Image.fromarray(figure.pixels).save(out, "JPEG", quality=QUALITY, subsampling=0)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{id(self)}")
        beside.write_bytes(pickle.dumps((out.getvalue(), truth)))
        beside.replace(path)
        return figure


def panel_example(
    random: np.random.Generator, figure: SyntheticFigure, varied: bool = True
) -> tuple[Pixels, list[Hint], Boxes]:
    """A figure as the network for panels sees it, its letters as they may have been read, and its panels.

    The panels come in shares of LONG_SIDE.
    """
    pixels = vary_colours(random, figure.pixels) if varied else figure.pixels
    height, width = pixels.shape[:2]
    scale = panel_network.LONG_SIDE / max(height, width)
    across = down = 1.0
    if varied and random.random() < 0.3:  # figures that were stretched do occur, and network and boxes care little
        across, down = random.uniform(0.85, 1, 2)
    size = (max(1, round(width * scale * across)), max(1, round(height * scale * down)))
    small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))
    boxes = np.array([panel.box.to_list(3) for panel in figure.panels], np.float32).reshape(-1, 4)
    boxes *= np.array((size[0] / width, size[1] / height) * 2, np.float32) / panel_network.LONG_SIDE
    letters = [panel.label_box for panel in figure.panels if panel.label_box]
    hints = letters_as_read(random, letters, width, height) if varied else [(box, 1.0) for box in letters]
    return small, [(box.scale(size[0] / width, size[1] / height), chance) for box, chance in hints], boxes


def letters_as_read(random: np.random.Generator, letters: Sequence[Box], width: int, height: int) -> list[Hint]:
    """Letters of a figure with such errors as reading makes: some are missed, some are words of the figure."""
    if random.random() < UNREAD:
        return []
    found: list[Hint] = []
    for box in letters:
        if random.random() >= MISSED:
            dx, dy = random.normal(0, 0.15, 2) * box.height
            moved = Box(box.x0 + dx, box.y0 + dy, box.x1 + dx, box.y1 + dy)
            found.append((moved, float(np.clip(random.normal(0.95, 0.15), 0.5, 1.0))))
    if random.random() < FALSE:
        size = letters[0].height if letters else random.uniform(0.01, 0.04) * max(width, height)
        for _ in range(int(random.integers(1, 3))):
            x, y = random.uniform(0, width - size), random.uniform(0, height - size)
            found.append((Box(x, y, x + size, y + size), float(random.uniform(0.5, 1.0))))
    return found


def mark_example(random: np.random.Generator, figure: SyntheticFigure) -> tuple[Pixels, list[Boxes]]:
    """A piece of a figure, and what is on it of each kind: boxes in its pixels."""
    letters = [panel.label_box for panel in figure.panels if panel.label_box]
    bars = [bar.box for bar in figure.bars]
    labels = [bar.label_box for bar in figure.bars if bar.label_box]
    marks: list[list[Box]] = [letters, bars, labels]
    heights = [box.height for box in letters] or [14.0]
    least, most = LETTER_HEIGHTS[0] / min(heights), LETTER_HEIGHTS[1] / max(heights)
    scale = float(np.clip(np.exp(random.uniform(np.log(0.55), np.log(1.9))), min(least, 1.5), max(most, 0.4)))
    all_marks = [*letters, *bars, *labels]
    height, width = figure.pixels.shape[:2]
    side = MARK_CROP / scale
    if all_marks and random.random() < 0.8:
        box = all_marks[int(random.integers(len(all_marks)))]
        x = (box.x0 + box.x1) / 2 - random.uniform(0.1, 0.9) * side
        y = (box.y0 + box.y1) / 2 - random.uniform(0.1, 0.9) * side
    else:
        x, y = (
            random.uniform(-0.1 * side, max(1.0, width - 0.9 * side)),
            random.uniform(-0.1 * side, max(1.0, height - 0.9 * side)),
        )
    piece = Image.fromarray(figure.pixels).transform(
        (MARK_CROP, MARK_CROP),
        Image.Transform.EXTENT,
        (x, y, x + side, y + side),
        Image.Resampling.BILINEAR,
        fillcolor=(255, 255, 255),
    )
    if scale < 0.75:  # the transformation takes single pixels: a picture that becomes smaller has to be averaged
        window = (max(0, int(x)), max(0, int(y)), min(width, int(x + side) + 1), min(height, int(y + side) + 1))
        if window[2] > window[0] and window[3] > window[1]:
            cut = Image.fromarray(figure.pixels[window[1] : window[3], window[0] : window[2]])
            cut = cut.resize(
                (max(1, round(cut.width * scale)), max(1, round(cut.height * scale))), Image.Resampling.BOX
            )
            piece = Image.new("RGB", (MARK_CROP, MARK_CROP), (255, 255, 255))
            piece.paste(cut, (round((window[0] - x) * scale), round((window[1] - y) * scale)))
    pixels = vary_colours(random, np.asarray(piece))
    found = []
    for some in marks:
        boxes = np.array([box.to_list(3) for box in some], np.float32).reshape(-1, 4)
        boxes = (boxes - np.array((x, y, x, y), np.float32)) * np.float32(scale)
        middle = (boxes[:, :2] + boxes[:, 2:]) / 2
        found.append(boxes[((middle >= 0) & (middle < MARK_CROP)).all(1)])
    return pixels, found


def vary_colours(random: np.random.Generator, pixels: Pixels) -> Pixels:
    """The picture with other contrast, colours, noise; now and then grey."""
    values: npt.NDArray[np.float32] = pixels.astype(np.float32)
    if random.random() < 0.15:
        values = np.repeat(values.mean(2, keepdims=True), 3, axis=2)
    if random.random() < 0.5:
        values = (255 * (values / 255) ** np.exp(random.uniform(-0.35, 0.35))).astype(np.float32)
    if random.random() < 0.3:
        values = 255 - (255 - values) * random.uniform(0.75, 1.0, 3).astype(np.float32)
    if random.random() < 0.3:
        values += random.normal(0, random.uniform(1, 7), values.shape).astype(np.float32)
    return np.clip(values, 0, 255).astype(np.uint8)
