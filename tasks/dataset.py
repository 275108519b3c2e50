"""The stage `dataset` as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.runs import Run
from exsclaim_core.stages import DATASET
from tasks.shard_work import alone


@task(name="dataset", task_run_name="dataset", cache_policy=NO_CACHE, persist_result=False)
def dataset(run: str) -> bool:
    """JSON, CSV, Parquet and the overview of all figures of a run."""
    folder = Run(run)
    with alone(folder, DATASET):
        return export_dataset(folder) is not None
