"""Articles that a harvest has brought with pictures and captions: they join a run at the stage `figures`."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.parquet as pq

from exsclaim_core.harvest.harvest_folder import ARTICLE_SUFFIX, HARVEST
from exsclaim_core.harvest.records import Article, HarvestedFigure
from exsclaim_core.model import ErrorRecord
from exsclaim_core.picture_files import picture_size
from exsclaim_core.result_names import Target, picture_names
from exsclaim_core.runs import Run, RunError
from exsclaim_core.stages import hash_of
from exsclaim_core.tables.arrow import DOCUMENT, Row

ARTICLES = f"{HARVEST}/articles.parquet"
# What the dataset tells of an article.
FACTS = (
    *("doi", "title", "authors", "journal", "publisher", "date", "abstract", "licence", "redistribution", "open"),
    *("article_url", "pdf_url", "source"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a harvest has fetched, as the record of its article names it."""

    path: str  # from the folder of the harvest
    url: str
    kind: str  # png, jpg, …
    sha256: str

    @classmethod
    def of(cls, record: Mapping[str, str]) -> Picture:
        """Out of a record; ValueError where its path leads out of the harvest's folder."""
        path = PurePosixPath(record["path"])
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{path} is no path in the folder of the harvest")
        return cls(str(path), record["url"], record["kind"], record["sha256"])


def is_article(path: str) -> bool:
    """Whether a source of a run is the record of a harvested article."""
    return path.endswith(ARTICLE_SUFFIX)


def harvested_file(path: str) -> str:
    """The path in the folder of a harvest of a file that lies in one: what stays of it when the run is moved."""
    return path.rpartition(f"/{HARVEST}/")[2]


def harvested_documents(run: Run) -> dict[str, str]:
    """The documents that the run's harvest has brought: their names by the paths or URLs of their files."""
    found: dict[str, str] = {}
    for row in _read_table(run, [DOCUMENT, "file"]):
        if row["file"]:  # two articles may have the same PDF: it is the document of the first
            found.setdefault(f"{run.url}/{HARVEST}/{row['file']}", row[DOCUMENT])
    return found


def article_facts(run: Run) -> dict[str, Row]:
    """What is known of each harvested article of the run, by its file as `harvested_file` gives it.

    Not by the document's name: that may have got a number, where a PDF of another folder has the same.
    """
    found: dict[str, Row] = {}
    for row in _read_table(run, ["file", *FACTS]):
        if file := row.pop("file"):
            found.setdefault(file, row)
    return found


def articles_fingerprint(run: Run) -> str:
    """A hash of what is known of the harvested articles; "" for a run without any."""
    facts = article_facts(run)
    return hash_of(facts) if facts else ""


def read_record(path: Path) -> tuple[Article, dict[int, Picture]]:
    """The article of a record, and its pictures by the numbers of its figures.

    OSError where the file can't be read, ValueError where it is no such record.
    """
    try:
        record = json.loads(path.read_bytes())
        article = Article.from_dict(record["article"])
        return article, {int(number): Picture.of(each) for number, each in record["files"].items()}
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no record of an article: {type(error).__name__}: {error}") from error


def read_article_figures(document: str, path: Path, target: Target | None) -> tuple[Row | None, list[ErrorRecord]]:
    """The row of the table `figures` for a harvested article, and what is wrong with it; its pictures come along.

    Figures whose picture could not be fetched are captions without a region. Without a target the pictures stay where
    they are. OSError where a picture can't be written.
    """
    try:
        article, pictures = read_record(path)
    except OSError as error:
        return None, [ErrorRecord(document, "figures", "unreadable", error.strerror or str(error))]
    except ValueError as error:
        return None, [ErrorRecord(document, "figures", "corrupt", " ".join(str(error).split()))]
    errors: list[ErrorRecord] = []
    found: list[Row] = []
    lost: list[Row] = []
    figures = [(number, figure) for number, figure in enumerate(article.figures) if figure.role == "figure"]
    names = picture_names([figure for _, figure in figures])
    for (number, figure), name in zip(figures, names, strict=True):
        picture = pictures.get(number)
        if picture is None:
            lost.append(_record(figure, reason="its picture could not be fetched"))
            continue
        file = path.parents[1] / picture.path
        try:
            size = _size_of(file, picture)
        except OSError as error:
            reason = f"{figure.name}: its picture can't be read: {error.strerror or error}"
            errors.append(ErrorRecord(document, "figures", "unreadable", reason))
            lost.append(_record(figure, reason="its picture is gone"))
            continue
        except ValueError as error:
            errors.append(ErrorRecord(document, "figures", "corrupt", f"{figure.name}: its picture {error}"))
            lost.append(_record(figure, reason=f"its picture {error}"))
            continue
        image = None
        if target:
            image = target.image(name, f".{picture.kind}")
            _bring(file, target.folder / image)
        found.append({**_record(figure), "image": image, "pixels": list(size), "image_url": picture.url})
    row: Row = {
        "page_count": 0,
        "textless": False,
        "figures": found,
        "captions_without_region": lost,
        "text_boxes": [],
        "sections": [],
        "overlay": [],
    }
    return row, errors


def _size_of(file: Path, picture: Picture) -> tuple[int, int]:
    """Width and height in pixels; ValueError for what is damaged, in words that follow "its picture"."""
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != picture.sha256:
        raise ValueError("is not what was fetched any more")
    size = picture_size(content)
    if size is None:
        raise ValueError("is damaged")
    return size


def _record(figure: HarvestedFigure, reason: str = "") -> dict[str, Any]:
    """The figure as a record of the table `figures`: it is on no page."""
    return {
        "type": figure.type,
        "label": figure.label,
        "page": None,
        "bbox": None,
        "caption": figure.caption,
        "caption_bbox": None,
        "confidence": 1.0,  # the publisher has put them together
        "reason": reason,
        "continued": False,
        "direction": 0,
        "section": None,
        "mentions": [{"page": None, "text": text} for text in figure.mentions],
        "image": None,
        "svg": None,
        "dpi": None,
        "pixels": None,
        "image_url": figure.image_url or None,
        "markup": [{"start": span.start, "end": span.end, "kind": span.kind} for span in figure.markup],
    }


def _bring(file: Path, place: Path) -> None:
    """The file at another place as well, without a copy where the disk allows it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    try:
        os.link(file, place)
    except OSError:  # another disk, or one without links
        shutil.copyfile(file, place)


def _read_table(run: Run, columns: list[str]) -> list[Row]:
    """Rows of the harvest's table of articles; none where the run has no harvest."""
    try:
        content = run.read(ARTICLES)
    except FileNotFoundError:
        return []
    try:
        rows: list[Row] = pq.read_table(io.BytesIO(content), columns=columns).to_pylist()
    except (ValueError, OSError, KeyError) as error:  # ArrowInvalid is a ValueError
        raise RunError(f"{run.url}/{ARTICLES} is damaged ({error}): `exsclaim harvest` writes it again") from error
    return rows
