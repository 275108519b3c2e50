"""The layout of a document: what its pages repeat, how its text is set, and its pages in rows and columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.labels import LABEL
from exsclaim_core.layout.furniture import find_furniture_lines, find_furniture_operators
from exsclaim_core.layout.sheet import Sheet, make_sheet
from exsclaim_core.layout.typography import Typography, measure_typography
from exsclaim_core.pdf.pages import SLANTED, Pages


@dataclass(frozen=True, slots=True)
class Layout:
    """What later stages need to know of the pages as a whole, and the sheets on which captions may stand."""

    line_furniture: NDArray[np.bool_]  # (lines of all pages,) running heads, page numbers and the like
    operator_furniture: NDArray[np.bool_]  # (operators of all pages,)
    typography: Typography
    sheets: list[Sheet]


def lay_out(pages: Pages) -> Layout:
    """Furniture, typography and sheets of a document; a page is a sheet for each direction in which labels read."""
    furniture = find_furniture_lines(pages)
    operators = find_furniture_operators(pages)
    typography = measure_typography(pages, furniture)
    return Layout(furniture, operators, typography, _make_sheets(pages, furniture, operators, typography))


def _make_sheets(
    pages: Pages, line_furniture: NDArray[np.bool_], operator_furniture: NDArray[np.bool_], typography: Typography
) -> list[Sheet]:
    recognised = pages.is_recognised
    sheets = []
    for index, page in enumerate(pages):
        directions = {
            int(direction)
            for direction, text in zip(page.lines["direction"].tolist(), page.texts, strict=True)
            if direction != SLANTED and LABEL.match(text)
        }
        for turns in sorted(directions):
            sheets.append(
                make_sheet(
                    page,
                    turns,
                    index,
                    typography,
                    line_furniture[slice(*pages.line_range(index))],
                    operator_furniture[slice(*pages.operator_range(index))],
                    recognised,
                )
            )
    return sheets
