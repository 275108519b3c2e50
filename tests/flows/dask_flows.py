"""Flows whose tasks say on which worker they run. Workers load this module by its name."""

from __future__ import annotations

import os
import signal
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

from dask.base import annotate
from distributed import get_worker
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect_dask.task_runners import PrefectDaskFuture

from flows.cluster import wait_for


@task(cache_policy=NO_CACHE)
def note(folder: str, name: str, patience: float) -> str:
    """The name of the worker that runs it; a file with the name gets a line with the process each time that it runs.

    Waits until there is a file `go`, for as long as the patience lasts. The name "fatal" waits as long in any case, and
    then kills the worker.
    """
    with open(Path(folder, name), "a") as file:
        file.write(f"{os.getpid()}\n")
    if name == "fatal":
        time.sleep(patience)
        os.kill(os.getpid(), signal.SIGKILL)
    deadline = time.monotonic() + patience
    while not Path(folder, "go").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return str(get_worker().name)


@flow
def notes(folder: str, names: list[str], patience: float, resources: dict[str, float]) -> list[tuple[str, str, Any]]:
    """Of each task, as they finish, its name, the type of its last state, and its result."""
    with annotate(resources=resources) if resources else nullcontext():
        futures = {cast(PrefectDaskFuture[str], note.submit(folder, name, patience)): name for name in names}
    return [
        (futures[future], future.state.type.value, future.result(raise_on_failure=False))
        for future in wait_for(list(futures))
    ]


def where_modules_are() -> list[str | None]:
    import exsclaim_core
    import flows
    import tasks

    return [exsclaim_core.__file__, flows.__file__, tasks.__file__]
