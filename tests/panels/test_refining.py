"""Rough boxes brought to the edges of panels."""

from __future__ import annotations

import numpy as np
import pytest

from exsclaim_core.model import Box
from exsclaim_core.panels.ground import read_drawing
from exsclaim_core.panels.images import Pixels
from exsclaim_core.panels.refining import refine_box


def canvas(width: int = 400, height: int = 300) -> Pixels:
    return np.full((height, width, 3), 255, np.uint8)


def texture(width: int, height: int, mean: int) -> Pixels:
    noise = np.random.default_rng(3).integers(-20, 20, (height, width, 1))
    return np.clip(mean + noise, 0, 255).astype(np.uint8).repeat(3, axis=2)


@pytest.mark.parametrize("off", [-6, -3, 0, 4, 7])
def test_sides_move_to_the_gutter(off: int) -> None:
    figure = canvas()
    figure[20:280, 10:190] = texture(180, 260, 90)
    figure[20:280, 210:390] = texture(180, 260, 120)
    rough = Box(10 + off, 20 - off, 190 + off, 280 + off)
    assert refine_box(rough, read_drawing(figure)) == Box(10, 20, 190, 280)


@pytest.mark.parametrize("off", [-5, 0, 5])
def test_pictures_that_touch_end_at_their_seam(off: int) -> None:
    figure = canvas()
    figure[:, :200] = texture(200, 300, 60)
    figure[:, 200:] = texture(200, 300, 150)
    refined = refine_box(Box(0, 0, 200 + off, 300), read_drawing(figure))
    assert refined == Box(0, 0, 200, 300)


def test_what_has_no_edge_nearby_stays() -> None:
    figure = canvas()
    figure[:, :] = texture(400, 300, 100)
    rough = Box(100, 80, 200, 160)
    assert refine_box(rough, read_drawing(figure)) == rough


def test_sides_are_brought_to_edges_in_the_figure_s_own_pixels() -> None:
    figure = canvas(2800, 1400)  # looked at in half its size
    figure[100:1300, 200:1400] = texture(1200, 1200, 80)
    refined = refine_box(Box(190, 108, 1412, 1290), read_drawing(figure))
    assert refined.to_list() == pytest.approx([200, 100, 1400, 1300], abs=2)
