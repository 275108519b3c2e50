"""Panels told from pixels: a figure is cut along its gutters, and the best of all ways to stop cutting is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from exsclaim_core.model import Box
from exsclaim_core.panels.cuts import LINE, Cut, gutter_cuts, seam_cuts, tighten
from exsclaim_core.panels.ground import Drawing, read_drawing
from exsclaim_core.panels.images import Pixels
from exsclaim_core.panels.marks import Bounds, InkSums, Marks, Style, find_corner_mark, find_marks, starting_mark
from exsclaim_core.panels.order import reading_order

Lettering = Literal["none", "beside", "inside"]  # where letters stand: beside their panels or in them

MOST_NODES = 400
LEAST_GAP = 2  # pixels of the drawing
LEAST_CORE = (3.5, 0.06)  # least side of a panel, in text heights and in the figure's shorter side
CORE_PIECE = (5.0, 2.0)  # least length and breadth of its largest piece of ink, in text heights: more than words
FULL = 0.8  # share of ink from which a part is one picture
AXIS = 0.6  # of a plot's side, that its axes take at least
WIDE, WIDEST = 1.5, 6.0  # text heights; a gutter of so many is wide, and beyond no more so

# What a panel is worth by what stands at its top left, and what a cut costs: figures looked at, not fitted.
MARKED, CORNER_MARKED, UNMARKED = 1.0, 0.85, -0.25
UNMARKED_PICTURE = 0.25  # where letters stand inside, not all of which can be seen
PICTURE, PLAIN = 0.45, -0.5  # where a figure has no letters
DOUBTFUL = 0.1  # a mark inside where the first letter stands beside its panel
SINGLE = 0.2  # a figure that is one panel
GUTTER, NARROW, GRID_SEAM, SEAM = 0.1, 0.25, 0.05, 0.5
SAME_SIZE = 0.04  # relative difference of pictures in a grid

REACH = 3.0  # text heights within which a title or a legend belongs to a panel
SHARED = 0.6  # share of it that must lie beside this panel


@dataclass(frozen=True, slots=True)
class Proposal:
    """A box that may be a panel."""

    box: Box  # pixels of the figure
    confidence: float


@dataclass(frozen=True, slots=True)
class Gutters:
    """What the gutters of a figure say."""

    best: tuple[Proposal, ...]  # in reading order, without overlap but for letters that reach into a neighbour
    candidates: tuple[Proposal, ...]  # the best ones and others that were considered


@dataclass(slots=True)
class _Node:
    box: Bounds
    picture: bool
    mark: float  # 0 to 1: evidence for a letter at its top left
    cut: Cut | None = None
    parts: list[_Node] = field(default_factory=list)  # two, or one where words were peeled off
    scrap: Bounds | None = None


@dataclass(slots=True)
class _Choice:
    value: float
    panels: list[tuple[Bounds, float]]  # with confidence


def separate_gutters(pixels: Pixels, drawing: Drawing | None = None) -> Gutters:
    """Panels of a figure (height, width, 3) as far as white gutters, thin lines and straight seams separate them.

    Parts that hold only words go with the panel beside them, or with none where they stand beside several. Letters are
    guessed at by their size and place alone.
    """
    drawing = drawing or read_drawing(pixels)
    whole = tighten(drawing, (0, 0, *drawing.size))
    if whole is None:
        return Gutters((), ())
    tree = _Tree(drawing, find_marks(drawing))
    tree.learn_style(whole)
    root = tree.grow(whole)
    choice = _choose(root, tree.lettering, drawing.text_height)
    if tree.lettering == "none" and choice.value <= SINGLE:
        choice = _Choice(SINGLE, [(whole, 0.5)])
    best = [_proposal(box, confidence, drawing.factor, pixels) for box, confidence in choice.panels]
    best = [best[i] for i in reading_order([proposal.box for proposal in best])]
    chosen = {proposal.box for proposal in best}
    others = [_proposal(node.box, 0.3 if node.mark else 0.15, drawing.factor, pixels) for node in tree.nodes]
    return Gutters(tuple(best), (*best, *(proposal for proposal in others if proposal.box not in chosen)))


def _proposal(box: Bounds, confidence: float, factor: float, pixels: Pixels) -> Proposal:
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = (round(side * factor) for side in box)
    return Proposal(Box(x0, y0, min(x1, width), min(y1, height)), confidence)


class _Tree:
    """The cuts of one figure; what is asked of a box again is remembered."""

    def __init__(self, drawing: Drawing, marks: Marks) -> None:
        self.drawing, self.marks, self.ink = drawing, marks, InkSums(drawing.ink)
        self.style: Style | None = None
        self.lettering: Lettering = "none"
        self.nodes: list[_Node] = []
        self.known: dict[Bounds, tuple[float, float]] = {}
        self.cores: dict[Bounds, bool] = {}

    def learn_style(self, whole: Bounds) -> None:
        """Take the first panel's letter for the style of all."""
        first = starting_mark(whole, self.marks, self.ink)
        self.lettering = "beside" if first else "none"
        if first is None:
            first = find_corner_mark(self.drawing, whole)
            self.lettering = "inside" if first else "none"
        if first is not None:
            self.style = Style(first[3] - first[1], bool(first[4]))
            self.marks = self.marks[self.style.fits(self.marks)]

    def grow(self, box: Bounds) -> _Node:
        """The tree of cuts of a part; each node is noted."""
        node = _Node(box, _is_picture(self.drawing, box), self.mark(box)[0])
        self.nodes.append(node)
        if len(self.nodes) >= MOST_NODES:
            return node
        cuts = gutter_cuts(self.drawing, box, LEAST_GAP)
        both = [cut for cut in cuts if self.is_core(cut.first) and self.is_core(cut.second)]
        peeled = [] if both else [cut for cut in cuts if self.is_core(cut.first) != self.is_core(cut.second)]
        if not both and not peeled:
            seams = seam_cuts(self.drawing, box)
            both = [cut for cut in seams if self.is_core(cut.first) and self.is_core(cut.second)]
        if both:
            node.cut = max(both, key=self.strength)
            node.parts = [self.grow(part) for part in (node.cut.first, node.cut.second)]
            return node
        if peeled:
            node.cut = max(peeled, key=lambda cut: cut.gap)
            core, node.scrap = node.cut.first, node.cut.second
            if not self.is_core(core):
                core, node.scrap = node.scrap, core
            node.parts = [self.grow(core)]
        return node

    def strength(self, cut: Cut) -> float:
        """How well a cut would begin: by its width and by letters that stand right behind it."""
        gap = min(cut.gap / self.drawing.text_height, WIDEST)
        mark, depth = self.mark(cut.second)
        # What lies between gutter and letter belongs to the panel before: titles of axes.
        begins = mark * (1 - min(1.0, depth / 3)) if not cut.upright or mark != MARKED else mark
        return gap + 3 * begins + self.mark(cut.first)[0]

    def mark(self, box: Bounds) -> tuple[float, float]:
        """Evidence for a letter at the top left of a part, and how far below its top that is, in its heights."""
        if box not in self.known:
            outer = starting_mark(box, self.marks, self.ink)
            inner = None if outer else find_corner_mark(self.drawing, box, self.style)
            found = outer or inner
            depth = (found[1] - box[1]) / (found[3] - found[1]) if found and outer else 0.0
            corner = CORNER_MARKED if self.lettering == "inside" else DOUBTFUL
            self.known[box] = (MARKED if outer else corner if inner else 0.0), depth
        return self.known[box]

    def is_core(self, box: Bounds) -> bool:
        """Whether a part is large enough for a panel and holds more than words."""
        if box not in self.cores:
            self.cores[box] = _is_core(self.drawing, box)
        return self.cores[box]


def _is_core(drawing: Drawing, box: Bounds) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    text = drawing.text_height
    if min(width, height) < max(LEAST_CORE[0] * text, LEAST_CORE[1] * min(drawing.size)):
        return False
    boxes = drawing.boxes
    meets = (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])
    sides = np.minimum(boxes[meets, 2:], box[2:]) - np.maximum(boxes[meets, :2], box[:2])
    return bool(((sides.max(axis=1) >= CORE_PIECE[0] * text) & (sides.min(axis=1) >= CORE_PIECE[1] * text)).any())


def _is_picture(drawing: Drawing, box: Bounds) -> bool:
    """Whether a part is one filled rectangle or has axes or a frame along most of its sides."""
    x0, y0, x1, y1 = box
    part = drawing.ink[y0:y1, x0:x1]
    if part.mean() >= FULL:
        return True
    return bool(part.mean(axis=1).max() >= AXIS and part.mean(axis=0).max() >= AXIS)


def _choose(node: _Node, lettering: Lettering, text: float) -> _Choice:
    """The best panels of a part: itself, or the best panels of its parts."""
    if lettering != "none":
        value = node.mark or (UNMARKED_PICTURE if lettering == "inside" and node.picture else UNMARKED)
        confidence = 0.85 if node.mark else 0.4
    else:
        value = PICTURE if node.picture else PLAIN
        confidence = 0.6 if node.picture else 0.4
    whole = _Choice(value, [(node.box, confidence)])
    if not node.parts:
        return whole
    choices = [_choose(part, lettering, text) for part in node.parts]
    if node.scrap is not None:
        inner = choices[0]
        if len(inner.panels) < 2 or inner.value <= value:
            return whole
        return _Choice(inner.value, _attach(node.scrap, inner.panels, REACH * text))
    cost = _cost(node, text) if node.cut else 0.0
    split = sum(choice.value for choice in choices) - cost
    if split <= value:
        return whole
    return _Choice(split, [panel for choice in choices for panel in choice.panels])


def _cost(node: _Node, text: float) -> float:
    """What a cut costs: little for a wide gutter, for one between two pictures, and in a grid of equal pictures."""
    if node.cut is None or node.cut.gap >= WIDE * text:
        return GUTTER
    if not all(part.picture for part in node.parts):
        return NARROW
    if node.cut.gap > LINE:
        return GUTTER
    side = 0 if node.cut.upright else 1
    small, large = sorted(part.box[side + 2] - part.box[side] for part in node.parts)
    ratio = large / small
    return GRID_SEAM if abs(ratio - round(ratio)) <= SAME_SIZE * ratio else SEAM


def _attach(scrap: Bounds, panels: list[tuple[Bounds, float]], reach: float) -> list[tuple[Bounds, float]]:
    """The panels, the one beside which the words stand made larger by them."""
    best: tuple[float, int] | None = None
    for i, (box, _) in enumerate(panels):
        apart = [max(0, scrap[k] - box[k + 2], box[k] - scrap[k + 2]) for k in (0, 1)]
        beside = [
            (min(scrap[k + 2], box[k + 2]) - max(scrap[k], box[k])) / max(1, scrap[k + 2] - scrap[k]) for k in (0, 1)
        ]
        along = 0 if apart[1] else 1
        if max(apart) <= reach and beside[along] >= SHARED and (best is None or max(apart) < best[0]):
            best = max(apart), i
    if best is None:
        return panels
    i = best[1]
    box, confidence = panels[i]
    joined = min(box[0], scrap[0]), min(box[1], scrap[1]), max(box[2], scrap[2]), max(box[3], scrap[3])
    return [*panels[:i], (joined, confidence), *panels[i + 1 :]]
