"""Lines of a figure that may be scale bars: at marks that a network saw, beside labels, and where sister panels have
theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.measuring import Bar, measure_bar
from exsclaim_core.panels.bars.proposals import join_halves, propose_bars
from exsclaim_core.panels.bars.scales import assign_to_panels, near_labels
from exsclaim_core.panels.images import Pixels

if TYPE_CHECKING:
    from exsclaim_core.panels.networks.seeing import Sighting

LEAST_SEEN = 0.1  # chance by the network for marks, from which a mark is measured
MOST_SEEN = 40  # marks of a figure that are measured, the likeliest
SEEN_WELL = 0.2  # chance from which a mark is measured once more where no clear line comes out
WIDER = 0.5  # of a rough box, with so much more on both sides: those of long bars come out short
LEAST_CLEAR = 0.3  # score of a measured line
CLEAR = 0.5  # … from which it is not measured once more
THIN = 3.0  # pixels: thickness of lines that may have a label in their middle
HALF_APART = 1.35  # between the middles of two halves, in lengths of a half
WHOLE = (2.0, 2.7)  # length of the whole line, in lengths of a half
SAME_END = 2.0  # pixels between an end of the whole and of the half

LIKELY = 0.2  # strength of lines that need no others beside their label
AROUND = (3.0, 2.0, 2.0)  # a label, where its bar is looked for: heights or widths of it across, heights of it down
SURE_BAR = 0.5  # chance of bars by which others are looked for
MOST_TRIED = 24  # places of a figure
SAME_SIZE, ROW = 0.05, 0.12  # differences of panels of one size, and of the heights of rows, as shares
SAME_LENGTH = 0.04  # difference as a share, of bars that may be alike
EQUAL_LENGTH = 0.015  # … that are hardly so by chance
SAME_THICKNESS = (1.2, 0.2)  # difference: pixels, and as a share
SAME_COLOUR = 60  # of 255, of each of red, green and blue
CHANCE_ALIKE, CHANCE_BESIDE = 0.3, 0.35  # of proposed lines, in place of the network's
SAME_PLACE = 0.5  # share of the smaller one, by which two boxes are one


@dataclass(frozen=True, slots=True)
class Candidate:
    """A measured line that may be a scale bar."""

    bar: Bar
    chance: float  # by the network

    @property
    def strength(self) -> float:
        """How likely it is a bar by itself, 0 to 1."""
        return self.chance * self.bar.score


def measure_marks(pixels: Pixels, marks: Sequence[Sighting]) -> list[Candidate]:
    """The lines at the marks that the network took for bars, the likeliest first, each line once."""
    found: list[Candidate] = []
    likely = sorted((mark for mark in marks if mark.chance >= LEAST_SEEN), key=lambda mark: -mark.chance)
    for mark in likely[:MOST_SEEN]:
        bar = measure_bar(pixels, mark.box)
        if (bar is None or bar.score < CLEAR) and mark.chance >= SEEN_WELL:
            again = measure_bar(pixels, wider(mark.box, WIDER * mark.box.width, 0))
            bar = max((one for one in (bar, again) if one), key=lambda one: one.score, default=None)
        if bar is None or bar.score < LEAST_CLEAR or any(same_place(bar.box, other.bar.box) for other in found):
            continue
        found.append(Candidate(_with_other_half(pixels, bar), mark.chance))
    bars = [one.bar for one in found]
    for whole in join_halves(pixels, bars):
        if whole in bars:
            continue
        halves = [one for one in found if same_place(one.bar.box, whole.box)]
        found = [one for one in found if one not in halves]
        found.append(Candidate(whole, max((half.chance for half in halves), default=LEAST_SEEN)))
    return found


def _with_other_half(pixels: Pixels, half: Bar) -> Bar:
    """The whole of a line that makes room for its label in the middle, |--- 30 µm ---|; any other as it is."""
    if half.thickness > THIN or half.score < CLEAR:
        return half
    for shift in (-HALF_APART * half.length, HALF_APART * half.length):
        other = Box(half.box.x0 + shift, half.box.y0, half.box.x1 + shift, half.box.y1)
        whole = measure_bar(pixels, Box.hull((half.box, other)))
        if whole is None or whole.score < CLEAR or not WHOLE[0] <= whole.length / half.length <= WHOLE[1]:
            continue
        if min(abs(whole.box.x0 - half.box.x0), abs(whole.box.x1 - half.box.x1)) < SAME_END:
            return whole
    return half


def propose_beside(pixels: Pixels, labels: Sequence[Box], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The lines beside labels that were read surely and have none yet: they must be there."""
    near = near_labels([one.bar.box for one in candidates if one.strength > LIKELY], labels)
    found: list[Candidate] = []
    for label, bars in zip(labels, near, strict=True):
        if bars:
            continue
        area = wider(label, max(AROUND[0] * label.height, AROUND[1] * label.width), AROUND[2] * label.height)
        lines = [line for line in propose_bars(pixels, area) if line.box.intersection(label) == 0]
        (beside,) = near_labels([line.box for line in lines], [label])
        if beside:
            found.append(Candidate(lines[min(beside)], CHANCE_BESIDE))
    return found


def propose_alike(
    pixels: Pixels, candidates: Sequence[Candidate], chances: Sequence[float], panels: Sequence[Box]
) -> list[Candidate]:
    """Lines as long and of the same style as a likely bar, at its place in another panel; `chances` of the bars."""
    places = assign_to_panels([one.bar.box for one in candidates], panels)
    found: list[Candidate] = []
    tried: list[Box] = []
    ranked = sorted(zip(candidates, chances, places, strict=True), key=lambda each: -each[1])
    for sure, chance, place in ranked:
        if chance < SURE_BAR or place is None:
            continue
        for number, panel in enumerate(panels):
            rough = _moved(sure.bar.box, panels[place], panel) if number != place else None
            if rough is None or len(tried) == MOST_TRIED or any(same_place(rough, other) for other in tried):
                continue
            tried.append(rough)
            bar = measure_bar(pixels, rough)
            if bar is None or bar.score < LEAST_CLEAR or not alike(bar, sure.bar):
                continue
            known = any(same_place(bar.box, one.bar.box) and equally_long(bar, one.bar) for one in candidates)
            if equally_long(bar, sure.bar, SAME_LENGTH) and not known:
                found.append(Candidate(bar, CHANCE_ALIKE))
    return found


def _moved(bar: Box, own: Box, panel: Box) -> Box | None:
    """Where in a panel a bar of another one would be; None where the panels are too different.

    As high as each other they may be rows of one grid, though one of them holds several pictures.
    """
    x, y = panel.x0 - own.x0, panel.y1 - own.y1
    if abs(panel.height - own.height) > ROW * own.height:
        return None
    if abs(panel.width - own.width) > SAME_SIZE * own.width:
        if bar.x0 < panel.x0 or bar.x1 > panel.x1:
            return None
        x = 0.0
    return Box(bar.x0 + x, bar.y0 + y, bar.x1 + x, bar.y1 + y)


def alike(one: Bar, other: Bar) -> bool:
    """Whether two lines are drawn in one style."""
    most = max(SAME_THICKNESS[0], SAME_THICKNESS[1] * max(one.thickness, other.thickness))
    colours = zip(one.colour, other.colour, strict=True)
    return abs(one.thickness - other.thickness) <= most and max(abs(a - b) for a, b in colours) < SAME_COLOUR


def equally_long(one: Bar, other: Bar, within: float = EQUAL_LENGTH) -> bool:
    """Whether the lengths of two lines differ by no more than a share."""
    return abs(one.length - other.length) <= within * one.length


def wider(box: Box, across: float, down: float) -> Box:
    """The box with so much more on its sides, and above and below."""
    return Box(box.x0 - across, box.y0 - down, box.x1 + across, box.y1 + down)


def same_place(one: Box, other: Box) -> bool:
    """Whether two boxes are of one thing."""
    return one.intersection(other) > SAME_PLACE * min(one.area, other.area)
