"""Shards handed to the workers of a Dask cluster: a Prefect task a stage and shard, chained through futures."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from typing import cast

from dask.base import annotate
from distributed.scheduler import KilledWorker
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
from flows.waiting import await_server
from tasks.dataset import dataset
from tasks.table import TASKS

logger = logging.getLogger(__name__)

Place = tuple[str, str]  # stage and shard

MOST_FAILURES = 10  # shards; after so many, what goes wrong is not about one of them


def carry_out(run: Run, until: str, cluster: Cluster) -> None:
    """Bring the run's results up to date, up to and including a stage.

    RunError where some shards can't be done, PlacementError where no worker may do them, ClusterError where the workers
    are not fit for it.
    """
    todo = unfinished(run, until)
    left = Counter(stage for stage, _ in todo)
    stages = stages_until(until)
    on_cpu = run.settings.execution.gpu_stages_on_cpu
    offered = cluster.resources()
    placed = {stage.name: resources_for(stage.name, stage.gpu, offered, on_cpu) for stage in stages if left[stage.name]}
    if todo and not cluster.own:
        check_workers(cluster, get_current_settings().api.url or "")
    if watcher := observer.get():
        shards = len(run.shards())
        totals = {stage.name: 1 if stage.whole_run else shards for stage in stages}
        watcher.line(f"Dask: {cluster.dashboard}")
        watcher.start({name: (total - left[name], total) for name, total in totals.items()})
    runner = DaskTaskRunner(address=cluster.address)
    for group in dict.fromkeys(STAGES[name].group for name in placed):
        # The runner's futures are of a narrower type than with_options declares.
        named = fan_out.with_options(name=group, flow_run_name=f"{group} of {run.name}", task_runner=runner)  # type: ignore[arg-type]
        await_server()
        named(run.url, {name: resources for name, resources in placed.items() if STAGES[name].group == group})


@flow(name="fan-out", validate_parameters=False)
def fan_out(run: str, resources: dict[str, dict[str, float]]) -> None:
    """The results of some stages for all shards of a run that are not up to date.

    `resources` are by stage, in order, those that a worker has to offer.
    """
    folder = Run(run)
    rounds = folder.settings.execution.rounds
    todo = _left(folder, resources)
    progress = ProgressArtifact(folder.name, len(todo))
    lost: dict[Place, str] = {}
    for _ in range(rounds):
        lost, failed = _collect(dict(_submit(folder, todo, resources)), progress)
        if failed:
            publish_stages(folder)
            raise RunError(f"{_in_words(failed)}. What is finished is kept; the same command goes on")
        todo = _left(folder, resources) if lost else []
        if not todo:
            break
        logger.warning("lost with its worker and tried again: %s", _in_words(lost))
    publish_stages(folder)
    await_server()
    if todo:
        raise RunError(
            f"{_in_words(lost)}. Attempts: {rounds}; its documents may take more memory than the workers have"
        )


def _left(run: Run, stages: Iterable[str]) -> list[Place]:
    """Which results of these stages are not up to date."""
    names = list(stages)
    return [place for place in unfinished(run, names[-1]) if place[0] in names]


def _submit(
    run: Run, todo: Iterable[Place], resources: Mapping[str, Mapping[str, float]]
) -> Iterator[tuple[PrefectDaskFuture[bool], Place]]:
    """A task run for each result to be made; those of a shard follow each other, the whole run's follow all."""
    last: dict[str, PrefectDaskFuture[bool]] = {}
    for stage, shard in todo:
        wanted = resources[stage]
        with annotate(resources=wanted) if wanted else nullcontext():
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
    for future in wait_for(list(futures)):
        place, state = futures[future], future.state
        if state.is_completed():
            progress.advance()
            if watcher := observer.get():
                watcher.advance(place[0])
        elif state.is_failed():
            failed[place] = _reason(state)
            if len(failed) >= MOST_FAILURES:
                break
        elif not state.is_pending():  # pending: its shard has failed in a stage before
            lost[place] = _reason(state)
    return lost, failed


def _reason(state: State[bool]) -> str:
    error = state.result(raise_on_failure=False)
    if isinstance(error, KilledWorker):
        return f"{error.allowed_failures + 1} workers have ended while they ran it"
    text = " ".join(str(error if isinstance(error, BaseException) else state.message).split())
    return text if isinstance(error, RunError) else f"{type(error).__name__}: {text}"


def _in_words(places: Mapping[Place, str]) -> str:
    """ "figures of shard 000003: No space left (and 2 more shards)": the first in the order of the pipeline."""
    order = list(STAGES)
    stage, shard = min(places, key=lambda place: (order.index(place[0]), place[1]))
    others = len({shard for _, shard in places}) - 1
    more = f" (and {others} more shard{'s' * (others > 1)})" if others else ""
    return f"{stage}{f' of shard {shard}' if shard else ''}: {places[stage, shard]}{more}"
