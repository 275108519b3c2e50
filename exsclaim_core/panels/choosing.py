"""The one answer to where a figure's panels are: what gutters, network and letters say of each box, weighed together.

Boxes that may be panels come from the gutters and from the network. A logistic model of a few facts says how likely
each is one, and of all sets of boxes that leave each other alone the likeliest is chosen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from exsclaim_core.logistic import LogisticModel, chance
from exsclaim_core.model import Box

Floats = npt.NDArray[np.float64]

FACTS = (
    "network",  # chance by the network, times how well its box fits
    "fit",  # overlap with the best fitting of the network's boxes
    "chosen",  # one of the panels that the gutters alone give
    "cut",  # one of the parts that gutters make
    "letter",  # chance of a letter at its corner
    "no letter",  # the figure has letters and this box none
    "more letters",  # letters elsewhere in it that are at no corner of its own
    "divided",  # share of it that likely panels inside it cover
    "part",  # chance of the likeliest panel around it
    "small",  # minus the logarithm of its share of the figure
)
WEIGHTS = Path(__file__).parent / "choosing.json"
LEAST_NETWORK = 0.12  # chance of a box of the network to be looked at
SAME = 0.88  # intersection over union from which two candidates are one box
OVERLAP = 0.12  # of the smaller one's area that two panels may share: letters and axis numbers reach over
INSIDE = 0.85  # of its area, by which a box is part of another one
CORNER = (0.35, 0.3)  # of a panel's width and height, in which its letter may stand
BEYOND = 0.12  # of the longer side, by which it may stand outside
MOST_CANDIDATES = 120
ROUNDS = 4
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Rated:
    """A box with a chance."""

    box: Box
    chance: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a figure before its panels are chosen; boxes in its pixels."""

    width: int
    height: int
    network: tuple[Rated, ...] = ()
    chosen: tuple[Rated, ...] = ()  # by the gutters alone
    cuts: tuple[Rated, ...] = ()  # all that the gutters offer
    letters: tuple[Rated, ...] = ()


@cache
def fitted_model() -> LogisticModel:
    """The one that comes with the program."""
    return LogisticModel.load(WEIGHTS, FACTS)


def choose_panels(evidence: Evidence, model: LogisticModel | None = None) -> list[Rated]:
    """The panels with their chances, in no order; a figure in which nothing is found is one panel."""
    model = model or fitted_model()
    boxes = candidates(evidence)
    if not boxes:
        return [Rated(Box(0, 0, evidence.width, evidence.height), LIKELY)]
    values = facts(evidence, boxes) @ np.array(model.weights) + model.bias
    kept = _best_set(boxes, values)
    return [Rated(boxes[i], chance(float(values[i]))) for i in kept]


def candidates(evidence: Evidence) -> list[Box]:
    """Boxes that may be panels, each once; of two that are the same, that of the gutters, which is exact."""
    found: list[Box] = []
    some = [
        *evidence.chosen,
        *evidence.cuts,
        *(rated for rated in evidence.network if rated.chance >= LEAST_NETWORK),
    ]
    for rated in some:
        if rated.box.area > 0 and all(overlap(rated.box, other) < SAME for other in found):
            found.append(rated.box)
    return found[:MOST_CANDIDATES]


def facts(evidence: Evidence, boxes: Sequence[Box]) -> Floats:
    """What is known of each box (boxes, facts), in the order of FACTS."""
    area = max(1.0, float(evidence.width * evidence.height))
    some = [rated for rated in evidence.network if rated.chance >= LEAST_NETWORK]
    lettered = max((letter.chance for letter in evidence.letters), default=0.0)
    rows = []
    for box in boxes:
        fits = [(overlap(box, rated.box), rated) for rated in some]
        best = max((fit for fit, _ in fits), default=0.0)
        at_corner = max((letter.chance for letter in evidence.letters if at_its_corner(box, letter.box)), default=0.0)
        elsewhere = sum(
            letter.chance
            for letter in evidence.letters
            if _share_inside(letter.box, box) > INSIDE and not at_its_corner(box, letter.box)
        )
        inner = [
            r for fit, r in fits if fit < 0.7 and _share_inside(r.box, box) > INSIDE and r.box.area < 0.7 * box.area
        ]
        outer = [
            r for fit, r in fits if fit < 0.7 and _share_inside(box, r.box) > INSIDE and box.area < 0.7 * r.box.area
        ]
        rows.append(
            (
                max((fit * rated.chance for fit, rated in fits if fit > 0.5), default=0.0),
                best,
                float(any(overlap(box, rated.box) >= SAME for rated in evidence.chosen)),
                float(any(overlap(box, rated.box) >= SAME for rated in evidence.cuts)),
                at_corner,
                max(0.0, lettered - at_corner),
                math.log1p(elsewhere),
                min(1.0, sum(r.chance * r.box.area for r in inner) / box.area),
                max((r.chance for r in outer), default=0.0),
                -math.log(max(box.area / area, 1e-4)),
            )
        )
    return np.array(rows).reshape(-1, len(FACTS))


def at_its_corner(box: Box, letter: Box) -> bool:
    """Whether a letter stands where a panel's own letter may: in its top left part, or just outside of it."""
    x, y = (letter.x0 + letter.x1) / 2, (letter.y0 + letter.y1) / 2
    beyond = BEYOND * max(box.width, box.height)
    return (
        box.x0 - beyond <= x <= box.x0 + CORNER[0] * box.width
        and box.y0 - beyond <= y <= box.y0 + CORNER[1] * box.height
    )


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    common = one.intersection(other)
    return common / (one.area + other.area - common) if common else 0.0


def _share_inside(one: Box, other: Box) -> float:
    return one.intersection(other) / one.area if one.area else 0.0


def _best_set(boxes: Sequence[Box], values: Floats) -> list[int]:
    """Numbers of boxes that leave each other alone with the largest sum of values; at least one.

    First the best ones that are left, one after the other; then each box that was left out takes the place of those in
    its way where that is better, also two of them the place of one.
    """
    count = len(boxes)
    clash = np.zeros((count, count), bool)
    for i in range(count):
        for j in range(i):
            common = boxes[i].intersection(boxes[j])
            clash[i, j] = clash[j, i] = common > OVERLAP * min(boxes[i].area, boxes[j].area)
    kept: set[int] = set()
    order = sorted(range(count), key=lambda i: -float(values[i]))
    for i in order:
        if values[i] > 0 and not any(clash[i, j] for j in kept):
            kept.add(i)
    for _ in range(ROUNDS):
        changed = False
        for i in order:
            if i in kept:
                continue
            trial = {j for j in kept if not clash[i, j]} | {i}
            for j in order:  # what finds room beside it
                if j not in trial and values[j] > 0 and not any(clash[j, k] for k in trial):
                    trial.add(j)
            if float(values[list(trial)].sum()) > float(values[list(kept)].sum() if kept else 0.0) + 1e-9:
                kept, changed = trial, True
        if not changed:
            break
    return sorted(kept) if kept else [order[0]]
