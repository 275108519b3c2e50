"""Which marks of a figure are the letters of its panels: of all sequences that they may make up, the likeliest.

A figure letters its panels in one way: a b c, A B C, a1 a2 b1, Ai Aii B, or i ii iii; in one case, one size, with the
same brackets, in an order in which one reads, mostly in rows and columns. Each hypothesis is a sequence of labels with
the mark of each, and its worth is a logarithm of odds: how much likelier the marks are as these letters than as words
and signs of pictures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from exsclaim_core.panels.letters.assigning import NUMERALS, Letter, place, split_letter
from exsclaim_core.panels.letters.evidence import Mark, fit_worth, reading_worth

Items = Literal["none", "numbers", "numerals"]
Key = tuple[int, int]  # place of the letter from 0, number of the item from 1; 0 for the letter alone

CUT_OFF = 0.2  # chance that of "a2" only "a" is read, where an item of a is read elsewhere
READ = 0.04  # chance from which a reading shows that figures are lettered so
ABSENT = -2.3  # worth of a letter that the network for marks has not seen
UNNAMED = -3.0  # … of one beyond those that the caption names
LETTERED = -2.0  # … of a figure being lettered at all, where no caption says so
BEGUN_LATER = -4.0  # … of beginning with a later letter than a, as the second part of a figure does
OTHER_WAY = -1.0  # … of items under one letter and none under the one before
MOST_ABSENT = 2  # in a row
WIDTH = 8  # hypotheses that are followed from one letter
MOST_MARKS = 5  # that are tried for one letter
LEAST_WORTH = -6.0  # of these: no place makes up for less
LETTERS = 26
LEAST_LAST = 0.5  # chance of the last letter: one that is more likely none does not go on with the sequence
# These look the same in both cases but for their height.
ALIKE = frozenset("ckopsuvwxz")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A way to letter figures."""

    capital: bool
    items: Items = "none"
    numerals: bool = False  # i ii iii, for letters

    def label(self, key: Key) -> str:
        at, item = key
        letter = NUMERALS[at] if self.numerals else chr(ord("a") + at)
        more = "" if not item else str(item) if self.items == "numbers" else NUMERALS[item - 1]
        return (letter.upper() if self.capital else letter) + more

    def key(self, text: str) -> Key | None:
        """The place of a text in this kind of sequence; None where it has none."""
        if self.numerals:
            low = text.lower()
            return (NUMERALS.index(low), 0) if low in NUMERALS and self._suits(text[0]) else None
        letter, more = split_letter(text)
        if not self._suits(letter):
            return None
        if not more:
            return place(letter), 0
        if self.items == "numbers" and more.isdigit():
            return place(letter), int(more)
        if self.items == "numerals" and more in NUMERALS:
            return place(letter), NUMERALS.index(more) + 1
        return None

    def following(self, key: Key | None) -> Iterator[Key]:
        """What may come after a letter; after None, at the beginning."""
        last = len(NUMERALS) if self.numerals else LETTERS
        at, item = key or (-1, 0)
        for letter in range(at + 1, last if key is None else min(last, at + 2)):
            yield letter, 0
            if self.items != "none":
                yield letter, 1
        if item and item < len(NUMERALS):
            yield at, item + 1

    def _suits(self, letter: str) -> bool:
        return letter.isupper() == self.capital or letter.lower() in ALIKE


WAYS: tuple[tuple[Items, bool], ...] = (("none", False), ("numbers", False), ("numerals", False), ("none", True))
KINDS = tuple(_Kind(capital, items, numerals) for capital in (False, True) for items, numerals in WAYS)


@dataclass(frozen=True, slots=True)
class _Path:
    """A sequence so far."""

    kind: _Kind
    worth: float = 0.0
    keys: tuple[Key, ...] = ()
    marks: tuple[int | None, ...] = ()  # number of each key's mark

    def shown(self) -> int:
        """How many letters have marks."""
        return sum(mark is not None for mark in self.marks)

    def letters(self) -> tuple[tuple[str, int], ...]:
        """The letters that have marks, with the numbers of these."""
        return tuple(
            (self.kind.label(key), mark) for key, mark in zip(self.keys, self.marks, strict=True) if mark is not None
        )


def read_sequence(marks: Sequence[Mark], labels: Sequence[str] = ()) -> list[Letter]:
    """The letters of a figure's panels in their order, each with the chance that it is one; none where none are likely.

    `labels` are those that the caption names; without them there are at least two. Letters that no mark shows are
    passed over. The chance of a letter is the share of the hypotheses that hold it, each with its weight.
    """
    named = _named(labels)
    least = 1 if named else 2
    kinds = [kind for kind in KINDS if _occurs(kind, marks)]
    # Sequences without items are of several kinds.
    ended = {
        path.letters(): path.worth for kind in kinds for path in _paths(kind, marks, named) if path.shown() >= least
    }
    none = ABSENT * len(named)  # the worth of there being no letters
    best = max(ended, key=lambda letters: ended[letters], default=())
    if not best or ended[best] <= none:
        return []
    highest = ended[best]
    total = math.exp(none - highest)
    held: dict[tuple[str, int], float] = {}
    for letters, worth in ended.items():
        weight = math.exp(worth - highest)
        total += weight
        for letter in letters:
            held[letter] = held.get(letter, 0.0) + weight
    found = [Letter(text, marks[mark].box, held[text, mark] / total) for text, mark in best]
    while found and found[-1].confidence < LEAST_LAST:
        found.pop()
    return found if len(found) >= least else []


def _named(labels: Sequence[str]) -> frozenset[str]:
    """The letters that a caption names, in small letters, and those between them; none where it does not begin at a."""
    some = {label.casefold() for label in labels if label.isalnum()}
    if len(some) > 1 and some <= set(NUMERALS):
        return frozenset(NUMERALS[: max(map(NUMERALS.index, some)) + 1])
    places = sorted({place(label) for label in some if label[0].isascii() and label[0].isalpha()})
    if not places or places[0] != 0:
        return frozenset()
    return frozenset(chr(ord("a") + at) for at in range(places[-1] + 1))


def _occurs(kind: _Kind, marks: Sequence[Mark]) -> bool:
    """Whether any mark reads as this kind does and others do not."""
    if kind.items == "none" and not kind.numerals:
        return True
    keys = {kind.key(text) for mark in marks for text, chance in mark.readings if chance >= READ}
    return any(key is not None and (kind.numerals or key[1] > 0) and key[0] + key[1] <= 2 for key in keys)


def _paths(kind: _Kind, marks: Sequence[Mark], named: frozenset[str]) -> Iterator[_Path]:
    """Likely sequences of one kind; each ends with a letter that a mark shows."""
    chances = [_by_key(kind, mark) for mark in marks]
    read = {key for some in chances for key in some}
    last, most = max((at for at, _ in read), default=-1), max((item for _, item in read), default=0)
    most += most > 0  # the last item may be cut off
    start = _Path(kind, 0.0 if named else LETTERED)
    pending: dict[Key, list[_Path]] = {}
    at: Key | None = None
    paths = [start]
    while True:
        for key in kind.following(at):
            if key[0] <= last and key[1] <= most:
                candidates = _candidates(key, marks, chances)
                grown = (one for path in paths for one in _grown(path, key, candidates, marks, named))
                pending.setdefault(key, []).extend(grown)
        if not pending:
            return
        at = min(pending)  # what follows a letter is greater than it
        paths = sorted(pending.pop(at), key=lambda path: -path.worth)[:WIDTH]
        for path in paths:
            if path.marks[-1] is not None:
                yield _ended(path, named)


def _grown(
    path: _Path, key: Key, candidates: Iterable[tuple[float, int]], marks: Sequence[Mark], named: frozenset[str]
) -> Iterator[_Path]:
    """The path with one more letter: with each of the marks that may show it, and without any."""
    worth = path.worth
    if not path.keys:
        worth += max(BEGUN_LATER, ABSENT * key[0])
    elif (path.keys[-1][1] == 0) != (key[1] == 0):
        worth += OTHER_WAY
    if named and not _is_named(path.kind, key, named):
        worth += UNNAMED
    keys = (*path.keys, key)
    if any(mark is not None for mark in path.marks[-MOST_ABSENT:]):
        yield _Path(path.kind, worth + ABSENT, keys, (*path.marks, None))
    before = [(text, marks[mark]) for text, mark in path.letters()]
    text = path.kind.label(key)
    for own, mark in candidates:
        if mark not in path.marks:
            fit = fit_worth(text, marks[mark], before)
            if fit is not None:
                yield _Path(path.kind, worth + own + fit, keys, (*path.marks, mark))


def _ended(path: _Path, named: frozenset[str]) -> _Path:
    """The path with the worth of the letters that are named and not in it."""
    reached = {path.kind.label((at, 0)).lower() for at, _ in path.keys}
    return _Path(path.kind, path.worth + ABSENT * len(named - reached), path.keys, path.marks)


def _is_named(kind: _Kind, key: Key, named: frozenset[str]) -> bool:
    return kind.label((key[0], 0)).lower() in named


def _by_key(kind: _Kind, mark: Mark) -> dict[Key, float]:
    chances: dict[Key, float] = {}
    for text, chance in mark.readings:
        key = kind.key(text)
        if key is not None:
            chances[key] = chances.get(key, 0.0) + chance
    return chances


def _candidates(key: Key, marks: Sequence[Mark], chances: Sequence[dict[Key, float]]) -> list[tuple[float, int]]:
    """The marks that may show a letter, the likeliest first, each with its worth."""
    found = []
    cut_off = CUT_OFF if key[1] and any(_has_item(some, key[0]) for some in chances) else 0.0
    for number, (mark, some) in enumerate(zip(marks, chances, strict=True)):
        worth = reading_worth(mark, some.get(key, 0.0) + cut_off * some.get((key[0], 0), 0.0))
        if worth is not None and worth > LEAST_WORTH:
            found.append((worth, number))
    return sorted(found, reverse=True)[:MOST_MARKS]


def _has_item(chances: dict[Key, float], at: int) -> bool:
    return any(chance >= READ for (letter, item), chance in chances.items() if letter == at and item)
