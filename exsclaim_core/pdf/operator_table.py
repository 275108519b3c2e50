"""Operators gathered while pages are read and made into an array at the end."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.pdf.pages import FILL, OPERATOR, STROKE
from exsclaim_core.pdf.tracing import Rectangle

NUMBERS = 10  # kind, box, place, color, rectangle, width and height in pixels
THINNEST = 0.5  # points that are left of a straight stroke
THICKEST = 8.0  # points; beyond, a flat stroke is a bar and no line


class OperatorTable:
    """The operators of a document so far."""

    def __init__(self) -> None:
        self.numbers = array("d")

    def __len__(self) -> int:
        return len(self.numbers) // NUMBERS

    def add(
        self,
        kind: int,
        box: Rectangle,
        place: float,
        color: int = 0,
        rectangle: bool = True,
        pixels: tuple[int, int] = (0, 0),
    ) -> None:
        self.numbers.extend((kind, *box, place, color, rectangle, *pixels))

    def add_path(self, block: dict[str, object]) -> int:
        """Add a vector block of MuPDF's structured text; returns its kind."""
        kind = STROKE if block["stroked"] else FILL
        color = block["color"] if block["alpha"] else 0xFFFFFF
        self.numbers.extend((kind, *block["bbox"], block["number"], color, block["isrect"], 0, 0))  # type: ignore[misc, arg-type]
        return kind

    def cut(self, length: int) -> None:
        """Forget the operators after the first `length`."""
        del self.numbers[NUMBERS * length :]

    def bound_strokes(self, boxes: list[Rectangle], strokes: list[list[int]]) -> None:
        """Give strokes (indices of their operators) the boxes of their paths, which come in the same order.

        MuPDF bounds a stroke by its width times the miter limit. Ten points too much on each side are usual, a hundred
        happen; captions then seem to lie within their figures.
        """
        one_to_one = len(boxes) == len(strokes)
        at = 0
        for pieces in strokes:
            place = NUMBERS * pieces[0] + 1
            x0, y0, x1, y1 = self.numbers[place : place + 4]
            while at < len(boxes):
                left, top, right, bottom = boxes[at]
                at += 1
                meets = left < x1 and right > x0 and top < y1 and bottom > y0
                if one_to_one or meets:  # what its clip hides altogether is missing among the strokes
                    break
            else:
                return
            if len(pieces) == 1 and meets:
                exact = (max(x0, left), max(y0, top), min(x1, right), min(y1, bottom))
                self.numbers[place : place + 4] = array("d", exact)

    def finish(self) -> NDArray[np.void]:
        """The operators as an array, straight strokes reduced to their middle lines."""
        rows = np.frombuffer(self.numbers, np.float64).reshape(-1, NUMBERS)
        table = np.zeros(len(rows), OPERATOR)
        table["kind"] = rows[:, 0]
        table["box"] = np.clip(rows[:, 1:5], -1e6, 1e6)  # some of MuPDF's boxes are infinite
        table["place"] = rows[:, 5]
        table["color"] = rows[:, 6]
        table["rectangle"] = rows[:, 7]
        table["pixels"] = rows[:, 8:10]
        _thin(table)
        return table


def _thin(operators: NDArray[np.void]) -> None:
    """Reduce straight strokes to their middle: the bounds of pieces of a stroke hold the miter limit too."""
    boxes = operators["box"]
    straight = (operators["kind"] == STROKE) & operators["rectangle"]
    for thin, long in ((1, 0), (0, 1)):
        width = boxes[:, thin + 2] - boxes[:, thin]
        length = boxes[:, long + 2] - boxes[:, long]
        line = straight & (width > THINNEST) & (width <= THICKEST) & (length >= 3 * width)
        pad = (width[line] - THINNEST) / 2
        for axis in (thin, long):
            boxes[line, axis] += pad
            boxes[line, axis + 2] -= pad
