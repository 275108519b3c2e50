"""Names of result files: safe on every file system, and no two alike."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

IMAGES, OVERLAY, UNFINISHED = "images", "overlay", ".part"
PICTURES = (".png", ".jpg", ".gif", ".tif", ".webp", ".svg", UNFINISHED)
PANEL = "-panel-"  # in the names of pictures of panels
LONGEST_NAME = 120  # bytes; file systems take 255, and the pictures' names add to it
LONGEST_LABEL = 40  # characters
LONGEST_LETTER = 20
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]+')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # Windows opens them as devices


def safe_name(stem: str) -> str:
    """The stem with what a file system may refuse replaced, and cut to a length that all take."""
    name = unicodedata.normalize("NFC", UNSAFE.sub("_", stem)).strip(" .")
    name = name.encode()[:LONGEST_NAME].decode(errors="ignore").rstrip(" .")
    return f"{name}_" if DEVICES.match(name) else name or "document"


def same_name(name: str) -> str:
    """A form that is equal for names which a file system may take for the same."""
    return unicodedata.normalize("NFC", name).casefold()


class Named(Protocol):
    """A figure of a paper or of a web page."""

    @property
    def name(self) -> str:
        """What it is called: "Figure 3", "Scheme 2"."""


def picture_names(figures: Sequence[Named]) -> list[str]:
    """A name for each figure, "Figure3-1", "Table2-1", "Scheme1-1": the last number tells equal labels apart."""
    seen: Counter[str] = Counter()
    names = []
    for figure in figures:
        name = UNSAFE.sub("_", re.sub(r"\s+", "", figure.name))[:LONGEST_LABEL]
        seen[same_name(name)] += 1
        names.append(f"{name}-{seen[same_name(name)]}")
    return names


def panel_names(labels: Sequence[str | None]) -> list[str]:
    """A name for each panel of a figure: its letter, or else its number from 1; no two alike, none with a hyphen."""
    taken: set[str] = set()
    names = []
    for number, label in enumerate(labels, 1):
        stem = UNSAFE.sub("_", (label or "").replace("-", "_")).strip(" .")[:LONGEST_LETTER] or str(number)
        name, again = stem, 1
        while same_name(name) in taken:
            again += 1
            name = f"{stem}_{again}"
        taken.add(same_name(name))
        names.append(name)
    return names


@dataclass(frozen=True, slots=True)
class Target:
    """Where the results of one document go: its name in the results' folder."""

    folder: Path
    name: str

    @property
    def json(self) -> Path:
        return self.folder / f"{self.name}.json"

    def image(self, picture: str, suffix: str) -> str:
        """Path of a figure's picture, relative to the folder."""
        return str(PurePosixPath(IMAGES, self.name, f"{self.name}-{picture}{suffix}"))

    def overlay(self, page: int) -> str:
        """Path of an overlay page, relative to the folder."""
        return str(PurePosixPath(OVERLAY, self.name, f"{self.name}-page{page}.png"))

    def write(self, path: str, content: bytes) -> None:
        """Write a file of the folder as a whole: it is renamed into place, so that half of one is never seen."""
        write_whole(self.folder / path, content)

    @property
    def begun(self) -> Path:
        """There while pictures are made, until the JSON takes its place: then figures and captions are known."""
        return unfinished(self.json)

    def clear(self) -> None:
        """Remove what an earlier run left of this document, and nothing else."""
        self.json.unlink(missing_ok=True)
        self.begun.unlink(missing_ok=True)
        for kind, start in ((IMAGES, f"{self.name}-"), (OVERLAY, f"{self.name}-page")):
            folder = self.folder / kind / self.name
            for file in _files(folder):
                if file.name.startswith(start) and file.name.endswith(PICTURES):
                    file.unlink(missing_ok=True)
            for empty in (folder, folder.parent):
                try:
                    empty.rmdir()
                except OSError:  # it is not empty, or not there
                    break


@dataclass(frozen=True, slots=True)
class PanelTarget(Target):
    """Where pictures of panels go: beside those of the figures, which stay."""

    def panel(self, figure: str, panel: str) -> str:
        """Path of a panel's picture, relative to the folder; `figure` is that of its figure's picture."""
        return str(PurePosixPath(IMAGES, self.name, f"{PurePosixPath(figure).stem}{PANEL}{panel}.png"))

    def clear(self) -> None:
        """Remove the pictures of panels that an earlier run left of this document, and nothing else."""
        for file in _files(self.folder / IMAGES / self.name):
            if is_panel(file.name):
                file.unlink(missing_ok=True)


def is_panel(name: str) -> bool:
    """Whether a file of this name holds the picture of a panel."""
    return re.search(rf"{PANEL}[^-]+\.png({re.escape(UNFINISHED)})?$", name) is not None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it into place; the folder is made where it is missing."""
    beside = unfinished(path)
    try:
        file = beside.open("wb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = beside.open("wb")
    try:
        with file:
            file.write(content)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def unfinished(path: Path) -> Path:
    """Where a file is written before it is renamed into its place."""
    return path.with_name(path.name + UNFINISHED)


def _files(folder: Path) -> Iterable[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
