"""The documents of a run: found, looked at, named, and cut into shards of about equal work."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from exsclaim_core.document import FileState
from exsclaim_core.extraction import default_jobs, find_pdfs, limits_of
from exsclaim_core.harvested_articles import harvested_documents, harvested_file, is_article, read_record
from exsclaim_core.pdf.children import Call, Children
from exsclaim_core.result_names import safe_name, same_name
from exsclaim_core.runs import Run, Source, accessing, locate_files

INSPECT = "exsclaim_core.stage_functions:inspect"
LEAST_PAGES = 100  # of a shard: below, handing it out costs more than another worker gains
SHARDS_A_WORKER = 2  # at least, where there are pages enough: so that no worker waits long for the last
CHANGED = ("LastModified", "last_modified", "mtime", "updated", "created")  # as stores call a file's time

_Listed = tuple[int, int] | None  # size in bytes and time of the last change of a file in an object store


def update_sources(run: Run, workers: int) -> tuple[int, int]:
    """Bring the run's shards up to date with its folders and its harvest; how many documents are new, and have changed.

    New documents make new shards, cut for this number of workers; a document whose content has changed is noted in its
    shard. One whose file is gone stays: its results need the file no more. FileNotFoundError where a folder is not
    there or holds no PDF, RunError where an object store can't be reached.
    """
    harvested = harvested_documents(run)
    found = {path: state for pdfs in run.pdfs for path, state in _find(pdfs)} | dict.fromkeys(harvested)
    # The files of a harvest lie in the run, which may have been moved or copied.
    places = {harvested_file(path): path for path in harvested}
    shards = {shard: run.sources(shard) for shard in run.shards()}
    known = set()
    changed = 0
    for shard, sources in shards.items():
        here = [source if source.path in found else _moved(source, places) for source in sources]
        known |= {source.path for source in here}
        current = [_refreshed(source, found.get(source.path)) for source in here]
        changed += sum(new.sha256 != old.sha256 for new, old in zip(current, sources, strict=True))
        if current != sources:
            run.write_sources(shard, current)
    new = _inspect(run, {path: state for path, state in found.items() if path not in known})
    new = [replace(source, document=harvested.get(source.path, "")) for source in new]
    new = _named(new, {same_name(source.document) for sources in shards.values() for source in sources})
    first = int(max(shards, default="-1")) + 1
    for number, some in enumerate(cut_shards(new, run.settings.execution.shard_pages, workers)):
        run.write_sources(f"{first + number:06}", some)
    return len(new), changed


def cut_shards(sources: Sequence[Source], pages: int, workers: int) -> list[list[Source]]:
    """The documents in shards of about equal numbers of pages, on average at most this many.

    A shard has at most one document more or less than the average. All workers get the same number of shards, and at
    least two where there are pages enough.
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
    """The file on this machine's disks: itself, or for as long as the block runs a copy out of an object store.

    A file that is gone from the store is not at the path either. RunError where the store can't be reached.
    """
    if not is_url(path):
        yield Path(path)
        return
    with TemporaryDirectory(prefix="exsclaim-") as folder:
        if is_article(path):
            yield _article(path, Path(folder))
            return
        local = Path(folder, PurePosixPath(path).name)
        _fetch(path, local)
        yield local


def _article(path: str, folder: Path) -> Path:
    """A local copy of an article's record, with the pictures that it names where it names them."""
    url = PurePosixPath(path)
    local = folder / url.parent.name / url.name
    _fetch(path, local)
    try:
        _, pictures = read_record(local)
    except (OSError, ValueError):  # whoever reads the copy says so
        return local
    home = path.removesuffix(f"/{url.parent.name}/{url.name}")
    for picture in pictures.values():
        _fetch(f"{home}/{picture.path}", folder / picture.path)
    return local


def _fetch(url: str, local: Path) -> None:
    """Copy a file out of an object store; one that is gone there is not here either."""
    files, place = locate_files(url)
    local.parent.mkdir(parents=True, exist_ok=True)
    try:
        with accessing(url, "fetched"):
            files.get_file(place, str(local))
    except FileNotFoundError:
        local.unlink(missing_ok=True)


def _find(pdfs: str) -> Iterator[tuple[str, _Listed]]:
    """Absolute paths or URLs of the PDFs in a folder and below, or of one file, sorted; of URLs what a store tells."""
    if not is_url(pdfs):
        yield from ((path, None) for path in sorted(os.path.abspath(path) for path in find_pdfs([Path(pdfs)])))
        return
    files, place = locate_files(pdfs)
    try:
        with accessing(pdfs, "read"):
            found = files.find(place, detail=True) if files.isdir(place) else {place: files.info(place)}
    except FileNotFoundError as error:
        raise FileNotFoundError(f"there is no file or folder {pdfs}") from error
    some = [path for path in found if path.lower().endswith(".pdf") and not PurePosixPath(path).name.startswith(".")]
    if not some:
        raise FileNotFoundError(f"there is no PDF at {pdfs}")
    yield from ((str(files.unstrip_protocol(path)), _listed(found[path])) for path in sorted(some))


def _listed(info: Mapping[str, Any]) -> _Listed:
    """What a store tells of a file; 0 for a time that it does not tell."""
    value = next((info[name] for name in CHANGED if info.get(name)), 0)
    seconds = value.timestamp() if isinstance(value, datetime) else value if isinstance(value, int | float) else 0
    return int(info["size"] or 0), int(seconds) * 1_000_000_000  # some tell fractions of a second only now and then


def _moved(source: Source, places: Mapping[str, str]) -> Source:
    """The source where its file is now, if that belongs to a harvest."""
    return replace(source, path=places.get(harvested_file(source.path), source.path))


def _refreshed(source: Source, listed: _Listed) -> Source:
    """The source with the state that its file has now."""
    if is_url(source.path):
        if listed is None or listed == (source.size, source.modified):
            return source
        with local_file(source.path) as local:
            return _with_state(source, local, listed)
    try:
        status = os.stat(source.path)
    except OSError:
        return source
    if (status.st_size, status.st_mtime_ns) == (source.size, source.modified):
        return source
    return _with_state(source, Path(source.path))


def _with_state(source: Source, file: Path, listed: _Listed = None) -> Source:
    try:
        state = _state(file)
    except OSError:
        return source
    size, modified = listed or (state.size, state.modified)
    return replace(source, size=size, modified=modified, sha256=state.sha256)


def _inspect(run: Run, listed: Mapping[str, _Listed]) -> list[Source]:
    """State and number of pages of each file; articles, what can't be read and what crashes its process have none."""
    found: dict[str, Source] = {}
    for path in filter(is_article, listed):
        with local_file(path) as copy:
            found[path] = _source(path, copy, None)
    if pdfs := [path for path in listed if path not in found]:
        jobs, preload = min(default_jobs(), len(pdfs)), [INSPECT.split(":")[0]]
        with Children(jobs, limits_of(run.settings.limits), preload) as children:
            local = [path for path in pdfs if not is_url(path)]
            for outcome in children.run(Call(path, INSPECT, (Path(path),)) for path in local):
                found[str(outcome.key)] = _source(str(outcome.key), Path(str(outcome.key)), outcome.value)
            for path in filter(is_url, pdfs):
                with local_file(path) as copy:
                    (outcome,) = children.run([Call(path, INSPECT, (copy,))])
                    size, modified = listed[path] or (0, 0)
                    found[path] = replace(_source(path, copy, outcome.value), size=size, modified=modified)
    return [found[path] for path in listed]


def _source(path: str, file: Path, value: tuple[FileState, int] | None) -> Source:
    if value is None:
        try:
            value = _state(file), 0
        except OSError:
            value = FileState(0, 0, ""), 0
    state, pages = value
    return Source("", path, state.size, state.modified, state.sha256, pages)


def _state(file: Path) -> FileState:
    """The state of a file; OSError where it can't be read, or is no file at all: opening a pipe waits for ever."""
    if not file.is_file():
        raise OSError(f"{file} is no file")
    return FileState.of(file)


def _named(sources: Iterable[Source], taken: set[str]) -> list[Source]:
    """The sources under names of their own: that of the article or file, with a number where another has it."""
    result = []
    for source in sources:
        stem = name = source.document or safe_name(PurePosixPath(source.path).stem)
        number = 1
        while same_name(name) in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(same_name(name))
        result.append(replace(source, document=name))
    return result


def is_url(path: str) -> bool:
    """Whether a path is a URL of fsspec's and no path on this machine's disks."""
    return "://" in path or "::" in path
