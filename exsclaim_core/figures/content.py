"""What figures and tables are made of on a page: clusters of drawings, rules and rows of float text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.captions import Caption
from exsclaim_core.figures.clustering import cluster_boxes, cluster_hulls
from exsclaim_core.figures.frames import cluster_without_frames, column_rules, marks_on_text, shades_of_text
from exsclaim_core.figures.ruled_tables import claim_boxed_text, claim_ruled_text
from exsclaim_core.figures.text_classes import BODY, CAPTION, FLOAT, HEADING, PROSE, classify_rows
from exsclaim_core.layout.rows import Rectangle, Row
from exsclaim_core.layout.sheet import RULE_HEIGHT, RULE_LENGTH, Sheet
from exsclaim_core.pdf.pages import IMAGE, RIGHT
from exsclaim_core.settings import ClusterSettings

# Kinds of items. NOTE: small prose, which only a table may own.
GRAPHIC, TEXT, RULE, NOTE = range(4)

LONGEST_LABEL = 80  # characters; longer turned lines are a side bar or a turned page


@dataclass(frozen=True, slots=True)
class Content:
    """Items of a sheet that a figure or table may own, and the obstacles between them."""

    sheet: Sheet
    captions: list[Caption]
    boxes: NDArray[np.float32]  # (n, 4) items
    kinds: NDArray[np.int8]  # (n,)
    images: NDArray[np.bool_]  # (n,) clusters with an image in them
    rows: list[Row | None]  # (n,) the row of an upright text item
    obstacles: NDArray[np.float32]  # (m, 4) rows of body text, headings, captions, small prose
    obstacle_kinds: NDArray[np.int8]  # (m,) classes of text


def gather_content(sheet: Sheet, captions: list[Caption], settings: ClusterSettings) -> Content:
    """Items and obstacles of a sheet whose captions are known."""
    classes = classify_rows(sheet, captions)
    claim_ruled_text(sheet, captions, classes)
    claim_boxed_text(sheet, captions, classes)
    boxes, kinds, images = _drawings(sheet, captions, classes, settings)
    items: list[Rectangle] = []
    rows: list[Row | None] = [None] * len(kinds)
    obstacles: list[Rectangle] = []
    obstacle_kinds: list[int] = []
    for row in sheet.rows:
        kind = classes[id(row)]
        if kind in (FLOAT, PROSE):
            items.append(row.box)
            kinds.append(TEXT if kind == FLOAT else NOTE)
            rows.append(row)
        if kind != FLOAT:
            obstacles.append(row.box)
            obstacle_kinds.append(kind)
    lines = sheet.page.lines
    turned = (lines["direction"] != RIGHT) & ~sheet.furniture & ~lines["hidden"] & (lines["chars"] < LONGEST_LABEL)
    labels = lines["box"][turned]
    return Content(
        sheet,
        captions,
        np.concatenate([boxes, _boxes(items), labels]),
        np.array(kinds + [TEXT] * len(labels), np.int8),
        np.concatenate([images, np.zeros(len(items) + len(labels), bool)]),
        rows + [None] * len(labels),
        _boxes(obstacles),
        np.array(obstacle_kinds, np.int8),
    )


def _drawings(
    sheet: Sheet, captions: list[Caption], classes: dict[int, int], settings: ClusterSettings
) -> tuple[NDArray[np.float32], list[int], NDArray[np.bool_]]:
    """Boxes, kinds and image flags of the clusters and rules that the page's text does not own."""
    firsts = [caption.rows[0].box for caption in captions]
    text = [row.box for row in sheet.rows if classes[id(row)] in (BODY, CAPTION, HEADING)]
    prose = [row.box for row in sheet.rows if classes[id(row)] in (BODY, PROSE)]
    operators = sheet.drawn[~marks_on_text(sheet.drawn["box"], text)]
    operators = operators[~shades_of_text(operators["box"], firsts, prose)]
    labels, keep = cluster_without_frames(
        operators["box"], operators["place"], firsts, settings.margin, settings.largest_stream_gap
    )
    operators = operators[keep]
    apart = column_rules(sheet, operators["box"])
    rules = operators["box"][apart]
    if apart.any():
        operators = operators[~apart]
        labels = cluster_boxes(operators["box"], settings.margin)
    if not len(operators):
        return rules, [RULE] * len(rules), np.zeros(len(rules), bool)
    hulls = cluster_hulls(operators["box"], labels)
    wide, high = hulls[:, 2] - hulls[:, 0], hulls[:, 3] - hulls[:, 1]
    # Horizontal lines only, dotted and double ones too: no figure by themselves, but a table's.
    flat = (high <= 2 * RULE_HEIGHT) & (wide >= RULE_LENGTH) & (wide > settings.rule_aspect * high)
    image = np.bincount(labels, weights=operators["kind"] == IMAGE, minlength=len(hulls)) > 0
    kinds = np.where(flat & ~image, RULE, GRAPHIC).tolist() + [RULE] * len(rules)
    return np.concatenate([hulls, rules]), kinds, np.concatenate([image, np.zeros(len(rules), bool)])


def _boxes(some: list[Rectangle]) -> NDArray[np.float32]:
    return np.array(some, np.float32).reshape(-1, 4)
