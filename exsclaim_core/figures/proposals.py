"""Regions that a caption may own: what lies above, below or beside it until body text, headings or captions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.captions import Caption
from exsclaim_core.figures.content import GRAPHIC, NOTE, RULE, TEXT, Content
from exsclaim_core.figures.text_classes import PROSE
from exsclaim_core.layout.rows import Rectangle
from exsclaim_core.settings import ProposalSettings

ABOVE, BELOW, RIGHT_OF, LEFT_OF = range(4)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A set of items as the region of one caption."""

    caption: int  # index on the sheet
    side: int
    items: int  # bit mask over the sheet's items
    members: NDArray[np.int64]
    box: Rectangle
    distance: float  # from the caption, points
    share: float  # of the area of all items that the side offers
    lane: tuple[float, float]
    cut: bool  # items of other lanes reach into the region
    tail_gap: float  # gap before the last band, points
    widest_gap: float  # between bands, points


def propose(content: Content, settings: ProposalSettings) -> list[list[Proposal]]:
    """The proposals of each caption of a sheet."""
    return [
        _unique(
            [
                proposal
                for side in (ABOVE, BELOW, RIGHT_OF, LEFT_OF)
                for lane in _lanes(content, index, side)
                for proposal in _on_side(content, index, side, lane, settings)
            ]
        )
        for index in range(len(content.captions))
    ]


def _unique(proposals: list[Proposal]) -> list[Proposal]:
    seen: dict[tuple[int, int], Proposal] = {}
    for proposal in proposals:
        key = (proposal.items, proposal.side)
        if key not in seen or seen[key].share < proposal.share:
            seen[key] = proposal
    return list(seen.values())


def _lanes(content: Content, index: int, side: int) -> list[tuple[float, float]]:
    """Intervals across the direction of search: from the caption's own column to the whole page."""
    sheet = content.sheet
    x0, y0, x1, y1 = content.captions[index].box
    if side in (RIGHT_OF, LEFT_OF):
        return [(y0 - 2, y1 + 2)]
    lanes: list[tuple[float, float]] = []
    width = sheet.page.width
    columns = [(sheet.columns[i].x0, sheet.columns[i].x1) for i in sheet.separate_columns()]
    spanned = [c for c in columns if min(c[1], x1) - max(c[0], x0) > min(20.0, 0.3 * (x1 - x0))]
    if spanned:
        low, high = min(c[0] for c in spanned), max(c[1] for c in spanned)
        left = [c[1] for c in columns if c[1] <= low + 2]
        right = [c[0] for c in columns if c[0] >= high - 2]
        lanes.append(((max(left) + low) / 2 if left else 0.0, (min(right) + high) / 2 if right else width))
    lanes.append((0.0, width))
    # Captions that stand side by side share the row: each gets the part up to the middle between them.
    low, high = 0.0, width
    for other, caption in enumerate(content.captions):
        if other == index:
            continue
        ox0, oy0, ox1, oy1 = caption.box
        if min(oy1, y1 + 12) > max(oy0, y0 - 12):
            if ox0 > x1:
                high = min(high, _parting(content, side, caption.box, content.captions[index].box))
            elif ox1 < x0:
                low = max(low, _parting(content, side, content.captions[index].box, caption.box))
    if (low, high) != (0.0, width):
        lanes.insert(0, (low, high))
    lanes.append((x0 - 0.1 * (x1 - x0), x1 + 0.1 * (x1 - x0)))
    return lanes


def _parting(content: Content, side: int, right: Rectangle, left: Rectangle) -> float:
    """Where the floats of two captions side by side part: the widest white gap between the captions' middles."""
    low, high = (left[0] + left[2]) / 2, (right[0] + right[2]) / 2
    boxes = content.boxes
    if side == ABOVE:
        edge = max(left[1], right[1])
        level = boxes[(boxes[:, 3] <= edge + 2) & (boxes[:, 3] > edge - 60)]
    else:
        edge = min(left[3], right[3])
        level = boxes[(boxes[:, 1] >= edge - 2) & (boxes[:, 1] < edge + 60)]
    level = level[(level[:, 2] > low) & (level[:, 0] < high)]
    middle = (left[2] + right[0]) / 2
    if not len(level):
        return middle
    order = np.argsort(level[:, 0])
    ends = np.maximum.accumulate(np.concatenate([[low], level[order, 2]]))
    starts = np.concatenate([level[order, 0], [high]])
    gaps = starts - ends
    # A gap at the middle between the captions is as likely as one twice as wide elsewhere.
    centres = (starts + ends) / 2
    score = gaps / (1 + np.abs(centres - middle) / max(1.0, high - low))
    best = int(np.argmax(score))
    return float(centres[best]) if gaps[best] > 2 else middle


def _parting_height(boxes: NDArray[np.float32], x0: float, x1: float, low: float, high: float) -> float:
    """Middle of the widest white band between two heights in a lane."""
    middle = (boxes[:, 0] + boxes[:, 2]) / 2
    level = boxes[(middle > x0) & (middle < x1) & (boxes[:, 3] > low) & (boxes[:, 1] < high)]
    if not len(level):
        return (low + high) / 2
    order = np.argsort(level[:, 1])
    ends = np.maximum.accumulate(np.concatenate([[low], level[order, 3]]))
    starts = np.concatenate([level[order, 1], [high]])
    best = int(np.argmax(starts - ends))
    return float(starts[best] + ends[best]) / 2


def _on_side(
    content: Content, index: int, side: int, lane: tuple[float, float], settings: ProposalSettings
) -> list[Proposal]:
    """The proposals on one side in one lane: the bands of items outwards from the caption, one, two, … all of them."""
    caption = content.captions[index]
    boxes, obstacles = content.boxes, content.obstacles
    if not len(boxes):
        return []
    table = caption.label.type == "Table"
    along, across = (1, 0) if side in (ABOVE, BELOW) else (0, 1)
    far, near = _limits(content, caption, side, lane, table)
    if far is None:
        return []
    low, high = min(far, near), max(far, near)
    if side in (RIGHT_OF, LEFT_OF):
        return _beside(content, index, side, (low, high), settings)
    middle_along = (boxes[:, along] + boxes[:, along + 2]) / 2
    middle_across = (boxes[:, across] + boxes[:, across + 2]) / 2
    inside = (
        (middle_along > low)
        & (middle_along < high)
        & (middle_across > lane[0])
        & (middle_across < lane[1])
        & (boxes[:, 1] > low - 12)
        & (boxes[:, 3] < high + 12)
    )
    if not table:
        inside &= content.kinds != NOTE
    # Text that stands half in another lane belongs to what spans both.
    within = np.minimum(boxes[:, across + 2], lane[1]) - np.maximum(boxes[:, across], lane[0])
    inside &= (content.kinds != TEXT) | (within >= 0.7 * (boxes[:, across + 2] - boxes[:, across]))
    members = np.flatnonzero(inside)
    members = _without_outer_rules(content, members, table)
    if not len(members):
        return []
    return _prefixes(content, index, side, lane, members, settings)


def _limits(
    content: Content, caption: Caption, side: int, lane: tuple[float, float], table: bool
) -> tuple[float | None, float]:
    """Far and near end of the free stretch on a side of the caption."""
    obstacles = content.obstacles
    if table and side == BELOW:  # a table may have notes in small prose
        obstacles = obstacles[content.obstacle_kinds != PROSE]
    x0, y0, x1, y1 = caption.box
    page = content.sheet.page
    if side in (ABOVE, BELOW):
        overlap = np.minimum(obstacles[:, 2], lane[1]) - np.maximum(obstacles[:, 0], lane[0])
        some = obstacles[overlap > 4]
        middle = (some[:, 1] + some[:, 3]) / 2
        if side == ABOVE:
            before = some[middle < y0 + 1]
            own = before[:, 1] >= y0 - 1
            before = before[~own]
            return (float(before[:, 3].max()) - 2 if len(before) else 0.0), y0 + 2
        after = some[middle > y1 - 1]
        after = after[after[:, 3] > y1 + 1]
        return (float(after[:, 1].min()) + 2 if len(after) else page.height), y1 - 2
    overlap = np.minimum(obstacles[:, 3], lane[1]) - np.maximum(obstacles[:, 1], lane[0])
    some = obstacles[overlap > 2]
    if side == RIGHT_OF:
        after = some[some[:, 0] >= x1 - 2]
        return (float(after[:, 0].min()) if len(after) else page.width), x1
    before = some[some[:, 2] <= x0 + 2]
    return (float(before[:, 2].max()) if len(before) else 0.0), x0


def _beside(
    content: Content, index: int, side: int, stretch: tuple[float, float], settings: ProposalSettings
) -> list[Proposal]:
    """The region right or left of a caption: grown up and down from its height until body text or another caption."""
    boxes = content.boxes
    x0, y0, x1, y1 = content.captions[index].box
    low, high = stretch
    if high - low < 60:
        return []
    obstacles = content.obstacles
    overlap = np.minimum(obstacles[:, 2], high) - np.maximum(obstacles[:, 0], low)
    some = obstacles[overlap > 4]
    above = some[some[:, 3] <= y0 + 2]
    below = some[some[:, 1] >= y1 - 2]
    top = float(above[:, 3].max()) - 2 if len(above) else 0.0
    bottom = float(below[:, 1].min()) + 2 if len(below) else content.sheet.page.height
    for other, caption in enumerate(content.captions):  # captions one below the other, each beside its figure
        ox0, oy0, ox1, oy1 = caption.box
        if other == index or min(ox1, x1) <= max(ox0, x0):
            continue
        if oy0 > y1:
            bottom = min(bottom, _parting_height(boxes, low, high, (y0 + y1) / 2, (oy0 + oy1) / 2))
        else:
            top = max(top, _parting_height(boxes, low, high, (oy0 + oy1) / 2, (y0 + y1) / 2))
    middle_x, middle_y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = (middle_x > low) & (middle_x < high) & (middle_y > top) & (middle_y < bottom) & (content.kinds != NOTE)
    inside &= (boxes[:, 0] > low - 6) & (boxes[:, 2] < high + 6)
    members = np.flatnonzero(inside)
    if not len(members):
        return []
    hull = _hull(boxes[members])
    if min(hull[3], y1) - max(hull[1], y0) < 0.5 * min(y1 - y0, hull[3] - hull[1]):
        return []
    distance = hull[0] - x1 if side == RIGHT_OF else x0 - hull[2]
    return [
        Proposal(index, side, _mask(members), members, hull, max(0.0, distance), 1.0, (top, bottom), False, 0.0, 0.0)
    ]


def _prefixes(
    content: Content,
    index: int,
    side: int,
    lane: tuple[float, float],
    members: NDArray[np.int64],
    settings: ProposalSettings,
) -> list[Proposal]:
    boxes = content.boxes
    caption = content.captions[index].box
    if side == ABOVE:
        starts, ends = -boxes[members, 3], -boxes[members, 1]
        edge = -caption[1]
    else:
        starts, ends = boxes[members, 1], boxes[members, 3]
        edge = caption[3]
    order = np.argsort(starts, kind="stable")
    members, starts, ends = members[order], starts[order], ends[order]
    reach = np.maximum.accumulate(ends)
    gaps = starts[1:] - reach[:-1]
    cuts = np.flatnonzero(gaps > settings.band_gap)
    # Only the widest gaps can part two floats; a table has a gap after every row.
    if len(cuts) > settings.most_cuts:
        widest = np.argsort(-gaps[cuts], kind="stable")[: settings.most_cuts]
        cuts = np.sort(cuts[widest])
    kinds = content.kinds[members]
    changes = np.flatnonzero((gaps > 2.0) & ((kinds[1:] == RULE) != (kinds[:-1] == RULE)))
    if content.captions[index].label.type == "Table":  # a table may end with a rule, its notes follow
        last_rules = [int(i) for i in changes if kinds[i] == RULE][-3:]
        cuts = np.union1d(cuts, np.array(last_rules, np.int64))
    areas = _areas(boxes[members])
    if content.captions[index].label.type != "Table" and (kinds == GRAPHIC).any():
        areas = areas * np.where(kinds == GRAPHIC, 1.0, 0.1)  # text alone is no reason to reach further
    total = float(areas.sum()) or 1.0
    crossing = _crossing(content, members, lane)
    proposals = []
    widest_gap = 0.0
    previous = -1
    tail_gap = 0.0
    for cut in [*cuts.tolist(), len(members) - 1]:
        if cut == previous:
            continue
        some = members[: cut + 1]
        hull = _hull(boxes[some])
        distance = float(starts[0]) - edge
        proposals.append(
            Proposal(
                index,
                side,
                _mask(some),
                some,
                hull,
                max(0.0, distance),
                float(areas[: cut + 1].sum()) / total,
                lane,
                crossing,
                tail_gap,
                widest_gap,
            )
        )
        if cut < len(gaps):
            tail_gap = float(gaps[cut])
            widest_gap = max(widest_gap, tail_gap)
        previous = cut
    return proposals


def _without_outer_rules(content: Content, members: NDArray[np.int64], table: bool) -> NDArray[np.int64]:
    """The items without rules above or below all others: publishers set floats off from the text with them.

    A table's own rules are as wide as its rows and near to them.
    """
    rules = content.kinds[members] == RULE
    if not rules.any():
        return members
    if rules.all():
        return members if table else members[:0]
    boxes = content.boxes
    hull = _hull(boxes[members[~rules]])
    some = boxes[members]
    outer = rules & ((some[:, 3] <= hull[1] + 1) | (some[:, 1] >= hull[3] - 1))
    wider = (some[:, 0] < hull[0] - 3) | (some[:, 2] > hull[2] + 3)
    if table:
        far = np.maximum(hull[1] - some[:, 3], some[:, 1] - hull[3]) > 9
        outer &= far & ((some[:, 0] < hull[0] - 12) | (some[:, 2] > hull[2] + 12))
    else:
        outer &= wider | (some[:, 2] - some[:, 0] > 200)
    return members[~outer]


def _crossing(content: Content, members: NDArray[np.int64], lane: tuple[float, float]) -> bool:
    """Whether a drawing or a rule reaches out of the lane by more than a tenth of its width."""
    boxes = content.boxes
    hull = _hull(boxes[members])
    level = (boxes[:, 3] > hull[1] + 2) & (boxes[:, 1] < hull[3] - 2) & (content.kinds <= RULE) & (content.kinds != TEXT)
    for edge in lane:
        over = level & (boxes[:, 0] < edge - 8) & (boxes[:, 2] > edge + 8)
        if over.any():
            return True
    return False


def _areas(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    return (boxes[:, 2] - boxes[:, 0]) * np.maximum(boxes[:, 3] - boxes[:, 1], 1.0)


def _hull(boxes: NDArray[np.float32]) -> Rectangle:
    return (
        float(boxes[:, 0].min()),
        float(boxes[:, 1].min()),
        float(boxes[:, 2].max()),
        float(boxes[:, 3].max()),
    )


def _mask(members: NDArray[np.int64]) -> int:
    mask = 0
    for member in members.tolist():
        mask |= 1 << member
    return mask


def graphic_area(content: Content, members: NDArray[np.int64]) -> float:
    """Area in square points that drawings and images of the items cover, overlaps counted twice."""
    some = members[content.kinds[members] == GRAPHIC]
    return float(_areas(content.boxes[some]).sum()) if len(some) else 0.0
