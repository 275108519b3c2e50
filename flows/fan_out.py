"""Shards handed to the workers of a Dask cluster: a Prefect task a stage and shard, chained through futures."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from typing import cast

from dask.base import annotate
from prefect import State, flow
from prefect.settings import get_current_settings
from prefect_dask.task_runners import DaskTaskRunner, PrefectDaskFuture

from exsclaim_core.run_status import unfinished
from exsclaim_core.runs import Run, RunError
from exsclaim_core.stages import STAGES, stages_until
from flows.artifacts import ProgressArtifact, publish_stages
from flows.cluster import Cluster, check_workers, wait_for
from flows.placement import resources_for
from flows.progress import observer
from tasks.dataset import dataset
from tasks.table import TASKS

logger = logging.getLogger(__name__)

Place = tuple[str, str]  # stage and shard

MOST_FAILURES = 10  # shards; after so many, what goes wrong is not about one of them


def carry_out(run: Run, until: str, cluster: Cluster) -> None:
    """Bring the run's results up to date, up to and including a stage. RunError where some shards can't be done."""
    todo = unfinished(run, until)
    if todo and not cluster.own:
        check_workers(cluster, get_current_settings().api.url or "")
    shards = run.shards()
    left = Counter(stage for stage, _ in todo)
    wanted = dict.fromkeys(stage.name for stage in stages_until(until))
    totals = {name: 1 if STAGES[name].whole_run else len(shards) for name in wanted}
    if watcher := observer.get():
        watcher.line(f"Dask: {cluster.dashboard}")
        watcher.start({name: (total - left[name], total) for name, total in totals.items()})
    runner = DaskTaskRunner(address=cluster.address)
    for group in dict.fromkeys(STAGES[stage].group for stage, _ in todo):
        names = [stage.name for stage in stages_until(until) if stage.group == group]
        # The runner's futures are of a narrower type than with_options declares.
        named = fan_out.with_options(name=group, flow_run_name=f"{group} of {run.name}", task_runner=runner)  # type: ignore[arg-type]
        named(run.url, names, cluster.address)


@flow(name="fan-out", validate_parameters=False)
def fan_out(run: str, stages: list[str], cluster_address: str) -> None:
    """The results of some stages for all shards of a run that are not up to date."""
    folder = Run(run)
    settings = folder.settings.execution
    offered = Cluster(cluster_address, "", own=False).resources()
    placed = {name: resources_for(name, STAGES[name].gpu, offered, settings.gpu_stages_on_cpu) for name in stages}
    progress = ProgressArtifact(folder.name)
    lost: dict[Place, str] = {}
    for _ in range(settings.rounds):
        todo = [place for place in unfinished(folder, stages[-1]) if place[0] in placed]
        if not todo:
            break
        futures = dict(_submit(folder, todo, placed))
        lost, failed = _collect(futures, progress)
        if failed:
            publish_stages(folder)
            raise RunError(f"{_in_words(failed)}. What is finished is kept; the same command goes on")
        if not lost:
            break
        logger.warning("lost with its worker and tried again: %s", _in_words(lost))
    publish_stages(folder)
    if lost:
        raise RunError(
            f"{_in_words(lost)}. This was tried {settings.rounds} times; its documents may take more memory than the "
            "workers have"
        )


def _submit(
    run: Run, todo: Iterable[tuple[str, str]], placed: Mapping[str, Mapping[str, float]]
) -> Iterator[tuple[PrefectDaskFuture[bool], tuple[str, str]]]:
    """A task run for each result to be made; those of a shard follow each other, the whole run's follow all."""
    last: dict[str, PrefectDaskFuture[bool]] = {}
    for stage, shard in todo:
        resources = placed[stage]
        with annotate(resources=resources) if resources else nullcontext():
            if STAGES[stage].whole_run:
                future = dataset.submit(run.url, wait_for=list(last.values()), return_state=False)
            else:
                before = [last[shard]] if shard in last else None
                future = TASKS[stage].submit(run.url, shard, wait_for=before, return_state=False)
        last[shard] = cast(PrefectDaskFuture[bool], future)
        yield last[shard], (stage, shard)


def _collect(
    futures: Mapping[PrefectDaskFuture[bool], Place], progress: ProgressArtifact
) -> tuple[dict[Place, str], dict[Place, str]]:
    """What was lost with its worker and what failed, each with the reason; what waited for these is in neither."""
    lost: dict[Place, str] = {}
    failed: dict[Place, str] = {}
    for done, future in enumerate(wait_for(list(futures)), 1):
        place, state = futures[future], future.state
        if state.is_completed():
            if watcher := observer.get():
                watcher.advance(place[0])
        elif state.is_failed():
            failed[place] = _reason(state)
            if len(failed) >= MOST_FAILURES:
                break
        elif not state.is_pending():  # pending: its shard has failed in a stage before
            lost[place] = _reason(state)
        progress.show(done / len(futures))
    return lost, failed


def _reason(state: State[bool]) -> str:
    error = state.result(raise_on_failure=False)
    text = " ".join(str(error if isinstance(error, BaseException) else state.message).split())
    return text if isinstance(error, RunError) else f"{type(error).__name__}: {text}"


def _in_words(places: Mapping[Place, str]) -> str:
    """ "figures of shard 000003: No space left (and 2 more)": the first in the order of the pipeline."""
    order = list(STAGES)
    stage, shard = min(places, key=lambda place: (order.index(place[0]), place[1]))
    more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
    return f"{stage}{f' of shard {shard}' if shard else ''}: {places[stage, shard]}{more}"
