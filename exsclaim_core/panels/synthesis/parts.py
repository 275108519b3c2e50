"""One picture or plot drawn on the sheet: its contents, bar and inset, each entered with its exact box."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.model import Box
from exsclaim_core.panels.model import PanelClass, ScaleBar
from exsclaim_core.panels.synthesis.axes import Sides
from exsclaim_core.panels.synthesis.contents import Contents, ink_box
from exsclaim_core.panels.synthesis.fonts import plain
from exsclaim_core.panels.synthesis.layouts import Cell
from exsclaim_core.panels.synthesis.lettering import LetterStyle
from exsclaim_core.panels.synthesis.look import BLACK, WHITE, Look
from exsclaim_core.panels.synthesis.marks import draw_marks
from exsclaim_core.panels.synthesis.scale_bars import BarStyle, DrawnBar, Scale, draw_bar, draw_scale, draw_strip
from exsclaim_core.panels.synthesis.sheet import Sheet, moved

SMALLEST_INSET = 40  # pixels of the sheet
BAR_SHARE = {"microscopy": 1.0, "diffraction": 0.45, "photo": 0.12}  # of pictures in figures with bars


@dataclass(frozen=True, slots=True)
class Style:
    """How the panels of one figure are drawn."""

    look: Look
    contents: Contents
    letters: LetterStyle
    bars: BarStyle | None
    bar_share: float  # of micrographs that have a bar of their own
    insets: float  # chance of an inset in a panel
    marks: bool
    framed: bool  # a line around each panel


def draw_part(
    random: np.random.Generator, sheet: Sheet, area: Cell, kind: PanelClass, style: Style, sides: Sides | None = None
) -> Box | None:
    """Draw one picture or plot into an area with its bar and inset, and return where its ink is."""
    x0, y0 = area[:2]
    width, height = area[2] - x0, area[3] - y0
    if width < 12 or height < 12:
        return None
    image = style.contents.draw(random, kind, width, height, sides)
    ink = ink_box(image, style.look.ground)
    if ink is None:
        return None
    image = image.crop((int(ink.x0), int(ink.y0), int(ink.x1), int(ink.y1)))
    pictured = kind in ("microscopy", "diffraction", "photo")
    bar: tuple[DrawnBar, Scale, bool] | None = None
    if pictured:
        if style.marks and kind != "diffraction":
            draw_marks(random, image, style.look)
        if random.random() < style.insets:
            _inset(random, sheet, image, (x0 + ink.x0, y0 + ink.y0), kind, style)
        bar = _bar(random, image, kind, style)
        if random.random() < 0.03:
            ImageDraw.Draw(image).rectangle((0, 0, image.width - 1, image.height - 1), outline=BLACK, width=2)
    elif kind == "graph" and random.random() < style.insets * 0.5:
        _inset(random, sheet, image, (x0 + ink.x0, y0 + ink.y0), kind, style)
    sheet.image.paste(image, (int(x0 + ink.x0), int(y0 + ink.y0)))
    if bar:
        drawn, scale, printed = bar
        box = moved(drawn.box, x0 + ink.x0, y0 + ink.y0)
        label = moved(drawn.label_box, x0 + ink.x0, y0 + ink.y0) if drawn.label_box and printed else None
        value = scale.nanometres if label else None
        number = len(sheet.panels)  # of the panel that is entered next
        text = plain(scale.text)
        sheet.bars.append(ScaleBar(box, drawn.length, text if label else None, label, value, number))
        if label:
            sheet.words.append((text, label))
    return moved(ink, x0, y0)


def _bar(
    random: np.random.Generator, image: Image.Image, kind: PanelClass, style: Style
) -> tuple[DrawnBar, Scale, bool] | None:
    """Draw a scale bar as the figure has them, and return it with what it says and whether that is printed."""
    if style.bars is None or random.random() > BAR_SHARE[kind] * style.bar_share:
        return None
    texts = style.contents.sources.scale_texts
    scale = draw_scale(random, texts, kind == "diffraction", kind == "photo")
    bars = style.bars if random.random() < 0.9 else replace(style.bars, left=not style.bars.left)
    if bars.strip and kind == "microscopy":
        drawn = draw_strip(random, image, bars, scale.text)
        if drawn:
            return drawn, scale, True
    drawn = draw_bar(random, image, bars, scale.text)
    return (drawn, scale, drawn.label_box is not None) if drawn else None


def _inset(
    random: np.random.Generator,
    sheet: Sheet,
    image: Image.Image,
    at: tuple[float, float],
    kind: PanelClass,
    style: Style,
) -> None:
    """Lay a small picture or plot over the image, in a corner that letter and bar leave free, and enter its box."""
    width = round(image.width * float(random.uniform(0.25, 0.42)))
    height = round(min(image.height * 0.45, width / float(random.uniform(0.9, 1.5))))
    if min(width, height) < SMALLEST_INSET:
        return
    choice: PanelClass
    if kind == "graph":
        choice = ("graph", "microscopy", "illustration")[int(random.choice(3, p=(0.5, 0.35, 0.15)))]
    else:
        choice = ("diffraction", "microscopy", "graph", "photo")[int(random.choice(4, p=(0.5, 0.3, 0.1, 0.1)))]
    small = style.contents.draw(random, choice, width, height)
    edge = max(1, style.look.line) if random.random() < 0.6 and choice not in ("graph", "illustration") else 0
    if edge:
        colour = WHITE if random.random() < 0.6 else ((255, 0, 0), (255, 255, 0), BLACK)[int(random.integers(3))]
        ImageDraw.Draw(small).rectangle((0, 0, width - 1, height - 1), outline=colour, width=edge)
    margin = 0 if random.random() < 0.5 else style.look.text // 3
    if kind == "graph":  # inside the frame, and on the plot's ground only its ink counts
        margin = style.look.text
    x = image.width - width - margin
    y = margin if style.bars is None or not style.bars.top else image.height - height - margin
    image.paste(small, (x, y))
    inked = ink_box(small, style.look.ground) if kind == "graph" else Box(0, 0, width, height)
    if inked:
        sheet.insets.append(moved(inked, at[0] + x, at[1] + y))
