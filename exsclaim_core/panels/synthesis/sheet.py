"""A figure under way, with what is true of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from exsclaim_core.model import Box
from exsclaim_core.panels.model import Panel, ScaleBar


@dataclass(frozen=True, slots=True)
class SyntheticFigure:
    """A drawn figure and the truth about it; boxes in pixels, those of panels and letters tight to the ink."""

    pixels: NDArray[np.uint8]  # (height, width, 3)
    panels: tuple[Panel, ...]  # in the order of their letters
    bars: tuple[ScaleBar, ...]
    words: tuple[tuple[str, Box], ...]  # every letter and scale label as printed
    insets: tuple[Box, ...]  # pictures and plots laid over their panel, without a letter of their own
    label_style: str | None = None  # how letters are printed: "a", "(A)"; None without letters


@dataclass(slots=True)
class Sheet:
    """The picture that is being drawn, and the parts of its truth."""

    image: Image.Image
    panels: list[Panel] = field(default_factory=list)
    bars: list[ScaleBar] = field(default_factory=list)
    words: list[tuple[str, Box]] = field(default_factory=list)
    insets: list[Box] = field(default_factory=list)

    def figure(self, label_style: str | None) -> SyntheticFigure:
        """What has been drawn."""
        return SyntheticFigure(
            np.asarray(self.image),
            tuple(self.panels),
            tuple(self.bars),
            tuple(self.words),
            tuple(self.insets),
            label_style,
        )


def cut_to_panels(figure: SyntheticFigure, margin: int) -> SyntheticFigure:
    """The figure without what lies farther than the margin from its panels."""
    height, width, _ = figure.pixels.shape
    hull = Box.hull(panel.box for panel in figure.panels).expand(margin)
    x0, y0 = max(0, int(hull.x0)), max(0, int(hull.y0))
    x1, y1 = min(width, int(hull.x1)), min(height, int(hull.y1))

    def cut(box: Box) -> Box:
        return moved(box, -x0, -y0)

    def cut_any(box: Box | None) -> Box | None:
        return cut(box) if box else None

    return replace(
        figure,
        pixels=figure.pixels[y0:y1, x0:x1],
        panels=tuple(replace(panel, box=cut(panel.box), label_box=cut_any(panel.label_box)) for panel in figure.panels),
        bars=tuple(replace(bar, box=cut(bar.box), label_box=cut_any(bar.label_box)) for bar in figure.bars),
        words=tuple((text, cut(box)) for text, box in figure.words),
        insets=tuple(cut(box) for box in figure.insets),
    )


def moved(box: Box, across: float, down: float) -> Box:
    """The box at another place."""
    return Box(box.x0 + across, box.y0 + down, box.x1 + across, box.y1 + down)
