"""What figures and tables are made of on a page: clusters of drawings, rules and rows of float text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.captions import Caption
from exsclaim_core.figures.clustering import cluster_boxes, cluster_hulls
from exsclaim_core.figures.text_classes import BODY, CAPTION, FLOAT, HEADING, PROSE, classify_rows
from exsclaim_core.layout.rows import Row
from exsclaim_core.layout.sheet import RULE_HEIGHT, RULE_LENGTH, Sheet
from exsclaim_core.pdf.pages import IMAGE, RIGHT

GRAPHIC, TEXT, RULE, NOTE = range(4)  # NOTE: small prose, which only a table may own


@dataclass(slots=True)
class Content:
    """Items of a sheet that a figure or table may own, and the obstacles between them."""

    sheet: Sheet
    captions: list[Caption]
    boxes: NDArray[np.float32]  # (n, 4) items
    kinds: NDArray[np.int8]  # (n,)
    images: NDArray[np.bool_]  # (n,) clusters with an image in them
    obstacles: NDArray[np.float32]  # (m, 4) rows of body text, headings, captions
    obstacle_kinds: NDArray[np.int8]
    rows: list[Row | None]  # (n,) the row of a text item
    classes: dict[int, int]


def gather_content(sheet: Sheet, captions: list[Caption]) -> Content:
    """Items and obstacles of a sheet whose captions are known."""
    classes = classify_rows(sheet, captions)
    _claim_ruled_text(sheet, captions, classes)
    operators = sheet.page.operators[sheet.drawn]
    boxes = operators["box"]
    owned = _owned_by_text(sheet, boxes, classes)
    frames = _frames_of_text(sheet, boxes, classes, captions)
    keep = ~owned & ~frames
    operators, boxes = operators[keep], boxes[keep]
    labels, keep = _cluster_without_frames(boxes, captions)
    operators, boxes = operators[keep], boxes[keep]
    apart = _column_rules(sheet, boxes)
    column_rules = boxes[apart]
    if apart.any():
        operators, boxes = operators[~apart], boxes[~apart]
        labels = cluster_boxes(boxes, 3.0)
    parts_boxes: list[NDArray[np.float32]] = []
    kinds: list[int] = []
    images: list[bool] = []
    if len(boxes):
        hulls = cluster_hulls(boxes, labels)
        count = len(hulls)
        has_image = np.bincount(labels, weights=operators["kind"] == IMAGE, minlength=count) > 0
        # Dotted and double rules are rules too.
        flat = (hulls[:, 3] - hulls[:, 1] <= 2 * RULE_HEIGHT) & (hulls[:, 2] - hulls[:, 0] >= RULE_LENGTH)
        flat &= hulls[:, 2] - hulls[:, 0] > 8 * (hulls[:, 3] - hulls[:, 1])
        parts_boxes.append(hulls)
        kinds.extend(np.where(flat, RULE, GRAPHIC).tolist())
        images.extend(has_image.tolist())
    if len(column_rules):
        parts_boxes.append(column_rules)
        kinds.extend([RULE] * len(column_rules))
        images.extend([False] * len(column_rules))
    rows: list[Row | None] = [None] * len(kinds)
    text_boxes: list[tuple[float, float, float, float]] = []
    obstacles: list[tuple[float, float, float, float]] = []
    obstacle_kinds: list[int] = []
    for row in sheet.rows:
        kind = classes[id(row)]
        if kind == FLOAT:
            text_boxes.append(row.box)
            kinds.append(TEXT)
            images.append(False)
            rows.append(row)
        elif kind == PROSE:
            text_boxes.append(row.box)
            kinds.append(NOTE)
            images.append(False)
            rows.append(row)
        if kind in (BODY, HEADING, CAPTION, PROSE):
            obstacles.append(row.box)
            obstacle_kinds.append(kind)
    lines = sheet.page.lines
    others = np.flatnonzero((lines["direction"] != RIGHT) & ~sheet.furniture & ~lines["hidden"] & (lines["chars"] < 80))
    for i in others.tolist():
        text_boxes.append(tuple(lines["box"][i].tolist()))
        kinds.append(TEXT)
        images.append(False)
        rows.append(None)
    if text_boxes:
        parts_boxes.append(np.array(text_boxes, np.float32))
    all_boxes = np.concatenate(parts_boxes) if parts_boxes else np.zeros((0, 4), np.float32)
    return Content(
        sheet,
        captions,
        all_boxes,
        np.array(kinds, np.int8),
        np.array(images, bool),
        np.array(obstacles, np.float32).reshape(-1, 4),
        np.array(obstacle_kinds, np.int8),
        rows,
        classes,
    )


def _column_rules(sheet: Sheet, boxes: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Rules as wide as a column or the text: they set floats off from the text and belong to no drawing."""
    result = np.zeros(len(boxes), bool)
    flat = (boxes[:, 3] - boxes[:, 1] <= RULE_HEIGHT) & (boxes[:, 2] - boxes[:, 0] > 100)
    if not flat.any() or not sheet.columns:
        return result
    spans = [(c.x0, c.x1) for c in sheet.columns]
    spans.append((min(c.x0 for c in sheet.columns), max(c.x1 for c in sheet.columns)))
    for x0, x1 in spans:
        result |= flat & (np.abs(boxes[:, 0] - x0) < 2.5) & (np.abs(boxes[:, 2] - x1) < 2.5)
    return result


def _cluster_without_frames(
    boxes: NDArray[np.float32], captions: list[Caption]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Clusters of the operators that are left when frames drawn line by line round a caption are taken away.

    Returns the clusters of the kept operators and which are kept.
    """
    keep = np.ones(len(boxes), bool)
    labels = cluster_boxes(boxes, 3.0)
    for _ in range(3):  # double frames
        frame = _frame_lines(boxes[keep], labels, captions)
        if not frame.any():
            break
        keep[np.flatnonzero(keep)[frame]] = False
        labels = cluster_boxes(boxes[keep], 3.0)
    return labels, keep


def _frame_lines(
    boxes: NDArray[np.float32], labels: NDArray[np.int64], captions: list[Caption]
) -> NDArray[np.bool_]:
    """Lines on the border of a cluster that encloses a caption, and the small pieces of round corners."""
    frame = np.zeros(len(boxes), bool)
    if not len(boxes):
        return frame
    hulls = cluster_hulls(boxes, labels)
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    for caption in captions:
        x0, y0, x1, y1 = caption.rows[0].box
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        holds = (hulls[:, 0] <= x) & (x <= hulls[:, 2]) & (hulls[:, 1] <= y) & (y <= hulls[:, 3])
        for cluster in np.flatnonzero(holds).tolist():
            hull = hulls[cluster]
            width, height = hull[2:] - hull[:2]
            near = 4.0
            at_side = (boxes[:, 2] < hull[0] + near) | (boxes[:, 0] > hull[2] - near)
            at_end = (boxes[:, 3] < hull[1] + near) | (boxes[:, 1] > hull[3] - near)
            line = (at_end & (high < 4) & (wide > 0.3 * width)) | (at_side & (wide < 4) & (high > 0.3 * height))
            corner_x = np.minimum(boxes[:, 0] - hull[0], hull[2] - boxes[:, 2])
            corner_y = np.minimum(boxes[:, 1] - hull[1], hull[3] - boxes[:, 3])
            corner = (wide < 16) & (high < 16) & (corner_x < 2) & (corner_y < 2)
            frame |= (labels == cluster) & (line | corner)
    return frame


def _owned_by_text(sheet: Sheet, boxes: NDArray[np.float32], classes: dict[int, int]) -> NDArray[np.bool_]:
    """Underlines, fraction bars, roots and icons: small drawings on rows that no float owns."""
    result = np.zeros(len(boxes), bool)
    if not len(boxes):
        return result
    rows = [row.box for row in sheet.rows if classes[id(row)] in (BODY, CAPTION, HEADING)]
    if not rows:
        return result
    small = (boxes[:, 3] - boxes[:, 1] <= 16) & (boxes[:, 2] - boxes[:, 0] <= 300)
    some = np.flatnonzero(small)
    if not len(some):
        return result
    text = np.array(rows, np.float32)
    middle_y = (boxes[some, 1] + boxes[some, 3]) / 2
    for y0 in range(0, len(some), 4096):  # pages with 100,000 dots would need a matrix of gigabytes
        part = some[y0 : y0 + 4096]
        y = middle_y[y0 : y0 + 4096, None]
        on = (
            (y > text[None, :, 1] - 1)
            & (y < text[None, :, 3] + 2)
            & (boxes[part, None, 0] >= text[None, :, 0] - 2)
            & (boxes[part, None, 2] <= text[None, :, 2] + 2)
        ).any(axis=1)
        result[part] = on
    return result


def _frames_of_text(
    sheet: Sheet, boxes: NDArray[np.float32], classes: dict[int, int], captions: list[Caption]
) -> NDArray[np.bool_]:
    """Frames and shades drawn round a caption or round body text: decoration of the page, not of the figure."""
    result = np.zeros(len(boxes), bool)
    large = np.flatnonzero((boxes[:, 2] - boxes[:, 0] > 60) & (boxes[:, 3] - boxes[:, 1] > 12))
    if not len(large):
        return result
    some = boxes[large]
    firsts = [caption.rows[0].box for caption in captions]
    for x0, y0, x1, y1 in firsts:
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        result[large] |= (some[:, 0] <= x) & (x <= some[:, 2]) & (some[:, 1] <= y) & (y <= some[:, 3])
    prose = np.array([row.box for row in sheet.rows if classes[id(row)] in (BODY, PROSE)], np.float32).reshape(-1, 4)
    if len(prose):
        inside = (
            (prose[None, :, 0] >= some[:, None, 0] - 1)
            & (prose[None, :, 2] <= some[:, None, 2] + 1)
            & (prose[None, :, 1] >= some[:, None, 1] - 1)
            & (prose[None, :, 3] <= some[:, None, 3] + 1)
        )
        result[large] |= inside.sum(axis=1) >= 3
    return result


def _claim_ruled_text(sheet: Sheet, captions: list[Caption], classes: dict[int, int]) -> None:
    """Text between a table's rules is the table's, even where it looks like prose.

    The rules of a table have one extent. A chain starts at the rule nearest to the caption and ends where a caption, a
    heading or three full rows of body text stand between two rules: that is a page with rules round its floats.
    """
    rules = sheet.rules
    for caption in captions:
        if caption.label.type != "Table" or not len(rules):
            continue
        x0, y0, x1, y1 = caption.box
        overlap = np.minimum(rules[:, 2], x1) - np.maximum(rules[:, 0], x0)
        for down in (True, False):
            distance = rules[:, 1] - y1 if down else y0 - rules[:, 3]
            near = np.flatnonzero((distance > -4) & (distance < 45) & (overlap > 0.5 * min(x1 - x0, 60)))
            if not len(near):
                continue
            start = near[np.argmin(distance[near])]
            extent = _row_of_rules(rules, float(rules[start, 1]))
            heights = sorted(
                {
                    round(float(y), 1)
                    for y in rules[:, 1]
                    if (y >= rules[start, 1] - 1 if down else y <= rules[start, 1] + 1)
                    and _same_extent(_row_of_rules(rules, float(y)), extent)
                },
                reverse=not down,
            )
            for first, second in zip(heights, heights[1:], strict=False):
                top, bottom = min(first, second), max(first, second)
                between = [
                    row
                    for row in sheet.rows
                    if top - 1 <= (row.box[1] + row.box[3]) / 2 <= bottom + 1
                    and row.box[2] > extent[0]
                    and row.box[0] < extent[1]
                ]
                kinds = [classes[id(row)] for row in between]
                if CAPTION in kinds or kinds.count(HEADING) > 1:
                    break
                # Body text begins where the rules do; the wrapped cells of a table stand further right.
                if sum(classes[id(row)] == BODY and row.full and row.box[0] < extent[0] + 14 for row in between) >= 3:
                    break
                for row in between:
                    classes[id(row)] = FLOAT


def _row_of_rules(rules: NDArray[np.float32], y: float) -> tuple[float, float]:
    """Left and right end of all rules at a height: tables draw one rule a column."""
    level = rules[np.abs(rules[:, 1] - y) < 1.5]
    return float(level[:, 0].min()), float(level[:, 2].max())


def _same_extent(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return abs(a[0] - b[0]) < 6 and abs(a[1] - b[1]) < 6
