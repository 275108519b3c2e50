"""Every process of a command while it runs: its CPU time and its memory over time."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

INTERVAL = 1.0  # seconds between looks: looking costs a process of this kind some milliseconds


@dataclass(slots=True)
class Process:
    """One process: what it is, the CPU seconds that it had when last seen, its memory at each look."""

    role: str
    cpu: float = 0.0
    memory: list[int] = field(default_factory=list)  # bytes that are its own

    @property
    def growth(self) -> float:
        """Memory in the last fifth of its life in that of the second fifth: medians."""
        fifth = len(self.memory) // 5
        if not fifth:
            return 1.0
        return statistics.median(self.memory[-fifth:]) / statistics.median(self.memory[fifth : 2 * fifth])


@dataclass(frozen=True, slots=True)
class Watched:
    """What a command took, process by process."""

    status: int
    wall: float  # seconds
    processes: list[Process]

    @property
    def cpu(self) -> float:
        """CPU seconds of all processes, as far as they were seen: to a look's length each."""
        return sum(process.cpu for process in self.processes)


def watch(
    command: Sequence[str],
    log: Path,
    environment: dict[str, str] | None = None,
    meanwhile: Callable[[int], None] | None = None,
) -> Watched:
    """Run a command and look at all its processes; its output goes to the log.

    `meanwhile` is called after each look, with the number of the command's process.
    """
    seen: dict[tuple[int, float], Process] = {}
    with log.open("wb") as file:
        started = time.monotonic()
        main = _start(command, file, environment)
        while main.poll() is None:
            _look(main.pid, seen)
            if meanwhile:
                meanwhile(main.pid)
            time.sleep(INTERVAL)
        wall = time.monotonic() - started
    return Watched(main.returncode, wall, list(seen.values()))


def _start(command: Sequence[str], log: IO[bytes], environment: dict[str, str] | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})}
    )


def _look(root: int, seen: dict[tuple[int, float], Process]) -> None:
    try:
        main = psutil.Process(root)
        tree = [main, *main.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for each in tree:
        try:
            key = (each.pid, each.create_time())
            if key not in seen:
                seen[key] = Process(_role(each, each.pid == root))
            times, memory = each.cpu_times(), each.memory_full_info()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        seen[key].cpu = times.user + times.system
        seen[key].memory.append(memory.uss)


def _role(process: psutil.Process, is_main: bool) -> str:
    """What a process is, from its command line."""
    line = " ".join(process.cmdline())
    signs = {
        "exsclaim_core.harvest.crawl": "crawl",
        "exsclaim_core.pdf.child": "documents",
        "flows.lifeline": "Prefect server",
        "distributed": "Dask worker",
        "spawn_main": "Dask worker",
        "resource_tracker": "resource tracker",
        "forkserver": "fork server",
    }
    return next((role for sign, role in signs.items() if sign in line), "command" if is_main else "other")
