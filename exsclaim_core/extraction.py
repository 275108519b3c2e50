"""Figures and tables out of PDFs, each document in a child process that is ended when it takes too much."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self, cast

from exsclaim_core.document import Document, DocumentFigure
from exsclaim_core.model import ErrorRecord
from exsclaim_core.pdf.children import Call, Children, Failure, Limits, Outcome
from exsclaim_core.result_names import Target
from exsclaim_core.results import Result, ResultFolder
from exsclaim_core.settings import LimitSettings, Settings

GIBIBYTE = 1 << 30
MOST_JOBS = 8  # by default: each may take its limit of memory
# By name: this process imports neither PyMuPDF nor numpy.
WORK = "exsclaim_core.work"


def extract(path: str | Path, *, settings: Settings | None = None, password: str | None = None) -> Document:
    """The figures and tables of one PDF; what went wrong with it is in the document's `status` and `errors`.

    FileNotFoundError where there is no such file.
    """
    if not Path(path).exists():
        raise FileNotFoundError(f"there is no file {path}")
    with Extractor(1, settings, password) as extractor:
        (document,) = extractor.documents([path])
    return document


def extract_many(
    paths: Iterable[str | Path],
    *,
    jobs: int | None = None,
    settings: Settings | None = None,
    password: str | None = None,
) -> Iterator[Document]:
    """Documents as they finish, not in the order of their paths; `jobs` at a time, by default one a core, 8 at most."""
    with Extractor(jobs, settings, password) as extractor:
        yield from extractor.documents(paths)


class Extractor:
    """Child processes that extract documents. The first starts at once; all end with the `with` block.

    `jobs` is how many documents there are in work at a time, by default one a processor core, 8 at most.
    """

    def __init__(self, jobs: int | None = None, settings: Settings | None = None, password: str | None = None) -> None:
        self.settings = settings or Settings()
        self.password = password
        self._children = Children(jobs or default_jobs(), limits_of(self.settings.limits), [WORK])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._children.close()

    def documents(self, paths: Iterable[str | Path]) -> Iterator[Document]:
        """Documents as they finish; no picture is made."""
        for _, document in self._run(_Job(Path(path)) for path in paths):
            yield document

    def results(self, folder: ResultFolder, paths: Iterable[Path]) -> Generator[Result, None, None]:
        """Results as they are finished and written into the folder; first those that it has already.

        A result is kept when file, settings and program are what they were, and it did not fail. When the iteration is
        broken off, what is finished stays, and nothing of what is not.
        """
        todo = []
        for path in paths:
            target = folder.target(path)
            record = folder.finished(target, path, self.settings)
            if record is None:
                todo.append(_Job(path, target))
            else:
                yield Result(path, target, record, kept=True)
        todo.sort(key=lambda job: -_size(job.path))  # the longest first, or the last one runs alone
        under_way: dict[_Job, Target] = {}
        try:
            with closing(self._run(_begun(todo, under_way))) as documents:
                for job, document in documents:
                    record = folder.write(under_way[job], document, self.settings)
                    yield Result(job.path, under_way.pop(job), record)
        finally:
            for target in under_way.values():
                target.clear()

    def _run(self, jobs: Iterable[_Job]) -> Generator[tuple[_Job, Document], None, None]:
        """Each job with its document, as they finish."""
        interrupted: dict[_Job, Failure] = {}
        for outcome in self._children.run(self._call(job, "make") for job in jobs):
            job = cast(_Job, outcome.key)
            if outcome.failure and job.target and job.target.begun.exists():
                interrupted[job] = outcome.failure
            else:
                yield job, _document(job, outcome)
        # Only rendering was too much for these: figures and captions need not be lost with it.
        for outcome in self._children.run(self._call(job, "find") for job in interrupted):
            job = cast(_Job, outcome.key)
            document = _document(job, outcome)
            if not outcome.failure:
                error = _error(job, "render", interrupted[job])
                document = replace(document, errors=(*document.errors, error))
                if document.status == "success":
                    document = replace(document, status="partial")
            yield job, document

    def _call(self, job: _Job, pictures: Literal["make", "find"]) -> Call:
        return Call(job, f"{WORK}:extract_document", (job.path, self.settings, self.password, job.target, pictures))


def _size(path: Path) -> int:
    """Size of a file in bytes; 0 where it can't be told, which reading it will say."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def render_figure(figure: DocumentFigure, dpi: float | None = None) -> bytes:
    """PNG of a figure. ValueError for a caption without a region, RuntimeError where it can't be rendered."""
    source = figure.source
    if source is None or figure.bbox is None:
        raise ValueError(f"{figure.type} {figure.label} on page {figure.page} has no region")
    output = (
        source.settings.output
        if dpi is None
        else source.settings.output.model_copy(update={"dpi": dpi, "own_resolution": False})
    )
    args = (source.path, source.password, figure.page, figure.bbox, figure.direction, output)
    with Children(1, limits_of(source.settings.limits), [WORK]) as children:
        (outcome,) = children.run([Call(None, f"{WORK}:render_region", args)])
    if outcome.failure:
        raise RuntimeError(f"{source.path}, page {figure.page}: {outcome.failure.message}")
    return bytes(outcome.value)


def find_pdfs(paths: Iterable[Path]) -> list[Path]:
    """The files among the paths, and all PDFs in the folders among them and below, each once.

    FileNotFoundError where there is nothing at a path, or no PDF in a folder.
    """
    found: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"there is no file or folder {path}")
        files = sorted(_pdfs_below(path)) if path.is_dir() else [path]
        if not files:
            raise FileNotFoundError(f"there is no PDF in the folder {path}")
        for file in files:
            found.setdefault(os.path.abspath(file), file)
    return list(found.values())


def _pdfs_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            # What begins with a dot is hidden: macOS puts a "._paper.pdf", which is none, beside each file it copies.
            if name.lower().endswith(".pdf") and not name.startswith("."):
                yield Path(parent, name)


def default_jobs() -> int:
    """Documents at a time: one a processor core that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_JOBS)


@dataclass(frozen=True, slots=True)
class _Job:
    path: Path
    target: Target | None = None


def _begun(jobs: Iterable[_Job], under_way: dict[_Job, Target]) -> Iterator[_Job]:
    """The jobs as they are drawn; what an earlier run has left of each is removed then."""
    for job in jobs:
        if job.target:
            job.target.clear()
            under_way[job] = job.target
            yield job


def _document(job: _Job, outcome: Outcome) -> Document:
    if outcome.failure:
        return Document(job.path, "failed", errors=(_error(job, "extract", outcome.failure),))
    document: Document = outcome.value
    return document


def _error(job: _Job, stage: str, failure: Failure) -> ErrorRecord:
    if failure.kind == "error":
        return ErrorRecord(job.path.name, stage, "internal", f"{failure.exception}: {failure.message}")
    return ErrorRecord(job.path.name, stage, failure.kind, failure.message)


def limits_of(settings: LimitSettings) -> Limits:
    """What a document may take, in the units of the child processes."""
    return Limits(
        settings.seconds,
        settings.seconds_per_page,
        int(settings.memory * GIBIBYTE),
        settings.kept_memory / settings.memory,
    )
