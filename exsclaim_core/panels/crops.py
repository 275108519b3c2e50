"""From points of a page to pixels of a figure's crop."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from exsclaim_core.model import Box, Figure
from exsclaim_core.panels.model import Panel, ScaleBar, Separation
from exsclaim_core.panels.operators import OperatorPanels
from exsclaim_core.pdf.pages import turn_boxes

POINTS_PER_INCH = 72.0
OFF = 1.5  # pixels by which a crop with its margin may be larger than its dpi say: sides are whole pixels


@dataclass(frozen=True, slots=True)
class CropFrame:
    """Where a crop lies on its page, and how large it is."""

    box: Box  # what it shows, points of the displayed page
    page_size: tuple[float, float]
    direction: int  # quarter turns counter-clockwise that the crop was turned by
    pixels: tuple[int, int]  # width and height of the crop

    def to_pixels(self, box: Box) -> Box:
        """A box of the page, in pixels of the crop and within it."""
        both = np.array([self.box.to_list(6), box.to_list(6)])
        crop, turned = turn_boxes(both, *self.page_size, self.direction % 4)
        scale = np.array(self.pixels) / np.maximum(crop[2:] - crop[:2], 1e-9)
        sides = (turned.reshape(2, 2) - crop[:2]) * scale
        (x0, y0), (x1, y1) = np.clip(sides, 0, self.pixels).tolist()
        return Box(x0, y0, x1, y1)


def frame_crop(figure: Figure, page_size: tuple[float, float], margin: float) -> CropFrame:
    """The frame of a figure's PNG; `margin` is what the settings of its output say, in points.

    A figure that is one image may have been rendered with that image's pixels and without a margin: its size tells.
    ValueError for a figure without a region or a PNG.
    """
    if figure.bbox is None or figure.pixels is None or figure.dpi is None:
        raise ValueError(f"{figure.name} has no picture")
    page = Box(0.0, 0.0, *page_size)
    shown = figure.bbox.expand(margin).clip(page) or figure.bbox
    scale = figure.dpi / POINTS_PER_INCH
    width, height = figure.pixels[::-1] if figure.direction % 2 else figure.pixels
    low = np.floor(np.array([shown.x0, shown.y0]) * scale)
    high = np.ceil(np.array([shown.x1, shown.y1]) * scale)
    if np.abs(high - low - (width, height)).max() <= OFF:
        shown = Box(*(low / scale).tolist(), *((low + np.array((width, height))) / scale).tolist())
    else:
        shown = figure.bbox
    return CropFrame(shown, page_size, figure.direction, figure.pixels)


def separation_of(found: OperatorPanels, frame: CropFrame) -> Separation:
    """What operators tell of a figure, in pixels of its crop."""

    def moved(part: Panel | ScaleBar) -> Box | None:
        return frame.to_pixels(part.label_box) if part.label_box else None

    panels = [replace(panel, box=frame.to_pixels(panel.box), label_box=moved(panel)) for panel in found.panels]
    bars = []
    for bar in found.scale_bars:
        box = frame.to_pixels(bar.box)
        bars.append(replace(bar, box=box, length=max(box.width, box.height), label_box=moved(bar)))
    return Separation(*frame.pixels, tuple(panels), tuple(bars))
