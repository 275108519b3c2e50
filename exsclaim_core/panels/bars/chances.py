"""How likely lines of a figure are scale bars: by their looks, by their labels, by their likeness to each other.

The weights are rounded from a logistic regression on lines of synthetic figures that no network has seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.candidates import SAME_LENGTH, Candidate, alike, equally_long
from exsclaim_core.panels.bars.proposals import purity
from exsclaim_core.panels.bars.readings import Label
from exsclaim_core.panels.bars.scales import assign_to_panels, near_labels, pair_labels
from exsclaim_core.panels.model import Panel, PanelClass

# In logarithms of odds.
START, BY_NETWORK, BY_CLEARNESS, BY_COLOUR = -2.6, 1.3, 2.1, 0.1
BY_SHORTNESS = 0.4  # against short lines
BY_LABEL = (1.1, 0.8)  # for a label, and more with the chance of its reading
BY_UNREAD = 0.6  # for a label that was seen but not read
BY_CLASS = 0.3  # against lines in graphs
BY_STYLE, BY_LENGTH = 1.55, 0.75  # for a sure bar of the same style, and of the same length too
BY_OTHERS = 0.55  # against what looks unlike a sure bar
ROUNDS = 2  # what is sure by its likeness to others speaks for others in turn

SHORT = 15.0  # pixels
BOUNDS = 0.02, 0.98  # of the network's chances
# Bars occur in pictures; what looks like one in a graph is a line of it.
PICTURES: tuple[PanelClass, ...] = ("microscopy", "diffraction", "photo", "other", "illustration")


def pair_candidates(candidates: Sequence[Candidate], labels: Sequence[Label]) -> list[int | None]:
    """The number of its label for each line, None where none is near."""
    strengths = [one.strength for one in candidates]
    return pair_labels([one.bar.box for one in candidates], [label.box for label in labels], strengths)


def rate_bars(
    candidates: Sequence[Candidate], labels: Sequence[Label], marks: Sequence[Box], panels: Sequence[Panel]
) -> list[float]:
    """The chance of each line to be a scale bar; `marks` are places of labels, read or not."""
    boxes = [one.bar.box for one in candidates]
    labelled = {number for numbers in near_labels(boxes, marks) for number in numbers}
    pairs = pair_candidates(candidates, labels)
    places = assign_to_panels(boxes, [panel.box for panel in panels])
    alone: list[float] = []
    for number, (one, pair, place) in enumerate(zip(candidates, pairs, places, strict=True)):
        odds = START + BY_NETWORK * _logit(one.chance) + BY_CLEARNESS * one.bar.score + BY_COLOUR * purity(one.bar)
        odds -= BY_SHORTNESS * (one.bar.length < SHORT)
        if pair is not None:
            odds += BY_LABEL[0] + BY_LABEL[1] * labels[pair].chance
        elif number in labelled:
            odds += BY_UNREAD
        elif place is not None and panels[place].kind not in PICTURES:
            odds -= BY_CLASS * panels[place].kind_confidence
        alone.append(odds)
    chances = [_chance(odds) for odds in alone]
    for _ in range(ROUNDS):
        chances = [_chance(odds + _likeness(number, candidates, chances)) for number, odds in enumerate(alone)]
    return chances


def _likeness(number: int, candidates: Sequence[Candidate], chances: Sequence[float]) -> float:
    """What the other lines of a figure say for one, in logarithms of odds: bars of a figure are drawn alike."""
    bar, same_style, same_length, different = candidates[number].bar, 0.0, 0.0, 0.0
    for other, chance in zip(candidates, chances, strict=True):
        if other.bar is bar:
            continue
        if not alike(bar, other.bar):
            different = max(different, chance)
            continue
        same_style = max(same_style, chance)
        if equally_long(bar, other.bar, SAME_LENGTH):
            same_length = max(same_length, chance)
    return BY_STYLE * same_style + BY_LENGTH * same_length - BY_OTHERS * different


def _logit(chance: float) -> float:
    bounded = min(max(chance, BOUNDS[0]), BOUNDS[1])
    return math.log(bounded / (1 - bounded))


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
