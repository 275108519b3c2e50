"""The lines of scale bars in pixels: from a rough box to the place of their ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.model import Box
from exsclaim_core.panels.images import Pixels

Numbers = NDArray[np.float32]

TURNED = 2.0  # heights over widths of rough boxes that stand upright
REACH = 0.45  # of the rough length, looked at beyond its ends: rough boxes come out as short as three quarters
MARGIN = 8  # pixels looked at beyond that, and above and below
MIDDLE = 0.75  # of the rough length, around its middle: lies mostly on the line though the rough box is off
WEIGHTS = np.sqrt(np.array((0.299, 0.587, 0.114), np.float32))  # of red, green and blue in distances of colours
THICKEST = 0.75  # of the length
LEAST_CONTRAST = 18.0  # of 255; fainter lines cannot be told from noise
TOLERANCE = (10.0, 48.0)  # of 255: how far the line's own pixels may stray, with the contrast
CROSSED = 0.05  # of the length: gaps where something else crosses the line
INTERRUPTED = 0.35  # of the length: gaps where the line makes room for its label
LEAST_SHARE = 0.45  # of the line that stands out from above and from below
LEAST_OVERLAP = 0.35  # of line and rough box, along the line
OUTSIDE = 4  # pixels beyond an end that show what it ends against
TICK_WIDTH = 5  # pixels at most, and of the blur about it
DOUBTFUL = 0.5  # fit below which a line may be none
RULER_TICKS = 7
RULER_INK = 0.06  # of the rows of a rough box: ticks fill at least so much of them, as dark as the darkest
TALLEST_TICK = 20  # pixels above and below the line
LEAST_TICK = 1.0  # pixels above or below the line


@dataclass(frozen=True, slots=True)
class Bar:
    """A line that was measured."""

    box: Box  # tight at half contrast, end ticks included
    length: float  # pixels: from end to end, with end ticks from the middle of one to the middle of the other
    thickness: float  # of the line, pixels
    colour: tuple[int, int, int]
    ticks: bool = False  # |----|
    score: float = 1.0  # 0 to 1: how clearly it stands out, uniform and with clean ends


@dataclass(frozen=True, slots=True)
class _Line:
    """Rows and columns of a window that look like a line; the ends of both exclusive."""

    top: int
    bottom: int
    left: int
    right: int
    colour: Numbers  # (3,)
    ground: Numbers  # (3,): above or below
    contrast: float  # between the line and what is above and below, of 255
    share: float  # of its columns that stand out from above and from below
    fit: float  # to the rough box


def measure_bar(pixels: Pixels, rough: Box) -> Bar | None:
    """The line near a rough box in RGB pixels (height, width, 3); None where there is none.

    The rough box may be off by a quarter of its length and by some pixels: the line is the stretch of uniform colour
    that contrasts with what is above and below and agrees best with the box.
    """
    if rough.height > TURNED * rough.width:
        bar = measure_bar(pixels.transpose(1, 0, 2), Box(rough.y0, rough.x0, rough.y1, rough.x1))
        return replace(bar, box=Box(bar.box.y0, bar.box.x0, bar.box.y1, bar.box.x1)) if bar else None
    height, width, _ = pixels.shape
    if rough.x0 >= width or rough.y0 >= height or rough.x1 <= 0 or rough.y1 <= 0:
        return None
    across, down = REACH * rough.width + MARGIN, max(MARGIN, 0.75 * rough.height)
    x0, y0 = max(0, int(rough.x0 - across)), max(0, int(rough.y0 - down))
    x1, y1 = min(width, int(rough.x1 + across) + 1), min(height, int(rough.y1 + down) + 1)
    if x1 - x0 < MARGIN or y1 - y0 < 3:
        return None
    window: Numbers = pixels[y0:y1, x0:x1].astype(np.float32) * WEIGHTS
    seen = Box(rough.x0 - x0, rough.y0 - y0, rough.x1 - x0, rough.y1 - y0)
    line = _choose(window, list(_lines(window, seen)))
    bar = _measure(window, line) if line else None
    if line is None or line.fit < DOUBTFUL:
        bar = _measure_ruler(window, seen) or bar
    return _shift(bar, x0, y0) if bar else None


def _choose(window: Numbers, lines: list[_Line]) -> _Line | None:
    """The line that fits best; where that is the space between two ticks, the line that bears them."""
    best = max(lines, key=lambda one: one.fit, default=None)
    for other in lines:
        if best is None or max(best.top - other.bottom, other.top - best.bottom) not in (0, 1):
            continue
        if not (0 < best.left - other.left <= TICK_WIDTH and 0 < other.right - best.right <= TICK_WIDTH):
            continue
        hanging = best.bottom > other.bottom  # ticks below the line
        row = min(best.top + 1, best.bottom - 1) if hanging else max(best.bottom - 2, best.top)
        beside = window[row, [best.left - 1, best.right]]
        outside = window[row, [max(0, other.left - 2), min(window.shape[1] - 1, other.right + 1)]]
        beyond = np.median(window[best.bottom if hanging else best.top - 1, best.left : best.right], axis=0)
        # Ticks have the line's colour, and what is about them has the colour of the space; outlines lie on all sides.
        open_side = _apart(beyond, other.colour) > TOLERANCE[1]
        ticks = _apart(outside, best.colour).max() < TOLERANCE[1] < _apart(outside, other.colour).min()
        if _away(beside, other.colour, other.ground).max() < TOLERANCE[1] and (open_side or ticks):
            best = other
    return best


def _lines(window: Numbers, rough: Box) -> Iterator[_Line]:
    """What may be the line of a rough box in its window, one for each group of rows."""
    height, width, _ = window.shape
    span = _middle(rough, width)
    colours = np.median(window[:, span], axis=1)  # (height, 3)
    apart = _apart(colours[:, None], colours)  # (height, height)
    done = np.zeros(height, np.bool_)
    for row in np.argsort(np.abs(np.arange(height) + 0.5 - (rough.y0 + rough.y1) / 2)).tolist():
        if done[row] or row in (0, height - 1):
            continue
        reach = max(3, int(THICKEST * rough.width))
        above, below = apart[row, max(0, row - reach) : row].max(), apart[row, row + 1 : row + 1 + reach].max()
        contrast = min(above, below)
        if contrast < LEAST_CONTRAST:
            continue
        tolerance = float(np.clip(0.45 * contrast, *TOLERANCE))
        if (_apart(window[row, span], colours[row]) < tolerance).mean() < 0.5:
            continue
        top, bottom = _run(apart[row] < tolerance, row)
        done[top:bottom] = True
        if top == 0 or bottom == height or bottom - top > reach:
            continue
        # Between two colours lies the blurred edge of something thicker.
        up, down = colours[max(0, top - 2)] - colours[row], colours[min(height - 1, bottom + 1)] - colours[row]
        if up @ down > -0.3 * np.linalg.norm(up) * np.linalg.norm(down):
            ground = colours[row] + min(up, down, key=lambda one: float(np.linalg.norm(one)))
            yield from _lines_of_rows(window, rough, (top, bottom), ground, tolerance)


def _middle(rough: Box, width: int) -> slice:
    """The columns, of so many, around the middle of a rough box."""
    half, middle = MIDDLE / 2 * rough.width, (rough.x0 + rough.x1) / 2
    first = min(max(0, int(middle - half)), width - 3)
    return slice(first, max(first + 3, int(middle + half) + 1))


def _lines_of_rows(
    window: Numbers, rough: Box, rows: tuple[int, int], ground: Numbers, tolerance: float
) -> Iterator[_Line]:
    """The best line that fills some rows before a ground, if any."""
    width, (top, bottom) = window.shape[1], rows
    core = window[top:bottom]
    colour = np.median(core[:, _middle(rough, width)], axis=(0, 1))
    away = _away(core, colour, ground).mean(axis=0)  # (width,)
    above = _apart(window[max(0, top - 2) : top], colour).max(axis=0)
    below = _apart(window[bottom : bottom + 2], colour).max(axis=0)
    around = np.minimum(above, below)
    best: _Line | None = None
    for left, right in _stretches(away < tolerance, rough.width):
        overlap = (min(right, rough.x1) - max(left, rough.x0)) / (max(right, rough.x1) - min(left, rough.x0))
        if overlap < LEAST_OVERLAP or left == 0 or right == width:
            continue
        on = away[left:right] < tolerance
        ends = min(TICK_WIDTH, (right - left) // 8)  # where ticks may hide the ground
        share = float((around[left:right][on][ends : on.sum() - ends] > tolerance).mean())
        if share < LEAST_SHARE:
            continue
        aside = ((top + bottom) / 2 - (rough.y0 + rough.y1) / 2) / (4 + 0.5 * rough.height)
        contrast = float(np.median(np.concatenate((above[left:right], below[left:right]))))
        if contrast <= 0:  # what stands out is the smaller part of it
            continue
        even = 1 - float(away[left:right][on].mean()) / contrast
        fit = overlap * share**2 * even**2 * float(np.exp(-(aside**2))) * float(on.mean()) ** 0.5
        if best is None or fit > best.fit:
            best = _Line(top, bottom, left, right, colour, ground, contrast, share, fit)
    if best:
        yield best


def _stretches(on: NDArray[np.bool_], length: float) -> Iterator[tuple[int, int]]:
    """The stretches of a row that may be a line of about some length: pieces, alone and joined across gaps."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], on, [False])).astype(np.int8)))
    pieces: list[tuple[int, int]] = []
    for left, right in edges.reshape(-1, 2).tolist():
        gap = left - pieces[-1][1] if pieces else right
        shorter = min(right - left, pieces[-1][1] - pieces[-1][0]) if pieces else 0
        if pieces and gap <= max(2, CROSSED * length) and shorter >= 2 * gap:
            yield left, right
            left = pieces.pop()[0]
        pieces.append((left, right))
        yield left, right
    long = [piece for piece in pieces if piece[1] - piece[0] >= 0.2 * length]
    for number, (left, right) in enumerate(long):
        for start, end in long[number + 1 :]:
            if start - right <= min(INTERRUPTED * length, end - start, right - left):
                yield left, end


def _apart(some: Numbers, others: Numbers) -> Numbers:
    """Distances of weighted colours (…, 3), from 0 to 255."""
    between = some - others
    squares: Numbers = np.einsum("...i,...i->...", between, between)
    return np.sqrt(squares)


def _away(pixels: Numbers, colour: Numbers, ground: Numbers) -> Numbers:
    """How far pixels (…, 3) are from a line's colour; those farther from the ground than the line count as near.

    Lines thinner than a pixel are paler than their ticks.
    """
    direction = colour - ground
    length = max(1.0, float(np.linalg.norm(direction)))
    between = pixels - colour
    beyond = np.maximum(between @ (direction / length), 0)
    left: Numbers = _apart(pixels, colour) ** 2 - beyond**2
    return np.sqrt(np.maximum(left, 0))


def _run(on: NDArray[np.bool_], at: int) -> tuple[int, int]:
    """Start and end of the run of true values that holds one of them."""
    before, after = np.flatnonzero(~on[:at]), np.flatnonzero(~on[at:])
    return (int(before[-1]) + 1 if len(before) else 0), (at + int(after[0]) if len(after) else len(on))


def _measure(window: Numbers, line: _Line) -> Bar:
    """A line of a window with its ends, in pixels of the window."""
    away = _away(window, line.colour, line.ground)  # (height, width)
    along = away[line.top : line.bottom].mean(axis=0)
    x0, left_contrast = _edge(along[::-1], len(along) - line.left - 1)
    x0, (x1, right_contrast) = len(along) - x0, _edge(along, line.right - 1)
    if x1 <= x0:
        x0, x1 = float(line.left), float(line.right)
    inner = slice(line.left + (line.right - line.left) // 10, line.right - (line.right - line.left) // 10)
    across = np.median(away[:, inner], axis=1)
    y0, y1 = len(across) - _edge(across[::-1], len(across) - line.top - 1)[0], _edge(across, line.bottom - 1)[0]
    if y1 <= y0:  # its rows differ from end to end
        y0, y1 = float(line.top), float(line.bottom)
    red, green, blue = np.clip(np.rint(line.colour / WEIGHTS), 0, 255).astype(int).tolist()
    ends = min(left_contrast, right_contrast, line.contrast) / max(line.contrast, 1)
    even = 1 - min(1.0, float(np.percentile(along[line.left : line.right], 75)) / max(line.contrast, 1))
    score = line.share * even * min(1.0, ends / 0.6) * min(1.0, line.contrast / 60)
    bar = Bar(Box(x0, y0, x1, y1), x1 - x0, y1 - y0, (red, green, blue), False, score)
    return _with_ticks(bar, line, np.clip(1 - away / max(line.contrast, 1), 0, 1))


def _edge(away: Numbers, last: int) -> tuple[float, float]:
    """Where a profile that is low up to `last` has risen by half, and how far it rises."""
    beyond = away[last + 1 : last + 1 + OUTSIDE]
    inside = float(away[max(0, last - 2) : last + 1].min())
    if not len(beyond):
        return last + 1.0, 0.0
    # What is next to the end counts: farther off, other things may begin.
    outside = float(max(beyond[:2].max(), np.median(beyond)))
    half = (inside + outside) / 2
    at = last
    while at > 0 and away[at] > half:
        at -= 1
    while at + 1 < len(away) and away[at + 1] <= half:
        at += 1
    if at + 1 >= len(away):
        return float(len(away)), 0.0
    step = float(away[at + 1] - away[at])
    return at + 0.5 + (half - float(away[at])) / step, outside - inside


def _with_ticks(bar: Bar, line: _Line, like: Numbers) -> Bar:
    """The bar with its end ticks, where it has them; `like` says how much each pixel has the line's colour."""
    up = _growth(like[max(0, line.top - TALLEST_TICK) : line.top][::-1])
    down = _growth(like[line.bottom : line.bottom + TALLEST_TICK])
    wide = max(2, round(bar.thickness))
    if line.right - line.left < 4 * wide:
        return bar
    inner = slice(line.left + wide, max(line.left + wide + 1, line.right - wide))
    ends = [slice(max(0, line.left - 1), line.left + wide + 1), slice(line.right - wide - 1, line.right + 1)]
    least = max(LEAST_TICK, 0.5 * bar.thickness)
    sides = []
    for side in (up, down):
        side -= np.median(side[inner])
        one, other = (float(side[end].max()) for end in ends)
        alike = abs(one - other) <= max(1.5, 0.3 * max(one, other))
        if alike and min(one, other) >= max(least, float(np.percentile(side[inner], 80))):
            sides.append(side.clip(0, 1.3 * min(one, other)))
    if not sides:
        return bar
    grown = sum(sides[1:], sides[0])
    found = []
    for end in ends:
        peak = end.start + int(grown[end].argmax())
        left, right = _run(grown > 0.5 * grown[peak], peak)
        if right - left > max(4, 1.7 * bar.thickness) or left == 0 or right == len(grown):
            return bar
        weights = grown[left - 1 : right + 1]
        middle = left - 1 + float(weights @ (np.arange(len(weights)) + 0.5)) / float(weights.sum())
        found.append((middle, float(weights.sum() / weights.max() / 2), float(up[peak]), float(down[peak])))
    (x0, half, *heights), (x1, other, *others) = found
    top, bottom = bar.box.y0 - max(0.0, min(heights[0], others[0])), bar.box.y1 + max(0.0, min(heights[1], others[1]))
    box = Box(min(bar.box.x0, x0 - half), top, max(bar.box.x1, x1 + other), bottom)
    return replace(bar, box=box, length=x1 - x0, ticks=True)


def _growth(like: Numbers) -> Numbers:
    """How far the line's colour goes on in each column of (rows, columns), the row next to the line first."""
    if not len(like):
        return np.zeros(like.shape[1], np.float32)
    grown: Numbers = np.minimum.accumulate(like, axis=0).sum(axis=0)
    return grown


def _measure_ruler(window: Numbers, rough: Box) -> Bar | None:
    """A ruler of ticks in equal steps, as some microscopes print it; None where the box holds none."""
    top, bottom = max(0, int(rough.y0)), min(len(window), int(rough.y1) + 1)
    rows = window[top:bottom]
    if not len(rows):
        return None
    ground = np.median(rows, axis=(0, 1))
    away = _apart(rows, ground)
    contrast = float(np.percentile(away, 98))
    if contrast < LEAST_CONTRAST or np.median(away) > 0.1 * contrast:
        return None
    profile = away.mean(axis=0)  # ticks are of several heights
    edges = np.diff(np.concatenate(([False], profile > RULER_INK * contrast, [False])).astype(np.int8))
    runs = np.flatnonzero(edges).reshape(-1, 2)
    runs = runs[runs[:, 1] - runs[:, 0] <= max(3, rough.width / 18)]
    wider = [(max(0, a - 1), min(len(profile), b + 1)) for a, b in runs.tolist()]
    middles = np.array([float(np.average(np.arange(a, b) + 0.5, weights=profile[a:b])) for a, b in wider])
    if len(middles) < RULER_TICKS:
        return None
    steps = np.diff(middles)
    step = float(np.median(steps))
    regular = np.concatenate(([False], np.abs(steps - step) < max(1.3, 0.2 * step), [False]))
    stretches = np.flatnonzero(np.diff(regular.astype(np.int8))).reshape(-1, 2)
    first, last = max(stretches.tolist(), key=lambda one: one[1] - one[0], default=(0, 0))
    length = float(middles[last] - middles[first])
    if last - first + 1 < RULER_TICKS or abs(length - rough.width) > 0.4 * rough.width:
        return None
    x0, x1 = float(runs[first, 0]), float(runs[last, 1])
    tall = np.flatnonzero(away[:, runs[first, 0] : runs[last, 1]].max(axis=1) > contrast / 2)
    if not len(tall):  # the contrast lies elsewhere in the rows
        return None
    colour = np.median(rows[away > 0.7 * contrast], axis=0) / WEIGHTS
    red, green, blue = np.clip(np.rint(colour), 0, 255).astype(int).tolist()
    box = Box(x0, top + float(tall[0]), x1, top + float(tall[-1]) + 1)
    thickness = float(np.median(runs[first : last + 1, 1] - runs[first : last + 1, 0]))
    return Bar(box, length, thickness, (red, green, blue), True, 0.8)


def _shift(bar: Bar, across: int, down: int) -> Bar:
    box = bar.box
    return replace(bar, box=Box(box.x0 + across, box.y0 + down, box.x1 + across, box.y1 + down))
