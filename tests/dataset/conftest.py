"""A run carried out over drawn papers, and its dataset."""

from __future__ import annotations

from pathlib import Path

import pytest

from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.runs import Run
from exsclaim_core.settings import RunSettings
from exsclaim_core.sources import update_sources
from exsclaim_core.stage_work import end_children, run_stage
from exsclaim_core.stages import shard_stages
from tests.drawing.pages import Paper

SETTINGS = {"output": {"dpi": 72, "overlay": True}, "captions": {"line_gap": 1.4}}


def draw_papers(folder: Path) -> Path:
    """Papers: good, without anything drawn beside its caption, protected, without text, and no PDF at all."""
    folder.mkdir(parents=True)
    good = Paper().page()
    good.heading("1. Results", 54, 60)
    good.body(top=80, lines=14, start="Figure 1 and Table 1 show")
    good.plot((130, 280, 480, 480))
    good.caption("Figure 1. Grain size against temperature for three films.", 54, 490, 504)
    good.page()
    good.body(lines=14)
    good.caption("Table 1. Films and their thickness.", 54, 300, 504)
    good.table((54, 320, 558, 420))
    good.body(top=460, lines=14)
    good.save(folder / "good paper.pdf")
    bare = Paper().page()
    bare.body(lines=14)
    bare.caption("Figure 1. Grain size against temperature for three films.", 54, 300, 504)
    bare.body(top=340, lines=20)
    bare.save(folder / "bare.pdf")
    protected = Paper(password="sesame").page()
    protected.body(lines=14)
    protected.save(folder / "protected.pdf")
    scan = Paper().page()
    scan.image((0, 0, 612, 792))
    scan.save(folder / "scan.pdf")
    (folder / "broken.pdf").write_text("no PDF")
    return folder


def carry_out(place: Path, papers: Path) -> Run:
    """A run over the papers with its dataset."""
    run = Run.create(place, [str(papers)], RunSettings.model_validate(SETTINGS))
    update_sources(run, 1)
    for shard in run.shards():
        for stage in shard_stages():
            run_stage(run, stage, shard)
    end_children()
    export_dataset(run)
    return run


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run over five papers; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    return carry_out(folder / "run", draw_papers(folder / "papers"))
