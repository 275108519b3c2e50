"""Panels told from pixels by gutters, lines and seams; figures are drawn here."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from exsclaim_core.model import Box
from exsclaim_core.panels.gutters import separate_gutters

WIDTH, HEIGHT = 900, 660


class Sheet:
    """A figure in the making."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT, ground: str = "white") -> None:
        self.image = Image.new("RGB", (width, height), ground)
        self.pen = ImageDraw.Draw(self.image)
        self.random = np.random.default_rng(3)

    def picture(self, box: tuple[int, int, int, int], brightness: int = 110) -> None:
        """Something like a micrograph: blurred noise."""
        x0, y0, x1, y1 = box
        noise = self.random.integers(0, 256, (y1 - y0, x1 - x0), dtype=np.uint8)
        soft = np.asarray(Image.fromarray(noise).filter(ImageFilter.GaussianBlur(1.5))).astype(float)
        grain = np.clip((soft - soft.mean()) * 3 + brightness, 1, 220).astype(np.uint8)
        self.image.paste(Image.fromarray(grain).convert("RGB"), (x0, y0))

    def plot(self, box: tuple[int, int, int, int]) -> None:
        """Axes with ticks, numbers, titles, a curve and a legend, all within the box."""
        x0, y0, x1, y1 = box
        left, bottom = x0 + 60, y1 - 50
        self.pen.rectangle((left, y0 + 8, x1 - 8, bottom), outline="black", width=2)
        self.words("strain (%)", x0 + (x1 - x0) // 2, y1 - 20)
        for n in range(4):
            self.words(str(10 * n), left + 8 + n * (x1 - left - 50) // 3, bottom + 8)
            self.words(str(50 * n), x0 + 22, bottom - 12 - n * (bottom - y0 - 30) // 3)
        xs = np.arange(left + 4, x1 - 14)
        ys = bottom - 20 - (bottom - y0 - 90) * (1 - np.exp(-(xs - left) / 90.0))
        self.pen.line([*zip(xs.tolist(), ys.tolist(), strict=True)], fill="blue", width=3)
        self.pen.line((x1 - 110, y0 + 90, x1 - 80, y0 + 90), fill="blue", width=3)
        self.words("sample", x1 - 74, y0 + 82)
        self.pen.rectangle((x0, y0 + 70, x0 + 10, y0 + 180), fill="black")  # a title that reads upwards

    def words(self, text: str, x: int, y: int, size: int = 15, colour: str = "black") -> None:
        self.pen.text((x, y), text, fill=colour, font=ImageFont.load_default(size))

    def pixels(self) -> NDArray[np.uint8]:
        return np.array(self.image)


def assert_panels(sheet: Sheet, *expected: tuple[int, int, int, int], least: float = 0.9) -> None:
    """That the best panels are these, in this order, up to a tenth of their area."""
    found = [proposal.box for proposal in separate_gutters(sheet.pixels()).best]
    assert len(found) == len(expected), found
    for box, wanted in zip(found, (Box(*sides) for sides in expected), strict=True):
        common = box.intersection(wanted)
        assert common / (box.area + wanted.area - common) >= least, (box, wanted)


def test_plots_with_letters_stay_whole_with_their_axes() -> None:
    sheet = Sheet()
    boxes = [(10, 10, 430, 310), (460, 10, 890, 310), (10, 345, 430, 650), (460, 345, 890, 650)]
    for letter, (x0, y0, x1, y1) in zip("abcd", boxes, strict=True):
        sheet.words(letter, x0, y0 - 4, size=26)
        sheet.plot((x0 + 20, y0 + 22, x1, y1))
    assert_panels(sheet, *boxes)


def test_a_plot_alone_is_one_panel() -> None:
    sheet = Sheet()
    sheet.plot((10, 10, 890, 650))
    assert_panels(sheet, (10, 10, 890, 650))


def test_a_picture_alone_is_one_panel() -> None:
    sheet = Sheet()
    sheet.picture((0, 0, WIDTH, HEIGHT))
    assert_panels(sheet, (0, 0, WIDTH, HEIGHT))


@pytest.mark.parametrize("ground", ["white", "black", "#808080"])
def test_pictures_with_gutters_on_any_ground(ground: str) -> None:
    sheet = Sheet(ground=ground)
    boxes = [(12, 12, 440, 320), (460, 12, 888, 320), (12, 340, 440, 648), (460, 340, 888, 648)]
    for box in boxes:
        sheet.picture(box, brightness=190 if ground == "black" else 80 if ground == "white" else 210)
    assert_panels(sheet, *boxes)


@pytest.mark.parametrize("line", [1, 2, 3])
def test_pictures_with_thin_white_lines_between_them(line: int) -> None:
    sheet = Sheet()
    x, y = WIDTH // 2, HEIGHT // 2
    boxes = [(0, 0, x, y), (x + line, 0, WIDTH, y), (0, y + line, x, HEIGHT), (x + line, y + line, WIDTH, HEIGHT)]
    for box in boxes:
        sheet.picture(box)
    assert_panels(sheet, *boxes)


def test_pictures_that_touch_are_cut_at_their_straight_seam() -> None:
    sheet = Sheet(900, 450)
    sheet.picture((0, 0, 450, 450), brightness=90)
    sheet.picture((450, 0, 900, 450), brightness=140)
    assert_panels(sheet, (0, 0, 450, 450), (450, 0, 900, 450))


def test_images_of_one_lettered_panel_stay_together() -> None:
    sheet = Sheet()
    for top, letter in ((10, "a"), (345, "b")):
        sheet.words(letter, 8, top - 4, size=26)
        for n in range(3):
            sheet.picture((40 + 290 * n, top + 10, 310 + 290 * n, top + 290))
    assert_panels(sheet, (8, 12, 890, 300), (8, 347, 890, 635))


def test_a_header_with_a_brace_over_two_columns_belongs_to_no_panel() -> None:
    sheet = Sheet(900, 400)
    sheet.words("before and after annealing of the film", 330, 6)
    sheet.pen.line((200, 28, 700, 28), fill="black", width=2)
    sheet.picture((10, 50, 440, 390))
    sheet.picture((460, 50, 890, 390))
    assert_panels(sheet, (10, 50, 440, 390), (460, 50, 890, 390))


def test_candidates_hold_the_best_and_others() -> None:
    sheet = Sheet(900, 400)
    sheet.picture((10, 10, 440, 390))
    sheet.picture((460, 10, 890, 390))
    found = separate_gutters(sheet.pixels())
    assert set(found.best) < set(found.candidates)
    assert Box(10, 10, 890, 390) in [proposal.box for proposal in found.candidates]
    assert all(0 < proposal.confidence < 1 for proposal in found.candidates)


def test_an_empty_figure_has_no_panels() -> None:
    assert separate_gutters(Sheet().pixels()).best == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (3, 3)])
def test_the_smallest_figures(shape: tuple[int, int]) -> None:
    for value in (0, 255):
        separate_gutters(np.full((*shape, 3), value, np.uint8))


def test_large_figures_answer_in_their_own_pixels() -> None:
    sheet = Sheet(3600, 1600)
    sheet.picture((40, 40, 1760, 1560))
    sheet.picture((1840, 40, 3560, 1560))
    assert_panels(sheet, (40, 40, 1760, 1560), (1840, 40, 3560, 1560), least=0.98)
