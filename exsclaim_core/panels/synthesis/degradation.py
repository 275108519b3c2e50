"""What happens to a figure between the author's program and the file in which it is found."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from exsclaim_core.model import Box
from exsclaim_core.panels.synthesis.sheet import SyntheticFigure


def degrade(random: np.random.Generator, figure: SyntheticFigure, width: int) -> SyntheticFigure:
    """The figure at the given width, blurred, noisy, grey, sharpened or packed as JPEG, each now and then."""
    image = Image.fromarray(np.ascontiguousarray(figure.pixels))
    size = (width, max(1, round(image.height * width / image.width)))
    figure = _scaled(figure, size[0] / image.width, size[1] / image.height)
    if image.size != size:
        image = image.resize(size, Image.Resampling.BICUBIC if random.random() < 0.5 else Image.Resampling.HAMMING)
    if random.random() < 0.22:  # made smaller on the way and enlarged again
        share = float(random.uniform(0.5, 0.9))
        small = image.resize(
            (max(1, round(size[0] * share)), max(1, round(size[1] * share))), Image.Resampling.BILINEAR
        )
        image = small.resize(size, Image.Resampling.BICUBIC)
    if random.random() < 0.08:
        image = image.filter(ImageFilter.UnsharpMask(1.2, int(random.integers(40, 130)), 2))
    if random.random() < 0.08:
        image = ImageOps.grayscale(image).convert("RGB")
    if random.random() < 0.08:
        image = Image.fromarray(_noisy(random, image))
    if random.random() < 0.75:
        # The usual qualities, and seldom a poor one; most programs halve the colours' resolution.
        quality = int(random.integers(70, 96) if random.random() < 0.8 else random.integers(30, 70))
        image = _packed(image, quality, 2 if random.random() < 0.7 else 0)
    return replace(figure, pixels=np.asarray(image))


def _noisy(random: np.random.Generator, image: Image.Image) -> NDArray[np.uint8]:
    noise = random.standard_normal((image.height, image.width, 1), dtype=np.float32) * float(random.uniform(2, 9))
    return np.asarray(np.clip(np.asarray(image, np.float32) + noise, 0, 255).astype(np.uint8))


def _packed(image: Image.Image, quality: int, subsampling: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, subsampling=subsampling)
    return Image.open(file).convert("RGB")


def _scaled(figure: SyntheticFigure, across: float, down: float) -> SyntheticFigure:
    """The truth for the picture at another size: panels and words in whole pixels, bars in fractions."""

    def whole(box: Box) -> Box:
        x0, y0 = round(box.x0 * across), round(box.y0 * down)
        return Box(x0, y0, max(x0 + 1, round(box.x1 * across)), max(y0 + 1, round(box.y1 * down)))

    return replace(
        figure,
        panels=tuple(
            replace(panel, box=whole(panel.box), label_box=whole(panel.label_box) if panel.label_box else None)
            for panel in figure.panels
        ),
        bars=tuple(
            replace(
                bar,
                box=bar.box.scale(across, down),
                length=bar.length * across,
                label_box=whole(bar.label_box) if bar.label_box else None,
            )
            for bar in figure.bars
        ),
        words=tuple((text, whole(box)) for text, box in figure.words),
        insets=tuple(whole(box) for box in figure.insets),
    )
