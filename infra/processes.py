"""Processes of one machine that belong together: watched, killed and started again one by one, and none left behind."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self

import psutil

from infra import guard

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HEALTHY_SECONDS = 120.0  # 10 s on two idle cores
STOP_SECONDS = 10.0
POLL_SECONDS = 0.1
REVIVE_SECONDS = 5.0  # between two starts of a program that ends again and again
LOG_LINES = 15  # of a program that has failed


class ProcessError(RuntimeError):
    """A program did not become healthy; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Program:
    """How a program is started, seen to be healthy, and asked to end."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)  # all of it; it holds a password
    healthy: Callable[[], bool]
    needs: tuple[str, ...] = ()  # programs that end after it
    ending: signal.Signals = signal.SIGTERM
    folder: str | None = None  # where it runs; None: where this process does
    user: str | None = None  # whom it runs as; None: as this process does
    descriptors: tuple[int, ...] = ()  # files that it inherits


class Processes:
    """Programs that run until the block ends, or this process does, however it ends.

    Each runs in a session of its own, so that Ctrl-C reaches this process only, and writes to a log named after it.
    """

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.programs: dict[str, Program] = {}
        self.popen: dict[str, subprocess.Popen[bytes]] = {}  # the last process of each program
        self._started: dict[str, float] = {}

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        notes, self._notes = os.pipe()
        # -I -S: without site-packages, whose .pth files cost time.
        command = [sys.executable, "-I", "-S", guard.__file__]
        self._guard = subprocess.Popen(command, stdin=notes, stdout=subprocess.DEVNULL, start_new_session=True)
        os.close(notes)
        return self

    def __exit__(self, *_: object) -> None:
        """End all programs in order, each after those that need it."""
        try:
            names = list(self.popen)
            while names:
                needed = {name for other in names for name in self.programs[other].needs}
                self._end([name for name in names if name not in needed])
                names = [name for name in names if name in needed]
        finally:
            # The guard ends what could not be stopped above, because of another Ctrl-C say.
            os.close(self._notes)
            self._guard.wait()

    @property
    def pids(self) -> dict[str, int]:
        """Process id of each program that runs."""
        return {name: process.pid for name, process in self.popen.items() if process.poll() is None}

    def add(self, program: Program) -> None:
        """Start a program, without waiting until it is healthy."""
        if program.name in self.programs:
            raise ValueError(f"there is a program {program.name} already")
        self.programs[program.name] = program
        self._start(program)

    def start(self, name: str) -> None:
        """Start a program again that has ended, and wait until it is healthy."""
        if name in self.pids:
            raise ValueError(f"{name} runs already, as process {self.popen[name].pid}")
        self._start(self.programs[name])
        self.wait_until_healthy(name)

    def kill(self, name: str) -> None:
        """End a program and the processes that it has started at once, as if their machine had failed."""
        process = self.popen[name]
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        self._clear(process)

    def stop(self, name: str) -> None:
        """Have a program end in order, and kill what is left of it after ten seconds."""
        self._end([name])

    def restart(self, name: str) -> None:
        """Stop a program in order, start it with the same arguments and wait until it is healthy."""
        self.stop(name)
        self.start(name)

    def revive(self) -> list[str]:
        """Names of the programs that had ended and were started again, as a container engine would.

        A program that was started less than five seconds ago is left for the next call.
        """
        ended = [
            name
            for name in self.programs
            if name not in self.pids and time.monotonic() - self._started[name] > REVIVE_SECONDS
        ]
        for name in ended:
            self._start(self.programs[name])
        return ended

    def wait_until_healthy(self, *names: str, seconds: float = HEALTHY_SECONDS) -> None:
        """Wait for these programs, by default all. ProcessError where one ends instead or takes too long."""
        waiting = list(names or self.programs)
        until = time.monotonic() + seconds
        while True:
            for name in waiting:
                if (status := self.popen[name].poll()) is not None:
                    raise ProcessError(f"{name} has ended with status {status}: {self._end_of_log(name)}")
            waiting = [name for name in waiting if not self.programs[name].healthy()]
            if not waiting:
                return
            if time.monotonic() > until:
                name = waiting[0]
                raise ProcessError(f"{name} is not healthy after {seconds:g} s: {self._end_of_log(name)}")
            time.sleep(POLL_SECONDS)

    def _start(self, program: Program) -> None:
        if program.name in self.popen:
            self._clear(self.popen[program.name])
        with _undisturbed(), open(self._log(program.name), "ab") as log:
            process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=program.environment,
                cwd=program.folder,
                user=program.user,
                group=program.user and pwd.getpwnam(program.user).pw_gid,
                extra_groups=None if program.user is None else (),
                pass_fds=program.descriptors,
                start_new_session=True,
                # By the new process itself, before it becomes the program: this one may be killed at any moment.
                preexec_fn=partial(self._note_own, program.ending.value),
            )
            self.popen[program.name] = process
            self._started[program.name] = time.monotonic()

    def _end(self, names: Sequence[str]) -> None:
        for name in names:
            # To the program alone: what it has started is its own business as long as it is there.
            self.popen[name].send_signal(self.programs[name].ending)
        for name in names:
            with suppress(subprocess.TimeoutExpired):
                self.popen[name].wait(STOP_SECONDS)
            self._clear(self.popen[name])

    def _clear(self, process: subprocess.Popen[bytes]) -> None:
        """Kill what is left of a process and of those that it has started."""
        process.kill()  # nothing happens where it has ended
        process.wait()
        # Its number stays reserved while its group has members: a process that bears it now belongs to others.
        if not psutil.pid_exists(process.pid):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            until = time.monotonic() + STOP_SECONDS
            while _members(process.pid) and time.monotonic() < until:
                time.sleep(0.01)
        self._note(f"-{process.pid}")

    def _note_own(self, ending: int) -> None:
        self._note(f"+{os.getpid()} {ending}")

    def _note(self, line: str) -> None:
        with suppress(BrokenPipeError):
            os.write(self._notes, f"{line}\n".encode())

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _end_of_log(self, name: str) -> str:
        lines = self._log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join([f"the end of {self._log(name)} is", *lines[-LOG_LINES:]])


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Have the signals that end this process wait for the end of the block: a start half done would be forgotten."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    handlers = {ending: signal.signal(ending, lambda number, _: arrived.append(number)) for ending in ENDING}
    try:
        yield
    finally:
        for ending, handler in handlers.items():
            signal.signal(ending, handler)
        for number in arrived:
            signal.raise_signal(number)


def _members(group: int) -> list[int]:
    members = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            # What has ended may stay in the table for long: not every container's first process asks for its status.
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process.pid)
    return members
