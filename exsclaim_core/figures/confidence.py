"""The chance that a figure's region and caption are both right.

A logistic model of what speaks against an entry, fitted by `python -m tests.bench.calibration` (no arguments; seeds
from 10,000 on) to 7,800 entries: of random papers as they are, without some of their drawings and with worsened
settings, and of annotated papers. Fitted on half of the papers and seen on the other half, right entries have more
confidence than wrong ones in 0.94 of all pairs (AUC), and entries are right as often as this:

    confidence    0–0.6  0.6–0.9  0.9–0.95  0.95–0.98  0.98–0.99  0.99–1
    entries          31       51        53        139        226    3345
    mean           0.19     0.81      0.93       0.97      0.985   0.996
    right          0.06     0.51      0.92       0.96      0.969   0.996

Doubtful entries are still trusted too much: there are few to learn from.
"""

from __future__ import annotations

import math
from itertools import islice, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.captions import Caption
from exsclaim_core.figures.content import GRAPHIC, TEXT, Content
from exsclaim_core.figures.lanes import ABOVE, BELOW
from exsclaim_core.figures.proposals import Proposal
from exsclaim_core.figures.scoring import Option
from exsclaim_core.layout.rows import Rectangle

SAME = 0.8  # intersection over hull from which two regions count as one

# Where a doubt begins, and over how much it grows to 1. Points, unless another unit is given.
CLEAR_LEAD = 1.0  # of the score
CLEAR_SCORE = 3.5
USUAL_GAP, WIDE_GAP = 7.0, 17.0  # before a region's last band
NEAR_ITEM, NEAR_TEXT = 12.0, 6.0
USUAL_DISTANCE, LARGE_DISTANCE = 12.0, 32.0  # from the caption
TOUCHING = 3.0
RUNS_ON, SET_OFF = 1.1, 1.5  # step from a caption to the text below it, in the caption's steps
FEW = 4  # items without a drawing
ENDINGS = (".", ")", "]")


class Doubts(NamedTuple):
    """What speaks against an entry: each doubt is 0 where there is none, and 1 or a little more where it is full."""

    rival: float  # a different region of the same caption has nearly the same score
    low_score: float
    meagre: float  # a region of few items, none of them drawn
    loose_end: float  # a wide gap before the band of items that lies farthest from the caption
    near_item: float  # a drawing or a text of another region next to this one
    near_text: float  # body text, a heading or another caption next to the region
    far: float  # from its caption
    touching: float  # a figure touches its caption
    wide_and_empty: float  # a figure is wider than its caption and hardly filled with drawings
    runs_on: float  # text like the caption's goes on below its last row, a full one
    unended: float  # the same, and the caption ends without a full stop


# As the command prints them.
WEIGHTS = Doubts(
    rival=-1.7,
    low_score=-1.0,
    meagre=-2.9,
    loose_end=-3.2,
    near_item=-4.0,
    near_text=-3.2,
    far=-0.8,
    touching=-0.7,
    wide_and_empty=-1.4,
    runs_on=-3.6,
    unended=-3.0,
)
CONSTANT = 5.5


def evidence(content: Content, caption: Caption, chosen: Option, options: list[Option]) -> Doubts:
    """What speaks against an entry, given all that its caption might have owned instead."""
    proposal = chosen.proposal
    rival = max((o.score for o in options if overlap(o.proposal.box, proposal.box) < SAME), default=-math.inf)
    figure = caption.label.type != "Table"
    kinds = content.kinds[proposal.members]
    drawn = bool((kinds == GRAPHIC).any())
    runs_on = _runs_on(caption)
    return Doubts(
        rival=_between(chosen.score - rival, CLEAR_LEAD, 0.0, most=2.0),
        low_score=_between(chosen.score, CLEAR_SCORE, CLEAR_SCORE - 1.0, most=4.0),
        meagre=0.0 if drawn else _between(len(kinds), FEW, 0.0),
        loose_end=_between(proposal.tail_gap, USUAL_GAP, WIDE_GAP, most=2.0),
        near_item=_between(_nearest_item(content, proposal), NEAR_ITEM, 0.0),
        near_text=_between(_nearest_text(content, proposal, caption), NEAR_TEXT, 0.0),
        far=_between(proposal.distance, USUAL_DISTANCE, LARGE_DISTANCE, most=2.0),
        touching=_between(proposal.distance, TOUCHING, 0.0) if figure and proposal.side in (ABOVE, BELOW) else 0.0,
        wide_and_empty=_wide_and_empty(content, proposal, caption) if figure else 0.0,
        runs_on=runs_on,
        unended=0.0 if caption.text.rstrip().endswith(ENDINGS) else runs_on,
    )


def confidence(doubts: Doubts) -> float:
    """The chance, between 0 and 1, that an entry with these doubts is right."""
    return 1.0 / (1.0 + math.exp(-(CONSTANT + sum(w * d for w, d in zip(WEIGHTS, doubts, strict=True)))))


def overlap(a: Rectangle, b: Rectangle) -> float:
    """Area that two boxes share, as a part of the smallest box that holds both."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    hull = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
    return width * height / hull if width > 0 and height > 0 and hull > 0 else 0.0


def _between(value: float, none: float, full: float, most: float = 1.0) -> float:
    """How far a value is on the way from where there is no doubt to where it is 1; never below 0 or above `most`."""
    return min(most, max(0.0, (value - none) / (full - none)))


def _nearest_item(content: Content, proposal: Proposal) -> float:
    """Distance of the nearest drawing or text that is not the region's, points."""
    others = (content.kinds == GRAPHIC) | (content.kinds == TEXT)
    others[proposal.members] = False
    return _nearest(content.boxes[others], proposal.box)


def _nearest_text(content: Content, proposal: Proposal, caption: Caption) -> float:
    """Distance of the nearest body text, heading or other caption, points."""
    x, y = (content.obstacles[:, :2] + content.obstacles[:, 2:]).T / 2
    x0, y0, x1, y1 = caption.box
    return _nearest(content.obstacles[~((x > x0) & (x < x1) & (y > y0) & (y < y1))], proposal.box)


def _nearest(boxes: NDArray[np.float32], box: Rectangle) -> float:
    x0, y0, x1, y1 = boxes.T
    aside = np.maximum(np.maximum(x0 - box[2], box[0] - x1), 0.0)
    apart = np.maximum(np.maximum(y0 - box[3], box[1] - y1), 0.0)
    return float(np.maximum(aside, apart).min(initial=math.inf))


def _wide_and_empty(content: Content, proposal: Proposal, caption: Caption) -> float:
    """The part of a region that no drawing covers, as far as the region is a fifth to four fifths wider than its
    caption."""
    x0, y0, x1, y1 = proposal.box
    boxes = content.boxes[proposal.members[content.kinds[proposal.members] == GRAPHIC]]
    drawn = float(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum())
    empty = max(0.0, 1.0 - drawn / max(1.0, (x1 - x0) * (y1 - y0)))
    return empty * _between((x1 - x0) / max(1.0, caption.box[2] - caption.box[0]), 1.2, 2.0)


def _runs_on(caption: Caption) -> float:
    """How surely the caption goes on below where it was ended: the next row looks like its last, which is full."""
    rows, (x0, _, x1, _) = caption.rows, caption.box
    last, own = rows[-1], set(map(id, rows))
    below = (
        row
        for row in islice(caption.sheet.rows, caption.sheet.first_below(last.baseline), None)
        if row.baseline > last.baseline + 1 and row.box[2] > x0 and row.box[0] < x1 and id(row) not in own
    )
    following = next(below, None)
    if following is None or following.font != last.font or abs(following.size - last.size) > 0.3:
        return 0.0
    steps = sorted(after.baseline - before.baseline for before, after in pairwise(rows))
    usual = max(steps[len(steps) // 2], 0.9 * last.size) if steps else 1.2 * last.size
    full = (last.box[2] - last.box[0]) / max(1.0, x1 - x0)
    return full * _between((following.baseline - last.baseline) / usual, SET_OFF, RUNS_ON)
