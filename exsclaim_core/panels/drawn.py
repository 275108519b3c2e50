"""What a PDF draws within a figure: paths, images, text, and the letters of panels among the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.model import Box
from exsclaim_core.panels.letters.assigning import Letter, find_sequence, in_order, parse_letter
from exsclaim_core.pdf.pages import ASCENT, DESCENT, FILL, IMAGE, RIGHT, Page, turn_boxes

SLACK = 1.0  # points that a drawing may reach beyond the figure
WHOLE = 0.9  # of the figure: a path of so much is its ground or its frame
WHITE = 0xFFFFFF
SIZE_STEP = 0.5  # points; letters of one figure differ by less
MOST_BOLD = 0.95  # share of a line; where all of it is bold, its first letter is no letter of a panel
BRACKETED = re.compile(r"^\((?P<letter>[A-Za-z]\d?)\)(?=\s)")
AGAIN = 0.5  # what a letter counts for less that stands there twice
LETTER_ASCENT = 0.72  # of the font size, that capitals and small letters with ascenders reach


@dataclass(frozen=True, slots=True)
class Drawn:
    """What lies in a figure, in points of the page turned upright."""

    box: Box
    graphics: NDArray[np.float64]  # (n, 4) boxes of paths and images
    images: NDArray[np.float64]  # (m, 4), those among the graphics
    bars: NDArray[np.float64]  # (k, 4) flat filled rectangles and strokes
    texts: NDArray[np.float64]  # (t, 4) boxes of lines, without the room for ascenders
    words: list[str]  # the text of each line
    letters: list[Letter]  # in sequence; none where there is none
    letters_below: bool  # whether they stand below their panels
    page_size: tuple[float, float]  # of the page turned upright
    direction: int

    @property
    def image_shares(self) -> NDArray[np.float64]:
        """Share of the hull of the drawings that each image covers."""
        sides = self.graphics[:, 2:].max(axis=0) - self.graphics[:, :2].min(axis=0)
        areas: NDArray[np.float64] = (self.images[:, 2:] - self.images[:, :2]).prod(axis=1)
        return areas / max(float(sides.prod()), 1e-6)

    def to_page(self, box: Box) -> Box:
        """A box of the upright frame on the displayed page."""
        turns = (4 - self.direction) % 4
        turned = turn_boxes(np.array([box.to_list(6)]), *self.page_size, turns)
        x0, y0, x1, y1 = turned[0].tolist()
        return Box(x0, y0, x1, y1)


def gather_drawn(figure: Box, page: Page, direction: int = 0) -> Drawn | None:
    """What lies in a figure's box; None where it holds no drawing. Hidden text and white fills count for nothing."""
    box = turn_boxes(np.array([figure.to_list(6)]), page.width, page.height, direction)[0]
    upright = page.turned(direction)
    operators = upright.operators
    operators = operators[~((operators["kind"] == FILL) & (operators["color"] == WHITE))]
    boxes, inside = _clip(operators["box"].astype(np.float64), box)
    operators, boxes = operators[inside], boxes[inside]
    sides = boxes[:, 2:] - boxes[:, :2]
    whole = (sides >= WHOLE * (box[2:] - box[:2])).all(axis=1) & (operators["kind"] != IMAGE)
    graphics, kinds = boxes[~whole], operators["kind"][~whole]
    if not len(graphics):
        return None
    lines = upright.lines
    text_boxes = lines["box"].astype(np.float64)
    _, shown = _clip(text_boxes, box)
    shown &= ~lines["hidden"]
    texts, words = text_boxes[shown], [upright.texts[i] for i in np.flatnonzero(shown)]
    upright_lines = lines["direction"][shown] == RIGHT
    texts[upright_lines, 1] += (ASCENT - LETTER_ASCENT) * lines["size"][shown][upright_lines]
    letters = _letters(upright, np.flatnonzero(shown & (lines["direction"] == RIGHT)))
    below = bool(letters) and max(one.box.y1 for one in letters) >= graphics[:, 3].max() - 1
    sides = graphics[:, 2:] - graphics[:, :2]
    flat = (sides[:, 0] >= 4 * sides[:, 1]) & (kinds != IMAGE)
    return Drawn(
        Box(*box.tolist()),
        graphics,
        graphics[kinds == IMAGE],
        graphics[flat],
        texts,
        words,
        letters,
        below,
        (upright.width, upright.height),
        direction,
    )


def _clip(boxes: NDArray[np.float64], to: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Boxes cut off at another one, and whether the middle of each lies in it."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside: NDArray[np.bool_] = np.all((middles >= to[:2] - SLACK) & (middles <= to[2:] + SLACK), axis=1)
    clipped = np.concatenate([np.clip(boxes[:, :2], to[:2], to[2:]), np.clip(boxes[:, 2:], to[:2], to[2:])], axis=1)
    return clipped, inside


def _letters(page: Page, lines: NDArray[np.int64]) -> list[Letter]:
    """The longest sequence of letters of one font and size that are lines or begin them; brackets come first."""
    styles: dict[tuple[int, int, bool, bool, bool], list[Letter]] = {}
    for index in lines.tolist():
        found = _letter(page, index)
        if found is None:
            continue
        printed, box, style = found
        bracketed = not printed[-1:].isalnum()
        size = float(style["size"])
        x0, _, x1, y1 = box
        baseline = y1 - DESCENT * size
        low = y1 if bracketed else baseline
        letter = parse_letter(printed) or ""
        place = Box(x0, min(low, baseline - LETTER_ASCENT * size), x1, low)
        key = round(size / SIZE_STEP), int(style["font"]), bool(style["bold"] > 0.5), letter[0].isupper(), bracketed
        styles.setdefault(key, []).append(Letter(letter, place))
    # Nodes of graphs and points of plots bear bare letters, and the same again; brackets are the letters of panels.
    best: tuple[bool, float, list[Letter]] = (False, 0.0, [])
    for (*_, bracketed), some in styles.items():
        sequence = find_sequence(some)
        worth = len(sequence) - AGAIN * (len(some) - len(sequence))
        if bracketed or (worth >= 2 and in_order(sequence)):
            best = max(best, (bracketed and bool(sequence), worth, sequence), key=lambda one: one[:2])
    return best[2]


def _letter(page: Page, index: int) -> tuple[str, list[float], np.void] | None:
    """What may be a letter at the start of a line: as printed, its box, and the line or span that has its style."""
    line, text = page.lines[index], page.texts[index].strip()
    if parse_letter(text):
        return text, line["box"].tolist(), line
    first = int(line["span"])
    if int(line["spans"]) > 1 and first < len(page.spans):
        span, alone = page.spans[first], page.span_texts[first].strip()
        emphasised = bool(span["bold"]) and float(line["bold"]) <= MOST_BOLD
        if parse_letter(alone) and (emphasised or not alone[-1:].isalnum()):
            return alone, span["box"].tolist(), span
    start = BRACKETED.match(text)
    if start is None:
        return None
    x0, y0, x1, y1 = line["box"].tolist()
    # Of one span with what follows: characters are taken to be equally wide.
    return start[0], [x0, y0, x0 + (x1 - x0) * len(start[0]) / len(text), y1], line
