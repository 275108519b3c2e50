"""The documents of a run: found, looked at, named, and cut into shards of about equal work."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import fsspec

from exsclaim_core.document import FileState, hash_file
from exsclaim_core.extraction import default_jobs, find_pdfs, limits_of
from exsclaim_core.pdf.children import Call, Children
from exsclaim_core.result_names import safe_name, same_name
from exsclaim_core.runs import Run, Source

INSPECT = "exsclaim_core.stage_functions:inspect"
LEAST_PAGES = 100  # of a shard: below, handing it out costs more than another worker gains
SHARDS_A_WORKER = 2  # at least, where there are pages enough: so that no worker waits long for the last


def update_sources(run: Run, workers: int) -> tuple[int, int]:
    """Bring the run's shards up to date with its folders; the number of documents that are new, and that have changed.

    New documents make new shards, cut for this number of workers; a document whose content has changed is noted in its
    shard. One whose file is gone stays: its results need the file no more. FileNotFoundError where a folder is not
    there or holds no PDF.
    """
    shards = {shard: run.sources(shard) for shard in run.shards()}
    known = {source.path for sources in shards.values() for source in sources}
    found = [path for pdfs in run.pdfs for path in _find(pdfs)]
    changed = 0
    for shard, sources in shards.items():
        current = [_refreshed(source) for source in sources]
        changed += sum(new.sha256 != old.sha256 for new, old in zip(current, sources, strict=True))
        if current != sources:
            run.write_sources(shard, current)
    new = _inspect(run, [path for path in dict.fromkeys(found) if path not in known])
    new = _named(new, {same_name(source.document) for sources in shards.values() for source in sources})
    first = int(max(shards, default="-1")) + 1
    for number, some in enumerate(cut_shards(new, run.settings.execution.shard_pages, workers)):
        run.write_sources(f"{first + number:06}", some)
    return len(new), changed


def cut_shards(sources: Sequence[Source], pages: int, workers: int) -> list[list[Source]]:
    """The documents in shards of about equal numbers of pages, at most this many unless one document has more.

    All workers get the same number of shards, and at least two where there are pages enough.
    """
    if not sources:
        return []
    weights = [max(1, source.pages) for source in sources]
    total = sum(weights)
    count = max(math.ceil(total / pages), min(SHARDS_A_WORKER * workers, math.ceil(total / LEAST_PAGES)))
    if count > workers:
        count = math.ceil(count / workers) * workers
    shards: list[list[Source]] = [[] for _ in range(count)]
    before = 0
    for source, weight in zip(sources, weights, strict=True):
        shards[min(count - 1, (before + weight // 2) * count // total)].append(source)
        before += weight
    return [shard for shard in shards if shard]


@contextmanager
def local_file(path: str) -> Iterator[Path]:
    """The file on this machine's disks: itself, or for as long as the block runs a copy out of an object store."""
    if not _is_url(path):
        yield Path(path)
        return
    files, place = fsspec.url_to_fs(path)
    with TemporaryDirectory(prefix="exsclaim-") as folder:
        local = Path(folder, PurePosixPath(place).name)
        files.get_file(place, str(local))
        yield local


def _find(pdfs: str) -> Iterator[str]:
    """Absolute paths or URLs of the PDFs in a folder and below, or of one file; sorted."""
    if not _is_url(pdfs):
        yield from sorted(os.path.abspath(path) for path in find_pdfs([Path(pdfs)]))
        return
    files, place = fsspec.url_to_fs(pdfs)
    found = sorted(files.find(place)) if files.isdir(place) else [place]
    some = [path for path in found if path.lower().endswith(".pdf") and not PurePosixPath(path).name.startswith(".")]
    if not some:
        raise FileNotFoundError(f"there is no PDF at {pdfs}")
    yield from (str(files.unstrip_protocol(path)) for path in some)


def _refreshed(source: Source) -> Source:
    """The source with the state that its file has now."""
    if _is_url(source.path):
        files, place = fsspec.url_to_fs(source.path)
        with suppress(OSError):
            if files.info(place)["size"] != source.size:
                with local_file(source.path) as local:
                    return replace(source, size=local.stat().st_size, sha256=hash_file(local))
        return source
    try:
        status = os.stat(source.path)
        if (status.st_size, status.st_mtime_ns) == (source.size, source.modified):
            return source
        state = FileState.of(Path(source.path))
    except OSError:
        return source
    return replace(source, size=state.size, modified=state.modified, sha256=state.sha256)


def _inspect(run: Run, paths: Sequence[str]) -> list[Source]:
    """State and number of pages of each file; what can't be read or crashes its process has no pages."""
    if not paths:
        return []
    found: dict[str, Source] = {}
    with Children(min(default_jobs(), len(paths)), limits_of(run.settings.limits), [INSPECT.split(":")[0]]) as children:
        local = [path for path in paths if not _is_url(path)]
        for outcome in children.run(Call(path, INSPECT, (Path(path),)) for path in local):
            found[str(outcome.key)] = _source(str(outcome.key), Path(str(outcome.key)), outcome.value)
        for path in (path for path in paths if _is_url(path)):
            with local_file(path) as copy:
                (outcome,) = children.run([Call(path, INSPECT, (copy,))])
                found[path] = replace(_source(path, copy, outcome.value), modified=0)
    return [found[path] for path in paths]


def _source(path: str, file: Path, value: tuple[FileState, int] | None) -> Source:
    if value is None:
        try:
            value = FileState.of(file), 0
        except OSError:
            value = FileState(0, 0, ""), 0
    state, pages = value
    return Source("", path, state.size, state.modified, state.sha256, pages)


def _named(sources: Iterable[Source], taken: set[str]) -> list[Source]:
    """The sources under names of their own: the file's stem, with a number where another document has it."""
    result = []
    for source in sources:
        stem = name = safe_name(PurePosixPath(source.path).stem)
        number = 1
        while same_name(name) in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(same_name(name))
        result.append(replace(source, document=name))
    return result


def _is_url(path: str) -> bool:
    return "://" in path or "::" in path
