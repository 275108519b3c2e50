"""Vector charts on a sheet: curves and bars with axes, ticks, titles and a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from exsclaim_core.model import Box
from tests.drawing.sheets import Colour, Sheets

FONT = "Helvetica"
COLOURS: tuple[Colour, ...] = ((0.1, 0.3, 0.65), (0.8, 0.25, 0.15), (0.2, 0.55, 0.25), (0.45, 0.3, 0.6))


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    points: Sequence[tuple[float, float]]
    markers: bool = False
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """The range of an axis and the distance of its ticks, in the unit of the data."""

    low: float
    high: float
    step: float
    digits: int = 0

    def ticks(self) -> list[float]:
        return [self.low + n * self.step for n in range(math.floor((self.high - self.low) / self.step + 1e-6) + 1)]

    def share(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)


def example_curve(number: int, name: str) -> Series:
    points = [(300 + 5 * n, 20 + 12 * number + (60 - 15 * number) / (1 + math.exp(5 - n / 6))) for n in range(61)]
    return Series(name, points)


def line_plot(
    sheet: Sheets,
    box: Box,
    series: Sequence[Series],
    x: Axis = Axis(300, 600, 100),
    y: Axis = Axis(0, 100, 25),
    x_title: str = "x",
    y_title: str = "y",
    legend: str = "lower right",
    size: float = 7,
) -> Box:
    """Curves in a box of axes that fills the given box with its titles; returns what was drawn."""
    mark = len(sheet.drawn)
    inner = _axes(sheet, box, x, y, x_title, y_title, size)
    for number, one in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        points = [(inner.x0 + x.share(u) * inner.width, inner.y1 - y.share(v) * inner.height) for u, v in one.points]
        if one.markers:
            for at_x, at_y in points:
                sheet.frame(Box(at_x - 1.6, at_y - 1.6, at_x + 1.6, at_y + 1.6), 0.5, fill=colour, colour=colour)
        sheet.line(points, 0.9, colour, one.dash)
    _legend(sheet, inner, series, legend, size)
    return sheet.since(mark)


def data_box(box: Box, size: float = 7, titled: bool = True) -> Box:
    """What is left of a chart's box for the data when titles and numbers of that font size have their room."""
    below = 3.2 if titled else 1.6
    return Box(box.x0 + size * 3.6, box.y0 + size * 0.6, box.x1 - size * 0.8, box.y1 - size * below)


def bar_chart(
    sheet: Sheets, box: Box, groups: Sequence[tuple[str, Sequence[float]]], y: Axis, y_title: str, size: float = 7
) -> Box:
    """Groups of upright bars; returns what was drawn."""
    mark = len(sheet.drawn)
    inner = _axes(sheet, box, None, y, "", y_title, size)
    step = inner.width / len(groups)
    for place, (name, values) in enumerate(groups):
        bar = step * 0.7 / len(values)
        left = inner.x0 + place * step + step * 0.15
        for number, value in enumerate(values):
            top = inner.y1 - y.share(value) * inner.height
            bounds = Box(left + number * bar, top, left + (number + 1) * bar, inner.y1)
            sheet.frame(bounds, 0.4, fill=COLOURS[number % len(COLOURS)])
            sheet.line([(bounds.x0 + bar / 2, top - 3), (bounds.x0 + bar / 2, top + 3)], 0.5)
        sheet.text(name, left + step * 0.35, inner.y1 + size + 3, font=FONT, size=size, align="center")
    return sheet.since(mark)


def _axes(sheet: Sheets, box: Box, x: Axis | None, y: Axis, x_title: str, y_title: str, size: float) -> Box:
    """Frame, ticks, numbers and titles; the box that is left for the data."""
    inner = data_box(box, size, titled=x is not None)
    sheet.frame(inner, 0.6)
    for value in y.ticks():
        at = inner.y1 - y.share(value) * inner.height
        sheet.line([(inner.x0, at), (inner.x0 + 3, at)], 0.5)
        words = f"{value:.{y.digits}f}"
        sheet.text(words, inner.x0 - 2.5, at + size * 0.35, font=FONT, size=size, align="right")
    sheet.text(y_title, box.x0 + size * 0.75, (inner.y0 + inner.y1) / 2, font=FONT, size=size, align="center", angle=90)
    if x is None:
        return inner
    for value in x.ticks():
        at = inner.x0 + x.share(value) * inner.width
        sheet.line([(at, inner.y1), (at, inner.y1 - 3)], 0.5)
        sheet.text(f"{value:.{x.digits}f}", at, inner.y1 + size * 1.15, font=FONT, size=size, align="center")
    title_y = box.y1 - size * 0.25
    sheet.text(x_title, (inner.x0 + inner.x1) / 2, title_y, font=FONT, size=size, align="center")
    return inner


def _legend(sheet: Sheets, inner: Box, series: Sequence[Series], place: str, size: float) -> None:
    vertical, horizontal = place.split()
    left = inner.x0 + 6 if horizontal == "left" else inner.x1 - 6 - size * 7.5
    top = inner.y0 + 5 if vertical == "upper" else inner.y1 - 5 - len(series) * size * 1.3
    for number, one in enumerate(series):
        at = top + (number + 0.6) * size * 1.3
        sheet.line([(left, at), (left + 14, at)], 0.9, COLOURS[number % len(COLOURS)], one.dash)
        if one.markers:
            sheet.frame(
                Box(left + 5.4, at - 1.6, left + 8.6, at + 1.6),
                0.5,
                fill=COLOURS[number % len(COLOURS)],
                colour=COLOURS[number % len(COLOURS)],
            )
        sheet.text(one.name, left + 17, at + size * 0.35, font=FONT, size=size)
