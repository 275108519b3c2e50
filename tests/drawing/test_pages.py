"""The drawing kit tells the truth: its boxes lie where a renderer finds the ink."""

from __future__ import annotations

import numpy as np
import pymupdf
import pytest

from exsclaim_core.model import Box
from tests.drawing.pages import Paper

DPI = 144
TOLERANCE = 1.0  # points: a pixel at each edge, and letters without descenders


def ink(pdf: bytes, page: int = 0) -> Box:
    """Hull of everything dark on a page as it is displayed, in points."""
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        pixels = document[page].get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
    dark = np.frombuffer(pixels.samples, np.uint8).reshape(pixels.height, pixels.width) < 200
    rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
    scale = 72 / DPI
    return Box(columns[0] * scale, rows[0] * scale, (columns[-1] + 1) * scale, (rows[-1] + 1) * scale)


def assert_near(box: Box, other: Box) -> None:
    assert box.to_list() == pytest.approx(other.to_list(), abs=TOLERANCE)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop_margin", [0, 40])
def test_boxes_are_those_of_the_displayed_page(paper: Paper, rotation: int, crop_margin: int) -> None:
    paper.page(500, 700, rotation=rotation, crop_margin=crop_margin)
    box = paper.plot((60, 80, 260, 200))
    assert_near(box, ink(paper.bytes()))


@pytest.mark.parametrize("clockwise", [False, True])
def test_sideways_drawing_gives_boxes_of_the_upright_page(paper: Paper, clockwise: bool) -> None:
    paper.page()
    with paper.turned((100, 200, 300, 600), clockwise) as frame:
        assert (frame.width, frame.height) == (400, 200)
        box = paper.image((20, 30, 320, 130))
    expected = Box(170, 220, 270, 520) if clockwise else Box(130, 280, 230, 580)
    assert_near(box, expected)
    assert_near(ink(paper.bytes()), expected)


def test_body_text_is_justified_and_fills_its_column(paper: Paper) -> None:
    paper.page(columns=2)
    box = paper.body(column=1, lines=12, start="Figure 2 shows")
    column = paper.column(1)
    assert (box.x0, box.x1) == pytest.approx((column.x0, column.x1))
    pdf = paper.bytes()
    assert_near(box, ink(pdf))
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        text = document[0].get_text()
    assert text.startswith("Figure 2 shows")
    assert len(text.splitlines()) == 12


def test_the_box_of_a_table_holds_its_notes(paper: Paper) -> None:
    paper.page()
    box = paper.table((100, 100, 400, 200), notes="a Measured twice, jg.")
    assert box.y1 > 200
    assert_near(box, ink(paper.bytes()))


def test_an_encrypted_paper_needs_its_password() -> None:
    paper = Paper(password="open").page()
    paper.body(lines=3)
    with pymupdf.open(stream=paper.bytes(), filetype="pdf") as document:
        assert document.needs_pass
        assert document.authenticate("open")
