"""What a person sees while figures are taken apart, and at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from exsclaim_core.panels.picture_folders import Answer, Picture
from flows.terminal import make_progress, print_counts, print_line, shown


class PanelReport:
    """Counts figures as they are finished."""

    def __init__(self, figures: int) -> None:
        self.figures = figures
        self.finished = self.compound = self.panels = self.bars = self.failed = 0
        self.troubles: list[str] = []
        self._progress = make_progress("figures")
        self._task = self._progress.add_task("", total=figures)

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Show a bar while the block runs, where standard error is a terminal."""
        with shown(self._progress):
            yield

    def add(self, picture: Picture, answer: Answer) -> None:
        self.finished += 1
        if answer.record is None:
            self.failed += 1
            self.troubles.append(f"failed: {picture.path}: {answer.reason}")
        else:
            self.compound += answer.record["compound"]
            self.panels += len(answer.record["panels"])
            self.bars += len(answer.record["scale_bars"])
        self._progress.advance(self._task)

    def interruption(self) -> str:
        return f"stopped. {self.finished} of {self.figures} figures are finished."

    def show(self, out: Path) -> None:
        """The closing table, a line for each picture that could not be read, and where to look."""
        counts = {
            "figures": self.finished,
            "compound": self.compound,
            "panels": self.panels,
            "scale bars": self.bars,
            "failed": self.failed,
        }
        console = Console()
        print_counts(console, counts)
        for trouble in sorted(self.troubles):
            print_line(console, trouble)
        print_line(console, f"Results: {out}")
