"""The harvest of a run as a Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from exsclaim_core.harvest.harvesting import HarvestCounts, nothing_brought
from exsclaim_core.harvest.harvesting import harvest as collect
from exsclaim_core.harvest.query import Query
from exsclaim_core.runs import Run


@task(name="harvest", task_run_name="harvest of {run}", cache_policy=NO_CACHE, persist_result=False)
def harvest(run: str, query: Query) -> HarvestCounts:
    """Articles with figures and captions, or PDFs, as the query asks; numbers by source and status."""
    logger, waited_for = get_run_logger(), set[str]()

    def watch(counts: HarvestCounts) -> None:
        if counts.waits_for and counts.waits_for not in waited_for:
            waited_for.add(counts.waits_for)
            logger.info("waits for another harvest that is at work at %s", counts.waits_for)

    counts = collect(Run(run), query, watch)
    if not counts.total():
        logger.warning(nothing_brought(counts))
    for source, by_status in counts.articles.items():
        logger.info("%s: %s", source, ", ".join(f"{number} {status}" for status, number in by_status.items()))
    for source, reason in counts.unanswered.items():
        logger.warning("%s: not all that it has was found: %s", source, reason)
    return counts
