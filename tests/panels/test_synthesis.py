"""Drawn figures and what they say about themselves: the truth on which the networks learn has to be exact."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PIL import Image, ImageDraw

from exsclaim_core.model import Box
from exsclaim_core.panels.model import CLASSES
from exsclaim_core.panels.synthesis.contents import draw_contents, ink_box, without_letter
from exsclaim_core.panels.synthesis.degradation import degrade
from exsclaim_core.panels.synthesis.figures import draw_figure, draw_sheet
from exsclaim_core.panels.synthesis.fonts import SANS, plain, put, stamp
from exsclaim_core.panels.synthesis.groups import Group, pick_group
from exsclaim_core.panels.synthesis.illustrations import SCHEMES, draw_illustration
from exsclaim_core.panels.synthesis.layouts import reading_order, row_lengths
from exsclaim_core.panels.synthesis.lettering import LetterStyle, draw_sequence
from exsclaim_core.panels.synthesis.look import draw_look
from exsclaim_core.panels.synthesis.panels import Plan, draw_panel
from exsclaim_core.panels.synthesis.parts import Style
from exsclaim_core.panels.synthesis.scale_bars import BarStyle, draw_bar, draw_scale
from exsclaim_core.panels.synthesis.scenes import RECIPES, draw_scene
from exsclaim_core.panels.synthesis.sheet import Sheet, SyntheticFigure
from exsclaim_core.panels.synthesis.sources import Sources, cut_apart, part_of

WHITE = (255, 255, 255)


def stream(number: int) -> np.random.Generator:
    return np.random.default_rng((1, number))


USUAL_BAR = BarStyle(
    shape="solid",
    thick=4,
    tick=11,
    label="above",
    font="helv",
    size=14,
    colour=None,
    plate=False,
    left=False,
    top=False,
    share=0.25,
    margin=8,
    strip=False,
)


def drawn_panel(plan: Plan, lowered: bool = False) -> Sheet:
    """A white sheet with one panel, its letter above it."""
    look = draw_look(stream(1), 1.0, 700, 300)
    letters = LetterStyle("{}", "helv", 16, "above", "none", None, 4, False, False, lowered)
    contents = draw_contents(stream(3), Sources.drawn(), look)
    style = Style(look, contents, letters, None, bar_share=0, insets=0, marks=False, framed=False)
    sheet = Sheet(Image.new("RGB", (400, 260), WHITE))
    draw_panel(stream(2), sheet, plan, style)
    return sheet


def inked(image: Image.Image) -> np.ndarray:
    """Where a grey picture is at least half as dark as black on white."""
    return np.asarray(image.convert("L")) < 128


def differs(pixels: np.ndarray) -> bool:
    """Whether any pixel differs visibly from white."""
    return bool((np.abs(pixels.astype(int) - 255).max(axis=-1) > 20).any()) if pixels.size else False


@pytest.fixture(scope="module")
def sheets() -> list[SyntheticFigure]:
    """Figures before any blur, drawn without real material."""
    return [draw_sheet(stream(number), Sources.drawn(), 500.0, 1.0) for number in range(60)]


@pytest.fixture(scope="module")
def figures() -> list[SyntheticFigure]:
    """Many small figures as they would be found."""
    drawn = []
    for number in range(300):
        random = stream(number)
        drawn.append(degrade(random, draw_sheet(random, Sources.drawn(), 330.0, 1.0), 300))
    return drawn


def test_text_has_the_box_of_its_ink() -> None:
    image = Image.new("RGB", (120, 60), WHITE)
    box = put(image, (10, 12), stamp("(a)", SANS.bold, 24), (0, 0, 0))
    rows, columns = np.nonzero(inked(image))
    assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (box.x0, box.y0, box.x1, box.y1)


def test_micro_and_angstrom_are_drawn_in_every_base_font() -> None:
    # A font without a sign draws an empty frame for it, the same for all such signs.
    missing = stamp("\uffff", SANS.regular, 30)
    for font in ("helv", "hebo", "tiro", "tibo", "cour"):
        for sign in ("µ", "μ", "Å"):
            assert stamp(sign, font, 30).mask.tobytes() != missing.mask.tobytes()


def test_raised_figures_are_read_without_their_markup() -> None:
    assert plain("10 nm^{-1}") == "10 nm-1"


def test_panel_boxes_are_tight_where_panels_stand_apart(sheets: list[SyntheticFigure]) -> None:
    checked = 0
    for figure in sheets:
        height, width, _ = figure.pixels.shape
        if tuple(figure.pixels[0, 0]) != WHITE and tuple(figure.pixels[-1, -1]) != WHITE:
            continue
        for panel in figure.panels:
            x0, y0, x1, y1 = (int(side) for side in (panel.box.x0, panel.box.y0, panel.box.x1, panel.box.y1))
            near = panel.box.expand(6)
            alone = not any(near.intersection(other.box) for other in figure.panels if other is not panel)
            if not alone or panel.label_box is None or x0 < 2 or y0 < 2 or x1 > width - 2 or y1 > height - 2:
                continue
            pixels = figure.pixels
            if differs(pixels[y0 - 2 : y0 - 1, x0:x1]):  # a coloured ground or the words of a header
                continue
            checked += 1
            assert differs(pixels[y0 : y0 + 2, x0:x1])
            assert differs(pixels[y1 - 2 : y1, x0:x1])
            assert differs(pixels[y0:y1, x0 : x0 + 2])
            assert differs(pixels[y0:y1, x1 - 2 : x1])
    assert checked > 20


def test_the_ink_of_a_picture_on_its_ground() -> None:
    image = Image.new("RGB", (100, 80), WHITE)
    ImageDraw.Draw(image).rectangle((20, 10, 59, 49), fill=(200, 60, 60))
    assert ink_box(image, WHITE) == Box(20, 10, 60, 50)
    assert ink_box(Image.new("RGB", (5, 5), WHITE), WHITE) is None


def test_letters_stand_in_their_boxes(sheets: list[SyntheticFigure]) -> None:
    boxes = [(figure.pixels, panel.label_box) for figure in sheets for panel in figure.panels if panel.label_box]
    assert len(boxes) > 100
    for pixels, box in boxes:
        # With a pixel around: an "i" may fill its box.
        y0, x0 = max(0, int(box.y0) - 1), max(0, int(box.x0) - 1)
        part = pixels[y0 : int(box.y1) + 1, x0 : int(box.x1) + 1].astype(int)
        # Yellow on grey is told by its blue alone.
        assert max(np.ptp(part[:, :, channel]) for channel in range(3)) > 70


def test_panels_lie_in_the_picture_and_hold_their_letters_and_bars(figures: list[SyntheticFigure]) -> None:
    for figure in figures:
        height, width, _ = figure.pixels.shape
        whole = Box(0, 0, width, height)
        assert figure.panels
        for panel in figure.panels:
            assert whole.contains(panel.box)
            assert panel.box.area > 0
            assert (panel.label is None) == (panel.label_box is None)
            assert panel.label_box is None or panel.box.contains(panel.label_box)
        for bar in figure.bars:
            assert bar.panel is not None
            assert figure.panels[bar.panel].box.contains(bar.box, slack=1.0)
            assert bar.text is not None or bar.nanometres is None


@pytest.mark.parametrize(("shape", "length"), [("solid", 60), ("outlined", 60), ("ticks", 56)])
def test_a_bar_is_as_long_as_it_says(shape: Literal["solid", "outlined", "ticks"], length: float) -> None:
    image = Image.new("RGB", (240, 160), WHITE)
    # Of the random numbers only a factor between 0.75 and 1.25 of the length is used.
    drawn = draw_bar(stream(4), image, replace(USUAL_BAR, shape=shape, label="none"), None)
    assert drawn is not None
    columns = np.flatnonzero(inked(image).any(axis=0))
    rows = np.flatnonzero(inked(image).any(axis=1))
    assert (drawn.box.x0, drawn.box.x1) == (columns[0], columns[-1] + 1)
    assert (drawn.box.y0, drawn.box.y1) == (rows[0], rows[-1] + 1)
    # Between the middles of end ticks that are four pixels wide, else from edge to edge.
    ends = columns[-1] + 1 - columns[0]
    assert drawn.length == ends - (60 - length)


def test_a_bars_label_stands_where_it_is_said_to() -> None:
    image = Image.new("RGB", (240, 160), WHITE)
    drawn = draw_bar(stream(4), image, USUAL_BAR, "200 nm")
    assert drawn is not None
    assert drawn.label_box is not None
    assert drawn.label_box.y1 < drawn.box.y0
    ink = inked(image)
    ink[int(drawn.box.y0) :] = False
    rows, columns = np.nonzero(ink)
    label = drawn.label_box
    assert (label.x0, label.y0, label.x1, label.y1) == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def test_scale_labels_and_their_values() -> None:
    real = [draw_scale(stream(number), ("0.5 um",), False) for number in range(200)]
    assert {scale.nanometres for scale in real if scale.text.startswith("0.5") and "m" in scale.text[-2:]} >= {500.0}
    texts = {scale.text for scale in real}
    assert any(" " not in text for text in texts)
    assert any("µ" in text for text in texts)
    assert all(draw_scale(stream(number), (), True).nanometres is None for number in range(20))


def test_the_same_seed_gives_the_same_figure() -> None:
    one, same = (draw_figure(stream(11), Sources.drawn()) for _ in range(2))
    other = draw_figure(stream(12), Sources.drawn())
    assert np.array_equal(one.pixels, same.pixels)
    assert (one.panels, one.bars, one.words, one.insets) == (same.panels, same.bars, same.words, same.insets)
    assert one.pixels.shape != other.pixels.shape or not np.array_equal(one.pixels, other.pixels)


def test_figures_are_as_wide_as_those_of_papers() -> None:
    widths = [draw_figure(stream(number), Sources.drawn()).pixels.shape[1] for number in range(12)]
    assert 300 <= min(widths) < 600 < max(widths) <= 1400


def test_boxes_follow_when_a_figure_is_made_smaller(sheets: list[SyntheticFigure]) -> None:
    figure = next(figure for figure in sheets if figure.bars)
    half = degrade(stream(0), figure, figure.pixels.shape[1] // 2)
    share = half.pixels.shape[1] / figure.pixels.shape[1]
    assert half.bars[0].length == pytest.approx(figure.bars[0].length * share)
    assert half.panels[0].box.x1 == pytest.approx(figure.panels[0].box.x1 * share, abs=0.51)


def test_among_many_figures_everything_occurs(figures: list[SyntheticFigure]) -> None:
    kinds = Counter(panel.kind for figure in figures for panel in figure.panels)
    assert set(kinds) == set(CLASSES)
    styles = {figure.label_style for figure in figures}
    assert styles >= {None, "a", "A", "(a)", "a)", "(A)"}
    counts = [len(figure.panels) for figure in figures]
    assert 0.1 < counts.count(1) / len(counts) < 0.25
    assert max(counts) > 15
    assert any(bar.text is None for figure in figures for bar in figure.bars)
    assert {"nm", "m"} <= {bar.text.split()[-1][-2:].lstrip("µμu") for f in figures for bar in f.bars if bar.text}
    assert sum(len(figure.insets) for figure in figures) > 3


@pytest.mark.parametrize("size", [(300, 200), (90, 160), (24, 24)])
def test_photographs_of_all_sorts_fill_their_panel(size: tuple[int, int]) -> None:
    for number, (name, recipe) in enumerate(RECIPES.items()):
        assert recipe(stream(number), *size).size == size, name
    for number in range(12):
        image = draw_scene(stream(number), *size)
        assert (image.size, image.mode) == (size, "RGB")
        assert np.asarray(image).std() > 3  # of 255: something is to be seen
    assert draw_scene(stream(5), *size).tobytes() == draw_scene(stream(5), *size).tobytes()


@pytest.mark.parametrize("size", [(420, 260), (120, 200), (20, 20)])
def test_every_scheme_draws_something_at_any_size(size: tuple[int, int]) -> None:
    look = draw_look(stream(2), 1.0, 700, 300)
    for number, name in enumerate((*SCHEMES, *["collage"] * 12, "process")):
        one, same = (draw_illustration(stream(number), name, *size, look) for _ in range(2))
        assert one.size == size
        assert one.tobytes() == same.tobytes()
        assert min(size) < 50 or ink_box(one, look.ground) is not None, name


def test_collages_are_cut_by_white_gaps_and_show_the_pictures_given() -> None:
    look = draw_look(stream(1), 1.0, 700, 300)  # on white
    green = (10, 250, 20)
    gaps = shown = 0
    for number in range(40):
        image = draw_illustration(
            stream(number), "collage", 500, 300, look, lambda _, width, height: Image.new("RGB", (width, height), green)
        )
        pixels = np.asarray(image)
        shown += bool((pixels == green).all(axis=2).sum() > 200)
        white = ~(pixels.min(axis=2) < 235).any(axis=0)  # columns without ink
        inner = np.flatnonzero(~white)
        gaps += bool(inner.size and white[inner[0] : inner[-1]].sum() > 4)
    assert gaps > 12
    assert shown > 5


def test_a_group_is_one_panel_around_all_its_pictures_and_words() -> None:
    cell = (10, 10, 390, 250)
    group = Group((("photo", "microscopy"), ("microscopy", "microscopy")), heads=True, titles=True, link="arrow")
    sheet = drawn_panel(Plan(cell, "photo", "b", group=group))
    (panel,) = sheet.panels
    assert (panel.label, panel.kind) == ("b", "photo")
    rows, columns = np.nonzero(np.abs(np.asarray(sheet.image, int) - 255).max(axis=2) > 128)
    assert (columns.min(), rows.min()) == (panel.box.x0, panel.box.y0)  # the letter
    assert panel.box.contains(Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1), 1)
    white = differs(np.asarray(sheet.image)[60:240, 215:225])
    assert white  # an arrow, or a picture: something stands between the columns


def test_a_group_with_a_scheme_is_an_illustration() -> None:
    assert Group((("microscopy", "graph"),)).kind == "microscopy"
    assert Group((("microscopy", "photo"), ("illustration", "illustration"))).kind == "illustration"


def test_groups_fit_their_panel() -> None:
    for number in range(60):
        group = pick_group(stream(number), "microscopy", 400, 100, 10)
        # Pictures of 60 pixels at least: six columns in one row.
        assert group is None or (len(group.kinds) == 1 and 2 <= len(group.kinds[0]) <= 6)
        assert pick_group(stream(number), "microscopy", 70, 70, 12) is None
        assert pick_group(stream(number), "table", 600, 600, 10) is None


def test_many_lettered_figures_have_groups_and_some_have_numbered_letters() -> None:
    numbered = [draw_sequence(stream(number), [3, 2]) for number in range(600)]
    numbered = [labels for labels in numbered if labels[0] in ("a1", "A1")]
    assert 0.04 < len(numbered) / 600 < 0.12
    assert ["a1", "a2", "a3", "b1", "b2"] in numbered
    # Rows of one panel each give no reason to count along them.
    single = [draw_sequence(stream(number), [1, 1, 1, 1]) for number in range(600)]
    assert all(labels[1] in ("a2", "A2") for labels in single if labels[0] in ("a1", "A1"))


def test_a_lowered_number_belongs_to_the_letters_box_and_is_read_with_it() -> None:
    lowered, plain_one = (
        drawn_panel(Plan((10, 10, 390, 250), "graph", "A12"), lowered=lowered) for lowered in (True, False)
    )
    assert lowered.words[-1][0] == plain_one.words[-1][0] == "A12"
    box, other = (sheet.panels[0].label_box for sheet in (lowered, plain_one))
    assert box is not None
    assert other is not None
    assert lowered.words[-1][1] == box
    assert box.y1 > other.y1  # the number hangs below the line
    assert box.width < other.width
    ink = inked(lowered.image)[: int(box.y1) + 8, : int(box.x1) + 4]
    ink[int(box.y1) :] = False
    rows, columns = np.nonzero(ink[:, : int(box.x1)])
    assert (columns.min(), columns.max() + 1, rows.min(), rows.max() + 1) == (box.x0, box.x1, box.y0, box.y1)


def test_lengths_of_rows_in_reading_order() -> None:
    rows = [(0, 0, 50, 50), (60, 5, 100, 40), (0, 60, 30, 90), (40, 58, 70, 95), (80, 60, 100, 90)]
    assert row_lengths(rows, by_columns=False) == [2, 3]
    assert row_lengths([(0, 0, 50, 40), (0, 60, 50, 90), (60, 0, 90, 40)], by_columns=True) == [2, 1]


def test_reading_order_of_uneven_rows() -> None:
    cells = [(60, 5, 100, 40), (0, 0, 50, 50), (0, 60, 30, 90), (40, 58, 100, 95)]
    assert reading_order(cells, by_columns=False) == [1, 0, 2, 3]
    assert reading_order(cells, by_columns=True) == [1, 2, 0, 3]


def test_panels_of_real_layouts_are_cut_apart() -> None:
    assert cut_apart([Box(0, 0, 52, 50), Box(48, 0, 100, 50)]) == [Box(0, 0, 50, 50), Box(50, 0, 100, 50)]


def test_a_letter_printed_in_a_real_graph_is_painted_over() -> None:
    image = Image.new("RGB", (200, 150), WHITE)
    ImageDraw.Draw(image).rectangle((40, 40, 190, 130), outline=(0, 0, 0))
    alone = image.copy()
    put(image, (3, 3), stamp("A", SANS.bold, 14), (0, 0, 0))
    assert np.array_equal(np.asarray(without_letter(image)), np.asarray(alone))


def test_a_source_always_belongs_to_one_part() -> None:
    parts = Counter(part_of(f"paper {number}") for number in range(2000))
    assert 0.07 < parts["held_out"] / 2000 < 0.13


def test_held_out_material_is_not_trained_on(shared: Path) -> None:
    train, held_out = (Sources.load(shared / "data", part) for part in ("train", "held_out"))
    papers = [
        {picture.source for some in (sources.pictures or {}).values() for picture in some}
        for sources in (train, held_out)
    ]
    assert papers[0]
    assert papers[1]
    assert not papers[0] & papers[1]
    assert len(train.layouts) > 5 * len(held_out.layouts) > 0
