"""What the task of every stage does: its work on one shard, with what went wrong in the log of the task run."""

from __future__ import annotations

from prefect.logging import get_run_logger

from exsclaim_core.runs import Run
from exsclaim_core.stage_work import run_stage
from exsclaim_core.stages import STAGES

MOST_LINES = 20  # of a shard's log: a server keeps every line


def work_on(run: str, stage: str, shard: str) -> bool:
    """Bring a stage's result for a shard up to date; whether there was something to do."""
    folder = Run(run)
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
