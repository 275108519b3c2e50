"""Rows of text: MuPDF's lines joined across wide spaces, and the paragraphs that the rows form."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from exsclaim_core.labels import LABEL
from exsclaim_core.layout.typography import Column, Typography
from exsclaim_core.pdf.pages import RIGHT, Page

Rectangle = tuple[float, float, float, float]  # x0, y0, x1, y1 in points


@dataclass(slots=True, eq=False)
class Row:
    """Text on one baseline without a wide gap."""

    box: Rectangle
    baseline: float
    size: float
    font: int
    bold: float  # share of characters
    text: str
    lines: list[int]  # indices into the page's lines, left to right
    column: int = -1  # index into the page's columns
    full: bool = False  # reaches from the left to the right edge of its column, give or take an indent
    paragraph: int = -1


@dataclass(slots=True, eq=False)
class Paragraph:
    """Rows of one column that follow each other at an even distance."""

    rows: list[Row] = field(default_factory=list)

    @property
    def box(self) -> Rectangle:
        return hull([row.box for row in self.rows])


def hull(boxes: Sequence[Rectangle]) -> Rectangle:
    """Smallest box that holds all given ones; ValueError when there is none."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def build_rows(page: Page, keep: list[bool], columns: tuple[Column, ...]) -> list[Row]:
    """Rows of a page from top to bottom; only lines that read rightwards and are marked in `keep`.

    Lines on one baseline are joined when the gap between them is at most 1.5 em (justified lines stretch their spaces),
    but not across the edge at which a column begins.
    """
    lines = page.lines
    boxes = lines["box"].tolist()
    sizes = lines["size"].tolist()
    baselines = lines["baseline"].tolist()
    directions = lines["direction"].tolist()
    fonts = lines["font"].tolist()
    bolds = lines["bold"].tolist()
    chars = lines["chars"].tolist()
    # A caption's left edge is one too: captions side by side may stand close.
    edges = [column.x0 for column in columns] + [boxes[i][0] for i, text in enumerate(page.texts) if LABEL.match(text)]
    # Fake bold and shadows print a line twice.
    first_of = {(page.texts[i], *boxes[i]): i for i in reversed(range(len(boxes)))}
    order = [i for i in first_of.values() if keep[i] and directions[i] == RIGHT]
    order.sort(key=lambda i: (baselines[i], boxes[i][0]))
    open_rows: list[list[int]] = []
    extents: list[list[float]] = []  # x0, x1, baseline, size of the open rows
    done: list[list[int]] = []
    for i in order:
        x0, _, x1, _ = boxes[i]
        size, baseline = sizes[i], baselines[i]
        while extents and baseline - extents[0][2] > 1.2 * max(size, extents[0][3]):
            done.append(open_rows.pop(0))
            extents.pop(0)
        for row, extent in zip(reversed(open_rows), reversed(extents), strict=True):
            big, small = max(size, extent[3]), min(size, extent[3])
            # Indices and exponents set apart stand up to half an em off their line.
            if abs(baseline - extent[2]) > (0.2 * big if small > 0.85 * big else 0.55 * big):
                continue
            gap = max(x0 - extent[1], extent[0] - x1)
            # Far apart only pieces of one size belong together.
            if gap > (1.5 if small > 0.93 * big else 0.6) * small or gap < -0.6 * big:
                continue
            right_start = x0 if x0 >= extent[0] else extent[0]
            left_end = extent[1] if x0 >= extent[0] else x1
            if gap > 0.45 * big and any(abs(right_start - edge) <= 3 and left_end <= edge for edge in edges):
                continue
            row.append(i)
            extent[0], extent[1] = min(extent[0], x0), max(extent[1], x1)
            if size > extent[3]:
                extent[2], extent[3] = baseline, size
            break
        else:
            open_rows.append([i])
            extents.append([x0, x1, baseline, size])
    done.extend(open_rows)
    rows = []
    for members in done:
        if len(members) == 1:
            i = members[0]
            rows.append(Row(tuple(boxes[i]), baselines[i], sizes[i], fonts[i], bolds[i], page.texts[i], members))
            continue
        members.sort(key=lambda i: boxes[i][0])
        main = max(members, key=lambda i: chars[i] * sizes[i])
        total = sum(chars[i] for i in members)
        rows.append(
            Row(
                hull([boxes[i] for i in members]),
                baselines[main],
                sizes[main],
                fonts[main],
                sum(bolds[i] * chars[i] for i in members) / total,
                " ".join(page.texts[i] for i in members),
                members,
            )
        )
    _set_columns(rows, columns)
    rows.sort(key=lambda row: (row.baseline, row.box[0]))
    return rows


def _set_columns(rows: list[Row], columns: tuple[Column, ...]) -> None:
    """The narrowest column that holds each row, and whether the row fills it."""
    for row in rows:
        best = None
        for index, column in enumerate(columns):
            inside = row.box[0] >= column.x0 - 3 and row.box[2] <= column.x1 + 4
            if inside and (best is None or column.width < columns[best].width):
                best = index
        if best is None:
            continue
        column = columns[best]
        row.column = best
        row.full = row.box[0] <= column.x0 + 0.14 * column.width and row.box[2] >= column.x1 - 0.06 * column.width


def build_paragraphs(rows: list[Row], body: Typography, rules: Sequence[Rectangle] = ()) -> list[Paragraph]:
    """Rows of one column gathered while size, distance and overlap stay those of running text.

    Every row is in exactly one paragraph. Rules (boxes in points) part paragraphs.
    """
    rules = sorted(rules, key=lambda rule: rule[1])
    heights = [rule[1] for rule in rules]
    paragraphs: list[Paragraph] = []
    open_ones: dict[int, list[Paragraph]] = {}
    for row in rows:
        some = open_ones.setdefault(row.column, [])
        for paragraph in reversed(some[-6:]):  # rows outside the columns may stand side by side
            if _follows(row, paragraph.rows[-1], body) and not _parted(row, paragraph.rows[-1], rules, heights):
                paragraph.rows.append(row)
                some.remove(paragraph)
                some.append(paragraph)
                break
            if row.column >= 0:
                some.append(_new_paragraph(row, paragraphs))
                break
        else:
            some.append(_new_paragraph(row, paragraphs))
    for index, paragraph in enumerate(paragraphs):
        for row in paragraph.rows:
            row.paragraph = index
    return paragraphs


def _new_paragraph(row: Row, paragraphs: list[Paragraph]) -> Paragraph:
    paragraph = Paragraph([row])
    paragraphs.append(paragraph)
    return paragraph


def _parted(row: Row, previous: Row, rules: list[Rectangle], heights: list[float]) -> bool:
    """Whether a rule as wide as most of either row lies between two rows; rules and their heights from the top."""
    first = bisect_right(heights, previous.baseline)
    end = bisect_left(heights, row.baseline - 0.5 * row.size)
    width = 0.8 * max(row.box[2] - row.box[0], previous.box[2] - previous.box[0])
    return any(
        min(rule[2], row.box[2]) - max(rule[0], row.box[0]) >= min(width, row.box[2] - row.box[0])
        for rule in rules[first:end]
    )


def _follows(row: Row, previous: Row, body: Typography) -> bool:
    """Whether a row goes on with the paragraph that ends with another."""
    if row.column < 0 and abs(row.box[0] - previous.box[0]) > 3 * row.size:
        return False
    return (
        0.7 * row.size
        < row.baseline - previous.baseline
        < 1.3 * body.leading / body.size * max(row.size, previous.size)
        and abs(row.size - previous.size) <= 1.2 * body.size_slack * max(row.size, previous.size)
        and (row.bold > 0.7) == (previous.bold > 0.7)
        and min(row.box[2], previous.box[2]) > max(row.box[0], previous.box[0])
    )
