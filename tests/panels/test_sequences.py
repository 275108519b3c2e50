"""Which marks of a figure are taken for the letters of its panels; the chances are as a network might give them."""

from __future__ import annotations

import pytest

from exsclaim_core.model import Box
from exsclaim_core.panels.letters.evidence import Mark, reading_places
from exsclaim_core.panels.letters.sequences import read_sequence

GRID = tuple((x, y) for y in (0, 200, 400, 600) for x in (0, 300, 600))  # corners of panels, row by row


def mark(text: str, corner: tuple[float, float], chance: float = 0.9, height: float = 20, **others: float) -> Mark:
    """A mark that reads a text as printed, and others with their chances."""
    x, y = corner
    bare = text.strip("()")
    readings = ((bare, max(0.0, 0.97 - sum(others.values()))), *others.items())
    return Mark(Box(x, y, x + 10 * len(text), y + height), chance, readings, text)


def marks(texts: str) -> list[Mark]:
    """Sure marks in the corners of a grid."""
    return [mark(text, corner) for text, corner in zip(texts.split(), GRID, strict=False)]


def read(some: list[Mark], *labels: str) -> list[str]:
    return [letter.text for letter in read_sequence(some, labels)]


@pytest.mark.parametrize(
    "texts",
    ["a b c d", "A B C D E", "(a) (b) (c)", "i ii iii iv v", "a1 a2 a3 b1 b2 b3 c1", "Ai Aii B C", "(d) (e) (f) (g)"],
)
def test_ways_to_letter_a_figure(texts: str) -> None:
    assert read(marks(texts)) == texts.replace("(", "").replace(")", "").split()


def test_letters_come_with_their_boxes_and_chances() -> None:
    letters = read_sequence([*marks("a b"), mark("c", GRID[2], 0.1, d=0.6)])
    assert [letter.box.x0 for letter in letters] == [0, 300, 600]
    assert letters[0].confidence > 0.95 > letters[2].confidence > 0.5


@pytest.mark.parametrize(
    "some",
    [
        [],
        marks("a"),
        [mark("C", (40, 50), 0.5), mark("O", (90, 70), 0.5), mark("N", (150, 20), 0.5)],  # atoms of a molecule
        [mark("a", (40, 50), 0.3), mark("b", (70, 90), 0.3)],  # the axes of a lattice
    ],
)
def test_single_letters_and_signs_of_pictures_are_no_sequence(some: list[Mark]) -> None:
    assert read(some) == []


def test_a_figure_has_one_case() -> None:
    # "c" and "C" look the same, and so do "v" and "V"; the others tell.
    some = [mark("A", GRID[0]), mark("B", GRID[1]), mark("c", GRID[2], C=0.2), mark("D", GRID[3])]
    assert read(some) == ["A", "B", "C", "D"]
    assert read([mark("a", GRID[0]), mark("b", GRID[1]), mark("C", GRID[2], c=0.2), mark("d", GRID[3])]) == list("abcd")


def test_a_word_of_another_size_is_no_letter() -> None:
    some = [*marks("(a) (b)"), mark("c", (60, 150), 0.6, height=9)]
    assert read(some) == ["a", "b"]


def test_of_two_that_read_the_same_the_one_in_line_is_taken() -> None:
    some = [*marks("a b"), mark("c", (140, 90), 0.8), mark("c", GRID[2], 0.6), mark("d", GRID[3])]
    found = read_sequence(some)
    assert [letter.text for letter in found] == list("abcd")
    assert found[2].box.x0 == GRID[2][0]


def test_a_letter_that_follows_stands_to_the_right_or_below() -> None:
    some = [*marks("a b c d e f"), mark("g", (20, 90), 0.5)]
    assert read(some) == list("abcdef")


def test_a_letter_that_was_not_seen_is_passed_over() -> None:
    some = marks("a b c d e f")
    del some[2]
    assert read(some) == list("abdef")


def test_a_mark_that_fills_a_gap_is_read_as_the_letter_that_lacks() -> None:
    some = marks("a b c d e f")
    some[1] = mark("D", GRID[1], b=0.1)
    assert read(some) == list("abcdef")


def test_items_of_which_only_the_letter_is_read() -> None:
    # The network for marks saw "a" of "a1" and "a3".
    assert read(marks("a a2 a b1 b2 b")) == ["a1", "a2", "a3", "b1", "b2", "b3"]


def test_the_same_letter_twice_is_no_item() -> None:
    assert read([*marks("a b c d"), mark("b", (120, 90), 0.4)]) == list("abcd")


def test_the_caption_makes_a_faint_letter_likely() -> None:
    some = [*marks("a b c"), mark("D", GRID[3], 0.05, d=0.2, o=0.2)]
    assert read(some) == list("abc")
    assert read(some, "a", "b", "c", "d") == list("abcd")


def test_a_letter_that_the_caption_does_not_name_is_none() -> None:
    some = [*marks("a b c"), mark("d", (330, 290), 0.6)]
    assert read(some) == list("abcd")
    assert read(some, "a", "b", "c") == list("abc")


def test_a_caption_may_forget_the_last_letter() -> None:
    assert read(marks("a b c d"), "a", "b", "c") == list("abcd")


def test_a_single_letter_that_the_caption_names() -> None:
    assert read(marks("a"), "a") == ["a"]


def test_the_caption_names_letters_and_the_figure_their_items() -> None:
    assert read(marks("a1 a2 b1 b2"), "A", "B") == ["a1", "a2", "b1", "b2"]


def test_parts_of_a_letter_are_read_together_too() -> None:
    first, second, away = Box(0, 0, 12, 20), Box(14, 2, 24, 20), Box(300, 0, 312, 20)
    places = reading_places([(first, 0.3), (second, 0.6), (away, 0.9)])
    assert places == [(away, 0.9), (second, 0.6), (first, 0.3), (Box(0, 0, 24, 20), 0.6)]
