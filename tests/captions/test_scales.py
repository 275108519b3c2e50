"""Lengths of scale bars that a caption gives, panel by panel."""

from __future__ import annotations

import pytest

from exsclaim_core.captions.scales import is_scale_shared, scales_of
from tests.captions.taking_apart import scales_by_panel


@pytest.mark.parametrize(
    "sentence",
    [
        "Scale bars: 10 nm (a), 5 nm (b, c).",
        "Scale bars, 10 nm (a) and 5 nm (b and c).",
        "Scale bars: (a) 10 nm; (b, c) 5 nm.",
        "Scale bars: (a), 10 nm; (b, c), 5 nm.",
        "Scale bars: a, 10 nm; b, c, 5 nm.",
        "Scale bars: a = 10 nm; b, c = 5 nm.",
        "The scale bars are 10 nm in (a) and 5 nm in (b, c).",
    ],
)
def test_a_sentence_with_the_scales_of_all_panels(sentence: str) -> None:
    caption = f"(a) Felt. (b) Gauze. (c) Wool. {sentence}"
    assert scales_by_panel(caption) == {"a": ("10 nm",), "b": ("5 nm",), "c": ("5 nm",)}


@pytest.mark.parametrize(
    "sentence",
    [
        "Scale bars = 10 and 5 nm in (a) and (b), respectively.",
        "Scale bars in (a) and (b) are 10 and 5 nm, respectively.",
    ],
)
def test_scales_in_the_order_of_the_panels(sentence: str) -> None:
    assert scales_by_panel(f"(a) Felt. (b) Gauze. {sentence}") == {"a": ("10 nm",), "b": ("5 nm",)}


def test_scales_beside_the_descriptions() -> None:
    caption = "(a) Felt (scale bar: 2 mm). (b) Gauze; scale bar, 5 µm. (c) Wool. Bar = 1 cm. (d) Silk."
    assert scales_by_panel(caption) == {"a": ("2 mm",), "b": ("5 µm",), "c": ("1 cm",), "d": ()}


def test_the_scale_of_one_panel_at_the_end_goes_to_it() -> None:
    caption = "(a) Felt. (b) Gauze. (c) Wool. The scale bar in (b) is 5 nm."
    assert scales_by_panel(caption) == {"a": (), "b": ("5 nm",), "c": ()}


def test_lengths_in_other_sentences_are_none_of_a_scale_bar() -> None:
    caption = "(a) Felt, 3 mm thick. Scale bar: 10 mm. The holes are 2 mm wide. (b) Gauze, 1 mm thick."
    assert scales_by_panel(caption) == {"a": ("10 mm",), "b": ()}


@pytest.mark.parametrize(
    ("text", "scales"),
    [
        ("Scale bar: 10nm", ("10 nm",)),
        ("Scale bar: 0.5 μm", ("0.5 µm",)),
        ("scale bar 5 um", ("5 µm",)),
        ("scale bar of 2 microns", ("2 µm",)),
        ("scale bar, 50 nanometres", ("50 nm",)),
        ("a 100 nm scale bar", ("100 nm",)),
        ("a 100-nm scale bar", ("100 nm",)),
        ("Scale bar: 5 1/nm", ("5 1/nm",)),
        ("Scale bar: 5 nm−1", ("5 1/nm",)),
        ("Scale bar: 5 Å", ("5 Å",)),
        ("Scale bars: 10 nm, 10 nm", ("10 nm",)),
        ("Scale bars: 10 nm; inset, 2 nm", ("10 nm", "2 nm")),
        ("thread of 10 nm", ()),
        ("Scale bar: 10 nmol", ()),
        ("Error bars: 10 %", ()),
        ("", ()),
    ],
)
def test_units_and_notations(text: str, scales: tuple[str, ...]) -> None:
    assert scales_of(text, [(0, len(text))] if text else []) == scales


@pytest.mark.parametrize(
    ("caption", "shared"),
    [
        ("Rods. The scale bar is 10 nm in all panels.", True),
        ("Scale bars apply throughout: 2 µm.", True),
        ("All images are at the same magnification.", True),
        ("Scale bars: 10 nm (a), 5 nm (b).", False),
        ("Scale bar, 10 nm. All panels show rods.", False),
        ("Error bars are standard deviations in all panels.", False),
    ],
)
def test_one_scale_for_all_panels(caption: str, shared: bool) -> None:
    assert is_scale_shared(caption) is shared
