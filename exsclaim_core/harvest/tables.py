"""The tables `articles`, `figures` and `events` of a harvest, and the records with which its articles join a run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from exsclaim_core.harvest.harvest_folder import ARTICLE_SUFFIX, HarvestFolder
from exsclaim_core.harvest.state import PDF, HarvestState, Known
from exsclaim_core.result_names import unfinished, write_whole
from exsclaim_core.tables.arrow import DOCUMENT, Columns, Row, write_parquet

_TEXT = pa.string()
_MARKUP = pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32()), ("kind", _TEXT)]))
ARTICLES: Columns = {
    DOCUMENT: _TEXT,  # its name in the run; "" where it has neither figures nor a PDF
    "file": _TEXT,  # that joins the run, as a path in the folder of the harvest; ""
    "source": _TEXT,  # that found it
    "via": _TEXT,  # that it came from in the end
    "status": _TEXT,
    "note": _TEXT,
    "doi": _TEXT,
    "title": _TEXT,
    "authors": pa.list_(_TEXT),
    "journal": _TEXT,
    "publisher": _TEXT,
    "date": _TEXT,
    "abstract": _TEXT,
    "licence": _TEXT,
    "redistribution": pa.bool_(),
    "open": pa.bool_(),
    "article_url": _TEXT,
    "pdf_url": _TEXT,
    "article_type": _TEXT,
}
FIGURES: Columns = {
    DOCUMENT: _TEXT,
    "doi": _TEXT,
    "number": pa.int32(),  # among the figures and tables of its article, from 0
    "type": _TEXT,
    "label": _TEXT,
    "role": _TEXT,
    "caption": _TEXT,
    "markup": _MARKUP,
    "image_url": _TEXT,  # that the file came from, or else the best that there is
    "image_urls": pa.list_(_TEXT),
    "file": _TEXT,  # its picture, as a path in the folder of the harvest; ""
    "sha256": _TEXT,
    "mentions": pa.list_(_TEXT),
}
EVENTS: Columns = {"source": _TEXT, "kind": _TEXT, "url": _TEXT, "message": _TEXT}


def write_tables(folder: HarvestFolder, state: HarvestState) -> None:
    """Bring the tables and records of a harvest up to date with its state. OSError where they can't be written."""
    wanted = set()
    for known in state.articles():
        if (path := _write_record(folder, state, known)) is not None:
            wanted.add(path)
    for path in folder.records.glob(f"*{ARTICLE_SUFFIX}"):
        if path not in wanted:
            path.unlink()
    for name, columns, rows in (
        ("figures", FIGURES, _figure_rows(state)),
        ("events", EVENTS, _event_rows(state)),
        # Last: it says which records there are.
        ("articles", ARTICLES, _article_rows(state)),
    ):
        path = folder.path / f"{name}.parquet"
        with unfinished(path).open("wb") as file:
            write_parquet(file, columns, rows, {})
        unfinished(path).replace(path)


def _write_record(folder: HarvestFolder, state: HarvestState, known: Known) -> Path | None:
    """The record of an article that has pictures of its own; None for another one."""
    files = {number: file for number, file in state.files(known.id).items() if number != PDF}
    if known.status != "done" or not files:
        return None
    record = {
        DOCUMENT: known.document,
        "article": known.article.to_dict(),
        "files": {
            str(number): {
                "path": file.file,  # in the folder of the harvest: a run that is moved stays the same
                "url": file.url,
                "kind": file.kind,
                "sha256": file.sha256,
            }
            for number, file in sorted(files.items())
        },
    }
    content = (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")
    path = folder.path / _record_file(known)
    # An unchanged file keeps its time: the pipeline need not look into it again.
    if not path.exists() or path.read_bytes() != content:
        write_whole(path, content)
    return path


def _record_file(known: Known) -> str:
    return f"articles/{hashlib.sha256(known.document.encode()).hexdigest()}{ARTICLE_SUFFIX}"


def _article_rows(state: HarvestState) -> Iterator[Row]:
    for known in state.articles():
        files = state.files(known.id)
        file = ""
        if known.status == "done":
            file = _record_file(known) if any(number != PDF for number in files) else files[PDF].file
        article = known.article.to_dict()
        del article["figures"]
        yield {
            DOCUMENT: known.document,
            "file": file,
            "source": known.source,
            "via": (known.via if known.status == "done" else "") or known.source,
            "status": known.status,
            "note": known.note,
            **article,
        }


def _figure_rows(state: HarvestState) -> Iterator[Row]:
    for known in state.articles():
        files = state.files(known.id)
        for number, figure in enumerate(known.article.figures):
            file = files.get(number)
            record = asdict(figure)
            yield {
                DOCUMENT: known.document,
                "doi": known.article.doi,
                "number": number,
                **record,
                "image_url": file.url if file else figure.image_url,
                "file": file.file if file else "",
                "sha256": file.sha256 if file else "",
            }


def _event_rows(state: HarvestState) -> Iterator[Row]:
    for source, kind, url, message in state.events():
        yield {"source": source, "kind": kind, "url": url, "message": message}
