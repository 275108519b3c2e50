"""Stands in for `exsclaim_core.work` in child processes: a document's name says which fault its reading has.

Real PDFs that crash or bloat a library are mended with its next version; these faults stay.
"""

from __future__ import annotations

import ctypes
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from exsclaim_core import work
from exsclaim_core.document import Document
from exsclaim_core.pdf.child import announce_pages
from exsclaim_core.pdf.rendering import Crop, render_png

MEGABYTE = 1 << 20

render_region = work.render_region


def crash() -> None:
    ctypes.string_at(0)


def hang() -> None:
    time.sleep(60)


def fill() -> None:
    kept = []
    while True:
        kept.append(b"x" * MEGABYTE)


FAULTS = {"crash": crash, "hang": hang, "fill": fill}


def extract_document(path: Path, *args: Any) -> Document:
    """The document; after "crash while reading.pdf", "hang while rendering.pdf" or the like what the name says."""
    fault, _, stage = path.stem.partition(" while ")
    if stage == "reading":
        announce_pages(1)
        FAULTS[fault]()
    if stage == "locating":
        patch("exsclaim_core.work.locate_figures", _fail).start()
    if stage == "rendering":
        patch("exsclaim_core.pictures.render_png", _after_one(render_png, FAULTS[fault])).start()
    return work.extract_document(path, *args)


def _fail(*_: object, **__: object) -> None:
    raise IndexError("column 7 of a page with 2 columns")


def _after_one(render: Any, fault: Any) -> Any:
    """Render the first crop, then commit the fault."""
    done: list[Crop] = []

    def render_one(*args: Any) -> Crop:
        if done:
            fault()
        done.append(render(*args))
        return done[0]

    return render_one
