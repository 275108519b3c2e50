"""What a figure is about: which classes its panels have, how far apart they stand, how they are shaped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exsclaim_core.panels.model import PanelClass
from exsclaim_core.panels.synthesis.layouts import Layout


@dataclass(frozen=True, slots=True)
class Theme:
    """One sort of figure."""

    weight: float  # how often it occurs
    kinds: tuple[tuple[PanelClass, float], ...]
    close: float  # chance that panels touch or nearly touch
    aspect: float  # width over height of a usual panel
    same_row: float  # chance that the panels of a row are of one class


THEMES: dict[str, Theme] = {
    "pictures": Theme(0.23, (("microscopy", 0.95), ("diffraction", 0.05)), 0.6, 1.1, 0.5),
    "graphs": Theme(0.23, (("graph", 1.0),), 0.0, 1.3, 1.0),
    "mixed": Theme(
        0.3,
        (("graph", 0.34), ("microscopy", 0.26), ("illustration", 0.28), ("diffraction", 0.05), ("photo", 0.07)),
        0.15,
        1.25,
        0.5,
    ),
    "schemes": Theme(0.17, (("illustration", 0.85), ("graph", 0.1), ("photo", 0.05)), 0.05, 1.4, 0.5),
    "diffraction": Theme(0.025, (("diffraction", 0.8), ("microscopy", 0.2)), 0.5, 1.0, 0.5),
    "photographs": Theme(0.04, (("photo", 0.9), ("illustration", 0.1)), 0.5, 1.3, 0.5),
    "rest": Theme(0.03, (("other", 0.4), ("table", 0.4), ("graph", 0.2)), 0.1, 1.5, 0.3),
}


def draw_theme(random: np.random.Generator) -> Theme:
    """One of the themes, by weight."""
    themes = list(THEMES.values())
    weights = np.array([theme.weight for theme in themes])
    return themes[int(random.choice(len(themes), p=weights / weights.sum()))]


def draw_gutter(random: np.random.Generator, theme: Theme, scale: float) -> int:
    """Space between panels, in pixels of the sheet."""
    if random.random() < theme.close:
        return round(scale * float(random.choice((0, 0, 1, 1, 2, 3, 4))))
    return round(scale * float(random.choice((4, 6, 8, 10, 14, 20, 30))))


def draw_kinds(random: np.random.Generator, theme: Theme, layout: Layout) -> list[PanelClass]:
    """A class for each cell: that of the real figure where it is known, else the theme's."""
    names = [kind for kind, _ in theme.kinds]
    weights = np.array([weight for _, weight in theme.kinds])
    kinds: list[PanelClass] = []
    row_top, row_kind = -1, names[0]
    alike = random.random() < theme.same_row
    known = any(layout.kinds) and random.random() < 0.6
    for cell, real in zip(layout.cells, layout.kinds, strict=True):
        if cell[1] != row_top or not alike:
            row_top, row_kind = cell[1], names[int(random.choice(len(names), p=weights))]
        kinds.append(real if known and real else row_kind)
    return kinds
