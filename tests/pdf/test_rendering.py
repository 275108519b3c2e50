"""Crops: which part of a page they show, in which resolution, and which way up."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import Any

import numpy as np
import pymupdf
import pytest
from numpy.typing import NDArray
from PIL import Image

from exsclaim_core.model import Box
from exsclaim_core.pdf.rendering import Crop, get_display_list, render_png, render_svg
from exsclaim_core.settings import OutputSettings
from tests.drawing.pages import Paper
from tests.drawing.sheets import Sheets

RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
PLAIN = OutputSettings(dpi=144, margin=0)  # two pixels a point


@pytest.fixture
def display() -> Iterator[Any]:
    """Turns a drawn paper into the display list of its first page."""
    documents = []

    def of(paper: Sheets) -> Any:
        documents.append(pymupdf.open(stream=paper.bytes(), filetype="pdf"))
        return get_display_list(documents[-1], 1)

    yield of
    for document in documents:
        document.close()


def pixels(crop: Crop) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(crop.png)).convert("RGB"))


def jpeg(width: int, height: int) -> bytes:
    """A smooth picture, bright at its top left and dark at its bottom right."""
    ramp = np.add.outer(np.linspace(1, 0, height), np.linspace(1, 0, width)) * 120
    file = io.BytesIO()
    Image.fromarray(ramp.astype(np.uint8), "L").save(file, "JPEG", quality=95)
    return file.getvalue()


def difference(crop: Crop, picture: bytes) -> float:
    """Mean difference of a crop and a picture of the same size, in levels of 255."""
    wanted = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(float)
    found = pixels(crop).astype(float)
    assert found.shape == wanted.shape
    return float(np.abs(found - wanted).mean())


class TestRegion:
    def test_size_follows_from_region_and_resolution(self, paper: Paper, display: Any) -> None:
        paper.page()
        paper.frame((100, 100, 172, 136), width=0, fill=RED)
        crop = render_png(display(paper), Box(100, 100, 172, 136), 0, PLAIN)
        assert (crop.pixels, crop.dpi) == ((144, 72), 144)
        assert (pixels(crop) == (255, 0, 0)).all()

    def test_margin_lies_round_the_region(self, paper: Paper, display: Any) -> None:
        paper.page()
        paper.frame((100, 100, 172, 136), width=0, fill=RED)
        crop = render_png(display(paper), Box(100, 100, 172, 136), 0, OutputSettings(dpi=144, margin=1.5))
        assert crop.pixels == (144 + 6, 72 + 6)
        assert (pixels(crop)[3:-3, 3:-3] == (255, 0, 0)).all()
        assert (pixels(crop)[:3] == 255).all()

    def test_region_that_begins_between_two_pixels_loses_nothing(self, paper: Paper, display: Any) -> None:
        paper.page()
        box = paper.frame((100.3, 100.3, 120.4, 120.4), width=0, fill=BLUE)
        crop = render_png(display(paper), box, 0, PLAIN)
        # From 200.6 to 240.8 pixels: 41 pixels, of which the outer ones are partly blue.
        assert crop.pixels == (41, 41)
        assert (pixels(crop)[20, [0, -1], 0] < 255).all()

    def test_neighbours_are_not_shown(self, paper: Paper, display: Any) -> None:
        paper.page()
        paper.frame((100, 100, 150, 150), width=0, fill=RED)
        paper.frame((150, 100, 200, 150), width=0, fill=BLUE)
        assert (pixels(render_png(display(paper), Box(100, 100, 150, 150), 0, PLAIN)) == (255, 0, 0)).all()

    def test_region_that_reaches_beyond_the_page_ends_there(self, paper: Paper, display: Any) -> None:
        paper.page(width=300, height=400)
        crop = render_png(display(paper), Box(250, -20, 320, 30), 0, PLAIN)
        assert crop.pixels == (100, 60)

    def test_region_outside_the_page_is_an_error(self, paper: Paper, display: Any) -> None:
        paper.page(width=300, height=400)
        with pytest.raises(ValueError, match="outside the page"):
            render_png(display(paper), Box(310, 10, 320, 20), 0, PLAIN)

    @pytest.mark.parametrize("rotation", [0, 90, 180, 270])
    def test_region_is_that_of_the_page_as_displayed(self, paper: Paper, display: Any, rotation: int) -> None:
        paper.page(width=300, height=400, rotation=rotation, crop_margin=20)
        paper.frame((200, 30, 260, 50), width=0, fill=RED)
        crop = render_png(display(paper), Box(200, 30, 260, 50), 0, PLAIN)
        assert crop.pixels == (120, 40)
        assert (pixels(crop) == (255, 0, 0)).all()

    def test_large_regions_get_a_lower_resolution(self, paper: Paper, display: Any) -> None:
        paper.page(width=14_400, height=14_400)  # the largest page that a PDF may have
        paper.frame((0, 0, 14_400, 14_400), width=0, fill=RED)
        crop = render_png(display(paper), Box(0, 0, 14_400, 14_400), 0, OutputSettings(dpi=300, largest=0.25))
        assert crop.pixels == (500, 500)
        assert crop.dpi == pytest.approx(2.5)


class TestDirection:
    @pytest.mark.parametrize("direction", [0, 1, 2, 3])
    def test_crop_is_upright(self, paper: Paper, display: Any, direction: int) -> None:
        """The corner that is red has to come to the top left."""
        corner = {0: (100, 100), 1: (180, 100), 2: (180, 140), 3: (100, 140)}[direction]
        paper.page()
        paper.frame((100, 100, 200, 160), width=0, fill=BLUE)
        paper.frame((*corner, corner[0] + 20, corner[1] + 20), width=0, fill=RED)
        shown = pixels(render_png(display(paper), Box(100, 100, 200, 160), direction, PLAIN))
        assert shown.shape[:2] == ((120, 200) if direction % 2 == 0 else (200, 120))
        assert (shown[:40, :40] == (255, 0, 0)).all()
        assert (shown[40:, 40:] == (0, 0, 255)).all()

    @pytest.mark.parametrize(("clockwise", "direction"), [(True, 1), (False, 3)])
    def test_sideways_drawing_looks_as_if_it_were_upright(self, display: Any, clockwise: bool, direction: int) -> None:
        upright, sideways = Paper().page(), Paper().page()
        plot = upright.plot((100, 100, 400, 300))
        with sideways.turned((100, 100, 300, 400), clockwise=clockwise) as inner:
            turned = sideways.plot(inner)
        one = pixels(render_png(display(upright), plot, 0, PLAIN)).astype(int)
        other = pixels(render_png(display(sideways), turned, direction, PLAIN)).astype(int)
        assert abs(one.shape[0] - other.shape[0]) <= 1
        height, width = np.minimum(one.shape, other.shape)[:2]
        # Smoothed edges and hinting differ a little; another direction differs by more than ten levels.
        assert np.abs(one[:height, :width] - other[:height, :width]).mean() < 5


class TestOwnResolution:
    def test_one_raster_image_keeps_its_pixels(self, paper: Paper, display: Any) -> None:
        picture = jpeg(431, 211)
        paper.page()
        box = paper.image((100.3, 120.7, 315.8, 226.2), picture)  # two pixels a point
        crop = render_png(display(paper), box, 0, OutputSettings(dpi=300))
        assert crop.pixels == (431, 211)
        assert crop.dpi == pytest.approx(144, abs=0.1)
        assert difference(crop, picture) < 1  # decoders of JPEG differ in rounding

    def test_image_on_a_turned_page_keeps_its_pixels(self, paper: Paper, display: Any) -> None:
        picture = jpeg(300, 200)
        paper.page(rotation=90)
        box = paper.image((100, 100, 250, 200), picture)
        assert difference(render_png(display(paper), box, 0, PLAIN), picture) < 1

    @pytest.mark.parametrize(("clockwise", "direction"), [(True, 1), (False, 3)])
    def test_sideways_image_keeps_its_pixels(self, paper: Paper, display: Any, clockwise: bool, direction: int) -> None:
        picture = jpeg(300, 200)
        paper.page()
        with paper.turned((100, 100, 200, 250), clockwise=clockwise) as inner:
            box = paper.image(inner, picture)
        assert difference(render_png(display(paper), box, direction, PLAIN), picture) < 1

    def test_region_that_is_a_part_of_the_image_gets_its_pixels(self, paper: Paper, display: Any) -> None:
        """A figure on a scanned page."""
        paper.page()
        paper.image((0, 0, 612, 792), jpeg(1275, 1650))  # 150 dpi
        crop = render_png(display(paper), Box(72, 72, 216, 144), 0, OutputSettings(dpi=300))
        assert crop.pixels == (300, 150)

    def test_stretched_image_is_not_distorted(self, paper: Paper, display: Any) -> None:
        paper.page()
        box = paper.image((100, 100, 200, 200), jpeg(400, 200))
        assert render_png(display(paper), box, 0, PLAIN).pixels == (400, 400)

    def test_letters_over_a_coarse_image_stay_sharp(self, paper: Paper, display: Any) -> None:
        paper.page()
        box = paper.image((100, 100, 200, 200), jpeg(100, 100))
        paper.text("(a)", 105, 120)
        assert render_png(display(paper), box, 0, PLAIN).pixels == (200, 200)

    def test_frame_round_a_coarse_image_changes_nothing(self, paper: Paper, display: Any) -> None:
        paper.page()
        box = paper.image((100, 100, 200, 200), jpeg(100, 100))
        paper.frame((100, 100, 200, 200), width=0.2)
        assert render_png(display(paper), box, 0, PLAIN).pixels == (100, 100)

    def test_fine_image_with_letters_keeps_its_pixels(self, paper: Paper, display: Any) -> None:
        paper.page()
        box = paper.image((100, 100, 200, 200), jpeg(700, 700))
        paper.text("(a)", 105, 120)
        assert render_png(display(paper), box, 0, PLAIN).pixels == (700, 700)

    def test_plot_beside_an_image_is_not_one_image(self, paper: Paper, display: Any) -> None:
        paper.page()
        paper.image((100, 100, 150, 150), jpeg(500, 500))
        assert render_png(display(paper), Box(100, 100, 200, 150), 0, PLAIN).pixels == (200, 100)

    def test_it_can_be_switched_off(self, paper: Paper, display: Any) -> None:
        paper.page()
        box = paper.image((100, 100, 200, 200), jpeg(700, 700))
        settings = PLAIN.model_copy(update={"own_resolution": False})
        assert render_png(display(paper), box, 0, settings).pixels == (200, 200)

    def test_its_pixels_are_limited_too(self, paper: Paper, display: Any) -> None:
        paper.page()
        box = paper.image((100, 100, 200, 200), jpeg(700, 700))
        settings = PLAIN.model_copy(update={"largest": 0.04})
        assert render_png(display(paper), box, 0, settings).pixels == (200, 200)


class TestVectorGraphics:
    def test_size_is_the_region_in_points(self, paper: Paper, display: Any) -> None:
        paper.page()
        plot = paper.plot((100, 100, 300, 220))
        root = ElementTree.fromstring(render_svg(display(paper), plot, 0, 1))
        assert root.tag.endswith("svg")
        assert [float(side) for side in root.attrib["viewBox"].split()] == pytest.approx(
            [0, 0, plot.width + 2, plot.height + 2], abs=0.01
        )

    def test_neighbours_are_left_out(self, paper: Paper, display: Any) -> None:
        paper.page()
        paper.frame((100, 100, 150, 150), width=0, fill=RED)
        paper.frame((300, 100, 400, 150), width=0, fill=BLUE)
        svg = render_svg(display(paper), Box(100, 100, 150, 150), 0, 1)
        assert b"#ff0000" in svg
        assert b"#0000ff" not in svg

    @pytest.mark.parametrize("direction", [0, 1, 2, 3])
    def test_it_looks_like_the_png(self, paper: Paper, display: Any, direction: int) -> None:
        paper.page()
        paper.plot((100, 100, 300, 220))
        plot, page = Box(90, 90, 310, 230), display(paper)
        png = pixels(render_png(page, plot, direction, OutputSettings(dpi=72, margin=0))).astype(int)
        with pymupdf.open(stream=render_svg(page, plot, direction, 0), filetype="svg") as drawing:
            shown = drawing[0].get_pixmap(colorspace=pymupdf.csRGB, alpha=False)
        svg = np.frombuffer(shown.samples, np.uint8).reshape(shown.height, shown.width, 3).astype(int)
        height, width = np.minimum(png.shape, svg.shape)[:2]
        assert np.abs(png[:height, :width] - svg[:height, :width]).mean() < 10
