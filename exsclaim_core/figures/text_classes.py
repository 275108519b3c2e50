"""What each row of text is: body, small prose, heading, caption, or text of a figure or table."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.captions import Caption
from exsclaim_core.figures.wording import WORD, wordy
from exsclaim_core.layout.rows import Paragraph, Row
from exsclaim_core.layout.sheet import Sheet
from exsclaim_core.pdf.pages import STROKE

FLOAT, BODY, PROSE, HEADING, CAPTION = range(5)

_NOTE_MARK = re.compile(r"^(?:[*†‡§¶#∗]|[Nn]otes?\b|[a-z]\s+[A-Z])")
_SENTENCE = re.compile(r"(?:\w+\W+){5,}\w+\.$")
_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[IVX]+\.|[A-Z]\.)\s+[^\W\d_]")


def classify_rows(sheet: Sheet, captions: Iterable[Caption]) -> dict[int, int]:
    """The class of each row of a sheet, by the row's id."""
    classes: dict[int, int] = {}
    for caption in captions:
        for row in caption.rows:
            classes[id(row)] = CAPTION
    for paragraph in sheet.paragraphs:
        rows = [row for row in paragraph.rows if id(row) not in classes]
        if not rows:
            continue
        kind = _classify_paragraph(sheet, Paragraph(rows))
        for row in rows:
            classes[id(row)] = kind
    _fill_sandwiched(sheet, classes)
    _mark_headings(sheet, classes)
    return classes


def _classify_paragraph(sheet: Sheet, paragraph: Paragraph) -> int:
    rows = paragraph.rows
    body = sheet.typography
    first = rows[0]
    if _is_block(rows, body.size, body.fonts) and not _inside_image(sheet, paragraph):
        return BODY
    if first.column < 0:
        return FLOAT
    full = sum(row.full for row in rows)
    if not full:
        return FLOAT
    words = sum(wordy(row.text) for row in rows if row.full)
    # References, addresses and formulas have few words; three full lines in the body's font are text all the same.
    if len(rows) < 4 and _boxed(sheet, paragraph):
        return FLOAT
    if words < 0.5 * full and not (full >= 3 and first.font in body.fonts and abs(first.size - body.size) < 0.3):
        return FLOAT
    if _inside_image(sheet, paragraph):
        return FLOAT
    size = statistics.median(row.size for row in rows)
    size_like = abs(size - body.size) <= max(0.35, 0.05 * body.size)
    column = sheet.columns[first.column]
    aligned = min(row.box[0] for row in rows) <= column.x0 + 4
    if size_like and ((len(rows) >= 2 and aligned) or first.font in body.fonts):
        return BODY
    if not size_like and aligned and (len(rows) >= 3 or full >= 2):
        return PROSE if size < body.size else BODY
    return FLOAT


def _is_block(rows: list[Row], size: float, fonts: frozenset[int]) -> bool:
    """Whether rows make a block of running text in a measure of its own, as beside a figure."""
    if len(rows) < 4 or abs(statistics.median(row.size for row in rows) - size) > 0.3:
        return False
    left = statistics.median(row.box[0] for row in rows)
    right = max(row.box[2] for row in rows)
    if right - left < 12 * size or sum(row.font in fonts for row in rows) < 0.7 * len(rows):
        return False
    straight = sum(abs(row.box[0] - left) < 2 for row in rows) >= 0.7 * len(rows)
    filled = sum(row.box[2] > right - 0.15 * (right - left) for row in rows) >= 0.6 * len(rows)
    return straight and filled and sum(wordy(row.text) for row in rows) >= 0.7 * len(rows)


def _inside_image(sheet: Sheet, paragraph: Paragraph) -> bool:
    x0, y0, x1, y1 = paragraph.box
    images = sheet.images
    if not len(images):
        return False
    width = np.minimum(images[:, 2], x1) - np.maximum(images[:, 0], x0)
    height = np.minimum(images[:, 3], y1) - np.maximum(images[:, 1], y0)
    return bool(((width > 0.8 * (x1 - x0)) & (height > 0.8 * (y1 - y0))).any())


def _boxed(sheet: Sheet, paragraph: Paragraph) -> bool:
    """Whether a frame, or a shade narrower than the column, holds the paragraph and little more."""
    x0, y0, x1, y1 = paragraph.box
    first = paragraph.rows[0]
    boxes = sheet.drawn["box"]
    framed = sheet.drawn["kind"] == STROKE
    framed |= boxes[:, 2] - boxes[:, 0] < 0.97 * sheet.columns[first.column].width
    low = boxes[:, 3] - boxes[:, 1] < y1 - y0 + 6 * first.size
    holds = (boxes[:, 0] <= x0) & (boxes[:, 2] >= x1) & (boxes[:, 1] <= y0 + 2) & (boxes[:, 3] >= y1 - 2)
    return bool((framed & low & holds).any())


def _solid_operators(sheet: Sheet) -> NDArray[np.float32]:
    boxes = sheet.drawn["box"]
    return np.asarray(boxes[(boxes[:, 2] - boxes[:, 0] > 6) & (boxes[:, 3] - boxes[:, 1] > 6)])


def _fill_sandwiched(sheet: Sheet, classes: dict[int, int]) -> None:
    """Make equations, list items and short lines between rows of body text body too, where nothing is drawn there."""
    solid = _solid_operators(sheet)
    for index in sheet.separate_columns():
        column = sheet.columns[index]
        lane = [
            r
            for r in sheet.rows
            if r.box[2] > column.x0 + 1 and r.box[0] < column.x1 - 1 and r.box[2] - r.box[0] <= column.width + 8
        ]
        run: list[Row] = []
        above: Row | None = None
        for row in lane:
            kind = classes[id(row)]
            if kind == FLOAT:
                # Beside the text, not in it: the lane holds a figure with text flowing round it.
                if above is None or _overlap(row, _measure(sheet, above, -1)):
                    run.append(row)
                continue
            if kind in (BODY, PROSE) and run and above is not None and _fills(sheet, run, above, row, solid):
                for filler in run:
                    classes[id(filler)] = BODY
            run = []
            above = row if kind in (BODY, PROSE) else None


def _fills(sheet: Sheet, run: list[Row], above: Row, below: Row, solid: NDArray[np.float32]) -> bool:
    """Whether rows fill the space between two rows of text, near to them and without drawings."""
    rows = [above, *run, below]
    leading = sheet.typography.leading
    measure = _measure(sheet, below, 1)
    if below.baseline - above.baseline > 10 * leading or not all(_overlap(row, measure) for row in run):
        return False
    if any(b.box[1] - a.box[3] > 2.0 * leading for a, b in pairwise(rows)):
        return False
    x0, y0 = min(row.box[0] for row in run), run[0].box[1]
    x1, y1 = max(row.box[2] for row in run), max(row.box[3] for row in run)
    touches = (solid[:, 0] < x1) & (solid[:, 2] > x0) & (solid[:, 1] < y1) & (solid[:, 3] > y0)
    # A shade lies behind the text above and below too.
    shade = (solid[:, 1] < above.box[1] + 1) & (solid[:, 3] > below.box[3] - 1)
    for text in (above, below):
        shade &= (solid[:, 0] < text.box[0] + 1) & (solid[:, 2] > text.box[2] - 1)
    return not (touches & ~shade).any()


def _measure(sheet: Sheet, row: Row, step: int) -> tuple[float, float]:
    """Left and right end of a row and its neighbour in the paragraph: a last row may be short."""
    rows = sheet.paragraphs[row.paragraph].rows
    place = rows.index(row) + step
    other = rows[place] if 0 <= place < len(rows) else row
    return min(row.box[0], other.box[0]), max(row.box[2], other.box[2])


def _overlap(row: Row, measure: tuple[float, float]) -> bool:
    return row.box[2] > measure[0] and row.box[0] < measure[1]


def _mark_headings(sheet: Sheet, classes: dict[int, int]) -> None:
    """Short rows set off by their font, with body text right below."""
    body = sheet.typography
    leading = body.leading
    for paragraph in sorted(sheet.paragraphs, key=lambda p: -p.rows[0].baseline):  # a heading may stand over another
        rows = paragraph.rows
        first, last = rows[0], rows[-1]
        if len(rows) > 3 or classes[id(first)] != FLOAT or first.size < 0.87 * body.size or first.column < 0:
            continue
        if not WORD.search(first.text) or len(first.text) > 120:
            continue
        column = sheet.columns[first.column]
        left = abs(first.box[0] - column.x0) < 4
        centred = abs(first.box[0] + first.box[2] - column.x0 - column.x1) < 8
        plain = first.font in body.fonts and first.bold < 0.5 and abs(first.size - body.size) < 0.5
        if any(classes[id(row)] == CAPTION or sheet.cells_beside(row, row.box[0], row.box[2]) for row in rows):
            continue  # cells of a table's row
        if _NOTE_MARK.match(first.text) or _SENTENCE.search(last.text):
            continue  # notes under a table
        if not (left or centred) or (plain and not _NUMBERED.match(first.text)):
            continue
        for row in sheet.rows:
            if row.box[2] <= column.x0 or row.box[0] >= column.x1 or row.baseline <= last.baseline + 0.5 * last.size:
                continue
            if row.baseline - last.baseline <= 3 * leading and classes[id(row)] in (BODY, HEADING):
                for heading in rows:
                    classes[id(heading)] = HEADING
            break
