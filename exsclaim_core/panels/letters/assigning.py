"""The letters of panels: which marks of a figure make up a sequence, and which panel each of them belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from exsclaim_core.model import Box
from exsclaim_core.panels.order import reading_order

LABEL = re.compile(r"^[(\[]?\s?(?P<letter>[A-Za-z])\s?(?P<more>\d{1,2}|[ivx]{1,4}|['′])?\s?[)\].:]?$")

NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
FARTHEST = 0.5  # of a panel's longer side, that its letter may lie outside its box
CORNER = 0.35  # cost of a letter in the middle of its panel, over one in a corner
MISSING = 1.0  # cost of a letter that belongs to no panel
OUT_OF_ORDER = 0.6  # cost of two panels whose letters come in the wrong order
MOSTLY = 0.7  # share of letters that follow on the one before
SHORT = 2  # letters; more of them do not follow on each other by chance
ALIKE = 1.05  # ratio of the heights of marks that are printed in one size
ROUNDS = 3  # of changes for the better; more change nothing


Ranks = Sequence[tuple[int, int]]  # of each letter


@dataclass(frozen=True, slots=True)
class Letter:
    """A mark that may be the letter of a panel."""

    text: str  # without brackets: "a", "B", "a2"
    box: Box  # brackets included
    confidence: float = 1.0  # chance that it is the letter of a panel


def parse_letter(text: str) -> str | None:
    """The letter of a panel without its brackets, "b" of "(b)", "a2" of "a2)"; None where the text is none."""
    match = LABEL.match(text.strip())
    if match is None:
        return None
    return match["letter"] + (match["more"] or "")


def split_letter(letter: str) -> tuple[str, str]:
    """A letter and what follows it: "a" and "2" of "a2", "A" and "ii" of "Aii"."""
    return letter[0], letter[1:]


def place(letter: str) -> int:
    """The place of a letter in the alphabet, from 0; of "a2", that of "a"."""
    return ord(letter[0].lower()) - ord("a")


def rank(letter: str, numerals: bool = False) -> tuple[int, int]:
    """The place of a letter in its sequence: of "a" before that of "a1", "a2" and "b"; in numerals, where it is one."""
    low = letter.lower()
    if numerals and low in NUMERALS:
        return NUMERALS.index(low), 0
    _, more = split_letter(low)
    return place(letter), int(more) if more.isdigit() else NUMERALS.index(more) + 1 if more in NUMERALS else 0


def in_numerals(letters: Sequence[str]) -> bool:
    """Whether letters are numerals: "i" alone is a letter."""
    return len(letters) > 1 and all(letter.lower() in NUMERALS for letter in letters)


def find_sequence(letters: Sequence[Letter]) -> list[Letter]:
    """The letters that make up a, b, c … without a gap, one of each; the topmost where there are several; else none.

    One missing letter is passed over where more than one follows it: "c" that is part of a picture. Two letters of
    which one is printed twice in one size are no lettering: tests of significance mark the columns of a plot so.
    """
    by_text: dict[str, list[Letter]] = {}
    for letter in letters:
        by_text.setdefault(letter.text, []).append(letter)
    firsts = sorted({place(text) for text in by_text})
    last = -1
    for at in firsts:
        if at == last + 1 or (at == last + 2 and last >= 1 and at + 1 in firsts):
            last = at
        else:
            break
    if last < 1:
        return []
    among = {text: some for text, some in by_text.items() if place(text) <= last}
    if last < SHORT and any(_repeated(some) for some in among.values()):
        return []
    chosen = [min(some, key=lambda one: (one.box.y0, one.box.x0)) for some in among.values()]
    return sorted(chosen, key=lambda one: (place(one.text), one.text))


def _repeated(letters: Sequence[Letter]) -> bool:
    """Whether a letter is printed twice in one size."""
    heights = sorted(letter.box.height for letter in letters)
    return any(taller <= ALIKE * height for height, taller in pairwise(heights))


def in_order(letters: Sequence[Letter]) -> bool:
    """Whether the letters of a sequence stand in rows or in columns, most of them one after the other."""
    rows = reading_order([letter.box.expand(letter.box.height / 2) for letter in letters])
    swapped = [Box(letter.box.y0, letter.box.x0, letter.box.y1, letter.box.x1) for letter in letters]
    columns = reading_order([box.expand(box.height / 2) for box in swapped])
    least = MOSTLY * (len(letters) - 1)
    return any(sum(b == a + 1 for a, b in pairwise(order)) >= least for order in (rows, columns))


def assign_letters(boxes: Sequence[Box], letters: Sequence[Letter]) -> list[Letter | None]:
    """The letter of each box, None where it has none; boxes come in reading order, and none gets two.

    Letters go to the boxes in whose corners they stand, or below which all of them stand. Where that leaves a choice,
    they follow the order of the boxes; letters that fit nowhere, and second ones of the same name, are left out as
    false.
    """
    best: tuple[float, list[int | None]] | None = None
    numerals = in_numerals([letter.text for letter in letters])
    ranks = [rank(letter.text, numerals) for letter in letters]
    for below in (False, True):
        distances = [[_distance(box, letter.box, below) for letter in letters] for box in boxes]
        given = _nearest(distances, letters)
        cost = _improve(distances, letters, ranks, given)
        if best is None or cost < best[0]:
            best = cost, given
    given = best[1] if best else []
    return [None if number is None else letters[number] for number in given]


def _nearest(distances: Sequence[Sequence[float]], letters: Sequence[Letter]) -> list[int | None]:
    """The number of each box's letter, the best pairs of both first."""
    pairs = sorted(
        (distance - letters[j].confidence * MISSING, i, j)
        for i, row in enumerate(distances)
        for j, distance in enumerate(row)
        if distance < MISSING
    )
    given: list[int | None] = [None] * len(distances)
    for _, i, j in pairs:
        if given[i] is None and j not in given and not _taken(letters[j].text, given, letters):
            given[i] = j
    return given


def _taken(text: str, given: list[int | None], letters: Sequence[Letter]) -> bool:
    return any(j is not None and letters[j].text == text for j in given)


def _improve(
    distances: Sequence[Sequence[float]], letters: Sequence[Letter], ranks: Ranks, given: list[int | None]
) -> float:
    """Exchange the letters of two boxes, or give a free one, wherever that costs less; the cost in the end."""
    cost = _cost(distances, letters, ranks, given)
    for _ in range(ROUNDS):
        changed = False
        for i, row in enumerate(distances):
            for j in (*range(len(letters)), None):
                if j == given[i] or (j is not None and row[j] >= MISSING):
                    continue
                trial = list(given)
                if j is not None and j in given:
                    trial[given.index(j)] = given[i]
                trial[i] = j
                texts = [letters[k].text for k in trial if k is not None]
                if len(texts) == len(set(texts)) and (new := _cost(distances, letters, ranks, trial)) < cost - 1e-9:
                    given[:], cost, changed = trial, new, True
        if not changed:
            break
    return cost


def _cost(
    distances: Sequence[Sequence[float]], letters: Sequence[Letter], ranks: Ranks, given: Sequence[int | None]
) -> float:
    cost = sum(MISSING * letter.confidence for j, letter in enumerate(letters) if j not in given)
    cost += sum(row[j] for row, j in zip(distances, given, strict=True) if j is not None)
    order = [ranks[j] for j in given if j is not None]
    return cost + OUT_OF_ORDER * sum(after < before for before, after in pairwise(order))


def _distance(box: Box, letter: Box, below: bool) -> float:
    """How badly a letter's place suits a panel, 0 for its top left corner; MISSING or more where it is elsewhere."""
    x, y = (letter.x0 + letter.x1) / 2, (letter.y0 + letter.y1) / 2
    outside = max(box.x0 - x, x - box.x1, box.y0 - y, y - box.y1, 0.0)
    side = max(box.width, box.height, 1e-6)
    if outside > FARTHEST * side or (y < box.y0 if below else y > box.y1):
        return 2 * MISSING
    if y > box.y1:
        return outside / side / FARTHEST
    across, down = (x - box.x0) / max(box.width, 1e-6), (y - box.y0) / max(box.height, 1e-6)
    middle = min(1.0, max(0.0, min(across, 1 - across)) + max(0.0, min(down, 1 - down)))
    elsewhere = 0.1 * (across > 0.5) + 0.1 * (down > 0.5)
    return outside / side / FARTHEST + CORNER * middle + elsewhere
