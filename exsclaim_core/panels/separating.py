"""Figures in files taken apart, in child processes that are ended when one takes too much.

The networks are loaded once a process. This process imports neither PyTorch nor numpy.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Self, TextIO, cast

from exsclaim_core import graphics_cards
from exsclaim_core.panels.picture_folders import OVERLAYS, PANELS, Answer, Picture, Work
from exsclaim_core.pdf.children import Call, Children, Limits, Outcome

# By name: what it needs is loaded in the child processes.
WORK = "exsclaim_core.panels.picture_work"
LIBRARIES = (WORK, "exsclaim_core.panels.networks.seeing")
BATCH = {"cpu": 1, "cuda": 8}  # figures that are looked at together
OWN_MEMORY = 1 << 30  # bytes of the networks and their library, whatever the figure
MEMORY = 2 << 30  # bytes for a figure
LOADING = 120.0  # seconds that the networks may take to be loaded, from a slow disk


class SeparationError(RuntimeError):
    """No figure can be taken apart, or no result be written: one line that says why."""


class Separating:
    """Child processes that take figures apart, `jobs` at a time; all end with the `with` block."""

    def __init__(self, work: Work, jobs: int, seconds: float) -> None:
        self._work, self._jobs = work, jobs
        own = OWN_MEMORY + graphics_cards.own_memory(work.device != "cpu")
        memory = MEMORY + own
        self._limits = Limits(seconds, LOADING, memory, recycle_share=(own + (512 << 20)) / memory)
        self._children = Children(jobs, self._limits, LIBRARIES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._children.close()

    def answers(self, pictures: Iterable[Picture]) -> Generator[tuple[Picture, Answer], None, None]:
        """Each picture with what came of it, as they are finished.

        SeparationError where the networks can't be loaded or a result can't be written.
        """
        (loaded,) = self._children.run([Call(None, f"{WORK}:load", (self._work,))])
        if loaded.failure:
            raise SeparationError(loaded.failure.message)
        alone: list[Picture] = []
        for outcome in self._children.run(map(self._call, _batches(pictures, BATCH[loaded.value]))):
            some = cast(tuple[Picture, ...], outcome.key)
            if outcome.failure and len(some) > 1:
                self._check(outcome)
                alone += some  # one of them: which one shows below
            else:
                yield from self._answered(some, outcome)
        for outcome in self._children.run(self._call((picture,)) for picture in alone):
            yield from self._answered(cast(tuple[Picture, ...], outcome.key), outcome)

    def _call(self, some: Sequence[Picture]) -> Call:
        return Call(tuple(some), f"{WORK}:separate_pictures", (some, self._work))

    def _answered(self, some: Sequence[Picture], outcome: Outcome) -> Iterator[tuple[Picture, Answer]]:
        self._check(outcome)
        if outcome.failure is None:
            yield from zip(some, outcome.value, strict=True)
            return
        for picture in some:
            forget_results(self._work.out, [picture])  # half of them may be there
            failure = outcome.failure
            reason = f"{failure.exception}: {failure.message}" if failure.exception else failure.message
            yield picture, Answer(None, reason)

    def _check(self, outcome: Outcome) -> None:
        """SeparationError for a failure that is no figure's."""
        if outcome.failure and outcome.failure.exception in ("LoadingError", "WritingError"):
            raise SeparationError(outcome.failure.message)


def write_line(lines: TextIO, picture: Picture, answer: Answer) -> None:
    """Write what came of a picture, so that it is there as a whole whatever becomes of this process."""
    record = answer.record or {"error": answer.reason}
    lines.write(json.dumps({"image": picture.image, **record}, ensure_ascii=False) + "\n")
    lines.flush()


def forget_results(out: Path, pictures: Iterable[Picture]) -> None:
    """Remove the crops and overlays that are there of these pictures, and nothing else."""
    names = {picture.name for picture in pictures}
    for file in _files(out / PANELS):
        if file.suffix == ".png" and file.stem.rpartition("-")[0] in names:
            file.unlink(missing_ok=True)
    for file in _files(out / OVERLAYS):
        if file.suffix == ".jpg" and file.stem in names:
            file.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _batches(pictures: Iterable[Picture], size: int) -> Iterator[tuple[Picture, ...]]:
    remaining = iter(pictures)
    while some := tuple(islice(remaining, size)):
        yield some
