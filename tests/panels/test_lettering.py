"""Letters and panels brought together, and the order in which panels are read."""

from __future__ import annotations

import pytest

from exsclaim_core.model import Box
from exsclaim_core.panels.letters.assigning import Letter, assign_letters, find_sequence, parse_letter, rank
from exsclaim_core.panels.order import reading_order


def grid(columns: int, rows: int) -> list[Box]:
    """Panels of 100 by 80 with gutters of 20, row by row."""
    return [Box(120 * x, 100 * y, 120 * x + 100, 100 * y + 80) for y in range(rows) for x in range(columns)]


def at(text: str, x: float, y: float, confidence: float = 1.0) -> Letter:
    return Letter(text, Box(x, y, x + 8, y + 10), confidence)


def given(boxes: list[Box], letters: list[Letter]) -> list[str | None]:
    return [letter.text if letter else None for letter in assign_letters(boxes, letters)]


def test_rows_are_read_before_columns() -> None:
    boxes = grid(3, 2)
    shuffled = [boxes[i] for i in (4, 0, 5, 2, 1, 3)]
    assert reading_order(shuffled) == [1, 4, 3, 5, 0, 2]


def test_panels_of_a_row_need_not_begin_at_one_height() -> None:
    assert reading_order([Box(120, 0, 220, 80), Box(0, 6, 100, 90), Box(0, 110, 220, 200)]) == [1, 0, 2]


def test_small_panels_beside_a_high_one_are_read_after_it() -> None:
    assert reading_order([Box(0, 0, 100, 180), Box(118, 100, 220, 180), Box(120, 0, 220, 80)]) == [0, 2, 1]


def test_no_boxes_have_no_order() -> None:
    assert reading_order([]) == []


@pytest.mark.parametrize(
    ("printed", "letter"),
    [("a", "a"), ("(b)", "b"), ("c)", "c"), ("D.", "D"), ("[e]", "e"), ("(a2)", "a2"), ("A ii", "Aii"), ("( f )", "f")],
)
def test_letters_lose_their_brackets(printed: str, letter: str) -> None:
    assert parse_letter(printed) == letter


@pytest.mark.parametrize("printed", ["", "10", "ab", "(see)", "V (mV)", "α"])
def test_words_and_numbers_are_no_letters(printed: str) -> None:
    assert parse_letter(printed) is None


def test_a_sequence_has_each_letter_once() -> None:
    letters = [at("b", 120, 0), at("a", 0, 0), at("a", 50, 60), at("c", 0, 100)]
    sequence = find_sequence(letters)
    assert [letter.text for letter in sequence] == ["a", "b", "c"]
    assert sequence[0].box.y0 == 0  # the topmost


def test_a_sequence_ends_before_a_gap_of_two() -> None:
    letters = [at(text, 10 * i, 0) for i, text in enumerate("abcdh")]
    assert [letter.text for letter in find_sequence(letters)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("texts", ["", "a", "xyz", "bc"])
def test_what_does_not_begin_with_a_and_b_is_no_sequence(texts: str) -> None:
    assert find_sequence([at(text, 0, 0) for text in texts]) == []


@pytest.mark.parametrize(("dx", "dy"), [(2, 2), (-12, 0), (0, -14), (45, 84)])
def test_letters_in_above_beside_and_below_their_panels(dx: float, dy: float) -> None:
    boxes = grid(2, 2)
    letters = [at(text, box.x0 + dx, box.y0 + dy) for text, box in zip("abcd", boxes, strict=True)]
    assert given(boxes, letters) == ["a", "b", "c", "d"]


def test_a_panel_whose_letter_was_not_seen_stays_without() -> None:
    boxes = grid(2, 2)
    assert given(boxes, [at("a", 2, 2), at("b", 122, 2), at("d", 122, 102)]) == ["a", "b", None, "d"]


def test_a_false_letter_within_a_panel_is_left_out() -> None:
    boxes = grid(2, 1)
    assert given(boxes, [at("a", 2, 2), at("c", 60, 40, 0.4), at("b", 122, 2)]) == ["a", "b"]


def test_no_letter_is_given_twice() -> None:
    boxes = grid(2, 1)
    assert given(boxes, [at("a", 2, 2, 0.9), at("a", 122, 2, 0.5)]) == ["a", None]


def test_a_letter_between_two_panels_goes_to_the_one_that_needs_it() -> None:
    boxes = [Box(0, 0, 100, 80), Box(104, 0, 200, 80)]
    letters = [at("a", 2, 2), at("b", 97, 2)]
    assert given(boxes, letters) == ["a", "b"]


@pytest.mark.parametrize("texts", ["a1 a2 a3 b1 b2", "Ai Aii B C", "i ii iii iv v", "a a' b"])
def test_letters_with_items_and_numerals_follow_the_order_of_the_panels(texts: str) -> None:
    boxes = grid(5, 1)[: len(texts.split())]
    # Each stands at the end of the panel before its own, but for the first.
    letters = [at(text, max(2, box.x0 - 12), 2) for text, box in zip(texts.split(), boxes, strict=True)]
    assert given(boxes, letters) == texts.split()


def test_places_in_a_sequence() -> None:
    assert [rank(text) for text in ("a", "a2", "Biv", "c'")] == [(0, 0), (0, 2), (1, 4), (2, 0)]
    assert rank("iv", numerals=True) == (3, 0)


def test_nothing_to_give() -> None:
    assert assign_letters([], [at("a", 0, 0)]) == []
    assert assign_letters(grid(2, 1), []) == [None, None]


def test_marks_of_significance_above_columns_are_no_letters() -> None:
    assert find_sequence([at("a", 20, 5), at("a", 60, 5), at("b", 100, 60)]) == []
    larger = Letter("a", Box(0, 0, 12, 16))  # one of another size is a word
    assert find_sequence([larger, at("a", 60, 5), at("b", 100, 60)])[0].box == larger.box
