"""One panel drawn on the sheet: its contents, bars, insets and letter, each entered with its exact box."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.model import Box
from exsclaim_core.panels.model import Panel, PanelClass, ScaleBar
from exsclaim_core.panels.synthesis.axes import Sides
from exsclaim_core.panels.synthesis.contents import Contents, ink_box
from exsclaim_core.panels.synthesis.fonts import Stamp, plain, put
from exsclaim_core.panels.synthesis.layouts import Cell
from exsclaim_core.panels.synthesis.lettering import LetterStyle, brightness_at, print_inside
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


@dataclass(frozen=True, slots=True)
class Plan:
    """What one panel is going to be."""

    cell: Cell
    kind: PanelClass
    label: str | None
    sides: Sides | None = None  # of plots that share their axes
    rows: int = 1  # pictures under one letter
    columns: int = 1
    second: PanelClass | None = None  # what stands beside the first kind


def draw_panel(random: np.random.Generator, sheet: Sheet, plan: Plan, style: Style) -> None:
    """Draw a panel into its cell and enter it; a panel without any ink is left out."""
    x0, y0, x1, y1 = plan.cell
    letters, opaque = style.letters, plan.kind not in ("graph", "illustration", "table")
    mark = letters.mark(plan.label) if plan.label else None
    inside = letters.place == "inside"
    gap = max(2, letters.size // 4)
    if mark and (mark.width > (x1 - x0) // 2 or mark.height > (y1 - y0) // 3):
        mark = None
    area = plan.cell
    if mark and not inside:
        match letters.place:
            case "above":
                area = (x0, y0 + mark.height + gap, x1, y1)
            case "left":
                area = (x0 + mark.width + gap, y0, x1, y1)
            case _:
                area = (x0, y0, x1, y1 - mark.height - gap)
    elif mark and not opaque and not (letters.in_frame and plan.kind == "graph"):
        area = (x0, y0 + round(mark.height * float(random.choice((0.5, 0.9, 1.2)))), x1, y1)
    if area[2] - area[0] < 16 or area[3] - area[1] < 16:
        return
    ink = _draw_contents(random, sheet, plan, area, style)
    if ink is None:
        return
    if style.framed and not opaque:
        ImageDraw.Draw(sheet.image).rectangle((x0, y0, x1 - 1, y1 - 1), outline=style.look.ink)
        ink = Box(*plan.cell)
    letter = None
    if mark and plan.label:
        if inside and opaque:
            letter = print_inside(sheet.image, ink, mark, letters, BLACK)
        elif letters.place == "below":
            letter = _print(sheet, ((ink.x0 + ink.x1 - mark.width) / 2, ink.y1 + gap // 2), mark, letters)
        elif letters.in_frame and plan.kind == "graph" and not plan.second:
            share = float(random.uniform(0.15, 0.24))
            letter = _print(sheet, (ink.x0 + share * ink.width, ink.y0 + 0.06 * ink.height), mark, letters)
        else:
            at_left = letters.place == "left" or random.random() < 0.75
            letter = _print(sheet, (x0 if at_left else max(x0, ink.x0), y0), mark, letters)
        sheet.words.append((letters.pattern.format(plan.label), letter))
    sheet.panels.append(
        Panel(
            box=Box.hull((ink, letter)) if letter else ink,
            label=plan.label if letter else None,
            label_box=letter,
            kind=plan.kind,
            kind_confidence=1.0,
        )
    )


def _print(sheet: Sheet, place: tuple[float, float], mark: Stamp, style: LetterStyle) -> Box:
    """Print a letter beside its panel, as it can be read there: between pictures it may be black."""
    return put(sheet.image, place, mark, style.on(brightness_at(sheet.image, *place, mark)))


def _draw_contents(random: np.random.Generator, sheet: Sheet, plan: Plan, area: Cell, style: Style) -> Box | None:
    """Draw what the panel shows, of several pictures if it is a group, and return where its ink is."""
    x0, y0, x1, y1 = area
    boxes: list[Box] = []
    if plan.second:
        cut = x0 + round((x1 - x0) * float(random.uniform(0.55, 0.66)))
        space = style.look.text
        first = _draw_one(random, sheet, (x0, y0, cut - space, y1), plan.kind, plan, style)
        second = _draw_one(random, sheet, (cut, y0, x1, y1), plan.second, plan, style)
        boxes = [box for box in (first, second) if box]
    elif plan.rows * plan.columns == 1:
        one = _draw_one(random, sheet, area, plan.kind, plan, style)
        boxes = [one] if one else []
    else:
        boxes = _draw_group(random, sheet, plan, area, style)
    return Box.hull(boxes) if boxes else None


def _draw_group(random: np.random.Generator, sheet: Sheet, plan: Plan, area: Cell, style: Style) -> list[Box]:
    """Draw rows of pictures, or plots that share their axes, and return the boxes of all ink."""
    x0, y0, x1, y1 = area
    boxes: list[Box] = []
    plots = plan.kind == "graph"
    space = 0 if plots else round(style.look.text * float(random.choice((0.0, 0.1, 0.2, 0.4))))
    w, h = (x1 - x0 + space) / plan.columns, (y1 - y0 + space) / plan.rows
    titled = not plots and random.random() < 0.4
    below = round(1.5 * style.look.text) if titled and random.random() < 0.4 else 0
    for row in range(plan.rows):
        for column in range(plan.columns):
            left, top = x0 + round(column * w), y0 + round(row * h)
            right, bottom = min(x1, left + round(w) - space), min(y1, top + round(h) - space)
            cell = (left, top, right, bottom - below)
            sides = Sides(row == plan.rows - 1, column == 0) if plots else None
            one = _draw_one(random, sheet, cell, plan.kind, replace(plan, sides=sides), style)
            if one is None:
                continue
            boxes.append(one)
            title = _title(random, sheet, one, style, below) if titled else None
            if title:
                boxes.append(title)
    return boxes


def _draw_one(
    random: np.random.Generator, sheet: Sheet, area: Cell, kind: PanelClass, plan: Plan, style: Style
) -> Box | None:
    x0, y0 = area[:2]
    width, height = area[2] - x0, area[3] - y0
    if width < 12 or height < 12:
        return None
    image = style.contents.draw(random, kind, width, height, plan.sides)
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


def _title(random: np.random.Generator, sheet: Sheet, box: Box, style: Style, below: int) -> Box | None:
    """Print a word on a picture in a group, in its upper right corner or below it: a time, a channel, an element."""
    text = (f"{int(random.integers(0, 200))} s", "Merge", "O", "Fe", "Ti", "C", "BF", "DF", "10 min")[
        int(random.integers(9))
    ]
    mark = style.look.words(text)
    if below and mark.width < box.width:
        return put(sheet.image, ((box.x0 + box.x1 - mark.width) / 2, box.y1 + 2), mark, style.look.ink)
    if mark.width < box.width / 2 and mark.height < box.height / 3:
        place = (box.x1 - mark.width - style.look.text / 3, box.y0 + style.look.text / 3)
        patch = sheet.image.crop(
            (int(place[0]), int(place[1]), int(place[0]) + mark.width, int(place[1]) + mark.height)
        )
        dark = float(np.asarray(patch.convert("L"), np.float32).mean()) < 128
        return put(sheet.image, place, mark, WHITE if dark else BLACK)
    return None
