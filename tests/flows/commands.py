"""The command `exsclaim` as a child process, and what it leaves or does not leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import psutil

from tests.flows import disturbed_command

ROOT = Path(__file__).resolve().parents[2]
MARK = "EXSCLAIM_TEST_MARK"  # in the environment of a command and of all that it starts
PATIENCE = 120.0  # seconds; a busy machine needs many times what an idle one does
ENDING_SECONDS = 15.0  # for processes whose command has ended


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str
    cpu_seconds: float  # its own, and those of the processes for whose end it has waited

    @property
    def said(self) -> list[str]:
        """Lines on standard error beside progress and the addresses of dashboards."""
        progress = ("Prefect: ", "Dask: ")
        return [line for line in self.err.splitlines() if not line.startswith(progress) and " done after " not in line]

    @property
    def table(self) -> dict[str, int]:
        """The closing table."""
        lines = [line.split() for line in self.out.splitlines() if line.strip()]
        (heads,) = [index for index, cells in enumerate(lines) if cells[0] == "documents"]
        return dict(zip(lines[heads], map(int, lines[heads + 2]), strict=True))


class Command:
    """A command that runs in a group of processes of its own, as in a terminal; what is left is killed at the end."""

    def __init__(
        self,
        folder: Path,
        *arguments: str | Path,
        disturbed: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.mark = uuid4().hex
        self._out, self._err = folder / f"{self.mark}.out", folder / f"{self.mark}.err"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "DASK_"))}
        # What a person has configured lies there; here nobody has.
        own = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "COLUMNS": "160", MARK: self.mark}
        if disturbed:
            own["PYTHONPATH"] = str(ROOT)
            program = [sys.executable, "-m", disturbed_command.MODULE]
        else:
            program = [str(Path(sysconfig.get_path("scripts"), "exsclaim"))]
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [*program, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env={**inherited, **own, **(environment or {})},
                cwd=folder,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()
        if error is not None:
            print(self._out.read_text(), self._err.read_text(), sep="\n")

    def wait(self, seconds: float = PATIENCE) -> Ended:
        """How it ends. AssertionError where it does not within these seconds, or leaves processes behind."""
        before = _children_cpu()
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it runs on after {seconds:g} s") from None
        cpu_seconds = _children_cpu() - before
        self.wait_for_processes()
        return Ended(status, self._out.read_text(), self._err.read_text(), cpu_seconds)

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Wait for something to happen while it runs."""
        until(lambda: condition() or self.process.poll() is not None)
        assert self.process.poll() is None, "it has ended"

    def wait_for_processes(self) -> None:
        """Wait until nothing is left of it and of what it has started."""
        until(lambda: self.processes() == [], ENDING_SECONDS)

    def interrupt(self) -> None:
        """What Ctrl-C does in a terminal."""
        os.killpg(self.process.pid, signal.SIGINT)

    def kill(self) -> None:
        """What kill -9 does: to the command alone."""
        self.process.kill()
        self.process.wait()

    def processes(self) -> list[psutil.Process]:
        """It and all that it has started, as far as they run."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(MARK) == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def workers(self) -> list[psutil.Process]:
        """The Dask workers of its own cluster."""
        found = []
        for process in self.processes():
            with suppress(psutil.Error):
                if any("spawn_main" in part for part in process.cmdline()):
                    found.append(process)
        return found


def exsclaim(
    folder: Path, *arguments: str | Path, disturbed: bool = False, environment: Mapping[str, str] | None = None
) -> Ended:
    """What becomes of a command that is left alone."""
    with Command(folder, *arguments, disturbed=disturbed, environment=environment) as command:
        return command.wait()


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for a condition; AssertionError where it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it has not come true within {seconds:g} s"
        time.sleep(0.05)


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system
