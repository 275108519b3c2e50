"""What structured text does not tell of a page: the paths of its strokes, and whether it has images at all."""

from __future__ import annotations

from typing import Any

from exsclaim_core.pdf.mupdf import pymupdf

mupdf = pymupdf.mupdf

Rectangle = tuple[float, float, float, float]


class Trace(mupdf.FzDevice2):  # type: ignore[misc, name-defined]  # MuPDF's classes are untyped
    """A MuPDF device that notes the box of each stroke, its width included, and counts images.

    It stops after `most_strokes`.
    MuPDF calls back into Python for each: some five microseconds a stroke.
    """

    def __init__(self, most_strokes: int) -> None:
        super().__init__()
        self.cookie = mupdf.FzCookie()
        self.most_strokes = most_strokes
        self.strokes: list[Rectangle] = []
        self.images = 0
        self.complete = True
        self.use_virtual_stroke_path()
        self.use_virtual_fill_image()
        self.use_virtual_fill_image_mask()

    def stroke_path(self, _context: Any, path: Any, stroke: Any, matrix: Any, *_rest: Any) -> None:
        box = mupdf.ll_fz_bound_path(path, None, matrix)
        half = stroke.linewidth * abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5 / 2
        self.strokes.append((box.x0 - half, box.y0 - half, box.x1 + half, box.y1 + half))
        if len(self.strokes) >= self.most_strokes:
            self.complete = False
            self.cookie.m_internal.abort = 1

    def fill_image(self, *_: Any) -> None:
        self.images += 1

    def fill_image_mask(self, *_: Any) -> None:
        self.images += 1


def trace(display_list: Any, most_strokes: int) -> Trace:
    """The strokes and the number of images of a page; incomplete where it has more strokes."""
    device = Trace(most_strokes)
    everywhere = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
    mupdf.fz_run_display_list(display_list.this, device, mupdf.FzMatrix(), everywhere, device.cookie)
    mupdf.fz_close_device(device)
    return device
