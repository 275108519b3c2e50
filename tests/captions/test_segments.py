"""Which words of a caption describe which panel; `|` stands between the stretches of one panel."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.captions.taking_apart import general_of, panels_of, scales_by_panel, statements_of, take_apart

FORMS = {
    # Each panel has words of its own
    "(a) SEM image of felt. (b) Pore sizes of gauze.": {"a": "SEM image of felt", "b": "Pore sizes of gauze"},
    "SEM image of felt (a), pore sizes of gauze (b).": {"a": "SEM image of felt", "b": "pore sizes of gauze"},
    "Felt is shown in (a), and gauze is shown in (b).": {"a": "Felt", "b": "gauze"},
    "Panel (a) shows a felt; panel (b) shows a gauze.": {"a": "a felt", "b": "a gauze"},
    "In (a), the felt is dry; in (b), the felt is wet.": {"a": "the felt is dry", "b": "the felt is wet"},
    # A full stop that was forgotten
    "(a) Image of felt. (b) Image of gauze (c) Pore sizes of wool. (d) Loads.": {
        "a": "Image of felt",
        "b": "Image of gauze",
        "c": "Pore sizes of wool",
        "d": "Loads",
    },
    "Felts (A) Image of felt. (B) Loads. (C and D) (C) Wool and (D) silk. (E) Gauze. (F) Dye. (A–C) are new.": {
        "A": "Image of felt | (A–C) are new",
        "B": "Loads | (A–C) are new",
        "C": "Wool | (A–C) are new",
        "D": "silk",
        "E": "Gauze",
        "F": "Dye",
    },
    # A full stop behind the label
    "Images of (A). dyed and (B). bleached felt.": {"A": "Images of | dyed | felt", "B": "Images of | bleached felt"},
    # What stands in brackets with the labels
    "Loads of felt [left, (a), (c)] and wool [right, (b), (d)] in water.": {
        "a": "Loads of felt [left | in water",
        "b": "Loads of | wool [right | in water",
        "c": "Loads of felt [left | in water",
        "d": "Loads of | wool [right | in water",
    },
    # A title that the panels need
    "SEM images of felt. (a) Dry. (b) Wet.": {"a": "SEM images of felt | Dry", "b": "SEM images of felt | Wet"},
    "Felt of a hat. (A) Top view, (B) drawing of A.": {
        "A": "Felt of a hat | Top view",
        "B": "Felt of a hat | drawing of A",
    },
    # … and one that they don't
    "Washed felt; (A) SEM image of a fibre. (B) Loads.": {"A": "SEM image of a fibre", "B": "Loads"},
    "Felt and its threads, (a) SEM image of felt, (b) photograph of wool.": {
        "a": "SEM image of felt",
        "b": "photograph of wool",
    },
    # A head that ends with a comma, and what goes on the panel before
    "(a) Felt in oil. Plots of loads under water, (b) 4 m, (c) 8 m.": {
        "a": "Felt in oil",
        "b": "Plots of loads under water | 4 m",
        "c": "Plots of loads under water | 8 m",
    },
    "(a) Image of felt. The inset is dry, (b) image of wool.": {
        "a": "Image of felt | The inset is dry",
        "b": "image of wool",
    },
    "For felt, (a) and (b) show the loads. For wool, (c) shows the loads.": {
        "a": "For felt | the loads",
        "b": "For felt | the loads",
        "c": "For wool | the loads",
    },
    # A remark on one of several
    "(a, b) Images of felt, where arrows in (b) mark pores.": {
        "a": "Images of felt",
        "b": "Images of felt | where arrows in (b) mark pores",
    },
    # Sentences that name their panels by the figure
    "(a) Felt in water. (b) Wool in oil. (c) Gauze in air. Figures 2(a) and 2(b) are from the archive.": {
        "a": "Felt in water | Figures 2(a) and 2(b) are from the archive",
        "b": "Wool in oil | Figures 2(a) and 2(b) are from the archive",
        "c": "Gauze in air",
    },
    # Where panels have details of their own, so has the last one
    "(a) Image of felt. Bar: 5 mm. (b) Image of wool. Bar: 2 mm.": {
        "a": "Image of felt | Bar: 5 mm",
        "b": "Image of wool | Bar: 2 mm",
    },
    "(a) Image of felt. (b) Image of wool. Bar: 2 mm.": {"a": "Image of felt", "b": "Image of wool"},
    "(a) Loads of felt. All of the fibres tore. (b) Loads of wool.": {
        "a": "Loads of felt | All of the fibres tore",
        "b": "Loads of wool",
    },
    # Heads before a preposition or a colon
    "SEM images of (a) felt and (b) gauze.": {"a": "SEM images of | felt", "b": "SEM images of | gauze"},
    "SEM images: (a) felt; (b) gauze.": {"a": "SEM images | felt", "b": "SEM images | gauze"},
    "SEM images of felt (a) and gauze (b).": {"a": "SEM images of felt", "b": "SEM images of | gauze"},
    "Cuts along the warp (a) and weft (b) of felt.": {
        "a": "Cuts along the warp | of felt",
        "b": "Cuts along the | weft | of felt",
    },
    "(a) Felt, (b) loads of wool, and (c) of silk.": {"a": "Felt", "b": "loads of wool", "c": "loads | of silk"},
    "Loads of felt (a) and of gauze (b).": {"a": "Loads of felt", "b": "Loads | of gauze"},
    "SEM images: (a) felt; (b) gauze. Spectra: (c) felt; (d) gauze.": {
        "a": "SEM images | felt",
        "b": "SEM images | gauze",
        "c": "Spectra | felt",
        "d": "Spectra | gauze",
    },
    "Loads in (a) water and (b) oil.": {"a": "Loads in | water", "b": "Loads in | oil"},
    "Measurements of felt: (a) dry, (b) wet.": {"a": "Measurements of felt | dry", "b": "Measurements of felt | wet"},
    # … of the last one that has a head
    "Content of dye (a), images of felt (b) and wool (c) in water.": {
        "a": "Content of dye | in water",
        "b": "images of felt | in water",
        "c": "images of | wool | in water",
    },
    # Ends that several share
    "Low-speed (a) and high-speed SEM images (b) of felt.": {
        "a": "Low-speed | SEM images | of felt",
        "b": "high-speed SEM images | of felt",
    },
    "Dry (a) and wet (b) felt.": {"a": "Dry | felt", "b": "wet | felt"},
    "Raman (a), infrared (b) and X-ray (c) spectra of felt.": {
        "a": "Raman | spectra of felt",
        "b": "infrared | spectra of felt",
        "c": "X-ray | spectra of felt",
    },
    "(a) SEM and (b) TEM images of felt.": {"a": "SEM | images of felt", "b": "TEM images of felt"},
    "(a) SEM image and (b) spectrum of felt.": {"a": "SEM image | of felt", "b": "spectrum of felt"},
    "Images of (a) dyed and (b) bleached felt.": {"a": "Images of | dyed | felt", "b": "Images of | bleached felt"},
    "Images of felt (a) before and (b) after washing.": {
        "a": "Images of felt | before | washing",
        "b": "Images of felt | after washing",
    },
    # Lists in the order of the labels
    "(a, b) SEM and TEM images of felt, respectively.": {"a": "SEM | images of felt", "b": "TEM | images of felt"},
    "SEM and TEM images (a and b, respectively) of felt.": {
        "a": "SEM | images | of felt",
        "b": "TEM | images | of felt",
    },
    "(a–c) SEM images of felt, gauze and wool, respectively.": {
        "a": "SEM images of | felt",
        "b": "SEM images of | gauze",
        "c": "SEM images of | wool",
    },
    "(a, b) Load on felt and gauze, respectively.": {"a": "Load on | felt", "b": "Load on | gauze"},
    "(a, b) SEM images of green and blue felts, respectively.": {
        "a": "SEM images of | green | felts",
        "b": "SEM images of | blue | felts",
    },
    "(a–c) Felt after 0, 3 and 9 h.": {"a": "Felt after | 0 | h", "b": "Felt after | 3 | h", "c": "Felt after | 9 | h"},
    # Where the numbers do not agree, each has all
    "(a–c) Felt after 5 and 9 h.": {
        "a": "Felt after 5 and 9 h",
        "b": "Felt after 5 and 9 h",
        "c": "Felt after 5 and 9 h",
    },
    # Crossed lists
    "Photos of dry (a, c) and wet (b, d) felt in (a, b) air and (c, d) argon.": {
        "a": "Photos of dry | felt | in | air",
        "b": "Photos of | wet | felt | in | air",
        "c": "Photos of dry | felt | in | argon",
        "d": "Photos of | wet | felt | in | argon",
    },
    # Panels named together and then one by one
    "(a, b) SEM images of felt (a) and gauze (b). (c) Pore sizes.": {
        "a": "SEM images of felt",
        "b": "SEM images of | gauze",
        "c": "Pore sizes",
    },
    "Growth of felt (a, b). (a) At once. (b) After 3 h.": {"a": "At once", "b": "After 3 h"},
    "(a) Felt. (b, c) Maps of wool. (b) Front. It is dry. (c) Back.": {
        "a": "Felt",
        "b": "Maps of wool | Front | It is dry",
        "c": "Maps of wool | Back",
    },
    "(A, B) Felt was dried in the sun; (A) loads; (B) lengths. (C) Gauze.": {
        "A": "Felt was dried in the sun | loads",
        "B": "Felt was dried in the sun | lengths",
        "C": "Gauze",
    },
    # Details and references stay
    "(a) Felt. A photograph of it is shown in the inset. (b) Gauze.": {
        "a": "Felt | A photograph of it is shown in the inset",
        "b": "Gauze",
    },
    "(a) SEM image of felt. The inset shows a thread. (b) Gauze.": {
        "a": "SEM image of felt | The inset shows a thread",
        "b": "Gauze",
    },
    "(a) Felt. (b) Gauze. Inset of b: a thread.": {"a": "Felt", "b": "Gauze | Inset of b: a thread"},
    "(a) SEM image of felt. (b) TEM image of the area marked in (a).": {
        "a": "SEM image of felt",
        "b": "TEM image of the area marked in (a)",
    },
    "(A) Felt with (a) holes and (b) folds. (B) Gauze with (a) holes.": {
        "A": "Felt with (a) holes and (b) folds",
        "B": "Gauze with (a) holes",
    },
    "(a) Felt. (b, c) Gauze. Both images show threads. (d) Wool.": {
        "a": "Felt",
        "b": "Gauze | Both images show threads",
        "c": "Gauze | Both images show threads",
        "d": "Wool",
    },
    # A label that was lost in print
    "SEM image of felt. (b) SEM image of gauze. (c) Pore sizes.": {
        "a": "SEM image of felt",
        "b": "SEM image of gauze",
        "c": "Pore sizes",
    },
    # Furniture of the page is nobody's
    "Fig. 2. (Color online) (a) Felt. (b) Gauze. Full size image (29 KB)": {"a": "Felt", "b": "Gauze"},
}

GENERAL = {
    "Felts of our time. (a) SEM image. (b) Pore sizes.": "Felts of our time",
    "Felts of our time: (a) SEM image, (b) pore sizes.": "Felts of our time",
    "(a) Felt. (b) Gauze. Error bars are standard deviations.": "Error bars are standard deviations",
    "(a) Felt. (b) Gauze. The error bars are standard deviations.": "The error bars are standard deviations",
    "(a) Felt. It is dry. (b) Gauze. F: fibre; T: thread; FT: felted thread.": "F: fibre; T: thread; FT: felted thread",
    "(a) Felt. (b) Gauze. All samples were dyed.": "All samples were dyed",
    "(a) Felt. (b) Gauze. Scale bars: 2 mm.": "Scale bars: 2 mm",
    "(a) Felt. (b) Gauze. Reproduced with permission. Copyright 2011, A Guild.": (
        "Reproduced with permission | Copyright 2011, A Guild"
    ),
    # Of several credits each belongs to the panels before it
    "(a) Felt. Reproduced with permission from A Guild. (b) Gauze. Reproduced with permission from B Guild.": "",
    # Without panels, all of it
    "Figure 4. Felt under load. It is dry.": "Felt under load. It is dry",
    "SEM image of felt. Full size image (29 KB)": "SEM image of felt",
    "": "",
}

# Pieces of captions, to be thrown together
_LETTERS = "(a) (b) (c) (a–c) (a, b) a) b) a. b. A B (A) (i) (ii) left right (left) **"
_WORDS = "and respectively, in of the shown images SEM Scale bars: 10 nm 5 0, 3 9 h Reproduced with Copyright Fig. 2"
_SIGNS = "( ) [ ] , ; : . – ' é"
_PIECES = st.sampled_from([*_LETTERS.split(), *_WORDS.split(), *_SIGNS.split(), "\u2009", "\n", ""])
TEXTS = st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=40).map(" ".join), st.lists(_PIECES).map("".join))


@pytest.mark.parametrize(("caption", "panels"), FORMS.items(), ids=list(FORMS))
def test_words_of_each_panel(caption: str, panels: dict[str, str]) -> None:
    assert panels_of(caption) == panels


@pytest.mark.parametrize(("caption", "general"), GENERAL.items(), ids=list(GENERAL))
def test_words_of_no_panel(caption: str, general: str) -> None:
    assert general_of(caption) == general


@given(TEXTS)
def test_any_text_gives_stretches_of_it_in_order(text: str) -> None:
    shares = take_apart(text)
    for spans in (*shares.panels.values(), shares.general):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert spans == sorted(set(spans))
    for statement in statements_of(text).values():
        assert set(statement.replace(":", "")) <= set(text) | {" "}
    assert scales_by_panel(text).keys() == shares.panels.keys()


@given(TEXTS)
def test_no_panel_has_a_stretch_twice(text: str) -> None:
    for spans in take_apart(text).panels.values():
        assert sum(end - start for start, end in spans) <= len(text)


@pytest.mark.parametrize("length", [9_999, 100_000])
@pytest.mark.parametrize("unit", ["(", "(a) ", " ", "and, ", "a, b; ", "A ", "in the panels ", "(a) x. (b) y. "])
def test_hostile_captions_take_little_time(unit: str, length: int) -> None:
    caption = (unit * length)[:length] + "x"
    start = time.process_time()
    take_apart(caption)
    assert time.process_time() - start < 2


def test_a_text_that_is_too_long_for_a_caption_is_general_as_a_whole() -> None:
    caption = "(a) SEM image of felt. (b) SEM image of gauze. " * 500
    assert panels_of(caption) == {}
    assert general_of(caption) == caption.strip(" .")
