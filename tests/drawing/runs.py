"""Runs of the pipeline over a few drawn papers, small and quick: a run of three papers takes a second.

run = quick_run(tmp_path / "run", draw_papers(tmp_path / "papers", one=1, two=2))
carry_out(run)
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from exsclaim_core.document import FileState
from exsclaim_core.runs import RUN_FILE, Run, Source
from exsclaim_core.settings import RunSettings
from exsclaim_core.sources import update_sources
from exsclaim_core.stage_work import run_stage
from exsclaim_core.stages import SOURCES, stages_until
from tests.drawing.pages import Paper


def draw_paper(path: Path, pages: int = 1, *, words: str = "for three films", password: str | None = None) -> Path:
    """A paper with a plot on each page and a caption below it; without pages none of them has a plot."""
    paper = Paper(password=password)
    for number in range(1, pages + 1):
        paper.page()
        paper.body(lines=14)
        paper.plot((130, 280, 480, 480))
        paper.caption(f"Figure {number}. Grain size against temperature {words}.", 54, 490, 504)
        paper.body(top=540, lines=14)
    path.parent.mkdir(parents=True, exist_ok=True)
    return paper.save(path)


def draw_papers(folder: Path, **pages: int) -> Path:
    """A folder with papers of these names and numbers of pages."""
    for name, count in pages.items():
        draw_paper(folder / f"{name}.pdf", count)
    return folder


def make_run(place: str | Path, *pdfs: str | Path, workers: int = 1, **settings: Any) -> Run:
    """A new run of what there is in folders and files; its stages are still to be done."""
    run = Run.create(place, [str(path) for path in pdfs], RunSettings.model_validate(settings))
    update_sources(run, workers)
    return run


def quick_run(place: str | Path, folder: Path, *, url: str = "", shards: int = 1, **settings: Any) -> Run:
    """The same for one folder, or its copy at a URL, without the second that it takes to count the papers' pages."""
    run = Run.create(place, [url or str(folder)], RunSettings.model_validate(settings))
    sources = [_source(file, f"{url}/{file.name}" if url else str(file)) for file in sorted(folder.glob("*.pdf"))]
    ends = [number * len(sources) // shards for number in range(shards + 1)]
    for number, (first, end) in enumerate(pairwise(ends)):
        run.write_sources(f"{number:06}", sources[first:end])
    return run


def _source(file: Path, path: str) -> Source:
    state = FileState.of(file)
    return Source(file.stem, path, state.size, state.modified, state.sha256, 1)


def carry_out(run: Run, until: str = "figures") -> list[str]:
    """Do what is left to do, up to that stage; "stage/shard" of each result that was made."""
    stages = [stage for stage in stages_until(until) if not stage.whole_run]
    return [
        f"{stage.name}/{shard}"
        for shard in run.shards()
        for stage in stages
        if run_stage(run, stage, shard) is not None
    ]


def contents(run: Run) -> dict[str, bytes]:
    """Every file of the run but those that say where it lies and how long it took."""
    found = {path.removeprefix(f"{run.root}/"): path for path in run.files.find(run.root)}
    return {
        name: run.files.cat_file(path)
        for name, path in sorted(found.items())
        if name not in (RUN_FILE, ".lock") and not name.startswith(f"{SOURCES}/") and not name.endswith(".usage.json")
    }


def start(program: str, *args: object, **options: Any) -> subprocess.Popen[str]:
    """A Python process that runs a program with what this process can import."""
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    command = [sys.executable, "-c", program, *map(str, args)]
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **options)
