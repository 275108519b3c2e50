"""How random papers are set: type, columns, labels, places of captions, rules."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from tests.drawing.random_parts import Type

Kind = Literal["article", "report"]

TIMES = ("Times-Roman", "Times-Bold", "Times-Italic")
HELVETICA = ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique")
VERA = ("Vera", "Vera-Bold", "Vera-Italic")
FIGURE_LABELS = (
    "Figure {}.", "Fig. {}.", "FIG. {}.", "Figure {}:", "Figure {} |", "Fig. {}:", "FIGURE {}", "Fig. {}",
)  # fmt: skip
TABLE_LABELS = ("Table {}.", "TABLE {}.", "Table {}:", "Table {} |", "TABLE {}", "Table {}")


@dataclass(frozen=True, slots=True)
class Style:
    """How one paper is set; lengths in points."""

    width: float
    height: float
    columns: int
    margin: float
    gutter: float
    top: float
    bottom: float
    text: Type
    indent: float
    ragged: bool
    caption: Type
    figure_label: str
    table_label: str
    bold_label: bool
    caption_align: str  # "left", "justify", "center"
    caption_above_figure: bool
    caption_above_table: bool
    caption_gap: float  # between a figure and its caption
    text_gap: float  # between a float and the text
    title_line: bool  # a table's label stands on a line of its own
    rules: str  # of tables: "three", "all", "none", "grid"
    float_rules: bool  # rules set floats off from the text

    @property
    def column_width(self) -> float:
        return (self.width - 2 * self.margin - (self.columns - 1) * self.gutter) / self.columns


def random_style(source: random.Random, kind: Kind) -> Style:
    """The style of one paper, each part of it chosen by itself."""
    choose = source.choice
    fonts = choose([TIMES, TIMES, HELVETICA, VERA])
    size = choose([8.5, 9, 9.5, 10, 10, 10, 10.5, 11, 12])
    if fonts == VERA:  # a wide face
        size = min(size, 9.5)
    spacings = [1.12, 1.15, 1.2, 1.2, 1.25, 1.35, 1.5]
    if kind == "report" and source.random() < 0.25:
        spacings = [1.5, 1.8, 2.0]
    leading = round(size * choose(spacings), 1)
    width, height = choose([(612, 792), (595, 842)])
    columns = choose([1, 2, 2, 2]) if kind == "article" else 1
    margins = [54, 60, 72, 90] if kind == "report" else [45, 54, 60, 72] if columns == 2 else [60, 72, 90, 110]
    caption_size = max(7, size - choose([0, 1, 1, 2]))
    caption_leading = round(caption_size * choose([1.15, 1.2, 1.25]), 1)
    figure_label, table_label = choose(FIGURE_LABELS), choose(TABLE_LABELS)
    rules = choose(["three", "three", "all", "none", "grid"])
    gap = source.uniform(0.9, 1.6) * leading
    return Style(
        width=width,
        height=height,
        columns=columns,
        margin=choose(margins),
        gutter=choose([14, 18, 22, 26]),
        top=choose([64, 72, 80]),
        bottom=height - choose([60, 72]),
        text=Type(*fonts, size, leading),
        indent=choose([0, 12, 15]),
        ragged=source.random() < 0.15,
        caption=Type(*choose([fonts, fonts, HELVETICA]), caption_size, caption_leading),
        figure_label=figure_label,
        table_label=table_label,
        # Without bold type or a mark, nothing would tell such a caption from the text.
        bold_label=choose([True, False]) or figure_label.endswith("}") or table_label.endswith("}"),
        caption_align=choose(["left", "left", "justify", "center"]),
        caption_above_figure=source.random() < 1 / 7,
        caption_above_table=source.random() < 6 / 7,
        caption_gap=source.uniform(3, 16),
        text_gap=max(10, gap),
        title_line=table_label.endswith("}") and source.random() < 0.4,
        rules=rules,
        float_rules=rules != "none" and source.random() < 0.12,
    )
