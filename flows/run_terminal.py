"""What a person sees of runs: progress while one goes, what came of it, how far it is, how it differs from another."""

from __future__ import annotations

import shlex
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from exsclaim_core.comparison import Comparison
from exsclaim_core.comparison_matching import Difference
from exsclaim_core.harvested_articles import is_article
from exsclaim_core.result_names import OVERLAY
from exsclaim_core.run_setup import LIMIT_KINDS
from exsclaim_core.run_status import DocumentOutcome, RunStatus, dataset_state, read_outcomes
from exsclaim_core.runs import Run
from exsclaim_core.stages import DATASET, STAGES
from flows.terminal import describe_errors, print_counts, print_line

MOST_LINES = 20  # of documents with a fault, or of differences
ERROR_FOLDER, ERROR_FILE = f"{DATASET}/csv", "errors.csv"


class RunProgress:
    """Shards done by stage while a run goes: bars on a terminal, else a line for each stage when it is finished."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("shards"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._done: Counter[str] = Counter()
        self._all: dict[str, int] = {}
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:  # else there would be an empty line
            self._progress.stop()

    def start(self, totals: Mapping[str, tuple[int, int]]) -> None:
        """Begin to show stages: by name, the shards that were done before and all shards."""
        with self._lock:
            for task in self._tasks.values():
                self._progress.remove_task(task)
            self._started = time.monotonic()
            self._done = Counter({stage: done for stage, (done, _) in totals.items()})
            self._all = {stage: count for stage, (_, count) in totals.items()}
            width = max(map(len, totals), default=0)
            self._tasks = {
                stage: self._progress.add_task(stage.ljust(width), total=count, completed=done)
                for stage, (done, count) in totals.items()
            }

    def advance(self, stage: str) -> None:
        """One more shard of a stage is done."""
        with self._lock:
            self._done[stage] += 1
            if stage in self._tasks:
                self._progress.advance(self._tasks[stage])
            if self._done[stage] == self._all.get(stage) and not self._console.is_terminal:
                seconds = time.monotonic() - self._started
                self.line(f"{stage}: {_some(self._all[stage], 'shard')} done after {seconds:,.0f} s")

    def line(self, text: str) -> None:
        """Show a line that stays; above the bars where there are some."""
        print_line(self._console, text)


def show_result(run: Run) -> int:
    """Print the closing table, a line for each document that has a fault, and where to look; how many have failed."""
    counts = dict.fromkeys(("documents", "pages", "figures", "tables", "partial", "failed"), 0)
    unfinished = 0
    troubles = []
    for each in read_outcomes(run):
        counts["documents"] += 1
        counts["pages"] += each.source.pages
        counts["figures"] += each.figures
        counts["tables"] += each.tables
        if each.outcome == "unfinished":
            unfinished += 1
        elif each.outcome != "success":
            counts[each.outcome] += 1
            troubles.append(_trouble(each))
    console = Console()
    print_counts(console, counts | ({"unfinished": unfinished} if unfinished else {}))
    listed = len(troubles) > MOST_LINES and ERROR_FILE in run.names_in(ERROR_FOLDER)
    _print_some(console, sorted(troubles), f"see {ERROR_FOLDER}/{ERROR_FILE}" if listed else "")
    print_line(console, f"Results: {run.url}")
    if dataset_state(run) == "done":
        print_line(console, f"All figures to look at: {run.url}/{DATASET}/index.html")
    if run.settings.output.overlay:
        print_line(console, f"Overlay pages: {run.url}/{OVERLAY}")
    return counts["failed"]


def show_status(status: RunStatus) -> None:
    """Print how far a run is, what went wrong with its documents, and what to do next."""
    console = Console()
    print_line(console, f"{status.url}: {_some(status.documents, 'document')} with {_some(status.pages, 'page')}")
    table = Table("stage", box=SIMPLE_HEAD)
    for name in ("done", "outdated", "missing"):
        table.add_column(name, justify="right")
    for stage in status.stages:
        table.add_row(stage.stage, *(str(count) for count in (stage.done, stage.outdated, stage.missing)))
    console.print(table)
    outcomes = [(status.outcomes.get(name, 0), name) for name in ("failed", "partial", "unfinished")]
    if some := ", ".join(f"{count} {name}" for count, name in outcomes if count):
        print_line(console, f"Documents: {some}")
    for error in status.errors:
        example = error.example
        print_line(
            console,
            f"{_some(error.count, 'time')} {error.kind} in {error.stage}, for instance {example.document}: "
            f"{describe_errors([example.to_dict()])}",
        )
    for line in _next_steps(status):
        print_line(console, line)


def show_comparison(comparison: Comparison) -> None:
    """Print what differs between two runs, the first differences one by one."""
    console = Console()
    print_line(console, f"before: {comparison.before}")
    print_line(console, f"after: {comparison.after}")
    for name, (old, new) in (*comparison.settings.items(), *comparison.versions.items()):
        print_line(console, f"{name}: {old} before, {new} after")
    for count, when in ((len(comparison.only_before), "before"), (len(comparison.only_after), "after")):
        if count:
            print_line(console, f"{_some(count, 'document')} {when} only, left out")
    print_counts(
        console,
        {
            "documents": comparison.documents,
            "unchanged": comparison.unchanged,
            "appeared": comparison.count("appeared"),
            "gone": comparison.count("went"),
            "changed": comparison.count("changed"),
        },
    )
    _print_some(console, [_difference_line(each) for each in comparison.differences])


def _trouble(document: DocumentOutcome) -> str:
    reason = describe_errors([error.to_dict() for error in document.errors])
    source = document.source
    # The name of an article's record says nothing to a person.
    return f"{document.outcome}: {source.document if is_article(source.path) else source.path}: {reason}"


def _next_steps(status: RunStatus) -> Iterable[str]:
    run = shlex.quote(status.url)
    if status.left:
        yield f"Next: {_some(status.left, 'result')} to make: exsclaim run --run {run}"
    else:
        yield f"All is up to date: {status.url}/{DATASET}"
    stopped = {error.stage for error in status.errors if error.kind in LIMIT_KINDS}
    if stopped:
        # Pictures belong to the stage `figures`, and have a name of their own in errors.
        first = next((stage for stage in STAGES if stage in stopped), "figures")
        yield (
            "Documents that took too much time or memory or crashed can be tried again: "
            f"exsclaim rerun {first} --run {run} --again failed"
        )


def _difference_line(difference: Difference) -> str:
    found, kind = difference.shown, "gone" if difference.kind == "went" else difference.kind
    what = f"{kind}: {difference.summary}" if difference.summary else kind
    return f"{difference.document}: {found.name}, {found.where}: {what}"


def _print_some(console: Console, lines: Sequence[str], rest: str = "") -> None:
    """Print the first lines, and how many there are beside them."""
    for line in lines[:MOST_LINES]:
        print_line(console, line)
    if len(lines) > MOST_LINES:
        print_line(console, f"and {len(lines) - MOST_LINES:,} more{': ' if rest else ''}{rest}")


def _some(count: int, noun: str) -> str:
    """ "1,204 pages": a number with its noun."""
    return f"{count:,} {noun}{'s' * (count != 1)}"
