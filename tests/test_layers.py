"""Imports point one way, flows → tasks → exsclaim_core, and starting costs no heavy library."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("exsclaim_core", "tasks", "flows")
ORCHESTRATION = ("prefect", "prefect_dask", "dask", "distributed")
HARVEST = ("lxml", "parsel", "scrapy", "twisted", "web_poet")
HEAVY = ("dask", "distributed", "pandas", "prefect", "spacy", "torch", *HARVEST)


def imports_of(source: str) -> set[str]:
    """Dotted names of all modules that the source imports, also inside functions; relative ones begin with a dot."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


def modules(*layers: str) -> Iterator[tuple[str, set[str]]]:
    """Path below the project, and imports, of each module in the layers."""
    for layer in layers:
        for path in sorted((ROOT / layer).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), imports_of(path.read_text(encoding="utf-8"))


def offenders(layer: str, forbidden: tuple[str, ...], spared: str = "\0") -> list[str]:
    return [
        f"{path} imports {name}"
        for path, names in modules(layer)
        for name in sorted(names)
        if name.split(".")[0] in forbidden and not path.startswith(spared)
    ]


def test_imports_inside_functions_are_seen() -> None:
    assert imports_of("def run():\n    from prefect.tasks import task\n    import dask.array as da\n") == {
        "prefect.tasks",
        "dask.array",
    }


def test_the_layers_are_there() -> None:
    assert {path.split("/")[0] for path, _ in modules(*LAYERS)} == set(LAYERS)


def test_core_knows_nothing_of_tasks_flows_and_orchestration() -> None:
    assert offenders("exsclaim_core", ("tasks", "flows", "tests", *ORCHESTRATION)) == []


def test_tasks_know_nothing_of_flows() -> None:
    assert offenders("tasks", ("flows", "tests")) == []


def test_flows_import_no_tests() -> None:
    assert offenders("flows", ("tests",)) == []


@pytest.mark.parametrize("layer", LAYERS)
def test_only_the_reader_imports_pymupdf(layer: str) -> None:
    assert offenders(layer, ("pymupdf", "fitz", "pymupdf4llm"), spared="exsclaim_core/pdf/") == []


def loaded_by(program: str) -> list[str]:
    """The heavy libraries that a program has loaded when it ends."""
    program = f"import sys; {program}; print('loaded', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()[-1].split()[1:]


@pytest.mark.parametrize(
    "module",
    [
        *("exsclaim_core", "exsclaim_core.pdf.child", "exsclaim_core.stage_work", "exsclaim_core.dataset.export"),
        "exsclaim_core.panels.separating",
        "flows.command_line",
    ],
)
def test_importing_loads_no_heavy_library(module: str) -> None:
    assert loaded_by(f"import {module}") == []


def test_extracting_loads_nothing_of_the_harvest(tmp_path: Path) -> None:
    command = ["extract", "tests/data/samples/one-column-report.pdf", "--out", str(tmp_path), "--no-images"]
    assert loaded_by(f"from flows.command_line import app; app({command!r}, standalone_mode=False)") == []
    assert (tmp_path / "one-column-report.json").exists()


def test_inside_core_pages_know_nothing_of_layout_and_layout_nothing_of_figures() -> None:
    above = {"exsclaim_core/pdf": ("layout", "figures"), "exsclaim_core/layout": ("figures",)}
    wrong = [
        f"{path} imports {name}"
        for folder, forbidden in above.items()
        for path, names in modules(folder)
        for name in sorted(names)
        if name.startswith(tuple(f"exsclaim_core.{layer}" for layer in forbidden))
    ]
    assert wrong == []
