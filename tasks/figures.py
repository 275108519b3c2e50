"""The stage `figures` as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.shard_work import work_on


@task(name="figures", task_run_name="figures {shard}", cache_policy=NO_CACHE, persist_result=False)
def figures(run: str, shard: str) -> bool:
    """A region for each caption of the shard, sections, mentions, pictures."""
    return work_on(run, "figures", shard)
