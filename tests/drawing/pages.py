"""Papers drawn in a few lines: pages with body text, plots, images, tables and captions, and the box of each.

    paper = Paper().page(columns=2)
    paper.body(column=0)
    figure = paper.plot((320, 80, 550, 240))
    caption = paper.caption("Figure 1. Grain size against temperature.", 320, 250, 230)
    paper.save(tmp_path / "paper.pdf")

Body text is made of random words, the same ones in each run. Coordinates as in `sheets`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import getAscentDescent

from exsclaim_core.model import Box
from tests.drawing import charts, tables
from tests.drawing.sheets import Area, Sheets, as_box

LEADING = 1.2  # line spacing, in font sizes
MARGIN = 54.0
GUTTER = 18.0

VOCABULARY = (
    "the of and in with for a grain film phase sample lattice surface boundary growth during annealing temperature "
    "measured between after thin layer diffraction strain particles observed shows which oxide increases rate from "
    "crystal interface structure conductivity under stress these results heating composition defects was were at by "
    "microscopy contrast both low higher texture thickness remain nearly constant until solution forms small"
)


class Paper(Sheets):
    """Pages of a paper, with the parts that papers have."""

    def __init__(self, font: str = "Times-Roman", size: float = 10, password: str | None = None) -> None:
        super().__init__(font, size, password)
        self._random = random.Random(1)

    def column(self, number: int = 0) -> Box:
        """The type area of a column, counted from 0."""
        width = (self.width - 2 * MARGIN - (self.columns - 1) * GUTTER) / self.columns
        x0 = MARGIN + number * (width + GUTTER)
        return Box(x0, MARGIN + 18, x0 + width, self.height - MARGIN - 18)

    def body(
        self,
        area: Area | None = None,
        *,
        column: int = 0,
        top: float | None = None,
        lines: int | None = None,
        start: str = "",
        size: float | None = None,
    ) -> Box:
        """Justified body text that fills the area, or the column from `top` on, or so many lines of it.

        `start` is how the text begins: "Figure 2 shows" for a line that is no caption.
        """
        box = as_box(area) if area is not None else self.column(column)
        top = top if top is not None else box.y0
        size = size or self.size
        leading = size * LEADING
        if lines is None:
            lines = int((box.y1 - top) / leading)
        words = _sentences(self._random, int(lines * box.width / size))
        if start:
            words = f"{start} {words[0].lower()}{words[1:]}"
        wrapped = simpleSplit(words, self.font, size, box.width)[:lines]
        if len(wrapped) < lines:
            raise ValueError(f"{len(wrapped)} lines of text were made where {lines} were asked for")
        return self._lines(wrapped, box.x0, top, self.font, size, leading, justify_to=box.width)

    def caption(
        self, words: str, x: float, y: float, width: float, *, font: str | None = None, size: float = 8.5
    ) -> Box:
        """A caption that is wrapped to the width, its first line's top at `y`."""
        font = font or self.font
        return self._lines(simpleSplit(words, font, size, width), x, y, font, size, size * LEADING)

    def _lines(
        self,
        wrapped: Sequence[str],
        x: float,
        top: float,
        font: str,
        size: float,
        leading: float,
        justify_to: float | None = None,
    ) -> Box:
        mark = len(self.drawn)
        baseline = top + getAscentDescent(font, size)[0]
        for number, line in enumerate(wrapped):
            self.text(line, x, baseline + number * leading, font=font, size=size, justify_to=justify_to)
        return self.since(mark)

    def plot(self, area: Area, curves: int = 3) -> Box:
        """A vector plot with axes, ticks, axis titles and a legend, inside the area."""
        series = [charts.example_curve(number, f"sample {number + 1}") for number in range(curves)]
        return charts.line_plot(self, as_box(area), series, x_title="Temperature (K)", y_title="Size (nm)")

    def table(
        self,
        area: Area,
        rows: int = 5,
        columns: int = 4,
        *,
        rules: bool = True,
        notes: str | None = None,
        size: float = 8.5,
    ) -> Box:
        """A table whose rows fill the area, its first column words and the others numbers; notes come below it."""
        box = as_box(area)
        cells = [["Sample", *(f"Quantity {column}" for column in range(1, columns))]]
        for row in range(1, rows):
            cells.append([f"Film {row}", *(f"{row * 1.7 + column * 3.1:.1f}" for column in range(1, columns))])
        mark, widths = len(self.drawn), [box.width / columns] * columns
        tables.draw_table(self, box.x0, box.y0, widths, cells, step=box.height / rows, rules=rules, size=size)
        if notes:
            self.caption(notes, box.x0, box.y1 + 3, box.width, size=size - 1)
        return self.since(mark)

    def heading(self, words: str, x: float, y: float, size: float = 12) -> Box:
        return self.text(words, x, y + size, font="Helvetica-Bold", size=size)

    def header(self, words: str) -> Box:
        """A running head in the middle above the type area."""
        return self.text(words, self.width / 2, MARGIN - 12, size=8, align="center")

    def page_number(self, number: int) -> Box:
        return self.text(str(number), self.width / 2, self.height - MARGIN + 18, size=9, align="center")


def _sentences(source: random.Random, words: int) -> str:
    """At least so many random words, as sentences."""
    sentences: list[str] = []
    while words > 0:
        length = source.randint(8, 20)
        sentences.append(" ".join(source.choices(VOCABULARY.split(), k=length)).capitalize() + ".")
        words -= length
    return " ".join(sentences)
