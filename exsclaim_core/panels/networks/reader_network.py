"""The network that reads what is printed on figures: letters of panels and labels of scale bars.

A crop becomes grey along the colour in which it varies most, and as high as the network expects; convolutions turn it
into a row of columns, each with the chances of all characters (Graves et al. 2006; no recurrent layer is needed for
words this short).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from exsclaim_core.model import Box
from exsclaim_core.panels.networks.layers import Convolution, Residual
from exsclaim_core.panels.networks.readings import CHARACTERS, Grammar, Reading, read_columns
from exsclaim_core.panels.networks.serving import best_device, load_weights
from exsclaim_core.panels.networks.text_beams import LogChances

Pixels = npt.NDArray[np.uint8]  # (height, width, 3)
Grey = npt.NDArray[np.float32]  # (HEIGHT, width) between -1 and 1

HEIGHT = 24  # of a crop as the network sees it
STRETCH = 1.5  # of its width, so that narrow characters too have columns of their own
STEP = 4  # pixels a column
WIDEST = 480
AFTER = 24  # pixels of grey after a crop, at least
LEAST_WIDTH = 96  # of a batch
MARGINS = (0.10, 0.15, 0.15)  # around a box: shares of its width and its height across, of its height down
SMALLEST_RANGE = 24.0  # of brightness that is stretched: less is an empty crop
TEMPERATURE = 1.4  # of the chances: networks are too sure of what they were not taught
FLAT = 6.0  # range of colours in which nothing is printed
WEIGHTS = Path(__file__).parent / "weights" / "reader.pt"


class ReaderNetwork(nn.Module):
    """Logits of characters. Pictures are (batch, 1, HEIGHT, width) between -1 and 1."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = nn.Sequential(
            Convolution(1, 16, stride=2),  # (batch, 16, 12, width / 2)
            Convolution(16, 32, stride=2),  # (batch, 32, 6, width / 4)
            Residual(32),
            Residual(32),
            nn.Conv2d(32, 64, 3, stride=(2, 1), padding=1, bias=False),  # (batch, 64, 3, width / 4)
            nn.BatchNorm2d(64),
            nn.ReLU(inplace=True),
            Residual(64),
            nn.Conv2d(64, 112, (3, 1), bias=False),  # (batch, 112, 1, width / 4)
            nn.BatchNorm2d(112),
            nn.ReLU(inplace=True),
        )
        self.line = nn.Sequential(_Along(112, 1), _Along(112, 2), _Along(112, 4))
        self.characters = nn.Conv1d(112, 1 + len(CHARACTERS), 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (batch, columns, 1 + characters); number 0 stands for none."""
        features = self.picture(pictures).squeeze(2)  # (batch, channels, columns)
        logits: Tensor = self.characters(self.line(features)).transpose(1, 2)
        return logits


class _Along(nn.Module):
    """Two convolutions along the text beside a way around them."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm1d(channels),
            nn.ReLU(inplace=True),
            nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm1d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.convolutions(x))


def prepare(picture: Pixels, box: Box) -> Grey | None:
    """What the network sees of a box: with a margin, grey, of full contrast; None where there is nothing."""
    height, width = picture.shape[:2]
    across = MARGINS[0] * box.width + MARGINS[1] * box.height + 0.5
    down = MARGINS[2] * box.height + 0.5
    x0, x1 = max(0.0, box.x0 - across), min(float(width), box.x1 + across)
    y0, y1 = max(0.0, box.y0 - down), min(float(height), box.y1 + down)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    columns = STEP * max(3, min(WIDEST // STEP, round(STRETCH * HEIGHT * (x1 - x0) / (y1 - y0) / STEP)))
    left, top = math.floor(x0), math.floor(y0)
    crop = picture[top : math.ceil(y1), left : math.ceil(x1)]
    inside = (x0 - left, y0 - top, x1 - left, y1 - top)
    small = Image.fromarray(np.ascontiguousarray(crop)).resize((columns, HEIGHT), Image.Resampling.BILINEAR, inside)
    colours = np.asarray(small, np.float32)
    return stretched(colours) if float(np.ptp(colours, axis=(0, 1)).max()) > FLAT else None


def stretched(colours: npt.NDArray[np.float32]) -> Grey:
    """Grey along the colour in which a picture (height, width, 3) varies most, between -1 and 1."""
    flat = colours.reshape(-1, 3)
    spread = np.cov(flat, rowvar=False)
    _, axes = np.linalg.eigh(spread)
    axis = axes[:, -1].astype(np.float32)
    grey = colours @ (axis if axis.sum() >= 0 else -axis)
    low, high = np.percentile(grey, (0.7, 99.3))
    middle, half = (low + high) / 2, max(float(high - low), SMALLEST_RANGE) / 2
    clipped: Grey = np.clip((grey - middle) / half, -1.3, 1.3).astype(np.float32)
    return clipped


def as_rows(crops: Sequence[Grey]) -> Tensor:
    """Crops as one batch (batch, 1, HEIGHT, width), filled up with grey, of which some follows the widest too."""
    # The last characters look the same to the network whatever else is in the batch.
    width = max(LEAST_WIDTH, max(crop.shape[1] for crop in crops) + AFTER)
    batch = np.zeros((len(crops), 1, HEIGHT, width), np.float32)
    for number, crop in enumerate(crops):
        batch[number, 0, :, : crop.shape[1]] = crop
    return torch.from_numpy(batch)


@torch.inference_mode()
def log_chances(network: nn.Module, crops: Sequence[Grey], batch: int = 32) -> list[LogChances]:
    """The logarithms of the chances of all characters in the columns of each crop."""
    found: list[LogChances] = [np.zeros((0, 1 + len(CHARACTERS)), np.float32)] * len(crops)
    device = next(network.parameters()).device
    order = sorted(range(len(crops)), key=lambda number: crops[number].shape[1])  # alike in width: little to fill up
    for at in range(0, len(order), batch):
        some = order[at : at + batch]
        logits = network(as_rows([crops[number] for number in some]).to(device)).float() / TEMPERATURE
        logs = functional.log_softmax(logits, 2).cpu().numpy()
        for number, rows in zip(some, logs, strict=True):
            found[number] = rows[: crops[number].shape[1] // STEP]
    return found


def read_texts(network: nn.Module, crops: Sequence[Grey], grammar: Grammar = "any") -> list[Reading]:
    """What each crop says; with a grammar, the likeliest of what a letter or a scale label can say, or else ""."""
    return [read_columns(chances, grammar) for chances in log_chances(network, crops)]


class Reader:
    """The network with its weights, loaded once a process, on one device."""

    def __init__(self, weights: Path = WEIGHTS, device: torch.device | None = None) -> None:
        self.network = load_weights(ReaderNetwork(), weights, device or best_device())

    def read_letters(self, picture: Pixels, boxes: Sequence[Box]) -> list[Reading]:
        """What some boxes of one figure say if they are letters of panels; the cases of alike letters are a guess."""
        return self._read(picture, boxes, "letter")

    def read_labels(self, picture: Pixels, boxes: Sequence[Box]) -> list[Reading]:
        """The labels of scale bars in some boxes: "5 µm", "10 1/nm"."""
        return self._read(picture, boxes, "label")

    def _read(self, picture: Pixels, boxes: Sequence[Box], grammar: Grammar) -> list[Reading]:
        crops = [prepare(picture, box) for box in boxes]
        there = [crop for crop in crops if crop is not None]
        readings = iter(read_texts(self.network, there, grammar))
        return [Reading("", 1.0) if crop is None else next(readings) for crop in crops]
