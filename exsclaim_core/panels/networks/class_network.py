"""The network that tells what kind of picture a panel is.

A small residual network (He et al. 2016) on the whole panel, made as small as a stamp: kinds differ in their look at
large, and words on them need not be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from exsclaim_core.model import Box
from exsclaim_core.panels.kinds import PanelKind, panel_kind
from exsclaim_core.panels.model import CLASSES
from exsclaim_core.panels.networks.layers import Convolution, Residual
from exsclaim_core.panels.networks.serving import best_device, load_weights

Pixels = npt.NDArray[np.uint8]  # (height, width, 3)

SIDE = 128  # of the square into which a panel is fitted
TEMPERATURE = 0.9  # of the chances, fitted on held-out real pictures
WEIGHTS = Path(__file__).parent / "weights" / "classes.pt"


class ClassNetwork(nn.Module):
    """Logits of classes. Pictures are (batch, 3, SIDE, SIDE) between -1 and 1, what lies around a panel is 0."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Convolution(3, 16, stride=2),  # (batch, 16, 64, 64)
            Convolution(16, 32, stride=2),  # (batch, 32, 32, 32)
            Residual(32),
            Convolution(32, 64, stride=2),  # (batch, 64, 16, 16)
            Residual(64),
            Residual(64),
            Convolution(64, 96, stride=2),  # (batch, 96, 8, 8)
            Residual(96),
            Residual(96),
            Convolution(96, 128, stride=2),  # (batch, 128, 4, 4)
        )
        self.classes = nn.Sequential(nn.Dropout(0.2), nn.Linear(256, len(CLASSES)))

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (batch, classes)."""
        features = self.layers(pictures)
        # Means tell the look at large, largest values whether something occurs at all: ticks, words.
        joint = torch.cat((features.mean((2, 3)), features.amax((2, 3))), 1)
        logits: Tensor = self.classes(joint)
        return logits


def fitted(panel: Image.Image) -> npt.NDArray[np.float32]:
    """A panel as the network sees it: (3, SIDE, SIDE) between -1 and 1, its aspect kept, grey around it."""
    scale = SIDE / max(panel.size)
    width, height = max(4, round(panel.width * scale)), max(4, round(panel.height * scale))
    small = panel.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=3.0)
    square = np.zeros((3, SIDE, SIDE), np.float32)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    pixels = np.asarray(small.convert("RGB"), np.float32).transpose(2, 0, 1) / np.float32(127.5) - 1
    square[:, top : top + height, left : left + width] = pixels
    return square


@torch.inference_mode()
def class_chances(network: nn.Module, panels: Sequence[Image.Image], batch: int = 32) -> npt.NDArray[np.float32]:
    """The chances of all CLASSES for each panel: (panels, classes)."""
    device = next(network.parameters()).device
    found = [np.zeros((0, len(CLASSES)), np.float32)]
    for at in range(0, len(panels), batch):
        pictures = torch.from_numpy(np.stack([fitted(panel) for panel in panels[at : at + batch]]))
        found.append(functional.softmax(network(pictures.to(device)).float() / TEMPERATURE, 1).cpu().numpy())
    return np.concatenate(found)


class Classifier:
    """The network with its weights, loaded once a process, on one device."""

    def __init__(self, weights: Path = WEIGHTS, device: torch.device | None = None) -> None:
        self.network = load_weights(ClassNetwork(), weights, device or best_device())

    def classify(self, picture: Pixels, boxes: Sequence[Box]) -> list[PanelKind]:
        """The kind of each panel of a figure; "other" without confidence for a box outside the figure."""
        height, width = picture.shape[:2]
        crops: list[Image.Image | None] = []
        for box in boxes:
            inside = box.clip(Box(0, 0, width, height))
            if inside is None or round(inside.x1) <= round(inside.x0) or round(inside.y1) <= round(inside.y0):
                crops.append(None)
                continue
            crop = picture[round(inside.y0) : round(inside.y1), round(inside.x0) : round(inside.x1)]
            crops.append(Image.fromarray(np.ascontiguousarray(crop)))
        chances = iter(class_chances(self.network, [crop for crop in crops if crop is not None]))
        nothing = np.zeros(len(CLASSES), np.float32)
        return [panel_kind(nothing if crop is None else next(chances)) for crop in crops]
