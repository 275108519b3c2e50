"""Regions that a caption may own: what lies above, below or beside it until body text, headings or captions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.content import GRAPHIC, NOTE, RULE, TEXT, Content
from exsclaim_core.figures.lanes import ABOVE, BELOW, LEFT_OF, RIGHT_OF, Lane, find_lanes, parting_height
from exsclaim_core.figures.text_classes import PROSE
from exsclaim_core.layout.rows import Rectangle
from exsclaim_core.settings import ProposalSettings

NARROWEST_SIDE = 60.0  # points of free width beside a caption for a figure there
CORNER_GAP = 40.0  # points between the arms of a region in the shape of an L, at most
MOST_RULES = 2_000  # items compared in pairs; more are no table
TEXT_WEIGHT = 0.1  # of a text's area against a drawing's in a figure: text alone is no reason to reach further
DRAWING_WEIGHT = 0.3  # of a drawing's area against a text's in a table


@dataclass(frozen=True, slots=True)
class Proposal:
    """A set of items as the region of one caption."""

    caption: int  # index on the sheet
    side: int
    items: int  # bit mask over the sheet's items
    members: NDArray[np.int64]  # the items' indices
    box: Rectangle
    distance: float  # from the caption, points
    share: float  # of the area of all items that the side offers in this lane
    area: float  # of the items, square points, text counted little beside drawings
    cut: bool = False  # drawings of other lanes reach into the region
    torn: bool = False  # an item that is not of the region lies in it or touches it
    tail_gap: float = 0.0  # gap before the last band, points
    widest_gap: float = 0.0  # between bands, points


def propose(content: Content, settings: ProposalSettings) -> list[list[Proposal]]:
    """The proposals of each caption of a sheet, each set of items once a side."""
    result = []
    for index in range(len(content.captions)):
        seen: dict[tuple[int, int], Proposal] = {}
        for side in (ABOVE, BELOW, RIGHT_OF, LEFT_OF):
            tried: set[bytes] = set()
            for lane in find_lanes(content, index, side):
                for proposal in _on_side(content, index, side, lane, settings, tried):
                    key = (proposal.items, side)
                    if key not in seen or seen[key].share < proposal.share:
                        seen[key] = proposal
        proposals = list(seen.values())
        result.append(proposals + _round_corners(content, index, proposals))
    return result


def _on_side(
    content: Content, index: int, side: int, lane: Lane, settings: ProposalSettings, tried: set[bytes]
) -> list[Proposal]:
    """The proposals of a lane, none where another lane had the same items."""
    if side in (ABOVE, BELOW):
        members = _stacked(content, index, side, lane)
        if not len(members) or members.tobytes() in tried:
            return []
        tried.add(members.tobytes())
        return _bands(content, index, side, lane, members, settings)
    return _beside(content, index, side, lane)


def _stacked(content: Content, index: int, side: int, lane: Lane) -> NDArray[np.int64]:
    """Items above or below a caption in a lane, up to the next obstacle."""
    table = content.captions[index].label.type == "Table"
    low, high = _free_height(content, index, side, lane)
    boxes = content.boxes
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = (
        (y > low) & (y < high) & (x > lane[0]) & (x < lane[1]) & (boxes[:, 1] > low - 12) & (boxes[:, 3] < high + 12)
    )
    if not table:
        inside &= content.kinds != NOTE
    # Text that stands half in another lane belongs to what spans both.
    within = np.minimum(boxes[:, 2], lane[1]) - np.maximum(boxes[:, 0], lane[0])
    inside &= (content.kinds != TEXT) | (within >= 0.7 * (boxes[:, 2] - boxes[:, 0]))
    return _without_outer_rules(content, np.flatnonzero(inside), table)


def _free_height(content: Content, index: int, side: int, lane: Lane) -> tuple[float, float]:
    """Top and bottom of the stretch between a caption and the lane's next obstacle, two points more on each end."""
    _, y0, _, y1 = content.captions[index].box
    obstacles = content.obstacles
    if side == BELOW and content.captions[index].label.type == "Table":  # its notes may be small prose
        obstacles = obstacles[content.obstacle_kinds != PROSE]
    overlap = np.minimum(obstacles[:, 2], lane[1]) - np.maximum(obstacles[:, 0], lane[0])
    some = obstacles[overlap > 4]
    if side == ABOVE:
        above = some[((some[:, 1] + some[:, 3]) / 2 < y0 + 1) & (some[:, 1] < y0 - 1)]
        return (float(above[:, 3].max()) - 2 if len(above) else 0.0), y0 + 2
    below = some[((some[:, 1] + some[:, 3]) / 2 > y1 - 1) & (some[:, 3] > y1 + 1)]
    return y1 - 2, (float(below[:, 1].min()) + 2 if len(below) else content.sheet.page.height)


def _bands(
    content: Content, index: int, side: int, lane: Lane, members: NDArray[np.int64], settings: ProposalSettings
) -> list[Proposal]:
    """Proposals of the first band of items, of the first two and so on, outwards from the caption."""
    boxes, caption = content.boxes, content.captions[index]
    table = caption.label.type == "Table"
    if side == ABOVE:
        starts, ends, edge = -boxes[members, 3], -boxes[members, 1], -caption.box[1]
    else:
        starts, ends, edge = boxes[members, 1], boxes[members, 3], caption.box[3]
    order = np.argsort(starts, kind="stable")
    members, starts, ends = members[order], starts[order], ends[order]
    gaps = starts[1:] - np.maximum.accumulate(ends)[:-1]
    sizes = areas(boxes[members])
    kinds = content.kinds[members]
    if table and (kinds != GRAPHIC).any():
        sizes = sizes * np.where(kinds == GRAPHIC, DRAWING_WEIGHT, 1.0)
    elif (kinds == GRAPHIC).any():
        sizes = sizes * np.where(kinds == GRAPHIC, 1.0, TEXT_WEIGHT)
    total = float(sizes.sum()) or 1.0
    crossed = _is_crossed(content, members, lane)
    proposals = []
    widest = tail = 0.0
    for cut in [*_cuts(gaps, kinds, table, settings), len(members) - 1]:
        some = members[: cut + 1] if table else _without_outer_rules(content, members[: cut + 1], table)
        if not len(some):
            continue
        hull = _hull(boxes[some])
        proposals.append(
            Proposal(
                index,
                side,
                _mask(some),
                some,
                hull,
                max(0.0, float(starts[0]) - edge),
                float(sizes[: cut + 1].sum()) / total,
                float(sizes[: cut + 1].sum()),
                crossed,
                _is_torn(content, some, hull),
                tail,
                widest,
            )
        )
        if cut < len(gaps):
            tail = float(gaps[cut])
            widest = max(widest, tail)
    return proposals


def _cuts(gaps: NDArray[np.float32], kinds: NDArray[np.int8], table: bool, settings: ProposalSettings) -> list[int]:
    """Positions after which a region may end: the widest gaps, and a table's last rules, since notes may follow."""
    cuts = np.flatnonzero(gaps > settings.band_gap)
    if len(cuts) > settings.most_cuts:
        cuts = cuts[np.argsort(-gaps[cuts], kind="stable")[: settings.most_cuts]]
    chosen = set(cuts.tolist())
    if table:
        after_rule = np.flatnonzero((gaps > 2.0) & (kinds[:-1] == RULE) & (kinds[1:] != RULE))
        chosen.update(after_rule[-3:].tolist())
    return sorted(chosen)


def _beside(content: Content, index: int, side: int, lane: Lane) -> list[Proposal]:
    """The region right or left of a caption: grown up and down from its height until body text or another caption."""
    boxes, obstacles = content.boxes, content.obstacles
    x0, y0, x1, y1 = content.captions[index].box
    level = obstacles[np.minimum(obstacles[:, 3], lane[1]) - np.maximum(obstacles[:, 1], lane[0]) > 2]
    if side == RIGHT_OF:
        low, high = x1, float(level[level[:, 0] >= x1 - 2, 0].min(initial=content.sheet.page.width))
    else:
        low, high = float(level[level[:, 2] <= x0 + 2, 2].max(initial=0.0)), x0
    if high - low < NARROWEST_SIDE:
        return []
    some = obstacles[np.minimum(obstacles[:, 2], high) - np.maximum(obstacles[:, 0], low) > 4]
    top = float(some[some[:, 3] <= y0 + 2, 3].max(initial=2.0)) - 2
    bottom = float(some[some[:, 1] >= y1 - 2, 1].min(initial=content.sheet.page.height - 2)) + 2
    # Captions one below the other, each beside its figure: the nearest ones part them.
    lane_mates = [c.box for c in content.captions if min(c.box[2], x1) > max(c.box[0], x0)]
    before = max((box for box in lane_mates if box[3] <= y0), key=lambda box: box[3], default=None)
    after = min((box for box in lane_mates if box[1] >= y1), key=lambda box: box[1], default=None)
    if before is not None:
        top = max(top, parting_height(boxes, low, high, (before[1] + before[3]) / 2, (y0 + y1) / 2))
    if after is not None:
        bottom = min(bottom, parting_height(boxes, low, high, (y0 + y1) / 2, (after[1] + after[3]) / 2))
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = (x > low) & (x < high) & (y > top) & (y < bottom) & (content.kinds != NOTE)
    members = np.flatnonzero(inside & (boxes[:, 0] > low - 6) & (boxes[:, 2] < high + 6))
    if not len(members):
        return []
    hull = _hull(boxes[members])
    if min(hull[3], y1) - max(hull[1], y0) < 0.5 * min(y1 - y0, hull[3] - hull[1]):
        return []
    distance = max(0.0, hull[0] - x1 if side == RIGHT_OF else x0 - hull[2])
    area = float(areas(boxes[members]).sum())
    torn = _is_torn(content, members, hull)
    return [Proposal(index, side, _mask(members), members, hull, distance, 1.0, area, torn=torn)]


def _round_corners(content: Content, index: int, proposals: list[Proposal]) -> list[Proposal]:
    """Regions in the shape of an L: what lies above a caption together with what lies beside it, where they adjoin."""
    if content.captions[index].label.type == "Table":
        return []
    caption = content.captions[index].box
    found = []
    for upper in (p for p in proposals if p.side == ABOVE):
        for beside in (p for p in proposals if p.side in (LEFT_OF, RIGHT_OF) and p.items | upper.items != upper.items):
            lower = np.setdiff1d(beside.members, upper.members)
            if not (content.kinds[lower] == GRAPHIC).any():
                continue
            members = np.union1d(upper.members, lower)
            hull, corner = _hull(content.boxes[members]), _hull(content.boxes[lower])
            level = min(corner[3], caption[3]) - max(corner[1], caption[1]) > 0.5 * (caption[3] - caption[1])
            adjoins = level and corner[1] - upper.box[3] < CORNER_GAP
            across = min(corner[2], upper.box[2]) - max(corner[0], upper.box[0]) > 0.8 * (corner[2] - corner[0])
            if adjoins and across and not _holds_text(content, hull, caption):
                area = float(areas(content.boxes[members]).sum())
                torn = _is_torn(content, members, hull)
                found.append(replace(upper, items=_mask(members), members=members, box=hull, area=area, torn=torn))
    return found


def _holds_text(content: Content, box: Rectangle, caption: Rectangle) -> bool:
    """Whether a box holds the middle of an obstacle that is not the caption's own."""
    x, y = (content.obstacles[:, [0, 1]] + content.obstacles[:, [2, 3]]).T / 2
    inside = (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])
    own = (x > caption[0]) & (x < caption[2]) & (y > caption[1]) & (y < caption[3])
    return bool((inside & ~own).any())


def _without_outer_rules(content: Content, members: NDArray[np.int64], table: bool) -> NDArray[np.int64]:
    """The items without rules above or below all others: publishers set floats off from the text with them.

    A table's own rules are as wide as its rows and near to them.
    """
    rules = content.kinds[members] == RULE
    if not rules.any() or (rules.all() and table):
        return members
    if rules.all():
        return members[:0]
    some = content.boxes[members]
    hull = _hull(some[~rules])
    outer = rules & ((some[:, 3] <= hull[1] + 1) | (some[:, 1] >= hull[3] - 1))
    if table:
        far = np.maximum(hull[1] - some[:, 3], some[:, 1] - hull[3]) > 9
        wider = (some[:, 0] < hull[0] - 12) | (some[:, 2] > hull[2] + 12)
        grids = some[content.kinds[members] == GRAPHIC]
        grid = bool((grids[:, 2] - grids[:, 0] > 0.9 * (hull[2] - hull[0])).any())
        both = (some[:, 0] < hull[0] - 12) & (some[:, 2] > hull[2] + 12)
        outer &= wider & (far | _wider_than_others(some, rules) | (grid & both))
    else:
        wider = (some[:, 0] < hull[0] - 3) | (some[:, 2] > hull[2] + 3)
        outer &= wider | (some[:, 2] - some[:, 0] > 200)
    return np.asarray(members[~outer])


def _wider_than_others(boxes: NDArray[np.float32], rules: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rules end 12 points outside two other rules on both sides: a table's own rules are as wide as it."""
    if len(boxes) > MOST_RULES:
        return np.zeros(len(boxes), bool)
    narrower = (boxes[None, :, 0] > boxes[:, None, 0] + 12) & (boxes[None, :, 2] < boxes[:, None, 2] - 12)
    long = boxes[:, 2] - boxes[:, 0] > 0.3 * float((boxes[:, 2] - boxes[:, 0]).max())
    return np.asarray((narrower & (rules & long)[None, :]).sum(axis=1) >= 2)


def _is_crossed(content: Content, members: NDArray[np.int64], lane: Lane) -> bool:
    """Whether a drawing or a rule at the height of the items reaches across an end of the lane."""
    boxes = content.boxes
    hull = _hull(boxes[members])
    level = boxes[(boxes[:, 3] > hull[1] + 2) & (boxes[:, 1] < hull[3] - 2) & np.isin(content.kinds, (GRAPHIC, RULE))]
    return any(bool(((level[:, 0] < edge - 8) & (level[:, 2] > edge + 8)).any()) for edge in lane)


def _is_torn(content: Content, members: NDArray[np.int64], box: Rectangle) -> bool:
    """Whether an item that is no member reaches into a region or lies within two points of it."""
    boxes = content.boxes
    others = (content.kinds == GRAPHIC) | (content.kinds == TEXT)
    others[members] = False
    others &= (
        (boxes[:, 0] < box[2] + 2)
        & (boxes[:, 2] > box[0] - 2)
        & (boxes[:, 1] < box[3] + 2)
        & (boxes[:, 3] > box[1] - 2)
    )
    return bool(others.any())


def areas(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Square points of boxes (n, 4); lines without a height count as a point high."""
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * np.maximum(boxes[:, 3] - boxes[:, 1], 1.0))


def _hull(boxes: NDArray[np.float32]) -> Rectangle:
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _mask(members: NDArray[np.int64]) -> int:
    flags = np.zeros(int(members.max(initial=0)) + 1, bool)
    flags[members] = True
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
