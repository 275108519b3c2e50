"""The topology of one machine: it starts, survives kills of its parts, and leaves nothing behind but its data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from distributed import Client, get_worker

from infra.healthy import answers
from infra.local_topology import Topology, local_topology
from tests.infra.conftest import CommandRun
from tests.infra.descriptions import ROOT
from tests.infra.test_processes import eventually, is_gone

DASK_WORKERS = {"worker-1", "worker-2", "gpu-worker-1"}


@pytest.fixture
def client(topology: Topology) -> Iterator[Client]:
    with Client(topology.dask_scheduler, set_as_default=False) as client:
        yield client


def worker_name() -> str:
    return str(get_worker().name)


def visible_gpus() -> str:
    return os.environ["CUDA_VISIBLE_DEVICES"]


def workers_of(client: Client) -> dict[str, dict[str, float]]:
    """Name and resources of the workers that the scheduler knows."""
    info = client.scheduler_info(n_workers=-1)
    return {worker["name"]: worker["resources"] for worker in info["workers"].values()}


def test_everything_answers(topology: Topology) -> None:
    assert answers(f"{topology.prefect_api_url}/ready")
    assert answers(topology.prefect_ui)
    assert answers(f"{topology.dask_dashboard}/status")
    programs = {"prefect-server", "prefect-worker", "scheduler", *DASK_WORKERS}
    assert set(topology.pids) == programs | ({"postgres"} if topology.database == "postgresql" else set())


def test_one_worker_offers_a_gpu(client: Client) -> None:
    assert workers_of(client) == {"worker-1": {}, "worker-2": {}, "gpu-worker-1": {"GPU": 1.0}}


def test_a_task_that_asks_for_a_gpu_runs_where_there_is_one(client: Client) -> None:
    names = client.gather([client.submit(worker_name, resources={"GPU": 1}, pure=False) for _ in range(5)])
    assert set(names) == {"gpu-worker-1"}


def test_only_the_gpu_worker_sees_a_device(client: Client) -> None:
    assert sorted(client.run(visible_gpus).values()) == ["", "", "0"]


def test_everything_listens_on_the_loopback_interface_only(topology: Topology) -> None:
    processes = [psutil.Process(pid) for pid in topology.pids.values()]
    every = processes + [child for process in processes for child in process.children(recursive=True)]
    listening = {
        connection.laddr.ip
        for process in every
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_a_second_topology_cannot_use_the_folder(topology: Topology) -> None:
    folder = topology.processes.logs.parent
    with pytest.raises(BlockingIOError, match="another topology uses"), local_topology(folder):
        pass


def test_a_killed_worker_is_gone_and_comes_back_under_its_name(topology: Topology, client: Client) -> None:
    topology.kill("worker-1")
    assert eventually(lambda: set(workers_of(client)) == {"worker-2", "gpu-worker-1"})
    topology.start("worker-1")
    assert set(workers_of(client)) == DASK_WORKERS


def test_the_prefect_server_gets_over_the_end_of_its_database(topology: Topology) -> None:
    if topology.database != "postgresql":
        pytest.skip("PostgreSQL is not installed: the database is a file")
    topology.kill("postgres")
    assert not answers(f"{topology.prefect_api_url}/ready", seconds=30)
    topology.start("postgres")
    assert eventually(lambda: answers(f"{topology.prefect_api_url}/ready"))


def test_a_restarted_scheduler_gets_its_workers_back(topology: Topology) -> None:
    address = topology.dask_scheduler
    topology.restart("scheduler")
    # They end when the connection breaks; a container engine would start them again.
    assert eventually(lambda: not DASK_WORKERS & set(topology.pids))
    revived: set[str] = set()

    def all_are_revived() -> bool:
        revived.update(topology.revive())
        return revived >= DASK_WORKERS

    assert eventually(all_are_revived)
    topology.processes.wait_until_healthy()
    with Client(address, set_as_default=False) as client:
        assert set(workers_of(client)) == DASK_WORKERS


def test_the_command_prints_addresses_that_answer_and_ends_on_request(command_run: CommandRun) -> None:
    names = {"prefect-server", "scheduler", "worker-1", "gpu-worker-1"}
    pids = command_run.summary["pids"]
    assert set(pids) - {"postgres"} == names
    assert set(pids.values()) <= {process.pid for process in command_run.started}
    assert command_run.answered == [True, True, True]
    assert re.fullmatch(r"tcp://127\.0\.0\.1:\d+", command_run.summary["dask_scheduler"])
    assert command_run.status == 0
    assert all(is_gone(process.pid) for process in command_run.started)
    assert {f"{name}.log" for name in pids} <= {log.name for log in (command_run.folder / "logs").iterdir()}


@pytest.mark.parametrize("end", ["killed", "left by its parent"])
def test_the_command_leaves_no_process_behind(end: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local_topology", "--data", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        # While it still starts, which is the hardest moment.
        assert eventually((tmp_path / "logs" / "gpu-worker-1.log").exists)
        started = psutil.Process(process.pid).children(recursive=True)
        assert len(started) >= 6
        if end == "killed":
            process.kill()
        else:
            assert process.stdin is not None
            process.stdin.close()
    assert all(is_gone(child.pid) for child in started)
