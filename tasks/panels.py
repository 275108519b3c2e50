"""The stage `panels` as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.shard_work import work_on


@task(name="panels", task_run_name="panels {shard}", cache_policy=NO_CACHE, persist_result=False)
def panels(run: str, shard: str) -> bool:
    """What each figure in the shard's documents is made of: panels and scale bars."""
    return work_on(run, "panels", shard)
