"""Graphs: curves, points, bars, spectra, maps with axes, as papers print them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from exsclaim_core.panels.synthesis.axes import Axes, Sides, draw_axes
from exsclaim_core.panels.synthesis.colours import coloured
from exsclaim_core.panels.synthesis.fonts import Colour, put, put_centred, widest
from exsclaim_core.panels.synthesis.look import Look
from exsclaim_core.panels.synthesis.pixels import smooth_noise

Floats = NDArray[np.float64]

NAMES = ("control", "pristine", "sample", "PEO", "TiO_{2}", "S-1", "S-2", "1 wt%", "5 wt%", "0.1 M", "300 K", "77 K")
MORE_NAMES = ("before", "after", "fit", "data", "x = 0.2", "x = 0.4", "A", "B", "as-cast", "annealed", "1st", "2nd")
REMARKS = ("n = 3", "R^{2} = 0.98", "p < 0.05", "(110)", "(200)", "1.54 eV", "T = 300 K", "0.5 C", "slope 2", "D-band")


def draw_plot(random: np.random.Generator, width: int, height: int, look: Look, sides: Sides) -> Image.Image:
    """An image of a graph that fills the given size, on the figure's ground."""
    names = list(KINDS)
    weights = np.array([KINDS[name][1] for name in names])
    name = names[int(random.choice(len(names), p=weights / weights.sum()))]
    if name in ("bars", "boxes"):
        count = int(np.clip(width // (look.text * 4), 2, random.integers(2, 9)))
        texts = NAMES + MORE_NAMES if width / count > look.text * 5 else tuple("ABCDEFGHIJKL")
        chosen = tuple(texts[int(at)] for at in random.choice(len(texts), count, replace=False))
        if random.random() < 0.4:
            chosen = tuple(str(int(at)) for at in np.arange(count) * random.choice((1, 5, 10, 50)))
        sides = Sides(sides.bottom, sides.left, False, False, chosen)
    elif name == "map":
        sides = Sides(sides.bottom, sides.left, False, sides.left and min(width, height) > 9 * look.text)
    axes = draw_axes(random, width, height, look, sides)
    if axes.width > 8 and axes.height > 8:
        KINDS[name][0](random, axes)
    return axes.image


def _curves(random: np.random.Generator, axes: Axes) -> None:
    count = int(random.choice((1, 1, 2, 3, 3, 4, 5, 6)))
    x = np.linspace(0.02, 0.98, int(random.integers(30, 90)))
    shape = CURVES[int(random.integers(len(CURVES)))]
    dashed = random.random() < 0.15
    for at in range(count):
        y = shape(random, x)
        if random.random() < 0.3:
            y = y + random.normal(0, 0.02, x.size)
        colour = axes.look.palette[at % len(axes.look.palette)]
        points = axes.points(x, 0.05 + 0.88 * np.clip(y, 0, 1))
        if dashed and at:
            for start in range(0, len(points) - 1, 2):
                axes.draw.line(points[start : start + 2], colour, axes.look.curve)
        else:
            axes.draw.line(points, colour, axes.look.curve, joint="curve")
        if axes.look.markers and x.size < 60:
            _markers(axes, points[:: max(1, int(random.integers(1, 5)))], colour, at, random.random() < 0.3)
    _legend(random, axes, count)
    _remark(random, axes)


def _scatter(random: np.random.Generator, axes: Axes) -> None:
    count = int(random.integers(1, 4))
    error_bars = random.random() < 0.4
    size = int(random.integers(6, 40))
    for at in range(count):
        x = np.sort(random.uniform(0.04, 0.96, size))
        rise, start = random.uniform(-0.5, 0.6), random.uniform(0.05, 0.4)
        y = start + max(0.0, -rise) + rise * x + random.normal(0, random.choice((0.02, 0.08)), x.size)
        y = np.clip(y, 0, 1)
        colour = axes.look.palette[at % len(axes.look.palette)]
        points = axes.points(x, 0.06 + 0.86 * y)
        if error_bars and size < 20:
            half = max(2, axes.height * float(random.uniform(0.02, 0.08)))
            cap = axes.look.text * 0.25
            for px, py in points:
                axes.draw.line((px, py - half, px, py + half), colour, axes.look.line)
                axes.draw.line((px - cap, py - half, px + cap, py - half), colour, axes.look.line)
                axes.draw.line((px - cap, py + half, px + cap, py + half), colour, axes.look.line)
        _markers(axes, points, colour, at, random.random() < 0.4)
        if random.random() < 0.4:
            axes.draw.line(axes.points(np.array([0.03, 0.97]), random.uniform(0.1, 0.9, 2)), colour, axes.look.line)
    _legend(random, axes, count)
    _remark(random, axes)


def _bars(random: np.random.Generator, axes: Axes) -> None:
    groups = int(random.integers(2, 9))
    series = int(random.choice((1, 1, 2, 3)))
    colours = [axes.look.palette[at % len(axes.look.palette)] for at in range(series)]
    if random.random() < 0.3:
        colours = [(v, v, v) for v in (0, 128, 210)][:series]
    lined = random.random() < 0.5
    share = float(random.uniform(0.5, 0.85))
    errors = random.random() < 0.6
    for group in range(groups):
        for at in range(series):
            left = axes.x0 + axes.width * (group + (1 - share) / 2 + share * at / series) / groups
            right = left + axes.width * share / series / groups
            middle = (left + right) / 2
            top = axes.y1 - axes.height * float(random.uniform(0.08, 0.8))
            axes.draw.rectangle((left, top, max(left + 1, right), axes.y1), fill=colours[at])
            if lined:
                axes.draw.rectangle((left, top, max(left + 1, right), axes.y1), outline=axes.look.ink)
            if errors:
                up = top - axes.height * float(random.uniform(0.02, 0.1))
                cap = (right - left) * 0.2
                axes.draw.line((middle, top, middle, up), axes.look.ink, axes.look.line)
                axes.draw.line((middle - cap, up, middle + cap, up), axes.look.ink, axes.look.line)
                if random.random() < 0.2:
                    stars = axes.look.words("*" * int(random.integers(1, 4)))
                    put(axes.image, (middle - stars.width / 2, max(axes.y0, up - stars.height * 1.3)), stars, (0, 0, 0))
    if series > 1:
        _legend(random, axes, series)


def _histogram(random: np.random.Generator, axes: Axes) -> None:
    count = int(random.integers(6, 22))
    x = (np.arange(count) + 0.5) / count
    centre, spread = random.uniform(0.35, 0.6), random.uniform(0.1, 0.2)
    bell = np.exp(-(((x - centre) / spread) ** 2) / 2)
    colour = axes.look.palette[int(random.integers(len(axes.look.palette)))]
    for at, value in enumerate(np.clip(bell * random.uniform(0.7, 1.1, count), 0, 1) * 0.85):
        left, right = axes.x0 + axes.width * at / count, axes.x0 + axes.width * (at + 1) / count
        box = (left, axes.y1 - axes.height * float(value), right, axes.y1)
        axes.draw.rectangle(box, fill=colour, outline=axes.look.ink)
    if random.random() < 0.5:
        fine = np.linspace(0, 1, 60)
        curve = np.exp(-(((fine - centre) / spread) ** 2) / 2) * 0.82
        axes.draw.line(axes.points(fine, curve), axes.look.palette[1], axes.look.curve)
    _remark(random, axes)


def _spectra(random: np.random.Generator, axes: Axes) -> None:
    """Diffractograms and spectra, one above the other, with peaks in common."""
    count = int(random.choice((1, 1, 2, 3, 4, 6)))
    x = np.linspace(0, 1, int(random.integers(140, 320)))
    centres = random.uniform(0.05, 0.95, int(random.integers(3, 14)))
    widths = random.choice((0.004, 0.008, 0.02, 0.05)) * random.uniform(0.7, 1.6, centres.size)
    noise = float(random.choice((0.0, 0.01, 0.03)))
    step = 0.94 / count
    for at in range(count):
        heights = random.uniform(0.08, 1, centres.size) ** 2
        peaks = (heights * np.exp(-(((x[:, None] - centres) / widths) ** 2))).sum(axis=1)
        peaks = peaks / max(float(peaks.max()), 0.2) + random.normal(0, noise, x.size)
        colour = axes.look.palette[at % len(axes.look.palette)]
        points = axes.points(x, 0.03 + step * (at + 0.85 * peaks))
        axes.draw.line(points, colour, axes.look.line)
        if count > 1 and random.random() < 0.7:
            mark = axes.look.words(NAMES[int(random.integers(len(NAMES)))], 0.9)
            place = (axes.x1 - mark.width * 1.3, axes.y1 - (step * (at + 0.5)) * axes.height)
            put(axes.image, place, mark, colour)
    if random.random() < 0.3:
        for centre in centres[:8]:
            px = axes.x0 + float(centre) * axes.width
            axes.draw.line((px, axes.y1, px, axes.y1 - 0.06 * axes.height), axes.look.palette[1], axes.look.line)
    _remark(random, axes)


def _map(random: np.random.Generator, axes: Axes) -> None:
    """A heat map, smooth or of cells, with a colour bar where there is room for one."""
    if random.random() < 0.35:
        shape = (int(random.integers(3, 12)), int(random.integers(3, 12)))
        cells = random.random(shape, dtype=np.float32)
        resample = Image.Resampling.NEAREST
    else:
        cells = smooth_noise(random, 64, 64, float(random.uniform(0.06, 0.25)))
        resample = Image.Resampling.BILINEAR
    chosen = int(random.integers(100))
    picture = Image.fromarray(coloured(cells, chosen)).resize((axes.width - 1, axes.height - 1), resample)
    axes.image.paste(picture, (axes.x0 + 1, axes.y0 + 1))
    room = axes.image.width - axes.x1
    if room > 3 * axes.look.text:
        bar = Image.fromarray(coloured(np.linspace(1, 0, 64)[:, None], chosen)).resize((axes.look.text, axes.height))
        left = axes.x1 + max(3, axes.look.text // 2)
        axes.image.paste(bar, (left, axes.y0))
        axes.draw.rectangle((left, axes.y0, left + bar.width, axes.y1), outline=axes.look.ink)
        for share in (0.0, 0.5, 1.0):
            mark = axes.look.words(f"{share:.1f}", 0.85)
            spare = axes.image.width - left - bar.width - 3
            if mark.width < spare:
                y = axes.y1 - share * axes.height - mark.height / 2
                put(axes.image, (left + bar.width + 3, max(0.0, y)), mark, axes.look.ink)


def _boxes(random: np.random.Generator, axes: Axes) -> None:
    count = int(random.integers(2, 8))
    for at in range(count):
        middle = axes.x0 + axes.width * (at + 0.5) / count
        half = axes.width / count * 0.3
        y = axes.y1 - axes.height * np.sort(random.uniform(0.08, 0.92, 5))
        colour = axes.look.palette[at % len(axes.look.palette)]
        axes.draw.line((middle, y[0], middle, y[4]), axes.look.ink, axes.look.line)
        axes.draw.rectangle((middle - half, y[3], middle + half, y[1]), fill=colour, outline=axes.look.ink)
        axes.draw.line((middle - half, y[2], middle + half, y[2]), axes.look.ink, axes.look.line)


def _arcs(random: np.random.Generator, axes: Axes) -> None:
    """Impedance: half circles with a tail."""
    count = int(random.integers(1, 4))
    for at in range(count):
        radius = float(random.uniform(0.12, 0.35))
        angle = np.linspace(np.pi, 0.15, int(random.integers(12, 30)))
        tail = np.linspace(0, random.uniform(0.2, 0.5), 8)
        x = np.concatenate((0.05 + radius * (1 + np.cos(angle)), 0.05 + 2 * radius + tail * 0.5))
        y = np.concatenate((radius * np.sin(angle), tail + 0.15 * radius))
        points = axes.points(x, 0.03 + y)
        colour = axes.look.palette[at % len(axes.look.palette)]
        if random.random() < 0.6:
            axes.draw.line(points, colour, axes.look.line)
        _markers(axes, points, colour, at, random.random() < 0.4)
    _legend(random, axes, count)


def _loops(random: np.random.Generator, axes: Axes) -> None:
    """Hysteresis and cyclic voltammetry: there and back on different ways."""
    count = int(random.integers(1, 4))
    x = np.linspace(0, 1, 50)
    for at in range(count):
        steep, shift = random.uniform(4, 20), random.uniform(0.03, 0.15)
        height = random.uniform(0.5, 0.9)
        there = 0.5 + height * (1 / (1 + np.exp(-steep * (x - 0.5 - shift))) - 0.5)
        back = 0.5 + height * (1 / (1 + np.exp(-steep * (x - 0.5 + shift))) - 0.5)
        points = axes.points(np.concatenate((x, x[::-1])), np.concatenate((there, back[::-1])))
        axes.draw.line(points, axes.look.palette[at % len(axes.look.palette)], axes.look.curve, joint="curve")
    _legend(random, axes, count)


def _sigmoid(random: np.random.Generator, x: Floats) -> Floats:
    sign = 1 if random.random() < 0.5 else -1
    return np.asarray(1 / (1 + np.exp(sign * random.uniform(5, 25) * (x - random.uniform(0.3, 0.8)))))


def _decay(random: np.random.Generator, x: Floats) -> Floats:
    y = random.uniform(0.1, 0.5) + random.uniform(0.3, 0.5) * np.exp(-x * random.uniform(1, 8))
    return np.asarray(y if random.random() < 0.6 else 1 - y)


def _bumps(random: np.random.Generator, x: Floats) -> Floats:
    centres, widths = random.uniform(0.1, 0.9, 3), random.uniform(0.03, 0.2, 3)
    return np.asarray((random.uniform(0.1, 0.5, 3) * np.exp(-(((x[:, None] - centres) / widths) ** 2))).sum(axis=1))


def _line(random: np.random.Generator, x: Floats) -> Floats:
    return np.asarray(random.uniform(0, 0.6) + random.uniform(-0.3, 0.5) * x ** random.uniform(0.5, 2))


def _walk(random: np.random.Generator, x: Floats) -> Floats:
    walk = np.cumsum(random.normal(0, 1, x.size))
    return np.asarray((walk - walk.min()) / (np.ptp(walk) + 1e-6) * random.uniform(0.3, 0.9))


def _plateau(random: np.random.Generator, x: Floats) -> Floats:
    end = random.uniform(0.5, 1)
    y = 0.85 - 0.25 * (x / end) - 0.6 * np.exp((x - end) * 25) + 0.1 * np.exp(-x * 20)
    return np.asarray(np.where(x > end, np.maximum(y, 0), y))


CURVES = (_sigmoid, _decay, _bumps, _line, _walk, _plateau)


def _markers(axes: Axes, points: list[tuple[float, float]], colour: Colour, shape: int, hollow: bool) -> None:
    size = max(2, round(axes.look.text * 0.28))
    fill = axes.look.ground if hollow else colour
    for x, y in points:
        match shape % 4:
            case 0:
                axes.draw.rectangle((x - size, y - size, x + size, y + size), fill=fill, outline=colour)
            case 1:
                axes.draw.ellipse((x - size, y - size, x + size, y + size), fill=fill, outline=colour)
            case 2:
                axes.draw.polygon(((x - size, y + size), (x + size, y + size), (x, y - size)), fill, colour)
            case _:
                axes.draw.polygon(((x - size, y - size), (x + size, y - size), (x, y + size)), fill, colour)


def _legend(random: np.random.Generator, axes: Axes, count: int) -> None:
    if random.random() < 0.35:
        return
    texts = NAMES + MORE_NAMES
    chosen = random.choice(len(texts), count, replace=False)
    marks = [axes.look.words(texts[int(at)], 0.9) for at in chosen]
    line, step = axes.look.text * 2, round(axes.look.text * 1.35)
    width, height = line + widest(marks) + axes.look.text, step * count
    if width > axes.width * 0.7 or height > axes.height * 0.7:
        return
    x = axes.x0 + (axes.width - width) * float(random.choice((0.06, 0.5, 0.96)))
    y = axes.y0 + (axes.height - height) * float(random.choice((0.05, 0.05, 0.9)))
    if random.random() < 0.25:
        axes.draw.rectangle((x - 3, y - 3, x + width, y + height), fill=axes.look.ground, outline=axes.look.ink)
    for at, mark in enumerate(marks):
        middle = y + step * (at + 0.5)
        colour = axes.look.palette[at % len(axes.look.palette)]
        axes.draw.line((x, middle, x + line, middle), colour, axes.look.curve)
        if axes.look.markers:
            _markers(axes, [(x + line / 2, middle)], colour, at, False)
        put(axes.image, (x + line + axes.look.text * 0.4, middle - mark.height / 2), mark, axes.look.ink)


def _remark(random: np.random.Generator, axes: Axes) -> None:
    if random.random() < 0.65:
        return
    for _ in range(int(random.integers(1, 4))):
        mark = axes.look.words(REMARKS[int(random.integers(len(REMARKS)))], float(random.uniform(0.8, 1.2)))
        if mark.width < axes.width * 0.5 and mark.height < axes.height * 0.3:
            x = axes.x0 + axes.width * float(random.uniform(0.3, 0.72))
            y = axes.y0 + axes.height * float(random.uniform(0.08, 0.9))
            put_centred(axes.image, (x, y), mark, axes.look.palette[int(random.integers(3))])


KINDS: dict[str, tuple[Callable[[np.random.Generator, Axes], None], float]] = {
    "curves": (_curves, 7),
    "scatter": (_scatter, 3),
    "bars": (_bars, 4),
    "histogram": (_histogram, 2),
    "spectra": (_spectra, 5),
    "map": (_map, 1.5),
    "boxes": (_boxes, 1),
    "arcs": (_arcs, 1),
    "loops": (_loops, 1.5),
}
