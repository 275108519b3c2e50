"""One panel drawn on the sheet, a picture or a group of several, with its letter; entered with its exact box."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import ImageDraw

from exsclaim_core.model import Box
from exsclaim_core.panels.model import Panel, PanelClass
from exsclaim_core.panels.synthesis.axes import Sides
from exsclaim_core.panels.synthesis.fonts import Stamp, put
from exsclaim_core.panels.synthesis.groups import Group, draw_group
from exsclaim_core.panels.synthesis.layouts import Cell
from exsclaim_core.panels.synthesis.lettering import LetterStyle, brightness_at, print_inside
from exsclaim_core.panels.synthesis.look import BLACK
from exsclaim_core.panels.synthesis.parts import Style, draw_part
from exsclaim_core.panels.synthesis.sheet import Sheet

FULL = ("microscopy", "diffraction", "photo", "other")  # classes whose pictures fill their cell


@dataclass(frozen=True, slots=True)
class Plan:
    """What one panel is going to be."""

    cell: Cell
    kind: PanelClass
    label: str | None
    sides: Sides | None = None  # of plots that share their axes
    group: Group | None = None  # several pictures under one letter


def draw_panel(random: np.random.Generator, sheet: Sheet, plan: Plan, style: Style) -> None:
    """Draw a panel into its cell and enter it; a panel without any ink is left out."""
    x0, y0, x1, y1 = plan.cell
    letters = style.letters
    # The corner of a group with words around it, or with a drawing in it, is no picture's.
    group = plan.group
    opaque = plan.kind in FULL if group is None else _is_opaque(group)
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
    elif mark and not opaque and not (letters.in_frame and plan.kind == "graph" and not group):
        room = 1.2 if group and group.heads else float(random.choice((0.5, 0.9, 1.2)))
        area = (x0, y0 + round(mark.height * room), x1, y1)
    if area[2] - area[0] < 16 or area[3] - area[1] < 16:
        return
    if group:
        boxes = draw_group(random, sheet, group, area, style)
        ink = Box.hull(boxes) if boxes else None
    else:
        ink = draw_part(random, sheet, area, plan.kind, style, plan.sides)
    if ink is None:
        return
    if style.framed and not opaque:
        low = area[3] if letters.place == "below" else y1  # a letter below stands below the frame, too
        ImageDraw.Draw(sheet.image).rectangle((x0, y0, x1 - 1, low - 1), outline=style.look.ink)
        ink = Box(x0, y0, x1, low)
    letter = None
    if mark and plan.label:
        if inside and opaque:
            letter = print_inside(sheet.image, ink, mark, letters, BLACK)
        elif letters.place == "below":
            letter = _print(sheet, ((ink.x0 + ink.x1 - mark.width) / 2, ink.y1 + gap // 2), mark, letters)
        elif letters.in_frame and plan.kind == "graph" and not group:
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
            kind=group.kind if group else plan.kind,
            kind_confidence=1.0,
        )
    )


def _print(sheet: Sheet, place: tuple[float, float], mark: Stamp, style: LetterStyle) -> Box:
    """Print a letter beside its panel, as it can be read there: between pictures it may be black."""
    return put(sheet.image, place, mark, style.on(brightness_at(sheet.image, *place, mark)))


def _is_opaque(group: Group) -> bool:
    """Whether a picture fills the group's upper left corner."""
    return group.kinds[0][0] in FULL and not group.heads and not group.titles
