"""PDF pages to arrays, with MuPDF's structured text: one pass for text and paths, one for images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.pdf.mupdf import MuPDFError, pymupdf
from exsclaim_core.pdf.pages import (
    DOWN,
    FILL,
    IMAGE,
    LEFT,
    LINE,
    OPERATOR,
    RIGHT,
    SLANTED,
    SPAN,
    STROKE,
    UP,
    Pages,
)
from exsclaim_core.pdf.scans import find_scan_drawings, is_scan
from exsclaim_core.pdf.tracing import Rectangle, trace

# A line's box reaches from 0.78 em above its baseline to 0.22 em below it: ascenders and descenders of common fonts.
ASCENT, DESCENT = 0.78, 0.22

TEXT_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_CLIP | pymupdf.TEXT_COLLECT_VECTORS
IMAGE_FLAGS = TEXT_FLAGS | pymupdf.TEXT_PRESERVE_IMAGES

MOST_STROKES = 12_000  # on a page; the boxes of further ones stay as MuPDF bounds them

FILLED_OR_STROKED = 16 | 32  # FZ_STEXT_FILLED, FZ_STEXT_STROKED
SUPERSCRIPT, ITALIC, BOLD = 1, 2, 16


class PasswordError(ValueError):
    """The document is encrypted and the password is missing or wrong."""


class CorruptError(ValueError):
    """The file is not a PDF that MuPDF can open or repair."""


def open_pdf(path: Path, password: str | None = None) -> Any:
    """An open MuPDF document.

    Raises CorruptError for files that are no PDF, PasswordError for encrypted ones, OSError where the file can't be
    read.
    """
    with path.open("rb") as file:  # an OSError of its own says more than MuPDF's
        if not file.read(1):
            raise CorruptError("the file is empty")
    try:
        document = pymupdf.open(path, filetype="pdf")
    except MuPDFError as error:
        raise CorruptError(f"not a readable PDF: {error}") from error
    if document.needs_pass and not document.authenticate(password or ""):
        document.close()
        raise PasswordError(
            "the password is wrong" if password else "needs a password: give it with --password (or password=...)"
        )
    return document


def read_pages(document: Any, announce: Callable[[int], None] | None = None) -> Pages:
    """All pages of an open document as arrays.

    `announce` is told the number of pages before the first is read. A page that can't be read is left out and recorded
    in page_errors. Raises CorruptError where the document has no pages.
    """
    try:
        count = document.page_count
    except MuPDFError as error:
        raise CorruptError(f"its page tree can't be read: {error}") from error
    if not count:
        raise CorruptError("the document has no pages")
    if announce:
        announce(count)
    reader = _Reader()
    for number in range(1, count + 1):
        reader.read(document, number)
    return reader.pages(count)


class _Reader:
    """Collects rows of all pages and makes one array of each kind at the end: numpy's cost is per call, not per row."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.sizes: list[tuple[float, float]] = []
        self.rotations: list[int] = []
        self.lines: list[tuple[Any, ...]] = []
        self.texts: list[str] = []
        self.spans: list[tuple[Any, ...]] = []
        self.span_texts: list[str] = []
        self.operators: list[tuple[Any, ...]] = []
        self.ends: list[tuple[int, int, int]] = []
        self.fonts: dict[str, int] = {}
        self.errors: list[tuple[int, str]] = []

    def read(self, document: Any, number: int) -> None:
        marks = len(self.lines), len(self.spans), len(self.operators)
        try:
            page = document[number - 1]
            display_list = page.get_displaylist()
            rect = display_list.rect
            strokes = self._read_text(display_list, len(self.spans))
            seen = trace(display_list, MOST_STROKES)
            self._bound_strokes(seen.strokes, strokes)
            has_images = seen.images or not seen.complete
            if has_images and is_scan(self._read_images(display_list), rect.width, rect.height):
                self._read_scan(display_list, marks[0])
            rotation = page.rotation
        except MuPDFError as error:
            self.errors.append((number, str(error)))
            del self.lines[marks[0] :], self.texts[marks[0] :]
            del self.spans[marks[1] :], self.span_texts[marks[1] :]
            del self.operators[marks[2] :]
            return
        self.numbers.append(number)
        self.sizes.append((rect.width, rect.height))
        self.rotations.append(rotation)
        self.ends.append((len(self.lines), len(self.spans), len(self.operators)))

    def _read_text(self, display_list: Any, first_span: int) -> list[list[int]]:
        """Add the text and the paths; returns the operators of each stroke."""
        strokes: list[list[int]] = []
        continues = False
        text_page = pymupdf.TextPage(display_list.get_textpage(TEXT_FLAGS))
        for block in text_page.extractDICT()["blocks"]:
            if block["type"] == 0:
                for line in block["lines"]:
                    self._add_line(line, block["number"], first_span)
            elif block["type"] == 3:
                kind = STROKE if block["stroked"] else FILL
                color = block["color"] if block["alpha"] else 0xFFFFFF
                if kind == STROKE:
                    if not continues:
                        strokes.append([])
                    strokes[-1].append(len(self.operators))
                    continues = block["continues"]
                self.operators.append((kind, block["bbox"], block["number"], color, block["isrect"], (0, 0)))
        return strokes

    def _bound_strokes(self, boxes: list[Rectangle], strokes: list[list[int]]) -> None:
        """Give strokes the boxes of their paths: MuPDF bounds a stroke by its width times the miter limit.

        Ten points too much on each side are usual, a hundred happen; captions then seem to lie within their figures.
        """
        one_to_one = len(boxes) == len(strokes)
        at = 0
        for pieces in strokes:
            x0, y0, x1, y1 = self.operators[pieces[0]][1]
            while at < len(boxes):
                left, top, right, bottom = boxes[at]
                at += 1
                meets = left < x1 and right > x0 and top < y1 and bottom > y0
                if one_to_one or meets:  # what its clip hides altogether is missing among the strokes
                    break
            else:
                return
            if len(pieces) == 1 and meets:
                operator = self.operators[pieces[0]]
                box = (max(x0, left), max(y0, top), min(x1, right), min(y1, bottom))
                self.operators[pieces[0]] = (operator[0], box, *operator[2:])

    def _add_line(self, line: dict[str, Any], block: int, first_span: int) -> None:
        dx, dy = line["dir"]
        if dx > 0.99:
            direction = RIGHT
        elif dy < -0.99:
            direction = UP
        elif dy > 0.99:
            direction = DOWN
        else:
            direction = LEFT if dx < -0.99 else SLANTED
        span0 = len(self.spans)
        x0 = y0 = 1e9
        x1 = y1 = -1e9
        chars = bold = italic = visible = 0
        size = baseline = most = 0.0
        font = color = 0
        text = ""
        for span in line["spans"]:
            raw = span["text"]
            stripped = raw.strip()
            text += raw
            if not stripped:
                continue
            s = span["size"]
            bx0, by0, bx1, by1 = span["bbox"]
            ox, oy = span["origin"]
            if s < 2:  # Type 3 fonts may hide their scale in the glyphs
                s = min(24.0, 2.0 * ((bx1 - bx0) if direction == RIGHT else (by1 - by0)) / len(raw))
            if direction == RIGHT:
                if raw[-1] == " ":
                    bx1 = max(bx0, bx1 - 0.25 * s * (len(raw) - len(raw.rstrip())))
                by0, by1 = oy - ASCENT * s, oy + DESCENT * s
            elif direction == UP:
                bx0, bx1 = ox - ASCENT * s, ox + DESCENT * s
            elif direction == DOWN:
                bx0, bx1 = ox - DESCENT * s, ox + ASCENT * s
            elif direction == LEFT:
                by0, by1 = oy - DESCENT * s, oy + ASCENT * s
            x0, y0, x1, y1 = min(x0, bx0), min(y0, by0), max(x1, bx1), max(y1, by1)
            n = len(stripped)
            chars += n
            flags = span["flags"]
            name = span["font"]
            font_index = self.fonts.setdefault(name, len(self.fonts))
            is_bold = bool(flags & BOLD)
            is_italic = bool(flags & ITALIC)
            bold += n * is_bold
            italic += n * is_italic
            if span["char_flags"] & FILLED_OR_STROKED and span["alpha"]:
                visible += n
            if n * s > most:  # a row of citations in superscript is no measure of its line
                most, size, font, color, baseline = n * s, s, font_index, span["color"], oy
            self.spans.append(
                ((bx0, by0, bx1, by1), oy, s, font_index, is_bold, is_italic, bool(flags & SUPERSCRIPT), span["color"])
            )
            self.span_texts.append(raw)
        if not chars:
            return
        self.lines.append(
            (
                (x0, y0, x1, y1),
                baseline,
                size,
                font,
                direction,
                bold / chars,
                italic / chars,
                color,
                visible == 0,
                chars,
                block,
                span0 - first_span,
                len(self.spans) - span0,
            )
        )
        self.texts.append(text.strip())

    def _read_scan(self, display_list: Any, first_line: int) -> None:
        """Add what a scanned page shows beside its recognised text, as images."""
        lines = np.array([line[0] for line in self.lines[first_line:]], np.float32).reshape(-1, 4)
        if not len(lines):
            return  # no recognised text: all of it would look like drawings
        for place, box in enumerate(find_scan_drawings(display_list, lines)):
            self.operators.append((IMAGE, box, place, 0, True, (0, 0)))

    def _read_images(self, display_list: Any) -> list[Rectangle]:
        """Add the images; returns their boxes."""
        boxes = []
        text_page = pymupdf.TextPage(display_list.get_textpage(IMAGE_FLAGS))
        for x0, y0, x1, y1, content, number, kind in text_page.extractBLOCKS():
            if kind == 1:
                pixels = _image_pixels(content)
                if max(pixels) <= 1:  # old typesetters draw rules as a stretched dot
                    self.operators.append((FILL, (x0, y0, x1, y1), number, 0, True, (0, 0)))
                    continue
                boxes.append((x0, y0, x1, y1))
                self.operators.append((IMAGE, boxes[-1], number, 0, True, pixels))
        return boxes

    def pages(self, count: int) -> Pages:
        ends = np.array(self.ends, np.int64).reshape(-1, 3)
        return Pages(
            np.array(self.numbers, np.int32),
            np.array(self.sizes, np.float32).reshape(-1, 2),
            np.array(self.rotations, np.int32),
            np.array(self.lines, LINE),
            ends[:, 0],
            self.texts,
            np.array(self.spans, SPAN),
            ends[:, 1],
            self.span_texts,
            _thinned(np.array(self.operators, OPERATOR)),
            ends[:, 2],
            list(self.fonts),
            count,
            self.errors,
        )


def _thinned(operators: NDArray[np.void]) -> NDArray[np.void]:
    """Straight strokes reduced to their middle: MuPDF bounds a stroke by its width times the miter limit, usually
    ten."""
    boxes = operators["box"]
    for thin, long in ((1, 0), (0, 1)):
        width = boxes[:, thin + 2] - boxes[:, thin]
        length = boxes[:, long + 2] - boxes[:, long]
        line = (
            (operators["kind"] == STROKE)
            & operators["rectangle"]
            & (width > 0.5)
            & (width <= 8)
            & (length >= 3 * width)
        )
        pad = (width[line] - 0.5) / 2
        for axis in (thin, long):
            boxes[line, axis] += pad
            boxes[line, axis + 2] -= pad
    return operators


def _image_pixels(content: str) -> tuple[int, int]:
    """Width and height out of MuPDF's "<image: DeviceRGB, width: 320, height: 177, bpc: 8>"."""
    width = content.partition("width: ")[2].partition(",")[0]
    height = content.partition("height: ")[2].partition(",")[0]
    return (int(width), int(height)) if width.isdigit() and height.isdigit() else (0, 0)
