"""How one figure looks throughout: its fonts, its colours, the strength of its lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exsclaim_core.panels.synthesis.fonts import Colour, Family, Stamp, pick_family, stamp

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
FAINTEST = 70  # difference in brightness that can still be read

# Palettes of the programs that draw most plots in papers.
PALETTES: tuple[tuple[Colour, ...], ...] = (
    ((0, 0, 0), (255, 0, 0), (0, 0, 255), (0, 160, 0), (160, 0, 200), (255, 140, 0), (0, 170, 190)),
    ((31, 119, 180), (255, 127, 14), (44, 160, 44), (214, 39, 40), (148, 103, 189), (140, 86, 75), (127, 127, 127)),
    ((0, 114, 189), (217, 83, 25), (237, 177, 32), (126, 47, 142), (119, 172, 48), (77, 190, 238), (162, 20, 47)),
    ((68, 114, 196), (237, 125, 49), (165, 165, 165), (255, 192, 0), (91, 155, 213), (112, 173, 71), (38, 68, 120)),
    ((0, 0, 0), (70, 70, 70), (120, 120, 120), (160, 160, 160), (200, 200, 200), (40, 40, 40), (90, 90, 90)),
    ((27, 158, 119), (217, 95, 2), (117, 112, 179), (231, 41, 138), (102, 166, 30), (230, 171, 2), (102, 102, 102)),
)


@dataclass(frozen=True, slots=True)
class Look:
    """What the panels of one figure have in common; lengths in pixels of the sheet on which it is drawn."""

    family: Family
    bold: bool  # axis titles
    text: int  # size of tick labels
    line: int  # width of a plot's frame
    curve: int  # width of curves
    ink: Colour
    ground: Colour
    palette: tuple[Colour, ...]
    frame: bool  # plots have four sides, not two axes
    ticks_inside: bool
    grid: bool
    markers: bool

    def words(self, text: str, size: float = 1.0, bold: bool = False) -> Stamp:
        """The text in the figure's typeface, `size` times as large as its tick labels."""
        font = self.family.bold if bold else self.family.regular
        return stamp(text, font, max(6, round(self.text * size)))


def draw_look(random: np.random.Generator, scale: float, width: int, panel: float) -> Look:
    """A look for a figure `width` pixels wide with panels usually `panel` wide, drawn `scale` times as large."""
    # Authors make plots for a column of text and shrink them: their words are some 4 % of a panel's width.
    final = float(np.clip(panel * random.uniform(0.028, 0.058), 6.5, 13 + 0.015 * width))
    dark = random.random() < 0.02
    tinted = random.random() < 0.03
    ground = (
        WHITE if not (dark or tinted) else BLACK if dark else tuple(int(v) for v in random.integers(225, 256, size=3))
    )
    line = max(1, round(scale * random.choice((0.7, 1.0, 1.0, 1.5, 2.0)) * width / 700))
    return Look(
        family=pick_family(random),
        bold=bool(random.random() < 0.3),
        text=max(8, round(final * scale)),
        line=line,
        curve=max(1, round(line * random.choice((1.0, 1.3, 2.0)))),
        ink=WHITE if dark else BLACK,
        ground=(ground[0], ground[1], ground[2]),
        palette=_shuffled(random, PALETTES[int(random.integers(len(PALETTES)))], ground[0] < 128),
        frame=bool(random.random() < 0.7),
        ticks_inside=bool(random.random() < 0.5),
        grid=bool(random.random() < 0.12),
        markers=bool(random.random() < 0.5),
    )


def brightness(colour: Colour) -> float:
    """How bright a colour looks, 0 to 255."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def _shuffled(random: np.random.Generator, palette: tuple[Colour, ...], dark: bool) -> tuple[Colour, ...]:
    if dark:
        palette = tuple(colour if brightness(colour) > FAINTEST else WHITE for colour in palette)
    if random.random() < 0.5:
        return palette
    return tuple(palette[int(at)] for at in random.permutation(len(palette)))
