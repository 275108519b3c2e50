"""Sheets of a PDF: strokes, text and images at displayed coordinates, and the box of each.

Drawn with ReportLab, so that the reader under test never reads what its own library wrote. Coordinates are those of the
results: points, origin at the top left of the page as a viewer displays it. What draws returns the box of it.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import getAscentDescent, stringWidth
from reportlab.pdfgen.canvas import Canvas

from exsclaim_core.model import Box
from tests.drawing import textures

Area = Box | tuple[float, float, float, float]
Colour = tuple[float, float, float]
BLACK: Colour = (0, 0, 0)


def as_box(area: Area) -> Box:
    return area if isinstance(area, Box) else Box(*area)


class Sheets:
    """A PDF in the making; `drawn` holds the boxes of everything on the present page, in the order of drawing."""

    def __init__(self, font: str = "Times-Roman", size: float = 10, password: str | None = None) -> None:
        self.font, self.size = font, size
        self.drawn: list[Box] = []
        self._buffer = io.BytesIO()
        encryption = StandardEncryption(password) if password is not None else None
        # Uncompressed and without date or random identifier: the same drawing gives the same bytes on every machine.
        self.canvas = Canvas(self._buffer, pageCompression=0, invariant=1, encrypt=encryption)
        self._pages = 0

    def page(
        self, width: float = 612, height: float = 792, columns: int = 1, *, rotation: int = 0, crop_margin: float = 0
    ) -> Self:
        """Begin a page of that displayed size, stored turned by `rotation` and with a margin outside its crop box."""
        if rotation not in (0, 90, 180, 270):
            raise ValueError(f"a page cannot be rotated by {rotation}; 0, 90, 180 and 270 are possible")
        if self._pages:
            self.canvas.showPage()
        self._pages += 1
        self.width, self.height, self.columns, self.drawn = width, height, columns, []
        self._frame_height = height
        self._turned_in: Box | None = None
        self._clockwise = False
        stored = (height, width) if rotation in (90, 270) else (width, height)
        # ReportLab itself swaps the sides of a page that is turned by 90 or 270.
        self.canvas.setPageSize((width + 2 * crop_margin, height + 2 * crop_margin))
        # ReportLab keeps rotation and crop box from page to page.
        self.canvas.setPageRotation(rotation)
        self.canvas.setCropBox((crop_margin, crop_margin, crop_margin + stored[0], crop_margin + stored[1]))
        self.canvas.translate(crop_margin, crop_margin)
        origin = {0: (0.0, 0.0), 90: (height, 0.0), 180: (width, height), 270: (0.0, width)}[rotation]
        self.canvas.translate(*origin)
        self.canvas.rotate(rotation if rotation != 270 else -90)
        return self

    @contextmanager
    def turned(self, area: Area, clockwise: bool = False) -> Iterator[Box]:
        """Draw sideways in that part of the page; yields the box to draw in, whose origin is its own top left."""
        box = as_box(area)
        self.canvas.saveState()
        self.canvas.translate(box.x0 if clockwise else box.x1, self.height - (box.y0 if clockwise else box.y1))
        self.canvas.rotate(-90 if clockwise else 90)
        self._turned_in, self._clockwise, self._frame_height = box, clockwise, box.width
        yield Box(0, 0, box.height, box.width)
        self._turned_in, self._frame_height = None, self.height
        self.canvas.restoreState()

    def flip(self, y: float) -> float:
        """The height above the bottom that ReportLab's canvas wants."""
        return self._frame_height - y

    def drew(self, box: Box) -> Box:
        """Note a box given in the drawing's coordinates; the same box in the page's."""
        outer = self._turned_in
        if outer is not None and self._clockwise:
            box = Box(outer.x1 - box.y1, outer.y0 + box.x0, outer.x1 - box.y0, outer.y0 + box.x1)
        elif outer is not None:
            box = Box(outer.x0 + box.y0, outer.y1 - box.x1, outer.x0 + box.y1, outer.y1 - box.x0)
        self.drawn.append(box)
        return box

    def since(self, mark: int) -> Box:
        """Hull of what was drawn since `drawn` had `mark` entries."""
        return Box.hull(self.drawn[mark:])

    # Strokes, text and images

    def line(
        self,
        points: Sequence[tuple[float, float]],
        width: float = 0.5,
        colour: Colour = BLACK,
        dash: Sequence[float] = (),
        fill: Colour | None = None,
    ) -> Box:
        """A polyline, or with `fill` a closed shape."""
        self.canvas.setLineWidth(width)
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setDash(list(dash))
        path = self.canvas.beginPath()
        path.moveTo(points[0][0], self.flip(points[0][1]))
        for x, y in points[1:]:
            path.lineTo(x, self.flip(y))
        if fill is not None:
            path.close()
            self.canvas.setFillColorRGB(*fill)
        self.canvas.drawPath(path, stroke=int(width > 0), fill=int(fill is not None))
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        # A stroke along an axis is no longer than its points: its ends are cut off straight.
        across = 0 if min(xs) == max(xs) or min(ys) == max(ys) else width / 2
        grow_x = width / 2 if min(xs) == max(xs) else across
        grow_y = width / 2 if min(ys) == max(ys) else across
        return self.drew(Box(min(xs) - grow_x, min(ys) - grow_y, max(xs) + grow_x, max(ys) + grow_y))

    def rule(self, x0: float, y: float, x1: float, width: float = 0.5) -> Box:
        return self.line([(x0, y), (x1, y)], width)

    def frame(self, area: Area, width: float = 0.5, fill: Colour | None = None, colour: Colour = BLACK) -> Box:
        box = as_box(area)
        self.canvas.setLineWidth(width)
        self.canvas.setDash([])
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setFillColorRGB(*(fill or BLACK))
        self.canvas.rect(
            box.x0, self.flip(box.y1), box.width, box.height, stroke=int(width > 0), fill=int(fill is not None)
        )
        return self.drew(box.expand(width / 2))

    def text(
        self,
        words: str,
        x: float,
        baseline: float,
        *,
        font: str | None = None,
        size: float | None = None,
        align: str = "left",
        angle: int = 0,
        colour: Colour = BLACK,
        justify_to: float | None = None,
    ) -> Box:
        """One line at its baseline; `angle` 90 reads upwards, -90 downwards; `justify_to` stretches it to a width."""
        font, size = font or self.font, size or self.size
        width = stringWidth(words, font, size)
        spaces = words.count(" ")
        stretch = (justify_to - width) / spaces if justify_to and spaces else 0
        width += stretch * spaces
        start = {"left": 0.0, "center": -width / 2, "right": -width}[align]
        self.canvas.saveState()
        self.canvas.translate(x, self.flip(baseline))
        self.canvas.rotate(angle)
        self.canvas.setFillColorRGB(*colour)
        self.canvas.setFont(font, size)
        self.canvas.drawString(start, 0, words, wordSpace=stretch or None)
        self.canvas.restoreState()
        ascent, descent = getAscentDescent(font, size)
        corners = [(start, ascent), (start + width, descent)]
        turn = math.radians(angle)
        xs = [x + u * math.cos(turn) - v * math.sin(turn) for u, v in corners]
        ys = [baseline - u * math.sin(turn) - v * math.cos(turn) for u, v in corners]
        return self.drew(Box(min(xs), min(ys), max(xs), max(ys)))

    def image(self, area: Area, jpeg: bytes | None = None) -> Box:
        """A raster image stretched over the area; a picture of particles unless one is given."""
        box = as_box(area)
        source = ImageReader(io.BytesIO(jpeg if jpeg is not None else textures.particles(96, 96)))
        self.canvas.drawImage(source, box.x0, self.flip(box.y1), box.width, box.height)
        return self.drew(box)

    def bytes(self) -> bytes:
        """The finished PDF; nothing can be drawn afterwards."""
        self.canvas.save()
        return self._buffer.getvalue()

    def save(self, path: Path) -> Path:
        path.write_bytes(self.bytes())
        return path
