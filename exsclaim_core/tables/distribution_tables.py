"""The table of the stage `distribution`: what each caption says of each panel, by its places in the caption."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from exsclaim_core.tables.arrow import DOCUMENT, Row

if TYPE_CHECKING:  # whoever reads the table does without the rules for captions
    from exsclaim_core.captions.distribution import Distribution, Keyword
    from exsclaim_core.captions.wording import Span

COLUMNS = ("figures", "captions_without_region")  # of the table `figures`, in which captions with panels stand

SPAN = pa.struct([("start", pa.int32()), ("end", pa.int32())])  # of the caption, in characters
KEYWORD = pa.struct(
    [
        ("text", pa.string()),  # as it stands in the caption
        ("term", pa.string()),  # what it is a form of
        ("kind", pa.string()),  # query, technique, structure, material, phrase
        ("start", pa.int32()),
        ("end", pa.int32()),
    ]
)
PANEL = pa.struct(
    [
        ("label", pa.string()),  # as printed
        ("spans", pa.list_(SPAN)),
        ("statement", pa.string()),
        ("confidence", pa.float64()),
        ("scales", pa.list_(pa.string())),
        ("keywords", pa.list_(KEYWORD)),
    ]
)
CAPTION = pa.struct(
    [
        ("column", pa.string()),  # of the table `figures` that the figure stands in
        ("number", pa.int32()),  # its place there, from 0
        ("delimiter", pa.string()),  # what sets the letters apart: "()"
        ("panels", pa.list_(PANEL)),
        ("general", pa.list_(SPAN)),  # of no panel in particular
        ("keywords", pa.list_(KEYWORD)),  # of the general text
    ]
)
DISTRIBUTION = {DOCUMENT: pa.string(), "captions": pa.list_(CAPTION)}


def caption_record(column: str, number: int, found: Distribution, delimiter: str) -> Row:
    """The record of a figure's caption."""
    return {
        "column": column,
        "number": number,
        "delimiter": delimiter,
        "panels": [
            {
                "label": panel.label,
                "spans": _spans(panel.spans),
                "statement": panel.statement,
                "confidence": round(panel.confidence, 3),
                "scales": list(panel.scales),
                "keywords": _keywords(panel.keywords),
            }
            for panel in found.panels
        ],
        "general": _spans(found.general),
        "keywords": _keywords(found.keywords),
    }


def texts_at(caption: str, spans: Iterable[Row]) -> list[str]:
    """The words of some stretches of a caption."""
    return [caption[span["start"] : span["end"]] for span in spans]


def _spans(spans: Iterable[Span]) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in spans]


def _keywords(keywords: Iterable[Keyword]) -> list[dict[str, Any]]:
    return [
        {"text": each.text, "term": each.term, "kind": each.kind, "start": each.start, "end": each.end}
        for each in keywords
    ]
