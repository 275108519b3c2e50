"""The running text of a document: its rows in reading order, page by page, column by column, without figures and furniture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.layout.typography import Column, Typography
from exsclaim_core.model import Figure
from exsclaim_core.pdf.pages import RIGHT, Pages

SAME_BASELINE = 0.25  # font sizes by which pieces of one row may differ in height
GUTTER_SLACK = 6.0  # points that a line may begin left of its column


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text looks; runs of one style look alike all over the document."""

    font: int
    size: int  # quarter points
    color: int
    bold: bool
    italic: bool


ROW = np.dtype(
    [
        ("first", "i8"),  # index into `order`
        ("end", "i8"),
        ("page", "i4"),  # index from 0
        ("lane", "i4"),  # column in reading order
        ("x0", "f4"),
        ("y0", "f4"),
        ("x1", "f4"),
        ("y1", "f4"),
        ("baseline", "f4"),
        ("size", "f4"),
        ("font", "i4"),
        ("color", "u4"),
        ("bold", "f4"),  # share of characters
        ("italic", "f4"),
        ("chars", "i4"),
        ("gap", "f4"),  # widest gap inside the row, points
        ("above", "f4"),  # distance from the baseline of the row before in the same lane; infinite at its top
        ("below", "f4"),
        ("lane_x0", "f4"),
        ("lane_x1", "f4"),
    ]
)


@dataclass(frozen=True)
class RunningText:
    """Rows of running text in reading order, as columns."""

    pages: Pages
    order: NDArray[np.int64]  # the lines of the running text in reading order: indices into pages.lines
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


def lines_of_figures(pages: Pages, figures: Iterable[Figure], captions_only: bool = False) -> NDArray[np.bool_]:
    """Mark the lines, over all pages, whose middle lies in a figure's region or caption."""
    lines = pages.lines
    inside = np.zeros(len(lines), bool)
    page_index = {number: index for index, number in enumerate(pages.numbers.tolist())}
    boxes = lines["box"]
    for figure in figures:
        index = page_index.get(figure.page)
        if index is None:
            continue
        first, last = (int(pages.line_ends[index - 1]) if index else 0), int(pages.line_ends[index])
        x = (boxes[first:last, 0] + boxes[first:last, 2]) / 2
        y = (boxes[first:last, 1] + boxes[first:last, 3]) / 2
        for box in (figure.caption_bbox, None if captions_only else figure.bbox):
            if box is not None:
                inside[first:last] |= (x > box.x0 - 1) & (x < box.x1 + 1) & (y > box.y0 - 1) & (y < box.y1 + 1)
    return inside


def read_running_text(pages: Pages, typography: Typography, leave_out: NDArray[np.bool_]) -> RunningText:
    """Rows of the lines that read rightwards and are not marked in `leave_out`, in reading order.

    Pages are read column by column from left to right, each from top to bottom; a line that crosses columns belongs to the
    leftmost. Lines on one baseline of a column make a row.
    """
    lines = pages.lines
    keep = (lines["direction"] == RIGHT) & ~leave_out
    if len(lines) and float(np.mean(lines["hidden"])) <= 0.7:  # else the text lies hidden under scans
        keep &= ~lines["hidden"]
    some = np.flatnonzero(keep)
    page = np.searchsorted(pages.line_ends, some, side="right")
    boxes, baselines, sizes = lines["box"][some], lines["baseline"][some], lines["size"][some]
    lane = np.zeros(len(some), np.int32)
    lane_x0, lane_x1 = np.zeros(len(some), np.float32), np.zeros(len(some), np.float32)
    starts = np.searchsorted(page, np.arange(len(pages) + 1))
    for index in range(len(pages)):
        first, last = starts[index], starts[index + 1]
        lanes = _lanes(typography.columns[index])
        if first == last or not lanes:
            continue
        edges = np.array([column.x0 for column in lanes[1:]], np.float32)
        mine = np.searchsorted(edges, boxes[first:last, 0] + GUTTER_SLACK, side="right")
        lane[first:last] = mine
        lane_x0[first:last] = np.array([column.x0 for column in lanes], np.float32)[mine]
        lane_x1[first:last] = np.array([column.x1 for column in lanes], np.float32)[mine]
    by_height = np.lexsort((boxes[:, 0], baselines, lane, page))
    step = np.diff(baselines[by_height])
    same = (np.diff(page[by_height]) == 0) & (np.diff(lane[by_height]) == 0)
    height = np.maximum(sizes[by_height][1:], sizes[by_height][:-1])
    new_row = np.concatenate([[True], ~same | (step > SAME_BASELINE * height)]) if len(some) else np.zeros(0, bool)
    number = np.cumsum(new_row)
    turn = by_height[np.lexsort((boxes[by_height, 0], number))]
    first_of = np.flatnonzero(new_row)
    rows = np.zeros(len(first_of), ROW)
    if not len(rows):
        return RunningText(pages, some, rows)
    order = some[turn]
    sorted_boxes, sorted_lines = boxes[turn], lines[order]
    rows["first"], rows["end"] = first_of, np.append(first_of[1:], len(order))
    rows["page"], rows["lane"] = page[turn][first_of], lane[turn][first_of]
    rows["lane_x0"], rows["lane_x1"] = lane_x0[turn][first_of], lane_x1[turn][first_of]
    rows["x0"] = np.minimum.reduceat(sorted_boxes[:, 0], first_of)
    rows["y0"] = np.minimum.reduceat(sorted_boxes[:, 1], first_of)
    rows["x1"] = np.maximum.reduceat(sorted_boxes[:, 2], first_of)
    rows["y1"] = np.maximum.reduceat(sorted_boxes[:, 3], first_of)
    chars = sorted_lines["chars"]
    rows["chars"] = np.add.reduceat(chars, first_of)
    for name in ("bold", "italic"):
        rows[name] = np.add.reduceat(sorted_lines[name] * chars, first_of) / rows["chars"]
    number = number - 1
    longest = np.lexsort((-chars, number))[first_of]
    for name in ("baseline", "size", "font", "color"):
        rows[name] = sorted_lines[name][longest]
    gaps = np.where(new_row[1:], 0.0, sorted_boxes[1:, 0] - sorted_boxes[:-1, 2])
    rows["gap"] = np.maximum.reduceat(np.concatenate([[0.0], gaps]), first_of)
    rows["above"], rows["below"] = np.inf, np.inf
    step = np.diff(rows["baseline"])
    neighbours = (np.diff(rows["page"]) == 0) & (np.diff(rows["lane"]) == 0)
    rows["above"][1:][neighbours] = step[neighbours]
    rows["below"][:-1][neighbours] = step[neighbours]
    return RunningText(pages, order, rows)


def _lanes(columns: tuple[Column, ...]) -> list[Column]:
    """The columns side by side in which a page is read; where columns overlap, as many narrow ones as fit."""
    lanes: list[Column] = []
    # Earliest right edge first: the largest set of intervals that don't overlap.
    for column in sorted(columns, key=lambda c: c.x1):
        if not lanes or column.x0 >= lanes[-1].x1 - GUTTER_SLACK:
            lanes.append(column)
    return lanes
