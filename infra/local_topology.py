"""What compose.yaml describes, as plain processes of one machine: for trying things out and for tests.

    python -m infra.local_topology --data FOLDER

prints one line of JSON with all addresses as soon as everything is healthy, and ends it all on Ctrl-C or SIGTERM, or
when the program at the other end of its standard input ends. The data stay.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from subprocess import CalledProcessError
from typing import Literal, get_args

from infra import programs
from infra.postgres import LOOPBACK, installed, postgres
from infra.processes import ENDING, ProcessError, Processes

DatabaseKind = Literal["postgresql", "sqlite"]

ROOT = Path(__file__).resolve().parents[1]
WATCH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Topology:
    """Addresses of a Prefect server and a Dask cluster that run, and the processes behind them.

    The names of the programs: postgres (unless the database is SQLite), prefect-server, scheduler, worker-1,
    worker-2 …, gpu-worker-1 …, prefect-worker (where asked for).
    """

    prefect_api_url: str
    prefect_ui: str
    dask_scheduler: str
    dask_dashboard: str
    database: DatabaseKind
    processes: Processes = field(repr=False)
    client_environment: Mapping[str, str] = field(repr=False)  # for programs that start flows

    @property
    def pids(self) -> dict[str, int]:
        """Process id of each program that runs: of a Dask worker, that of its nanny."""
        return self.processes.pids

    def kill(self, name: str) -> None:
        """End a program and all that it has started at once, as if its machine had failed."""
        self.processes.kill(name)

    def stop(self, name: str) -> None:
        """Have a program end in order."""
        self.processes.stop(name)

    def start(self, name: str) -> None:
        """Start a program again that has ended, at the same address, and wait until it is healthy."""
        self.processes.start(name)

    def restart(self, name: str) -> None:
        """Stop a program in order and start it at the same address. Dask workers end when their scheduler does."""
        self.processes.restart(name)

    def revive(self) -> list[str]:
        """Names of the programs that had ended and were started again, as a container engine would."""
        return self.processes.revive()


@contextmanager
def local_topology(
    folder: Path,
    cpu_workers: int = 2,
    gpu_workers: int = 1,
    *,
    prefect_worker: bool = False,
    database: DatabaseKind | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Topology]:
    """A Prefect server and a Dask cluster on free loopback ports until the block ends; data and logs in the folder.

    The database is the one that is there from another time, else PostgreSQL where it is installed, else SQLite. The
    environment is added to that of all processes; from this process's they inherit no settings of Prefect and Dask.
    ProcessError where something does not start, BlockingIOError where another topology uses the folder.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    kind = database or _kind(folder)
    server_port, scheduler_port, dashboard_port, database_port, *ports = free_ports(5 + cpu_workers + gpu_workers)
    server, dashboard = f"http://{LOOPBACK}:{server_port}", f"http://{LOOPBACK}:{dashboard_port}"
    scheduler = f"tcp://{LOOPBACK}:{scheduler_port}"
    settings = {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"{server}/api",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "DASK_SCHEDULER_ADDRESS": scheduler,
        **(environment or {}),
    }
    inherited = _inherited() | settings
    with ExitStack() as stack:
        stack.enter_context(_lock(folder))
        processes = stack.enter_context(Processes(folder / "logs"))
        if kind == "postgresql":
            base = stack.enter_context(postgres(folder, database_port))
            processes.add(base.program)
            processes.wait_until_healthy("postgres")
            of_database = dict(base.settings)
        else:
            of_database = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / 'prefect.db'}"}
        processes.add(programs.prefect_server(server_port, inherited | of_database))
        processes.add(programs.scheduler(scheduler_port, dashboard_port, inherited))
        worker = partial(programs.dask_worker, cluster=(scheduler, dashboard), folder=folder)
        for number in range(cpu_workers):
            variables = inherited | {"CUDA_VISIBLE_DEVICES": ""}
            processes.add(worker(f"worker-{number + 1}", ports.pop(), environment=variables))
        for number in range(gpu_workers):
            variables = inherited | {"CUDA_VISIBLE_DEVICES": str(number)}
            options = ("--resources", "GPU=1")
            name = f"gpu-worker-{number + 1}"
            processes.add(worker(name, ports.pop(), environment=variables, options=options))
        processes.wait_until_healthy()
        if prefect_worker:
            processes.add(programs.prefect_worker(ports.pop(), inherited))
            processes.wait_until_healthy("prefect-worker")
        yield Topology(f"{server}/api", server, scheduler, dashboard, kind, processes, settings)


def _inherited() -> dict[str, str]:
    """This process's environment without its settings of Prefect and Dask, with this checkout on Python's path."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(("PREFECT_", "DASK_"))} | {
        "PYTHONPATH": path
    }


def _kind(folder: Path) -> DatabaseKind:
    if (folder / "postgres").exists():
        return "postgresql"
    return "postgresql" if installed() and not (folder / "prefect.db").exists() else "sqlite"


def free_ports(count: int) -> list[int]:
    """Ports that are free now. All are held until the last is found, so that they differ."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.create_server((LOOPBACK, 0)))) for _ in range(count)]
        return [listening.getsockname()[1] for listening in sockets]


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with open(folder / "lock", "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(f"another topology uses {folder}") from error
        yield


def main() -> int:
    """Run a topology until this process is asked to end; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.local_topology", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder for databases, logs and the workers' files")
    parser.add_argument("--cpu-workers", type=int, default=2)
    parser.add_argument("--gpu-workers", type=int, default=1, help="workers that offer the resource GPU=1")
    parser.add_argument(
        "--prefect-worker", action="store_true", help=f"also a worker of the process pool {programs.POOL}"
    )
    parser.add_argument("--database", choices=get_args(DatabaseKind), help="by default PostgreSQL if it is installed")
    given = parser.parse_args()
    for number in ENDING:
        signal.signal(number, _end)
    _end_with_parent()
    try:
        with local_topology(
            given.data,
            given.cpu_workers,
            given.gpu_workers,
            prefect_worker=given.prefect_worker,
            database=given.database,
        ) as topology:
            print(_summary(topology), flush=True)
            _watch(topology)
    except (ProcessError, OSError, ValueError, CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _summary(topology: Topology) -> str:
    names = ("prefect_api_url", "prefect_ui", "dask_scheduler", "dask_dashboard", "database", "pids")
    return json.dumps({name: getattr(topology, name) for name in names})


def _watch(topology: Topology) -> None:
    """Start again what has ended, as the containers' restart policy does, for as long as this process lives."""
    while True:
        time.sleep(WATCH_SECONDS)
        for name in topology.revive():
            print(f"{name} had ended and was started again", file=sys.stderr, flush=True)


def _end_with_parent() -> None:
    """Have this process end when standard input is a pipe and its other end closes."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    with suppress(OSError):  # standard input is closed
        mode = os.fstat(0).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            threading.Thread(target=wait, daemon=True).start()


def _end(*_: object) -> None:
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)  # from here on nothing disturbs the end
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
