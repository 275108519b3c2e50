"""What the networks see in pictures: loaded once a process, asked for many figures at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import nn

from exsclaim_core.model import Box
from exsclaim_core.panels.images import Pixels
from exsclaim_core.panels.networks.mark_network import MarkNetwork, Peak, read_peaks
from exsclaim_core.panels.networks.panel_network import LONG_SIDE, PanelNetwork, read_boxes
from exsclaim_core.panels.networks.serving import WEIGHTS, as_input, best_device, load_weights

Floats = npt.NDArray[np.float32]

MARK_SIDES = (448, 1152)  # shorter and longer side between which pictures are scaled to look for marks, pixels
MULTIPLES = {"panels": 64, "marks": 32}  # of which the sides of inputs are


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that a network has seen, with its chance of being there."""

    box: Box  # pixels of the figure
    chance: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What the networks see in one figure."""

    panels: tuple[Sighting, ...]
    letters: tuple[Sighting, ...]
    bars: tuple[Sighting, ...]
    bar_labels: tuple[Sighting, ...]


class FigureReader:
    """Networks for panels and for marks, on one device; for one thread at a time."""

    def __init__(self, folder: Path = WEIGHTS, device: torch.device | None = None) -> None:
        self.device = device or best_device()
        self._panels = load_weights(PanelNetwork(), folder / "panels.pt", self.device)
        self._marks = load_weights(MarkNetwork(), folder / "marks.pt", self.device)

    def see(self, pictures: Iterable[Pixels]) -> Iterator[Seen]:
        """What is in each picture (height, width, 3), in their order."""
        size = 16 if self.device.type == "cuda" else 1  # on a CPU a batch only costs what fills it up
        some = iter(pictures)
        while batch := list(islice(some, size)):
            yield from self._see(batch)

    @torch.inference_mode()
    def _see(self, pictures: Sequence[Pixels]) -> list[Seen]:
        small = [_resized(picture, LONG_SIDE / max(picture.shape[:2])) for picture in pictures]
        chances, sides = self._ask(self._panels, small, "panels")
        scales = [_mark_scale(picture) for picture in pictures]
        heat, sizes = self._ask(
            self._marks, [_resized(picture, scale) for picture, scale in zip(pictures, scales, strict=True)], "marks"
        )
        return [
            _joined(
                picture, read_boxes(chances[number, 0], sides[number]), read_peaks(heat[number], sizes[number]), scale
            )
            for number, (picture, scale) in enumerate(zip(pictures, scales, strict=True))
        ]

    def _ask(self, network: nn.Module, pictures: Sequence[Pixels], kind: str) -> tuple[Floats, Floats]:
        given = torch.from_numpy(as_input(pictures, MULTIPLES[kind])).to(self.device, memory_format=torch.channels_last)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            first, second = network(given)
        return first.float().cpu().numpy(), second.float().cpu().numpy()


@cache
def figure_reader() -> FigureReader:
    """The networks with the program's own weights."""
    return FigureReader()


def _resized(picture: Pixels, scale: float) -> Pixels:
    if scale == 1:
        return picture
    height, width = picture.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    filtered = Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(picture).resize(size, filtered, reducing_gap=2.0))


def _mark_scale(picture: Pixels) -> float:
    """By how much a picture is enlarged or made smaller before marks are looked for."""
    least, most = MARK_SIDES
    longer, shorter = max(picture.shape[:2]), min(picture.shape[:2])
    return min(most / longer, max(1.0, least / max(shorter, 1))) if longer > 64 else 1.0


def _joined(
    picture: Pixels,
    boxes: Sequence[tuple[tuple[float, ...], float]],
    peaks: Sequence[Peak],
    scale: float,
) -> Seen:
    height, width = picture.shape[:2]
    whole = Box(0, 0, width, height)
    factor = max(height, width)

    def sighting(sides: Sequence[float], by: float, chance: float) -> Sighting | None:
        x0, y0, x1, y1 = (side * by for side in sides)
        box = Box(x0, y0, max(x0, x1), max(y0, y1)).clip(whole)
        return Sighting(box, chance) if box is not None and box.area > 0 else None

    panels = [sighting(sides, factor, chance) for sides, chance in boxes]
    marks: dict[str, list[Sighting | None]] = {"letter": [], "bar": [], "bar label": []}
    for peak in peaks:
        marks[peak.kind].append(sighting(peak.box, 1 / scale, peak.chance))
    letters, bars, labels = (tuple(each for each in some if each is not None) for some in marks.values())
    return Seen(tuple(each for each in panels if each is not None), letters, bars, labels)
