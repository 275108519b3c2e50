"""Programs are started, killed and started again one by one, and none outlives the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from infra import processes as module
from infra.processes import ProcessError, Processes, Program
from tests.infra.descriptions import ROOT

# Starts a process of its own, says so in a file, and waits.
WITH_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open(sys.argv[1] + ".new", "w") as file:
    file.write(str(child.pid))
import os
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(60)
"""


def program(name: str, folder: Path, code: str = WITH_CHILD, needs: tuple[str, ...] = ()) -> Program:
    """A program that is healthy as soon as it has written the number of its child to a file of its name."""
    file = folder / name
    command = (sys.executable, "-c", code, str(file))
    return Program(name, command, dict(os.environ), file.exists, needs=needs)


def is_gone(pid: int) -> bool:
    return eventually(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Processes]:
    """Two programs that are healthy."""
    with Processes(tmp_path / "logs") as processes:
        processes.add(program("first", tmp_path))
        processes.add(program("second", tmp_path))
        processes.wait_until_healthy()
        yield processes


def child_of(processes: Processes, name: str) -> int:
    return int((processes.logs.parent / name).read_text())


def test_a_killed_program_takes_its_children_with_it(running: Processes) -> None:
    child = child_of(running, "first")
    running.kill("first")
    assert is_gone(child)
    assert list(running.pids) == ["second"]


def test_a_stopped_program_leaves_no_children_behind(running: Processes) -> None:
    child = child_of(running, "first")
    running.stop("first")
    assert is_gone(child)
    assert running.popen["first"].returncode == -signal.SIGTERM


def test_a_killed_program_is_started_again(running: Processes) -> None:
    before = running.pids["first"]
    running.kill("first")
    running.start("first")
    assert running.pids["first"] != before


def test_a_program_that_runs_is_not_started_twice(running: Processes) -> None:
    with pytest.raises(ValueError, match="first runs already"):
        running.start("first")


def test_reviving_starts_what_has_ended(running: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REVIVE_SECONDS", 0.0)
    os.kill(running.pids["second"], signal.SIGKILL)
    assert eventually(lambda: "second" not in running.pids)
    assert running.revive() == ["second"]
    assert set(running.pids) == {"first", "second"}


def test_a_program_that_has_just_been_started_is_not_revived_at_once(running: Processes) -> None:
    running.kill("second")
    assert running.revive() == []


def test_the_end_of_the_block_ends_everything(tmp_path: Path) -> None:
    with Processes(tmp_path / "logs") as processes:
        processes.add(program("first", tmp_path))
        processes.wait_until_healthy()
        pids = [processes.pids["first"], child_of(processes, "first")]
    assert processes.pids == {}
    assert all(map(is_gone, pids))


def test_programs_end_before_those_that_they_need(tmp_path: Path) -> None:
    ending = "; ".join(
        [
            "import pathlib, signal, sys, time",
            "file = pathlib.Path(sys.argv[1])",
            "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.2), print(time.time(), flush=True), sys.exit()))",
            "file.touch()",
            "signal.pause()",
        ]
    )
    with Processes(tmp_path / "logs") as processes:
        processes.add(program("database", tmp_path, ending))
        processes.add(program("server", tmp_path, ending, needs=("database",)))
        processes.wait_until_healthy()
    ended = {name: float((tmp_path / "logs" / f"{name}.log").read_text()) for name in ("database", "server")}
    assert ended["server"] < ended["database"]


def test_a_program_that_fails_is_reported_with_its_log(tmp_path: Path) -> None:
    with Processes(tmp_path / "logs") as processes:
        processes.add(program("failing", tmp_path, "raise SystemExit('no such luck')"))
        with pytest.raises(ProcessError, match=r"(?s)failing has ended with status 1: .*no such luck"):
            processes.wait_until_healthy()


def test_a_program_that_never_is_healthy_is_reported(tmp_path: Path) -> None:
    with Processes(tmp_path / "logs") as processes:
        processes.add(program("slow", tmp_path, "import time; time.sleep(60)"))
        with pytest.raises(ProcessError, match=r"slow is not healthy after 0\.2 s"):
            processes.wait_until_healthy(seconds=0.2)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_nothing_outlives_the_process_that_started_it(number: signal.Signals, tmp_path: Path) -> None:
    starter = "; ".join(
        [
            "from tests.infra.test_processes import *",
            "folder = Path(sys.argv[1])",
            "processes = Processes(folder / 'logs').__enter__()",
            "processes.add(program('first', folder))",
            "time.sleep(60)",
        ]
    )
    with subprocess.Popen([sys.executable, "-c", starter, str(tmp_path)], cwd=ROOT, stderr=subprocess.DEVNULL) as owner:
        assert eventually((tmp_path / "first").exists)
        started = psutil.Process(owner.pid).children(recursive=True)
        assert len(started) == 3  # the guard, the program and its child
        owner.send_signal(number)
    assert all(is_gone(process.pid) for process in started)
