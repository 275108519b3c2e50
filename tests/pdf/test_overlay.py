"""Overlay pages: the page, what was found on it in colours, and a legend below."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pymupdf
import pytest
from numpy.typing import NDArray
from PIL import Image

from exsclaim_core.model import Box, Figure
from exsclaim_core.pdf.overlay import CAPTION, LEGEND_HEIGHT, LOST_CAPTION, REGIONS, Colour, draw_overlay
from exsclaim_core.pdf.rendering import get_display_list
from tests.drawing.pages import Paper

REGION, WORDS = Box(100, 100, 300, 250), Box(100, 260, 300, 280)
FOUND = Figure("Figure", "1", 1, "Figure 1. Grains.", WORDS, REGION, confidence=0.93)
LOST = Figure("Table", "2", 1, "Table 2. Films.", WORDS, reason="no table next to the caption")


def overlay(
    found: Sequence[Figure] = (), marks: Sequence[tuple[str, Box]] = (), dpi: float = 72, paper: Paper | None = None
) -> NDArray[np.uint8]:
    """Pixels of an overlay, by default one a point."""
    paper = paper or Paper().page(width=400, height=500)
    with pymupdf.open(stream=paper.bytes(), filetype="pdf") as document:
        png = draw_overlay(get_display_list(document, 1), found, marks, dpi)
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def has_colour(pixels: NDArray[np.uint8], colour: Colour, tolerance: float = 40) -> bool:
    return bool((np.abs(pixels.astype(float) - 255 * np.array(colour)) <= tolerance).all(axis=-1).any())


@pytest.mark.parametrize("type_", ["Figure", "Table"])
def test_region_has_an_outline_in_the_colour_of_its_type(type_: str) -> None:
    shown = overlay([Figure(type_, "1", 1, "", WORDS, REGION)], dpi=216)  # type: ignore[arg-type]
    for x, y in ((100, 175), (300, 175), (200, 100), (200, 250)):
        assert has_colour(shown[3 * y - 2 : 3 * y + 2, 3 * x - 2 : 3 * x + 2], REGIONS[type_].colour), (x, y)
    assert shown[3 * 175, 3 * 200].min() > 200, "the region has to stay visible"


def test_captions_with_and_without_region_differ() -> None:
    for figure, style in ((FOUND, CAPTION), (LOST, LOST_CAPTION)):
        assert has_colour(overlay([figure], dpi=216)[3 * 264 : 3 * 278, 297:303], style.colour), style.name


def test_marks_of_every_kind_are_drawn() -> None:
    marks = [
        (kind, Box(50, 50 + 20 * place, 90, 60 + 20 * place)) for place, kind in enumerate(("body", "cluster", "?"))
    ]
    shown = overlay(marks=marks)
    assert all((shown[50 + 20 * place : 61 + 20 * place, 50:91] < 255).any() for place in range(3))


def test_page_itself_is_shown() -> None:
    paper = Paper().page(width=400, height=500)
    paper.frame((10, 400, 30, 420), width=0, fill=(1, 0, 0))
    assert overlay([FOUND], paper=paper)[410, 20].tolist() == [255, 0, 0]


def test_legend_lies_below_the_page() -> None:
    shown = overlay([FOUND], dpi=144)
    assert shown.shape == (2 * (500 + LEGEND_HEIGHT), 2 * 400, 3)
    assert (shown[2 * 500 :] < 128).any()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_turned_pages(rotation: int) -> None:
    paper = Paper().page(width=400, height=500, rotation=rotation, crop_margin=20)
    paper.frame(REGION, width=0, fill=(1, 1, 0))
    shown = overlay([FOUND], paper=paper)
    assert shown.shape[:2] == (500 + LEGEND_HEIGHT, 400)
    assert has_colour(shown[175, 200], (1, 1, 0))
    assert shown[175, 95].tolist() == [255, 255, 255]


def test_posters_are_kept_to_a_size() -> None:
    assert overlay([FOUND], dpi=100, paper=Paper().page(width=14_400, height=14_400)).size < 3 * 26e6
