"""Several pictures under one letter: rows and columns with heads, words at their left, arrows, and mixed kinds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import ImageDraw

from exsclaim_core.model import Box
from exsclaim_core.panels.model import PanelClass
from exsclaim_core.panels.synthesis.axes import Sides
from exsclaim_core.panels.synthesis.fonts import put, put_centred, widest
from exsclaim_core.panels.synthesis.layouts import Cell
from exsclaim_core.panels.synthesis.look import BLACK, WHITE
from exsclaim_core.panels.synthesis.marks import draw_arrow
from exsclaim_core.panels.synthesis.parts import Style, draw_part
from exsclaim_core.panels.synthesis.sheet import Sheet

PICTURED = ("microscopy", "diffraction", "photo")
SMALLEST_PICTURE = 6  # of a group's pictures: sides in sizes of the text
ASPECTS = (0.55, 2.2)  # of a group's pictures, width over height
WIDEST_MIX = 0.62  # of a panel's width: the first of two things of different classes
# Heads of columns and rows: all of a group's are of one sort.
HEADS: tuple[tuple[str, ...], ...] = (
    ("Mg", "O", "Fe", "Ti", "C", "S", "Li", "Overlay"),
    ("Before", "After", "Recovered", "Washed", "Dried", "Burnt", "Bent"),
    ("Pristine", "1st cycle", "10th cycle", "50th cycle", "100th cycle", "200th cycle", "500th cycle"),
    ("SEM", "TEM", "STEM", "Photo", "EDS", "SAED", "Model"),
    ("Control", "Low", "Medium", "High", "Sham", "Treated", "Blank"),
    ("DAPI", "GFP", "Actin", "Merge", "Bright field", "Zoom", "Depth"),
    ("Top view", "Side view", "Cross section", "Back", "Enlarged", "Detail", "Scheme"),
    ("S1", "S2", "S3", "S4", "S5", "S6", "S7"),
)
STEPS = ("{} s", "{} min", "{} h", "{} °C", "{} V", "{} mol%", "Day {}", "x = 0.{}", "{} nm", "{}°")


@dataclass(frozen=True, slots=True)
class Group:
    """What stands under one letter, row by row."""

    kinds: tuple[tuple[PanelClass, ...], ...]
    heads: bool = False  # words above the columns
    titles: bool = False  # words at the left of the rows
    link: str = ""  # between the columns: "arrow" or "plus"
    shared: bool = False  # plots that share their axes

    @property
    def kind(self) -> PanelClass:
        """The class of the whole: with a scheme in it, it is an illustration."""
        every = [kind for row in self.kinds for kind in row]
        return "illustration" if "illustration" in every else every[0]


def pick_group(random: np.random.Generator, kind: PanelClass, width: int, height: int, text: int) -> Group | None:
    """What a panel of a class and size may hold in place of one picture, None where it has no room for more."""
    if kind == "graph" and random.random() < 0.3:
        rows = int(random.integers(2, 4))
        return Group((("graph",),) * rows, shared=True) if height > 14 * text else None
    if kind not in (*PICTURED, "graph", "illustration"):
        return None
    least = SMALLEST_PICTURE if kind in PICTURED else 10
    rows = 1 if kind == "graph" else int(np.clip(height // (least * text), 1, random.integers(1, 4)))
    columns = int(np.clip(width // (least * text), 1, random.integers(1, 7 if kind in PICTURED else 5)))
    # As authors do: in the shape that the panel allows the pictures are neither stripes nor columns.
    narrow, broad = (width * rows / (height * aspect) for aspect in ASPECTS)
    columns = max(1, min(max(columns, round(broad)), round(narrow), width // (least * text)))
    if rows * columns == 1:
        return None
    kinds = [[kind] * columns for _ in range(rows)]
    if random.random() < (0.18 if kind in PICTURED else 0.7):
        choices: tuple[PanelClass, ...] = ("illustration", "microscopy", "photo", "graph", "diffraction")
        other = choices[int(random.choice(5, p=(0.32, 0.32, 0.18, 0.13, 0.05)))]
        draw = random.random()
        if rows > 1 and draw < 0.45:  # drawings above, pictures below
            kinds[int(random.integers(rows))] = [other] * columns
        elif columns > 1 and draw < 0.85:
            at = int(random.choice((0, columns - 1)))
            kinds = [[other if column == at else own for column, own in enumerate(row)] for row in kinds]
        else:
            kinds[int(random.integers(rows))][int(random.integers(columns))] = other
    draw = random.random()
    return Group(
        tuple(tuple(row) for row in kinds),
        heads=columns > 1 and bool(random.random() < 0.35),
        titles=bool(random.random() < (0.22 if rows > 1 else 0.1)),
        link=("arrow" if draw < 0.22 else "plus" if draw < 0.28 else "") if columns > 1 else "",
    )


def draw_group(random: np.random.Generator, sheet: Sheet, group: Group, area: Cell, style: Style) -> list[Box]:
    """Draw the pictures of a group and its words, and return the boxes of all ink."""
    x0, y0, x1, y1 = area
    look, boxes = style.look, list[Box]()
    rows = len(group.kinds)
    if group.heads:
        y0 += round(1.7 * look.text)
    marks = [look.words(word) for word in _words(random, rows)] if group.titles else []
    if marks and random.random() < 0.6:
        marks = [mark.turned() for mark in marks]
    if marks and widest(marks) < (x1 - x0) / 4:
        x0 += widest(marks) + look.text // 2
    else:
        marks = []
    widths, spaces = _columns(random, group, x1 - x0, look.text)
    down = 0 if group.shared else round(look.text * float(random.choice((0.0, 0.1, 0.2, 0.4, 0.8))))
    height = (y1 - y0 + down) / rows
    titled = not group.shared and not group.heads and random.random() < 0.35
    below = round(1.5 * look.text) if titled and random.random() < 0.4 else 0
    for row, kinds in enumerate(group.kinds):
        left, top = x0, y0 + round(row * height)
        bottom = min(y1, top + round(height) - down)
        for column, kind in enumerate(kinds):
            sides = Sides(row == rows - 1, column == 0) if group.shared else None
            cell = (left, top, left + widths[column], bottom - below)
            one = draw_part(random, sheet, cell, kind, style, sides)
            left += widths[column] + spaces
            if one is None:
                continue
            boxes.append(one)
            title = _title(random, sheet, one, style, below) if titled else None
            if title:
                boxes.append(title)
            if column and group.link:
                _link(sheet, group.link, (cell[0] - spaces, (one.y0 + one.y1) / 2), spaces, style)
        if marks and marks[row].height < bottom - top:
            place = (x0 - widest(marks) - look.text // 2, (top + bottom - marks[row].height) / 2)
            boxes.append(put(sheet.image, place, marks[row], look.ink))
    if group.heads and boxes:
        boxes += _heads(random, sheet, (x0, y0), widths, spaces, style)
    return boxes


def _columns(random: np.random.Generator, group: Group, width: int, text: int) -> tuple[list[int], int]:
    """How wide the columns are, and the space between them."""
    count = len(group.kinds[0])
    if group.shared:
        space = 0.0
    elif group.link:
        space = random.uniform(1.4, 2.6)
    elif set(group.kinds[0]) & {"graph", "illustration"}:
        space = random.uniform(0.5, 1.6)
    else:
        space = random.choice((0.0, 0.1, 0.2, 0.4, 0.8, 1.2))
    between = min(round(space * text), width // (3 * count))
    left = width - between * (count - 1)
    shares = np.full(count, 1 / count)
    if len(set(group.kinds[0])) > 1 and random.random() < 0.6:
        shares = random.dirichlet(np.full(count, 12.0))
    if count == 2 and max(shares) > WIDEST_MIX:
        shares = np.array((0.5, 0.5))
    return [int(share * left) for share in shares.tolist()], between


def _words(random: np.random.Generator, count: int) -> list[str]:
    """Heads for so many columns or rows: names of one sort, or a quantity that grows."""
    if random.random() < 0.5:
        some = HEADS[int(random.integers(len(HEADS)))]
        first = int(random.integers(max(1, len(some) - count + 1)))
        return [some[(first + at) % len(some)] for at in range(count)]
    step = int(random.choice((1, 2, 5, 10, 20, 50)))
    pattern = STEPS[int(random.integers(len(STEPS)))]
    return [pattern.format(at * step) for at in range(count)]


def _heads(
    random: np.random.Generator, sheet: Sheet, corner: tuple[int, int], widths: list[int], space: int, style: Style
) -> list[Box]:
    """Print a head above each column, where all have room."""
    bold = bool(random.random() < 0.3)
    marks = [style.look.words(word, 1.0, bold) for word in _words(random, len(widths))]
    if any(mark.width > width for mark, width in zip(marks, widths, strict=True)):
        return []
    boxes, x = [], float(corner[0])
    for mark, width in zip(marks, widths, strict=True):
        boxes.append(
            put_centred(sheet.image, (x + width / 2, corner[1] - 0.85 * style.look.text), mark, style.look.ink)
        )
        x += width + space
    return boxes


def _link(sheet: Sheet, link: str, start: tuple[float, float], long: float, style: Style) -> None:
    """An arrow or a plus sign in the space before a picture."""
    x, y = start
    if link == "plus":
        mark = style.look.words("+", 1.5, True)
        if mark.width < long:
            put_centred(sheet.image, (x + long / 2, y), mark, style.look.ink)
        return
    thick = max(2, style.look.text // 5)
    colour = style.look.palette[0] if style.look.bold else style.look.ink
    draw_arrow(ImageDraw.Draw(sheet.image), (x + 0.15 * long, y), (x + 0.85 * long, y), colour, thick)


def _title(random: np.random.Generator, sheet: Sheet, box: Box, style: Style, below: int) -> Box | None:
    """Print a word on a picture in a group, in its upper right corner or below it: a time, a channel, an element."""
    text = (f"{int(random.integers(0, 200))} s", "Merge", "O", "Fe", "Ti", "C", "BF", "DF", "10 min")[
        int(random.integers(9))
    ]
    mark = style.look.words(text)
    if below and mark.width < box.width:
        return put(sheet.image, ((box.x0 + box.x1 - mark.width) / 2, box.y1 + 2), mark, style.look.ink)
    if mark.width < box.width / 2 and mark.height < box.height / 3:
        place = (box.x1 - mark.width - style.look.text / 3, box.y0 + style.look.text / 3)
        patch = sheet.image.crop(
            (int(place[0]), int(place[1]), int(place[0]) + mark.width, int(place[1]) + mark.height)
        )
        dark = float(np.asarray(patch.convert("L"), np.float32).mean()) < 128
        return put(sheet.image, place, mark, WHITE if dark else BLACK)
    return None
