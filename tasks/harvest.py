"""The harvest of a run as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from exsclaim_core.harvest.harvesting import harvest as collect
from exsclaim_core.harvest.query import Query
from exsclaim_core.runs import Run


@task(name="harvest", task_run_name="harvest of {run}", cache_policy=NO_CACHE, persist_result=False)
def harvest(run: str, query: Query) -> dict[str, dict[str, int]]:
    """Articles with figures and captions, or PDFs, as the query asks; numbers by source and status."""
    counts = collect(Run(run), query)
    for source, by_status in counts.articles.items():
        get_run_logger().info("%s: %s", source, ", ".join(f"{number} {status}" for status, number in by_status.items()))
    return {source: dict(by_status) for source, by_status in counts.articles.items()}
