"""A comparison of two runs as web pages with the pictures of both: one folder, which can be sent along.

Plain HTML without scripts or resources from elsewhere: it works without the runs, without a network, and for long.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from exsclaim_core.comparison import Comparison
from exsclaim_core.comparison_matching import Difference, Found
from exsclaim_core.model import Box
from exsclaim_core.result_names import safe_name, write_whole
from exsclaim_core.runs import Run, RunError

INDEX, DATA, CROPS = "index.html", "comparison.json", "crops"
TEMPLATE = "comparison.html.j2"
PAGE_LENGTH = 100  # differences on one page
MOST_WORD_PAIRS = 1_000_000  # that are compared; captions with more of them are marked as a whole
OWN_PAGES, OWN_CROPS = re.compile(r"page-\d+\.html"), re.compile(r".+-(before|after)\.(png|svg|jpg|gif|tif|webp)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a caption that both runs have, or that only one has."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a region lies in the smallest box that holds those of both runs, percent."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Side:
    """What one run has, as the page shows it."""

    found: Found | None
    picture: str  # address of its copy beside the page, empty where there is none
    lacking: str  # why there is none
    place: Place | None
    caption: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A difference as the page shows it."""

    number: int
    difference: Difference
    frame: tuple[float, float] | None  # width and height of the box around both regions, points
    before: Side
    after: Side


def write_comparison(before: Run, after: Run, comparison: Comparison, folder: Path) -> Path:
    """Write the comparison with the pictures of both runs into a folder; the page to begin with.

    An earlier comparison in the folder is replaced. RunError where the folder can't be written.
    """
    try:
        _clear(folder)
        write_whole(folder / DATA, (json.dumps(comparison.to_dict(), indent=2) + "\n").encode())
        pages = range(max(1, -(-len(comparison.differences) // PAGE_LENGTH)))
        for page in pages:
            start = page * PAGE_LENGTH
            some = comparison.differences[start : start + PAGE_LENGTH]
            entries = [_entry(before, after, folder, start + index, each) for index, each in enumerate(some, 1)]
            html = _template().render(
                comparison=comparison,
                names={"before": before.name, "after": after.name},
                documents=[
                    (name, list(group)) for name, group in groupby(entries, lambda entry: entry.difference.document)
                ],
                page=page,
                files=[_file(number) for number in pages],
            )
            write_whole(folder / _file(page), html.encode(errors="replace"))
    except OSError as error:
        raise RunError(f"the comparison can't be written to {folder}: {error.strerror or error}") from error
    return folder / INDEX


def mark_words(before: str | None, after: str | None) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both captions in pieces: what they share, and marked the words that only one of them has.

    Nothing is marked where there is only one caption.
    """
    if before is None or after is None:
        return (Piece(before, False),) if before else (), (Piece(after, False),) if after else ()
    old, new = before.split(), after.split()
    if len(old) * len(new) > MOST_WORD_PAIRS:
        return (Piece(before, before != after),), (Piece(after, before != after),)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return (
        tuple(Piece(" ".join(old[i0:i1]), tag != "equal") for tag, i0, i1, _, _ in blocks if i1 > i0),
        tuple(Piece(" ".join(new[j0:j1]), tag != "equal") for tag, _, _, j0, j1 in blocks if j1 > j0),
    )


def _entry(before: Run, after: Run, folder: Path, number: int, difference: Difference) -> Entry:
    old, new = difference.before, difference.after
    captions = mark_words(old.caption if old else None, new.caption if new else None)
    frame, places = _arrange(old, new)
    name = f"{safe_name(difference.document)}-{number}"
    sides = [
        Side(found, *_copy(run, found, folder, f"{name}-{when}"), place, caption)
        for run, found, when, place, caption in zip(
            (before, after), (old, new), ("before", "after"), places, captions, strict=True
        )
    ]
    return Entry(number, difference, frame, *sides)


def _arrange(
    before: Found | None, after: Found | None
) -> tuple[tuple[float, float] | None, tuple[Place | None, Place | None]]:
    """Size of the box around both regions, turned upright as the pictures are, and the place of each in it."""
    regions = [_upright(found) if found and found.region else None for found in (before, after)]
    some = [region for region in regions if region]
    if not some:
        return None, (None, None)
    hull = Box.hull(some)
    width, height = max(1.0, hull.width), max(1.0, hull.height)

    def place(region: Box | None) -> Place | None:
        if region is None:
            return None
        left, top = (region.x0 - hull.x0) / width, (region.y0 - hull.y0) / height
        return Place(*(round(100 * share, 2) for share in (left, top, region.width / width, region.height / height)))

    return (width, height), (place(regions[0]), place(regions[1]))


def _upright(found: Found) -> Box | None:
    """The region on the page as turned so that the figure is upright."""
    box = found.region
    for _ in range(found.direction % 4 if box else 0):
        box = Box(box.y0, -box.x1, box.y1, -box.x0) if box else None
    return box


def _copy(run: Run, found: Found | None, folder: Path, name: str) -> tuple[str, str]:
    """Address of a copy of the figure's picture, or why there is none."""
    if found is None or found.region is None:
        return "", ""
    if not found.picture:
        output = run.settings.output
        return "", "it could not be made" if output.images or output.svg else "pictures were switched off"
    try:
        content = run.read(found.picture)
    except FileNotFoundError:
        return "", "it is missing in the run"
    path = f"{CROPS}/{name}{PurePosixPath(found.picture).suffix}"
    write_whole(folder / path, content)
    return quote(path), ""


def _clear(folder: Path) -> None:
    """Remove what an earlier comparison has left in the folder, and nothing else."""
    for place, own in ((folder, OWN_PAGES), (folder / CROPS, OWN_CROPS)):
        for file in _files(place):
            if own.fullmatch(file.name):
                file.unlink()


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(file for file in folder.iterdir() if file.is_file())


def _file(page: int) -> str:
    return f"page-{page + 1}.html" if page else INDEX


@cache
def _template() -> Template:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,  # captions and file names may hold anything
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(some=_some, setting=json.dumps)
    return templates.get_template(TEMPLATE)


def _some(count: int, noun: str) -> str:
    """ "1,204 documents": a number with its noun."""
    return f"{count:,} {noun}{'s' * (count != 1)}"
