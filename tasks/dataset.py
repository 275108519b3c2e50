"""The stage `dataset` as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.runs import Run


@task(name="dataset", task_run_name="dataset", cache_policy=NO_CACHE, persist_result=False)
def dataset(run: str) -> bool:
    """JSON, CSV, Parquet and the overview of all figures of a run."""
    return export_dataset(Run(run)) is not None
