"""Panels of a figure told from what a PDF draws; pages are drawn here."""

from __future__ import annotations

import pytest

from exsclaim_core.model import Box, Figure
from exsclaim_core.panels.bars.lengths import read_length
from exsclaim_core.panels.crops import frame_crop, separation_of
from exsclaim_core.panels.operators import OperatorPanels, separate_operators
from tests.drawing.pages import Paper
from tests.drawing.reading import read

CORNERS = ((60, 80), (320, 80), (60, 280), (320, 280))


def separate(paper: Paper, figure: Box, direction: int = 0) -> OperatorPanels | None:
    return separate_operators(figure, read(paper).page(0), direction)


def labels(found: OperatorPanels | None) -> list[str | None]:
    return [panel.label for panel in found.panels] if found else []


def lettered(paper: Paper, letters: str, style: str = "{}") -> list[Box]:
    """Plots in two columns with bold letters above their top left corners; the hull of each with its letter."""
    hulls = []
    for letter, (x, y) in zip(letters, CORNERS, strict=False):
        mark = len(paper.drawn)
        paper.plot((x, y + 14, x + 230, y + 180))
        paper.text(style.format(letter), x, y + 9, font="Helvetica-Bold", size=11)
        hulls.append(paper.since(mark))
    return hulls


def assert_near(box: Box, wanted: Box, slack: float) -> None:
    assert box.expand(slack).contains(wanted), (box, wanted)
    assert wanted.expand(slack).contains(box), (box, wanted)


@pytest.mark.parametrize("style", ["{}", "({})", "{})"])
def test_plots_with_their_letters(paper: Paper, style: str) -> None:
    hulls = lettered(paper.page(), "abcd", style)
    found = separate(paper, Box.hull(hulls))
    assert labels(found) == ["a", "b", "c", "d"]
    assert found is not None
    for panel, hull in zip(found.panels, hulls, strict=True):
        assert_near(panel.box, hull, 3.5)  # boxes of text hold some room above its capitals


def test_images_are_exact(paper: Paper) -> None:
    paper.page()
    images = [paper.image((x, y, x + 230, y + 180)) for x, y in CORNERS]
    found = separate(paper, Box.hull(images))
    assert found is not None
    for panel, image in zip(found.panels, images, strict=True):
        assert_near(panel.box, image, 0.01)
    assert labels(found) == [None] * 4


def test_letters_on_images(paper: Paper) -> None:
    paper.page()
    images = []
    for letter, (x, y) in zip("ABCD", CORNERS, strict=True):
        images.append(paper.image((x, y, x + 230, y + 180)))
        paper.text(letter, x + 6, y + 16, font="Helvetica-Bold", size=12, colour=(1, 1, 1))
    found = separate(paper, Box.hull(images))
    assert labels(found) == ["A", "B", "C", "D"]


def test_letters_below_their_panels(paper: Paper) -> None:
    paper.page()
    mark = len(paper.drawn)
    for letter, (x, y) in zip("abcd", CORNERS, strict=True):
        paper.plot((x, y, x + 230, y + 160))
        paper.text(f"({letter}) Films after annealing", x + 115, y + 176, size=9, align="center")
    found = separate(paper, paper.since(mark))
    assert labels(found) == ["a", "b", "c", "d"]
    assert found is not None
    assert found.panels[0].box.y1 == pytest.approx(80 + 178, abs=2)


def test_images_under_one_letter_are_one_panel(paper: Paper) -> None:
    paper.page()
    mark = len(paper.drawn)
    for letter, y in (("a", 80), ("b", 240)):
        paper.text(letter, 60, y + 9, font="Helvetica-Bold", size=11)
        for n in range(3):
            paper.image((80 + 160 * n, y, 230 + 160 * n, y + 140))
    found = separate(paper, paper.since(mark))
    assert labels(found) == ["a", "b"]
    assert found is not None
    assert_near(found.panels[1].box, Box(60, 240, 550, 380), 1)


def test_one_image_is_left_to_the_pixels(paper: Paper) -> None:
    image = paper.page().image((60, 80, 550, 400))
    assert separate(paper, image) is None


def test_letters_over_one_image_are_left_to_the_pixels(paper: Paper) -> None:
    image = paper.page().image((60, 80, 550, 400))
    for letter, x in (("a", 66), ("b", 310)):
        paper.text(letter, x, 96, font="Helvetica-Bold", size=12)
    assert separate(paper, image) is None


def test_one_plot_is_one_panel(paper: Paper) -> None:
    plot = paper.page().plot((60, 80, 550, 400))
    found = separate(paper, plot)
    assert labels(found) == [None]


def test_boxes_of_a_flow_chart_are_one_panel(paper: Paper) -> None:
    paper.page()
    mark = len(paper.drawn)
    for n in range(4):
        paper.frame((80, 80 + 60 * n, 300, 110 + 60 * n))
        paper.text("then heat it slowly", 100, 98 + 60 * n)
    assert labels(separate(paper, paper.since(mark))) == [None]


def test_text_alone_has_no_panels(paper: Paper) -> None:
    body = paper.page().body(lines=4)
    assert separate(paper, body) is None


def test_a_figure_that_lies_on_its_side(paper: Paper) -> None:
    paper.page()
    with paper.turned((100, 80, 330, 600)) as room:  # 520 wide and 230 high
        images = [paper.image((x, 20, x + 240, 220)) for x in (10, 270)]
        for letter, x in (("a", 10), ("b", 270)):
            paper.text(letter, x, 14, font="Helvetica-Bold", size=12)
        assert (room.width, room.height) == (520, 230)
    found = separate(paper, Box(100, 80, 330, 600), direction=3)
    assert labels(found) == ["a", "b"]
    assert found is not None
    assert all(panel.box.expand(1).contains(image) for panel, image in zip(found.panels, images, strict=True))


def test_a_scale_bar_with_its_label(paper: Paper) -> None:
    paper.page()
    images = [paper.image((x, 80, x + 230, 260)) for x in (60, 320)]
    bar = paper.frame((480, 245, 530, 249), width=0, fill=(1, 1, 1 - 1e-2))
    paper.text("200 nm", 505, 241, size=9, align="center", colour=(1, 1, 0))
    found = separate(paper, Box.hull(images))
    assert found is not None
    (drawn,) = found.scale_bars
    assert (drawn.text, drawn.nanometres, drawn.panel) == ("200 nm", 200.0, 1)
    assert drawn.length == pytest.approx(50, abs=0.1)
    assert_near(drawn.box, bar, 0.1)


@pytest.mark.parametrize(
    ("printed", "length"),
    [("200 nm", ("200 nm", 200.0)), ("5μm", ("5 µm", 5000.0)), ("0.5 um", ("0.5 µm", 500.0)), ("2 Å", ("2 Å", 0.2)),
     ("1,000 nm", ("1000 nm", 1000.0)), ("0,5 µm", ("0.5 µm", 500.0)), ("300 K", None), ("nm", None), ("x 5 nm", None)],
)  # fmt: skip
def test_printed_lengths(printed: str, length: tuple[str, float] | None) -> None:
    read = read_length(printed)
    assert read == (pytest.approx(length) if length is None else (length[0], pytest.approx(length[1])))


def test_pixels_of_the_crop(paper: Paper) -> None:
    """A region of 500 by 180 points at 144 dpi, with a margin of one point on each side."""
    paper.page()
    images = [paper.image((x, 80, x + 230, 260)) for x in (60, 330)]
    region = Box.hull(images)
    found = separate(paper, region)
    assert found is not None
    figure = Figure("Figure", "1", 1, "", Box(60, 270, 300, 280), region, dpi=144, pixels=(1004, 364))
    separation = separation_of(found, frame_crop(figure, (612, 792), margin=1))
    assert (separation.width, separation.height) == (1004, 364)
    assert [panel.box.to_list(1) for panel in separation.panels] == [[2, 2, 462, 362], [542, 2, 1002, 362]]


def test_a_crop_with_the_pixels_of_an_image_has_no_margin() -> None:
    figure = Figure("Figure", "1", 1, "", Box(0, 300, 100, 310), Box(100, 80, 300, 180), dpi=72.0, pixels=(800, 400))
    frame = frame_crop(figure, (612, 792), margin=1)
    assert frame.to_pixels(Box(100, 80, 200, 130)).to_list() == [0, 0, 400, 200]


def test_pixels_of_a_crop_that_was_turned() -> None:
    """Turned counter-clockwise once: the page's right is the crop's top."""
    figure = Figure(
        "Figure", "1", 1, "", Box(0, 0, 9, 9), Box(100, 80, 200, 280), direction=1, dpi=72.0, pixels=(200, 100)
    )
    frame = frame_crop(figure, (612, 792), margin=0)
    assert frame.to_pixels(Box(180, 80, 200, 120)).to_list() == [0, 0, 40, 20]


def test_images_that_touch_are_left_to_the_pixels(paper: Paper) -> None:
    """They may be panels side by side or the tiles of one picture."""
    paper.page()
    images = [paper.image((60 + 150 * n, 80, 210 + 150 * n, 260)) for n in range(3)]
    assert separate(paper, Box.hull(images)) is None


def test_letters_of_nodes_are_no_letters_of_panels(paper: Paper) -> None:
    paper.page()
    mark = len(paper.drawn)
    nodes = {"a": (300, 120), "b": (90, 240), "c": (420, 240), "d": (180, 90), "e": (480, 100), "f": (250, 250)}
    for name, (x, y) in nodes.items():
        paper.frame((x - 9, y - 9, x + 9, y + 9))
        paper.text(name, x, y + 3, align="center")
        paper.line([(x, y - 9), (280, 180)])
    assert labels(separate(paper, paper.since(mark))) == [None]
