"""From a query to articles in a run: what the pipeline goes on with."""

from __future__ import annotations

from prefect import flow

from exsclaim_core.harvest.harvesting import require_keys
from exsclaim_core.harvest.query import Query
from exsclaim_core.run_setup import prepare_run, with_changes
from exsclaim_core.runs import Run
from exsclaim_core.settings import RunSettings
from flows.artifacts import publish_harvest
from flows.requests import HarvestRequest
from flows.waiting import await_server
from tasks.harvest import harvest as collect


@flow(name="harvest", flow_run_name="harvest {request.run}")
def harvest(request: HarvestRequest) -> str:
    """Collect articles for a run; one that was stopped goes on, a finished one takes what is new.

    The run's URL comes back. Two harvests of one machine take turns at a publisher, see exsclaim_core.harvest.turns.
    """
    require_keys(request.query)
    run = prepare_run(request.run, [], changed_settings(request.run, request.settings), request.query)
    with run.lock():
        carry_out_harvest(run, request.query)
    await_server()
    return run.url


def changed_settings(place: str, changes: RunSettings | None) -> RunSettings:
    """The settings of a run, or the defaults for a new one, with those that a request changes."""
    return with_changes(Run(place).settings if Run.exists(place) else RunSettings(), changes)


def carry_out_harvest(run: Run, query: Query) -> None:
    """Have the harvest made as a task, and its numbers shown. RunError or QueryError where it can't."""
    publish_harvest(run, collect(run.url, query))
