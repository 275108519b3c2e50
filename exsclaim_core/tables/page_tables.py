"""The table of the stage `read`: the pages of each document, and of the stage `layout`: rows, columns, furniture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from exsclaim_core.layout.document_layout import Layout
from exsclaim_core.layout.rows import Paragraph, Row
from exsclaim_core.layout.sheet import Sheet, frame_sheet
from exsclaim_core.layout.typography import Column, Typography
from exsclaim_core.pdf.pages import LINE, OPERATOR, SPAN, Pages
from exsclaim_core.tables.arrow import DOCUMENT
from exsclaim_core.tables.arrow import Row as TableRow

PAGE = np.dtype(
    [
        ("number", "i4"),  # from 1
        ("width", "f4"),  # points, as displayed
        ("height", "f4"),
        ("rotation", "i4"),  # degrees
        ("line_end", "i8"),  # its lines are those from the end of the page before
        ("span_end", "i8"),
        ("operator_end", "i8"),
    ]
)
PAGES = {
    DOCUMENT: pa.string(),
    "page_count": pa.int32(),  # of the file; those that could not be read are missing in `pages`
    "textless": pa.bool_(),
    "pages": PAGE,
    "lines": LINE,
    "line_texts": pa.list_(pa.string()),
    "spans": SPAN,
    "span_texts": pa.list_(pa.string()),
    "operators": OPERATOR,
    "fonts": pa.list_(pa.string()),
}

SHEET = np.dtype([("page", "i4"), ("turns", "u1")])  # index of the page from 0; quarter turns that make it read right
COLUMN = np.dtype([("of", "i4"), ("x0", "f8"), ("x1", "f8")])  # index of the page or sheet it is of; points
ROW = np.dtype(
    [
        ("sheet", "i4"),
        ("box", "f8", 4),  # in the frame of the sheet, points
        ("baseline", "f8"),
        ("size", "f8"),
        ("font", "i4"),
        ("bold", "f8"),
        ("lines", "i4"),  # number of its lines, which follow those of the row before in `row_lines`
        ("column", "i4"),
        ("full", "?"),
        ("paragraph", "i4"),
    ]
)
LAYOUT = {
    DOCUMENT: pa.string(),
    "line_furniture": np.dtype("?"),
    "operator_furniture": np.dtype("?"),
    "body": pa.struct(
        [
            ("size", pa.float64()),
            ("leading", pa.float64()),
            ("size_slack", pa.float64()),
            ("fonts", pa.list_(pa.int32())),
        ]
    ),
    "page_columns": COLUMN,
    "sheets": SHEET,
    "sheet_columns": COLUMN,
    "rows": ROW,
    "row_lines": np.dtype("i4"),  # indices into the lines of the page
}


def pack_pages(pages: Pages) -> TableRow:
    """The pages as a row of the table `read`."""
    table = np.zeros(len(pages), PAGE)
    table["number"], table["rotation"] = pages.numbers, pages.rotations
    table["width"], table["height"] = pages.sizes[:, 0], pages.sizes[:, 1]
    table["line_end"], table["span_end"] = pages.line_ends, pages.span_ends
    table["operator_end"] = pages.operator_ends
    return {
        "page_count": pages.page_count,
        "textless": not len(pages.lines),
        "pages": table,
        "lines": pages.lines,
        "line_texts": pages.texts,
        "spans": pages.spans,
        "span_texts": pages.span_texts,
        "operators": pages.operators,
        "fonts": pages.fonts,
    }


def unpack_pages(row: TableRow) -> Pages:
    """The pages out of a row of the table `read`; without spans, where that row comes without them."""
    table = row["pages"]
    return Pages(
        table["number"],
        np.stack([table["width"], table["height"]], axis=1),
        table["rotation"],
        row["lines"],
        table["line_end"],
        row["line_texts"],
        row.get("spans", np.zeros(0, SPAN)),
        table["span_end"],
        row.get("span_texts", []),
        row["operators"],
        table["operator_end"],
        row["fonts"],
        row["page_count"],
    )


def pack_layout(layout: Layout) -> TableRow:
    """The layout as a row of the table `layout`."""
    body = layout.typography
    rows = [(index, row) for index, sheet in enumerate(layout.sheets) for row in sheet.rows]
    return {
        "line_furniture": layout.line_furniture,
        "operator_furniture": layout.operator_furniture,
        "body": {
            "size": body.size,
            "leading": body.leading,
            "size_slack": body.size_slack,
            "fonts": sorted(body.fonts),
        },
        "page_columns": _pack_columns(body.columns),
        "sheets": np.array([(sheet.index, sheet.turns) for sheet in layout.sheets], SHEET),
        "sheet_columns": _pack_columns([sheet.columns for sheet in layout.sheets]),
        "rows": np.array([(index, *_row_numbers(row)) for index, row in rows], ROW),
        "row_lines": np.array([line for _, row in rows for line in row.lines], np.int32),
    }


def unpack_layout(row: TableRow, pages: Pages) -> Layout:
    """The layout of these pages out of a row of the table `layout`."""
    body = row["body"]
    columns = _unpack_columns(row["page_columns"], len(pages))
    typography = Typography(body["size"], frozenset(body["fonts"]), body["leading"], body["size_slack"], columns)
    furniture, operator_furniture = row["line_furniture"], row["operator_furniture"]
    places = row["sheets"].tolist()
    sheet_columns = _unpack_columns(row["sheet_columns"], len(places))
    ends = np.searchsorted(row["rows"]["sheet"], np.arange(len(places) + 1)).tolist()
    line_ends = np.concatenate([[0], np.cumsum(row["rows"]["lines"])]).tolist()
    every_line = row["row_lines"].tolist()
    sheets = []
    for sheet_index, (index, turns) in enumerate(places):
        sheet = frame_sheet(
            pages.page(index).turned(turns),
            turns,
            index,
            typography,
            sheet_columns[sheet_index],
            furniture[slice(*pages.line_range(index))],
            operator_furniture[slice(*pages.operator_range(index))],
        )
        first, end = ends[sheet_index], ends[sheet_index + 1]
        lines = [every_line[line_ends[i] : line_ends[i + 1]] for i in range(first, end)]
        _fill(sheet, row["rows"][first:end].tolist(), lines)
        sheets.append(sheet)
    return Layout(furniture, operator_furniture, typography, sheets)


def _row_numbers(row: Row) -> tuple[Any, ...]:
    return (
        row.box,
        row.baseline,
        row.size,
        row.font,
        row.bold,
        len(row.lines),
        row.column,
        row.full,
        row.paragraph,
    )


def _fill(sheet: Sheet, numbers: list[tuple[Any, ...]], lines: list[list[int]]) -> None:
    """Give the sheet its rows and paragraphs."""
    texts = sheet.page.texts
    for (_, box, baseline, size, font, bold, _, column, full, paragraph), some in zip(numbers, lines, strict=True):
        text = " ".join([texts[line] for line in some])
        sheet.rows.append(Row(tuple(box.tolist()), baseline, size, font, bold, text, some, column, full, paragraph))
    sheet.paragraphs = [Paragraph() for _ in range(max((row.paragraph for row in sheet.rows), default=-1) + 1)]
    for row in sheet.rows:
        sheet.paragraphs[row.paragraph].rows.append(row)


def _pack_columns(columns: Any) -> Any:
    flat = [(index, column.x0, column.x1) for index, some in enumerate(columns) for column in some]
    return np.array(flat, COLUMN)


def _unpack_columns(table: Any, count: int) -> tuple[tuple[Column, ...], ...]:
    result: list[list[Column]] = [[] for _ in range(count)]
    for index, x0, x1 in table.tolist():
        result[index].append(Column(x0, x1))
    return tuple(map(tuple, result))
