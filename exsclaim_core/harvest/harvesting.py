"""A harvest from beginning to end: Scrapy in a child process, and the tables that come of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.query import Query, QueryError
from exsclaim_core.harvest.sources import HARVEST_SOURCES
from exsclaim_core.harvest.state import HarvestState
from exsclaim_core.harvest.tables import write_tables
from exsclaim_core.runs import Run, RunError

LOOK_EVERY = 0.5  # seconds between two looks at the state
PATIENCE = 30.0  # seconds for the child to end in order


@dataclass(frozen=True, slots=True)
class HarvestCounts:
    """How far a harvest is."""

    articles: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # by source and status
    files: int = 0
    finished: bool = False

    def total(self, *statuses: str) -> int:
        """Articles with one of some statuses; without any, all."""
        return sum(
            number
            for by_status in self.articles.values()
            for status, number in by_status.items()
            if not statuses or status in statuses
        )


def harvest(run: Run, query: Query, watch: Callable[[HarvestCounts], None] | None = None) -> HarvestCounts:
    """Fetch what the query asks for into the run; one that was stopped goes on, a finished one looks for what is new.

    `watch` is told every half second how far it is. QueryError where the query can't be carried out here, RunError
    where the run lies in an object store or the harvest fails. What was fetched until then is kept.
    """
    if run.folder is None:
        raise RunError(f"{run.url}: a harvest needs a run on a disk: harvest there and copy the run's folder")
    for name in query.all_sources:
        source = HARVEST_SOURCES[name]
        if source.key and not os.environ.get(source.key):
            raise QueryError(f"sources: {name} asks for a key: set {source.key} in the environment, or leave it out")
    folder = HarvestFolder(run.folder)
    folder.write_query(query)
    try:
        status = _crawl(folder, watch)
    finally:
        counts = finish(folder)
    if status or not counts.finished:
        raise RunError(f"{run.url}: the harvest stopped: {_last_error(folder.log)}; the same command goes on with it")
    return counts


def read_counts(folder: HarvestFolder) -> HarvestCounts:
    """How far a harvest is; nothing where none has begun."""
    if not folder.state.exists():
        return HarvestCounts()
    with closing(HarvestState(folder.state, read_only=True)) as state:
        return HarvestCounts(state.counts(), state.file_count(), state.finished())


def finish(folder: HarvestFolder) -> HarvestCounts:
    """Write the tables of what there is."""
    if not folder.state.exists():
        return HarvestCounts()
    with closing(HarvestState(folder.state)) as state:
        write_tables(folder, state)
        return HarvestCounts(state.counts(), state.file_count(), state.finished())


def _crawl(folder: HarvestFolder, watch: Callable[[HarvestCounts], None] | None) -> int:
    """Exit status of the child process."""
    command = [sys.executable, "-m", "exsclaim_core.harvest.crawl", str(folder.run)]
    # It ends when its standard input does: however this process ends, it does not crawl on.
    with (folder.path / "crash.txt").open("wb") as crash:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=crash, stderr=crash, start_new_session=True)
    try:
        while process.poll() is None:
            time.sleep(LOOK_EVERY)
            if watch:
                watch(read_counts(folder))
        return process.returncode
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdin:
            process.stdin.close()


def _last_error(log: Path) -> str:
    """The last line of the logs that speaks of an error."""
    lines: list[str] = []
    for path in (log, log.with_name("crash.txt")):
        if path.exists():
            lines += path.read_text(errors="replace").splitlines()[-2000:]
    errors = [line for line in lines if "Error" in line or "ERROR" in line]
    return f"{errors[-1].strip()} ({log})" if errors else f"see {log}"
