"""Small marks that stand alone, as the letters of panels do: weak evidence for where panels begin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.grid import connect
from exsclaim_core.panels.ground import Drawing

Rows = NDArray[np.int64]  # (n, 4): x0, y0, x1, y1 in pixels of the drawing
Marks = NDArray[np.int64]  # (n, 5): box, and whether a closing bracket ends the mark
Bounds = tuple[int, int, int, int]
Mark = tuple[int, int, int, int, int]  # a row of Marks

MOST_PIECES = 4000  # of letters' size; a figure with more is no drawing with text
HEIGHTS = (0.75, 4.0)  # of a mark, in text heights
WIDEST = 2.9  # of a mark, in its heights: "(a2)"
GLUE = 0.35  # gap between the letters and brackets of one mark, in their heights
TALLER = 1.4  # most that a mark is higher than the highest of its letters: what is turned runs upwards
DOT = 0.3  # gap between an i and its dot, in heights of the higher
APART = 0.12  # gap after which a mark may end, in its heights: plots stand close to their letters
LOWER = 0.6  # height of what follows a bracket, in the bracket's, where a tick label begins
FREE_LEFT, FREE_ABOVE = 0.6, 0.25  # what is white beside a mark, in its heights; to the right, `_glue` sees to it
REACH = 0.14  # of a panel's width and height, within which its mark begins
REACH_HEIGHTS = 1.2  # … and so many heights of the mark in addition
FARTHEST = 2.5  # heights of the mark, beside which REACH counts for no more
WINDOW = 7.0  # side of a picture's corner that is searched for a mark, in text heights
FILLED = 0.75  # share of ink in the corner of a picture; white letters are none
OTHER_HEIGHTS = (0.68, 1.5)  # of letters without brackets, in the height of the first panel's letter
SAME_BRACKET, SAME_HEIGHT = 0.15, 0.05  # relative differences of height
STEP = 55  # least difference between a mark and the picture round it, of 255
FLAT = 30  # most spread of the brightness of a mark, of 255


@dataclass(frozen=True, slots=True)
class Style:
    """How the letters of a figure look: like that of its first panel."""

    height: float
    bracket: bool

    def fits(self, marks: Marks) -> NDArray[np.bool_]:
        """Whether each mark could be of this style."""
        heights = (marks[:, 3] - marks[:, 1]) / self.height
        if self.bracket:  # brackets are all of one height
            return (marks[:, 4] > 0) & (np.abs(heights - 1) <= SAME_BRACKET) | (np.abs(heights - 1) <= SAME_HEIGHT)
        return (heights >= OTHER_HEIGHTS[0]) & (heights <= OTHER_HEIGHTS[1])


class InkSums:
    """Numbers of ink pixels in rectangles, each in constant time."""

    def __init__(self, ink: NDArray[np.bool_]) -> None:
        self.sums = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), np.int64)
        self.sums[1:, 1:] = ink.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)

    def __call__(self, boxes: Rows) -> NDArray[np.int64]:
        """Ink pixels in each of the boxes (n, 4), which are clipped to the drawing."""
        height, width = self.sums.shape[0] - 1, self.sums.shape[1] - 1
        x0, x1 = (np.clip(boxes[..., i], 0, width) for i in (0, 2))
        y0, y1 = (np.clip(boxes[..., i], 0, height) for i in (1, 3))
        result: NDArray[np.int64] = self.sums[y1, x1] - self.sums[y0, x1] - self.sums[y1, x0] + self.sums[y0, x0]
        return result


def find_marks(drawing: Drawing) -> Marks:
    """All that could be a panel's letter by its size."""
    return _like_letters(drawing.boxes, drawing.text_height)


def find_corner_mark(drawing: Drawing, box: Bounds, style: Style | None = None) -> Mark | None:
    """A light or dark mark in the top left corner of a picture with these bounds; None where none is.

    `style` is that of the figure's marks, where it is known.
    """
    x0, y0, x1, y1 = box
    side = round(WINDOW * drawing.text_height)
    x1, y1 = min(x1, x0 + min(side, (x1 - x0) // 2)), min(y1, y0 + min(side, (y1 - y0) // 2))
    if min(x1 - x0, y1 - y0) < drawing.text_height:
        return None
    if drawing.ink[y0:y1, x0:x1].mean() < FILLED:
        return None
    grey = drawing.pixels[y0:y1, x0:x1].mean(axis=2)
    middle = float(np.median(grey))
    for mask in (grey > max(170.0, middle + STEP), grey < min(85.0, middle - STEP)):
        boxes = connect(mask).boxes()
        marks = _like_letters(boxes, drawing.text_height)
        if style:
            marks = marks[style.fits(marks)]
        for mark in marks[_stand_alone(marks, InkSums(mask), (0, 0, x1 - x0, y1 - y0))].tolist():
            left, top, right, bottom, bracket = mark
            values = grey[top:bottom, left:right][mask[top:bottom, left:right]]
            share = len(values) / ((right - left) * (bottom - top))
            if 0.1 < share < 0.75 and left > 0 and top > 0 and float(values.std()) < FLAT:
                return x0 + left, y0 + top, x0 + right, y0 + bottom, bracket
    return None


def starting_mark(box: Bounds, marks: Marks, sums: InkSums) -> Mark | None:
    """The mark that stands where the letter of a panel with this box would: at its top left, alone."""
    x0, y0, x1, y1 = box
    heights = marks[:, 3] - marks[:, 1]
    inside = (marks[:, 0] >= x0) & (marks[:, 1] >= y0) & (marks[:, 2] <= x1) & (marks[:, 3] <= y1)
    inside &= marks[:, 0] - x0 <= np.minimum(REACH * (x1 - x0), FARTHEST * heights) + REACH_HEIGHTS * heights
    inside &= marks[:, 1] - y0 <= np.minimum(REACH * (y1 - y0), FARTHEST * heights) + REACH_HEIGHTS * heights
    near = marks[inside]
    near = near[_stand_alone(near, sums, box)]
    if not len(near):
        return None
    places = (near[:, 0] - x0) / max(1, x1 - x0) + (near[:, 1] - y0) / max(1, y1 - y0)
    places -= 0.01 * near[:, 4]  # "(a)" rather than "(a)4.5"
    left, top, right, bottom, bracket = near[places.argmin()].tolist()
    return left, top, right, bottom, bracket


def _like_letters(boxes: Rows, text: float) -> Marks:
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    small = (heights <= HEIGHTS[1] * text) & (widths <= 2 * text) & (heights >= 0.15 * text)
    letters = boxes[small]
    if not 0 < len(letters) <= MOST_PIECES:
        return np.zeros((0, 5), np.int64)
    groups = _glue(letters[np.lexsort((letters[:, 1], letters[:, 0]))])
    widths, heights = groups[:, 2] - groups[:, 0], groups[:, 3] - groups[:, 1]
    return groups[(heights >= HEIGHTS[0] * text) & (heights <= HEIGHTS[1] * text) & (widths <= WIDEST * heights)]


def _stand_alone(marks: Marks, sums: InkSums, box: Bounds) -> NDArray[np.bool_]:
    """Whether nothing stands left of each mark and above it, as far as the box reaches."""
    heights = marks[:, 3] - marks[:, 1]
    free = marks.copy()
    free[:, 0] = np.maximum(box[0], marks[:, 0] - np.ceil(FREE_LEFT * heights).astype(np.int64))
    free[:, 1] = np.maximum(box[1], marks[:, 1] - np.ceil(FREE_ABOVE * heights).astype(np.int64))
    alone: NDArray[np.bool_] = sums(free) == sums(marks)
    return alone


def _glue(letters: Rows) -> Marks:
    """The letters that stand side by side on one line as marks; `letters` come from left to right.

    Where something follows a group at some distance or much smaller, the group without it is one too: "(b)" before a
    tick label.
    """
    groups: list[list[int]] = []  # box, whether a bracket ends it, height of its tallest letter
    parts: list[list[int]] = []
    near: list[list[int]] = []
    for x0, y0, x1, y1 in letters.tolist():
        for group in near:
            left, top, right, bottom, _, tallest = group
            height = max(y1 - y0, tallest)
            lower = min(y1 - y0, bottom - top)
            apart = max(y0, top) - min(y1, bottom)
            dotted = x0 < right and lower <= 0.4 * height and 0 <= apart <= DOT * height and y1 - y0 != bottom - top
            in_line = max(y1, bottom) - min(y0, top) <= TALLER * height
            if in_line and x0 - right <= GLUE * height and (dotted or -apart >= 0.4 * lower):
                if x0 - right >= APART * height or y1 - y0 <= LOWER * tallest:
                    parts.append(list(group))
                bracket = x1 >= right and y1 - y0 >= 0.9 * height and x1 - x0 <= 0.45 * height
                group[:] = min(x0, left), min(y0, top), max(x1, right), max(y1, bottom), int(bracket), height
                break
        else:
            group = [x0, y0, x1, y1, 0, y1 - y0]
            groups.append(group)
            near.append(group)
        near = [group for group in near if x0 - group[2] <= 2 * group[5] + 4]
    return np.array(groups + parts, np.int64).reshape(-1, 6)[:, :5]
