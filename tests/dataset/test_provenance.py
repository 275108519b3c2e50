"""Each value of a dataset says which stage it comes from, with which version and settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from exsclaim_core.runs import Run
from exsclaim_core.stages import STAGES

# Worked out from what the stages do, for columns of every table.
STAGE_OF = {
    ("parquet/documents.parquet", "sha256"): "sources",
    ("parquet/documents.parquet", "pages"): "read",
    ("parquet/documents.parquet", "status"): "dataset",
    ("parquet/figures.parquet", "document"): "sources",
    ("parquet/figures.parquet", "caption"): "captions",
    ("parquet/figures.parquet", "x0"): "figures",
    ("parquet/figures.parquet", "direction"): "layout",
    ("parquet/figures.parquet", "image"): "figures",
    ("csv/figures.csv", "mentions"): "figures",
    ("parquet/sections.parquet", "title"): "figures",
    ("csv/figure.csv", "full_caption"): "captions",
    ("parquet/panels.parquet", "statement"): "distribution",
    ("parquet/panels.parquet", "class"): "panels",
    ("parquet/scale_bars.parquet", "nm"): "panels",
    ("csv/subfigure.csv", "keywords"): "distribution",
    ("csv/subfigurelabel.csv", "label_confidence"): None,
    ("exsclaim.json", "figure_path"): "figures",
    ("exsclaim.json", "license"): "harvest",
    ("exsclaim.json", "unassigned"): "panels, distribution",
}


@pytest.fixture
def record(finished: Run) -> dict[str, Any]:
    """What provenance.json of the finished run holds."""
    found: dict[str, Any] = json.loads(finished.read("dataset/provenance.json"))
    return found


def test_columns_name_their_stage(record: dict[str, Any]) -> None:
    found = {(file, column): record["files"][file]["columns"][column]["stage"] for file, column in STAGE_OF}
    assert found == STAGE_OF


def test_every_file_is_described(record: dict[str, Any], finished: Run) -> None:
    folder = Path(finished.root, "dataset")
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert files == {*record["files"], "overview/0001.html", "provenance.json"} - {"overview/*.html"}
    assert all(about["format"] and about["about"] for about in record["files"].values())


def test_every_stage_with_its_settings(record: dict[str, Any]) -> None:
    assert {name: stage["version"] for name, stage in record["stages"].items()} == {
        name: stage.version for name, stage in STAGES.items()
    }
    assert record["stages"]["captions"]["settings"]["captions"]["line_gap"] == 1.4
    assert record["stages"]["figures"]["settings"]["output"]["dpi"] == 72
    assert record["stages"]["read"]["settings"] == {}


def test_counts(record: dict[str, Any]) -> None:
    assert record["counts"] == {
        "documents": 5,
        "success": 2,
        "partial": 0,
        "failed": 3,
        "pages": 4,
        "figures": 1,
        "tables": 1,
        "captions_without_region": 1,
        "text_boxes": 0,
        "panels": 1,  # the plot, which its caption does not divide
        "scale_bars": 0,
        "sections": 1,
        "errors": 3,
    }


@pytest.mark.parametrize("table", ["documents", "figures", "panels", "scale_bars", "sections", "errors"])
def test_parquet_files_say_the_same_of_themselves(finished: Run, record: dict[str, Any], table: str) -> None:
    schema = pq.read_schema(f"{finished.root}/dataset/parquet/{table}.parquet")
    described = record["files"][f"parquet/{table}.parquet"]["columns"]
    assert {field.name: field.metadata[b"stage"].decode() for field in schema} == {
        name: column["stage"] for name, column in described.items()
    }
    assert json.loads(schema.metadata[b"exsclaim.stages"]) == record["stages"]
