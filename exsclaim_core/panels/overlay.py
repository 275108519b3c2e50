"""A figure with everything drawn in that was found in it, for a person to look at."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from exsclaim_core.model import Box
from exsclaim_core.panels.images import Raster
from exsclaim_core.panels.model import PanelClass, Separation

MOST_SIDE = 2000  # pixels of the drawing: larger figures are drawn smaller
COLOURS: dict[PanelClass, str] = {
    "microscopy": "#0072b2",
    "diffraction": "#cc79a7",
    "graph": "#009e73",
    "photo": "#d55e00",
    "illustration": "#7b4fb5",
    "table": "#8a6d00",
    "other": "#666666",
}
LETTER, BAR = "#e69f00", "#e4002b"
QUALITY = 88
PLAIN = str.maketrans({"µ": "u", "Å": "A"})  # the font that comes with Pillow has ASCII characters only


def draw_separation(raster: Raster, found: Separation) -> bytes:
    """A JPEG of the figure with its panels, letters and scale bars; `found` is in pixels of the raster's file."""
    picture = Image.fromarray(raster.pixels)
    picture.thumbnail((MOST_SIDE, MOST_SIDE))
    across, down = picture.width / found.width, picture.height / found.height
    draw = ImageDraw.Draw(picture)
    size = max(10, min(28, max(picture.size) // 60))
    font = ImageFont.load_default(size)
    line = max(1, size // 6)

    def frame(box: Box, colour: str, width: int) -> tuple[float, float]:
        x0, y0, x1, y1 = box.x0 * across, box.y0 * down, box.x1 * across - 1, box.y1 * down - 1
        draw.rectangle((x0, y0, max(x0, x1), max(y0, y1)), outline=colour, width=width)
        return x0, y0

    def write(text: str, x: float, y: float, colour: str) -> None:
        """Words that stay inside the picture."""
        text = text.translate(PLAIN)
        left, top, right, bottom = draw.textbbox((0, 0), text, font)
        x = max(0.0, min(x, picture.width - (right - left) - 4))
        y = max(0.0, min(y, picture.height - (bottom - top) - 4))
        draw.rectangle((x, y, x + right - left + 4, y + bottom - top + 4), fill=colour)
        draw.text((x + 2 - left, y + 2 - top), text, fill="white", font=font)

    for panel in found.panels:
        colour = COLOURS[panel.kind]
        x, y = frame(panel.box, colour, line)
        write(f"{panel.label or '-'} {panel.kind} {panel.kind_confidence:.2f}", x, y, colour)
        if panel.label_box:
            frame(panel.label_box, LETTER, max(1, line // 2))
    for bar in found.scale_bars:
        x, y = frame(bar.box.expand(2), BAR, max(1, line // 2))
        write(f"{bar.text or '?'}: {bar.length:.0f} px", x, y + bar.box.height * down + 4, BAR)
        if bar.label_box:
            frame(bar.label_box, BAR, 1)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
