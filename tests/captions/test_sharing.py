"""What several panels share: common ends, common heads, items in the order of the labels."""

from __future__ import annotations

import pytest

from exsclaim_core.captions.sharing import is_bare, items_in_order, shared_head, tail_start


@pytest.mark.parametrize(
    ("text", "final", "shared"),
    [
        ("SEM", "TEM images of felt", "images of felt"),
        ("SEM images", "spectra of felt", "of felt"),
        ("Low-", "high-speed images of felt", "speed images of felt"),
        ("0", "9 h", "h"),
        ("5 mm", "9 mm of felt", "of felt"),
        ("dyed", "bleached felt", "felt"),
        ("raw and dry", "dyed felt", "felt"),
        ("before", "after washing", "washing"),
        ("the top view", "the side view of felt", "of felt"),
        ("low-speed", "high-speed images of felt", "images of felt"),
        ("partly", "fully washed felt", "washed felt"),
        ("as-cut", "as-washed felt", "felt"),
        ("felt", "gauze (see the images for the loads)", ""),
        # Whole by themselves
        ("the corresponding load", "images of felt", ""),
        ("SEM images of felt", "TEM images of gauze", ""),
        ("felt", "gauze", ""),
        ("felt at rest", "gauze under load", ""),
        ("5 mm", "9 mm", ""),
    ],
)
def test_the_end_of_a_later_text_that_another_one_shares(text: str, final: str, shared: str) -> None:
    place = tail_start(text, final)
    assert (final[place:].strip() if place else "") == shared


@pytest.mark.parametrize(
    ("first", "other", "head"),
    [
        ("SEM images of felt", "gauze", "SEM images of"),
        ("Felt dried at 300 K", "400 K", "Felt dried at"),
        ("Load of felt", "of gauze", "Load"),
        ("Load along the warp", "weft", "Load along the"),
        ("Felt washed in situ with water", "oil", "Felt washed in situ with"),
        ("SEM image of felt", "photograph of gauze", ""),
        ("Content of dye", "length of thread", ""),
        ("Felt", "gauze", ""),
    ],
)
def test_the_head_of_the_first_description_that_another_one_shares(first: str, other: str, head: str) -> None:
    caption = f"{first} (a) and {other} (b)"
    start = caption.index(" and ") + 5
    span = shared_head(caption, (0, len(first)), (start, start + len(other)))
    assert (caption[slice(*span)] if span else "") == head


@pytest.mark.parametrize(
    ("text", "count", "common", "items"),
    [
        ("Felt after 1, 2 and 3 h", 3, ["Felt after", "h"], ["1", "2", "3"]),
        ("Images of felt, gauze and wool, respectively", 3, ["Images of"], ["felt", "gauze", "wool"]),
        ("SEM and TEM images of felt, respectively", 2, ["images of felt"], ["SEM", "TEM"]),
        ("Felt at x = 1°, 2° and 3° and at rest", 3, ["Felt at x =", "and at rest"], ["1°", "2°", "3°"]),
        ("Felt with 1 and 2 % of dye", 2, ["Felt with", "% of dye"], ["1", "2"]),
    ],
)
def test_items_of_a_list_in_the_order_of_the_labels(text: str, count: int, common: list[str], items: list[str]) -> None:
    found = items_in_order(text, (0, len(text)), count)
    assert found is not None
    assert [text[slice(*span)] for span in found[0]] == common
    assert [text[slice(*span)] for span in found[1]] == items


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Felt after 1, 2 and 3 h", 2),  # another number of panels
        ("Images of felt and gauze", 2),  # each panel may show both
        ("Felt and gauze (1 and 2 h)", 2),
        ("Felt", 2),
        ("Felt after 1 and 2 h", 1),
    ],
)
def test_lists_without_a_plain_order(text: str, count: int) -> None:
    assert items_in_order(text, (0, len(text)), count) is None


@pytest.mark.parametrize(("text", "bare"), [("Raman spectra", True), ("Raman spectra of felt", False), ("", False)])
def test_a_display_without_what_it_shows(text: str, bare: bool) -> None:
    assert is_bare(text) == bare
