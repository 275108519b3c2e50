"""The network that finds panels: each place inside a panel says how far its four sides are (after Tian et al. 2019).

Beside the picture it is told where letters have been read: a letter holds together what belongs to one panel, be it
several pictures, and tells panels apart that touch.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from exsclaim_core.model import Box
from exsclaim_core.panels.networks.layers import Convolution, Pyramid

STRIDE = 8
LONG_SIDE = 448  # of the picture that the network sees, pixels
MOST_BOXES = 200  # that are looked at
SAME = 0.55  # intersection over union from which two boxes are one panel
CENTRAL = 0.5  # share of a panel's width and height in which places speak for it
LEAST = 0.05  # chance below which a place does not speak
SMALLEST_LETTER = 8.0  # pixels: smaller ones are shown to the network as large as this

Hint = tuple[Box, float]  # where a letter has been read, pixels of what the network sees, and its chance


class PanelNetwork(nn.Module):
    """Chance and sides of a panel for each place of a grid.

    Pictures are (batch, 4, height, width): colours between -1 and 1, white is 1, and the map of letters, between 0 and
    1; sides are shares of LONG_SIDE.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pyramid = Pyramid((16, 32, 48, 96, 128, 160), (0, 1, 1, 2, 2, 2), finest=3, out=64, inputs=6)
        self.chance = nn.Sequential(Convolution(64, 64), nn.Conv2d(64, 1, 1))
        self.sides = nn.Sequential(Convolution(64, 64), nn.Conv2d(64, 4, 1))
        nn.init.constant_(self.chance[1].bias, -2.0)  # type: ignore[arg-type]  # the layer is a Conv2d
        nn.init.constant_(self.sides[1].bias, -1.5)  # type: ignore[arg-type]

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (batch, 1, rows, columns) and sides: left, top, right, bottom (batch, 4, rows, columns)."""
        features = self.pyramid(with_places(pictures))
        return self.chance(features), functional.softplus(self.sides(features))


def with_places(pictures: Tensor) -> Tensor:
    """The pictures with two more channels: how far right and down each pixel is, from -1 on, in LONG_SIDE."""
    batch, _, height, width = pictures.shape
    across = torch.arange(width, device=pictures.device, dtype=pictures.dtype) * (2 / LONG_SIDE) - 1
    down = torch.arange(height, device=pictures.device, dtype=pictures.dtype) * (2 / LONG_SIDE) - 1
    places = torch.stack((across.expand(height, width), down[:, None].expand(height, width)))
    return torch.cat((pictures, places.expand(batch, 2, height, width)), dim=1)


def with_letters(pictures: npt.NDArray[np.float32], letters: Sequence[Sequence[Hint]]) -> npt.NDArray[np.float32]:
    """Pictures (batch, 3, height, width) with a fourth channel: the chances of letters in their boxes, elsewhere 0."""
    batch, _, height, width = pictures.shape
    maps = np.zeros((batch, 1, height, width), np.float32)
    for own, hints in zip(maps[:, 0], letters, strict=True):
        for box, chance in sorted(hints, key=lambda hint: hint[1]):
            x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
            across, down = max(box.width, SMALLEST_LETTER) / 2, max(box.height, SMALLEST_LETTER) / 2
            rows = slice(max(0, round(y - down)), max(0, round(y + down)))
            columns = slice(max(0, round(x - across)), max(0, round(x + across)))
            own[rows, columns] = chance
    return np.concatenate((pictures, maps), axis=1)


def grid_centres(rows: int, columns: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """x (columns) and y (rows) of the grid's places, in shares of LONG_SIDE."""
    x = (torch.arange(columns, device=device) + 0.5) * (STRIDE / LONG_SIDE)
    y = (torch.arange(rows, device=device) + 0.5) * (STRIDE / LONG_SIDE)
    return x, y


def panel_loss(logits: Tensor, sides: Tensor, boxes: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Losses of the chances and of the sides; `boxes` are (panels, 4) for each picture, shares of LONG_SIDE.

    Of panels that lie in each other the smaller one is meant.
    """
    rows, columns = logits.shape[-2:]
    x, y = grid_centres(rows, columns, logits.device)
    target = torch.zeros_like(logits)
    weight = torch.ones_like(logits)
    chosen: list[Tensor] = []
    wanted: list[Tensor] = []
    for number, own in enumerate(boxes):
        if not len(own):
            continue
        x0, y0, x1, y1 = own.unbind(1)  # each (panels,)
        left, right = x[None, :] - x0[:, None], x1[:, None] - x[None, :]  # (panels, columns)
        top, bottom = y[None, :] - y0[:, None], y1[:, None] - y[None, :]  # (panels, rows)
        inside = ((left > 0) & (right > 0))[:, None, :] & ((top > 0) & (bottom > 0))[:, :, None]
        across = torch.minimum(left, right) / (x1 - x0).clamp(min=1e-6)[:, None] * 2  # 1 in the middle, 0 at the edge
        down = torch.minimum(top, bottom) / (y1 - y0).clamp(min=1e-6)[:, None] * 2
        # A place of a small panel counts also where the grid is too coarse for its middle half.
        central = torch.minimum(across[:, None, :].clamp(max=1), down[:, :, None].clamp(max=1)) > 1 - CENTRAL
        nearest = _nearest(inside, across, down)
        area = ((x1 - x0) * (y1 - y0))[:, None, None].expand_as(inside)
        speaking = torch.where(inside & (central | nearest), area, torch.full_like(area, torch.inf))
        smallest, which = speaking.min(0)  # (rows, columns)
        positive = torch.isfinite(smallest)
        target[number, 0][positive] = 1.0
        # Between the middle and the edge of a panel both answers will do.
        weight[number, 0][inside.any(0) & ~positive] = 0.1
        rows_at, columns_at = positive.nonzero(as_tuple=True)
        panel = which[rows_at, columns_at]
        chosen.append(sides[number, :, rows_at, columns_at].T)  # (places, 4)
        wanted.append(
            torch.stack(
                (
                    left[panel, columns_at],
                    top[panel, rows_at],
                    right[panel, columns_at],
                    bottom[panel, rows_at],
                ),
                dim=1,
            )
        )
    chance = torch.sigmoid(logits)
    miss = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    hard = torch.where(target > 0, 1 - chance, chance) ** 2  # focal (Lin et al. 2017)
    chances = (weight * hard.detach() * miss).sum() / target.sum().clamp(min=1)
    if not chosen:
        return chances, sides.sum() * 0
    return chances, _overlap_loss(torch.cat(chosen), torch.cat(wanted))


def _nearest(inside: Tensor, across: Tensor, down: Tensor) -> Tensor:
    """The place nearest to the middle of each panel (panels, rows, columns)."""
    depth = torch.minimum(across[:, None, :].expand_as(inside), down[:, :, None].expand_as(inside))
    depth = torch.where(inside, depth, torch.full_like(depth, -torch.inf))
    best = depth.flatten(1).max(1).values[:, None, None]
    return inside & (depth >= best) & torch.isfinite(best)


def _overlap_loss(sides: Tensor, wanted: Tensor) -> Tensor:
    """1 - GIoU of boxes given by their sides (places, 4) (Rezatofighi et al. 2019), and the error of each side."""
    both = torch.minimum(sides, wanted)
    hull = torch.maximum(sides, wanted)
    common = (both[:, 0] + both[:, 2]) * (both[:, 1] + both[:, 3])
    first = (sides[:, 0] + sides[:, 2]) * (sides[:, 1] + sides[:, 3])
    second = (wanted[:, 0] + wanted[:, 2]) * (wanted[:, 1] + wanted[:, 3])
    union = first + second - common
    around = (hull[:, 0] + hull[:, 2]) * (hull[:, 1] + hull[:, 3])
    overlap = common / union.clamp(min=1e-9) - (around - union) / around.clamp(min=1e-9)
    size = (wanted[:, :2] + wanted[:, 2:]).repeat(1, 2).clamp(min=0.02)
    return (1 - overlap).mean() + (functional.smooth_l1_loss(sides / size, wanted / size, beta=0.05)).mean()


def read_boxes(
    logits: npt.NDArray[np.float32], sides: npt.NDArray[np.float32]
) -> list[tuple[tuple[float, ...], float]]:
    """The panels of one picture: boxes in shares of LONG_SIDE with their chances, the surest first.

    Places that mean the same panel are joined to their mean, weighted by their chances: `logits` (rows, columns),
    `sides` (4, rows, columns).
    """
    chance = 1 / (1 + np.exp(-logits.astype(np.float64)))
    rows, columns = np.nonzero(chance >= LEAST)
    if not len(rows):
        return []
    some = np.argsort(-chance[rows, columns])[: 10 * MOST_BOXES]
    rows, columns = rows[some], columns[some]
    weight = chance[rows, columns]
    x, y = (columns + 0.5) * (STRIDE / LONG_SIDE), (rows + 0.5) * (STRIDE / LONG_SIDE)
    left, top, right, bottom = sides[:, rows, columns].astype(np.float64)
    boxes = np.stack((x - left, y - top, x + right, y + bottom), axis=1)  # (places, 4)
    found: list[tuple[tuple[float, ...], float]] = []
    left_over = np.ones(len(boxes), bool)
    while left_over.any() and len(found) < MOST_BOXES:
        best = int(np.flatnonzero(left_over)[0])
        same = left_over & (overlaps(boxes[best], boxes) >= SAME)
        mean = np.average(boxes[same], axis=0, weights=weight[same] ** 2)
        found.append((tuple(float(value) for value in mean), float(weight[best])))
        left_over &= ~same
        left_over[best] = False
    return found


def overlaps(box: npt.NDArray[np.float64], boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Intersection over union of a box with others (boxes, 4)."""
    width = np.minimum(box[2], boxes[:, 2]) - np.maximum(box[0], boxes[:, 0])
    height = np.minimum(box[3], boxes[:, 3]) - np.maximum(box[1], boxes[:, 1])
    common = np.clip(width, 0, None) * np.clip(height, 0, None)
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return common / np.maximum((box[2] - box[0]) * (box[3] - box[1]) + area - common, 1e-12)  # type: ignore[no-any-return]
