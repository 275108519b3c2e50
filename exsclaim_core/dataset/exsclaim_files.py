"""The files that EXSCLAIM! itself ends with, for programs that read those: exsclaim.json, and its tables as CSV.

What no stage has filled yet is empty. Figures and tables are in them alike, and captions whose region was not found.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, Any

from exsclaim_core.dataset.exsclaim_panels import master_images, table_rows, unassigned
from exsclaim_core.dataset.findings import TEXT_BOX, Entry, Findings
from exsclaim_core.dataset.table_files import CsvFile
from exsclaim_core.harvest.harvest_folder import HARVEST
from exsclaim_core.stages import DATASET, SOURCES
from exsclaim_core.tables.arrow import Row

EXSCLAIM_JSON = "exsclaim.json"

_BOTH = "panels, distribution"
# The stage that each field of a figure comes from; None: no stage fills it yet.
FIGURE_FIELDS: dict[str, str | None] = {
    "title": HARVEST,
    "article_url": HARVEST,
    "article_name": SOURCES,
    "full_caption": "captions",
    "caption_delimiter": "distribution",
    "figure_name": DATASET,
    "image_url": HARVEST,
    "license": HARVEST,
    "open": HARVEST,
    "figure_path": "figures",
    "authors": HARVEST,
    "master_images": _BOTH,
    "unassigned": _BOTH,
}
_BOX = dict.fromkeys(("x1", "y1", "x2", "y2"), "panels")
# The same for the columns of its tables, in its order.
TABLES: dict[str, dict[str, str | None]] = {
    "article": {
        "id": SOURCES,
        **dict.fromkeys(("title", "url", "license", "open", "authors", "abstract"), HARVEST),
    },
    "figure": {
        "id": DATASET,
        "full_caption": "captions",
        "delimiter": "distribution",
        "image_url": HARVEST,
        "path": "figures",
        "article": SOURCES,
    },
    "subfigure": {
        "id": DATASET,
        **dict.fromkeys(("class", "height", "width", "nm_height", "nm_width"), "panels"),
        **_BOX,
        **dict.fromkeys(("caption", "keywords", "general"), "distribution"),
        "figure": DATASET,
    },
    "subfigurelabel": {
        "text": "panels",
        **_BOX,
        **dict.fromkeys(("label_confidence", "box_confidence")),
        "subfigure": DATASET,
    },
    "scalebar": {
        "id": DATASET,
        **_BOX,
        **dict.fromkeys(("length", "distance", "confidence"), "panels"),
        "subfigure": DATASET,
    },
    "scalebarlabel": {
        "text": "panels",
        **_BOX,
        "label_confidence": None,
        **dict.fromkeys(("box_confidence", "nm"), "panels"),
        "bar": DATASET,
    },
}


def figure_name(document: str, entry: Entry) -> str | None:
    """The key of a figure in exsclaim.json, unlike all others of the run; None for a text box, which is not in it."""
    if entry.kind == TEXT_BOX:
        return None
    picture = entry.record["image"] or entry.record["svg"]
    return f"{document}_fig{entry.number}{PurePosixPath(picture).suffix if picture else '.png'}"


def figure_json(run: str, document: str, entry: Entry, facts: Row | None = None) -> dict[str, Any]:
    """The record of a figure in exsclaim.json; `run` is the run's name, `facts` are what a harvest knows of it."""
    picture = entry.record["image"] or entry.record["svg"]
    known = facts or {}
    return {
        "title": known.get("title") or "",
        "article_url": known.get("article_url") or "",
        "article_name": document,
        "full_caption": entry.record["caption"],
        "caption_delimiter": entry.words["delimiter"] if entry.words else "",
        "figure_name": figure_name(document, entry),
        "image_url": entry.record["image_url"] or "",
        "license": known.get("licence") or "",
        "open": known.get("open"),
        "figure_path": f"{run}/{picture}" if picture else "",
        "authors": list(known.get("authors") or ()),
        "master_images": master_images(entry),
        "unassigned": unassigned(entry),
    }


class ExsclaimFiles:
    """exsclaim.json and the tables in the making, a document at a time.

    `open_file` gives the files by their names in the dataset. Leaving the block without an exception completes them.
    """

    def __init__(self, run: str, open_file: Callable[[str], IO[bytes]]) -> None:
        self._run = run
        self._json = open_file(EXSCLAIM_JSON)
        self._between = b"{\n"
        self._tables = {name: CsvFile(open_file(f"csv/{name}.csv"), columns) for name, columns in TABLES.items()}

    def __enter__(self) -> ExsclaimFiles:
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure is None:
            self._json.write(b"{}\n" if self._between == b"{\n" else b"\n}\n")

    def add(self, findings: Findings) -> None:
        """Write the figures of a document, and the document as an article where it has any."""
        document = findings.document
        entries = [entry for entry in findings.entries() if entry.kind != TEXT_BOX]
        if entries:
            facts = findings.facts or {}
            self._tables["article"].add(
                {
                    "id": document,
                    "title": facts.get("title"),
                    "url": facts.get("article_url"),
                    "license": facts.get("licence"),
                    "open": facts.get("open"),
                    "authors": list(facts.get("authors") or ()),
                    "abstract": facts.get("abstract"),
                }
            )
        for entry in entries:
            figure = figure_json(self._run, document, entry, findings.facts)
            line = f"{json.dumps(figure['figure_name'], ensure_ascii=False)}: {json.dumps(figure, ensure_ascii=False)}"
            self._json.write(self._between + line.encode())
            self._between = b",\n"
            self._tables["figure"].add(
                {
                    "id": f"{document}-fig{entry.number}",
                    "full_caption": figure["full_caption"],
                    "delimiter": figure["caption_delimiter"],
                    "image_url": figure["image_url"],
                    "path": figure["figure_path"],
                    "article": document,
                }
            )
            for table, row in table_rows(f"{document}-fig{entry.number}", entry):
                self._tables[table].add(row)
