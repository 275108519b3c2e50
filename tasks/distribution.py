"""The stage `distribution` as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.shard_work import work_on


@task(name="distribution", task_run_name="distribution {shard}", cache_policy=NO_CACHE, persist_result=False)
def distribution(run: str, shard: str) -> bool:
    """What each caption in the shard's documents says of each panel, and keywords."""
    return work_on(run, "distribution", shard)
