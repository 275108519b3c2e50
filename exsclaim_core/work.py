"""One document from its file to figures and pictures: what a child process does."""

from __future__ import annotations

import traceback
from contextlib import closing, suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import numpy as np

from exsclaim_core.document import Document, DocumentFigure, FileState, Source
from exsclaim_core.figures.locate import locate_figures
from exsclaim_core.model import Box, ErrorRecord
from exsclaim_core.pdf.child import announce_pages
from exsclaim_core.pdf.damage import find_damage, forget_warnings, plain_message
from exsclaim_core.pdf.pages import IMAGE, Page, Pages
from exsclaim_core.pdf.reading import CorruptError, PasswordError, open_pdf, read_pages
from exsclaim_core.pdf.rendering import forget_images, get_display_list, render_png
from exsclaim_core.pictures import Pictures, find_crops
from exsclaim_core.result_names import Target
from exsclaim_core.settings import OutputSettings, Settings

FEW_CHARACTERS = 200  # on a page: a stamp that a library puts on the pages that it scans
SCANNED_SHARE = 0.5  # of a page without any text, covered by images, for the page to count as scanned
STAMPED_SHARE = 0.9  # the same for a page with few characters
UNREADABLE_SHARE = 0.3  # of the characters without a known letter, for a document's text to count as unreadable


def extract_document(
    path: Path,
    settings: Settings,
    password: str | None = None,
    target: Target | None = None,
    pictures: Literal["make", "find"] = "make",
) -> Document:
    """What the document holds. Its errors, all but those that end this process, are in it.

    Pictures go to the target; without one none are made. "find" takes those that an attempt before has left there.
    """
    errors: list[ErrorRecord] = []
    stage, page_count = "read", 0
    try:
        file = FileState.of(path)
        forget_warnings()
        with closing(open_pdf(path, password)) as pdf:
            pages = read_pages(pdf, announce_pages)
            page_count, textless = pages.page_count, not len(pages.lines)
            errors += find_faults(pdf, pages, path.name)
            stage = "locate"
            located = locate_figures(pages, settings, marks=settings.output.overlay)
            del pages  # rendering needs memory of its own
            stage = "render"
            figures = located.figures
            overlay: tuple[str, ...] = ()
            if target and pictures == "find":
                figures = find_crops(figures, target)
            elif target:
                with suppress(OSError):  # what follows says more about it
                    target.begun.touch()
                maker = Pictures(pdf, path.name, target, settings.output)
                figures = maker.crop(figures)
                overlay = maker.overlay(located) if settings.output.overlay else ()
                errors += maker.errors
    except MemoryError:
        raise
    except Exception as error:  # the document's edge: a fault in it, or here, must not stop the others
        errors.append(ErrorRecord(path.name, stage, *describe(error)))
        return Document(path, "failed", page_count, errors=tuple(errors))
    finally:
        forget_images()
    source = Source(path, settings, password)
    return Document(
        path,
        "failed" if textless else "partial" if errors else "success",
        page_count,
        tuple(DocumentFigure.of(figure, source) for figure in figures),
        located.captions_without_region,
        located.text_boxes,
        located.sections,
        tuple(errors),
        overlay,
        file,
    )


def render_region(
    path: Path, password: str | None, page: int, region: Box, direction: int, settings: OutputSettings
) -> bytes:
    """PNG of one region of a document."""
    with closing(open_pdf(path, password)) as pdf:
        return render_png(get_display_list(pdf, page), region, direction, settings).png


def find_faults(pdf: Any, pages: Pages, name: str) -> list[ErrorRecord]:
    """What is wrong with a document that was read all the same: pages lost, damage, text that is missing."""
    errors = [ErrorRecord(name, "read", "corrupt", plain_message(message), page) for page, message in pages.page_errors]
    if damage := find_damage(pdf):
        errors.append(ErrorRecord(name, "read", "corrupt", damage))
    return errors + _missing_text(pages, name)


def describe(error: Exception) -> tuple[str, str]:
    """The kind of an error that ended the work on a document, and a line that says what is wrong."""
    message = plain_message(error)
    match error:
        case PasswordError():
            return "password", message
        case CorruptError():
            kind = "empty" if "empty" in message else "corrupt"
            cause = error.__cause__ and error.__cause__.__cause__  # PyMuPDF's error, and MuPDF's behind it
            return kind, f"not a readable PDF: {plain_message(cause)}" if cause else message
        case OSError():
            return "unreadable", error.strerror or message
    places = [place for place in traceback.extract_tb(error.__traceback__) if "exsclaim_core" in place.filename]
    where = f" ({Path(places[-1].filename).name}, line {places[-1].lineno})" if places else ""
    return "internal", f"{type(error).__name__}: {message}{where}"


def _missing_text(pages: Pages, name: str) -> list[ErrorRecord]:
    """Why nothing can be found on some pages, or in the whole document: figures are found by the text of captions."""
    characters = int(pages.lines["chars"].sum())
    drawn, scanned = len(pages.operators) > 0, [page.number for page in pages if _is_scanned(page)]
    stamped = [page.number for page in pages if _is_stamped_scan(page)]

    def record(message: str, kind: str = "no text", page: int | None = None) -> list[ErrorRecord]:
        return [ErrorRecord(name, "read", kind, message, page)]

    if not characters and not drawn:
        return record("its pages are empty", "empty")
    if not characters and not scanned:
        return record("its pages hold drawings and no text")
    if not characters or len(stamped) > len(pages) / 2:
        return record("its pages are images without a text layer: text recognition (OCR) can add one")
    unknown = sum(text.count("\ufffd") for text in pages.texts)
    if unknown > UNREADABLE_SHARE * characters:
        return record("its fonts do not say which letters they draw: text recognition (OCR) can add a text layer")
    if scanned:
        return record(f"{_in_words(scanned)} without a text layer", page=scanned[0])
    return []


def _is_scanned(page: Page) -> bool:
    return not len(page.lines) and _covered(page) >= SCANNED_SHARE


def _is_stamped_scan(page: Page) -> bool:
    """Whether all of the page is an image, but for a few words: libraries put stamps on the pages that they scan."""
    few = int(page.lines["chars"].sum()) <= FEW_CHARACTERS
    return few and _covered(page) >= (STAMPED_SHARE if len(page.lines) else SCANNED_SHARE)


def _covered(page: Page) -> float:
    """Share of the page that images cover."""
    boxes = page.operators["box"][page.operators["kind"] == IMAGE]
    clipped = np.clip(boxes, 0, (page.width, page.height, page.width, page.height))
    areas = (clipped[:, 2] - clipped[:, 0]) * (clipped[:, 3] - clipped[:, 1])
    return min(1.0, float(areas.sum()) / max(1.0, page.width * page.height))


def _in_words(numbers: list[int]) -> str:
    """ "pages 3-5 and 9 are images": runs of page numbers as a person writes them."""
    runs = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        runs.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    words = " and ".join(filter(None, (", ".join(runs[:-1]), runs[-1])))
    return f"page {words} is an image" if len(numbers) == 1 else f"pages {words} are images"
