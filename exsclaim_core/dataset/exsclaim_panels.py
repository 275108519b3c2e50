"""Panels of a figure in the forms of EXSCLAIM!: its master images, and the rows of its tables.

A panel with a letter, or the only one of a figure, is a master image. What belongs to none stays unassigned: panels
without a letter, scale bars outside panels, and what the caption says of panels that were not seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from exsclaim_core.dataset.findings import Entry
from exsclaim_core.dataset.panels import Panel
from exsclaim_core.result_names import panel_names
from exsclaim_core.tables.arrow import Row
from exsclaim_core.tables.distribution_tables import texts_at

# What it calls the classes of panels.
CLASSES = {"photo": "basic_photo", "table": "unclear", "other": "unclear"}


def master_images(entry: Entry) -> list[Row]:
    """The master images of a figure."""
    return [_master_image(entry, panel) for panel in entry.panels if panel.seen and _is_assigned(entry, panel)]


def unassigned(entry: Entry) -> dict[str, Any]:
    """What of a figure belongs to no master image."""
    apart = [panel for panel in entry.panels if panel.seen and not _is_assigned(entry, panel)]
    bars = [bar for bar in entry.scale_bars if bar["panel"] is None]
    return {
        "master_images": [_master_image(entry, panel) for panel in apart if not _is_inset(panel)],
        "dependent_images": [],
        "inset_images": [_master_image(entry, panel) for panel in apart if _is_inset(panel)],
        "subfigure_labels": [],
        "scale_bar_labels": [_bar_label(bar) for bar in bars if bar["text"]],
        "scale_bar_lines": [
            {"geometry": geometry(bar["box"]), "confidence": bar["confidence"], "length": bar["length"]} for bar in bars
        ],
        "captions": [_caption(entry, panel) for panel in entry.panels if panel.seen is None],
    }


def table_rows(figure: str, entry: Entry) -> Iterator[tuple[str, Row]]:
    """Rows of its tables for a figure, each with the name of its table."""
    seen = entry.seen["panels"] if entry.seen else []
    names = [f"{figure}-{name}" for name in panel_names([panel["label"] for panel in seen])]
    for panel in entry.panels:
        if panel.seen is None or panel.number is None:
            continue
        name, scale = names[panel.number], panel.seen["nm_per_pixel"]
        width, height = _size(panel.seen["box"])
        caption = _caption(entry, panel)
        yield (
            "subfigure",
            {
                "id": name,
                "class": _class(panel.seen),
                "height": height,
                "width": width,
                "nm_height": scale and height * scale,
                "nm_width": scale and width * scale,
                **_sides(panel.seen["box"]),
                "caption": caption["description"],
                "keywords": caption["keywords"],
                "general": caption["general"],
                "figure": figure,
            },
        )
        if panel.seen["label_box"]:
            label = {"text": panel.label, **_sides(panel.seen["label_box"]), "subfigure": name}
            yield "subfigurelabel", {**label, "label_confidence": None, "box_confidence": None}
    for number, bar in enumerate(entry.scale_bars, 1):
        name = f"{figure}-bar{number}"
        yield (
            "scalebar",
            {
                "id": name,
                **_sides(bar["box"]),
                "length": bar["length"],
                "distance": _distance(bar),
                "confidence": bar["confidence"],
                "subfigure": names[bar["panel"]] if bar["panel"] is not None else None,
            },
        )
        if bar["text"] and bar["label_box"]:
            label = {"text": bar["text"], **_sides(bar["label_box"]), "nm": bar["nm"], "bar": name}
            yield "scalebarlabel", {**label, "label_confidence": None, "box_confidence": bar["confidence"]}


def geometry(box: Sequence[float]) -> list[dict[str, float]]:
    """A box as it writes boxes: four corners."""
    x0, y0, x1, y1 = box
    return [{"x": x, "y": y} for x, y in ((x0, y0), (x0, y1), (x1, y0), (x1, y1))]


def _is_assigned(entry: Entry, panel: Panel) -> bool:
    return panel.label is not None or (entry.seen is not None and len(entry.seen["panels"]) == 1)


def _is_inset(panel: Panel) -> bool:
    return panel.seen is not None and panel.seen["inset_of"] is not None


def _master_image(entry: Entry, panel: Panel) -> Row:
    seen = panel.seen or {}
    width, height = _size(seen["box"])
    caption = _caption(entry, panel)
    bars = [bar for bar in entry.scale_bars if bar["panel"] == panel.number]
    image = {
        "classification": _class(seen),
        "confidence": seen["confidence"],
        "height": height,
        "width": width,
        "geometry": geometry(seen["box"]),
        "subfigure_label": {
            "text": panel.label or "",
            "geometry": geometry(seen["label_box"]) if seen["label_box"] else [],
        },
        "scale_bars": [_bar(bar) for bar in bars],
        "caption": caption["description"],
        "keywords": caption["keywords"],
        "general": caption["general"],
    }
    if scale := seen["nm_per_pixel"]:
        image |= {"nm_height": height * scale, "nm_width": width * scale}
    texts = {bar["text"] for bar in bars if bar["text"]}
    return {**image, "scale_label": texts.pop()} if len(texts) == 1 else image


def _bar(bar: Row) -> Row:
    return {
        "label": _bar_label(bar) if bar["text"] else None,
        "geometry": geometry(bar["box"]),
        "confidence": bar["confidence"],
        "length": bar["length"],
        "label_line_distance": _distance(bar),
    }


def _bar_label(bar: Row) -> Row:
    return {
        "geometry": geometry(bar["label_box"]) if bar["label_box"] else [],
        "text": bar["text"],
        "label_confidence": None,
        "box_confidence": bar["confidence"],
        "nm": bar["nm"],
    }


def _caption(entry: Entry, panel: Panel) -> Row:
    """What the caption says of a panel, with the text on the whole figure beside it."""
    caption, words = entry.record["caption"], entry.words
    return {
        "label": panel.label,
        "description": texts_at(caption, panel.words["spans"]) if panel.words else [],
        "keywords": _terms(panel.words["keywords"]) if panel.words else [],
        "general": texts_at(caption, words["general"]) if words else [],
    }


def _terms(keywords: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(keyword["term"] for keyword in keywords))


def _class(seen: Row) -> str:
    kind: str = seen["class"]
    return CLASSES.get(kind, kind)


def _size(box: Sequence[float]) -> tuple[float, float]:
    return round(box[2] - box[0], 1), round(box[3] - box[1], 1)


def _sides(box: Sequence[float]) -> Row:
    return dict(zip(("x1", "y1", "x2", "y2"), box, strict=True))


def _distance(bar: Row) -> float | None:
    """From the middle of a bar to that of its label, pixels."""
    if not bar["label_box"]:
        return None
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in (bar["box"], bar["label_box"])]
    return round(math.dist(*middles), 1)
