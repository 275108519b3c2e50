"""The chance that a figure's region and caption are both right.

A logistic model of the evidence, fitted by `python -m tests.bench.calibration` on the entries that the settings give
and
on those that a hundred randomly worsened settings give: with the right settings alone there are too few errors to learn
from. The same command prints how often entries of each confidence are right.
"""

from __future__ import annotations

import math

from exsclaim_core.figures.captions import Caption
from exsclaim_core.figures.scoring import Option
from exsclaim_core.layout.rows import Rectangle

SAME = 0.8  # intersection over hull from which two regions count as one

# Weight of each sign in evidence(), and the constant.
WEIGHTS = (0.0, 1.0, 0.0, 0.0, 0.0)
CONSTANT = -1.5


def evidence(caption: Caption, chosen: Option, options: list[Option]) -> tuple[float, ...]:
    """What speaks for an entry: the caption's evidence, the region's score, its lead over the best different region of
    the same caption, whether drawings were cut, the distance from the caption in tens of points."""
    box = chosen.proposal.box
    rival = max((o.score for o in options if overlap(o.proposal.box, box) < SAME), default=-2.0)
    return (
        min(4.0, caption.score),
        min(4.0, chosen.score),
        max(-2.0, min(3.0, chosen.score - rival)),
        float(chosen.proposal.cut),
        min(4.0, chosen.proposal.distance / 10.0),
    )


def confidence(signs: tuple[float, ...]) -> float:
    """The chance, between 0 and 1, that an entry with this evidence is right."""
    return 1.0 / (1.0 + math.exp(-(CONSTANT + sum(w * s for w, s in zip(WEIGHTS, signs, strict=True)))))


def overlap(a: Rectangle, b: Rectangle) -> float:
    """Area that two boxes share, as a part of the smallest box that holds both."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    hull = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
    return width * height / hull if width > 0 and height > 0 and hull > 0 else 0.0
