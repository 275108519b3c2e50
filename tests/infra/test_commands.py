"""The commands of compose.yaml and of the manifests start, and become healthy, with their own arguments."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from infra.healthy import answers
from infra.local_topology import Topology, free_ports
from infra.processes import Processes, Program
from tests.infra.descriptions import containers

COMMANDS = {container.place: container.command for container in containers() if container.ours}
PREFECT = {place: command for place, command in COMMANDS.items() if command[0] == "prefect"}
DASK = {place: command for place, command in COMMANDS.items() if command[0] == "dask"}


def options(command: tuple[str, ...]) -> set[str]:
    return {word for word in command if word.startswith("--")}


# One of each kind, the one with the most options: each start takes two seconds.
RICHEST = {kind: max((c for c in DASK.values() if c[1] == kind), key=len) for kind in ("scheduler", "worker")}


@pytest.mark.parametrize("place", PREFECT)
def test_prefects_programs_are_those_that_run_in_the_topology(place: str, topology: Topology) -> None:
    (running,) = [
        program.command[3:]  # after python -P -m
        for program in topology.processes.programs.values()
        if program.command[3:5] == PREFECT[place][:2]
    ]
    described, running = (tuple(w for w in c if not re.fullmatch(r"[\d.]+", w)) for c in (PREFECT[place], running))
    assert described == tuple(word for word in running if word != "--port")  # which the topology chooses


@pytest.mark.parametrize("place", DASK)
def test_dasks_programs_have_options_that_are_tried(place: str) -> None:
    assert options(DASK[place]) <= options(RICHEST[DASK[place][1]])


@pytest.fixture(scope="module")
def started(topology: Topology, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """Dask's programs as they are described, but for addresses, and the name that Dask's operator chooses."""
    folder = tmp_path_factory.mktemp("commands")
    with Processes(folder / "logs") as processes:
        for kind, (program, *arguments) in RICHEST.items():
            port, other_port = free_ports(2)
            replaced = {
                "8786": str(other_port),
                ":8787": f":{port}",
                ":8790": f":{port}",
                "$(DASK_WORKER_NAME)": "exsclaim-gpu-worker-1a2b",
            }
            command = (str(Path(sys.executable).with_name(program)), *(replaced.get(word, word) for word in arguments))
            environment = dict(topology.processes.programs["scheduler"].environment)
            environment["DASK_TEMPORARY_DIRECTORY"] = str(folder)
            healthy = partial(answers, f"http://127.0.0.1:{port}/health")
            processes.add(Program(kind, command, environment, healthy, folder=str(folder)))
        processes.wait_until_healthy()
        yield processes


def test_dasks_programs_become_healthy(started: Processes) -> None:
    assert set(started.pids) == set(RICHEST)


def test_the_worker_offers_what_its_description_says(started: Processes, topology: Topology) -> None:
    worker = _eventually(partial(_worker, "exsclaim-gpu-worker-1a2b", topology))
    assert worker["resources"] == {"GPU": 1.0}
    assert worker["nthreads"] == 1
    assert worker["memory_limit"] == 8 * 2**30
    assert worker["local_directory"].startswith(str(started.logs.parent))


def _eventually(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What an answer is once it is there: a program that is healthy may still be on its way to another one."""
    until = time.monotonic() + 30
    while True:
        try:
            return ask()
        except (KeyError, URLError):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _ask(address: str) -> dict[str, Any]:
    with urlopen(address, timeout=5) as answer:
        return dict(json.load(answer))


def _worker(name: str, topology: Topology) -> dict[str, Any]:
    workers = _ask(f"{topology.dask_dashboard}/json/identity.json")["workers"].values()
    return dict({worker["name"]: worker for worker in workers}[name])


def test_the_prefect_worker_has_made_its_pool(topology: Topology) -> None:
    pool = _eventually(partial(_ask, f"{topology.prefect_api_url}/work_pools/exsclaim"))
    assert pool["type"] == "process"
