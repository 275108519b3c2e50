"""Pages as arrays: what reading hands to the algorithms, free of PyMuPDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]  # (n, 4): x0, y0, x1, y1 in points

# Reading directions of a line, as quarter turns of the page that make it read left to right.
RIGHT, DOWN, LEFT, UP, SLANTED = range(5)

# A line's box reaches from 0.78 em above its baseline to 0.22 em below it: ascenders and descenders of common fonts.
ASCENT, DESCENT = 0.78, 0.22

MOST_HIDDEN = 0.7  # of the lines; where more are hidden, the text is a layer under scans

# Kinds of operators.
FILL, STROKE, IMAGE = range(3)

LINE = np.dtype(
    [
        ("box", "f4", 4),  # from the font size and the baseline: boxes that fonts declare can be 120 pt high
        ("baseline", "f4"),  # y of the baseline in the reading frame of the line
        ("size", "f4"),  # of most characters, points
        ("font", "i4"),  # index into fonts
        ("direction", "u1"),
        ("bold", "f4"),  # share of characters
        ("italic", "f4"),
        ("color", "u4"),  # sRGB
        ("hidden", "?"),  # neither filled nor stroked: OCR text under a scan, or text that nobody sees
        ("chars", "i4"),
        ("block", "i4"),  # MuPDF's block, counted over the page in stream order
        ("span", "i4"),  # first span
        ("spans", "i4"),  # number of spans
    ]
)
SPAN = np.dtype(
    [
        ("box", "f4", 4),
        ("baseline", "f4"),
        ("size", "f4"),
        ("font", "i4"),
        ("bold", "?"),
        ("italic", "?"),
        ("superscript", "?"),
        ("color", "u4"),
    ]
)
OPERATOR = np.dtype(
    [
        ("kind", "u1"),
        ("box", "f4", 4),  # what its clipping path leaves of it
        ("place", "f4"),  # in the content stream, in MuPDF's blocks
        ("color", "u4"),  # sRGB
        ("rectangle", "?"),
        ("pixels", "i4", 2),  # width and height of an image, else 0
    ]
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its lines, spans and operators in displayed coordinates (points, origin at the top left)."""

    number: int  # from 1
    width: float
    height: float
    rotation: int
    lines: NDArray[np.void]
    texts: list[str]
    spans: NDArray[np.void]
    span_texts: list[str]
    operators: NDArray[np.void]

    def turned(self, quarter_turns: int) -> Page:
        """The page turned counter-clockwise by quarter turns: by as many as their direction, lines read rightwards."""
        page = self
        for _ in range(quarter_turns % 4):
            page = _turned_once(page)
        return page


def turn_boxes(boxes: Boxes, width: float, height: float, quarter_turns: int) -> Boxes:
    """Boxes on a page of this width and height after the page was turned counter-clockwise by quarter turns."""
    for _ in range(quarter_turns % 4):
        boxes = np.stack([boxes[:, 1], width - boxes[:, 2], boxes[:, 3], width - boxes[:, 0]], axis=1)
        width, height = height, width
    return boxes


def _turned_once(page: Page) -> Page:
    """Turn counter-clockwise, so that text that ran down (direction DOWN) runs to the right."""
    lines, spans, operators = page.lines.copy(), page.spans.copy(), page.operators.copy()
    for table in (lines, spans, operators):
        table["box"] = turn_boxes(table["box"], page.width, page.height, 1)
    turning = lines["direction"] < SLANTED
    lines["direction"][turning] = (lines["direction"][turning] - 1) % 4
    upright = lines["direction"] == RIGHT
    lines["baseline"][upright] = lines["box"][upright, 3] - DESCENT * lines["size"][upright]
    return replace(page, width=page.height, height=page.width, lines=lines, spans=spans, operators=operators)


@dataclass(frozen=True, slots=True)
class Pages:
    """A document's pages as tables: rows in page order, `*_ends` the end of each page's rows."""

    numbers: NDArray[np.int32]  # (pages,), counted from 1
    sizes: NDArray[np.float32]  # (pages, 2): width, height in points
    rotations: NDArray[np.int32]  # (pages,), degrees
    lines: NDArray[np.void]
    line_ends: NDArray[np.int64]
    texts: list[str]
    spans: NDArray[np.void]
    span_ends: NDArray[np.int64]
    span_texts: list[str]
    operators: NDArray[np.void]
    operator_ends: NDArray[np.int64]
    fonts: list[str]
    page_count: int
    page_errors: list[tuple[int, str]] = field(default_factory=list)  # page number, message

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Page]:
        for index in range(len(self)):
            yield self.page(index)

    @property
    def is_recognised(self) -> bool:
        """Whether most of the text is hidden: a layer under scans, which counts as seen."""
        return len(self.lines) > 0 and float(np.mean(self.lines["hidden"])) > MOST_HIDDEN

    def line_range(self, index: int) -> tuple[int, int]:
        """The first line of the page at an index (from 0), and the end of its lines."""
        return _range(self.line_ends, index)

    def operator_range(self, index: int) -> tuple[int, int]:
        """The first operator of the page at an index (from 0), and the end of its operators."""
        return _range(self.operator_ends, index)

    def pages_of_lines(self) -> NDArray[np.int64]:
        """The index (from 0) of each line's page."""
        return np.searchsorted(self.line_ends, np.arange(len(self.lines)), side="right")

    def page(self, index: int) -> Page:
        """The page at an index (from 0); its tables are views."""
        line0, line1 = self.line_range(index)
        span0, span1 = _range(self.span_ends, index)
        operator0, operator1 = self.operator_range(index)
        lines = self.lines[line0:line1]
        return Page(
            int(self.numbers[index]),
            float(self.sizes[index, 0]),
            float(self.sizes[index, 1]),
            int(self.rotations[index]),
            lines,
            self.texts[line0:line1],
            self.spans[span0:span1],
            self.span_texts[span0:span1],
            self.operators[operator0:operator1],
        )


def _range(ends: NDArray[np.int64], index: int) -> tuple[int, int]:
    return (int(ends[index - 1]) if index else 0), int(ends[index])
