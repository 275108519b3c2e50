"""Saved pages and answers of interfaces, read without any network."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web_poet import HttpResponse

from exsclaim_core.harvest.content import content_kind
from exsclaim_core.harvest.reading import read_response
from exsclaim_core.harvest.records import HarvestedFigure, Reading

logger = logging.getLogger(__name__)

LARGEST = 100_000_000  # bytes of a file that is read
# What browsers save beside a page.
_BESIDE = frozenset(
    [
        *(".css", ".js", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".tif", ".tiff", ".bmp"),
        *(".woff", ".woff2", ".ttf", ".eot", ".mp4", ".mp3"),
    ]
)


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A file and what it turned out to be."""

    path: Path
    reading: Reading

    def to_dict(self) -> dict[str, Any]:
        """The line that says so, as JSON values."""
        reading, article = self.reading, self.reading.article
        record: dict[str, Any] = {
            "path": os.fsencode(self.path).decode(errors="replace"),
            # A file can't tell for how long its publisher wanted to be left alone.
            "kind": "blocked" if reading.kind == "rate limited" else reading.kind,
            "layout": reading.layout,
            "reason": reading.reason,
        }
        if article:
            whole = article.to_dict()
            del whole["figures"]
            record |= whole
        record |= {"links": [hit.url for hit in reading.search.hits] if reading.search else []}
        if reading.search:
            record |= {
                "total": reading.search.total,
                "next_url": reading.search.next_url,
                "articles": [_hit(hit.article.to_dict()) for hit in reading.search.hits],
            }
        figures = article.figures if article else ()
        record["figures"] = [_figure(figure) for figure in figures if figure.role == "figure"]
        record["others"] = [_figure(figure) for figure in figures if figure.role != "figure"]
        return record


def find_saved(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and those in folders and below, sorted, without what browsers save beside pages.

    A folder that can't be listed comes like a file. FileNotFoundError for a path that is not there.
    """
    for path in paths:
        if path.is_dir():
            unlisted: list[OSError] = []
            for folder, folders, files in os.walk(path, onerror=unlisted.append):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                for name in sorted(files):
                    if not name.startswith(".") and Path(name).suffix.lower() not in _BESIDE:
                        yield Path(folder, name)
            yield from (Path(error.filename) for error in unlisted)
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(f"there is no file or folder {path}")


def read_saved(path: Path) -> Reading:
    """What a saved file is; one that can't be read is of the kind "other", with the reason."""
    try:
        if not path.is_file():
            return Reading("other", reason="is a folder that can't be listed" if path.is_dir() else "is no file")
        if path.stat().st_size > LARGEST:
            return Reading("other", reason=f"is larger than {LARGEST // 1_000_000} MB")
        body = path.read_bytes()
    except OSError as error:
        return Reading("other", reason=error.strerror or str(error))
    kind = content_kind(body)
    if kind not in ("html", "xml", "json"):
        return Reading("other", reason=f"neither a page nor data: {kind}")
    try:
        return read_response(HttpResponse("", body=body))
    except ValueError as error:
        return Reading("other", reason=str(error))
    except Exception as error:
        # A file of whatever origin must not stop the others; the log says where the reader failed.
        logger.debug("%s", path, exc_info=True)
        return Reading("other", reason=f"can't be read: {type(error).__name__}: {error}")


def write_lines(paths: Iterable[Path], output: Path) -> dict[str, int]:
    """Read files and write a line of JSON for each; how many there are of each kind. OSError where it can't write."""
    counts: dict[str, int] = {}
    # The lines of an earlier time may lie among the pages.
    files = [path for path in find_saved(paths) if os.path.realpath(path) != os.path.realpath(output)]
    beside = output.with_name(f"{output.name}.part")
    with beside.open("wb") as lines:
        for path in files:
            record = SavedPage(path, read_saved(path)).to_dict()
            # JSON can spell halves of characters, which no file can hold.
            lines.write(json.dumps(record, ensure_ascii=False).encode(errors="replace") + b"\n")
            counts[record["kind"]] = counts.get(record["kind"], 0) + 1
    os.replace(beside, output)
    return counts


def _figure(figure: HarvestedFigure) -> dict[str, Any]:
    return {
        "type": figure.type,
        "label": figure.label,
        "caption": figure.caption,
        "image_url": figure.image_url,
        "image_urls": list(figure.image_urls),
        "markup": [[span.start, span.end, span.kind] for span in figure.markup],
        "mentions": list(figure.mentions),
        "role": figure.role,
    }


def _hit(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value not in ("", None, (), [])}
