"""The pipeline on one screen: what each stage reads, what its result depends on, and the function that does it.

    read ─▶ layout ─▶ captions ─▶ clusters ─▶ figures ─▶ panels ─▶ distribution ─▶ dataset

Before them comes a harvest, which brings PDFs to `read`, and figures with captions out of web pages to `figures`.

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
    group: str  # the flow that carries it out together with its neighbours
    about: str
    function: str = ""  # "package.module:name", called for each document in a child process
    table: str = ""  # "package.module:NAME", the columns of its table
    unused: tuple[str, ...] = ()  # columns of the tables that it reads which it can do without
    dispensable: tuple[str, ...] = ()  # of the tables that it reads, those in which a document may be missing
    articles: str = ""  # called for what a harvest has brought with pictures of its own: there such documents join in
    fallback: str = ""  # called where making pictures has ended the child process
    from_file: bool = False  # whether it opens the document's file
    pictures: bool = False  # whether it opens the pictures of figures, and makes some of their panels
    libraries: tuple[str, ...] = ()  # modules that its child processes import as they start: large ones
    own_memory: int = 0  # bytes that libraries and models take there, whatever the document
    gpu: bool = False  # whether it is for workers that offer the Dask resource GPU
    whole_run: bool = False  # whether it takes all shards together

    def settings_of(self, settings: RunSettings) -> dict[str, Any]:
        """The settings that its result depends on, by group."""
        return settings.model_dump(mode="json", include=set(self.settings))


_FUNCTIONS = "exsclaim_core.stage_functions"
_TABLES = "exsclaim_core.tables"
_STAGES = (
    Stage(
        "read",
        version=1,
        reads=(SOURCES,),
        settings=(),
        group="figures",
        about="operators and text of each page",
        function=f"{_FUNCTIONS}:read",
        table=f"{_TABLES}.page_tables:PAGES",
        from_file=True,
    ),
    Stage(
        "layout",
        version=1,
        reads=("read",),
        settings=(),
        group="figures",
        about="furniture, typography, columns and rows of text",
        function=f"{_FUNCTIONS}:layout",
        table=f"{_TABLES}.page_tables:LAYOUT",
        unused=("spans", "span_texts"),
    ),
    Stage(
        "captions",
        version=1,
        reads=("read", "layout"),
        settings=("captions",),
        group="figures",
        about="captions of figures and tables",
        function=f"{_FUNCTIONS}:captions",
        table=f"{_TABLES}.figure_tables:CAPTIONS",
        unused=("span_texts",),
    ),
    Stage(
        "clusters",
        version=1,
        reads=("read", "layout", "captions"),
        settings=("clusters",),
        group="figures",
        about="what figures and tables are made of: clusters of operators, rules, rows of text",
        function=f"{_FUNCTIONS}:clusters",
        table=f"{_TABLES}.figure_tables:CLUSTERS",
        unused=("spans", "span_texts"),
    ),
    Stage(
        "figures",
        version=2,
        reads=("read", "layout", "captions", "clusters"),
        settings=("proposals", "assignment", "output"),
        group="figures",
        about="a region for each caption, sections, mentions, pictures",
        function=f"{_FUNCTIONS}:figures",
        table=f"{_TABLES}.figure_tables:FIGURES",
        articles=f"{_FUNCTIONS}:article_figures",
        fallback=f"{_FUNCTIONS}:figures_without_pictures",
        from_file=True,
    ),
    Stage(
        "panels",
        version=2,  # raised also for other weights
        reads=("read", "figures"),
        settings=("panels",),
        group="panels",
        about="panels of each figure with letters and classes, scale bars",
        function=f"{_FUNCTIONS}:panels",
        table=f"{_TABLES}.panel_tables:SEPARATIONS",
        unused=("textless", "text_boxes", "sections", "overlay", "captions_without_region"),
        dispensable=("read",),  # harvested articles have no pages
        pictures=True,
        libraries=("exsclaim_core.panels.figure_panels", "exsclaim_core.panels.networks.seeing"),
        own_memory=1 << 30,
        gpu=True,
    ),
    Stage(
        "distribution",
        version=2,  # raised also for other weights, rules or vocabularies
        reads=("figures", "panels"),
        settings=("distribution",),
        group="distribution",
        about="what each caption says of each panel, and keywords",
        function=f"{_FUNCTIONS}:distribution",
        table=f"{_TABLES}.distribution_tables:DISTRIBUTION",
        unused=("page_count", "textless", "text_boxes", "sections", "overlay"),
        dispensable=("panels",),  # where that was too much, there are captions all the same
        libraries=("exsclaim_core.captions.language",),
        own_memory=512 << 20,  # spaCy with the parser: 300 MB, and words as they come
    ),
    Stage(
        DATASET,
        version=5,
        reads=("figures", "panels", "distribution"),
        settings=("dataset",),
        group=DATASET,
        about="JSON, CSV, Parquet and the overview of all figures",
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
