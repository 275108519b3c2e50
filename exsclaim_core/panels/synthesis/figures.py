"""Synthetic compound figures: pictures with exact truth, drawn anew from a stream of random numbers."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.panels.model import PanelClass
from exsclaim_core.panels.synthesis.axes import Sides
from exsclaim_core.panels.synthesis.contents import draw_contents
from exsclaim_core.panels.synthesis.degradation import degrade
from exsclaim_core.panels.synthesis.fonts import put_centred
from exsclaim_core.panels.synthesis.groups import Group, pick_group
from exsclaim_core.panels.synthesis.layouts import Layout, draw_layout, reading_order, row_lengths
from exsclaim_core.panels.synthesis.lettering import draw_sequence, draw_style
from exsclaim_core.panels.synthesis.look import BLACK, WHITE, Look, draw_look
from exsclaim_core.panels.synthesis.marks import WORDS, draw_arrow
from exsclaim_core.panels.synthesis.panels import Plan, draw_panel
from exsclaim_core.panels.synthesis.parts import Style
from exsclaim_core.panels.synthesis.scale_bars import draw_bar_style
from exsclaim_core.panels.synthesis.sheet import Sheet, SyntheticFigure, cut_to_panels
from exsclaim_core.panels.synthesis.sources import Sources
from exsclaim_core.panels.synthesis.themes import THEMES, draw_gutter, draw_kinds, draw_theme

WIDTHS = (300, 1400)  # of figures, pixels
USUAL_WIDTH = (690, 160)  # mean and spread
TALLEST = 1.7  # heights over widths
SMALLEST_LETTER = 9  # size in the end, pixels
GROUPING = 0.47  # of figures that may have several pictures under one letter
GROUPED = 0.5  # of the panels in these
LARGEST_SHEET = 1_300_000  # pixels drawn: more would cost time and show nothing more


def draw_figure(random: np.random.Generator, sources: Sources) -> SyntheticFigure:
    """A figure as it may be found in a paper, with its panels, letters, scale bars and insets.

    The same state of `random` gives the same figure. Throughout training a new generator for each figure, made of the
    run's seed and the figure's number, keeps the stream the same on any number of workers.
    """
    usual = random.random() < 0.85
    width = float(np.clip(random.normal(*USUAL_WIDTH), *WIDTHS) if usual else random.uniform(*WIDTHS))
    sheet = draw_sheet(random, sources, width, float(random.choice((1.0, 1.25, 1.5, 2.0), p=(0.2, 0.25, 0.35, 0.2))))
    # Never enlarged: a narrow figure may be all that was cut out of a wide sheet.
    return degrade(random, sheet, max(WIDTHS[0], min(round(width), sheet.pixels.shape[1])))


def draw_sheet(random: np.random.Generator, sources: Sources, width: float, scale: float) -> SyntheticFigure:
    """A figure before anything was lost: `scale` times as large as the width it is meant for, without any blur.

    Very tall ones come smaller than asked for.
    """
    theme = draw_theme(random)
    scale = min(scale, (LARGEST_SHEET / (0.9 * width * width)) ** 0.5)
    margin = 0 if random.random() < 0.5 else round(scale * random.uniform(1, 10))
    gutter = draw_gutter(random, theme, scale)
    shared = theme is THEMES["graphs"] and random.random() < 0.12
    inner = round(width * scale) - 2 * margin
    layout = draw_layout(random, sources, inner, 0 if shared else gutter, round(12 * scale), theme.aspect)
    if layout.height > TALLEST * layout.width or layout.height * layout.width > LARGEST_SHEET:
        shrink = min(TALLEST * layout.width / layout.height, (LARGEST_SHEET / (layout.height * layout.width)) ** 0.5, 1)
        layout = _shrunk(layout, shrink)
    usual = float(np.median([cell[2] - cell[0] for cell in layout.cells]))
    look = draw_look(random, scale, round(width), usual / scale)
    kinds = draw_kinds(random, theme, layout)
    pictures = sum(kind in ("microscopy", "diffraction", "photo") for kind in kinds) * 2 > len(kinds)
    style = Style(
        look=look,
        contents=draw_contents(random, sources, look),
        letters=draw_style(random, look, pictures, round(SMALLEST_LETTER * scale)),
        bars=draw_bar_style(random, look, scale) if random.random() < 0.82 else None,
        bar_share=float(random.choice((1.0, 0.9, 0.9, 0.6, 0.25))),
        insets=0.25 if random.random() < 0.35 else 0.0,
        marks=bool(random.random() < 0.45),
        framed=bool(random.random() < 0.04),
    )
    image = Image.new("RGB", (layout.width + 2 * margin, layout.height + 2 * margin), look.ground)
    sheet = Sheet(image)
    if pictures and gutter <= 4 * scale and look.ground == WHITE and random.random() < 0.15:
        _blacken(image, layout, margin)
    _print_notes(random, image, layout, margin, look)
    for plan in _plans(random, layout, kinds, margin, shared and layout.columns > 0, look):
        draw_panel(random, sheet, plan, style)
    lettered = any(panel.label for panel in sheet.panels)
    if not sheet.panels:  # nothing could be drawn so small: a figure of one texture
        height, wide = image.height, image.width
        draw_panel(random, sheet, Plan((0, 0, wide, height), "microscopy", None), style)
    sample = next((panel.label for panel in sheet.panels if panel.label), None)
    shown = ("A" if sample[0].isupper() else "a") if sample and lettered else None
    figure = sheet.figure(style.letters.pattern.format(shown) if shown else None)
    # Most programs cut a figure to its ink; words that belong to no panel would be cut off.
    return figure if layout.notes or random.random() < 0.15 else cut_to_panels(figure, margin)


def _plans(
    random: np.random.Generator, layout: Layout, kinds: list[PanelClass], margin: int, shared: bool, look: Look
) -> list[Plan]:
    """What each panel is going to be, in the order of the letters."""
    cells = list(layout.cells)
    by_columns = bool(len(cells) > 3 and random.random() < 0.12)
    order = reading_order(cells, by_columns)
    labels = draw_sequence(random, row_lengths([cells[at] for at in order], by_columns))
    grouping = random.random() < GROUPING
    lowest, leftmost = max(cell[3] for cell in cells), min(cell[0] for cell in cells)
    plans: list[Plan] = []
    for at, label in zip(order, labels, strict=True):
        x0, y0, x1, y1 = cells[at]
        sides = Sides(y1 == lowest, x0 == leftmost) if shared and kinds[at] == "graph" else None
        group: Group | None = None
        # Pictures without letters are panels each; only a letter makes them a group.
        if grouping and label and not sides and random.random() < GROUPED:
            group = pick_group(random, kinds[at], x1 - x0, y1 - y0, look.text)
        cell = (x0 + margin, y0 + margin, x1 + margin, y1 + margin)
        plans.append(Plan(cell, kinds[at], label, sides, group))
    return plans


def _shrunk(layout: Layout, by: float) -> Layout:
    def cell(one: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        return round(one[0] * by), round(one[1] * by), round(one[2] * by), round(one[3] * by)

    return Layout(
        round(layout.width * by),
        round(layout.height * by),
        tuple(cell(one) for one in layout.cells),
        layout.kinds,
        tuple(type(note)(cell(note.cell), note.turned) for note in layout.notes),
        layout.columns,
    )


def _blacken(image: Image.Image, layout: Layout, margin: int) -> None:
    """Black between the pictures of a block."""
    x0, y0 = min(cell[0] for cell in layout.cells), min(cell[1] for cell in layout.cells)
    x1, y1 = max(cell[2] for cell in layout.cells), max(cell[3] for cell in layout.cells)
    if sum((c[2] - c[0]) * (c[3] - c[1]) for c in layout.cells) > 0.9 * (x1 - x0) * (y1 - y0):
        ImageDraw.Draw(image).rectangle((x0 + margin, y0 + margin, x1 + margin - 1, y1 + margin - 1), fill=BLACK)


def _print_notes(random: np.random.Generator, image: Image.Image, layout: Layout, margin: int, look: Look) -> None:
    """Heads of columns, titles of rows and lines between rows: words that belong to no panel."""
    bold = bool(random.random() < 0.4)
    draw = ImageDraw.Draw(image)
    for note in layout.notes:
        x0, y0, x1, y1 = (side + margin for side in note.cell)
        mark = look.words(WORDS[int(random.integers(len(WORDS)))], float(random.uniform(1.0, 1.3)), bold)
        if note.turned:
            mark = mark.turned()
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        if mark.width < x1 - x0 and mark.height < y1 - y0:
            put_centred(image, middle, mark, look.ink)
        if x1 - x0 > 0.9 * layout.width and random.random() < 0.5:
            start = middle[0] + mark.width
            draw_arrow(
                draw, (start, middle[1]), (start + 0.2 * layout.width, middle[1]), look.palette[0], look.line * 2
            )
