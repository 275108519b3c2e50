"""What speaks for marks of a figure being the letters of its panels: their readings, sizes, places and brackets.

All worths are logarithms of odds: how much likelier a mark is as the letter that is wanted than as a word or sign of a
picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from exsclaim_core.model import Box

# Chance of the network for marks beyond which it is not believed: it has seen drawn figures only.
LEAST_CHANCE, MOST_CHANCE = 0.02, 0.98
FITTING = 8.0  # how much more often a letter of a panel reads as the sequence wants it than another sign does
MISREAD = 0.001  # chance that a letter reads as another one
# Spread of the logarithms of heights: of the letters of one figure, of all that looks like letters.
OWN_SPREAD, ANY_SPREAD = 0.25, 0.6
ALIGNED, ASIDE = 1.4, -0.9  # worth of standing in a row or a column with letters before, and of not
SAME_BRACKETS, BARE = 2.0, -2.5  # … of the same brackets, of none where most have some
BACKWARDS = -3.0  # … of standing before or above the letter before
BESIDE = 2.0  # heights, within which no second letter stands
IN_LINE = 0.5  # heights, by which letters of one row or column differ at most
LOW = frozenset("acegmnopqrsuvwxyz")  # no part of them is as high as a capital letter
LOW_HEIGHT = 0.75  # of a capital letter
MOST_PLACES = 40  # of a figure that are read
NEAR = 0.5  # heights between two places that may be parts of one letter


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that may show the letter of a panel."""

    box: Box
    chance: float  # that it does, by its looks
    readings: tuple[tuple[str, float], ...] = ()  # letters without brackets, and the chance of each
    printed: str = ""  # the likeliest reading as printed; "" where it is none that a letter can be


def reading_places(places: Sequence[tuple[Box, float]]) -> list[tuple[Box, float]]:
    """Where letters are to be read, with their chances: at the likeliest places, and at neighbours taken together.

    The network for marks sees "(a" and "2)" apart now and then, or one letter twice.
    """
    some = sorted(places, key=lambda place: -place[1])[:MOST_PLACES]
    joined = [
        (Box.hull((one, other)), max(chance, second))
        for number, (one, chance) in enumerate(some)
        for other, second in some[:number]
        if _neighbours(one, other)
    ]
    return [*some, *joined]


def _neighbours(one: Box, other: Box) -> bool:
    low = min(one.height, other.height)
    level = min(one.y1, other.y1) - max(one.y0, other.y0) >= low / 2
    return level and max(one.x0, other.x0) - min(one.x1, other.x1) <= NEAR * low


def reading_worth(mark: Mark, read: float) -> float | None:
    """The worth of a mark that reads the wanted letter with a chance; None where it can be none at all."""
    read += MISREAD if mark.printed else 0.0
    if read <= 0:
        return None
    likely = min(MOST_CHANCE, max(LEAST_CHANCE, mark.chance))
    return math.log(likely / (1 - likely)) + math.log(FITTING * min(1.0, read))


def fit_worth(text: str, mark: Mark, before: Sequence[tuple[str, Mark]]) -> float | None:
    """The worth of a mark's size, place and brackets, given the letters before it; None where it is one of them."""
    if not before:
        return 0.0
    box = mark.box
    others = [other.box for _, other in before]
    size = median(_size(own, other) for own, other in before)
    reach = BESIDE * size
    if any(abs(box.x0 - other.x0) < reach and abs(_middle(box) - _middle(other)) < reach for other in others):
        return None
    ratio = math.log(_size(text, mark) / size)
    worth = math.log(ANY_SPREAD / OWN_SPREAD) - ratio * ratio * (OWN_SPREAD**-2 - ANY_SPREAD**-2) / 2
    near = IN_LINE * size
    in_line = any(abs(box.x0 - other.x0) < near or abs(_middle(box) - _middle(other)) < near for other in others)
    worth += ALIGNED if in_line else ASIDE
    if box.x0 < others[-1].x0 + size and _middle(box) < _middle(others[-1]) + size:
        worth += BACKWARDS
    return worth + _agreement(mark, [other for _, other in before])


def _agreement(mark: Mark, others: Sequence[Mark]) -> float:
    """The worth of a mark's brackets: "(b)" follows on "(a)", and what is bare beside them is a word of a picture."""
    some = [_brackets(other.printed) for other in others if other.printed]
    if not mark.printed or not some:
        return 0.0
    own = _brackets(mark.printed)
    if own:
        return SAME_BRACKETS if own in some else 0.0
    return BARE if 2 * sum(map(bool, some)) > len(some) else 0.0


def _size(text: str, mark: Mark) -> float:
    """The height of a mark, as if its letter were as high as a capital one."""
    low = text in LOW and not _brackets(mark.printed)
    return max(0.1, mark.box.height / (LOW_HEIGHT if low else 1.0))


def _middle(box: Box) -> float:
    return (box.y0 + box.y1) / 2


def _brackets(printed: str) -> str:
    return "".join(sign for sign in printed if sign in "()[]")
