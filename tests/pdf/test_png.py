"""PNG files: their pixels come back, and what is grey is stored as grey."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from exsclaim_core.pdf.png import BAND_ROWS, read_size, write_png

Pixels = NDArray[np.uint8]


def decoded(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_pixels_come_back(pixels: Pixels) -> None:
    assert np.array_equal(np.asarray(decoded(write_png(pixels, 300)).convert("RGB")), pixels)


@pytest.mark.parametrize("height", [BAND_ROWS - 1, BAND_ROWS, BAND_ROWS + 1, 2 * BAND_ROWS + 7])
def test_pixels_come_back_across_bands(height: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (height, 5, 3), np.uint8)
    assert np.array_equal(np.asarray(decoded(write_png(pixels, 300))), pixels)


def test_grey_is_stored_as_grey() -> None:
    grey = np.repeat(np.arange(200, dtype=np.uint8).reshape(10, 20, 1), 3, axis=2)
    assert decoded(write_png(grey, 300)).mode == "L"


def test_one_coloured_pixel_makes_it_colour() -> None:
    pixels = np.full((300, 40, 3), 128, np.uint8)
    pixels[299, 39, 2] = 129
    assert decoded(write_png(pixels, 300)).mode == "RGB"


def test_resolution_is_recorded(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(write_png(np.zeros((4, 7, 3), np.uint8), 300))
    assert decoded(file.read_bytes()).info["dpi"] == pytest.approx((300, 300), abs=0.02)
    dpi, size = read_size(file)
    assert dpi == pytest.approx(300, abs=0.02)
    assert size == (7, 4)
