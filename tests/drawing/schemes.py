"""Drawings made of shapes and words: a flow chart in a frame, and a chemical scheme."""

from __future__ import annotations

import math
from collections.abc import Sequence

from exsclaim_core.model import Box
from tests.drawing.sheets import Sheets

FONT = "Helvetica"
Point = tuple[float, float]


def arrow(sheet: Sheets, points: Sequence[Point], width: float = 0.8, dash: Sequence[float] = ()) -> None:
    """A polyline with a head at its last point."""
    (from_x, from_y), (x, y) = points[-2], points[-1]
    turn = math.atan2(y - from_y, x - from_x)
    sheet.line(points, width, dash=dash)
    wings = [(x - 5 * math.cos(turn + side), y - 5 * math.sin(turn + side)) for side in (0.4, -0.4)]
    sheet.line([wings[0], (x, y), wings[1]], 0.4, fill=(0, 0, 0))


def flow_chart(sheet: Sheets, frame: Box) -> Box:
    """Seven steps in two rows with arrows between them, inside a frame; the frame with its stroke."""
    region = sheet.frame(frame, 0.8)
    upper = ["Powder, water,\ndispersant", "Milling\n16 h", "Binder", "Degassing"]
    lower = ["Firing\n1850 K", "Drying\n298 K", "Casting"]
    width, height, gap = 74.0, 34.0, (frame.width - 4 * 74) / 5
    tops = (frame.y0 + 34, frame.y1 - 34 - height)
    lefts = [frame.x0 + gap + place * (width + gap) for place in range(4)]
    for place, words in enumerate(upper):
        _step(sheet, Box(lefts[place], tops[0], lefts[place] + width, tops[0] + height), words)
    for place, words in enumerate(lower):
        _step(sheet, Box(lefts[place + 1], tops[1], lefts[place + 1] + width, tops[1] + height), words, shade=0.9)
    upper_y, lower_y = tops[0] + height / 2, tops[1] + height / 2
    for place in range(3):
        arrow(sheet, [(lefts[place] + width, upper_y), (lefts[place + 1], upper_y)])
    for place in (2, 3):
        arrow(sheet, [(lefts[place], lower_y), (lefts[place - 1] + width, lower_y)])
    last = lefts[3] + width / 2
    arrow(sheet, [(last, tops[0] + height), (last, tops[1])])
    arrow(sheet, [(lefts[1], lower_y), (lefts[0] + width / 2, lower_y)])
    sheet.text("plate", lefts[0] + width / 2 - 4, lower_y + 3, font=FONT, size=8, align="right")
    back = tops[0] - 14
    turn = [(last, tops[0]), (last, back), (lefts[1] + width / 2, back), (lefts[1] + width / 2, tops[0])]
    arrow(sheet, turn, 0.6, (3, 2))
    sheet.text("too viscous", (lefts[1] + last) / 2 + width / 4, back - 4, font=FONT, size=7.5, align="center")
    back = tops[1] + height + 12
    middle = lefts[2] + width / 2
    turn = [
        (middle, tops[1] + height),
        (middle, back),
        (lefts[0] + 6, back),
        (lefts[0] + 6, tops[0] + height),
    ]
    arrow(sheet, turn, 0.6, (3, 2))
    sheet.text("cracked layers", lefts[1] + width / 2, back + 9, font=FONT, size=7.5, align="center")
    return region


def exchange_of_groups(sheet: Sheets, box: Box) -> Box:
    """A surface with a hydroxyl group and a carboxylate beside it, an arrow, and the surface with the carboxylate."""
    mark, middle = len(sheet.drawn), (box.y0 + box.y1) / 2
    _surface(sheet, box.x0, box.y0, box.y1, middle)
    sheet.text("OH", box.x0 + 58, middle + 4, font=FONT, size=10)
    sheet.text("+", box.x0 + 88, middle + 4, font=FONT, size=12)
    _carboxylate(sheet, box.x0 + 106, middle, "–")
    arrow(sheet, [(box.x0 + 180, middle), (box.x0 + 222, middle)], 1)
    second = box.x0 + 236
    _surface(sheet, second, box.y0, box.y1, middle)
    _carboxylate(sheet, second + 58, middle, "")
    sheet.text("+  OH", second + 132 - 10, middle + 4, font=FONT, size=10)
    sheet.text("–", second + 149, middle - 1, font=FONT, size=8)
    return sheet.since(mark)


def _step(sheet: Sheets, box: Box, words: str, shade: float = 1.0) -> None:
    sheet.frame(box, 0.7, fill=(shade, shade, shade))
    lines = words.split("\n")
    for number, line in enumerate(lines):
        baseline = (box.y0 + box.y1) / 2 + 3 + (number - (len(lines) - 1) / 2) * 10
        sheet.text(line, (box.x0 + box.x1) / 2, baseline, font=FONT, size=8, align="center")


def _surface(sheet: Sheets, x: float, y0: float, y1: float, middle: float) -> None:
    """A hatched wall with an aluminium atom on it and the bond to what follows."""
    sheet.line([(x + 12, y0), (x + 12, y1)], 1)
    for number in range(9):
        y = y0 + 10 + number * (y1 - y0 - 10) / 8
        sheet.line([(x + 12, y - 10), (x, y)], 0.5)
    sheet.line([(x + 12, middle), (x + 24, middle)], 0.8)
    sheet.text("Al", x + 26, middle + 4, font=FONT, size=10)
    sheet.line([(x + 38, middle), (x + 56, middle)], 0.8)


def _carboxylate(sheet: Sheets, x: float, middle: float, charge: str) -> None:
    """O–C(=O)–R from left to right, with its charge."""
    sheet.text("O", x, middle + 4, font=FONT, size=10)
    if charge:
        sheet.text(charge, x - 1, middle - 5, font=FONT, size=8)
    sheet.line([(x + 10, middle), (x + 22, middle)], 0.8)
    sheet.text("C", x + 24, middle + 4, font=FONT, size=10)
    for shift in (-1.2, 1.2):
        sheet.line([(x + 27.5 + shift, middle - 6), (x + 27.5 + shift, middle - 18)], 0.8)
    sheet.text("O", x + 23.6, middle - 20, font=FONT, size=10)
    sheet.line([(x + 33, middle), (x + 45, middle)], 0.8)
    sheet.text("R", x + 47, middle + 4, font=FONT, size=10)
