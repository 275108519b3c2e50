"""PDF pages to arrays, with MuPDF's structured text: one pass for text and paths, one for images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from exsclaim_core.pdf.mupdf import IMAGE_BLOCK, TEXT_BLOCK, VECTOR_BLOCK, MuPDFError, image_pixels, pymupdf
from exsclaim_core.pdf.operator_table import OperatorTable
from exsclaim_core.pdf.pages import FILL, IMAGE, STROKE, Pages
from exsclaim_core.pdf.scans import find_scan_drawings, is_scan
from exsclaim_core.pdf.text_tables import TextTables
from exsclaim_core.pdf.tracing import Rectangle, trace

TEXT_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_CLIP | pymupdf.TEXT_COLLECT_VECTORS
IMAGE_FLAGS = TEXT_FLAGS | pymupdf.TEXT_PRESERVE_IMAGES

MOST_STROKES = 12_000  # on a page; the boxes of further ones stay as MuPDF bounds them


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
        file.seek(0)
        content = None if _is_utf8(path) else file.read()  # MuPDF opens no other names
    try:
        document = pymupdf.open(path if content is None else None, content, filetype="pdf")
    except MuPDFError as error:
        raise CorruptError(f"not a readable PDF: {error}") from error
    if document.needs_pass and not document.authenticate(password or ""):
        document.close()
        raise PasswordError(
            "the password is wrong" if password else "needs a password: give it with --password (or password=...)"
        )
    return document


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def read_pages(document: Any, announce: Callable[[int], None] | None = None) -> Pages:
    """All pages of an open document as arrays.

    `announce` is told the number of pages before the first is read. A page that can't be read is left out and recorded
    in page_errors. Raises CorruptError where the document has no pages.
    """
    count = count_pages(document)
    if announce:
        announce(count)
    reader = _Reader()
    for number in range(1, count + 1):
        reader.read(document, number)
    return reader.pages(count)


def count_pages(document: Any) -> int:
    """Number of pages of an open document; CorruptError where there are none."""
    try:
        count = int(document.page_count)
    except MuPDFError as error:
        raise CorruptError(f"its page tree can't be read: {error}") from error
    if not count:
        raise CorruptError("it has no pages: the file is cut short or damaged")
    return count


class _Reader:
    """Collects rows of all pages and makes one array of each kind at the end: numpy's cost is per call, not per row."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.sizes: list[tuple[float, float]] = []
        self.rotations: list[int] = []
        self.text = TextTables()
        self.operators = OperatorTable()
        self.ends: list[tuple[int, int, int]] = []
        self.errors: list[tuple[int, str]] = []

    def read(self, document: Any, number: int) -> None:
        mark, operators = self.text.mark(), len(self.operators)
        try:
            page = document[number - 1]
            display_list = page.get_displaylist()
            rect = display_list.rect
            strokes = self._read_text(display_list, mark[1])
            seen = trace(display_list, MOST_STROKES)
            self.operators.bound_strokes(seen.strokes, strokes)
            has_images = seen.images or not seen.complete
            if has_images and is_scan(self._read_images(display_list), rect.width, rect.height):
                self._read_scan(display_list, mark)
            rotation = page.rotation
        except MuPDFError as error:
            self.errors.append((number, str(error)))
            self.text.cut(mark)
            self.operators.cut(operators)
            return
        self.numbers.append(number)
        self.sizes.append((rect.width, rect.height))
        self.rotations.append(rotation)
        self.ends.append((*self.text.mark(), len(self.operators)))

    def _read_text(self, display_list: Any, first_span: int) -> list[list[int]]:
        """Add the text and the paths; returns the operators of each stroke."""
        strokes: list[list[int]] = []
        continues = False
        text_page = pymupdf.TextPage(display_list.get_textpage(TEXT_FLAGS))
        for block in text_page.extractDICT()["blocks"]:
            if block["type"] == TEXT_BLOCK:
                self.text.add_block(block, first_span)
            elif block["type"] == VECTOR_BLOCK and self.operators.add_path(block) == STROKE:
                if not continues:
                    strokes.append([])
                strokes[-1].append(len(self.operators) - 1)
                continues = block["continues"]
        return strokes

    def _read_scan(self, display_list: Any, mark: tuple[int, int]) -> None:
        """Add what a scanned page shows beside its recognised text, as images."""
        lines = self.text.finish(mark)[0]["box"]
        if not len(lines):
            return  # no recognised text: all of it would look like drawings
        for place, box in enumerate(find_scan_drawings(display_list, lines)):
            self.operators.add(IMAGE, box, place)

    def _read_images(self, display_list: Any) -> list[Rectangle]:
        """Add the images; returns their boxes."""
        boxes = []
        text_page = pymupdf.TextPage(display_list.get_textpage(IMAGE_FLAGS))
        for x0, y0, x1, y1, content, number, kind in text_page.extractBLOCKS():
            if kind == IMAGE_BLOCK:
                pixels = image_pixels(content)
                if max(pixels) <= 1:  # old typesetters draw rules as a stretched dot
                    self.operators.add(FILL, (x0, y0, x1, y1), number)
                    continue
                boxes.append((x0, y0, x1, y1))
                self.operators.add(IMAGE, boxes[-1], number, pixels=pixels)
        return boxes

    def pages(self, count: int) -> Pages:
        lines, spans = self.text.finish()
        ends = np.array(self.ends, np.int64).reshape(-1, 3)
        return Pages(
            np.array(self.numbers, np.int32),
            np.array(self.sizes, np.float32).reshape(-1, 2),
            np.array(self.rotations, np.int32),
            lines,
            ends[:, 0],
            self.text.texts,
            spans,
            ends[:, 1],
            self.text.span_texts,
            self.operators.finish(),
            ends[:, 2],
            list(self.text.fonts),
            count,
            self.errors,
        )
