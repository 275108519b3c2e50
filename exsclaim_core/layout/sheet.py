"""A page as the algorithms see it: turned so that its captions read to the right, with rows, paragraphs and rules."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.layout.divisions import columns_of_areas, divide_page, find_separators
from exsclaim_core.layout.rows import Paragraph, Row, build_paragraphs, build_rows
from exsclaim_core.layout.typography import Column, Typography
from exsclaim_core.pdf.pages import FILL, IMAGE, RIGHT, Page

RULE_HEIGHT = 2.5  # points; a thinner drawing that is long is a rule
RULE_LENGTH = 18.0  # points


@dataclass(slots=True)
class Sheet:
    """One page in the frame of one reading direction. All coordinates are in this frame."""

    page: Page  # turned
    turns: int  # quarter turns that were applied
    index: int  # of the page in its document, from 0
    typography: Typography
    columns: tuple[Column, ...]
    furniture: NDArray[np.bool_]  # of the page's lines
    drawn: NDArray[np.void]  # operators that leave ink and belong to this page alone
    rows: list[Row] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    rules: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    images: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    _separate: list[int] | None = None

    def separate_columns(self) -> list[int]:
        """Indices of columns that do not overlap, those that most rows fill first, from left to right."""
        if self._separate is not None:
            return self._separate
        filled = [0] * len(self.columns)
        for row in self.rows:
            if row.full:
                filled[row.column] += 1
        chosen: list[int] = []
        for index in sorted(range(len(self.columns)), key=lambda i: (-filled[i], self.columns[i].width)):
            column = self.columns[index]
            if all(min(column.x1, c.x1) - max(column.x0, c.x0) <= 5 for c in (self.columns[i] for i in chosen)):
                chosen.append(index)
        self._separate = sorted(chosen, key=lambda i: self.columns[i].x0)
        return self._separate

    def gap_above(self, row: Row) -> float:
        """Distance from the baseline above in the row's lane, in points; infinite at the top."""
        for other in reversed(self.rows[: self.first_below(row.baseline - 0.4 * row.size)]):
            if other.box[2] > row.box[0] and other.box[0] < row.box[2]:
                return row.baseline - other.baseline
        return float("inf")

    def first_below(self, height: float) -> int:
        """Index of the first row whose baseline is at a height or below it."""
        return bisect_left(self.rows, height, key=lambda row: row.baseline)

    def rows_near(self, height: float, slack: float) -> list[Row]:
        """Rows whose baselines are within `slack` points of a height."""
        return self.rows[self.first_below(height - slack) : self.first_below(height + slack)]

    def crosses_gutter(self, left_end: float, right_start: float) -> bool:
        """Whether a column begins in the gap between two pieces of a line, or where the right one does."""
        starts = (self.columns[i].x0 for i in self.separate_columns())
        return any(left_end <= start + 1 and start <= right_start + 3 for start in starts)

    def rule_between(self, y0: float, y1: float, x0: float, x1: float) -> bool:
        """Whether a horizontal rule crosses the lane x0…x1 between two heights."""
        rules = self.rules
        if not len(rules):
            return False
        middle = (rules[:, 1] + rules[:, 3]) / 2
        overlap = np.minimum(rules[:, 2], x1) - np.maximum(rules[:, 0], x0)
        return bool(((middle > y0) & (middle < y1) & (overlap > 0.3 * (x1 - x0))).any())

    def cells_beside(self, row: Row, x0: float, x1: float, reach: float = float("inf")) -> bool:
        """Whether other rows stand on the row's baseline in the lane x0…x1, or within `reach` of it in its column."""
        near = reach
        for column in self.columns:
            if column.x0 - 3 <= x0 and x1 <= column.x1 + 3:
                x0, x1 = max(x0 - near, min(x0, column.x0)), min(x1 + near, max(x1, column.x1))
                break
        return any(
            other is not row
            and other.box[2] > x0 - 3
            and other.box[0] < x1 + 3
            and not self.crosses_gutter(min(other.box[2], row.box[2]), max(other.box[0], row.box[0]))
            for other in self.rows_near(row.baseline, 0.12 * row.size)
        )

    def in_graphics(self, row: Row) -> bool:
        """Whether the row's middle lies on an image."""
        if not len(self.images):
            return False
        x, y = (row.box[0] + row.box[2]) / 2, (row.box[1] + row.box[3]) / 2
        boxes = self.images
        return bool(((boxes[:, 0] < x) & (x < boxes[:, 2]) & (boxes[:, 1] < y) & (y < boxes[:, 3])).any())


def make_sheet(
    page: Page,
    turns: int,
    index: int,
    typography: Typography,
    line_furniture: NDArray[np.bool_],
    operator_furniture: NDArray[np.bool_],
    scanned: bool,
) -> Sheet:
    """The page turned by quarter turns, its text in rows and paragraphs.

    `scanned` says that the document's text is an invisible layer over scans: it then counts as seen.
    """
    page = page.turned(turns)
    keep = ~line_furniture
    if not scanned:
        keep &= ~page.lines["hidden"]
    keep &= ~_white_on_white(page)
    inside = page.lines["box"]
    keep &= (inside[:, 2] > 0) & (inside[:, 3] > 0) & (inside[:, 0] < page.width) & (inside[:, 1] < page.height)
    columns = typography.columns[index] if not turns else ()
    if not columns:  # too little text on the page and its like to know them by their edges
        text = page.lines["box"][keep & (page.lines["direction"] == RIGHT)]
        areas = divide_page(find_separators(text, page.width, page.height), page.width, page.height)
        columns = columns_of_areas(areas, text, typography.size)
    sheet = frame_sheet(page, turns, index, typography, columns, line_furniture, operator_furniture)
    sheet.rows = build_rows(page, keep.tolist(), columns)
    sheet.paragraphs = build_paragraphs(sheet.rows, typography, [tuple(rule) for rule in sheet.rules.tolist()])
    return sheet


def frame_sheet(
    page: Page,
    turns: int,
    index: int,
    typography: Typography,
    columns: tuple[Column, ...],
    line_furniture: NDArray[np.bool_],
    operator_furniture: NDArray[np.bool_],
) -> Sheet:
    """The sheet of a page that is turned already, with what is drawn on it and without rows of text."""
    operators = page.operators.copy()
    boxes = operators["box"]
    np.clip(boxes[:, 0::2], 0, page.width, out=boxes[:, 0::2])
    np.clip(boxes[:, 1::2], 0, page.height, out=boxes[:, 1::2])
    pale = (operators["kind"] == FILL) & (operators["color"] >= 0xFFFFFF)
    drawn = ~operator_furniture & ~pale
    if len(boxes):
        # MuPDF gives empty paths inverted boxes; what lies off the page has no height or width once clipped.
        drawn &= (boxes[:, 2] >= boxes[:, 0]) & (boxes[:, 3] >= boxes[:, 1])
        drawn &= (boxes[:, 2] - boxes[:, 0]) + (boxes[:, 3] - boxes[:, 1]) > 0.01
        area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        drawn &= area < 0.8 * page.width * page.height
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    rules = drawn & (heights <= RULE_HEIGHT) & (widths >= RULE_LENGTH) & (operators["kind"] != IMAGE)
    sheet = Sheet(page, turns, index, typography, columns, line_furniture, operators[drawn])
    sheet.rules = boxes[rules]
    sheet.images = boxes[drawn & (operators["kind"] == IMAGE)]
    return sheet


def _white_on_white(page: Page) -> NDArray[np.bool_]:
    """White lines with nothing dark beneath them."""
    lines, operators = page.lines, page.operators
    white = lines["color"] >= 0xFAFAFA
    if not white.any():
        return white
    dark = operators["box"][
        (operators["kind"] == IMAGE) | ((operators["color"] < 0xF0F0F0) & (operators["kind"] == FILL))
    ]
    result = white.copy()
    for i in np.flatnonzero(white).tolist():
        box = lines["box"][i]
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if ((dark[:, 0] <= x) & (x <= dark[:, 2]) & (dark[:, 1] <= y) & (y <= dark[:, 3])).any():
            result[i] = False
    return result
