"""The whole pipeline: from a query or folders of PDFs to the dataset."""

from __future__ import annotations

import time

from prefect import flow

from exsclaim_core.extraction import default_jobs
from exsclaim_core.harvest.harvesting import require_keys
from exsclaim_core.run_report import write_report
from exsclaim_core.run_setup import prepare_run
from exsclaim_core.run_status import unfinished
from exsclaim_core.sources import update_sources
from flows.cluster import dask_cluster
from flows.fan_out import carry_out
from flows.harvest import carry_out_harvest, changed_settings
from flows.requests import FiguresRequest, PipelineRequest
from flows.waiting import await_server


@flow(name="pipeline", flow_run_name="pipeline {request.run}")
def pipeline(request: PipelineRequest) -> str:
    """Collect articles, find figures and tables in PDFs, and make a dataset of them; the run's URL comes back."""
    return run_pipeline(request, request.until)


def run_pipeline(request: FiguresRequest, until: str) -> str:
    """Carry a request out up to a stage; a run that is there already goes on.

    A harvest that finds nothing is no failure: what there was to find is in its table, and the next one may find more.
    RunError, ClusterError, PlacementError or FileNotFoundError where it can't, each with one line.
    """
    query = request.query if isinstance(request, PipelineRequest) else None
    if query:
        require_keys(query)
    settings = changed_settings(request.run, request.settings)
    run = prepare_run(request.run, request.pdfs, settings, query)
    started = time.monotonic()
    with run.lock():
        if query:
            carry_out_harvest(run, query)
        if not request.cluster:
            # Before any worker is started: most nights bring nothing new.
            update_sources(run, request.workers or default_jobs())
            if not run.shards() or not unfinished(run, until):
                return run.url
        with dask_cluster(request.cluster, request.workers) as cluster:
            workers = cluster.workers()
            update_sources(run, workers)
            if not run.shards():
                return run.url
            carry_out(run, until, cluster)
        write_report(run, {"wall_seconds": round(time.monotonic() - started, 1), "workers": workers})
    await_server()
    return run.url
