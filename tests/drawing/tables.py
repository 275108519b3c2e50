"""Tables on a sheet, with rules as journals set them or without."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.pdfbase.pdfmetrics import stringWidth

from exsclaim_core.model import Box
from tests.drawing.sheets import Sheets


def draw_table(
    sheet: Sheets,
    x: float,
    y: float,
    widths: Sequence[float],
    rows: Sequence[Sequence[str]],
    *,
    step: float,
    rules: bool = True,
    size: float = 8.5,
    font: str | None = None,
    header_font: str | None = None,
    align: str = "left",
) -> Box:
    """Rows of cells from `y` down, the first row the header; all columns but the first are aligned as `align` says.

    What follows a "^" in a cell is raised: the mark of a note.
    """
    mark = len(sheet.drawn)
    for number, row in enumerate(rows):
        left, baseline = x, y + (number + 0.5) * step + size * 0.33
        chosen = (header_font if number == 0 else None) or font or sheet.font
        for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
            words, _, raised = cell.partition("^")
            start = left + 2
            if align == "center" and column:
                start = left + (width - stringWidth(words, chosen, size)) / 2
            if words:
                sheet.text(words, start, baseline, font=chosen, size=size)
            if raised:
                end = start + stringWidth(words, chosen, size)
                sheet.text(raised, end + 0.5, baseline - size * 0.33, font=chosen, size=size * 0.7)
            left += width
    if rules:
        right, bottom = x + sum(widths), y + len(rows) * step
        sheet.rule(x, y, right, 0.8)
        sheet.rule(x, y + step, right, 0.4)
        sheet.rule(x, bottom, right, 0.8)
    return sheet.since(mark)
