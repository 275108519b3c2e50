"""Overlay pages: a page with the regions, captions and clusters that were found on it drawn in colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exsclaim_core.model import Box, Figure
from exsclaim_core.pdf.mupdf import pymupdf
from exsclaim_core.pdf.rendering import POINTS_PER_INCH, canvas_png, new_canvas, page_box, paint

Colour = tuple[float, float, float]

LEGEND_HEIGHT = 18.0  # points below the page
LARGEST_PAGE = 25e6  # pixels of an overlay page; posters get fewer dpi


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of box is drawn."""

    name: str  # in the legend
    colour: Colour
    width: float = 0.5  # of the outline in points; 0: none
    fill: float = 0.0  # opacity
    dashes: str | None = None


REGIONS = {
    "Figure": Style("figure", (0.05, 0.35, 0.85), 1.4, 0.07),
    "Table": Style("table", (0.0, 0.55, 0.25), 1.4, 0.07),
    "Box": Style("box of text", (0.55, 0.15, 0.65), 1.4, 0.07),
    "Algorithm": Style("algorithm", (0.55, 0.15, 0.65), 1.4, 0.07),
}
CAPTION = Style("caption", (0.9, 0.45, 0.0), 1.0, 0.10)
LOST_CAPTION = Style("caption without region", (0.85, 0.0, 0.1), 1.4, 0.12, "[4 2] 0")
MARKS = {
    "body": Style("body text", (0.45, 0.45, 0.45), 0.0, 0.12),
    "cluster": Style("cluster of graphics", (0.0, 0.6, 0.75), 0.6),
    "text": Style("text beside body text", (0.75, 0.1, 0.6), 0.4),
    "rule": Style("rule", (0.4, 0.3, 0.1), 0.6),
    "note": Style("table note", (0.4, 0.55, 0.0), 0.5),
}
OTHER_MARK = Style("other", (0.5, 0.5, 0.5), 0.4)


def draw_overlay(display_list: Any, found: Sequence[Figure], marks: Sequence[tuple[str, Box]], dpi: float) -> bytes:
    """PNG of the page with what was found drawn on it; regions carry label and confidence, a legend lies below."""
    page = page_box(display_list)
    dpi = min(dpi, POINTS_PER_INCH * (LARGEST_PAGE / max(1.0, page.width * (page.height + LEGEND_HEIGHT))) ** 0.5)
    scale = dpi / POINTS_PER_INCH
    whole = Box(page.x0, page.y0, page.x1, page.y1 + LEGEND_HEIGHT)
    canvas = new_canvas(max(1, round(whole.width * scale)), max(1, round(whole.height * scale)))
    matrix = pymupdf.mupdf.FzMatrix(scale, 0, 0, scale, -page.x0 * scale, -page.y0 * scale)
    paint(canvas, display_list, matrix, page)
    with pymupdf.open() as drawings:
        sheet = _Sheet(drawings.new_page(width=max(1.0, whole.width), height=max(1.0, whole.height)), page)
        for kind, box in sorted(marks, key=lambda mark: mark[0] != "body"):
            sheet.box(box, MARKS.get(kind, OTHER_MARK))
        for figure in found:
            sheet.figure(figure)
        sheet.legend()
        overlay = sheet.page.get_displaylist()
        paint(canvas, overlay, pymupdf.mupdf.FzMatrix(scale, 0, 0, scale, 0, 0), whole)
    return canvas_png(canvas, dpi)


class _Sheet:
    """The drawings over a page, on a sheet that has the legend's strip below the page."""

    def __init__(self, page: Any, below: Box) -> None:
        self.page, self.below = page, below
        self.used: dict[str, Style] = {}

    def figure(self, figure: Figure) -> None:
        label = figure.name
        if figure.bbox is None:
            self.box(figure.caption_bbox, LOST_CAPTION)
            self.tag(figure.caption_bbox, f"{label}: {figure.reason}" if figure.reason else label, LOST_CAPTION)
            return
        self.box(figure.caption_bbox, CAPTION)
        self.box(figure.bbox, REGIONS[figure.type])
        below = figure.caption_bbox.y1 <= figure.bbox.y0 + 1
        self.tag(figure.bbox, f"{label}  {figure.confidence:.2f}", REGIONS[figure.type], below)

    def box(self, box: Box, style: Style) -> None:
        self.used[style.name] = style
        self._draw(self._place(box), style)

    def tag(self, box: Box, words: str, style: Style, below: bool = False) -> None:
        """Words in a filled tag above or below the left side of a box, and inside where there is no room."""
        size = 7.0
        place = self._place(box)
        width = pymupdf.get_text_length(words, fontsize=size) + 4
        x = max(0.0, min(place.x0, self.page.rect.x1 - width))
        height = size + 3
        outside = place.y1 if below else place.y0 - height
        y = min(max(0.0, outside), self.below.height - height)
        tag = pymupdf.Rect(x, y, x + width, y + height)
        self.page.draw_rect(tag, color=None, fill=style.colour, fill_opacity=0.85)
        self.page.insert_text((x + 2, tag.y1 - 2.5), words, fontsize=size, color=(1, 1, 1))

    def legend(self) -> None:
        """The kinds of boxes that are on the page, in one row below it."""
        length = sum(38 + pymupdf.get_text_length(name, fontsize=8) for name in self.used)
        scale = min(1.0, self.below.width / max(1.0, length))
        x, y = 4 * scale, self.below.height + 4
        for name, style in self.used.items():
            self._draw(pymupdf.Rect(x, y, x + 14 * scale, y + 9 * scale), style)
            self.page.insert_text((x + 18 * scale, y + 7.5 * scale), name, fontsize=8 * scale)
            x += scale * (30 + pymupdf.get_text_length(name, fontsize=8))

    def _place(self, box: Box) -> Any:
        return pymupdf.Rect(*box.to_list()) - (self.below.x0, self.below.y0, self.below.x0, self.below.y0)

    def _draw(self, rect: Any, style: Style) -> None:
        self.page.draw_rect(
            rect,
            color=style.colour if style.width else None,
            fill=style.colour if style.fill else None,
            width=style.width,
            dashes=style.dashes,
            fill_opacity=style.fill,
        )
