"""The stage `read` as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.shard_work import work_on


@task(name="read", task_run_name="read {shard}", cache_policy=NO_CACHE, persist_result=False)
def read(run: str, shard: str) -> bool:
    """Operators and text of each page of the shard's documents."""
    return work_on(run, "read", shard)
