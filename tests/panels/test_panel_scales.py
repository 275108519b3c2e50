import pytest

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.scales import (
    Scale,
    assign_to_panels,
    caption_agreement,
    choose_reading,
    nanometres_per_pixel,
    pair_labels,
    read_scale,
    scales_of_panels,
)
from exsclaim_core.panels.model import Panel, ScaleBar

ABOVE, BELOW = -20, 8  # of a bar 4 pixels thick, a label 12 pixels high


def bar_at(x: float, y: float, length: float = 60) -> Box:
    return Box(x, y, x + length, y + 4)


def label_at(bar: Box, offset: float) -> Box:
    return Box(bar.x0 + 10, bar.y0 + offset, bar.x0 + 50, bar.y0 + offset + 12)


@pytest.mark.parametrize(
    ("printed", "text", "nanometres"),
    [
        ("200 nm", "200 nm", 200),
        ("5μm", "5 µm", 5000),
        ("0.5 um", "0.5 µm", 500),
        ("1,000 nm", "1000 nm", 1000),
        ("1mm", "1 mm", 1e6),
        ("2 A", "2 Å", 0.2),
        ("10 pm", "10 pm", 0.01),
    ],
)
def test_lengths_in_one_form(printed: str, text: str, nanometres: float) -> None:
    assert read_scale(printed) == Scale(text, nanometres)


@pytest.mark.parametrize(
    ("printed", "text"), [("2OO nm", "200 nm"), ("l µm", "1 µm"), ("1S nm", "15 nm"), ("20 nrn", "20 nm")]
)
def test_letters_in_place_of_digits(printed: str, text: str) -> None:
    scale = read_scale(printed)
    assert scale is not None
    assert scale.text == text


@pytest.mark.parametrize("printed", ["", "nm", "S nm", "0 nm", "300 K", "SEI 15.0kV", "x5,000", "Fe 2p"])
def test_what_is_no_length(printed: str) -> None:
    assert read_scale(printed) is None


@pytest.mark.parametrize(
    ("printed", "text"),
    [("5 1/nm", "5 1/nm"), ("51/nm", "5 1/nm"), ("10 nm-1", "10 1/nm"), ("2/nm", "2 1/nm"), ("0.5 Å⁻¹", "0.5 1/Å")],
)
def test_reciprocal_lengths_are_no_nanometres(printed: str, text: str) -> None:
    assert read_scale(printed) == Scale(text, None, reciprocal=True)


def test_of_readings_about_as_likely_the_round_one() -> None:
    assert choose_reading([("70 nm", 0.5), ("10 nm", 0.4)]) == (Scale("10 nm", 10.0), 0.4)


def test_a_sure_reading_stays_though_it_is_not_round() -> None:
    assert choose_reading([("70 nm", 0.9), ("10 nm", 0.05)]) == (Scale("70 nm", 70.0), 0.9)


def test_no_reading_says_a_length() -> None:
    assert choose_reading([("SEI", 0.9)]) is None


def test_each_label_goes_to_the_bar_beside_it() -> None:
    bars = [bar_at(20, 100), bar_at(220, 100), bar_at(20, 300)]
    labels = [label_at(bars[2], BELOW), label_at(bars[0], ABOVE), Box(285, 96, 325, 108)]
    assert pair_labels(bars, labels) == [1, 2, 0]


def test_a_label_between_two_bars_goes_where_other_labels_stand() -> None:
    """Author's and instrument's bar one below the other: the second label is 4 pixels below the first bar."""
    bars = [bar_at(20, 100), bar_at(20, 128), bar_at(220, 100)]
    labels = [Box(30, 108, 70, 120), label_at(bars[2], ABOVE)]
    assert pair_labels(bars, labels) == [None, 0, 1]


def test_one_label_serves_one_bar_and_no_bar_far_away() -> None:
    bars = [bar_at(20, 100), bar_at(20, 400)]
    assert pair_labels(bars, [label_at(bars[0], ABOVE)]) == [0, None]


def test_a_label_goes_to_the_likelier_of_two_lines() -> None:
    """Above the label a streak, 4 pixels away; below it the bar, 8 pixels away."""
    label = Box(30, 108, 70, 120)
    assert pair_labels([bar_at(20, 100), bar_at(20, 128)], [label]) == [0, None]
    assert pair_labels([bar_at(20, 100), bar_at(20, 128)], [label], [0.1, 0.9]) == [None, 0]


def test_a_bar_of_an_inset_is_the_inset_s() -> None:
    panels = [Box(0, 0, 300, 300), Box(180, 0, 300, 120)]
    assert assign_to_panels([bar_at(20, 280), bar_at(220, 100)], panels) == [0, 1]


def test_a_bar_right_below_its_panel_and_one_far_from_all() -> None:
    panels = [Box(0, 0, 300, 300), Box(320, 0, 620, 300)]
    assert assign_to_panels([bar_at(400, 310), bar_at(20, 600)], panels) == [1, None]


def test_nanometres_per_pixel() -> None:
    assert nanometres_per_pixel(ScaleBar(bar_at(0, 0), 80.0, nanometres=200.0)) == pytest.approx(2.5)
    assert nanometres_per_pixel(ScaleBar(bar_at(0, 0), 80.0)) is None


def test_one_bar_for_several_panels_only_if_told() -> None:
    box = Box(0, 0, 100, 100)
    panels = [Panel(box, "a", kind="microscopy"), Panel(box, "b", kind="microscopy"), Panel(box, "c", kind="graph")]
    bars = [ScaleBar(bar_at(0, 0), 50.0, nanometres=100.0, panel=0)]
    assert scales_of_panels(bars, panels) == [2.0, None, None]
    assert scales_of_panels(bars, panels, shared=True) == [2.0, 2.0, None]


@pytest.mark.parametrize(
    ("nanometres", "said", "agreement"),
    [
        (500.0, ["0.5 µm"], "agrees"),
        (200.0, ["500 nm", "200 nm"], "agrees"),
        (50.0, ["500 nm"], "conflicts"),
        (50.0, [], None),
        (50.0, ["5 1/nm"], None),
        (None, ["500 nm"], None),
    ],
)
def test_agreement_with_the_caption(nanometres: float | None, said: list[str], agreement: str | None) -> None:
    assert caption_agreement(nanometres, said) == agreement
