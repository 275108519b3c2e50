"""Panels of a figure in a PDF, told from what was drawn there: images, paths, and letters as text, all exact."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.page import find_bars
from exsclaim_core.panels.cuts import Cut, gutter_cuts, tighten
from exsclaim_core.panels.drawn import Drawn, gather_drawn
from exsclaim_core.panels.ground import Drawing, as_drawing
from exsclaim_core.panels.letters.assigning import Letter, assign_letters
from exsclaim_core.panels.marks import Bounds
from exsclaim_core.panels.model import Panel, ScaleBar
from exsclaim_core.panels.order import reading_order
from exsclaim_core.pdf.pages import Page

CELLS = 1000  # of the grid on which a figure is painted, along its longer side
LEAST_GAP = 1.5  # points
WIDE, WIDEST = 8.0, 40.0  # points; a gutter of so many is wide, and beyond no more so
LEAST_CORE = (16.0, 0.07)  # least side of a panel: points, and of the figure's shorter side
ONE_IMAGE = 0.8  # of the figure's drawings, that one image covers where pixels decide
# Of the drawings, that images cover together in one panel without a letter; those that touch may be several panels or
# the tiles of one.
IMAGES = 0.4
LETTERED, BARE, CROWDED = 1.0, -0.3, 0.7  # worth of a panel with one letter, with none, and what each further one costs
PICTURE, PLAIN = 0.4, -0.4  # … where the figure has no letters
CUT, NARROW_CUT = 0.1, 0.3
UNEQUAL, LEAST_SHARE = 0.5, 0.3  # … what a cut costs in addition that leaves a part smaller than so much of the other
FULL = 0.55  # share of a part that an image covers, titles and letters being the rest
AXIS = 0.55  # share of a part's sides that its axes or its frame take
LEAST_DRAWN = 8  # operators of a plot; boxes of a flow chart have fewer
MOST_OVER = 0.2  # share of a part's drawings that may reach over a cut before a letter
FAR = 30.0  # points; a letter so far from a gutter is not begun by it


@dataclass(frozen=True, slots=True)
class OperatorPanels:
    """A figure taken apart by its operators; boxes in points of the page."""

    panels: tuple[Panel, ...]  # in reading order
    scale_bars: tuple[ScaleBar, ...]
    undivided: tuple[Box, ...] = ()  # panels with several letters over one image: pixels must go on there


def separate_operators(figure: Box, page: Page, direction: int = 0) -> OperatorPanels | None:
    """Panels of the figure with this box on a page; None where operators cannot tell, as when it is one image.

    `direction` is the figure's: quarter turns counter-clockwise that make it upright.
    """
    drawn = gather_drawn(figure, page, direction)
    if drawn is None or drawn.image_shares.max(initial=0.0) >= ONE_IMAGE:
        return None
    tree = _Tree(drawn)
    whole = tighten(tree.drawing, (0, 0, *tree.drawing.size))
    if whole is None:
        return None
    _, leaves = _choose(tree.grow(whole, (0, 0, *tree.drawing.size)), bool(drawn.letters))
    panels = [tree.in_points(leaf) for leaf in leaves]
    panels = [panels[i] for i in reading_order(panels)]
    letters = assign_letters(panels, drawn.letters)
    crowded = [box for box in panels if sum(_holds(box, letter) for letter in drawn.letters) > 1]
    if len(panels) == 1 and (crowded or (drawn.image_shares.sum() > IMAGES and not drawn.letters)):
        return None
    sure = 0.9 if drawn.letters and all(letters) and not crowded else 0.6
    bars = find_bars(drawn, panels)
    turn = drawn.to_page
    return OperatorPanels(
        tuple(
            Panel(
                turn(box),
                letter.text if letter else None,
                turn(letter.box) if letter else None,
                confidence=sure,
                label_confidence=sure if letter else 0.0,
            )
            for box, letter in zip(panels, letters, strict=True)
        ),
        tuple(
            ScaleBar(
                turn(bar.box),
                bar.length,
                bar.text,
                turn(bar.label_box) if bar.label_box else None,
                bar.nanometres,
                bar.panel,
                bar.confidence,
            )
            for bar in bars
        ),
        tuple(map(turn, crowded)),
    )


def _holds(box: Box, letter: Letter) -> bool:
    x, y = (letter.box.x0 + letter.box.x1) / 2, (letter.box.y0 + letter.box.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


@dataclass(slots=True)
class _Node:
    box: Bounds
    frame: Bounds  # the room between the cuts, words that were peeled off included
    letters: int  # in the frame
    picture: bool
    gap: float = 0.0  # points
    parts: list[_Node] = field(default_factory=list)  # two, or one where words were peeled off


class _Tree:
    """The cuts of one figure, painted on a grid of cells."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        self.scale = CELLS / max(drawn.box.width, drawn.box.height, 1.0)  # cells a point
        width, height = (max(1, int(np.ceil(side * self.scale))) for side in (drawn.box.width, drawn.box.height))
        ink = np.zeros((height, width), np.bool_)
        self.graphics = self._in_cells(drawn.graphics)
        self.texts = self._in_cells(drawn.texts)
        for x0, y0, x1, y1 in (*self.graphics.tolist(), *self.texts.tolist()):
            ink[y0:y1, x0:x1] = True
        self.drawing: Drawing = as_drawing(ink)
        self.images = self._in_cells(drawn.images)
        self.letters = self._in_cells(np.array([letter.box.to_list(6) for letter in drawn.letters]).reshape(-1, 4))

    def _in_cells(self, boxes: NDArray[np.floating]) -> NDArray[np.int64]:
        corner = np.array([self.drawn.box.x0, self.drawn.box.y0] * 2)
        cells = (boxes - corner) * self.scale
        low, high = np.floor(cells[:, :2] + 0.01), np.ceil(cells[:, 2:] - 0.01)
        low = np.maximum(low, 0)
        return np.concatenate([low, np.maximum(high, low + 1)], axis=1).astype(np.int64)

    def in_points(self, node: _Node) -> Box:
        """The box of what is drawn in a part and of the words in its frame, in points."""
        every = np.concatenate([self.drawn.graphics, self.drawn.texts])
        cells = np.concatenate([self.graphics, self.texts])
        x0, y0, x1, y1 = node.frame
        inside = (cells[:, 0] >= x0) & (cells[:, 1] >= y0) & (cells[:, 2] <= x1 + 1) & (cells[:, 3] <= y1 + 1)
        if not inside.any():
            corner = self.drawn.box.x0, self.drawn.box.y0
            return Box(*(side / self.scale + corner[i % 2] for i, side in enumerate(node.box)))
        some = every[inside]
        return Box(*some[:, :2].min(axis=0).tolist(), *some[:, 2:].max(axis=0).tolist())

    def grow(self, box: Bounds, frame: Bounds) -> _Node:
        """The tree of cuts of a part."""
        node = _Node(box, frame, int(self._inside(frame).sum()), self._is_picture(box))
        cuts = gutter_cuts(self.drawing, box, max(1, round(LEAST_GAP * self.scale)))
        both = [cut for cut in cuts if self._is_core(cut.first) and self._is_core(cut.second)]
        if not both and node.letters > 1 and not self.drawn.letters_below:
            both = self._cuts_through(box, frame)
        if both:
            cut = max(both, key=lambda cut: self._strength(cut, frame))
            node.gap = cut.gap / self.scale
            frames = _halves(cut, frame)
            node.parts = [self.grow(part, half) for part, half in zip((cut.first, cut.second), frames, strict=True)]
            return node
        peeled = [cut for cut in cuts if self._is_core(cut.first) != self._is_core(cut.second)]
        if peeled:
            cut = max(peeled, key=lambda cut: cut.gap)
            node.parts = [self.grow(cut.first if self._is_core(cut.first) else cut.second, frame)]
        return node

    def _cuts_through(self, box: Bounds, frame: Bounds) -> list[Cut]:
        """Cuts before letters, where the fewest drawings reach over: the boxes of slanted lines fill gutters."""
        inside = self.letters[self._inside(frame)]
        every = np.concatenate([self.graphics, self.texts])
        some = every[(every[:, :2] < box[2:]).all(axis=1) & (every[:, 2:] > box[:2]).all(axis=1)]
        cuts = []
        for side in (0, 1):
            starts = np.sort(inside[:, side])
            for before, start in pairwise(starts.tolist()):
                if start - before < LEAST_CORE[0] * self.scale or not box[side] < before < start < box[side + 2]:
                    continue
                places = np.arange((before + start) // 2, start + 1)
                over = ((some[:, side] < places[:, None]) & (some[:, side + 2] > places[:, None])).sum(axis=1)
                at = int(places[np.flatnonzero(over == over.min())[-1]])
                if over.min() > MOST_OVER * len(some):
                    continue
                first, second = (tighten(self.drawing, half) for half in _split(box, side == 0, at))
                if first and second and self._is_core(first) and self._is_core(second):
                    cuts.append(Cut(first, second, side == 0, 0))
        return cuts

    def _strength(self, cut: Cut, frame: Bounds) -> float:
        """How well a cut would begin: by its width, and by letters on its two sides that it runs close to."""
        gap = min(cut.gap / self.scale, WIDEST) / 10
        if not len(self.letters):
            return gap
        first, second = (self._inside(half) for half in _halves(cut, frame))
        if not (first.any() and second.any()):
            return gap
        # Titles of axes lie between a panel and the letter of the next.
        side = 0 if cut.upright else 1
        if self.drawn.letters_below:
            apart = 0.0 if cut.upright else cut.first[3] - self.letters[first, 3].max()
        else:
            apart = self.letters[second, side].min() - cut.second[side]
        return gap + 3 + 2 * max(0.0, 1 - abs(float(apart)) / self.scale / FAR)

    def _inside(self, box: Bounds) -> NDArray[np.bool_]:
        """Which letters lie in a box."""
        x, y = self.letters[:, [0, 2]].mean(axis=1), self.letters[:, [1, 3]].mean(axis=1)
        result: NDArray[np.bool_] = (x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])
        return result

    def _is_core(self, box: Bounds) -> bool:
        """Whether a part is large enough for a panel and holds more than words."""
        width, height = box[2] - box[0], box[3] - box[1]
        least = max(LEAST_CORE[0] * self.scale, LEAST_CORE[1] * min(self.drawing.size))
        if min(width, height) < least:
            return False
        some = self.graphics
        inside = (some[:, 0] >= box[0]) & (some[:, 1] >= box[1]) & (some[:, 2] <= box[2]) & (some[:, 3] <= box[3])
        if not inside.any():
            return False
        hull = [*some[inside, :2].min(axis=0), *some[inside, 2:].max(axis=0)]
        return bool(min(hull[2] - hull[0], hull[3] - hull[1]) >= 0.6 * least)

    def _is_picture(self, box: Bounds) -> bool:
        """Whether an image fills most of a part, or a drawing does that has axes or a frame and more in it."""
        x0, y0, x1, y1 = box
        width, height = x1 - x0, y1 - y0
        if any(
            (min(x1, right) - max(x0, left)) * (min(y1, bottom) - max(y0, top)) >= FULL * width * height
            for left, top, right, bottom in self.images.tolist()
            if left < x1 and right > x0 and top < y1 and bottom > y0
        ):
            return True
        some = self.graphics
        inside = (some[:, 0] >= x0) & (some[:, 1] >= y0) & (some[:, 2] <= x1) & (some[:, 3] <= y1)
        wide = inside & (some[:, 2] - some[:, 0] >= AXIS * width)
        high = inside & (some[:, 3] - some[:, 1] >= AXIS * height)
        return bool(wide.any() and high.any() and inside.sum() >= LEAST_DRAWN)


def _halves(cut: Cut, frame: Bounds) -> tuple[Bounds, Bounds]:
    """The frame in two, at the middle of a gutter."""
    at = (cut.first[2] + cut.second[0]) // 2 if cut.upright else (cut.first[3] + cut.second[1]) // 2
    return _split(frame, cut.upright, at)


def _split(box: Bounds, upright: bool, at: int) -> tuple[Bounds, Bounds]:
    x0, y0, x1, y1 = box
    if upright:
        return (x0, y0, at, y1), (at, y0, x1, y1)
    return (x0, y0, x1, at), (x0, at, x1, y1)


def _choose(node: _Node, lettered: bool) -> tuple[float, list[_Node]]:
    """The worth of the best panels of a part and these: itself, or the best panels of its parts."""
    if lettered:
        value = LETTERED - CROWDED * (node.letters - 1) if node.letters else BARE
    else:
        value = PICTURE if node.picture else PLAIN
    if not node.parts:
        return value, [node]
    choices = [_choose(part, lettered) for part in node.parts]
    leaves = [leaf for _, some in choices for leaf in some]
    if len(choices) == 1:
        return (choices[0][0], leaves) if len(leaves) > 1 and choices[0][0] > value else (value, [node])
    split = sum(worth for worth, _ in choices) - (CUT if node.gap >= WIDE else NARROW_CUT)
    if not lettered and _unequal(node):
        split -= UNEQUAL
    return (split, leaves) if split > value else (value, [node])


def _unequal(node: _Node) -> bool:
    """Whether one of the two parts is much smaller than the other: legends and tables of a plot are."""
    small, large = sorted((part.box[2] - part.box[0]) * (part.box[3] - part.box[1]) for part in node.parts)
    return small < LEAST_SHARE * large
