"""What each stage does with one document, in a child process: from rows of the tables that it reads to its own row.

A function takes the document, its rows by stage and the settings; it returns the row, None where the document has
failed, and what went wrong. What it raises is recorded as the document's failure by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from exsclaim_core.document import FileState
from exsclaim_core.figures.locate import find_captions, gather_contents, make_figures
from exsclaim_core.harvested_articles import read_article_figures
from exsclaim_core.layout.document_layout import lay_out
from exsclaim_core.model import ErrorRecord, Located
from exsclaim_core.pdf.child import announce_pages
from exsclaim_core.pdf.damage import forget_warnings
from exsclaim_core.pdf.reading import CorruptError, PasswordError, count_pages, open_pdf, read_pages
from exsclaim_core.pdf.rendering import forget_images
from exsclaim_core.pictures import Pictures, find_crops
from exsclaim_core.result_names import PanelTarget, Target
from exsclaim_core.settings import RunSettings
from exsclaim_core.tables.arrow import Row
from exsclaim_core.tables.figure_tables import (
    pack_captions,
    pack_contents,
    pack_figures,
    unpack_captions,
    unpack_contents,
)
from exsclaim_core.tables.page_tables import pack_layout, pack_pages, unpack_layout, unpack_pages
from exsclaim_core.work import describe, find_faults

BEGUN = ".begun"  # folder of a run, with a file for each document whose pictures are being made


@dataclass(frozen=True, slots=True)
class RunTarget(Target):
    """Where the pictures of one document of a run go."""

    @property
    def json(self) -> Path:
        """A run has no JSON for each document; what says that pictures are made lies apart from run.json."""
        return self.folder / BEGUN / f"{self.name}.json"


@dataclass(frozen=True, slots=True)
class Job:
    """One document of a shard: its name in the run, its file, and where its pictures go."""

    document: str
    path: Path
    target: Target | None = None


Rows = Mapping[str, Row]
Answer = tuple[Row | None, list[ErrorRecord]]


def inspect(path: Path) -> tuple[FileState, int]:
    """State and number of pages of a file; 0 pages where it can't be opened. OSError where it can't be read."""
    state = FileState.of(path)
    try:
        with closing(open_pdf(path)) as pdf:
            return state, count_pages(pdf)
    except (CorruptError, PasswordError):
        return state, 0


def read(job: Job, _rows: Rows, _settings: RunSettings) -> Answer:
    """Pages of the document as tables."""
    try:
        forget_warnings()
        with closing(open_pdf(job.path)) as pdf:
            pages = read_pages(pdf, announce_pages)
            return pack_pages(pages), find_faults(pdf, pages, job.document)
    except (CorruptError, OSError) as error:
        return None, [ErrorRecord(job.document, "read", *describe(error))]
    except PasswordError:
        message = "needs a password: `exsclaim extract --password` reads it by itself"
        return None, [ErrorRecord(job.document, "read", "password", message)]


def layout(_job: Job, rows: Rows, _settings: RunSettings) -> Answer:
    """Furniture, typography, columns and rows of text."""
    return pack_layout(lay_out(unpack_pages(rows["read"]))), []


def captions(_job: Job, rows: Rows, settings: RunSettings) -> Answer:
    """Captions of the document."""
    sheets = unpack_layout(rows["layout"], unpack_pages(rows["read"])).sheets
    return pack_captions(find_captions(sheets, settings.captions), sheets), []


def clusters(_job: Job, rows: Rows, settings: RunSettings) -> Answer:
    """What figures are made of on the sheets with captions."""
    sheets = unpack_layout(rows["layout"], unpack_pages(rows["read"])).sheets
    found = unpack_captions(rows["captions"], sheets)
    return pack_contents(gather_contents(sheets, found, settings.clusters), sheets), []


def figures(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    """Figures and tables with their pictures."""
    located = _locate(rows, settings)
    errors: list[ErrorRecord] = []
    overlay: tuple[str, ...] = ()
    if job.target and (settings.output.images or settings.output.svg or settings.output.overlay):
        try:
            job.target.begun.parent.mkdir(parents=True, exist_ok=True)
            job.target.begun.touch()
        except OSError as error:
            return None, [ErrorRecord(job.document, "render", "output", error.strerror or str(error))]
        try:
            announce_pages(rows["read"]["page_count"])
            with closing(open_pdf(job.path)) as pdf:
                maker = Pictures(pdf, job.document, job.target, settings.output)
                located = replace(located, figures=maker.crop(located.figures))
                overlay = maker.overlay(located) if settings.output.overlay else ()
                errors += maker.errors
        except (CorruptError, PasswordError, OSError) as error:
            errors.append(ErrorRecord(job.document, "render", *describe(error)))
        finally:
            forget_images()
        with suppress(FileNotFoundError):
            job.target.begun.unlink()
    return _packed(located, rows, overlay), errors


def article_figures(job: Job, _rows: Rows, settings: RunSettings) -> Answer:
    """Figures of a harvested article with the pictures and captions of its publisher."""
    try:
        return read_article_figures(job.document, job.path, job.target if settings.output.images else None)
    except OSError as error:
        return None, [ErrorRecord(job.document, "figures", "output", error.strerror or str(error))]


def panels(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    """What each figure of a document is made of; the pictures of its panels."""
    # Only here: the children of other stages do without the networks.
    from exsclaim_core.panels.figure_panels import DocumentPanels
    from exsclaim_core.panels.loading import LoadingError

    if not isinstance(job.target, PanelTarget):
        raise ValueError(f"{job.document} comes without the place of its pictures")
    announce_pages(max(rows["figures"]["page_count"], len(rows["figures"]["figures"])))
    work = DocumentPanels(rows["figures"], rows.get("read"), job.target, settings)
    try:
        row = work.separate()
    except LoadingError as error:
        return None, [ErrorRecord(job.document, "panels", "output", str(error))]
    except OSError as error:
        return None, [ErrorRecord(job.document, "panels", "output", error.strerror or str(error))]
    return row, [ErrorRecord(job.document, "panels", *fault) for fault in work.faults]


def distribution(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    """What the captions of a document's figures say of each panel."""
    # Only here: the children of other stages do without its rules and vocabularies.
    from exsclaim_core.captions.figure_captions import distribute_captions

    row, faults = distribute_captions(rows["figures"], settings.distribution, rows.get("panels"))
    return row, [ErrorRecord(job.document, "distribution", *fault) for fault in faults]


def figures_without_pictures(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    """Figures and tables with the pictures that an attempt before has left: making them was too much."""
    located = _locate(rows, settings)
    if job.target:
        located = replace(located, figures=find_crops(located.figures, job.target))
    return _packed(located, rows, ()), []


def _locate(rows: Rows, settings: RunSettings) -> Located:
    pages = unpack_pages(rows["read"])
    found = unpack_layout(rows["layout"], pages)
    some = unpack_captions(rows["captions"], found.sheets)
    contents = unpack_contents(rows["clusters"], found.sheets, some)
    return make_figures(pages, found, contents, settings, marks=settings.output.overlay)


def _packed(located: Located, rows: Rows, overlay: tuple[str, ...]) -> Row:
    return pack_figures(located, rows["read"]["page_count"], rows["read"]["textless"], overlay)
