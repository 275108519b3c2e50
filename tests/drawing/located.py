"""Drawn papers read back: what is found on their pages, compared with where it was drawn.

    figure = paper.plot((150, 100, 460, 300))
    caption = paper.caption("Figure 1. Grain size.", 150, 310, 310)
    assert_located(paper, Drawn("Figure 1", figure, caption))

Boxes are compared as the benchmarks do it: both shrunk to the ink, right when they overlap by 0.8.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pymupdf
from numpy.typing import NDArray

from exsclaim_core.figures.content import Content, gather_content
from exsclaim_core.figures.locate import find_captions, locate_figures
from exsclaim_core.layout.document_layout import lay_out
from exsclaim_core.model import Box, Figure, Located
from exsclaim_core.pdf.pages import Pages
from exsclaim_core.pdf.reading import open_pdf, read_pages
from exsclaim_core.settings import Settings
from tests.drawing.sheets import Sheets

DPI = 150
DARK = 200  # gray below which a pixel is ink
AGREEMENT = 0.8  # of the hull of two boxes that their intersection fills


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure or table as it was drawn."""

    name: str  # "Figure 3"
    region: Box
    caption: Box
    page: int = 1


def read(pdf: bytes) -> Pages:
    """All pages of a PDF as arrays."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.pdf"
        path.write_bytes(pdf)
        document = open_pdf(path)
        try:
            return read_pages(document)
        finally:
            document.close()


def locate(paper: Sheets) -> Located:
    """What is found on the pages of a drawn paper."""
    return locate_figures(read(paper.bytes()))


def content_of(paper: Sheets, settings: Settings | None = None) -> Content:
    """What there is for the captions on a drawn paper's only page with captions to own."""
    settings = settings or Settings()
    sheets = lay_out(read(paper.bytes())).sheets
    captions = find_captions(sheets, settings.captions)
    (sheet,) = {id(caption.sheet): caption.sheet for caption in captions}.values()
    return gather_content(sheet, captions, settings.clusters)


def captions_of(paper: Sheets) -> list[str]:
    """The texts of all captions on a drawn paper, page by page from the top."""
    found = locate(paper)
    every = [*found.figures, *found.captions_without_region, *found.text_boxes]
    return [figure.caption for figure in sorted(every, key=_place)]


def assert_located(paper: Sheets, *drawn: Drawn) -> Located:
    """Check that these figures and tables are found with their captions, and no others; what was found."""
    pdf = paper.bytes()
    found = locate_figures(read(pdf))
    every = sorted([*found.figures, *found.captions_without_region], key=_place)
    wanted = sorted(drawn, key=lambda one: (one.page, one.caption.y0, one.caption.x0))
    names = sorted((one.name, one.page) for one in every)
    assert names == sorted((one.name, one.page) for one in wanted), f"found: {names}"
    ink = ink_of_pages(pdf, {one.page for one in drawn})
    faults: list[str] = []
    for one in wanted:
        figure = next(f for f in every if (f.name, f.page) == (one.name, one.page))
        every.remove(figure)
        if figure.bbox is None:
            faults.append(f"{one.name} has no region")
        elif overlap(ink[one.page], figure.bbox, one.region) < AGREEMENT:
            faults.append(f"{one.name} lies at {figure.bbox.to_list(0)}, not at {one.region.to_list(0)}")
        if overlap(ink[one.page], figure.caption_bbox, one.caption) < AGREEMENT:
            faults.append(f"its caption lies at {figure.caption_bbox.to_list(0)}, not at {one.caption.to_list(0)}")
    assert not faults, "; ".join(faults)
    return found


def ink_of_pages(pdf: bytes, pages: Iterable[int]) -> dict[int, NDArray[np.bool_]]:
    """Which pixels of these pages are dark, (height, width) each."""
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        return {page: _ink(document, page) for page in pages}


def overlap(ink: NDArray[np.bool_], box: Box, other: Box) -> float:
    """Intersection over hull of two boxes that are shrunk to the page's ink; 0 where one of them holds none."""
    shrunk = [_shrink(ink, one) for one in (box, other)]
    boxes = [one for one in shrunk if one is not None]
    return boxes[0].intersection(boxes[1]) / Box.hull(boxes).area if len(boxes) == 2 else 0.0


def _place(figure: Figure) -> tuple[float, float, float]:
    return figure.page, figure.caption_bbox.y0, figure.caption_bbox.x0


def _ink(document: pymupdf.Document, page: int) -> NDArray[np.bool_]:
    pixels = document[page - 1].get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
    return np.frombuffer(pixels.samples, np.uint8).reshape(pixels.height, pixels.width) < DARK


def _shrink(ink: NDArray[np.bool_], box: Box) -> Box | None:
    """The box of the ink inside a box, in pixels."""
    scale = DPI / 72
    x0, y0 = max(0, int(box.x0 * scale)), max(0, int(box.y0 * scale))
    part = ink[y0 : int(np.ceil(box.y1 * scale)), x0 : int(np.ceil(box.x1 * scale))]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not len(rows):
        return None
    return Box(x0 + columns[0], y0 + rows[0], x0 + columns[-1] + 1, y0 + rows[-1] + 1)
