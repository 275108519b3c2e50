"""How the programs of compose.yaml are started on one machine, on the loopback interface."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from infra.healthy import answers
from infra.postgres import LOOPBACK
from infra.processes import Program

POOL = "exsclaim"


def prefect_server(port: int, environment: Mapping[str, str]) -> Program:
    """Prefect's server, whose database the environment names."""
    address = f"http://{LOOPBACK}:{port}"
    # The default lets every web page that somebody visits on this machine use the server.
    origins = {"PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{address},http://localhost:{port}"}
    command = _python("prefect", "server", "start", "--host", LOOPBACK, "--port", str(port))
    healthy = partial(answers, f"{address}/api/ready")
    return Program("prefect-server", command, {**environment, **origins}, healthy, needs=("postgres",))


def prefect_worker(port: int, environment: Mapping[str, str]) -> Program:
    """A worker that runs flows as processes of this machine; the port is for its health alone."""
    options = ("--pool", POOL, "--type", "process", "--with-healthcheck", "--install-policy", "never")
    command = _python("prefect", "worker", "start", "--name", POOL, *options)
    listening = {"PREFECT_WORKER_WEBSERVER_HOST": LOOPBACK, "PREFECT_WORKER_WEBSERVER_PORT": str(port)}
    healthy = partial(answers, f"http://{LOOPBACK}:{port}/health")
    return Program("prefect-worker", command, {**environment, **listening}, healthy, needs=("prefect-server",))


def scheduler(port: int, dashboard_port: int, environment: Mapping[str, str]) -> Program:
    """Dask's scheduler."""
    options = ("--host", LOOPBACK, "--port", str(port), "--dashboard-address", f"{LOOPBACK}:{dashboard_port}")
    healthy = partial(answers, f"http://{LOOPBACK}:{dashboard_port}/health")
    return Program("scheduler", _python("dask", "scheduler", *options), environment, healthy)


def dask_worker(
    name: str,
    port: int,
    cluster: tuple[str, str],
    folder: Path,
    environment: Mapping[str, str],
    options: tuple[str, ...] = (),
) -> Program:
    """A Dask worker with its nanny, in the cluster of a scheduler and a dashboard; the port is for its health alone."""
    scheduler, dashboard = cluster
    listening = ("--host", LOOPBACK, "--dashboard-address", f"{LOOPBACK}:{port}", "--no-dashboard")
    files = ("--local-directory", str(folder / "dask" / name))
    command = _python("dask", "worker", scheduler, "--name", name, "--nthreads", "1", *listening, *files, *options)
    healthy = partial(_is_at_work, name, port, dashboard)
    return Program(name, command, environment, healthy, needs=("scheduler", "prefect-server"))


def _is_at_work(name: str, port: int, dashboard: str) -> bool:
    """Whether a Dask worker answers itself, and the scheduler, which may still list one that was killed, lists it."""
    if not answers(f"http://{LOOPBACK}:{port}/health"):
        return False
    try:
        with build_opener(ProxyHandler({})).open(f"{dashboard}/json/identity.json", timeout=5) as answer:
            workers = json.load(answer)["workers"].values()
    except OSError:
        return False
    return any(worker["name"] == name and worker["status"] == "running" for worker in workers)


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    # -P: no file of the folder where this is started may take a library's place.
    return (sys.executable, "-P", "-m", module, *arguments)
