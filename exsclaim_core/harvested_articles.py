"""Articles that a harvest has brought with pictures and captions: they join a run at the stage `figures`."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from exsclaim_core.harvest.harvest_folder import ARTICLE_SUFFIX, HARVEST, HarvestFolder
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


def is_article(path: str) -> bool:
    """Whether a source of a run is the record of a harvested article."""
    return path.endswith(ARTICLE_SUFFIX)


def harvested_documents(run: Run) -> dict[str, str]:
    """The documents that the run's harvest has brought: their names by the paths of their files.

    A copy of a run has the documents of its own tables, and harvests nothing.
    """
    if run.folder is None or not HarvestFolder(run.folder).state.exists():
        return {}
    table = _read_table(run, [DOCUMENT, "file"])
    return {f"{run.url}/{HARVEST}/{row['file']}": row[DOCUMENT] for row in table if row["file"]}


def article_facts(run: Run) -> dict[str, Row]:
    """What is known of each harvested article of the run, by the name of its document."""
    return {row[DOCUMENT]: row for row in _read_table(run, [DOCUMENT, *FACTS]) if row[DOCUMENT]}


def articles_fingerprint(run: Run) -> str:
    """A hash of what is known of the harvested articles; "" for a run without any."""
    facts = article_facts(run)
    return hash_of(facts) if facts else ""


def read_article_figures(document: str, path: Path, target: Target | None) -> tuple[Row | None, list[ErrorRecord]]:
    """The row of the table `figures` for a harvested article, and what is wrong with it; its pictures come along.

    Figures whose picture could not be fetched are captions without a region. OSError where a picture can't be written.
    """
    try:
        record = json.loads(path.read_bytes())
        article, files = Article.from_dict(record["article"]), record["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return None, [ErrorRecord(document, "figures", "unreadable", f"{path}: {type(error).__name__}: {error}")]
    errors: list[ErrorRecord] = []
    found: list[Row] = []
    lost: list[Row] = []
    figures = [(number, figure) for number, figure in enumerate(article.figures) if figure.role == "figure"]
    names = picture_names([figure for _, figure in figures])
    for (number, figure), name in zip(figures, names, strict=True):
        file = files.get(str(number))
        if file is None:
            lost.append(_record(figure, reason="its picture could not be fetched"))
            continue
        try:
            content = Path(file["path"]).read_bytes()
        except OSError as error:
            errors.append(ErrorRecord(document, "figures", "unreadable", f"{file['path']}: {error.strerror or error}"))
            lost.append(_record(figure, reason="its picture is gone"))
            continue
        size = picture_size(content)
        if size is None:
            errors.append(ErrorRecord(document, "figures", "corrupt", f"{figure.name}: the picture can't be read"))
            lost.append(_record(figure, reason="its picture can't be read"))
            continue
        image = None
        if target:
            image = target.image(name, f".{file['kind']}")
            _bring(Path(file["path"]), target.folder / image)
        found.append({**_record(figure), "image": image, "pixels": list(size), "image_url": file["url"]})
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
