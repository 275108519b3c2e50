"""The stage `clusters` as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.shard_work import work_on


@task(name="clusters", task_run_name="clusters {shard}", cache_policy=NO_CACHE, persist_result=False)
def clusters(run: str, shard: str) -> bool:
    """What figures are made of: clusters of operators, rules and rows of text."""
    return work_on(run, "clusters", shard)
