"""The pipeline on one screen: what each stage reads, what its result depends on, and the function that does it.

    read ─▶ layout ─▶ captions ─▶ clusters ─▶ figures ─▶ dataset

Captions come before clusters: whether a frame or a shade belongs to a figure or to the text inside it can only be told
where captions are known.

A stage's result for a shard has a fingerprint: a hash of the stage's version, its settings and the fingerprints of what
it reads. As long as that stays the same, the result need not be made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from exsclaim_core.settings import RunSettings

SOURCES = "sources"  # what the first stage reads: the files of a shard
DATASET = "dataset"  # the stage that takes all shards together


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the pipeline, carried out shard by shard."""

    name: str
    version: int  # raised whenever the results change: then they are made again
    reads: tuple[str, ...]  # stages whose tables it reads
    settings: tuple[str, ...]  # the groups of settings that its result depends on
    about: str
    function: str = ""  # "package.module:name", called for each document in a child process
    table: str = ""  # "package.module:NAME", the columns of its table
    fallback: str = ""  # called where making pictures has ended the child process
    from_file: bool = False  # whether it opens the document's file
    gpu: bool = False  # whether it is for workers that offer the Dask resource GPU
    whole_run: bool = False  # whether it takes all shards together

    def settings_of(self, settings: RunSettings) -> dict[str, Any]:
        """The settings that its result depends on, by group."""
        return settings.model_dump(mode="json", include=set(self.settings))


_FUNCTIONS, _PAGES, _FIGURES = (
    "exsclaim_core.stage_functions",
    "exsclaim_core.tables.page_tables",
    "exsclaim_core.tables.figure_tables",
)
_STAGES = (
    Stage(
        "read",
        1,
        (SOURCES,),
        (),
        "operators and text of each page",
        f"{_FUNCTIONS}:read",
        f"{_PAGES}:PAGES",
        from_file=True,
    ),
    Stage(
        "layout",
        1,
        ("read",),
        (),
        "furniture, typography, columns and rows of text",
        f"{_FUNCTIONS}:layout",
        f"{_PAGES}:LAYOUT",
    ),
    Stage(
        "captions",
        1,
        ("read", "layout"),
        ("captions",),
        "captions of figures and tables",
        f"{_FUNCTIONS}:captions",
        f"{_FIGURES}:CAPTIONS",
    ),
    Stage(
        "clusters",
        1,
        ("read", "layout", "captions"),
        ("clusters",),
        "what figures and tables are made of: clusters of operators, rules, rows of text",
        f"{_FUNCTIONS}:clusters",
        f"{_FIGURES}:CLUSTERS",
    ),
    Stage(
        "figures",
        1,
        ("read", "layout", "captions", "clusters"),
        ("proposals", "assignment", "output"),
        "a region for each caption, sections, mentions, pictures",
        f"{_FUNCTIONS}:figures",
        f"{_FIGURES}:FIGURES",
        f"{_FUNCTIONS}:figures_without_pictures",
        from_file=True,
    ),
    Stage(
        DATASET,
        1,
        ("figures",),
        ("dataset",),
        "JSON, CSV, Parquet and the overview of all figures",
        whole_run=True,
    ),
)
STAGES = {stage.name: stage for stage in _STAGES}


def stage_named(name: str) -> Stage:
    """The stage of that name; ValueError, which lists the names, where there is none."""
    if name not in STAGES:
        raise ValueError(f"there is no stage {name}; the stages are {', '.join(STAGES)}")
    return STAGES[name]


def stages_until(name: str) -> list[Stage]:
    """That stage and all those that it needs, in order."""
    needed: set[str] = set()

    def need(stage: Stage) -> None:
        needed.add(stage.name)
        for other in stage.reads:
            if other in STAGES:
                need(STAGES[other])

    need(stage_named(name))
    return [stage for stage in STAGES.values() if stage.name in needed]


def dependents_of(name: str) -> list[Stage]:
    """That stage and all those that depend on it, in order."""
    found = {stage_named(name).name}
    for stage in STAGES.values():
        if found & set(stage.reads):
            found.add(stage.name)
    return [stage for stage in STAGES.values() if stage.name in found]


def shard_fingerprints(sources: str, settings: RunSettings) -> dict[str, str]:
    """The fingerprint that each stage's result for a shard has to have; `sources` is that of the shard's files."""
    fingerprints = {SOURCES: sources}
    for stage in shard_stages():
        inputs = [fingerprints[name] for name in stage.reads]
        fingerprints[stage.name] = fingerprint(stage, settings, inputs)
    return fingerprints


def shard_stages() -> Iterator[Stage]:
    """The stages that are carried out shard by shard, in order."""
    return (stage for stage in STAGES.values() if not stage.whole_run)


def fingerprint(stage: Stage, settings: RunSettings, inputs: Iterable[str]) -> str:
    """Hash of what a stage's result depends on."""
    return hash_of([stage.name, stage.version, stage.settings_of(settings), *inputs])


def hash_of(value: Any) -> str:
    """SHA-256 of a value as JSON, the first half in hexadecimal."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
