"""EXSCLAIM!: figures and tables out of scientific literature, with their captions."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exsclaim_core.document import Document, DocumentFigure
    from exsclaim_core.extraction import extract, extract_many
    from exsclaim_core.settings import Settings

__all__ = ["Document", "DocumentFigure", "Settings", "extract", "extract_many"]

_MODULES = {
    "Document": "document",
    "DocumentFigure": "document",
    "Settings": "settings",
    "extract": "extraction",
    "extract_many": "extraction",
}


def __getattr__(name: str) -> Any:
    # Looked up when they are asked for: the command line's help and each child process start without what they import.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
