"""What the Prefect UI shows of a run beside its states: progress, a table of its stages, where to look."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

import httpx
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES
from prefect.settings.context import temporary_settings

from exsclaim_core.dataset.provenance import INDEX
from exsclaim_core.harvest.harvesting import HarvestCounts
from exsclaim_core.result_names import OVERLAY
from exsclaim_core.run_report import measure_stages
from exsclaim_core.runs import Run
from exsclaim_core.stages import DATASET

logger = logging.getLogger(__name__)

SECONDS_BETWEEN = 5.0  # two updates of the progress


class ProgressArtifact:
    """The share of the work that is done, as a bar in the UI."""

    def __init__(self, what: str, results: int) -> None:
        self._id: UUID | None = None
        self._done, self._results = 0, results
        self._last = time.monotonic()
        with _at_will():
            # Outside of a coroutine it is no coroutine that comes back.
            self._id = cast(UUID, create_progress_artifact(0.0, "progress", f"Results of {what} that were to be made"))

    def advance(self) -> None:
        """One more result is made. Between two updates the UI hears nothing of it."""
        self._done += 1
        if self._id and (self._done >= self._results or time.monotonic() - self._last >= SECONDS_BETWEEN):
            with _at_will():
                update_progress_artifact(self._id, round(100 * self._done / self._results, 1))
            self._last = time.monotonic()


def publish_stages(run: Run) -> None:
    """A table with a row a stage: shards, documents, time, memory, errors by kind; and where the results are."""
    with _at_will():
        rows = [
            {
                "stage": each.stage,
                "shards": each.shards,
                "documents": each.documents,
                "pages": each.pages,
                "CPU seconds": round(each.cpu_seconds, 1),
                "peak memory, MB": round(each.peak_memory / 1e6),
                "errors": ", ".join(f"{kind}: {count}" for kind, count in sorted(each.errors.items())),
            }
            for each in measure_stages(run)
        ]
        create_table_artifact(rows, "stages", f"Stages of {run.name}")
        create_markdown_artifact("\n".join(_links(run)), "results", f"Results of {run.name}")


def publish_harvest(run: Run, counts: HarvestCounts) -> None:
    """A table with a row a source: articles by status, a column each that occurs, and why a search came to nothing."""
    sources = sorted({*counts.articles, *counts.unanswered})
    statuses = dict.fromkeys(status for by_status in counts.articles.values() for status in by_status)
    with _at_will():
        if not sources:
            create_markdown_artifact("Nothing was found for the query.", "harvest", f"Articles of {run.name}")
            return
        rows = [
            {
                "source": source,
                **{status: counts.articles.get(source, {}).get(status, 0) for status in statuses},
                "search": counts.unanswered.get(source, "answered"),
            }
            for source in sources
        ]
        create_table_artifact(rows, "harvest", f"Articles of {run.name}")


def _links(run: Run) -> Iterator[str]:
    root = run.folder.as_uri() if run.folder else run.url
    yield f"- run folder: {run.url}"
    if INDEX in run.names_in(DATASET):
        yield f"- [overview of all figures]({root}/{DATASET}/{INDEX})"
    if run.settings.output.overlay:
        yield f"- [pages with everything that was found on them]({root}/{OVERLAY}/)"


@contextmanager
def _at_will() -> Iterator[None]:
    """A server that does not answer costs the picture of a run and not the run."""
    try:
        # Else the run would wait a minute, each time, for a server that is gone or is just being restarted.
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
            yield
    except (httpx.HTTPError, PrefectException, RuntimeError) as error:
        logger.warning("the server took no artifact: %s", error)
