"""What the task of every stage does: its work on one shard, with what went wrong in the log of the task run."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from prefect.logging import get_run_logger

from exsclaim_core.runs import Run, accessing
from exsclaim_core.stage_work import run_stage
from exsclaim_core.stages import STAGES

MOST_LINES = 20  # of a shard's log: a server keeps every line
LOCKS = ".locks"  # folder of a run


def work_on(run: str, stage: str, shard: str) -> bool:
    """Bring a stage's result for a shard up to date; whether there was something to do."""
    folder = Run(run)
    with alone(folder, shard):
        if run_stage(folder, STAGES[stage], shard) is None:
            return False
    errors = folder.errors(stage, shard)
    logger = get_run_logger()
    for error in errors[:MOST_LINES]:
        place = f", page {error.page}" if error.page else ""
        logger.warning("%s%s: %s: %s", error.document, place, error.kind, error.message)
    if len(errors) > MOST_LINES:
        logger.warning("and %d more in %s/%s/%s.errors.parquet", len(errors) - MOST_LINES, run, stage, shard)
    return True


@contextmanager
def alone(run: Run, what: str) -> Iterator[None]:
    """Wait until no other task works on this: a shard, or the dataset.

    A command that was stopped leaves the task behind that a worker of another's cluster is just carrying out, and a
    scheduler that has lost sight of a worker gives its task to the next: each would remove the other's pictures. Runs
    in an object store are not locked.
    """
    if run.folder is None:
        yield
        return
    path = run.folder / LOCKS / what
    with ExitStack() as stack:
        with accessing(f"{run.url}/{LOCKS}/{what}", "locked"):
            path.parent.mkdir(exist_ok=True)
            file = stack.enter_context(path.open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
