"""The network that finds what is written and drawn on panels: letters, scale bars and their labels.

Each kind has a heat map with peaks in the middle of its boxes, and beside each peak the size of the box (Zhou et al.
2019, Objects as Points); of scale bars the whole line is marked too, on which their ends are measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from exsclaim_core.panels.networks.layers import Convolution, Pyramid, focal_loss

STRIDE = 4
KINDS = ("letter", "bar", "bar label")
LEAST = 0.1  # height of a peak
MOST = 120  # peaks of one kind


@dataclass(frozen=True, slots=True)
class Peak:
    """Something that was found."""

    kind: str
    box: tuple[float, float, float, float]  # pixels of the picture that the network saw
    chance: float


class MarkNetwork(nn.Module):
    """Heat maps and sizes. Pictures are (batch, 3, height, width) between -1 and 1, white is 1."""

    def __init__(self) -> None:
        super().__init__()
        self.pyramid = Pyramid((16, 32, 64, 96, 96), (0, 1, 2, 2, 1), finest=2, out=48)
        self.heat = nn.Sequential(Convolution(48, 48), nn.Conv2d(48, len(KINDS), 1))
        self.size = nn.Sequential(Convolution(48, 48), nn.Conv2d(48, 4 * len(KINDS), 1))
        nn.init.constant_(self.heat[1].bias, -4.0)  # type: ignore[arg-type]  # the layer is a Conv2d

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (batch, kinds, rows, columns) and, a kind, dx, dy, log width and log height (batch, 4 kinds, …)."""
        features = self.pyramid(pictures)
        return self.heat(features), self.size(features)


def mark_loss(heat: Tensor, size: Tensor, marks: list[list[Tensor]]) -> tuple[Tensor, Tensor]:
    """Losses of heat maps and of sizes; `marks` are for each picture and kind boxes (marks, 4) in pixels."""
    batch, kinds, rows, columns = heat.shape
    target = torch.zeros_like(heat)
    x = torch.arange(columns, device=heat.device)
    y = torch.arange(rows, device=heat.device)
    errors: list[Tensor] = []
    for number in range(batch):
        for kind in range(kinds):
            for x0, y0, x1, y1 in marks[number][kind].tolist():
                cx, cy = (x0 + x1) / 2 / STRIDE, (y0 + y1) / 2 / STRIDE
                column, row = int(cx), int(cy)
                if not (0 <= column < columns and 0 <= row < rows):
                    continue
                # Hills as wide as the box is: bars are long and flat.
                sx, sy = max(0.6, (x1 - x0) / STRIDE / 7), max(0.6, (y1 - y0) / STRIDE / 5)
                hill = (
                    torch.exp(-(((x - column) / sx) ** 2) / 2)[None, :]
                    * torch.exp(-(((y - row) / sy) ** 2) / 2)[:, None]
                )
                target[number, kind] = torch.maximum(target[number, kind], hill)
                target[number, kind, row, column] = 1.0
                want = torch.tensor(
                    (cx - column - 0.5, cy - row - 0.5, np.log(max(x1 - x0, 1)), np.log(max(y1 - y0, 1))),
                    device=heat.device,
                )
                found = size[number, 4 * kind : 4 * kind + 4, row, column]
                errors.append(functional.smooth_l1_loss(found, want.to(found.dtype), beta=0.1))
    sizes = torch.stack(errors).mean() if errors else size.sum() * 0
    return focal_loss(heat, target), sizes


def read_peaks(heat: npt.NDArray[np.float32], size: npt.NDArray[np.float32]) -> list[Peak]:
    """What stands in one picture: `heat` (kinds, rows, columns) logits, `size` (4 kinds, rows, columns)."""
    chance = torch.sigmoid(torch.from_numpy(np.ascontiguousarray(heat)))
    highest = functional.max_pool2d(chance[None], 3, 1, 1)[0]
    found: list[Peak] = []
    for kind, name in enumerate(KINDS):
        rows, columns = torch.nonzero((chance[kind] == highest[kind]) & (chance[kind] >= LEAST), as_tuple=True)
        order = torch.argsort(chance[kind, rows, columns], descending=True)[:MOST]
        for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
            dx, dy, width, height = (float(value) for value in size[4 * kind : 4 * kind + 4, row, column])
            cx, cy = (column + 0.5 + dx) * STRIDE, (row + 0.5 + dy) * STRIDE
            half_width, half_height = float(np.exp(min(width, 7.5))) / 2, float(np.exp(min(height, 6.0))) / 2
            box = (cx - half_width, cy - half_height, cx + half_width, cy + half_height)
            found.append(Peak(name, box, float(chance[kind, row, column])))
    return found
