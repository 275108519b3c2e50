"""The columns of the dataset's own tables: their types, what they hold, and the stage that it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from exsclaim_core.dataset.findings import DatasetCounts, Entry, Findings
from exsclaim_core.dataset.panels import Panel
from exsclaim_core.harvest.harvest_folder import HARVEST
from exsclaim_core.model import ErrorRecord
from exsclaim_core.stages import DATASET, SOURCES, shard_stages
from exsclaim_core.tables.arrow import DOCUMENT, Row
from exsclaim_core.tables.distribution_tables import SPAN, texts_at


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    type: pa.DataType
    stage: str  # that its values come from
    about: str


_TEXT, _INTEGER, _NUMBER, _YES_OR_NO = pa.string(), pa.int32(), pa.float64(), pa.bool_()
_MARKUP = pa.list_(pa.struct([("start", _INTEGER), ("end", _INTEGER), ("kind", _TEXT)]))
_SPANS = pa.list_(SPAN)
_MENTIONS = pa.list_(pa.struct([("page", _INTEGER), ("text", _TEXT)]))
_DOCUMENT = Column(DOCUMENT, _TEXT, SOURCES, "name of the document in the run")
_CORNERS = ("x0", "y0", "x1", "y1")
_BOX = "of the {}, points from the top left of the displayed page"
_PIXELS = "of the {}, pixels from the top left of the figure's picture"
_BOTH = "distribution, panels"
# By kind of exsclaim_core.captions.distribution.Keyword.
_KEYWORD_ABOUT = {
    "query": "terms of the query",
    "technique": "techniques",
    "structure": "structures",
    "material": "materials",
    "phrase": "noun phrases",
}
_ANY_STAGE = ", ".join(stage.name for stage in shard_stages())

DOCUMENTS = (
    _DOCUMENT,
    Column("file", _TEXT, SOURCES, "name of its file"),
    Column("sha256", _TEXT, SOURCES, "of the file; empty where it could not be read"),
    Column("status", _TEXT, DATASET, "success; partial: with errors; failed: nothing could be found"),
    Column("pages", _INTEGER, "read", "number of pages; 0 where the file could not be opened"),
    Column("figures", _INTEGER, "figures", "number of figures with a region"),
    Column("tables", _INTEGER, "figures", "number of tables with a region"),
    Column("captions_without_region", _INTEGER, "figures", "number of captions whose region was not found"),
    Column("text_boxes", _INTEGER, "figures", "number of captioned boxes of text and algorithms"),
    Column("panels", _INTEGER, _BOTH, "number of panels, in captions or in pictures"),
    Column("scale_bars", _INTEGER, "panels", "number of scale bars in pictures"),
    Column("sections", _INTEGER, "figures", "number of section titles"),
    Column("errors", _INTEGER, DATASET, "number of records in the table `errors`"),
    # Null for what no harvest has brought.
    Column("doi", _TEXT, HARVEST, "DOI of the article"),
    Column("title", _TEXT, HARVEST, "its title"),
    Column("authors", pa.list_(_TEXT), HARVEST, "its authors, in their order"),
    Column("journal", _TEXT, HARVEST, "the journal that it is in"),
    Column("publisher", _TEXT, HARVEST, "its publisher"),
    Column("date", _TEXT, HARVEST, "day, month or year of publication"),
    Column("abstract", _TEXT, HARVEST, "its abstract"),
    Column("licence", _TEXT, HARVEST, "URL of its licence"),
    Column("redistribution", _YES_OR_NO, HARVEST, "whether the licence allows to hand copies on"),
    Column("open", _YES_OR_NO, HARVEST, "whether everybody may read it"),
    Column("article_url", _TEXT, HARVEST, "address of its page"),
    Column("source", _TEXT, HARVEST, "the source that has found it"),
)
FIGURES = (
    _DOCUMENT,
    Column("kind", _TEXT, "figures", "figure, table, caption without region, text box"),
    Column("figure_name", _TEXT, DATASET, "its key in exsclaim.json; null for a text box, which is not in it"),
    Column("type", _TEXT, "captions", "Figure, Table, Box, Algorithm"),
    Column("label", _TEXT, "captions", "its number as printed; empty for a part that continues another"),
    Column("page", _INTEGER, "captions", "page that it is on, from 1"),
    *(Column(corner, _NUMBER, "figures", _BOX.format("region")) for corner in _CORNERS),
    Column("caption", _TEXT, "captions", "its caption with the label"),
    *(Column(f"caption_{corner}", _NUMBER, "captions", _BOX.format("caption")) for corner in _CORNERS),
    Column("confidence", _NUMBER, "figures", "chance that region and caption are both right, 0 to 1"),
    Column("reason", _TEXT, "figures", "why there is no region; empty where there is one"),
    Column("continued", _YES_OR_NO, "captions", "whether it is a later part of a figure or table"),
    Column("direction", pa.int8(), "layout", "quarter turns counter-clockwise that make it upright"),
    Column("section", _TEXT, "figures", "title of the section that it belongs to"),
    Column("mentions", _MENTIONS, "figures", "references to it in the running text, with their pages"),
    Column("image", _TEXT, "figures", "path of its picture in the run"),
    Column("svg", _TEXT, "figures", "path of its vector graphics in the run"),
    Column("dpi", _NUMBER, "figures", "resolution of the picture, pixels per inch"),
    Column("image_url", _TEXT, HARVEST, "address of the picture, where a harvest has fetched it"),
    Column("markup", _MARKUP, HARVEST, "bold, italic, raised and lowered characters of the caption"),
    Column("width", _INTEGER, "figures", "of the picture, pixels"),
    Column("height", _INTEGER, "figures", "of the picture, pixels"),
    Column("panels", _INTEGER, _BOTH, "number of panels, in the caption or in the picture"),
    Column("scale_bars", _INTEGER, "panels", "number of scale bars in the picture"),
    Column("panels_by", _TEXT, "panels", "what tells the panels of the picture: operators or pixels"),
    Column("no_panels", _TEXT, "panels", "why the picture tells none"),
    Column("general", pa.list_(_TEXT), "distribution", "what its caption says of no panel in particular"),
    *(
        Column(f"{kind}_keywords", pa.list_(_TEXT), "distribution", f"{about} in the general text")
        for kind, about in _KEYWORD_ABOUT.items()
    ),
)
PANELS = (
    _DOCUMENT,
    Column("figure_name", _TEXT, DATASET, "key of the figure in exsclaim.json"),
    Column("figure", _TEXT, "captions", "label of the figure"),
    Column("label", _TEXT, _BOTH, "label of the panel as printed; null for one that has none"),
    Column("found_in", _TEXT, DATASET, "who knows the panel: caption, picture or both"),
    Column("number", _INTEGER, "panels", "its place in the picture, in reading order from 1"),
    *(Column(corner, _NUMBER, "panels", _PIXELS.format("panel")) for corner in _CORNERS),
    *(Column(f"label_{corner}", _NUMBER, "panels", _PIXELS.format("printed letter")) for corner in _CORNERS),
    Column(
        "class", _TEXT, "panels", "microscopy, diffraction, graph, photo, illustration, table, other; null: not seen"
    ),
    Column("class_confidence", _NUMBER, "panels", "chance that the class is right, 0 to 1"),
    Column("box_confidence", _NUMBER, "panels", "chance that the box is a panel, 0 to 1"),
    Column("label_confidence", _NUMBER, "panels", "chance that the printed letter is read rightly, 0 to 1"),
    Column("inset_of", _INTEGER, "panels", "number of the panel in which it lies"),
    Column("nm_per_pixel", _NUMBER, "panels", "scale of the picture, nanometres; null where none is known"),
    Column("image", _TEXT, "panels", "path of the panel's picture in the run"),
    Column("text", pa.list_(_TEXT), "distribution", "what the caption says of it, word for word"),
    Column("spans", _SPANS, "distribution", "where that stands in the caption, characters"),
    Column("statement", _TEXT, "distribution", "one description in the caption's own words"),
    Column("confidence", _NUMBER, "distribution", "chance that these are the right words, 0 to 1"),
    Column("scales", pa.list_(_TEXT), "distribution", "lengths of scale bars that the caption gives for it"),
    *(
        Column(f"{kind}_keywords", pa.list_(_TEXT), "distribution", f"{about} in what is said of it")
        for kind, about in _KEYWORD_ABOUT.items()
    ),
)
SCALE_BARS = (
    _DOCUMENT,
    Column("figure_name", _TEXT, DATASET, "key of the figure in exsclaim.json"),
    Column("figure", _TEXT, "captions", "label of the figure"),
    Column("panel", _INTEGER, "panels", "number of the panel that it is in, from 1"),
    Column("label", _TEXT, "panels", "letter of that panel"),
    *(Column(corner, _NUMBER, "panels", _PIXELS.format("bar")) for corner in _CORNERS),
    Column("length", _NUMBER, "panels", "pixels"),
    Column("text", _TEXT, "panels", "what is printed beside it"),
    *(Column(f"text_{corner}", _NUMBER, "panels", _PIXELS.format("text")) for corner in _CORNERS),
    Column("nm", _NUMBER, "panels", "length that it stands for, nanometres"),
    Column("nm_per_pixel", _NUMBER, "panels", "nanometres"),
    Column("confidence", _NUMBER, "panels", "chance that it is one, 0 to 1"),
    Column("caption", _TEXT, "panels", "agrees or conflicts with lengths that the caption gives; null: it gives none"),
)
SECTIONS = (
    _DOCUMENT,
    Column("title", _TEXT, "figures", "title of a section"),
    Column("level", _INTEGER, "figures", "its depth, from 1"),
    Column("page", _INTEGER, "figures", "page that it is on, from 1"),
    *(Column(corner, _NUMBER, "figures", _BOX.format("title")) for corner in _CORNERS),
)
ERRORS = (
    _DOCUMENT,
    Column("stage", _TEXT, _ANY_STAGE, "where it went wrong; render: in the pictures of the stage `figures`"),
    Column("kind", _TEXT, _ANY_STAGE, "kind of the error"),
    Column("message", _TEXT, _ANY_STAGE, "what went wrong"),
    Column("page", _INTEGER, _ANY_STAGE, "page, from 1; null for an error of the whole document"),
)
_FACTS = [column.name for column in DOCUMENTS if column.stage == HARVEST]
TABLES = {
    "documents": DOCUMENTS,
    "figures": FIGURES,
    "panels": PANELS,
    "scale_bars": SCALE_BARS,
    "sections": SECTIONS,
    "errors": ERRORS,
}


def document_row(findings: Findings, counts: DatasetCounts) -> Row:
    """The document's row of the table `documents`."""
    return {
        DOCUMENT: findings.document,
        "file": findings.file,
        "sha256": findings.source.sha256,
        "status": findings.status,
        "pages": findings.pages,
        "figures": counts.figures,
        "tables": counts.tables,
        "captions_without_region": counts.captions_without_region,
        "text_boxes": counts.text_boxes,
        "panels": counts.panels,
        "scale_bars": counts.scale_bars,
        "sections": counts.sections,
        "errors": counts.errors,
        **{name: findings.facts[name] if findings.facts else None for name in _FACTS},
    }


def figure_row(document: str, entry: Entry, figure_name: str | None) -> Row:
    """The entry's row of the table `figures`."""
    record = entry.record
    width, height = record["pixels"] or (None, None)
    return {
        **record,
        DOCUMENT: document,
        "kind": entry.kind,
        "figure_name": figure_name,
        **_corners(record["bbox"]),
        **_corners(record["caption_bbox"], "caption_"),
        "width": width,
        "height": height,
        "panels": len(entry.panels),
        "scale_bars": len(entry.scale_bars),
        "panels_by": entry.seen["route"] if entry.seen else None,
        "no_panels": entry.seen["reason"] or None if entry.seen else None,
        "general": texts_at(record["caption"], entry.words["general"]) if entry.words else [],
        **_keywords_by_kind(entry.words["keywords"] if entry.words else []),
    }


def panel_row(document: str, entry: Entry, panel: Panel, figure_name: str | None) -> Row:
    """A panel's row of the table `panels`; the entry is its figure."""
    words: Row = panel.words or {"spans": [], "statement": None, "confidence": None, "scales": [], "keywords": []}
    seen: Row = panel.seen or {}
    return {
        **words,
        DOCUMENT: document,
        "figure_name": figure_name,
        "figure": entry.record["label"],
        "label": panel.label,
        "found_in": panel.found_in,
        "number": _from_one(panel.number),
        **_corners(seen.get("box")),
        **_corners(seen.get("label_box"), "label_"),
        **{name: seen.get(name) for name in ("class", "class_confidence", "label_confidence", "nm_per_pixel", "image")},
        "box_confidence": seen.get("confidence"),
        "inset_of": _from_one(seen.get("inset_of")),
        "text": texts_at(entry.record["caption"], words["spans"]),
        **_keywords_by_kind(words["keywords"]),
    }


def scale_bar_row(document: str, entry: Entry, bar: Row, figure_name: str | None) -> Row:
    """A scale bar's row of the table `scale_bars`; the entry is its figure."""
    place = bar["panel"]
    return {
        **bar,
        DOCUMENT: document,
        "figure_name": figure_name,
        "figure": entry.record["label"],
        "panel": _from_one(place),
        "label": entry.seen["panels"][place]["label"] if entry.seen and place is not None else None,
        **_corners(bar["box"]),
        **_corners(bar["label_box"], "text_"),
    }


def _corners(box: Sequence[float] | None, start: str = "") -> Row:
    """The sides of a box by column; null for none."""
    return {f"{start}{corner}": value for corner, value in zip(_CORNERS, box or (None,) * 4, strict=True)}


def _from_one(number: int | None) -> int | None:
    return None if number is None else number + 1


def _keywords_by_kind(keywords: Sequence[Row]) -> Row:
    """Terms of the keywords by column, each once, in the order of the caption."""
    return {
        f"{kind}_keywords": list(dict.fromkeys(each["term"] for each in keywords if each["kind"] == kind))
        for kind in _KEYWORD_ABOUT
    }


def section_row(document: str, record: Row) -> Row:
    """A section title's row of the table `sections`."""
    return {DOCUMENT: document, **record, **_corners(record["bbox"])}


def error_row(error: ErrorRecord) -> Row:
    """An error's row of the table `errors`."""
    return error.to_dict()
