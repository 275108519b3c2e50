"""What a person sees of an extraction: progress while it runs, and at its end what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from exsclaim_core.results import Result


class Report:
    """Counts results as they come."""

    def __init__(self, documents: int) -> None:
        self.documents = documents
        self.finished = self.kept = self.pages = self.figures = self.tables = self.partial = self.failed = 0
        self.troubles: list[str] = []
        self._progress = make_progress("documents")
        self._task = self._progress.add_task("", total=documents)

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Show a bar while the block runs, where standard error is a terminal."""
        with shown(self._progress):
            yield

    def add(self, result: Result) -> None:
        record = result.record
        self.finished += 1
        self.kept += result.kept
        self.pages += record["pages"]
        types = [figure["type"] for figure in record["figures"]]
        self.figures += types.count("Figure")
        self.tables += types.count("Table")
        self.partial += record["status"] == "partial"
        self.failed += record["status"] == "failed"
        if record["status"] != "success":
            self.troubles.append(f"{record['status']}: {result.path}: {describe_errors(record['errors'])}")
        self._progress.advance(self._task)

    def interruption(self) -> str:
        done = f"{self.finished} of {self.documents} documents are finished"
        return f"stopped. {done}; the same command goes on from there."

    def show(self, out: Path, index: Path | None) -> None:
        """The closing table, a line for each document that has a fault, and where to look."""
        counts = {
            "documents": self.finished,
            "pages": self.pages,
            "figures": self.figures,
            "tables": self.tables,
            "partial": self.partial,
            "failed": self.failed,
        }
        console = Console()
        print_counts(console, counts)
        for trouble in sorted(self.troubles):
            print_line(console, trouble)
        if self.kept:
            print_line(console, f"{self.kept} of {self.documents} documents were finished before")
        print_line(console, f"Results: {out}")
        if index:
            print_line(console, f"Overlay pages: {index}")


def make_progress(noun: str) -> Progress:
    """A bar that says how many of some things are done, and how long the others will take."""
    return Progress(
        TextColumn(noun),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


@contextmanager
def shown(progress: Progress) -> Iterator[None]:
    """Show the bar while the block runs, where standard error is a terminal."""
    if not progress.console.is_terminal:
        yield
        return
    with progress:
        yield


def print_counts(console: Console, counts: Mapping[str, int]) -> None:
    """Print a table of one row."""
    table = Table(box=SIMPLE_HEAD)
    for name in counts:
        table.add_column(name, justify="right")
    table.add_row(*map(str, counts.values()))
    console.print(table)


def print_line(console: Console, text: str) -> None:
    """Print a line as it is, but for what a terminal would obey."""
    console.print(printable(text), markup=False, highlight=False, soft_wrap=True)


def printable(text: str | Path) -> str:
    """The text or path with escapes for what a terminal can't show or would obey."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in str(text))


def describe_errors(errors: Sequence[Mapping[str, object]]) -> str:
    """The first error of a document in a line, and how many there are beside it."""
    if not errors:
        return ""
    first = errors[0]
    place = f"page {first['page']}: " if first["page"] else ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{place}{first['message']}{more}"
