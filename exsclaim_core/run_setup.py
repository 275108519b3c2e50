"""A run before its work begins: made or opened, its settings changed, results that are to be made again forgotten."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from shlex import quote
from typing import Literal

from exsclaim_core.extraction import find_pdfs
from exsclaim_core.harvest.harvest_folder import HARVEST, HarvestFolder
from exsclaim_core.harvest.query import Query
from exsclaim_core.result_names import IMAGES, OVERLAY
from exsclaim_core.runs import RUN_FILE, Run, RunError
from exsclaim_core.settings import RunSettings
from exsclaim_core.sources import is_url
from exsclaim_core.stages import SOURCES, dependents_of, shard_stages

# Errors that other limits, or a machine with less to do, may spare a document.
LIMIT_KINDS = ("timeout", "memory", "crash")

# What a copy of a run takes from the folder of a harvest beside its state: what is written as a whole and renamed into
# its place. Logs and the cache are written in place, and of use where they are.
HARVESTED = tuple(
    f"{HARVEST}/{name}"
    for name in (
        *("query.json", "articles.parquet", "figures.parquet", "events.parquet"),
        *("articles", "images", "pdfs"),
    )
)

Again = Literal["changed", "failed", "all"]


def prepare_run(
    place: str | Path, pdfs: Iterable[str], settings: RunSettings | None, query: Query | None = None
) -> Run:
    """The run at this place, made where there is none; its folders and settings are brought up to date in run.json.

    `pdfs` are folders, files or URLs, added to those that the run has; without settings those of the run stay. The
    terms of a query, by which articles will be collected, join those that are sought in captions. RunError for a new
    run without PDFs and query, and where another process is at work on the run, FileNotFoundError where a local folder
    is not there or holds no PDF.
    """
    wanted = [_absolute(path) for path in pdfs]
    if not Run.exists(place):
        if not wanted and not query:
            raise RunError(f"there is no run at {place}, and no PDFs are given to make one of: --pdfs FOLDER")
        return Run.create(place, wanted, _with_terms(settings or RunSettings(), query))
    run = Run(place)
    # Whoever is at work on the run reads its settings again and again.
    with run.lock():
        run.pdfs = tuple(dict.fromkeys([*run.pdfs, *wanted]))
        run.settings = _with_terms(settings or run.settings, query)
        run.save()  # also for the versions, which may be newer ones
    return run


def _with_terms(settings: RunSettings, query: Query | None) -> RunSettings:
    """The settings with a query's terms among those that are sought in captions; its synonyms count."""
    if query is None:
        return settings
    terms = {**settings.distribution.terms, **query.terms}
    return settings.model_copy(update={"distribution": settings.distribution.model_copy(update={"terms": terms})})


def with_changes(settings: RunSettings, changes: RunSettings | None) -> RunSettings:
    """The settings with those of the changes that somebody has given; what is left at its default changes nothing."""
    given = changes.model_dump(exclude_unset=True) if changes else {}
    groups = {name: getattr(settings, name).model_copy(update=values) for name, values in given.items()}
    return settings.model_copy(update=groups)


def prepare_rerun(run: Run, stage: str, settings: RunSettings, again: Again) -> None:
    """Change the run's settings and forget the results that are to be made again.

    `again`: only what the settings change, also shards with documents that were too much for their limits, or all.
    """
    if settings != run.settings:
        run.settings = settings
        run.save()
    if again == "changed":
        return
    names = {each.name for each in dependents_of(stage)}
    concerned = [each.name for each in shard_stages() if each.name in names]
    wanted = [
        shard
        for shard in run.shards()
        if again == "all" or any(error.kind in LIMIT_KINDS for name in concerned for error in run.errors(name, shard))
    ]
    # From the last on: if this is interrupted, no result is left that rests on one that is gone.
    if wanted or again == "all":
        run.forget_dataset()
    for shard in wanted:
        for name in reversed(concerned):
            run.forget(name, shard)


def copy_run(run: Run, place: str | Path, stage: str) -> Run:
    """A new run with the same sources and settings and the results of all stages that do not depend on this one.

    Its harvest comes along, and goes on by itself. On one disk the files are linked, not copied. RunError where there
    is a run at the place already, or where either lies in an object store.
    """
    if run.folder is None or is_url(str(place)):
        raise RunError("only runs on a disk can be copied: run it again under another name instead")
    if Run.exists(place):
        going_on = f"exsclaim run --run {quote(str(place))}"
        raise RunError(f"{place} holds a run already: choose another name, or go on with it: {going_on}")
    folder = Path(place).absolute()
    depending = {each.name for each in dependents_of(stage)}
    kept = [SOURCES, *(each.name for each in shard_stages() if each.name not in depending), *HARVESTED]
    if "figures" in kept:
        kept += [IMAGES, OVERLAY]
    for source in (file for name in kept for file in _files(run.folder / name)):
        target = folder / source.relative_to(run.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except OSError:  # another disk, or one without links
            shutil.copyfile(source, target)
    _copy_state(HarvestFolder(run.folder).state, HarvestFolder(folder).state)
    folder.mkdir(parents=True, exist_ok=True)
    # Last: until now there is no run at the place.
    shutil.copyfile(run.folder / RUN_FILE, folder / RUN_FILE)
    return Run(folder)


def _copy_state(state: Path, target: Path) -> None:
    """Copy a harvest's database, which is written in place: a link would be the same one."""
    if not state.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        closing(sqlite3.connect(f"{state.as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    yield from (path for path in place.rglob("*") if path.is_file() and not path.name.endswith(".part"))


def _absolute(path: str) -> str:
    if is_url(path):
        return path
    find_pdfs([Path(path)])  # before run.json holds the path, where it would be in the way for ever
    return os.path.abspath(path)
