"""Scale bars from marks that a network saw: whole texts, whole lines, and what the bars of one figure say together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.candidates import Candidate, measure_marks, propose_alike, propose_beside
from exsclaim_core.panels.bars.chances import rate_bars
from exsclaim_core.panels.bars.finding import find_bars
from exsclaim_core.panels.bars.labels import whole_text
from exsclaim_core.panels.bars.measuring import Bar, measure_bar
from exsclaim_core.panels.bars.readings import Label, agree
from exsclaim_core.panels.bars.scales import Scale
from exsclaim_core.panels.images import Pixels
from exsclaim_core.panels.model import Panel, PanelClass
from exsclaim_core.panels.networks.reader_network import Reader
from exsclaim_core.panels.networks.seeing import Marks, Sighting
from exsclaim_core.panels.synthesis.fonts import put, stamp

pytestmark = pytest.mark.usefixtures("one_thread")

WHITE = (255, 255, 255)


def grains(width: int = 400, height: int = 300) -> Image.Image:
    """A micrograph of grains two pixels wide."""
    noise = np.random.default_rng(3).normal(90, 12, (height // 2, width // 2)).repeat(2, axis=0).repeat(2, axis=1)
    return Image.fromarray(noise.clip(0, 255).astype(np.uint8)).convert("RGB")


def draw_line(image: Image.Image, x0: int, y0: int, length: int, thick: int = 4) -> Box:
    ImageDraw.Draw(image).rectangle((x0, y0, x0 + length - 1, y0 + thick - 1), fill=WHITE)
    return Box(x0, y0, x0 + length, y0 + thick)


def write(image: Image.Image, text: str, x: int, y: int) -> Box:
    return put(image, (x, y), stamp(text, "helv", 20), WHITE)


def middle_of(box: Box, share: float = 0.5) -> Box:
    """A rough box: its middle only, as wide as a share of it."""
    half, middle = share / 2 * box.width, (box.x0 + box.x1) / 2
    return Box(middle - half, box.y0, middle + half, box.y1)


def as_pixels(image: Image.Image) -> Pixels:
    return np.asarray(image)


def as_label(text: str, nanometres: float, chance: float, *others: tuple[str, float]) -> Label:
    return Label(Box(0, 0, 40, 12), Scale(text, nanometres), chance, ((text, chance), *others))


def bar_of(length: float, thickness: float = 4.0, at: tuple[float, float] = (0.0, 0.0)) -> Bar:
    return Bar(Box(at[0], at[1], at[0] + length, at[1] + thickness), length, thickness, WHITE)


@pytest.mark.parametrize("text", ["250 nm", "1mm", "0.5 µm"])
def test_a_rough_box_grows_to_the_ends_of_its_text(text: str) -> None:
    image = grains()
    box = write(image, text, 150, 200)
    found = whole_text(as_pixels(image), middle_of(box, 0.6))
    assert found is not None
    assert found.to_list(0) == pytest.approx(box.to_list(0), abs=2)


def test_a_bar_beside_a_text_is_no_part_of_it() -> None:
    """A thick short bar, and its label 6 pixels to the right on the same line."""
    image = grains()
    line = draw_line(image, 100, 200, 40, 16)
    box = write(image, "80 nm", 146, 200)
    bar = measure_bar(as_pixels(image), line)
    found = whole_text(as_pixels(image), middle_of(box, 0.6), bar)
    assert found is not None
    assert found.to_list(0) == pytest.approx(box.to_list(0), abs=2)


def test_no_text_where_nothing_is_written() -> None:
    assert whole_text(np.full((60, 90, 3), 128, np.uint8), Box(20, 20, 60, 34)) is None


def test_of_two_halves_about_a_label_one_is_enough() -> None:
    """|--- 30 µm ---|: two lines of 70 pixels, 28 pixels apart; the network saw the left one only."""
    image = grains()
    left = draw_line(image, 100, 200, 70, 2)
    draw_line(image, 198, 200, 70, 2)
    (found,) = measure_marks(as_pixels(image), [Sighting(left, 0.4)])
    assert found.bar.length == pytest.approx(168, abs=0.5)


def test_a_bar_is_looked_for_beside_its_label() -> None:
    image = grains()
    line = draw_line(image, 100, 200, 120)
    label = write(image, "5 µm", 130, 170)
    (found,) = propose_beside(as_pixels(image), [label], [])
    assert found.bar.length == pytest.approx(line.width, abs=0.5)
    assert propose_beside(as_pixels(image), [label], [Candidate(found.bar, 0.9)]) == []


def test_a_bar_is_looked_for_where_a_panel_of_the_same_size_has_its_own() -> None:
    """Two panels of 200 by 300 pixels, the second begins at 200; its bar is 2 pixels off the place."""
    image = grains()
    line = draw_line(image, 120, 270, 60)
    draw_line(image, 322, 270, 60)
    pixels = as_pixels(image)
    sure = measure_bar(pixels, line)
    assert sure is not None
    panels = [Box(0, 0, 200, 300), Box(200, 0, 400, 300)]
    (found,) = propose_alike(pixels, [Candidate(sure, 0.9)], [0.9], panels)
    assert found.bar.box.to_list(0) == pytest.approx([322, 270, 382, 274], abs=1)
    assert propose_alike(pixels, [Candidate(sure, 0.9)], [0.3], panels) == []


def chances(
    candidates: Sequence[Candidate], labels: Sequence[Label] = (), kind: PanelClass = "microscopy"
) -> list[float]:
    return rate_bars(candidates, labels, [], [Panel(Box(0, 0, 900, 900), kind=kind, kind_confidence=0.9)])


def test_a_sure_bar_speaks_for_lines_like_it_most_for_one_as_long() -> None:
    sure = Candidate(bar_of(80, at=(0, 300)), 0.95)
    as_long, longer = Candidate(bar_of(80), 0.3), Candidate(bar_of(120), 0.3)
    assert chances([longer])[0] < chances([sure, longer])[1] < chances([sure, as_long])[1]


def test_a_stray_beside_a_bar_of_another_style_is_less_likely() -> None:
    sure = Candidate(bar_of(80, at=(0, 300)), 0.95)
    stray, twin = Candidate(bar_of(50, 12.0), 0.4), Candidate(bar_of(80), 0.4)
    assert chances([sure, stray])[1] < chances([stray])[0] < chances([sure, twin])[1]


def test_lines_of_graphs_are_less_likely_bars() -> None:
    line = [Candidate(bar_of(80), 0.5)]
    assert chances(line, kind="graph")[0] < chances(line)[0]


def test_a_doubtful_label_says_what_that_of_a_bar_as_long_says() -> None:
    """Blurred, "5 nm" and "5 µm" look the same."""
    bars = [bar_of(80), bar_of(80.5)]
    labels = [as_label("5 nm", 5, 0.3, ("5 µm", 0.22)), as_label("5 µm", 5000, 0.9)]
    assert agree(bars, labels) == [Scale("5 µm", 5000.0), Scale("5 µm", 5000.0)]


def test_bars_as_long_may_stand_for_different_lengths() -> None:
    labels = [as_label("1 µm", 1000, 0.3), as_label("5 µm", 5000, 0.9), None]
    assert agree([bar_of(80), bar_of(80), bar_of(80)], labels) == [Scale("1 µm", 1000), Scale("5 µm", 5000), None]


def test_a_figure_with_rough_marks() -> None:
    """The network saw the middle half of a bar and of its label, and a faint streak that is nothing."""
    image = grains()
    line, text = draw_line(image, 240, 260, 100), write(image, "200 nm", 255, 232)
    seen = Marks(
        bars=(Sighting(middle_of(line, 0.7), 0.6), Sighting(Box(20, 40, 60, 44), 0.3)),
        bar_labels=(Sighting(middle_of(text, 0.6), 0.5),),
    )
    (bar,) = find_bars(as_pixels(image), seen, [Panel(Box(0, 0, 400, 300), kind="microscopy")], Reader())
    assert bar.length == pytest.approx(100, abs=0.5)
    assert (bar.text, bar.nanometres, bar.panel) == ("200 nm", 200.0, 0)
