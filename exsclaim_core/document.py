"""What `extract` answers: a document with its figures, and the pictures of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from exsclaim_core.model import ErrorRecord, Figure, Section, Status
from exsclaim_core.settings import Settings


@dataclass(frozen=True, slots=True)
class FileState:
    """By what a file is known again."""

    size: int  # bytes
    modified: int  # nanoseconds since 1970
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """The state of a file at present; OSError where it can't be read."""
        status = path.stat()
        return cls(status.st_size, status.st_mtime_ns, hash_file(path))


def hash_file(path: Path) -> str:
    """SHA-256 of a file's content; OSError where it can't be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a figure comes from, and what it takes to render the figure."""

    path: Path
    settings: Settings
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DocumentFigure(Figure):
    """A figure or table that knows its document."""

    source: Source | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, figure: Figure, source: Source) -> Self:
        """The figure with the same values."""
        return cls(**{each.name: getattr(figure, each.name) for each in fields(Figure)}, source=source)

    def image(self, dpi: float | None = None) -> bytes:
        """PNG of the region, upright, as the settings of the extraction want it or with that resolution.

        It is rendered anew at each call, in a child process: 0.3 s. ValueError for a caption without a region,
        RuntimeError where the region can't be rendered.
        """
        from exsclaim_core.extraction import render_figure

        return render_figure(self, dpi)


@dataclass(frozen=True, slots=True)
class Document:
    """What was found in a PDF: figures and tables, captions whose region was not found, and what went wrong."""

    path: Path
    status: Status  # partial: some of it could not be read; failed: nothing could
    pages: int = 0
    figures: tuple[DocumentFigure, ...] = ()
    captions_without_region: tuple[Figure, ...] = ()
    text_boxes: tuple[Figure, ...] = ()  # captioned boxes of text and algorithms
    sections: tuple[Section, ...] = ()
    errors: tuple[ErrorRecord, ...] = ()
    overlay: tuple[str, ...] = ()  # paths of the overlay pages, relative to the results' folder
    file: FileState | None = None

    def to_dict(self) -> dict[str, Any]:
        """The document's JSON."""
        return {
            "document": self.path.name,
            "status": self.status,
            "pages": self.pages,
            "figures": [figure.to_dict() for figure in self.figures],
            "captions_without_region": [figure.to_dict() for figure in self.captions_without_region],
            "text_boxes": [figure.to_dict() for figure in self.text_boxes],
            "sections": [section.to_dict() for section in self.sections],
            "errors": [error.to_dict() for error in self.errors],
        }
