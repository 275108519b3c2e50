"""A harvest from beginning to end: Scrapy in a child process, and the tables that come of it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.query import Query, QueryError
from exsclaim_core.harvest.slots import Slots
from exsclaim_core.harvest.sources import HARVEST_SOURCES
from exsclaim_core.harvest.state import HarvestState
from exsclaim_core.harvest.tables import write_tables
from exsclaim_core.harvest.turns import alone_at
from exsclaim_core.runs import Run, RunError

LOOK_EVERY = 0.5  # seconds between two looks at the state
PATIENCE = 30.0  # seconds for the child to end in order


@dataclass(frozen=True, slots=True)
class HarvestCounts:
    """How far a harvest is."""

    articles: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # by source and status
    files: int = 0
    finished: bool = False
    waits_for: str = ""  # host at which another harvest is at work
    unanswered: Mapping[str, str] = field(default_factory=dict)  # why, by source with a search that came to nothing

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

    It waits as long as another harvest of this machine is at work at one of its publishers. `watch` is told every half
    second how far it is. QueryError where the query can't be carried out here, RunError where the run lies in an object
    store or the harvest fails. What was fetched until then is kept.
    """
    if run.folder is None:
        raise RunError(f"{run.url}: a harvest needs a run on a disk: harvest there and copy the run's folder")
    require_keys(query)
    for each in query.folders:
        if not os.path.exists(each):
            raise QueryError(f"folders: there is no file or folder {each}")
    folder = HarvestFolder(run.folder)
    folder.write_query(query)
    slots = Slots(run.settings.harvest)
    hosts = [urlsplit(slots.base(name)).netloc for name in query.all_sources]

    def wait(host: str) -> None:
        if watch:
            watch(replace(read_counts(folder), waits_for=host))

    try:
        with alone_at(hosts, wait):
            status = _crawl(folder, watch)
    finally:
        counts = finish(folder)
    if counts.finished and not status:
        return counts
    reason = _reason(folder, status)
    if counts.finished:
        raise RunError(f"{run.url}: {reason}")
    raise RunError(f"{run.url}: the harvest stopped: {reason}; the same command goes on with it")


def require_keys(query: Query) -> None:
    """QueryError where a source of the query asks for a key that the environment does not hold."""
    for name in query.all_sources:
        source = HARVEST_SOURCES[name]
        if source.key and not os.environ.get(source.key):
            raise QueryError(f"sources: {name} asks for a key: set {source.key} in the environment, or leave it out")


def nothing_brought(counts: HarvestCounts) -> str:
    """Why there is no document after a harvest, in words that follow "no documents: "."""
    if not counts.total():
        silent = "".join(f"; {source} did not answer: {reason}" for source, reason in counts.unanswered.items())
        return f"nothing was found for this query{silent}"
    by_status: Counter[str] = Counter()
    for numbers in counts.articles.values():
        by_status.update(numbers)
    what = ", ".join(f"{number:,} {status}" for status, number in by_status.most_common())
    return f"{counts.total():,} found, of which {what}"


def read_counts(folder: HarvestFolder) -> HarvestCounts:
    """How far a harvest is; nothing where none has begun."""
    if not folder.state.exists():
        return HarvestCounts()
    try:
        with closing(HarvestState(folder.state, read_only=True)) as state:
            return _count(state)
    except sqlite3.OperationalError:  # it is being made just now, or somebody keeps it to himself
        return HarvestCounts()


def finish(folder: HarvestFolder) -> HarvestCounts:
    """Write the tables of what there is. RunError where the state is damaged."""
    if not folder.state.exists():
        return HarvestCounts()
    try:
        with closing(HarvestState(folder.state)) as state:
            write_tables(folder, state)
            return _count(state)
    except sqlite3.Error as error:
        raise RunError(f"{folder.state}: {error}") from error


def _count(state: HarvestState) -> HarvestCounts:
    _, failed = state.failed_searches(state.last_pass())
    return HarvestCounts(state.counts(), state.file_count(), state.finished(), unanswered=dict(failed))


def _crawl(folder: HarvestFolder, watch: Callable[[HarvestCounts], None] | None) -> int:
    """Exit status of the child process."""
    command = [sys.executable, "-m", "exsclaim_core.harvest.crawl", str(folder.run)]
    # It ends when its standard input does: however this process ends, it does not crawl on.
    with folder.ending.open("wb") as ending:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=ending, stderr=ending, start_new_session=True)
    try:
        while process.returncode is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_EVERY)
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


def _reason(folder: HarvestFolder, status: int) -> str:
    """Why the child has ended too early."""
    if status < 0:
        return f"its process was ended by {signal.Signals(-status).name}"
    lines = folder.ending.read_text(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), f"see {folder.log}")
