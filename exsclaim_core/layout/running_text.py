"""The running text of a document: rows in reading order, column by column, without figures and furniture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.layout.typography import Column, Typography
from exsclaim_core.model import Box, Figure
from exsclaim_core.pdf.pages import RIGHT, Pages

SAME_BASELINE = 0.25  # font sizes by which pieces of one row may differ in height
GUTTER_SLACK = 6.0  # points that a line may begin left of its column
FILL_SLACK = 4.0  # points by which the ends of a line may miss those of its column
LEAST_FILLED = 2  # lines that fill a column where there is one
ACROSS = 20.0  # points that a line reaches into the next column where it lies across the columns
LEAST_ACROSS = 3  # lines of a paragraph across the columns

LANE = np.dtype([("band", "i4"), ("lane", "i4"), ("lane_x0", "f4"), ("lane_x1", "f4")])
ROW = np.dtype(
    [
        ("first", "i8"),  # index into `order`
        ("end", "i8"),
        ("page", "i4"),  # index from 0
        ("lane", "i4"),  # column in reading order; 0 for what stands left of the first
        ("lane_x0", "f4"),
        ("lane_x1", "f4"),
        ("box", "f4", 4),
        ("baseline", "f4"),
        ("size", "f4"),  # of the longest line
        ("font", "i4"),
        ("color", "u4"),
        ("bold", "f4"),  # share of characters
        ("italic", "f4"),
        ("chars", "i4"),
        ("gap", "f4"),  # widest gap inside the row, points
        ("above", "f4"),  # distance from the baseline of the row before in the same lane; infinite at its top
        ("below", "f4"),
    ]
)


@dataclass(frozen=True)
class RunningText:
    """Rows of running text in reading order, as a table."""

    pages: Pages
    order: NDArray[np.int64]  # its lines in reading order: indices into pages.lines
    rows: NDArray[np.void]

    @cached_property
    def texts(self) -> list[str]:
        """The text of each row."""
        lines = [self.pages.texts[i] for i in self.order.tolist()]
        firsts, ends = self.rows["first"].tolist(), self.rows["end"].tolist()
        return [
            lines[first] if end == first + 1 else " ".join(lines[first:end])
            for first, end in zip(firsts, ends, strict=True)
        ]

    def row_before(self, page: int, box: Box) -> int:
        """The row above a box on a page (counted from 1), or the last one read before it; -1 where there is none."""
        index = int(np.searchsorted(self.pages.numbers, page))
        first, last = (int(np.searchsorted(self.rows["page"], some)) for some in (index, index + 1))
        boxes = self.rows["box"][first:last]
        beside = (boxes[:, 0] < box.x1) & (boxes[:, 2] > box.x0)
        above = np.flatnonzero(beside & (boxes[:, 3] <= box.y0 + 1))
        if len(above):
            return first + int(above[boxes[above, 3].argmax()])
        below = np.flatnonzero(beside & (boxes[:, 1] >= box.y1 - 1))
        if len(below):
            return first + int(below[boxes[below, 1].argmin()]) - 1
        return first - 1


def lines_of_figures(pages: Pages, figures: Iterable[Figure]) -> NDArray[np.bool_]:
    """Mark the lines, over all pages, whose middle lies in a figure's region or caption."""
    lines = pages.lines
    inside = np.zeros(len(lines), bool)
    page_index = {number: index for index, number in enumerate(pages.numbers.tolist())}
    boxes = lines["box"]
    for figure in figures:
        index = page_index.get(figure.page)
        if index is None:
            continue
        first, last = pages.line_range(index)
        x = (boxes[first:last, 0] + boxes[first:last, 2]) / 2
        y = (boxes[first:last, 1] + boxes[first:last, 3]) / 2
        for box in (figure.caption_bbox, figure.bbox):
            if box is not None:
                inside[first:last] |= (x > box.x0 - 1) & (x < box.x1 + 1) & (y > box.y0 - 1) & (y < box.y1 + 1)
    return inside


def read_running_text(pages: Pages, typography: Typography, leave_out: NDArray[np.bool_]) -> RunningText:
    """Rows of the lines that read rightwards and are not marked in `leave_out`, in reading order.

    A page is read column by column from left to right, each from top to bottom; paragraphs across its columns are read
    before the columns below them. Lines on one baseline of a column make a row.
    """
    lines = pages.lines
    keep = (lines["direction"] == RIGHT) & ~leave_out
    if not pages.is_recognised:
        keep &= ~lines["hidden"]
    some = np.flatnonzero(keep)
    page = pages.pages_of_lines()[some]
    boxes, baselines = lines["box"][some], lines["baseline"][some]
    lanes = np.zeros(len(some), LANE)
    starts = np.searchsorted(page, np.arange(len(pages) + 1))
    for index in range(len(pages)):
        here = slice(int(starts[index]), int(starts[index + 1]))
        lanes[here] = _find_lanes(typography.columns[index], boxes[here], baselines[here])
    return _make_rows(pages, some, page, lanes)


def _make_rows(pages: Pages, some: NDArray[np.int64], page: NDArray[np.int64], lanes: NDArray[np.void]) -> RunningText:
    """Rows of the chosen lines: those on one baseline of a lane."""
    if not len(some):
        return RunningText(pages, some, np.zeros(0, ROW))
    lines = pages.lines[some]
    by_height = np.lexsort((lines["box"][:, 0], lines["baseline"], lanes["lane"], lanes["band"], page))
    sizes, place = lines["size"][by_height], (page << 24) + (lanes["band"].astype(np.int64) << 8) + lanes["lane"]
    step = np.diff(lines["baseline"][by_height])
    new = np.ones(len(some), bool)
    new[1:] = (np.diff(place[by_height]) != 0) | (step > SAME_BASELINE * np.maximum(sizes[1:], sizes[:-1]))
    number = np.cumsum(new) - 1
    turn = by_height[np.lexsort((lines["box"][by_height, 0], number))]
    lines, lanes, page = lines[turn], lanes[turn], page[turn]
    boxes, chars = lines["box"], lines["chars"]
    firsts = np.flatnonzero(new)
    rows = np.zeros(len(firsts), ROW)
    rows["first"], rows["end"] = firsts, np.append(firsts[1:], len(some))
    rows["page"] = page[firsts]
    for name in ("lane", "lane_x0", "lane_x1"):
        rows[name] = lanes[name][firsts]
    for side, function in enumerate((np.minimum, np.minimum, np.maximum, np.maximum)):
        rows["box"][:, side] = function.reduceat(boxes[:, side], firsts)
    rows["chars"] = np.add.reduceat(chars, firsts)
    for name in ("bold", "italic"):
        rows[name] = np.add.reduceat(lines[name] * chars, firsts) / rows["chars"]
    longest = np.lexsort((-chars, number))[firsts]
    for name in ("baseline", "size", "font", "color"):
        rows[name] = lines[name][longest]
    gaps = np.zeros(len(some), np.float32)
    gaps[1:] = np.where(new[1:], 0.0, boxes[1:, 0] - boxes[:-1, 2])
    rows["gap"] = np.maximum.reduceat(gaps, firsts)
    rows["above"], rows["below"] = np.inf, np.inf
    step = np.diff(rows["baseline"])
    left = np.maximum(rows["box"][1:, 0], rows["box"][:-1, 0])
    right = np.minimum(
        np.maximum(rows["box"][1:, 2], rows["lane_x1"][1:]), np.maximum(rows["box"][:-1, 2], rows["lane_x1"][:-1])
    )
    neighbours = (np.diff(rows["page"]) == 0) & (step > 0) & (left < right)
    rows["above"][1:][neighbours] = step[neighbours]
    rows["below"][:-1][neighbours] = step[neighbours]
    return RunningText(pages, some[turn], rows)


def _find_lanes(
    columns: tuple[Column, ...], boxes: NDArray[np.float32], baselines: NDArray[np.float32]
) -> NDArray[np.void]:
    """The lane, and the band of the page, in which each line of a page is read."""
    found = np.zeros(len(boxes), LANE)
    lanes = _choose_columns(columns, boxes)
    if not lanes:
        if len(boxes):
            found["lane_x0"], found["lane_x1"] = boxes[:, 0].min(), boxes[:, 2].max()
        return found
    edges = np.array([lane.x0 for lane in lanes], np.float32)
    ends = np.array([lane.x1 for lane in lanes], np.float32)
    mine = np.searchsorted(edges, boxes[:, 0] + GUTTER_SLACK, side="right")
    # What begins left of the first lane belongs to it, unless it ends there too: side bars.
    mine[(mine == 0) & (boxes[:, 2] > edges[0])] = 1
    found["lane"] = mine
    found["lane_x0"] = np.append(boxes[:, 0].min(), edges)[mine]
    found["lane_x1"] = np.append(edges[0], ends)[mine]
    across = (mine > 0) & (boxes[:, 2] > np.append(edges, np.inf)[mine] + ACROSS)
    if across.sum() < LEAST_ACROSS:
        return found
    order = np.argsort(baselines, kind="stable")
    group = np.concatenate([[0], np.cumsum(np.diff(across[order].astype(np.int8)) != 0)])
    # A lone line across the columns is an equation or a relic of a table: the columns go on beside it.
    breaks = across[order] & ((np.bincount(group) >= LEAST_ACROSS)[group] | (group == 0))
    found["band"][order] = np.concatenate([[0], np.cumsum(np.diff(breaks.astype(np.int8)) != 0)])
    wide = order[breaks]
    if len(wide):
        found["lane"][wide] = 1
        found["lane_x0"][wide], found["lane_x1"][wide] = boxes[wide, 0].min(), boxes[wide, 2].max()
    return found


def _choose_columns(columns: tuple[Column, ...], boxes: NDArray[np.float32]) -> list[Column]:
    """The columns side by side in which a page is read: those that most of its lines fill."""
    if not len(boxes) or not columns:
        return []
    edges = np.array([(column.x0, column.x1) for column in columns], np.float32)
    fills = (np.abs(boxes[:, None, ::2] - edges[None]) < FILL_SLACK).all(axis=2).sum(axis=0)
    filled = [column for column, count in zip(columns, fills.tolist(), strict=True) if count >= LEAST_FILLED]
    chosen: list[Column] = []
    for place in np.argsort(-fills, kind="stable").tolist():
        column = columns[place]
        beneath = [c for c in filled if min(c.x1, column.x1) - max(c.x0, column.x0) > c.width / 2]
        if any(_apart(a, b) for a in beneath for b in beneath):
            continue  # the width of an abstract above the columns
        if all(_apart(column, other) or _apart(other, column) for other in chosen):
            chosen.append(column)
    # Most lines of a page may belong to a list or a table: its lane is the widest column round them.
    for place, lane in enumerate(chosen):
        others = [other for other in chosen if other is not lane]
        for column in columns:
            around = column.x0 <= lane.x0 + FILL_SLACK and column.x1 >= lane.x1 - FILL_SLACK
            if around and all(_apart(column, other) or _apart(other, column) for other in others):
                chosen[place] = lane = Column(min(lane.x0, column.x0), max(lane.x1, column.x1))
    return sorted(chosen, key=lambda column: column.x0)


def _apart(left: Column, right: Column) -> bool:
    return right.x0 >= left.x1 - GUTTER_SLACK
