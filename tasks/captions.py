"""The stage `captions` as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.shard_work import work_on


@task(name="captions", task_run_name="captions {shard}", cache_policy=NO_CACHE, persist_result=False)
def captions(run: str, shard: str) -> bool:
    """Captions of figures and tables in the shard's documents."""
    return work_on(run, "captions", shard)
