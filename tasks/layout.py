"""The stage `layout` as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.shard_work import work_on


@task(name="layout", task_run_name="layout {shard}", cache_policy=NO_CACHE, persist_result=False)
def layout(run: str, shard: str) -> bool:
    """Furniture, typography, columns and rows of text on the shard's pages."""
    return work_on(run, "layout", shard)
