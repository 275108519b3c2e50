"""What a person sees of a harvest."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.table import Table

from exsclaim_core.harvest.harvesting import HarvestCounts, nothing_brought
from exsclaim_core.runs import Run
from flows.terminal import print_line

LINE_EVERY = 30.0  # seconds between two lines where there is no terminal
ORDER = ("done", "begun", "found", "duplicate", "unwanted", "empty", "blocked", "closed", "rate limited", "failed")


class HarvestProgress:
    """Articles by source and status: a table that changes on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._live = Live(console=self._console, transient=True, auto_refresh=False)
        self._last = time.monotonic()
        self._waits_for = ""

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def show(self, counts: HarvestCounts) -> None:
        """How far the harvest is now."""
        if counts.waits_for and counts.waits_for != self._waits_for:
            print_line(self._console, f"harvest: waits for another one that is at work at {counts.waits_for}")
        self._waits_for = counts.waits_for
        if self._console.is_terminal:
            self._live.update(harvest_table(counts.articles), refresh=True)
        elif time.monotonic() - self._last >= LINE_EVERY:
            self._last = time.monotonic()
            print_line(self._console, _line(counts))


def show_harvest(run: Run, counts: HarvestCounts, new: int) -> None:
    """Print what has come of a harvest, how many articles are new, and where all lies."""
    console = Console()
    if not counts.total():
        print_line(console, f"No articles: {nothing_brought(counts)}.")
        return
    _print_counts(console, counts)
    print_line(console, f"{new:,} new article{'s' * (new != 1)}; {counts.files:,} pictures and PDFs: {run.url}/harvest")
    refused = {
        source: sum(by_status.get(status, 0) for status in ("blocked", "closed", "rate limited"))
        for source, by_status in counts.articles.items()
    }
    for source, number in refused.items():
        if number:
            print_line(console, f"{source}: {number} refused; why is in {run.url}/harvest/articles.parquet")


def show_counts(counts: HarvestCounts) -> None:
    """Print how far a harvest is, if there is one."""
    if counts.articles:
        console = Console()
        _print_counts(console, counts)
        if not counts.finished:
            print_line(console, "The harvest has not come to its end: the command that began it goes on with it.")


def _print_counts(console: Console, counts: HarvestCounts) -> None:
    console.print(harvest_table(counts.articles))
    for source, reason in counts.unanswered.items():
        print_line(console, f"{source}: not all that it has was found: {reason}")


def harvest_table(articles: Mapping[str, Mapping[str, int]]) -> Table:
    """A row a source, a column a status that occurs."""
    statuses = [status for status in ORDER if any(status in by_status for by_status in articles.values())]
    table = Table("source", box=SIMPLE_HEAD)
    for status in statuses:
        table.add_column(status, justify="right")
    for source, by_status in articles.items():
        table.add_row(source, *(f"{by_status.get(status, 0):,}" for status in statuses))
    return table


def _line(counts: HarvestCounts) -> str:
    done, waiting = counts.total("done"), counts.total("found", "begun")
    others = counts.total() - done - waiting
    return f"harvest: {done:,} articles, {waiting:,} waiting, {others:,} left out or refused, {counts.files:,} files"
