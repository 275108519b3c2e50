"""Time and memory of a command: CPU of the whole process tree, wall clock, peak resident memory."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

INTERVAL = 0.05  # seconds between looks at the memory


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took."""

    cpu: float  # seconds, children included
    wall: float  # seconds
    memory: int  # bytes, the largest sum over the process tree; shared pages count once a process
    private: int  # bytes, the same with shared pages counted once (0 where the system does not tell)


def measure(command: Sequence[str]) -> Cost:
    """Run a command and measure it; raises CalledProcessError when its exit status is neither 0 nor 1."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    memory = private = 0
    while process.poll() is None:
        resident, unique = _tree_memory(process)
        memory, private = max(memory, resident), max(private, unique)
        time.sleep(INTERVAL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in (0, 1):
        raise subprocess.CalledProcessError(process.returncode, command)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall, memory, private)


def _tree_memory(process: psutil.Process) -> tuple[int, int]:
    resident = unique = 0
    try:
        tree = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0, 0
    for one in tree:
        try:
            info = one.memory_full_info()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        resident += info.rss
        unique += getattr(info, "pss", 0)
    return resident, unique
