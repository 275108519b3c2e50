"""One region for each caption: the choice of proposals with the best total score."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from exsclaim_core.figures.content import GRAPHIC, NOTE, RULE, TEXT, Content
from exsclaim_core.figures.proposals import ABOVE, BELOW, Proposal, graphic_area
from exsclaim_core.settings import AssignmentSettings


@dataclass(frozen=True, slots=True)
class Assigned:
    proposal: Proposal
    score: float
    margin: float  # to the best choice in which the caption has another region


def score_proposal(content: Content, proposal: Proposal) -> float:
    """How well a set of items serves as the region of its caption; 0 is a doubtful region, 3 a clear one."""
    kind = content.captions[proposal.caption].label.type
    x0, y0, x1, y1 = proposal.box
    width, height = x1 - x0, y1 - y0
    kinds = content.kinds[proposal.members]
    boxes = content.boxes[proposal.members]
    texts = int((kinds == TEXT).sum() + (kinds == NOTE).sum())
    graphics = kinds == GRAPHIC
    rules = boxes[kinds == RULE]
    score = 1.5 * proposal.share - proposal.distance / (50.0 if kind == "Table" else 60.0)
    if proposal.cut:
        score -= 1.2
    caption = content.captions[proposal.caption].box
    if proposal.side in (ABOVE, BELOW):
        overlap = min(x1, caption[2]) - max(x0, caption[0])
        if overlap < 0.3 * min(width, caption[2] - caption[0]):
            score -= 1.5
    if height < 8 or width < 20:
        score -= 2.0
    wide_rules = int(((rules[:, 2] - rules[:, 0]) > 0.6 * width).sum()) if len(rules) else 0
    text = boxes[kinds == TEXT]
    if kind == "Table" and wide_rules:  # notes below the last rule are no rows
        notes = text[:, 1] > float(rules[:, 3].max()) - 1 if proposal.side != ABOVE else np.zeros(len(text), bool)
        levels = _levels(text[~notes])
        if notes.any() and 0 < proposal.tail_gap < 10:
            score += 0.25
    else:
        levels = _levels(text)
    area = graphic_area(content, proposal.members)
    image = bool(content.images[proposal.members].any())
    if kind == "Table":
        cells = sum(n >= 2 for n in levels) / len(levels) if levels else 0.0
        score += 0.8 * min(1.0, texts / 6) + 0.8 * cells + 0.4 * min(3, wide_rules)
        if image and texts < 4:
            score -= 0.8
        elif image and area > 0.5 * width * height and wide_rules == 0:
            score -= 0.6
        if not texts and not image:
            score -= 1.0
        score += {ABOVE: 0.0, BELOW: 0.4}.get(proposal.side, -0.8)
        if proposal.tail_gap > 0:
            score -= max(0.0, proposal.tail_gap - 14.0) / 12.0
        score -= max(0.0, proposal.widest_gap - 25.0) / 40.0
    else:
        score += 1.2 * min(1.0, area / 6000.0) + 0.4 * min(1.0, width * height / 40000.0)
        if not graphics.any():  # listings and tables that are called figures
            score -= 1.0 if texts >= 6 else 2.0
        elif area < 0.15 * width * height:
            score -= 0.4
        if wide_rules >= 2 and area < 0.2 * width * height and len(levels) > 3:
            score -= 1.0
        score += {ABOVE: 0.6, BELOW: 0.0}.get(proposal.side, -0.4)
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
    if proposal.side == BELOW:
        return proposal.box[3] - float(drawings[:, 3].max())
    return 0.0


def _far_band(content: Content, proposal: Proposal) -> int:
    """The kind of the outermost band of items."""
    members = proposal.members
    boxes, kinds = content.boxes[members], content.kinds[members]
    if proposal.side == ABOVE:
        edge = proposal.box[1]
        far = boxes[:, 1] < edge + max(proposal.tail_gap, 8.0)
    else:
        edge = proposal.box[3]
        far = boxes[:, 3] > edge - max(proposal.tail_gap, 8.0)
    if (kinds[far] == GRAPHIC).any():
        return GRAPHIC
    return TEXT if (kinds[far] == TEXT).any() else RULE


def _levels(boxes: np.ndarray) -> list[int]:
    """How many texts stand on each height."""
    if not len(boxes):
        return []
    counts = Counter[int](np.round(boxes[:, 3] / 3.0).astype(int).tolist())
    return list(counts.values())


def learn_sides(scored: list[tuple[Content, list[list[tuple[float, Proposal]]]]], settings: AssignmentSettings) -> dict[tuple[str, int], float]:
    """What side of their captions the document's clear figures and tables lie on, as an addition to the scores."""
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    for content, by_caption in scored:
        for index, options in enumerate(by_caption):
            if not options:
                continue
            best = max(options, key=lambda o: o[0])
            rival = max((s for s, p in options if p.side != best[1].side), default=-3.0)
            if best[0] > settings.clear and best[0] - rival > settings.clear_margin:
                votes[content.captions[index].label.type][best[1].side] += 1
    prior: dict[tuple[str, int], float] = {}
    for kind, counter in votes.items():
        total = sum(counter.values())
        for side in (ABOVE, BELOW):
            share = (counter[side] + 0.5) / (total + 1.0)
            prior[kind, side] = settings.side_weight * (2 * share - 1) * min(1.0, total / 3)
    return prior


def assign(
    options: list[list[tuple[float, Proposal]]], settings: AssignmentSettings
) -> list[tuple[float, Proposal] | None]:
    """The proposal of each caption such that no item has two owners and the sum of the scores is largest.

    Captions whose proposals share no items are solved apart; within a group, depth first with a bound (the sum of the best
    scores left), captions with the most to lose first. The search is exact up to settings.most_steps steps.
    """
    chosen: list[tuple[float, Proposal] | None] = [None] * len(options)
    for group in _groups(options):
        for index, choice in zip(group, _solve([options[i] for i in group], settings), strict=True):
            chosen[index] = choice
    return chosen


def _groups(options: list[list[tuple[float, Proposal]]]) -> list[list[int]]:
    reach = []
    for some in options:
        mask = 0
        for _, proposal in some:
            mask |= proposal.items
        reach.append(mask)
    groups: list[tuple[int, list[int]]] = []
    for index, mask in enumerate(reach):
        members = [index]
        rest = []
        for other, indices in groups:
            if other & mask:
                mask |= other
                members = indices + members
            else:
                rest.append((other, indices))
        groups = [*rest, (mask, members)]
    return [sorted(indices) for _, indices in groups]


def _solve(
    options: list[list[tuple[float, Proposal]]], settings: AssignmentSettings
) -> list[tuple[float, Proposal] | None]:
    floor = settings.least_score
    ranked = [sorted((o for o in some if o[0] > floor), key=lambda o: -o[0]) for some in options]
    order = sorted(range(len(options)), key=lambda i: -(ranked[i][0][0] if ranked[i] else -math.inf))
    bonus = -floor  # a caption with a region beats one without
    bounds = [0.0] * (len(order) + 1)
    for position in range(len(order) - 1, -1, -1):
        some = ranked[order[position]]
        bounds[position] = bounds[position + 1] + (some[0][0] + bonus if some else 0.0)
    best_total = -math.inf
    best: list[tuple[float, Proposal] | None] = [None] * len(options)
    current: list[tuple[float, Proposal] | None] = [None] * len(options)
    steps = 0

    def search(position: int, used: int, total: float) -> None:
        nonlocal best_total, best, steps
        steps += 1
        if total + bounds[position] <= best_total or steps > settings.most_steps:
            return
        if position == len(order):
            best_total, best = total, list(current)
            return
        index = order[position]
        for option in ranked[index]:
            if not option[1].items & used:
                current[index] = option
                search(position + 1, used | option[1].items, total + option[0] + bonus)
        current[index] = None
        search(position + 1, used, total)

    search(0, 0, 0.0)
    return best
