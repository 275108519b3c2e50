"""What the body text of a document looks like: its size, its fonts, its leading and its columns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.pdf.pages import RIGHT, Pages

NARROWEST = 11.0  # em; columns of text are wider, those of tables rarely


@dataclass(frozen=True, slots=True)
class Column:
    """Left and right edge of a text column in points."""

    x0: float
    x1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0


@dataclass(frozen=True, slots=True)
class Typography:
    """Measures of the body text, for one reading direction."""

    size: float  # points
    fonts: frozenset[int]  # that set at least a tenth of the body's characters
    leading: float  # distance of baselines, points
    size_slack: float  # share by which sizes of one text differ: little as typeset, a quarter as recognised from scans
    columns: tuple[tuple[Column, ...], ...]  # of each page, by left edge; may overlap where the page mixes widths


def measure_typography(pages: Pages, furniture: NDArray[np.bool_]) -> Typography:
    """Size, fonts, leading and columns of the body: what most characters of the document are set in.

    `furniture` marks the lines (all pages) that are running heads, page numbers and the like.
    """
    lines = pages.lines
    use = (lines["direction"] == RIGHT) & ~furniture
    lines = lines[use]
    if not len(lines):
        return Typography(10.0, frozenset(), 12.0, 0.1, tuple(() for _ in range(len(pages))))
    sizes = Counter[float]()
    # Long lines only: tables and figures have many characters too, in short pieces.
    long = lines["chars"] >= 25
    some = lines[long] if long.sum() >= 10 else lines
    for size, chars in zip(np.round(some["size"] * 2).tolist(), some["chars"].tolist(), strict=True):
        sizes[size / 2] += chars
    # References and tables can outweigh the body; they are set smaller.
    most = sizes.most_common(1)[0][1]
    coarse = max(size for size, chars in sizes.items() if chars >= 0.6 * most)
    near = some[np.abs(some["size"] - coarse) <= 0.5]
    size = float(np.average(near["size"], weights=near["chars"]))
    fonts = Counter[int]()
    for font, chars in zip(near["font"].tolist(), near["chars"].tolist(), strict=True):
        fonts[font] += chars
    total = sum(fonts.values())
    body_fonts = frozenset(font for font, chars in fonts.items() if chars >= 0.1 * total)
    alike = np.abs(lines["size"] - size) < 0.05 * size
    steps = np.diff(lines["baseline"])[alike[1:] & alike[:-1]]
    steps = steps[(steps > 0.9 * size) & (steps < 2.5 * size)]
    leading = float(np.median(steps)) if len(steps) else 1.2 * size
    page_of_line = pages.pages_of_lines()[use]
    columns = _columns(lines, page_of_line, pages.numbers, size)
    alike = some["size"][np.abs(some["size"] - size) < 0.3 * size]
    spread = float(np.median(np.abs(alike - size))) / size
    return Typography(size, body_fonts, leading, min(0.25, max(0.1, 3 * spread)), columns)


def _columns(
    lines: NDArray[np.void], page_of_line: NDArray[np.int64], numbers: NDArray[np.int32], size: float
) -> tuple[tuple[Column, ...], ...]:
    """Columns of each page from the edges that many long body lines share.

    Pages with too little text of their own take the columns of the pages of their parity (odd and even pages of a book
    are shifted), or of all pages.
    """
    body = (np.abs(lines["size"] - size) <= 0.08 * size) & (lines["chars"] >= 18)
    boxes, pages = lines["box"][body], page_of_line[body]
    boxes, pages = (
        boxes[boxes[:, 2] - boxes[:, 0] > NARROWEST * size],
        pages[boxes[:, 2] - boxes[:, 0] > NARROWEST * size],
    )
    own = [_page_columns(boxes[pages == index]) for index in range(len(numbers))]
    by_parity = [_page_columns(boxes[numbers[pages] % 2 == parity], least=8) for parity in (0, 1)]
    every = _page_columns(boxes, least=8)
    result = []
    for index, number in enumerate(numbers.tolist()):
        spare = by_parity[number % 2] or every
        columns = list(own[index])
        for column in spare:
            # A page with one column of text may have a float in the other: its lane is known from the other pages.
            if not any(abs(column.x0 - c.x0) < 12 and abs(column.x1 - c.x1) < 12 for c in columns):
                columns.append(column)
        result.append(tuple(sorted(columns, key=lambda c: (c.x0, c.x1))))
    return tuple(result)


def _page_columns(boxes: NDArray[np.float32], least: int = 4) -> list[Column]:
    """Pairs of a left and a right edge that at least `least` lines have in common."""
    if len(boxes) < least:
        return []
    pairs = Counter[tuple[int, int]]()
    left = np.round(boxes[:, 0] / 2).astype(int).tolist()
    right = np.round(boxes[:, 2] / 2).astype(int).tolist()
    for pair in zip(left, right, strict=True):
        pairs[pair] += 1
    columns: list[tuple[int, Column]] = []
    # Neighbouring bins count together: justified text varies by a point.
    for (x0, x1), _ in pairs.most_common(12):
        count = sum(pairs.get((x0 + i, x1 + j), 0) for i in (-1, 0, 1) for j in (-1, 0, 1))
        if count < max(least, 0.04 * len(boxes)):
            continue
        near = (np.abs(boxes[:, 0] - 2 * x0) <= 3) & (np.abs(boxes[:, 2] - 2 * x1) <= 3)
        # The middle of the sorted edges: numpy's median costs more than all else here.
        edges = np.sort(boxes[near][:, [0, 2]], axis=0)[int(near.sum()) // 2]
        column = Column(float(edges[0]), float(edges[1]))
        twin = next(
            (
                i
                for i, (_, c) in enumerate(columns)
                if (abs(c.x1 - column.x1) <= 4 and abs(c.x0 - column.x0) <= 40)
                or (abs(c.x0 - column.x0) <= 4 and abs(c.x1 - column.x1) <= 18)
            ),
            None,
        )
        if twin is None:
            columns.append((count, column))
        else:  # first lines of paragraphs are indented
            other = columns[twin][1]
            columns[twin] = (columns[twin][0] + count, Column(min(other.x0, column.x0), max(other.x1, column.x1)))
    return [column for _, column in columns]
