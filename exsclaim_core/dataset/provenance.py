"""Where each value of a dataset comes from: provenance.json, and the metadata of its Parquet files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from exsclaim_core.dataset import exsclaim_files
from exsclaim_core.dataset.columns import TABLES, Column
from exsclaim_core.dataset.findings import DatasetCounts, printable
from exsclaim_core.harvested_articles import articles_fingerprint
from exsclaim_core.runs import PROVENANCE, Run
from exsclaim_core.settings import RunSettings
from exsclaim_core.stages import DATASET, STAGES, fingerprint

FORMAT = 1  # of provenance.json
INDEX, PAGES = "index.html", "overview"  # of the overview, in the dataset

_ABOUT = {
    exsclaim_files.EXSCLAIM_JSON: "figures and tables by name, as EXSCLAIM! writes them",
    "article": "articles that have figures or tables",
    "figure": "figures and tables",
    "subfigure": "panels of figures",
    "subfigurelabel": "letters of panels",
    "scalebar": "scale bars",
    "scalebarlabel": "labels of scale bars",
    "documents": "all documents of the run, with what was found in each, or what went wrong",
    "figures": "figures, tables, captions without a region and text boxes, with everything that is known of them",
    "panels": "panels of figures: their places in the picture, and the words of the caption that describe each",
    "scale_bars": "scale bars in pictures, with the lengths that they stand for",
    "sections": "section titles",
    "errors": "what went wrong, in all stages",
}


def expected_results(run: Run) -> dict[tuple[str, str], str]:
    """The fingerprint by shard and stage that the results which the dataset is made of have to have."""
    expected = {shard: run.expected(shard) for shard in run.shards()}
    return {(shard, name): of[name] for shard, of in expected.items() for name in STAGES[DATASET].reads}


def dataset_fingerprint(run: Run, expected: Mapping[tuple[str, str], str]) -> str:
    """The fingerprint that a dataset made of these results has."""
    harvested = articles_fingerprint(run)
    return fingerprint(STAGES[DATASET], run.settings, [*expected.values(), *([harvested] if harvested else [])])


def is_finished(run: Run, fingerprint: str) -> bool:
    """Whether there is a dataset with this fingerprint."""
    try:
        record = json.loads(run.read(f"{DATASET}/{PROVENANCE}"))
    except (FileNotFoundError, ValueError):
        return False
    # Paths in exsclaim.json begin with the run's name, and its folder may have been renamed.
    return isinstance(record, dict) and (record.get("fingerprint"), record.get("run")) == (
        fingerprint,
        printable(run.name),
    )


def write_provenance(run: Run, fingerprint: str, counts: DatasetCounts) -> None:
    """Write provenance.json, from which on the dataset counts as finished."""
    record = {
        "format": FORMAT,
        "run": printable(run.name),
        "fingerprint": fingerprint,
        "counts": asdict(counts),
        "stages": stage_records(run.settings),
        "files": _file_records(),
    }
    run.write(f"{DATASET}/{PROVENANCE}", (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())


def parquet_metadata(fingerprint: str, settings: RunSettings) -> dict[str, str]:
    """What each Parquet file says of itself, beside the stage of each column."""
    return {"exsclaim.fingerprint": fingerprint, "exsclaim.stages": json.dumps(stage_records(settings))}


def stage_records(settings: RunSettings) -> dict[str, Any]:
    """Version and settings of each stage."""
    return {
        stage.name: {
            "version": stage.version,
            "about": stage.about,
            "reads": list(stage.reads),
            "settings": stage.settings_of(settings),
        }
        for stage in STAGES.values()
    }


def _file_records() -> dict[str, Any]:
    """Each file with its format and the stage of each of its columns; null where no stage fills a column yet."""
    json_file = {
        "format": "JSON, an object by name of the figure",
        "about": _ABOUT[exsclaim_files.EXSCLAIM_JSON],
        "columns": _exsclaim_columns(exsclaim_files.FIGURE_FIELDS),
    }
    theirs = {
        f"csv/{name}.csv": {"format": "CSV", "about": _ABOUT[name], "columns": _exsclaim_columns(columns)}
        for name, columns in exsclaim_files.TABLES.items()
    }
    ours = {
        f"{kind}/{name}.{kind}": {"format": form, "about": _ABOUT[name], "columns": _columns(columns)}
        for name, columns in TABLES.items()
        for kind, form in (("parquet", "Parquet"), ("csv", "CSV, lists as JSON"))
    }
    pages = {
        INDEX: {"format": "HTML", "about": "an overview of the dataset, with links to its pages"},
        f"{PAGES}/*.html": {"format": "HTML", "about": "the documents with their figures, some on each page"},
    }
    return {exsclaim_files.EXSCLAIM_JSON: json_file, **theirs, **ours, **pages}


def _columns(columns: Sequence[Column]) -> dict[str, Any]:
    return {column.name: {"stage": column.stage, "type": str(column.type), "about": column.about} for column in columns}


def _exsclaim_columns(stages: dict[str, str | None]) -> dict[str, Any]:
    return {name: {"stage": stage} for name, stage in stages.items()}
