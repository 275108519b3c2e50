"""Pictures of figures in folders of a person: what is to be made of them, and what it is called."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from exsclaim_core.result_names import safe_name, same_name

SUFFIXES = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".tif", ".tiff", ".webp", ".bmp"),
        *(".jp2", ".j2k", ".jpx", ".ppm", ".pgm", ".pbm", ".pnm", ".avif", ".ico"),
    )
)
PANELS, OVERLAYS = "panels", "overlays"  # folders in that of the results

Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that holds the picture of a figure."""

    path: Path
    image: str  # what it is called in results: the file's name, for one out of a folder its path in there
    name: str  # of the files that are made of it, unlike all others


@dataclass(frozen=True, slots=True)
class Work:
    """What to make of each figure."""

    out: Path
    crops: bool = True
    overlays: bool = False
    labels: tuple[str, ...] = ()  # of panels, that the captions name
    device: Device = "auto"
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one figure: its record, or why there is none."""

    record: dict[str, Any] | None
    reason: str = ""


def find_pictures(paths: Iterable[Path], out: Path) -> list[Picture]:
    """The files among the paths, and all pictures in the folders among them and below, each once.

    What lies in the folder of the results is none of them. FileNotFoundError where there is nothing at a path, or no
    picture in a folder.
    """
    results = os.path.abspath(out)
    found: dict[str, tuple[Path, str]] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise FileNotFoundError(f"there is no file or folder {path}")
        if not path.is_dir():
            found.setdefault(os.path.abspath(path), (path, path.name))
            continue
        files = sorted(_pictures_below(path, results))
        if not files:
            raise FileNotFoundError(f"there is no picture in the folder {path}")
        for file in files:
            found.setdefault(os.path.abspath(file), (file, file.relative_to(path).as_posix()))
    return list(_named(found.values()))


def _pictures_below(folder: Path, results: str) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if os.path.abspath(os.path.join(parent, name)) != results]
        for name in names:
            # What begins with a dot is hidden: macOS puts a "._figure.png", which is none, beside each file it copies.
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                yield Path(parent, name)


def _named(files: Iterable[tuple[Path, str]]) -> Iterator[Picture]:
    images: set[str] = set()
    taken: set[str] = set()
    for path, image in files:
        image = image if image not in images else str(path)
        images.add(image)
        stem = safe_name(path.stem)
        name, number = stem, 1
        while same_name(name) in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(same_name(name))
        # A name may hold bytes that are no text.
        yield Picture(path, image.encode(errors="replace").decode(), name)
