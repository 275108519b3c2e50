"""One stage of an earlier run again, with other settings, and what depends on it: a flow a stage."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from prefect import flow

from exsclaim_core.run_report import write_report
from exsclaim_core.run_setup import prepare_rerun, with_changes
from exsclaim_core.runs import Run
from exsclaim_core.settings import RunSettings
from flows.cluster import dask_cluster
from flows.fan_out import carry_out
from flows.requests import (
    CaptionsRerun,
    ClustersRerun,
    DatasetRerun,
    DistributionRerun,
    FiguresRerun,
    LayoutRerun,
    PanelsRerun,
    ReadRerun,
    RerunRequest,
)
from flows.waiting import await_server


@flow(name="rerun-read", flow_run_name="read of {request.run} again")
def read(request: ReadRerun) -> str:
    """Read the files of a run again, and what follows."""
    return rerun("read", request)


@flow(name="rerun-layout", flow_run_name="layout of {request.run} again")
def layout(request: LayoutRerun) -> str:
    """Find furniture, columns and rows of a run again, and what follows."""
    return rerun("layout", request)


@flow(name="rerun-captions", flow_run_name="captions of {request.run} again")
def captions(request: CaptionsRerun) -> str:
    """Find the captions of a run again, and what follows."""
    return rerun("captions", request)


@flow(name="rerun-clusters", flow_run_name="clusters of {request.run} again")
def clusters(request: ClustersRerun) -> str:
    """Cluster the operators of a run again, and what follows."""
    return rerun("clusters", request)


@flow(name="rerun-figures", flow_run_name="figures of {request.run} again")
def figures(request: FiguresRerun) -> str:
    """Assign regions to the captions of a run again, make pictures, and what follows."""
    return rerun("figures", request)


@flow(name="rerun-panels", flow_run_name="panels of {request.run} again")
def panels(request: PanelsRerun) -> str:
    """Take the figures of a run apart again, and what follows."""
    return rerun("panels", request)


@flow(name="rerun-distribution", flow_run_name="distribution of {request.run} again")
def distribution(request: DistributionRerun) -> str:
    """Distribute the captions of a run to panels again, and what follows."""
    return rerun("distribution", request)


@flow(name="rerun-dataset", flow_run_name="dataset of {request.run} again")
def dataset(request: DatasetRerun) -> str:
    """Write the dataset of a run again."""
    return rerun("dataset", request)


STAGE_FLOWS: dict[str, tuple[Callable[[Any], str], type[RerunRequest]]] = {
    "read": (read, ReadRerun),
    "layout": (layout, LayoutRerun),
    "captions": (captions, CaptionsRerun),
    "clusters": (clusters, ClustersRerun),
    "figures": (figures, FiguresRerun),
    "panels": (panels, PanelsRerun),
    "distribution": (distribution, DistributionRerun),
    "dataset": (dataset, DatasetRerun),
}


def rerun(stage: str, request: RerunRequest) -> str:
    """Carry a request out: a stage and what depends on it, with the settings that the request changes."""
    run = Run(request.run)
    groups = {name: value for name in RunSettings.model_fields if (value := getattr(request, name, None))}
    started = time.monotonic()
    with run.lock():
        prepare_rerun(run, stage, with_changes(run.settings, RunSettings(**groups)), request.again)
        with dask_cluster(request.cluster, request.workers) as cluster:
            workers = cluster.workers()
            carry_out(run, "dataset", cluster)
        write_report(run, {"wall_seconds": round(time.monotonic() - started, 1), "workers": workers})
    await_server()
    return run.url
