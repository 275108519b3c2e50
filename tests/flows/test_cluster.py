from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import dask
import httpx
import psutil
import pytest
from distributed import Client
from distributed.deploy.local import LocalCluster
from prefect.client.orchestration import get_client
from prefect_dask.task_runners import DaskTaskRunner, PrefectDaskFuture

from flows.cluster import Cluster, ClusterError, check_workers, dask_cluster, wait_for
from flows.placement import resources_for
from flows.server import Server, prefect_server
from infra.local_topology import Topology
from tests.flows.dask_flows import notes, where_modules_are
from tests.flows.own_servers import nobody_names_a_server, soon

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster that gives a task up when its worker has been killed twice, not four times."""
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}), dask_cluster(workers=2) as cluster:
        yield cluster


@pytest.fixture
def bare() -> Iterator[Client]:
    """A client of a scheduler of this process that has no workers."""
    with (
        LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=False) as cluster,
        Client(cluster.scheduler_address, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def server(services: Topology) -> Iterator[Server]:
    with nobody_names_a_server() as environment:
        environment.setenv("PREFECT_API_URL", services.prefect_api_url)
        with prefect_server() as server:
            yield server


@contextmanager
def started(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A scheduler or worker of its own, as a user starts it."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{arguments[0]}", *arguments[1:], "--no-dashboard"]
    path = os.pathsep.join([*filter(None, [variables.pop("first_on_path", "")]), str(ROOT)])
    with subprocess.Popen(
        command, cwd="/", env={**os.environ, "PYTHONPATH": path, **variables}, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def scheduler() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    with started("scheduler", "--host", "127.0.0.1", "--port", str(port)) as process:
        yield f"tcp://127.0.0.1:{port}", process


def worker_processes() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "spawn_main" in " ".join(each.cmdline())]


def has_ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def pending(client: Client) -> PrefectDaskFuture[None]:
    """A future of a task for which there is no worker."""
    return PrefectDaskFuture(uuid4(), client.submit(time.sleep, 0, pure=False))


def test_an_own_cluster_has_workers_that_know_the_program(cluster: Cluster) -> None:
    assert cluster.own
    assert cluster.workers() == 2
    assert cluster.resources() == {}
    with Client(cluster.address, set_as_default=False) as client:
        assert list(client.run(where_modules_are).values()) == [where_modules_are()] * 2
        assert os.getpgid(0) not in client.run(os.getpgid, 0).values()  # Ctrl-C does not reach them


def test_an_own_cluster_listens_on_the_loopback_interface_only(cluster: Cluster) -> None:
    processes = [psutil.Process(), *worker_processes()]
    assert {c.laddr.ip for p in processes for c in p.net_connections() if c.status == "LISTEN"} == {"127.0.0.1"}


def test_an_own_cluster_shows_its_dashboard(cluster: Cluster) -> None:
    assert "<title>Dask" in httpx.get(cluster.dashboard).text


def test_a_cluster_in_use_is_left_running(cluster: Cluster) -> None:
    with dask_cluster(cluster.address) as same:
        assert same == Cluster(cluster.address, cluster.dashboard, own=False)
    assert cluster.workers() == 2


@contextmanager
def ending_in_ctrl_c() -> Iterator[tuple[psutil.Process, psutil.Process]]:
    """A worker of an own cluster, and what its task has started; at the end of the block somebody presses Ctrl-C."""
    with (
        dask_cluster(workers=1) as cluster,
        Client(cluster.address, set_as_default=False) as client,
    ):
        (number,) = client.run(os.getpid).values()
        worker = psutil.Process(number)
        working = client.submit(subprocess.run, ["sleep", "600"])
        assert soon(lambda: bool(worker.children()))
        yield worker, worker.children()[0]
        del working
        raise KeyboardInterrupt


def test_ctrl_c_ends_an_own_cluster_and_what_its_tasks_have_started_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(KeyboardInterrupt), ending_in_ctrl_c() as (worker, child):
        began = time.monotonic()
    assert time.monotonic() - began < 3
    assert has_ended(worker)
    assert soon(lambda: has_ended(child))
    assert list(tmp_path.iterdir()) == []


def test_workers_end_when_their_command_is_killed(tmp_path: Path) -> None:
    program = (
        "import time, psutil; from flows.cluster import dask_cluster\n"
        "if __name__ == '__main__':\n"
        "    with dask_cluster(workers=1) as cluster:\n"
        "        print(*(child.pid for child in psutil.Process().children()), flush=True)\n"
        "        time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        children = [psutil.Process(int(number)) for number in process.stdout.readline().split()]
        assert children
        process.kill()
    assert soon(lambda: all(has_ended(child) for child in children))


def test_an_address_where_nobody_answers_is_an_error_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cluster.CONNECT_SECONDS", 0.2)
    with pytest.raises(ClusterError) as error, dask_cluster("tcp://127.0.0.1:1"):
        pytest.fail("there is no scheduler")
    assert str(error.value).startswith("no Dask scheduler answers at tcp://127.0.0.1:1 (")
    assert "\n" not in str(error.value)


def test_a_scheduler_without_workers_is_an_error(bare: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cluster.CONNECT_SECONDS", 0.5)
    address = bare.scheduler_info()["address"]
    complaint = f"has no workers: start some with `dask worker {address}`"
    with pytest.raises(ClusterError, match=complaint), dask_cluster(address):
        pytest.fail("there are no workers")


def test_workers_of_the_own_cluster_are_fine(cluster: Cluster, server: Server) -> None:
    check_workers(cluster, server.api_url)


def test_workers_that_do_not_reach_the_prefect_server_are_an_error(cluster: Cluster) -> None:
    with pytest.raises(ClusterError, match=r"does not reach the Prefect server at http://127.0.0.1:1/api .*refused"):
        check_workers(cluster, "http://127.0.0.1:1/api")


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("prefect-0.1.dist-info/METADATA", "Name: prefect\nVersion: 0.1\n", "has prefect 0.1 instead of 3"),
        ("flows/__init__.py", "", "cannot run this program .*No module named 'flows.cluster'"),
    ],
)
def test_workers_with_another_program_are_an_error(
    file: str, content: str, complaint: str, bare: Client, tmp_path: Path
) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(content)
    address = bare.scheduler_info()["address"]
    with (
        started("worker", address, "--no-nanny", first_on_path=str(tmp_path)),
        dask_cluster(address) as cluster,
        pytest.raises(ClusterError, match=f"the Dask worker tcp://.* {complaint}"),
    ):
        check_workers(cluster, "http://127.0.0.1:1/api")


def test_a_task_whose_worker_is_killed_runs_again_elsewhere(cluster: Cluster, server: Server, tmp_path: Path) -> None:
    def kill() -> None:
        assert soon(lambda: (tmp_path / "a").exists() and bool((tmp_path / "a").read_text()))
        os.kill(int((tmp_path / "a").read_text()), signal.SIGKILL)
        (tmp_path / "go").touch()

    killer = threading.Thread(target=kill)
    killer.start()
    flow = notes.with_options(task_runner=DaskTaskRunner(address=cluster.address))  # type: ignore[arg-type]
    ends = flow(str(tmp_path), ["a", "b", "c"], 60, {})
    killer.join()
    assert sorted((name, state) for name, state, _ in ends) == [(name, "COMPLETED") for name in "abc"]
    assert len((tmp_path / "a").read_text().split()) == 2


def test_a_task_that_kills_its_workers_crashes(cluster: Cluster, server: Server, tmp_path: Path) -> None:
    flow = notes.with_options(task_runner=DaskTaskRunner(address=cluster.address))  # type: ignore[arg-type]
    ((name, state, reason),) = flow(str(tmp_path), ["fatal"], 1, {})
    assert (name, state) == ("fatal", "CRASHED")
    assert "all those workers died while running it" in str(reason)
    assert len((tmp_path / "fatal").read_text().split()) == 2
    with get_client(sync_client=True) as client:
        task_runs = [run for run in client.read_task_runs() if run.name.startswith("note-")]
    assert [run.state_name for run in task_runs if run.state_name != "Completed"] == ["Crashed"]


def test_tasks_that_want_a_gpu_go_to_the_worker_that_offers_one(bare: Client, server: Server, tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    address = bare.scheduler_info()["address"]
    with (
        started("worker", address, "--no-nanny", "--nthreads", "1", "--name", "plain"),
        started("worker", address, "--no-nanny", "--nthreads", "1", "--name", "gpu", "--resources", "GPU=1"),
        dask_cluster(address) as cluster,
    ):
        assert soon(lambda: cluster.workers() == 2)
        resources = resources_for("panels", True, cluster.resources(), allow_cpu=False)
        flow = notes.with_options(task_runner=DaskTaskRunner(address=cluster.address))  # type: ignore[arg-type]
        assert [worker for _, _, worker in flow(str(tmp_path), ["a", "b", "c"], 60, resources)] == ["gpu"] * 3


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
def test_a_scheduler_that_goes_or_hangs_ends_the_wait(fault: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cluster.LOOK_SECONDS", 0.2)
    monkeypatch.setattr("flows.cluster.SILENT_SECONDS", 1.0)
    with scheduler() as (address, process), Client(address, set_as_default=False, timeout=30) as client:
        futures = [pending(client), pending(client)]
        process.send_signal(fault)
        with pytest.raises(ClusterError, match=f"the Dask scheduler at {address} is gone or does not answer"):
            list(wait_for(futures))
        process.kill()


def test_tasks_without_a_worker_do_not_wait_for_ever(bare: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cluster.LOOK_SECONDS", 0.1)
    monkeypatch.setattr("flows.cluster.DESERTED_SECONDS", 0.3)
    with pytest.raises(ClusterError, match="has had no worker for some of the tasks"):
        list(wait_for([pending(bare)]))
