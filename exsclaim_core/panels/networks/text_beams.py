"""Texts out of the chances of a network that reads column by column (Graves et al. 2006, connectionist temporal
classification): the most likely ones, and how likely given ones are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

LogChances = npt.NDArray[np.float32]  # (columns, 1 + characters); number 0 is "no character here"
Codes = tuple[int, ...]  # numbers of characters, from 1

UNLIKELY = -9.0  # logarithm of the chance of a character below which it is passed over
NEVER = -1e9


def greedy(chances: LogChances) -> Codes:
    """The likeliest character of each column, repeated ones once."""
    best = chances.argmax(1)
    changed = np.concatenate([[True], best[1:] != best[:-1]])
    return tuple(int(code) for code in best[changed & (best > 0)])


def beams(chances: LogChances, width: int = 16, longest: int = 14) -> list[tuple[Codes, float]]:
    """Some likely texts with the logarithms of their chances, the likeliest first (prefix beam search)."""
    # Of each text so far: the chance that its last column is empty, and that it shows the last character.
    kept: dict[Codes, tuple[float, float]] = {(): (0.0, NEVER)}
    for column in chances:
        some = [int(code) for code in np.flatnonzero(column > UNLIKELY) if code > 0]
        some.sort(key=lambda code: -column[code])
        grown: dict[Codes, list[float]] = defaultdict(lambda: [NEVER, NEVER])
        for text, (empty, shown) in kept.items():
            either = _sum(empty, shown)
            same = grown[text]
            same[0] = _sum(same[0], either + float(column[0]))
            if text:
                same[1] = _sum(same[1], shown + float(column[text[-1]]))
            if len(text) >= longest:
                continue
            for code in some[:6]:
                before = empty if text and text[-1] == code else either
                new = grown[(*text, code)]
                new[1] = _sum(new[1], before + float(column[code]))
        best = sorted(grown.items(), key=lambda item: -_sum(*item[1]))[:width]
        kept = {text: (empty, shown) for text, (empty, shown) in best}
    return sorted(((text, _sum(*parts)) for text, parts in kept.items()), key=lambda item: -item[1])


def likelihoods(chances: LogChances, texts: Sequence[Codes]) -> npt.NDArray[np.float64]:
    """The logarithm of the chance of each text (the forward algorithm, for all texts at once)."""
    longest = 2 * max((len(text) for text in texts), default=0) + 1
    states = np.zeros((len(texts), longest), np.int64)  # empty, first character, empty, second character …
    for number, text in enumerate(texts):
        states[number, 1 : 2 * len(text) : 2] = text
    # An empty column between two characters may be passed over unless they are the same.
    skips = np.zeros(states.shape, bool)
    skips[:, 2:] = (states[:, 2:] != 0) & (states[:, 2:] != states[:, :-2])
    at = np.full(states.shape, NEVER)
    at[:, :2] = chances[0][states[:, :2]]
    for column in chances[1:]:
        before = np.logaddexp(at, _shifted(at, 1))
        before = np.where(skips, np.logaddexp(before, _shifted(at, 2)), before)
        at = before + column[states]
    last = np.array([2 * len(text) for text in texts])
    rows = np.arange(len(texts))
    final = at[rows, last]
    result: npt.NDArray[np.float64] = np.where(last > 0, np.logaddexp(final, at[rows, np.maximum(last - 1, 0)]), final)
    return result


def _shifted(values: npt.NDArray[np.float64], by: int) -> npt.NDArray[np.float64]:
    out = np.full(values.shape, NEVER)
    out[:, by:] = values[:, :-by]
    return out


def _sum(one: float, other: float) -> float:
    """The logarithm of the sum of two chances."""
    low, high = (one, other) if one < other else (other, one)
    return high if low < high - 30 else high + float(np.log1p(np.exp(low - high)))
