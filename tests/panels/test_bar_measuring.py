import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.measuring import measure_bar
from exsclaim_core.panels.bars.proposals import propose_bars

Pixels = NDArray[np.uint8]
WHITE, BLACK, GREEN = (255, 255, 255), (0, 0, 0), (0, 255, 0)


def ground(brightness: int = 90, noise: float = 0.0) -> Pixels:
    """A picture of 300 by 200 pixels with grains two pixels wide, as a microscope may show."""
    grains = np.random.default_rng(5).normal(0, noise, (100, 150)).repeat(2, axis=0).repeat(2, axis=1)
    return np.clip(brightness + grains, 0, 255).astype(np.uint8)[:, :, None].repeat(3, axis=2)


def fill(pixels: Pixels, x0: int, y0: int, x1: int, y1: int, colour: tuple[int, int, int] = WHITE) -> None:
    pixels[y0:y1, x0:x1] = colour


def as_jpeg(pixels: Pixels, quality: int) -> Pixels:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


@pytest.mark.parametrize("thick", [1, 2, 5, 12])
@pytest.mark.parametrize("colour", [WHITE, BLACK, GREEN])
def test_a_line_is_measured_from_end_to_end(thick: int, colour: tuple[int, int, int]) -> None:
    pixels = ground()
    fill(pixels, 100, 150, 180, 150 + thick, colour)
    bar = measure_bar(pixels, Box(98, 149, 183, 151 + thick))
    assert bar is not None
    assert bar.length == pytest.approx(80, abs=0.1)
    assert bar.thickness == pytest.approx(thick, abs=0.1)
    assert bar.box.to_list() == pytest.approx([100, 150, 180, 150 + thick], abs=0.1)
    assert bar.colour == colour
    assert not bar.ticks


@pytest.mark.parametrize("rough", [(112, 148, 172, 156), (78, 150, 178, 158), (88, 146, 188, 154), (92, 147, 152, 153)])
def test_rough_boxes_are_off_by_a_quarter_and_some_pixels(rough: tuple[float, ...]) -> None:
    pixels = ground(90, noise=30)
    fill(pixels, 100, 150, 180, 154)
    bar = measure_bar(pixels, Box(*rough))
    assert bar is not None
    assert bar.length == pytest.approx(80, abs=0.5)


def test_ends_between_pixels() -> None:
    """A line from 100.5 to 171.25: its last pixels are covered by a half and by a quarter."""
    pixels = ground(0)
    fill(pixels, 101, 150, 171, 154)
    pixels[150:154, 100], pixels[150:154, 171] = 128, 64
    bar = measure_bar(pixels, Box(95, 148, 170, 156))
    assert bar is not None
    assert bar.length == pytest.approx(70.75, abs=0.3)


@pytest.mark.parametrize("quality", [90, 60])
def test_a_compressed_picture_with_much_noise(quality: int) -> None:
    pixels = ground(110, noise=45)
    fill(pixels, 60, 170, 102, 174)
    bar = measure_bar(as_jpeg(pixels, quality), Box(57, 168, 100, 176))
    assert bar is not None
    assert bar.length == pytest.approx(42, abs=1)


def test_ticks_are_measured_from_middle_to_middle() -> None:
    pixels = ground(noise=10)
    fill(pixels, 100, 155, 180, 157)
    fill(pixels, 100, 150, 102, 162)
    fill(pixels, 178, 150, 180, 162)
    bar = measure_bar(pixels, Box(95, 148, 175, 160))
    assert bar is not None
    assert bar.ticks
    assert bar.length == pytest.approx(78, abs=0.2)
    assert bar.box.to_list() == pytest.approx([100, 150, 180, 162], abs=1)


def test_a_line_that_makes_room_for_its_label() -> None:
    """|--- 30 µm ---|: two halves of 60 pixels, each with a tick on its outer end."""
    pixels = ground()
    fill(pixels, 60, 155, 120, 156)
    fill(pixels, 160, 155, 220, 156)
    fill(pixels, 60, 150, 61, 161)
    fill(pixels, 219, 150, 220, 161)
    for x in range(126, 154, 5):
        fill(pixels, x, 151, x + 2, 160)
    bar = measure_bar(pixels, Box(66, 149, 228, 162))
    assert bar is not None
    assert bar.length == pytest.approx(159, abs=0.2)


def test_a_dotted_ruler() -> None:
    """Eleven ticks one pixel wide, ten pixels apart, the first, sixth and last of them higher."""
    pixels = ground(0)
    for number in range(11):
        fill(pixels, 100 + 10 * number, 150 if number % 5 == 0 else 155, 101 + 10 * number, 160)
    bar = measure_bar(pixels, Box(92, 149, 198, 161))
    assert bar is not None
    assert bar.length == pytest.approx(100, abs=0.2)


def test_faint_ticks_beside_something_bright_are_no_ruler() -> None:
    pixels = ground(0)
    for number in range(11):
        fill(pixels, 100 + 10 * number, 148, 101 + 10 * number, 164, (90, 90, 90))
    fill(pixels, 215, 140, 240, 170)
    assert measure_bar(pixels, Box(98, 149, 203, 161)) is None


def test_an_outline_is_not_part_of_the_line() -> None:
    pixels = ground(150, noise=20)
    fill(pixels, 99, 149, 161, 157, BLACK)
    fill(pixels, 100, 150, 160, 156)
    bar = measure_bar(pixels, Box(97, 148, 165, 158))
    assert bar is not None
    assert bar.colour == WHITE
    assert bar.length == pytest.approx(60, abs=0.1)


def test_a_line_on_a_plate() -> None:
    pixels = ground(120, noise=30)
    fill(pixels, 90, 140, 170, 170)
    fill(pixels, 100, 150, 160, 154, BLACK)
    bar = measure_bar(pixels, Box(94, 149, 158, 157))
    assert bar is not None
    assert bar.length == pytest.approx(60, abs=0.1)


def test_of_two_lines_the_one_in_the_box() -> None:
    pixels = ground(noise=10)
    fill(pixels, 100, 140, 190, 144)
    fill(pixels, 100, 160, 175, 163)
    bar = measure_bar(pixels, Box(97, 158, 180, 166))
    assert bar is not None
    assert bar.length == pytest.approx(75, abs=0.2)


def test_an_upright_line() -> None:
    pixels = ground(noise=10)
    fill(pixels, 40, 60, 44, 140)
    bar = measure_bar(pixels, Box(38, 55, 47, 135))
    assert bar is not None
    assert bar.length == pytest.approx(80, abs=0.2)
    assert bar.box.to_list() == pytest.approx([40, 60, 44, 140], abs=0.5)


@pytest.mark.parametrize("rough", [Box(100, 100, 160, 108), Box(-50, -50, -10, -40), Box(295, 100, 420, 110)])
def test_where_there_is_no_line(rough: Box) -> None:
    assert measure_bar(ground(), rough) is None


def test_proposals_are_lines_with_clean_ends_but_no_frames() -> None:
    pixels = ground(noise=8)
    fill(pixels, 200, 170, 270, 175)
    fill(pixels, 0, 0, 300, 2, BLACK)  # a frame
    fill(pixels, 0, 198, 300, 200, BLACK)
    fill(pixels, 20, 20, 28, 30)  # a letter
    found = propose_bars(pixels, Box(0, 0, 300, 200))
    assert found[0].length == pytest.approx(70, abs=0.2)
    assert len(found) == 1


def test_nothing_is_proposed_outside_the_area() -> None:
    pixels = ground(noise=8)
    fill(pixels, 200, 170, 270, 175)
    assert propose_bars(pixels, Box(0, 0, 150, 200)) == []
    assert propose_bars(pixels, Box(0, 0, 10, 10)) == []
