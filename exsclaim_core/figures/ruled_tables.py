"""Tables between rules: text that looks like prose and is a table's all the same."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.captions import Caption
from exsclaim_core.figures.text_classes import BODY, CAPTION, FLOAT, HEADING
from exsclaim_core.layout.rows import Row
from exsclaim_core.layout.sheet import Sheet

_NOTE = re.compile(r"^(?:notes?\b|sources?\b|abbreviations?\b|[*†‡§¶#∗]|\(?[a-z]\)?\s|\d\s?[A-Z])", re.I)
PADDING = 1.5  # points by which the cells of a table stand in from its rules, at least
NEAREST = 45.0  # points between a caption and the first rule of its table, at most
NEAREST_BOX = 25.0  # points between a caption and a box of text that is its own, at most
SAME = 6.0  # points by which the ends of a table's rules differ, at most


def claim_ruled_text(sheet: Sheet, captions: list[Caption], classes: dict[int, int]) -> None:
    """Give the text between the rules of a table to the table, in `classes` (by the rows' ids).

    The rules of a table have one extent. A chain starts at the rule nearest to the caption and ends where a caption,
    two headings or three rows of body text stand between two rules: that is a page with rules round its floats.
    """
    rules = sheet.rules
    if not len(rules):
        return
    levels = _levels(rules)
    for caption in captions:
        if caption.label.type == "Table":
            for down in (True, False):
                for top, bottom, extent in _chain(rules, levels, caption, down):
                    rows = _rows_between(sheet, top, bottom, extent)
                    if _is_text(rows, classes, extent):
                        break
                    for row in rows:
                        classes[id(row)] = FLOAT
                    if down:
                        _claim_notes(sheet, bottom, extent, classes)


def _claim_notes(sheet: Sheet, bottom: float, extent: tuple[float, float], classes: dict[int, int]) -> None:
    """Give a paragraph right below a rule to the table where it begins as notes do."""
    for paragraph in sheet.paragraphs:
        first = paragraph.rows[0]
        if not -2 < first.box[1] - bottom < first.size:
            continue
        x0, _, x1, _ = paragraph.box
        if x0 > extent[0] - SAME and x1 < extent[1] + SAME and classes[id(first)] == BODY and _NOTE.match(first.text):
            for row in paragraph.rows:
                classes[id(row)] = FLOAT


def claim_boxed_text(sheet: Sheet, captions: list[Caption], classes: dict[int, int]) -> None:
    """Give the text in a box right above or below a caption to the caption: listings, prompts, examples."""
    boxes = sheet.drawn["box"]
    for caption in captions:
        x0, y0, x1, y1 = caption.box
        near = np.abs(np.where(boxes[:, 3] <= y0 + 1, y0 - boxes[:, 3], boxes[:, 1] - y1)) < NEAREST_BOX
        apart = (boxes[:, 3] <= y0 + 1) | (boxes[:, 1] >= y1 - 1)
        overlap = np.minimum(boxes[:, 2], x1) - np.maximum(boxes[:, 0], x0)
        high = boxes[:, 3] - boxes[:, 1]
        some = near & apart & (overlap > 0.8 * min(x1 - x0, 100)) & (high > 20) & (high < 0.7 * sheet.page.height)
        for box in boxes[some & sheet.drawn["rectangle"]].tolist():
            inside = [
                row
                for row in sheet.rows
                if row.box[0] >= box[0] - 1
                and row.box[2] <= box[2] + 1
                and row.box[1] >= box[1] - 1
                and row.box[3] <= box[3] + 1
            ]
            if all(classes[id(row)] != CAPTION for row in inside):
                for row in inside:
                    classes[id(row)] = FLOAT


def _levels(rules: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Heights of rules to a tenth of a point, and the left and right end of all rules within 1.5 points of each.

    Tables may draw one rule a column.
    """
    some: NDArray[np.float64] = rules[np.argsort(rules[:, 1], kind="stable")].astype(np.float64)
    heights: NDArray[np.float64] = np.unique(np.round(some[:, 1], 1))
    first = np.searchsorted(some[:, 1], heights - 1.5, "right").tolist()
    end = np.searchsorted(some[:, 1], heights + 1.5, "left").tolist()
    ends = [(some[a:b, 0].min(), some[a:b, 2].max()) for a, b in zip(first, end, strict=True)]
    return heights, np.array(ends, np.float64)


def _chain(
    rules: NDArray[np.float32],
    levels: tuple[NDArray[np.float64], NDArray[np.float64]],
    caption: Caption,
    down: bool,
) -> list[tuple[float, float, tuple[float, float]]]:
    """Pairs of neighbouring rules (top, bottom, extent) away from the caption."""
    x0, y0, x1, y1 = caption.box
    overlap = np.minimum(rules[:, 2], x1) - np.maximum(rules[:, 0], x0)
    distance = rules[:, 1] - y1 if down else y0 - rules[:, 3]
    near = np.flatnonzero((distance > -4) & (distance < NEAREST) & (overlap > 0.5 * min(x1 - x0, 60)))
    if not len(near):
        return []
    start = float(rules[near[np.argmin(distance[near])], 1])
    heights, extents = levels
    extent = extents[int(np.argmin(np.abs(heights - start)))]
    same = (np.abs(extents - extent) < SAME).all(axis=1) & (heights >= start - 1 if down else heights <= start + 1)
    chain = heights[same].tolist() if down else heights[same][::-1].tolist()
    return [(min(pair), max(pair), (float(extent[0]), float(extent[1]))) for pair in pairwise(chain)]


def _rows_between(sheet: Sheet, top: float, bottom: float, extent: tuple[float, float]) -> list[Row]:
    return [
        row
        for row in sheet.rows
        if top - 1 <= (row.box[1] + row.box[3]) / 2 <= bottom + 1 and row.box[2] > extent[0] and row.box[0] < extent[1]
    ]


def _is_text(rows: list[Row], classes: dict[int, int], extent: tuple[float, float]) -> bool:
    kinds = [classes[id(row)] for row in rows]
    headings = {round(row.baseline) for row in rows if classes[id(row)] == HEADING}  # cells of one row count once
    # Body text begins where the rules do; the wrapped cells of a table stand a little further right.
    cells = {round(row.baseline) for row in rows if classes[id(row)] == FLOAT}
    body = sum(
        classes[id(row)] == BODY and row.full and row.box[0] < extent[0] + PADDING and round(row.baseline) not in cells
        for row in rows
    )
    return CAPTION in kinds or len(headings) > 1 or body >= 3
