"""What the networks see in pictures: loaded once a process, asked for many figures at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import nn

from exsclaim_core.model import Box
from exsclaim_core.panels.images import Pixels
from exsclaim_core.panels.networks.mark_network import KINDS, MarkNetwork, Peak, read_peaks
from exsclaim_core.panels.networks.panel_network import LONG_SIDE, Hint, PanelNetwork, read_boxes, with_letters
from exsclaim_core.panels.networks.serving import MULTIPLES, WEIGHTS, as_input, best_device, load_weights

Floats = npt.NDArray[np.float32]

MARK_SIDES = (448, 1152)  # shorter and longer side between which pictures are scaled to look for marks, pixels


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that a network has seen, with its chance of being there."""

    box: Box  # pixels of the figure
    chance: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What is written and drawn on the panels of one figure, as the network has seen it; kinds as in KINDS."""

    letters: tuple[Sighting, ...] = ()
    bars: tuple[Sighting, ...] = ()
    bar_labels: tuple[Sighting, ...] = ()


class FigureReader:
    """Networks for panels and for marks, on one device; for one thread at a time."""

    def __init__(self, folder: Path = WEIGHTS, device: torch.device | None = None) -> None:
        self.device = device or best_device()
        self._panels = load_weights(PanelNetwork(), folder / "panels.pt", self.device)
        self._marks = load_weights(MarkNetwork(), folder / "marks.pt", self.device)

    @property
    def batch(self) -> int:
        """Pictures that are best given at once: on a CPU more only cost what fills the smaller ones up."""
        return 16 if self.device.type == "cuda" else 1

    def see_marks(self, pictures: Sequence[Pixels]) -> list[Marks]:
        """What is written and drawn on the panels of each picture (height, width, 3)."""
        scales = [_mark_scale(picture) for picture in pictures]
        small = [_resized(picture, scale) for picture, scale in zip(pictures, scales, strict=True)]
        heat, sizes = self._ask(self._marks, as_input(small, MULTIPLES["marks"]))
        return [
            _marks(picture, read_peaks(heat[number], sizes[number]), scale)
            for number, (picture, scale) in enumerate(zip(pictures, scales, strict=True))
        ]

    def see_panels(self, pictures: Sequence[Pixels], letters: Sequence[Sequence[Hint]]) -> list[tuple[Sighting, ...]]:
        """The panels of each picture, the surest first, given where letters have been read in it."""
        scales = [LONG_SIDE / max(picture.shape[:2]) for picture in pictures]
        small = [_resized(picture, scale) for picture, scale in zip(pictures, scales, strict=True)]
        hints = [
            [(box.scale(scale, scale), chance) for box, chance in some]
            for some, scale in zip(letters, scales, strict=True)
        ]
        chances, sides = self._ask(self._panels, with_letters(as_input(small, MULTIPLES["panels"]), hints))
        return [
            _sightings(picture, read_boxes(chances[number, 0], sides[number]), max(picture.shape[:2]))
            for number, picture in enumerate(pictures)
        ]

    @torch.inference_mode()
    def _ask(self, network: nn.Module, pictures: Floats) -> tuple[Floats, Floats]:
        given = torch.from_numpy(pictures).to(self.device, memory_format=torch.channels_last)
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


def _marks(picture: Pixels, peaks: Sequence[Peak], scale: float) -> Marks:
    kinds = (
        _sightings(picture, [(peak.box, peak.chance) for peak in peaks if peak.kind == kind], 1 / scale)
        for kind in KINDS
    )
    return Marks(*kinds)


def _sightings(picture: Pixels, boxes: Sequence[tuple[Sequence[float], float]], scale: float) -> tuple[Sighting, ...]:
    """What lies in the picture, in its pixels."""
    height, width = picture.shape[:2]
    whole = Box(0, 0, width, height)
    found = []
    for sides, chance in boxes:
        x0, y0, x1, y1 = (side * scale for side in sides)
        box = Box(x0, y0, max(x0, x1), max(y0, y1)).clip(whole)
        if box is not None and box.area > 0:
            found.append(Sighting(box, chance))
    return tuple(found)
