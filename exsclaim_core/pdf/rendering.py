"""Regions of a page as pictures: PNG at a resolution or at that of the image in it, and SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from exsclaim_core.model import Box
from exsclaim_core.pdf.mupdf import IMAGE_BLOCK, TEXT_BLOCK, VECTOR_BLOCK, image_pixels, pymupdf
from exsclaim_core.pdf.png import write_png
from exsclaim_core.pdf.text_tables import FILLED_OR_STROKED
from exsclaim_core.settings import OutputSettings

mupdf = pymupdf.mupdf

POINTS_PER_INCH = 72.0
IMAGE_SHARE = 0.95  # of a region: from here on an image counts as the whole of it
LEAST_OWN_DPI = 20.0  # an image of less is a background colour
SAME_SHAPE = 0.03  # relative difference of two aspect ratios
# MuPDF moves an image's sides to whole pixels when they lie 0.001 away; without an inset they may move one pixel on.
INSET = 0.01  # pixels
SNAP = 0.5  # points between a region's side and its image's side which count as one
# Without TEXT_CLIP: the place of the whole image tells its resolution, whatever its clipping path leaves of it.
IMAGE_FLAGS = pymupdf.TEXT_PRESERVE_IMAGES
CONTENT_FLAGS = pymupdf.TEXT_COLLECT_VECTORS | pymupdf.TEXT_CLIP


@dataclass(frozen=True, slots=True)
class Crop:
    """A PNG and what it shows."""

    png: bytes
    dpi: float
    pixels: tuple[int, int]  # width, height


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where pixels lie: points to pixels for both axes, before the turn, and the part of the page that is shown."""

    x_scale: float
    y_scale: float
    box: Box

    @property
    def dpi(self) -> float:
        return POINTS_PER_INCH * max(self.x_scale, self.y_scale)

    def size(self) -> tuple[int, int]:
        return max(1, round(self.box.width * self.x_scale)), max(1, round(self.box.height * self.y_scale))


def get_display_list(document: Any, number: int) -> Any:
    """What page `number`, counted from 1, draws: made once, several regions are rendered from it."""
    return document[number - 1].get_displaylist()


def forget_images() -> None:
    """Empty MuPDF's store, in which decoded images and fonts stay otherwise: up to 256 MB."""
    pymupdf.TOOLS.store_shrink(100)


def render_png(display_list: Any, region: Box, direction: int, settings: OutputSettings) -> Crop:
    """The region, turned upright: by so many quarter turns counter-clockwise.

    A region that is one raster image comes out with that image's own pixels where settings.own_resolution asks for it;
    others get settings.dpi and settings.margin. ValueError where the region lies outside the page.
    """
    page = page_box(display_list)
    if region.clip(page) is None:
        raise ValueError(f"{region} lies outside the page, {page}")
    grid = _own_grid(display_list, region, settings) if settings.own_resolution else None
    if grid is None:
        grid = _plain_grid(region.expand(settings.margin), page, settings.dpi / POINTS_PER_INCH)
    width, height = grid.size()
    excess = (width * height / (settings.largest * 1e6)) ** 0.5
    if excess > 1:
        grid = _plain_grid(grid.box, page, max(grid.x_scale, grid.y_scale) / excess)
        width, height = grid.size()
    if direction % 2:
        width, height = height, width
    canvas = new_canvas(width, height)
    paint(canvas, display_list, _matrix(grid, direction), grid.box)
    return Crop(canvas_png(canvas, grid.dpi), grid.dpi, (width, height))


def render_svg(display_list: Any, region: Box, direction: int, margin: float) -> bytes:
    """The region as SVG, turned upright; letters become outlines, since few viewers have a paper's fonts."""
    page = page_box(display_list)
    box = region.expand(margin).clip(page)
    if box is None:
        raise ValueError(f"{region} lies outside the page, {page}")
    width, height = (box.height, box.width) if direction % 2 else (box.width, box.height)
    buffer = mupdf.fz_new_buffer(1 << 16)
    output = mupdf.FzOutput(buffer)
    device = mupdf.fz_new_svg_device(output, width, height, mupdf.FZ_SVG_TEXT_AS_PATH, 1)
    _run(display_list, device, _matrix(_Grid(1.0, 1.0, box), direction), box)
    output.fz_close_output()
    return bytes(mupdf.fz_buffer_extract(buffer))


def new_canvas(width: int, height: int) -> Any:
    """A white RGB pixmap."""
    size = mupdf.FzIrect(0, 0, width, height)
    colours = mupdf.FzColorspace(mupdf.FzColorspace.Fixed_RGB)
    canvas = mupdf.fz_new_pixmap_with_bbox(colours, size, mupdf.FzSeparations(), 0)
    mupdf.fz_clear_pixmap_with_value(canvas, 0xFF)
    return canvas


def paint(canvas: Any, display_list: Any, matrix: Any, part: Box) -> None:
    """Draw the part of a page, given in its points, on what the canvas shows already."""
    _run(display_list, mupdf.fz_new_draw_device(mupdf.FzMatrix(), canvas), matrix, part)


def canvas_png(canvas: Any, dpi: float) -> bytes:
    pixmap = pymupdf.Pixmap("raw", canvas)  # the array below only borrows its memory
    return write_png(np.frombuffer(pixmap.samples_mv, np.uint8).reshape(pixmap.height, pixmap.width, 3), dpi)


def _run(display_list: Any, device: Any, matrix: Any, part: Box) -> None:
    scissor = mupdf.fz_transform_rect(mupdf.FzRect(part.x0, part.y0, part.x1, part.y1), matrix)
    mupdf.fz_run_display_list(display_list.this, device, matrix, scissor, mupdf.FzCookie())
    mupdf.fz_close_device(device)


def _matrix(grid: _Grid, direction: int) -> Any:
    """From points of the page to pixels of the picture that is turned counter-clockwise by quarter turns."""
    x, y, box = grid.x_scale, grid.y_scale, grid.box
    match direction % 4:
        case 0:
            return mupdf.FzMatrix(x, 0, 0, y, -box.x0 * x, -box.y0 * y)
        case 1:
            return mupdf.FzMatrix(0, -x, y, 0, -box.y0 * y, box.x1 * x)
        case 2:
            return mupdf.FzMatrix(-x, 0, 0, -y, box.x1 * x, box.y1 * y)
        case _:
            return mupdf.FzMatrix(0, x, -y, 0, box.y1 * y, -box.x0 * x)


def page_box(display_list: Any) -> Box:
    """The page that a display list draws."""
    rect = display_list.rect
    return Box(rect.x0, rect.y0, rect.x1, rect.y1)


def _plain_grid(box: Box, page: Box, scale: float) -> _Grid:
    """Whole pixels that cover the box as far as it is on the page."""
    box = box.clip(page) or box
    sides = [side * scale for side in (box.x0, box.y0, box.x1, box.y1)]
    # A side that lies a hair beyond a pixel, as 4.1667 * 72 does, is no reason for another pixel.
    low = [np.floor(side + INSET) / scale for side in sides[:2]]
    high = [np.ceil(side - INSET) / scale for side in sides[2:]]
    return _Grid(scale, scale, Box(*low, *(max(pair) for pair in zip(low, high, strict=True))))


def _own_grid(display_list: Any, region: Box, settings: OutputSettings) -> _Grid | None:
    """The pixels of the finest image that fills the region; None where there is none.

    An image coarser than settings.dpi gives way to it where letters or lines are drawn over the image.
    """
    best: tuple[float, Box, int, int] | None = None
    text_page = pymupdf.TextPage(display_list.get_textpage(IMAGE_FLAGS))
    for x0, y0, x1, y1, content, _, kind in text_page.extractBLOCKS():
        width, height = image_pixels(content) if kind == IMAGE_BLOCK else (0, 0)
        if not width or not height or x1 <= x0 or y1 <= y0:
            continue
        box = Box(x0, y0, x1, y1)
        if box.intersection(region) >= IMAGE_SHARE * region.area > 0:
            if not _same_shape(box, width, height) and _same_shape(box, height, width):
                width, height = height, width  # it is drawn sideways
            scale = max(width / box.width, height / box.height)
            if best is None or scale > best[0]:
                best = scale, box, width, height
    if best is None:
        return None
    scale, box, width, height = best
    coarse = scale * POINTS_PER_INCH < settings.dpi and _is_drawn_over(display_list, region)
    if coarse or scale * POINTS_PER_INCH < LEAST_OWN_DPI:
        return None
    if not _same_shape(box, width, height):
        # Stretched more in one direction: square pixels that lose nothing of either.
        return _plain_grid(region, page_box(display_list), scale)
    x_scale, y_scale = (width - 2 * INSET) / box.width, (height - 2 * INSET) / box.height
    left, right = _snap(region.x0, region.x1, box.x0, box.x1, width)
    top, bottom = _snap(region.y0, region.y1, box.y0, box.y1, height)
    x0, y0 = box.x0 - INSET / x_scale, box.y0 - INSET / y_scale
    part = Box(x0 + left / x_scale, y0 + top / y_scale, x0 + right / x_scale, y0 + bottom / y_scale)
    return _Grid(x_scale, y_scale, part)


def _snap(low: float, high: float, image_low: float, image_high: float, pixels: int) -> tuple[int, int]:
    """First pixel and end of a region's extent, in pixels of the image that fills it."""
    scale = pixels / (image_high - image_low)
    first = 0 if abs(low - image_low) <= SNAP else int(np.floor((low - image_low) * scale + INSET))
    end = pixels if abs(high - image_high) <= SNAP else int(np.ceil((high - image_low) * scale - INSET))
    return first, max(first + 1, end)


def _is_drawn_over(display_list: Any, region: Box) -> bool:
    """Whether visible text or a drawing, other than a frame or a ground, has its middle in the region."""
    text_page = pymupdf.TextPage(display_list.get_textpage(CONTENT_FLAGS))
    for block in text_page.extractDICT()["blocks"]:
        x0, y0, x1, y1 = block["bbox"]
        if not (region.x0 < (x0 + x1) / 2 < region.x1 and region.y0 < (y0 + y1) / 2 < region.y1):
            continue
        if block["type"] == TEXT_BLOCK:
            spans = (span for line in block["lines"] for span in line["spans"])
            if any(span["char_flags"] & FILLED_OR_STROKED and span["alpha"] and span["text"].strip() for span in spans):
                return True
        elif block["type"] == VECTOR_BLOCK and block["alpha"] and (x1 - x0) * (y1 - y0) < IMAGE_SHARE * region.area:
            return True
    return False


def _same_shape(box: Box, width: int, height: int) -> bool:
    return abs(width * box.height - height * box.width) <= SAME_SHAPE * width * box.height
