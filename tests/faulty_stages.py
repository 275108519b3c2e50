"""Stands in for `exsclaim_core.stage_functions` in child processes: a document's name says what goes wrong with it.

"crash", "hang", "fill" and "fail" do so at once, "crash rendering" and the like after the first picture was made.
"orphan" kills the process that runs the stage, and then hangs.
"""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from exsclaim_core import stage_functions
from exsclaim_core.pdf.rendering import render_png
from exsclaim_core.settings import RunSettings
from exsclaim_core.stage_functions import Answer, Job, Rows
from exsclaim_core.stages import STAGES, Stage
from tests.faulty_work import FAULTS, _after_one, hang

figures_without_pictures = stage_functions.figures_without_pictures


def faulty(name: str, fallback: str = "figures_without_pictures") -> Stage:
    """The stage with the functions of this module."""
    stage = STAGES[name]
    fallback = f"{__name__}:{fallback}" if stage.fallback else ""
    return replace(stage, function=f"{__name__}:{name}", fallback=fallback)


def fail() -> None:
    raise IndexError("column 7 of a page with 2 columns")


def orphan() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    hang()


ALL = {**FAULTS, "fail": fail, "orphan": orphan}


def read(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    return _faulty(stage_functions.read, job, rows, settings)


def layout(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    return _faulty(stage_functions.layout, job, rows, settings)


def captions(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    return _faulty(stage_functions.captions, job, rows, settings)


def clusters(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    return _faulty(stage_functions.clusters, job, rows, settings)


def figures(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    fault, _, rendering = job.document.partition(" ")
    if not rendering:
        return _faulty(stage_functions.figures, job, rows, settings)
    with patch("exsclaim_core.pictures.render_png", _after_one(render_png, ALL[fault])):
        return stage_functions.figures(job, rows, settings)


def panels(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    return _faulty(stage_functions.panels, job, rows, settings)


def distribution(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    return _faulty(stage_functions.distribution, job, rows, settings)


def figures_that_fail(job: Job, rows: Rows, settings: RunSettings) -> Answer:
    """Fails where rendering has failed before."""
    raise IndexError("column 7 of a page with 2 columns")


def _faulty(function: Any, job: Job, rows: Rows, settings: RunSettings) -> Answer:
    if job.document in ALL:
        ALL[job.document]()
    answer: Answer = function(job, rows, settings)
    return answer
