"""How well a set of items serves as the region of a caption.

The signs are those of PDFFigures 2.0 (Clark and Divvala 2016, section 4.4: size, graphics, distance, side) and of
tables as people draw them. The weights were set by hand on the dev sets; their unit is that of
AssignmentSettings.least_score.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.content import GRAPHIC, NOTE, RULE, TEXT, Content
from exsclaim_core.figures.lanes import ABOVE, BELOW
from exsclaim_core.figures.proposals import Proposal, areas

FIGURE_SIDES = {ABOVE: 0.6, BELOW: 0.0}  # relative to the caption; beside it: -0.4
TABLE_SIDES = {ABOVE: 0.0, BELOW: 0.4}  # beside it: -0.8
WHOLE = 0.1  # for all that a side offers in any lane: of two regions alike, the one that leaves nothing behind
TORN = -0.8
ENOUGH_DRAWN = 6_000.0  # square points of drawings that make a figure
ENOUGH_AREA = 40_000.0  # square points of a figure of common size
ENOUGH_CELLS = 6  # texts that make a table


@dataclass(frozen=True, slots=True)
class Option:
    """A proposal with its score."""

    score: float
    proposal: Proposal


def score_proposals(content: Content, proposals: list[Proposal]) -> list[Option]:
    """The proposals of one caption with their scores: about 0 for a doubtful region, from 3 on for a clear one."""
    largest: dict[int, float] = {}
    for proposal in proposals:
        largest[proposal.side] = max(largest.get(proposal.side, 1.0), proposal.area)
    return [
        Option(_score(content, proposal) + WHOLE * proposal.area / largest[proposal.side], proposal)
        for proposal in proposals
    ]


def _score(content: Content, proposal: Proposal) -> float:
    score = 1.5 * proposal.share + _fit(content, proposal)
    if content.captions[proposal.caption].label.type == "Table":
        return score - proposal.distance / 50.0 + _as_table(content, proposal)
    return score - proposal.distance / 60.0 + _as_figure(content, proposal)


def _fit(content: Content, proposal: Proposal) -> float:
    """What speaks against any region: pieces of others reach in, it lies aside of its caption, it is tiny."""
    x0, y0, x1, y1 = proposal.box
    caption = content.captions[proposal.caption].box
    score = (-1.2 if proposal.cut else 0.0) + (TORN if proposal.torn else 0.0)
    if proposal.side in (ABOVE, BELOW):
        overlap = min(x1, caption[2]) - max(x0, caption[0])
        if overlap < 0.3 * min(x1 - x0, caption[2] - caption[0]):
            score -= 1.5
    if y1 - y0 < 8 or x1 - x0 < 20:
        score -= 2.0
    return score


def _as_table(content: Content, proposal: Proposal) -> float:
    kinds, boxes = content.kinds[proposal.members], content.boxes[proposal.members]
    texts = int(np.isin(kinds, (TEXT, NOTE)).sum())
    rules = _wide_rules(content, proposal)
    text = boxes[kinds == TEXT]
    score = TABLE_SIDES.get(proposal.side, -0.8)
    if rules and proposal.side != ABOVE:  # notes below the last rule are no rows
        notes = text[:, 1] > float(boxes[kinds == RULE][:, 3].max()) - 1
        text = text[~notes]
        if notes.any() and 0 < proposal.tail_gap < 10:
            score += 0.25
    if rules >= 2:  # drawings beyond the rules are another's
        last = boxes[kinds == RULE]
        beyond = boxes[kinds == GRAPHIC]
        beyond = beyond[(beyond[:, 1] > last[:, 3].max() - 2) | (beyond[:, 3] < last[:, 1].min() + 2)]
        score -= min(1.5, float(((beyond[:, 2] - beyond[:, 0]) * (beyond[:, 3] - beyond[:, 1])).sum()) / 4000.0)
    levels = _levels(text)
    in_rows = sum(cells >= 2 for cells in levels) / len(levels) if levels else 0.0
    score += 0.8 * min(1.0, texts / ENOUGH_CELLS) + 0.8 * in_rows + 0.4 * min(3, rules)
    if content.images[proposal.members].any():
        if texts < 4:
            score -= 0.8
        elif not rules and _drawn_area(content, proposal) > 0.5 * _area(proposal):
            score -= 0.6
    elif not texts:
        score -= 1.0
    score -= max(0.0, proposal.tail_gap - 14.0) / 12.0
    return score - max(0.0, proposal.widest_gap - 25.0) / 40.0


def _as_figure(content: Content, proposal: Proposal) -> float:
    kinds = content.kinds[proposal.members]
    texts = int((kinds == TEXT).sum())
    drawn, area = _drawn_area(content, proposal), _area(proposal)
    score = FIGURE_SIDES.get(proposal.side, -0.4)
    score += 1.2 * min(1.0, drawn / ENOUGH_DRAWN) + 0.4 * min(1.0, area / ENOUGH_AREA)
    if not (kinds == GRAPHIC).any():  # listings and tables that are called figures
        score -= 1.0 if texts >= ENOUGH_CELLS else 2.0 if texts >= 3 else 4.0
    elif drawn < 0.15 * area:
        score -= 0.4
    rows = _levels(content.boxes[proposal.members][kinds == TEXT])
    if drawn < 0.2 * area and len(rows) > 3 and _wide_rules(content, proposal) >= 2:
        score -= 1.0  # a table's rows between its rules
    score -= max(0.0, proposal.widest_gap - 30.0) / 50.0
    score -= min(1.0, max(0.0, _text_beyond(content, proposal) - 25.0) / 60.0)
    far = _far_band(content, proposal)
    if far == TEXT and proposal.tail_gap > 10:
        score -= 0.3 + min(1.5, (proposal.tail_gap - 10.0) / 20.0)
    elif far == RULE:
        score -= 0.3
    return score


def _text_beyond(content: Content, proposal: Proposal) -> float:
    """How far upright text alone reaches beyond the drawings on the side away from the caption, points.

    Turned and slanted labels count as drawings: only figures have them.
    """
    members = [i for i in proposal.members.tolist() if content.rows[i] is None and content.kinds[i] != RULE]
    drawings = content.boxes[members]
    if not len(drawings):
        return 0.0
    if proposal.side == ABOVE:
        return float(drawings[:, 1].min()) - proposal.box[1]
    return proposal.box[3] - float(drawings[:, 3].max()) if proposal.side == BELOW else 0.0


def _far_band(content: Content, proposal: Proposal) -> int:
    """The kind of the outermost band of items."""
    boxes, kinds = content.boxes[proposal.members], content.kinds[proposal.members]
    depth = max(proposal.tail_gap, 8.0)
    far = boxes[:, 1] < proposal.box[1] + depth if proposal.side == ABOVE else boxes[:, 3] > proposal.box[3] - depth
    if (kinds[far] == GRAPHIC).any():
        return GRAPHIC
    return TEXT if (kinds[far] == TEXT).any() else RULE


def _wide_rules(content: Content, proposal: Proposal) -> int:
    """Number of heights at which rules cover most of the region's width; tables may draw one rule a column."""
    rules = content.boxes[proposal.members[content.kinds[proposal.members] == RULE]]
    covered: dict[int, float] = defaultdict(float)
    for x0, y0, x1, _ in rules.tolist():
        covered[round(y0 / 2)] += x1 - x0
    return sum(width > 0.6 * (proposal.box[2] - proposal.box[0]) for width in covered.values())


def _levels(boxes: NDArray[np.float32]) -> list[int]:
    """How many texts stand on each height."""
    return list(Counter(np.round(boxes[:, 3] / 3.0).astype(int).tolist()).values())


def _drawn_area(content: Content, proposal: Proposal) -> float:
    """Square points that the drawings of a region cover, overlaps counted twice."""
    some = content.boxes[proposal.members[content.kinds[proposal.members] == GRAPHIC]]
    return float(areas(some).sum())


def _area(proposal: Proposal) -> float:
    x0, y0, x1, y1 = proposal.box
    return (x1 - x0) * (y1 - y0)
