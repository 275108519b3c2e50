"""A topology that the tests of this folder share, and what the command printed that made its database."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.healthy import answers
from infra.local_topology import DatabaseKind, Topology, local_topology
from infra.postgres import installed
from tests.infra.descriptions import ROOT, image_environment

# Which database is tested depends on the machine; the tests' names say it.
KIND: DatabaseKind = "postgresql" if installed() else "sqlite"


@dataclass(frozen=True, slots=True)
class CommandRun:
    """What `python -m infra.local_topology` did until it was asked to end."""

    folder: Path
    summary: dict[str, Any]
    answered: list[bool]
    started: list[psutil.Process]
    status: int


@pytest.fixture(scope="session", params=[KIND])
def command_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CommandRun:
    folder = tmp_path_factory.mktemp("topology")
    command = [sys.executable, "-m", "infra.local_topology", "--data", str(folder), "--cpu-workers", "1"]
    # With a pipe as its input, it ends too when a test fails here.
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        summary = json.loads(process.stdout.readline())
        assert summary["database"] == request.param
        started = psutil.Process(process.pid).children(recursive=True)
        urls = (f"{summary['prefect_api_url']}/ready", summary["prefect_ui"], f"{summary['dask_dashboard']}/health")
        answered = [answers(url) for url in urls]
        process.send_signal(signal.SIGTERM)
        status = process.wait(60)
    return CommandRun(folder, summary, answered, started, status)


@pytest.fixture(scope="package")
def topology(command_run: CommandRun) -> Iterator[Topology]:
    """On the database that the command has left, and with the variables that the image sets."""
    variables = {
        name: value.replace("/tmp", str(command_run.folder / "tmp"), 1)
        for name, value in image_environment().items()
        if name.startswith(("PREFECT_", "PYTHON"))
    }
    with local_topology(command_run.folder, prefect_worker=True, environment=variables) as running:
        yield running
    assert running.pids == {}
