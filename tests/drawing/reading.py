"""Drawn papers as the algorithms get them, and pages written line by line where the place of each line matters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pymupdf

from exsclaim_core.figures.captions import Caption
from exsclaim_core.figures.content import Content, gather_content
from exsclaim_core.figures.locate import find_captions
from exsclaim_core.layout.document_layout import lay_out
from exsclaim_core.layout.rows import Row
from exsclaim_core.layout.sheet import Sheet
from exsclaim_core.model import Box
from exsclaim_core.pdf.pages import LINE, OPERATOR, SPAN, Page, Pages
from exsclaim_core.pdf.reading import read_pages
from exsclaim_core.settings import CaptionSettings, ClusterSettings
from tests.drawing.sheets import Sheets

ASCENT, DESCENT = 0.78, 0.22  # of a line's nominal box, in font sizes


def read(paper: Sheets) -> Pages:
    """The pages of a drawn paper as the reader gives them; nothing can be drawn afterwards."""
    with pymupdf.open(stream=paper.bytes(), filetype="pdf") as document:
        return read_pages(document)


def sheets_of(paper: Sheets) -> list[Sheet]:
    """The pages of a drawn paper on which a line begins with a label."""
    return lay_out(read(paper)).sheets


def sheet_with_captions(paper: Sheets) -> tuple[Sheet, list[Caption]]:
    """The only sheet of a drawn paper and its captions."""
    (sheet,) = sheets_of(paper)
    return sheet, find_captions([sheet], CaptionSettings())


def content_of(paper: Sheets) -> Content:
    """What a drawn paper's only sheet offers to its captions."""
    return gather_content(*sheet_with_captions(paper), ClusterSettings())


def rows_in(sheet: Sheet, area: Box) -> list[Row]:
    """Rows of a sheet whose middle lies in the area; ValueError where there is none."""
    rows = [
        row
        for row in sheet.rows
        if area.x0 <= (row.box[0] + row.box[2]) / 2 <= area.x1 and area.y0 <= (row.box[1] + row.box[3]) / 2 <= area.y1
    ]
    if not rows:
        raise ValueError(f"no row of text lies in {area}")
    return rows


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text of a page written by hand, as MuPDF would give it."""

    words: str
    x0: float
    baseline: float
    x1: float
    size: float = 10.0
    font: int = 0
    bold: float = 0.0


def block(x0: float, x1: float, top: float, count: int, *, size: float = 10, step: float = 12) -> list[Line]:
    """Lines that fill a measure, `top` the baseline of the first; as many characters as text of that size has."""
    words = ("grain " * 40)[: max(1, round(2 * (x1 - x0) / size))]
    return [Line(words, x0, top + step * number, x1, size) for number in range(count)]


def pages_of(*pages: Iterable[Line], width: float = 612, height: float = 792) -> Pages:
    """Pages with these lines, one span each, and no drawings."""
    written = [list(lines) for lines in pages]
    every = [line for lines in written for line in lines]
    lines, spans = np.zeros(len(every), LINE), np.zeros(len(every), SPAN)
    for table in (lines, spans):
        table["box"] = np.array([_nominal_box(line) for line in every]).reshape(-1, 4)
        for name in ("baseline", "size", "font", "bold"):
            table[name] = [getattr(line, name) for line in every]
    lines["chars"] = [len(line.words) for line in every]
    lines["span"] = [number for some in written for number in range(len(some))]
    lines["spans"] = 1
    ends = np.cumsum([len(some) for some in written], dtype=np.int64)
    texts = [line.words for line in every]
    return Pages(
        numbers=np.arange(1, len(written) + 1, dtype=np.int32),
        sizes=np.full((len(written), 2), (width, height), np.float32),
        rotations=np.zeros(len(written), np.int32),
        lines=lines,
        line_ends=ends,
        texts=texts,
        spans=spans,
        span_ends=ends,
        span_texts=texts,
        operators=np.zeros(0, OPERATOR),
        operator_ends=np.zeros(len(written), np.int64),
        fonts=["Times-Roman", "Times-Bold"],
        page_count=len(written),
    )


def page_of(lines: Sequence[Line]) -> Page:
    """One page with these lines."""
    return pages_of(lines).page(0)


def _nominal_box(line: Line) -> tuple[float, float, float, float]:
    return (line.x0, line.baseline - ASCENT * line.size, line.x1, line.baseline + DESCENT * line.size)
