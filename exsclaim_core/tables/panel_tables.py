"""The table of the stage `panels`: what each figure of a document is made of, as its picture and its operators tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from exsclaim_core.tables.arrow import DOCUMENT, Row

if TYPE_CHECKING:  # whoever reads the table does without the code for pictures
    from exsclaim_core.model import Box
    from exsclaim_core.panels.model import ScaleBar, Separation

Route = Literal["operators", "pixels"]

BOX = pa.list_(pa.float64(), 4)  # x0, y0, x1, y1 in pixels of the figure's picture
PANEL = pa.struct(
    [
        ("label", pa.string()),  # the letter as printed, without brackets; null for none
        ("box", BOX),
        ("label_box", BOX),
        ("label_confidence", pa.float64()),  # chance that the letter is right; 0 without a letter
        ("class", pa.string()),
        ("confidence", pa.float64()),  # chance that the box is a panel
        ("class_confidence", pa.float64()),  # 0 where nobody has looked at a picture
        ("inset_of", pa.int32()),  # number of the panel in which it lies, from 0
        ("nm_per_pixel", pa.float64()),  # null where no scale is known
        ("image", pa.string()),  # path of its picture in the run
    ]
)
SCALE_BAR = pa.struct(
    [
        ("box", BOX),
        ("length", pa.float64()),  # pixels
        ("text", pa.string()),  # as printed
        ("label_box", BOX),
        ("nm", pa.float64()),  # what it stands for
        ("panel", pa.int32()),  # number of its panel, from 0
        ("confidence", pa.float64()),
        ("nm_per_pixel", pa.float64()),
        ("caption", pa.string()),  # whether the caption's scale agrees: "agrees", "conflicts", null where that is open
    ]
)
FIGURE = pa.struct(
    [
        ("number", pa.int32()),  # its place among the figures of the table `figures`, from 0
        ("route", pa.string()),  # what has told its panels: operators or pixels; null for neither
        ("reason", pa.string()),  # why nothing has; empty where something has
        ("width", pa.int32()),  # of its picture, or of the one that its settings would make, pixels
        ("height", pa.int32()),
        ("panels", pa.list_(PANEL)),  # in reading order
        ("scale_bars", pa.list_(SCALE_BAR)),
    ]
)
SEPARATIONS = {DOCUMENT: pa.string(), "figures": pa.list_(FIGURE)}


def figure_record(number: int, found: Separation, route: Route, scales: list[float | None]) -> Row:
    """The record of a figure; `scales` are the nanometres per pixel of its panels."""
    return {
        "number": number,
        "route": route,
        "reason": "",
        "width": found.width,
        "height": found.height,
        "panels": [
            {
                "label": panel.label,
                "box": panel.box.to_list(1),
                "label_box": _box(panel.label_box),
                "label_confidence": round(panel.label_confidence, 3),
                "class": panel.kind,
                "confidence": round(panel.confidence, 3),
                "class_confidence": round(panel.kind_confidence, 3),
                "inset_of": panel.inset_of,
                "nm_per_pixel": scale,
                "image": None,
            }
            for panel, scale in zip(found.panels, scales, strict=True)
        ],
        "scale_bars": [_bar_record(bar) for bar in found.scale_bars],
    }


def lacking_record(number: int, reason: str) -> Row:
    """The record of a figure that nothing could be told of."""
    return {
        "number": number,
        "route": None,
        "reason": reason,
        "width": None,
        "height": None,
        "panels": [],
        "scale_bars": [],
    }


def _bar_record(bar: ScaleBar) -> Row:
    return {
        "box": bar.box.to_list(1),
        "length": round(bar.length, 2),
        "text": bar.text,
        "label_box": _box(bar.label_box),
        "nm": bar.nanometres,
        "panel": bar.panel,
        "confidence": round(bar.confidence, 3),
        "nm_per_pixel": None,
        "caption": None,
    }


def _box(box: Box | None) -> list[float] | None:
    return box.to_list(1) if box else None
