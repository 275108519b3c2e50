"""The tables of the stages `captions`, `clusters` and `figures`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from exsclaim_core.figures.captions import Caption
from exsclaim_core.figures.content import Content
from exsclaim_core.labels import Label
from exsclaim_core.layout.sheet import Sheet
from exsclaim_core.model import Box, Figure, Located, Mention, Section
from exsclaim_core.tables.arrow import DOCUMENT, Row

BOX = pa.list_(pa.float64(), 4)  # x0, y0, x1, y1 in points

CAPTION = pa.struct(
    [
        ("sheet", pa.int32()),  # index into the sheets of the layout
        ("type", pa.string()),
        ("label", pa.string()),
        ("keyword", pa.string()),  # as printed, with its dot
        ("delimiter", pa.string()),
        ("rest", pa.string()),  # of the first row, behind the label
        ("continued", pa.bool_()),
        ("series", pa.string()),
        ("rows", pa.list_(pa.int32())),  # indices into the rows of the sheet
        ("box", BOX),  # in the frame of the sheet
        ("text", pa.string()),
        ("score", pa.float64()),
    ]
)
CAPTIONS = {DOCUMENT: pa.string(), "captions": pa.list_(CAPTION)}

ITEM = np.dtype(
    [
        ("sheet", "i4"),
        ("box", "f4", 4),  # in the frame of the sheet
        ("kind", "i1"),  # exsclaim_core.figures.content: GRAPHIC, TEXT, RULE, NOTE
        ("image", "?"),
        ("row", "i4"),  # index into the rows of the sheet; -1 for what is no row
    ]
)
OBSTACLE = np.dtype([("sheet", "i4"), ("box", "f4", 4), ("kind", "i1")])
CLUSTERS = {DOCUMENT: pa.string(), "items": ITEM, "obstacles": OBSTACLE}

FIGURE = pa.struct(
    [
        ("type", pa.string()),
        ("label", pa.string()),
        ("page", pa.int32()),
        ("bbox", BOX),
        ("caption", pa.string()),
        ("caption_bbox", BOX),
        ("confidence", pa.float64()),
        ("reason", pa.string()),
        ("continued", pa.bool_()),
        ("direction", pa.int8()),
        ("section", pa.string()),
        ("mentions", pa.list_(pa.struct([("page", pa.int32()), ("text", pa.string())]))),
        ("image", pa.string()),
        ("svg", pa.string()),
        ("dpi", pa.float64()),
        ("pixels", pa.list_(pa.int32(), 2)),
        # Of a figure that a publisher's page has shown, which has neither page nor boxes; null and empty for others.
        ("image_url", pa.string()),
        ("markup", pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32()), ("kind", pa.string())]))),
    ]
)
SECTION = pa.struct([("title", pa.string()), ("level", pa.int32()), ("page", pa.int32()), ("bbox", BOX)])
FIGURES = {
    DOCUMENT: pa.string(),
    "page_count": pa.int32(),
    "textless": pa.bool_(),  # no text at all: its captions can't be found
    "figures": pa.list_(FIGURE),
    "captions_without_region": pa.list_(FIGURE),
    "text_boxes": pa.list_(FIGURE),
    "sections": pa.list_(SECTION),
    "overlay": pa.list_(pa.string()),
}


def pack_captions(captions: Iterable[Caption], sheets: Sequence[Sheet]) -> Row:
    """The captions as a row of the table `captions`."""
    sheet_index = {id(sheet): index for index, sheet in enumerate(sheets)}
    row_index = {id(row): index for sheet in sheets for index, row in enumerate(sheet.rows)}
    return {
        "captions": [
            {
                "sheet": sheet_index[id(caption.sheet)],
                "type": caption.label.type,
                "label": caption.label.label,
                "keyword": caption.label.keyword,
                "delimiter": caption.label.delimiter,
                "rest": caption.label.text,
                "continued": caption.label.continued,
                "series": caption.label.series,
                "rows": [row_index[id(row)] for row in caption.rows],
                "box": list(caption.box),
                "text": caption.text,
                "score": caption.score,
            }
            for caption in captions
        ]
    }


def unpack_captions(row: Row, sheets: Sequence[Sheet]) -> list[Caption]:
    """The captions on these sheets out of a row of the table `captions`."""
    result = []
    for record in row["captions"]:
        sheet = sheets[record["sheet"]]
        names = ("type", "label", "keyword", "delimiter", "rest", "continued", "series")
        label = Label(*(record[name] for name in names))
        rows = tuple(sheet.rows[index] for index in record["rows"])
        result.append(Caption(sheet, label, rows, tuple(record["box"]), record["text"], record["score"]))
    return result


def pack_contents(contents: Iterable[Content], sheets: Sequence[Sheet]) -> Row:
    """The contents of sheets as a row of the table `clusters`."""
    sheet_index = {id(sheet): index for index, sheet in enumerate(sheets)}
    items, obstacles = [np.zeros(0, ITEM)], [np.zeros(0, OBSTACLE)]
    for content in contents:
        row_index = {id(row): index for index, row in enumerate(content.sheet.rows)}
        some = np.zeros(len(content.boxes), ITEM)
        some["sheet"] = sheet_index[id(content.sheet)]
        some["box"], some["kind"], some["image"] = content.boxes, content.kinds, content.images
        some["row"] = [row_index[id(row)] if row else -1 for row in content.rows]
        items.append(some)
        others = np.zeros(len(content.obstacles), OBSTACLE)
        others["sheet"] = sheet_index[id(content.sheet)]
        others["box"], others["kind"] = content.obstacles, content.obstacle_kinds
        obstacles.append(others)
    return {"items": np.concatenate(items), "obstacles": np.concatenate(obstacles)}


def unpack_contents(row: Row, sheets: Sequence[Sheet], captions: Iterable[Caption]) -> list[Content]:
    """The contents of these sheets with these captions out of a row of the table `clusters`."""
    by_sheet: dict[int, list[Caption]] = {}
    for caption in captions:
        by_sheet.setdefault(id(caption.sheet), []).append(caption)
    contents = []
    for index, sheet in enumerate(sheets):
        if id(sheet) not in by_sheet:
            continue
        items = row["items"][row["items"]["sheet"] == index]
        obstacles = row["obstacles"][row["obstacles"]["sheet"] == index]
        contents.append(
            Content(
                sheet,
                by_sheet[id(sheet)],
                np.ascontiguousarray(items["box"]),
                np.ascontiguousarray(items["kind"]),
                np.ascontiguousarray(items["image"]),
                [sheet.rows[place] if place >= 0 else None for place in items["row"].tolist()],
                np.ascontiguousarray(obstacles["box"]),
                np.ascontiguousarray(obstacles["kind"]),
            )
        )
    return contents


def pack_figures(located: Located, page_count: int, textless: bool, overlay: Sequence[str] = ()) -> Row:
    """What was found in a document as a row of the table `figures`."""
    return {
        "page_count": page_count,
        "textless": textless,
        "figures": [_figure_record(figure) for figure in located.figures],
        "captions_without_region": [_figure_record(figure) for figure in located.captions_without_region],
        "text_boxes": [_figure_record(figure) for figure in located.text_boxes],
        "sections": [section.to_dict() for section in located.sections],
        "overlay": list(overlay),
    }


def unpack_figures(row: Row) -> Located:
    """What was found in a document, out of a row of the table `figures`."""
    return Located(
        tuple(unpack_figure(record) for record in row["figures"]),
        tuple(unpack_figure(record) for record in row["captions_without_region"]),
        tuple(unpack_figure(record) for record in row["text_boxes"]),
        tuple(Section(each["title"], each["level"], each["page"], Box(*each["bbox"])) for each in row["sections"]),
    )


def _figure_record(figure: Figure) -> dict[str, Any]:
    """The figure record of the JSON results, which has no reason where there is a region."""
    return {"reason": "", **figure.to_dict(), "image_url": None, "markup": []}


def unpack_figure(record: dict[str, Any]) -> Figure:
    """A figure of a page, out of its record in the table `figures`."""
    return Figure(
        record["type"],
        record["label"],
        record["page"],
        record["caption"],
        Box(*record["caption_bbox"]),
        Box(*record["bbox"]) if record["bbox"] else None,
        record["confidence"],
        record["reason"],
        record["continued"],
        record["direction"],
        record["section"],
        tuple(Mention(each["page"], each["text"]) for each in record["mentions"]),
        record["image"],
        record["svg"],
        record["dpi"],
        tuple(record["pixels"]) if record["pixels"] else None,
    )
