"""Running heads, page numbers, line numbers, logos, rules: what the page carries on every page and no figure owns."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.labels import LABEL
from exsclaim_core.pdf.pages import IMAGE, RIGHT, SLANTED, Pages

PAGE_NUMBER = re.compile(
    r"^\W*(?:p(?:age|\.)?\s*)?(?:[A-Z]{0,2}-?\d{1,5}|[ivxlc]{1,7})(?:\s*(?:of|/|\()\s*\d{1,5}\)?)?\W*$", re.I
)
DIGITS = re.compile(r"\d+")
PLACE = 4.0  # repeated pieces stay within this many points


def find_furniture_lines(pages: Pages) -> NDArray[np.bool_]:
    """Mark the lines, over all pages, that repeat from page to page or number pages and lines.

    A text counts as repeated when, digits aside, it stands in the same place on at least two pages and a sixth of them:
    heads of odd and even pages alternate, and short papers have few pages.
    """
    lines, texts = pages.lines, pages.texts
    furniture = np.zeros(len(lines), bool)
    if not len(lines):
        return furniture
    page_of_line = pages.pages_of_lines()
    heights = pages.sizes[page_of_line, 1]
    widths = pages.sizes[page_of_line, 0]
    boxes = lines["box"]
    upright = lines["direction"] == RIGHT
    edge = (boxes[:, 3] < 0.11 * heights) | (boxes[:, 1] > 0.89 * heights)
    long = upright & (lines["chars"] >= 25)
    left, right = (
        np.percentile(boxes[long, 0], 2) if long.any() else 0,
        np.percentile(boxes[long, 2], 98) if long.any() else 0,
    )
    side = ~upright & (
        (boxes[:, 2] < np.minimum(left, 0.12 * widths)) | (boxes[:, 0] > np.maximum(right, 0.88 * widths))
    )
    least = max(2, len(pages) / 6)
    places = defaultdict[tuple[str, int], list[int]](list)
    candidates = np.flatnonzero(edge | side)
    for index in candidates.tolist():
        # Captions too differ in their digits only; numbers on axes repeat where figures do.
        if len(texts[index]) <= 3 or LABEL.match(texts[index]):
            continue
        y = boxes[index, 1] if upright[index] else boxes[index, 0]
        key = DIGITS.sub("#", texts[index]).casefold()
        places[key, round(float(y) / PLACE)].append(index)
    for (key, place), members in places.items():
        near = members + places.get((key, place - 1), []) + places.get((key, place + 1), [])
        if len({page_of_line[i] for i in near}) >= least:
            furniture[members] = True
    _spare_rows_of_tables(pages, furniture)
    _mark_page_numbers(pages, page_of_line, edge & upright, furniture)
    _mark_heads(pages, furniture)
    _mark_repeated_anywhere(pages, page_of_line, furniture)
    _mark_line_numbers(pages, furniture)
    return furniture


def _spare_rows_of_tables(pages: Pages, furniture: NDArray[np.bool_]) -> None:
    """Unmark repeated lines near to what follows: tables that continue repeat their first row at the top of a page."""
    boxes = pages.lines["box"]
    for page in range(len(pages)):
        first, last = pages.line_range(page)
        marked = [i for i in range(first, last) if furniture[i] and pages.lines["direction"][i] == RIGHT]
        for top in (True, False):
            half = float(pages.sizes[page, 1]) / 2
            some = [i for i in marked if (boxes[i, 1] < half) == top]
            some.sort(key=lambda i: float(boxes[i, 3]), reverse=top)  # the innermost first
            for index in some:
                rest = boxes[first:last][~furniture[first:last]]
                gaps = rest[:, 1] - boxes[index, 3] if top else boxes[index, 1] - rest[:, 3]
                near = gaps[gaps > -0.5 * float(pages.lines["size"][index])]
                if not len(near) or float(near.min()) > 0.6 * float(pages.lines["size"][index]):
                    break
                furniture[index] = False


def _mark_page_numbers(
    pages: Pages, page_of_line: NDArray[np.int64], edge: NDArray[np.bool_], furniture: NDArray[np.bool_]
) -> None:
    """The outermost lines of pages when they are numbers that rise from page to page."""
    boxes = pages.lines["box"]
    found: list[tuple[int, int | None]] = []  # line, number less the page's own
    for index in np.flatnonzero(edge & ~furniture).tolist():
        match = PAGE_NUMBER.match(pages.texts[index])
        if not match:
            continue
        first, last = pages.line_range(int(page_of_line[index]))
        y0, y1 = boxes[index, 1], boxes[index, 3]
        others = boxes[first:last][~furniture[first:last]]
        if not (others[:, 3] < y0 - 2).any() or not (others[:, 1] > y1 + 2).any():
            digits = DIGITS.search(pages.texts[index])
            number = int(digits[0]) - int(pages.numbers[page_of_line[index]]) if digits else None
            found.append((index, number))
    numbers = Counter(number for _, number in found)
    for index, number in found:
        if numbers[number] >= 2 or len(pages) < 3:
            furniture[index] = True


def _mark_heads(pages: Pages, furniture: NDArray[np.bool_]) -> None:
    """Heads whose text changes: first or last lines at the same height on most pages, set off from what follows."""
    upright = pages.lines["direction"] == RIGHT
    for top in (True, False):
        tops = defaultdict[int, list[list[int]]](list)
        for page in range(len(pages)):
            first, last = pages.line_range(page)
            rows = first + np.flatnonzero(upright[first:last] & ~furniture[first:last])
            if len(rows) < 3:
                continue
            boxes = pages.lines["box"][rows]
            height = float(pages.sizes[page, 1])
            edge = float(boxes[:, 1].min()) if top else float(boxes[:, 3].max())
            if (edge > 0.12 * height) if top else (edge < 0.88 * height):
                continue
            size = float(np.sort(pages.lines["size"][rows])[len(rows) // 2])
            row = boxes[:, 1] < edge + 0.7 * size if top else boxes[:, 3] > edge - 0.7 * size
            rest = boxes[~row]
            if not len(rest):
                continue
            members = rows[row].tolist()
            if any(LABEL.match(pages.texts[i]) for i in members) or all(len(pages.texts[i]) <= 3 for i in members):
                continue
            gap = (
                float(rest[:, 1].min() - boxes[row, 3].max()) if top else float(boxes[row, 1].min() - rest[:, 3].max())
            )
            width = float(boxes[row, 2].max() - boxes[row, 0].min())
            chars = int(pages.lines["chars"][members].sum())
            if gap > 0.75 * size and (chars < 100 or width < 0.5 * float(pages.sizes[page, 0])):
                tops[round(edge / PLACE)].append(members)
        for place, found in list(tops.items()):
            near = len(found) + len(tops.get(place - 1, [])) + len(tops.get(place + 1, []))
            if near >= max(3, 0.35 * len(pages)):
                for members in found:
                    furniture[members] = True


def _mark_repeated_anywhere(pages: Pages, page_of_line: NDArray[np.int64], furniture: NDArray[np.bool_]) -> None:
    """The same text in the same place on three pages and a quarter of them: watermarks, download notes, side bars."""
    places = defaultdict[tuple[str, int, int], list[int]](list)
    boxes = pages.lines["box"]
    long = (pages.lines["direction"] == RIGHT) & (pages.lines["chars"] >= 25)
    if not long.any():
        return
    # Tables of one kind repeat their first column: only what stands outside the text, or across it, is no table.
    x0, y0 = np.percentile(boxes[long, :2], 3, axis=0)
    x1, y1 = np.percentile(boxes[long, 2:], 97, axis=0)
    heights = pages.sizes[page_of_line, 1]
    outside = (boxes[:, 2] < x0) | (boxes[:, 0] > x1)
    outside |= (boxes[:, 3] < np.minimum(y0, 0.11 * heights)) | (boxes[:, 1] > np.maximum(y1, 0.89 * heights))
    outside |= pages.lines["direction"] == SLANTED
    corners = np.round(boxes[:, :2] / PLACE).astype(int).tolist()
    for index in np.flatnonzero(outside).tolist():
        text, (x, y) = pages.texts[index], corners[index]
        if len(text) > 3:
            places[text, x, y].append(index)
    for members in places.values():
        if len(members) >= 3 and len({page_of_line[i] for i in members}) >= max(3, len(pages) / 4):
            furniture[members] = True


def _mark_line_numbers(pages: Pages, furniture: NDArray[np.bool_]) -> None:
    """Columns of numbers beside the text of manuscripts: ten or more, rising, left of everything else."""
    for page in range(len(pages)):
        first, last = pages.line_range(page)
        numbers = [i for i in range(first, last) if len(pages.texts[i]) <= 4 and pages.texts[i].isdecimal()]
        if len(numbers) < 10:
            continue
        boxes = pages.lines["box"][numbers]
        for edge in (0, 2):
            at = float(np.median(boxes[:, edge]))
            column = [i for i, box in zip(numbers, boxes, strict=True) if abs(box[edge] - at) < 2]
            if len(column) < 10:
                continue
            column.sort(key=lambda i: float(pages.lines["box"][i, 1]))
            values = [int(pages.texts[i]) for i in column]
            steps = {b - a for a, b in pairwise(values)}
            others = np.setdiff1d(np.arange(first, last), column)
            others = others[~furniture[others]]
            left = float(pages.lines["box"][column, 2].max())
            right = float(pages.lines["box"][column, 0].min())
            outside = bool(len(others)) and (
                float(np.mean(pages.lines["box"][others, 0] > left)) > 0.97
                or float(np.mean(pages.lines["box"][others, 2] < right)) > 0.97
            )
            if outside and steps in ({1}, {5}):
                furniture[column] = True


def find_furniture_operators(pages: Pages) -> NDArray[np.bool_]:
    """Mark the operators, over all pages, that belong to the page: covers, banners, repeated rules and logos."""
    operators = pages.operators
    furniture = np.zeros(len(operators), bool)
    if not len(operators):
        return furniture
    page_of = np.searchsorted(pages.operator_ends, np.arange(len(operators)), side="right")
    boxes = operators["box"]
    sizes = pages.sizes[page_of]
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    furniture |= (area > 0.8 * sizes[:, 0] * sizes[:, 1]) & (operators["kind"] != IMAGE)
    # Banners of slides and reports: from one side of the page to the other along an edge.
    widest = (boxes[:, 2] - boxes[:, 0] > 0.9 * sizes[:, 0]) & (boxes[:, 3] - boxes[:, 1] < 0.25 * sizes[:, 1])
    furniture |= widest & ((boxes[:, 1] < 2) | (boxes[:, 3] > sizes[:, 1] - 2)) & (operators["kind"] != IMAGE)
    if len(pages) < 3:
        return furniture
    keys = np.round(boxes / 1.5).astype(np.int64)
    kind = operators["kind"].astype(np.int64)
    key = (((keys[:, 0] * 4099 + keys[:, 1]) * 4099 + keys[:, 2]) * 4099 + keys[:, 3]) * 4 + kind
    # One operator counts once a page: a page may draw the same rule twice.
    pairs = np.unique(np.stack([key, page_of], axis=1), axis=0)
    values, counts = np.unique(pairs[:, 0], return_counts=True)
    # In the margins two pages are enough: odd and even pages alternate. Elsewhere only rules and logos count:
    # supplements show one figure a page, each at the same place.
    margin = (boxes[:, 3] < 0.07 * sizes[:, 1]) | (boxes[:, 1] > 0.93 * sizes[:, 1])
    margin |= (boxes[:, 2] < 0.08 * sizes[:, 0]) | (boxes[:, 0] > 0.92 * sizes[:, 0])
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    rule = (np.minimum(wide, high) < 6) & ((wide > 0.3 * sizes[:, 0]) | (high > 0.3 * sizes[:, 1]))
    small = area < 0.01 * sizes[:, 0] * sizes[:, 1]
    often, twice = counts >= max(3, len(pages) / 5), counts >= max(2, len(pages) / 8)
    furniture |= (margin & np.isin(key, values[twice])) | ((rule | small) & np.isin(key, values[often]))
    return furniture
