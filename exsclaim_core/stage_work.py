"""One stage for one shard: document after document in a child process, and the result written as a whole."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from exsclaim_core import graphics_cards
from exsclaim_core.extraction import limits_of
from exsclaim_core.harvested_articles import is_article
from exsclaim_core.model import ErrorRecord
from exsclaim_core.pdf.children import Call, Children, Failure, Limits, Outcome
from exsclaim_core.result_names import IMAGES, OVERLAY, PICTURES, PanelTarget, Target, is_panel
from exsclaim_core.runs import FINGERPRINT, Run, RunError, Source, Usage, accessing, columns_of
from exsclaim_core.settings import LimitSettings
from exsclaim_core.sources import local_file
from exsclaim_core.stage_functions import Answer, Job, RunTarget
from exsclaim_core.stages import SOURCES, STAGES, Stage
from exsclaim_core.tables.arrow import DOCUMENT, NAMES, Columns, Row, read_rows, to_parquet

logger = logging.getLogger(__name__)

INPUTS = "exsclaim_core.stage_inputs"
# What the tables of a shard add to the memory at which a child is replaced.
TABLE_MEMORY = 128 << 20


def run_stage(run: Run, stage: Stage, shard: str) -> Usage | None:
    """Make the stage's result for a shard, unless there is one that is up to date: then None.

    What is wrong with a document is recorded in the result; the others go on. RunError where the result can't be made
    or written: what a stage before it has to make is missing, the disk is full.
    """
    expected = run.expected(shard)
    if run.stored(stage.name, shard) == expected[stage.name]:
        return None
    for name in stage.reads:
        if name != SOURCES and run.stored(name, shard) != expected[name]:
            raise RunError(
                f"{run.url}: {stage.name} of shard {shard} needs the result of {name}, which is not up to date"
            )
    started, own_cpu = time.monotonic(), time.process_time()
    work = _ShardWork(run, stage, shard)
    metadata = {
        FINGERPRINT: expected[stage.name],
        "exsclaim.stage": f"{stage.name} {stage.version}",
        "exsclaim.settings": run.settings.model_dump_json(include=set(stage.settings)),
    }
    with work:
        content = to_parquet(columns_of(stage), work.rows(), metadata)
    usage = Usage(
        work.documents,
        work.pages,
        len(work.errors),
        round(time.monotonic() - started, 3),
        round(work.cpu_seconds + time.process_time() - own_cpu, 3),
        work.peak_memory,
    )
    run.write_result(stage.name, shard, content, work.errors, usage)
    return usage


class _ShardWork:
    """The documents of a shard on their way through a stage."""

    def __init__(self, run: Run, stage: Stage, shard: str) -> None:
        self.run, self.stage, self.shard = run, stage, shard
        # Never the same twice: a child that stays from an earlier run over the shard has read its tables to their end.
        self._key = f"{stage.name} {shard} {uuid4().hex}"
        self._tables: dict[str, tuple[Columns, bytes]] = {}
        self.errors: list[ErrorRecord] = []
        self.documents = self.pages = self.peak_memory = 0
        self.cpu_seconds = 0.0
        self._stack = ExitStack()

    def __enter__(self) -> _ShardWork:
        settings = self.run.settings
        card = graphics_cards.own_memory(self.stage.gpu and settings.execution.device != "cpu")
        limits = _limits(settings.limits, self.stage.own_memory + card)
        self._children = self._stack.enter_context(_borrowed(limits, (INPUTS, *self.stage.libraries)))
        # Pictures for an object store are made in a folder of this machine and brought there document by document.
        self._folder = self.run.folder or Path(self._stack.enter_context(TemporaryDirectory(prefix="exsclaim-")))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def rows(self) -> Iterator[Row]:
        """A row for each document that has not failed, in the order of the shard."""
        sources = self.run.sources(self.shard)
        reads = [name for name in self.stage.reads if name != SOURCES]
        self._tables = {name: (self._columns(name), self.run.read(f"{name}/{self.shard}.parquet")) for name in reads}
        # What is missing in one of them has failed before.
        present = [
            {row[DOCUMENT] for row in read_rows(NAMES, content)}
            for name, (_, content) in self._tables.items()
            if name not in self.stage.dispensable
        ]
        for source in sources:
            if self._is_concerned(source, present):
                self.documents += 1
                self.pages += source.pages
                row = self._work(source)
                if row is not None:
                    yield {DOCUMENT: source.document, **row}

    def _is_concerned(self, source: Source, present: Sequence[set[str]]) -> bool:
        """Whether there is something to do for a document; `present` are those in each table that the stage needs."""
        if is_article(source.path) and (self.stage.articles or not present):  # the first stage is for PDFs
            return bool(self.stage.articles)
        return all(source.document in some for some in present)

    def _columns(self, name: str) -> Columns:
        """The columns of another stage's table that this one uses."""
        return {column: kind for column, kind in columns_of(STAGES[name]).items() if column not in self.stage.unused}

    def _work(self, source: Source) -> Row | None:
        if self.stage.pictures:
            return self._work_on_pictures(source)
        if not self.stage.from_file:
            return self._answer(Job(source.document, Path(source.path)))
        target = RunTarget(self._folder, source.document) if self.stage.fallback else None
        if target:
            with accessing(f"{self._folder}/{IMAGES}", "emptied"):
                target.clear()
        with local_file(source.path) as path:
            row = self._answer(Job(source.document, path, target))
        if target and self.run.folder is None:
            self._upload(target)
        return row

    def _work_on_pictures(self, source: Source) -> Row | None:
        """The document's row, made of the pictures of its figures; those of its panels are brought to the run."""
        target = PanelTarget(self._folder, source.document)
        folder = f"{IMAGES}/{target.name}"
        if self.run.folder is None:
            for name in self.run.names_in(folder):
                if name.endswith(PICTURES) and not is_panel(name):
                    target.write(f"{folder}/{name}", self.run.read(f"{folder}/{name}"))
        with accessing(f"{self._folder}/{IMAGES}", "emptied"):
            target.clear()
        row = self._answer(Job(source.document, Path(source.path), target))
        if self.run.folder is None:
            self._upload_panels(target, folder)
        return row

    def _upload_panels(self, target: Target, folder: str) -> None:
        """Bring pictures of panels to the run in place of those that it has, and forget all of the document's here."""
        local = self._folder / folder
        names = {file.name for file in local.iterdir() if is_panel(file.name)} if local.is_dir() else set()
        for name in self.run.names_in(folder):
            if is_panel(name) and name not in names:
                self.run.remove(f"{folder}/{name}")
        self.run.upload(self._folder, [f"{folder}/{name}" for name in sorted(names)])
        Target.clear(target)

    def _answer(self, job: Job) -> Row | None:
        """The document's row; its errors are kept and its time counted."""
        if self.stage.articles and is_article(os.fspath(job.path)):
            outcome = self._call(Call(job.document, self.stage.articles, (job, {}, self.run.settings)))
        else:
            outcome = self._apply(self.stage.function, job)
        failure = outcome.failure
        if failure and self.stage.fallback and job.target and job.target.begun.exists():
            logger.warning("%s: %s while pictures were made: %s", job.document, failure.kind, failure.message)
            outcome = self._apply(self.stage.fallback, job)
            job.target.begun.unlink(missing_ok=True)
            if not outcome.failure:
                self.errors.append(_error(job, "render", failure))
        if outcome.failure:
            record = _error(job, self.stage.name, outcome.failure)
            logger.warning("%s: %s: %s", job.document, record.kind, record.message)
            self.errors.append(record)
            if job.target:
                job.target.clear()
            return None
        answer: Answer = outcome.value
        row, errors = answer
        for error in errors:
            if error.kind == "output":
                raise RunError(f"{self.run.url}: {error.document}: {error.message}")
            logger.info("%s: %s: %s", error.document, error.kind, error.message)
        self.errors += errors
        return row

    def _apply(self, function: str, job: Job) -> Outcome:
        """What a function of the stage makes of the document; a child that has not got the tables is given them."""
        settings = self.run.settings
        if not self._tables:
            return self._call(Call(job.document, function, (job, {}, settings)))
        given = (self._key, function, job, settings)
        outcome = self._call(Call(job.document, f"{INPUTS}:answer", given))
        if outcome.failure or outcome.value is not None:
            return outcome
        return self._call(Call(job.document, f"{INPUTS}:answer", (*given, self._tables)))

    def _call(self, call: Call) -> Outcome:
        (outcome,) = self._children.run([call])
        self.cpu_seconds += outcome.cpu_seconds
        self.peak_memory = max(self.peak_memory, outcome.peak_memory)
        return outcome

    def _upload(self, target: Target) -> None:
        """Bring the document's pictures to the run in place of those that it has, and forget them here."""
        for folder in (f"{kind}/{target.name}" for kind in (IMAGES, OVERLAY)):
            local = self._folder / folder
            names = {file.name for file in local.iterdir()} if local.is_dir() else set()
            for name in self.run.names_in(folder):
                if name not in names:
                    self.run.remove(f"{folder}/{name}")
            self.run.upload(self._folder, [f"{folder}/{name}" for name in sorted(names)])
        target.clear()


def _limits(settings: LimitSettings, own_memory: int) -> Limits:
    """What a document may take in a stage, whose libraries and models take some memory for themselves."""
    limits = limits_of(settings)
    kept, memory = limits.recycle_share * limits.memory + TABLE_MEMORY + own_memory, limits.memory + own_memory
    return replace(limits, memory=memory, recycle_share=kept / memory)


def _error(job: Job, stage: str, failure: Failure) -> ErrorRecord:
    if failure.kind == "error":
        return ErrorRecord(job.document, stage, "internal", f"{failure.exception}: {failure.message}")
    return ErrorRecord(job.document, stage, failure.kind, failure.message)


_idle: dict[tuple[Limits, tuple[str, ...]], list[Children]] = {}  # by their limits and what they have imported
_guard = threading.Lock()


@contextmanager
def _borrowed(limits: Limits, imported: tuple[str, ...]) -> Iterator[Children]:
    """A child process that earlier shards have left, or a new one: starting it costs half a second."""
    with _guard:
        some = _idle.setdefault((limits, imported), [])
        children = some.pop() if some else None
    children = children or Children(1, limits, imported)
    try:
        yield children
    except BaseException:
        children.close()
        raise
    with _guard:
        some.append(children)


def end_children() -> None:
    """End the child processes that wait for the next shard."""
    with _guard:
        for some in _idle.values():
            while some:
                some.pop().close()
