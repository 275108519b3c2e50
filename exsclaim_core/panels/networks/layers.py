"""Layers that the networks share."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Convolution(nn.Sequential):
    """A convolution with batch normalisation and ReLU; `stride` 2 halves the picture."""

    def __init__(self, channels: int, out: int, size: int = 3, stride: int = 1, dilation: int = 1) -> None:
        super().__init__(
            nn.Conv2d(channels, out, size, stride, dilation * (size // 2), dilation, bias=False),
            nn.BatchNorm2d(out),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    """Two convolutions beside a way around them (He et al. 2016)."""

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = Convolution(channels, channels, dilation=dilation)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.second(self.first(x)))


class Pyramid(nn.Module):
    """Features of a picture at several strides, the coarse ones added to the finer ones (Lin et al. 2017).

    `widths` are the channels at strides 2, 4, 8 …; features come back at the stride 2 ** `finest`, with `out` channels.
    """

    def __init__(
        self, widths: tuple[int, ...], depths: tuple[int, ...], finest: int, out: int, inputs: int = 3
    ) -> None:
        super().__init__()
        self.finest = finest
        self.stages = nn.ModuleList()
        before = inputs
        for width, depth in zip(widths, depths, strict=True):
            layers: list[nn.Module] = [Convolution(before, width, stride=2)]
            layers += [Residual(width) for _ in range(depth)]
            self.stages.append(nn.Sequential(*layers))
            before = width
        self.sides = nn.ModuleList(nn.Conv2d(width, out, 1) for width in widths[finest - 1 :])
        self.smooth = Convolution(out, out)

    @property
    def multiple(self) -> int:
        """What widths and heights of pictures have to be a multiple of."""
        return 1 << len(self.stages)

    def forward(self, x: Tensor) -> Tensor:
        features = []  # (batch, width, height / 2 ** level, width / 2 ** level)
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        some = [side(feature) for side, feature in zip(self.sides, features[self.finest - 1 :], strict=True)]
        joint: Tensor = some[-1]
        for finer in reversed(some[:-1]):
            joint = finer + functional.interpolate(joint, size=finer.shape[-2:], mode="nearest")
        smooth: Tensor = self.smooth(joint)
        return smooth


def focal_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Loss of heat maps whose peaks are 1 and whose hills around them count less (Zhou et al. 2019, equation 1).

    Both (batch, channels, height, width); summed, over the number of peaks.
    """
    chance = torch.sigmoid(logits)
    peak = target >= 0.999
    at_peak = (1 - chance) ** 2 * functional.logsigmoid(logits)
    elsewhere = (1 - target) ** 4 * chance**2 * functional.logsigmoid(-logits)
    return -torch.where(peak, at_peak, elsewhere).sum() / peak.sum().clamp(min=1)
