"""Panels as pictures of their own, and separations of a picture at another size."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image

from exsclaim_core.model import Box
from exsclaim_core.panels.images import Pixels, Raster
from exsclaim_core.panels.model import Panel, ScaleBar, Separation

COMPRESSION = 3  # of PNG: half the time of the usual 6 for some per cent more bytes


def crop_png(raster: Raster, box: Box) -> bytes | None:
    """A part of a picture as PNG, `box` being in pixels of its file; None where nothing of it lies in the picture."""
    height, width = raster.pixels.shape[:2]
    across, down = width / raster.width, height / raster.height
    x0, x1 = (int(np.clip(round(side * across), 0, width)) for side in (box.x0, box.x1))
    y0, y1 = (int(np.clip(round(side * down), 0, height)) for side in (box.y0, box.y1))
    if x0 >= x1 or y0 >= y1:
        return None
    return to_png(raster.pixels[y0:y1, x0:x1])


def to_png(pixels: Pixels) -> bytes:
    """RGB pixels (height, width, 3) as PNG; grey ones take a third of the bytes."""
    grey = bool((pixels == pixels[..., :1]).all())
    picture = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if grey else pixels))
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=COMPRESSION)
    return file.getvalue()


def scaled(found: Separation, width: int, height: int) -> Separation:
    """The separation in pixels of the same picture at another size: networks see large ones made smaller."""
    across, down = width / found.width, height / found.height
    if across == down == 1:
        return found

    def moved(box: Box) -> Box:
        return box.scale(across, down)

    def panel(one: Panel) -> Panel:
        return replace(one, box=moved(one.box), label_box=one.label_box and moved(one.label_box))

    def bar(one: ScaleBar) -> ScaleBar:
        along = across if one.box.width >= one.box.height else down
        return replace(
            one, box=moved(one.box), label_box=one.label_box and moved(one.label_box), length=one.length * along
        )

    return Separation(width, height, tuple(map(panel, found.panels)), tuple(map(bar, found.scale_bars)))
