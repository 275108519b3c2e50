"""Lines and spans of text, gathered while pages are read and made into arrays at the end.

Python touches each span once, to note its numbers; boxes, sizes and shares of whole lines are computed for all at once.
"""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.pdf.pages import ASCENT, DESCENT, DOWN, LEFT, LINE, RIGHT, SLANTED, SPAN, UP

SPACE = 0.25  # em; a blank at the end of a line

FILLED_OR_STROKED = 16 | 32  # FZ_STEXT_FILLED, FZ_STEXT_STROKED
SUPERSCRIPT, ITALIC, BOLD = 1, 2, 16

# Numbers noted of a span, in this order.
X0, Y0, X1, Y1, ORIGIN_X, ORIGIN_Y, SIZE, FLAGS, SEEN, COLOR, FONT, CHARS, BLANKS, LENGTH = range(14)
NUMBERS = 14

SMALLEST_SIZE = 2.0  # points; Type 3 fonts may hide their scale in the glyphs
LARGEST_GUESS = 24.0  # points; of a size that is told from the width of the text


class TextTables:
    """The lines and spans of a document so far."""

    def __init__(self) -> None:
        self.numbers = array("d")  # NUMBERS of each span
        self.line_numbers = array("q")  # direction, block, first span and end of each line
        self.texts: list[str] = []
        self.span_texts: list[str] = []
        self.fonts: dict[str, int] = {}

    def add_block(self, block: dict[str, Any], first_span: int) -> None:
        """Add the lines of a text block of MuPDF's structured text; spans count from `first_span` on their page."""
        span_texts, fonts, note = self.span_texts, self.fonts, self.numbers.extend
        for line in block["lines"]:
            first = len(span_texts)
            text = ""
            for span in line["spans"]:
                raw = span["text"]
                text += raw
                stripped = raw.strip()
                if not stripped:
                    continue
                seen = span["char_flags"] & FILLED_OR_STROKED and span["alpha"]
                name = span["font"]
                blanks = len(raw) - len(raw.rstrip()) if raw[-1] == " " else 0
                note(
                    (
                        *span["bbox"],
                        *span["origin"],
                        span["size"],
                        span["flags"],
                        1 if seen else 0,
                        span["color"],
                        fonts.setdefault(name, len(fonts)),
                        len(stripped),
                        blanks,
                        len(raw),
                    )
                )
                span_texts.append(raw)
            if len(span_texts) > first:
                self.texts.append(text.strip())
                end = len(span_texts) - first_span
                self.line_numbers.extend((_direction(*line["dir"]), block["number"], first - first_span, end))

    def mark(self) -> tuple[int, int]:
        """Number of lines and spans so far."""
        return len(self.texts), len(self.span_texts)

    def cut(self, mark: tuple[int, int]) -> None:
        """Forget what came after a mark."""
        lines, spans = mark
        del self.texts[lines:], self.line_numbers[4 * lines :]
        del self.span_texts[spans:], self.numbers[NUMBERS * spans :]

    def finish(self, first: tuple[int, int] = (0, 0)) -> tuple[NDArray[np.void], NDArray[np.void]]:
        """Lines and spans as arrays, from a mark on."""
        spans = np.frombuffer(self.numbers, np.float64).reshape(-1, NUMBERS)[first[1] :].copy()
        lines = np.frombuffer(self.line_numbers, np.int64).reshape(-1, 4)[first[0] :]
        counts = lines[:, 3] - lines[:, 2]
        if not len(spans):
            return np.zeros(0, LINE), np.zeros(0, SPAN)
        boxes, sizes = _nominal_boxes(spans, np.repeat(lines[:, 0], counts))
        return _lines(lines, counts, spans, boxes, sizes), _spans(spans, boxes, sizes)


def _direction(dx: float, dy: float) -> int:
    if dx > 0.99:
        return RIGHT
    if dy < -0.99:
        return UP
    if dy > 0.99:
        return DOWN
    return LEFT if dx < -0.99 else SLANTED


def _nominal_boxes(
    spans: NDArray[np.float64], directions: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes from baselines and sizes, and the sizes: fonts may declare a height of 120 points for a line of ten."""
    boxes, sizes = spans[:, :4].copy(), spans[:, SIZE].copy()
    right = directions == RIGHT
    width = np.where(right, boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    tiny = sizes < SMALLEST_SIZE
    sizes[tiny] = np.minimum(LARGEST_GUESS, 2.0 * width[tiny] / spans[tiny, LENGTH])
    boxes[right, 2] = np.maximum(boxes[right, 0], boxes[right, 2] - SPACE * sizes[right] * spans[right, BLANKS])
    for direction, axis, before, after in (
        (RIGHT, 1, ASCENT, DESCENT),
        (LEFT, 1, DESCENT, ASCENT),
        (UP, 0, ASCENT, DESCENT),
        (DOWN, 0, DESCENT, ASCENT),
    ):
        some = directions == direction
        base = spans[some, ORIGIN_X + axis]
        boxes[some, axis] = base - before * sizes[some]
        boxes[some, axis + 2] = base + after * sizes[some]
    return boxes, sizes


def _lines(
    lines: NDArray[np.int64],
    counts: NDArray[np.int64],
    spans: NDArray[np.float64],
    boxes: NDArray[np.float64],
    sizes: NDArray[np.float64],
) -> NDArray[np.void]:
    starts = np.cumsum(counts) - counts
    # The span that sets most of the line; a row of citations in superscript is no measure of it.
    weight = spans[:, CHARS] * sizes
    heaviest = np.repeat(np.maximum.reduceat(weight, starts), counts)
    candidates = np.flatnonzero(weight >= heaviest)
    main = candidates[np.searchsorted(candidates, starts)]
    chars = np.add.reduceat(spans[:, CHARS], starts)
    flags = spans[:, FLAGS].astype(np.int64)
    table = np.zeros(len(lines), LINE)
    table["box"][:, :2] = np.minimum.reduceat(boxes[:, :2], starts, axis=0)
    table["box"][:, 2:] = np.maximum.reduceat(boxes[:, 2:], starts, axis=0)
    table["baseline"] = spans[main, ORIGIN_Y]
    table["size"] = sizes[main]
    table["font"] = spans[main, FONT]
    table["direction"] = lines[:, 0]
    table["bold"] = np.add.reduceat(spans[:, CHARS] * ((flags & BOLD) > 0), starts) / chars
    table["italic"] = np.add.reduceat(spans[:, CHARS] * ((flags & ITALIC) > 0), starts) / chars
    table["color"] = spans[main, COLOR]
    table["hidden"] = np.maximum.reduceat(spans[:, SEEN], starts) == 0
    table["chars"] = chars
    table["block"] = lines[:, 1]
    table["span"] = lines[:, 2]
    table["spans"] = counts
    return table


def _spans(spans: NDArray[np.float64], boxes: NDArray[np.float64], sizes: NDArray[np.float64]) -> NDArray[np.void]:
    flags = spans[:, FLAGS].astype(np.int64)
    table = np.zeros(len(spans), SPAN)
    table["box"] = boxes
    table["baseline"] = spans[:, ORIGIN_Y]
    table["size"] = sizes
    table["font"] = spans[:, FONT]
    table["bold"] = (flags & BOLD) > 0
    table["italic"] = (flags & ITALIC) > 0
    table["superscript"] = (flags & SUPERSCRIPT) > 0
    table["color"] = spans[:, COLOR]
    return table
