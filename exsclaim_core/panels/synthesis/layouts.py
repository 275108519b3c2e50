"""Where the panels of a drawn figure lie: in rows and columns, nested, or as in a real figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exsclaim_core.panels.model import PanelClass
from exsclaim_core.panels.synthesis.sources import Sources

Cell = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels of the sheet

SMALLEST = 0.05  # of the sheet's width: side of a panel


@dataclass(frozen=True, slots=True)
class Note:
    """Room for words that belong to no panel: a column's head, a row's title, a line between rows."""

    cell: Cell
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Cells in reading order on a sheet."""

    width: int
    height: int
    cells: tuple[Cell, ...]
    kinds: tuple[PanelClass | None, ...]  # where the real figure told them
    notes: tuple[Note, ...] = ()
    columns: int = 0  # of a regular grid, else 0


def draw_layout(
    random: np.random.Generator, sources: Sources, width: int, gutter: int, text: int, aspect: float
) -> Layout:
    """A layout for a sheet of the width; `aspect` is the width over the height of a usual panel."""
    draw = random.random()
    if draw < 0.1:
        height = round(width / float(np.clip(random.normal(aspect, 0.3), 0.7, 3)))
        return Layout(width, height, ((0, 0, width, height),), (None,), columns=1)
    if draw < 0.5 and sources.layouts:
        return _real(random, sources, width)
    if draw < 0.8:
        return _grid(random, width, gutter, text, aspect)
    return _nested(random, width, gutter, aspect)


def reading_order(cells: list[Cell], by_columns: bool) -> list[int]:
    """Numbers of the cells row after row from the left, or column after column from the top."""
    left = list(range(len(cells)))
    order: list[int] = []
    first, last = (0, 2) if by_columns else (1, 3)
    while left:
        lead = min(left, key=lambda at: cells[at][first])
        limit = (cells[lead][first] + cells[lead][last]) / 2
        row = [at for at in left if cells[at][first] < limit]
        order += sorted(row, key=lambda at: (cells[at][1 - first], cells[at][first]))
        left = [at for at in left if at not in row]
    return order


def row_lengths(cells: list[Cell], by_columns: bool) -> list[int]:
    """How many cells each row (or column) has, of cells in reading order."""
    along = 1 if by_columns else 0
    lengths = [0]
    for at, cell in enumerate(cells):
        if at and cell[along] <= cells[at - 1][along]:
            lengths.append(0)
        lengths[-1] += 1
    return lengths


def _real(random: np.random.Generator, sources: Sources, width: int) -> Layout:
    # Layouts of many panels are rare, and they are the hard ones.
    tries = random.integers(len(sources.layouts), size=3)
    layout = max(
        (sources.layouts[int(at)] for at in tries[: int(random.choice((1, 1, 2, 3)))]), key=lambda one: len(one.cells)
    )
    mirrored = random.random() < 0.3
    cells: list[Cell] = []
    for box, _ in layout.cells:
        x0, x1 = (1 - box.x1, 1 - box.x0) if mirrored else (box.x0, box.x1)
        cells.append((round(x0 * width), round(box.y0 * width), round(x1 * width), round(box.y1 * width)))
    order = reading_order(cells, False)
    kinds = [layout.cells[at][1] for at in order]
    return Layout(width, round(layout.height * width), tuple(cells[at] for at in order), tuple(kinds))


def _grid(random: np.random.Generator, width: int, gutter: int, text: int, aspect: float) -> Layout:
    columns = int(random.choice((1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6)))
    most = 5 if columns < 4 else 6
    rows = int(random.integers(1 if columns > 1 else 2, most + 1))
    if rows * columns > 12 and random.random() < 0.6:
        rows = max(1, 12 // columns)
    rows = min(rows, 30 // columns)
    headed, titled = random.random() < 0.1, random.random() < 0.08
    noted = rows > 1 and random.random() < 0.06
    top = round(text * 2) if headed else 0
    left = round(text * 2) if titled else 0
    widths = _shares(random, columns, width - left - gutter * (columns - 1), random.random() < 0.65)
    height = (
        max(text * 4, min(widths) / aspect) if random.random() < 0.7 else max(text * 4, float(np.mean(widths)) / aspect)
    )
    height = min(height, 1.8 * width / rows)
    heights = _shares(random, rows, round(height * rows), random.random() < 0.7)
    cells: list[Cell] = []
    notes: list[Note] = []
    missing = int(random.integers(0, columns)) if rows > 1 and random.random() < 0.12 else 0
    y = top
    for row in range(rows):
        if noted and row == rows // 2:
            notes.append(Note((left, y - gutter, width, y - gutter + round(2.2 * text))))
            y += round(2.2 * text)
        if titled:
            notes.append(Note((0, y, left, y + heights[row]), turned=True))
        x = left
        for column in range(columns if row < rows - 1 else columns - missing):
            if headed and row == 0:
                notes.append(Note((x, 0, x + widths[column], top)))
            cells.append((x, y, x + widths[column], y + heights[row]))
            x += widths[column] + gutter
        y += heights[row] + gutter
    kinds = (None,) * len(cells)
    return Layout(width, y - gutter, tuple(cells), kinds, tuple(notes), columns)


def _nested(random: np.random.Generator, width: int, gutter: int, aspect: float) -> Layout:
    """Cuts across and down by turns, until the panels are as many as wanted or too small to cut."""
    height = round(width / float(random.uniform(0.7, 2.2)))
    wanted = int(random.choice((2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 12, 15)))
    cells: list[Cell] = [(0, 0, width, height)]
    while len(cells) < wanted:
        at = max(range(len(cells)), key=lambda k: (cells[k][2] - cells[k][0]) * (cells[k][3] - cells[k][1]))
        x0, y0, x1, y1 = cells.pop(at)
        count = 3 if random.random() < 0.3 and wanted - len(cells) >= 3 else 2
        down = (x1 - x0) / max(1, y1 - y0) < aspect * float(random.uniform(0.8, 1.4))
        room = (y1 - y0 if down else x1 - x0) - gutter * (count - 1)
        if room < count * SMALLEST * 1.5 * width:
            cells.insert(at, (x0, y0, x1, y1))
            break
        start = y0 if down else x0
        parts: list[Cell] = []
        for size in _shares(random, count, room, random.random() < 0.5):
            parts.append((x0, start, x1, start + size) if down else (start, y0, start + size, y1))
            start += size + gutter
        cells[at:at] = parts
    order = reading_order(cells, False)
    return Layout(width, height, tuple(cells[k] for k in order), (None,) * len(cells))


def _shares(random: np.random.Generator, count: int, room: int, equal: bool) -> list[int]:
    """Whole sizes that fill the room."""
    parts = np.ones(count) if equal else random.uniform(0.6, 1.6, count)
    ends = np.round(np.cumsum(parts / parts.sum()) * room).astype(int)
    return [int(size) for size in np.diff(np.concatenate(([0], ends)))]
