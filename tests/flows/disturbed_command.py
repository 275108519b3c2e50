"""The command `exsclaim` with stages that a test can hold, break and place: python -m tests.flows.disturbed_command …

Each stage notes beside a document's PDF where it works on it. A document's name says what happens to it: one that ends
in "-held" waits in each stage in which the test holds its folder; "crash", "hang" and so on are as in
`tests.faulty_stages`. What the environment names in GPU_STAGES is for workers with a GPU.

The workers of its own cluster load this module too, as `multiprocessing` loads the main module of the parent again;
those of other clusters need it as preload.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

from exsclaim_core.settings import RunSettings
from exsclaim_core.stage_functions import Answer, Job, Rows
from exsclaim_core.stages import STAGES, shard_stages
from tests import faulty_stages

MODULE = "tests.flows.disturbed_command"
GPU_STAGES = "EXSCLAIM_TEST_GPU_STAGES"  # names with spaces between
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Note:
    """Where a stage works on a document."""

    worker: int  # process id
    gpu: str  # the device that the worker sees


def read(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    _begin("read", job)
    return faulty_stages.read(job, rows, settings)


def layout(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    _begin("layout", job)
    return faulty_stages.layout(job, rows, settings)


def captions(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    _begin("captions", job)
    return faulty_stages.captions(job, rows, settings)


def clusters(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    _begin("clusters", job)
    return faulty_stages.clusters(job, rows, settings)


def figures(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    _begin("figures", job)
    return faulty_stages.figures(job, rows, settings)


def panels(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    _begin("panels", job)
    return faulty_stages.panels(job, rows, settings)


def distribution(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    _begin("distribution", job)
    return faulty_stages.distribution(job, rows, settings)


def hold(folder: Path, *stages: str) -> None:
    """Hold a folder in these stages from now on, and in no others; what was noted is forgotten."""
    for stage in shard_stages():
        if stage.name in stages:
            _gate(folder, stage.name).touch()
        else:
            _gate(folder, stage.name).unlink(missing_ok=True)
    for note in folder.glob("*.begun"):
        note.unlink()


def noted(pdf: Path, stage: str) -> Note | None:
    """Where the stage has begun with a document last; None where it has not."""
    try:
        worker, gpu = _note(pdf, stage).read_text().split(";")
    except FileNotFoundError:
        return None
    return Note(int(worker), gpu)


def _begin(stage: str, job: Job) -> None:
    note = _note(job.path, stage)
    beside = note.with_suffix(f".{os.getpid()}")
    beside.write_text(f"{os.getppid()};{os.environ.get('CUDA_VISIBLE_DEVICES', '')}")
    os.replace(beside, note)
    while job.document.endswith("-held") and _gate(job.path.parent, stage).exists():
        time.sleep(LOOK_SECONDS)


def _note(pdf: Path, stage: str) -> Path:
    return pdf.with_name(f"{pdf.stem}.{stage}.begun")


def _gate(folder: Path, stage: str) -> Path:
    return folder / f"hold-{stage}"


def disturb() -> None:
    """Put the functions of this module in the place of the stages' own, under the names that the product knows."""
    for stage in list(shard_stages()):
        STAGES[stage.name] = replace(
            stage,
            function=f"{MODULE}:{stage.name}",
            gpu=stage.name in os.environ.get(GPU_STAGES, "").split(),
        )


def dask_setup(_: object) -> None:
    """Called by Dask in each worker that has this module as its preload."""
    disturb()


if __name__ in ("__main__", "__mp_main__"):  # not where tests only use its names
    disturb()

if __name__ == "__main__":
    from flows.command_line import main

    main()
