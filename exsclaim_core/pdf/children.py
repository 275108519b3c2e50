"""Calls in child processes that are killed when a document takes too much time or memory, or crashes.

One fault in a PDF may hang, crash or bloat the C library that reads it. Each call therefore runs in a child process,
which is used again unless it had to be killed. This protects from accidents, not from attacks: pickles are exchanged.

    with Children(jobs=2, limits=Limits(), preload=["exsclaim_core.pdf.mupdf"]) as children:
        for outcome in children.run(Call(path, "package.module:function", (path,)) for path in paths):
            ...

`subprocess` and not `multiprocessing`: Dask's workers are daemonic, and such processes may have no other children.
"""

from __future__ import annotations

import os
import pickle
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Literal, NamedTuple, Self

from exsclaim_core.pdf.child import ERROR, MEMORY, PAGES, READY, REPLY, REQUEST, resident_memory

LOOK_SECONDS = 0.05  # between two looks at time and memory: a process can fill some 100 MB meanwhile
START_SECONDS = 120.0  # large libraries on a cold network disk take most of a minute
START_ATTEMPTS = 3
READ_BYTES = 1 << 20
ERRORS_KEPT = 1 << 20  # bytes of a child's standard error, which lies in memory
ERRORS_SHOWN = 2000  # bytes
# One process a core: more threads would only take each other's time, and every thread of BLAS takes memory.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take."""

    seconds: float = 60.0
    seconds_per_page: float = 2.0  # added for each page that the call announces
    memory: int = 2 << 30  # resident bytes of the child, as seen every LOOK_SECONDS
    recycle_share: float = 1 / 3  # a child that keeps more than this share of the memory after a call is replaced

    def __post_init__(self) -> None:
        if self.seconds <= 0 or self.seconds_per_page < 0 or self.memory <= 0 or self.recycle_share <= 0:
            raise ValueError(f"{self} has a limit that is not positive")


@dataclass(frozen=True, slots=True)
class Call:
    """A function by name, "package.module:name", and its arguments; the key comes back with the outcome."""

    key: Hashable
    function: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call has no value."""

    kind: Literal["timeout", "memory", "crash", "error"]
    message: str  # one line
    exception: str | None = None  # name of the exception's type, for an error


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call: its value, or the failure."""

    key: Hashable
    value: Any = None
    failure: Failure | None = None
    cpu_seconds: float = 0.0
    peak_memory: int = 0  # bytes of the child during the call; after a crash or a kill as far as the parent had looked


class Children:
    """Up to `jobs` child processes, which end with this object, with the `with` block, and with the parent's own end.

    Every child imports the modules of `preload` first. `early` children start at once, so that their imports overlap
    with the parent's own work; the others when there is a call for them. Only one thread at a time may use an object.
    """

    def __init__(self, jobs: int, limits: Limits, preload: Sequence[str] = (), early: int = 1) -> None:
        if jobs < 1:
            raise ValueError(f"{jobs} jobs cannot run anything")
        if sys.platform == "win32":
            raise NotImplementedError("child processes with limits need POSIX pipes and signals")
        self._jobs, self._limits, self._preload = jobs, limits, tuple(preload)
        self._selector = selectors.DefaultSelector()
        self._children: list[_Child] = []
        self._failed_starts, self._next_look, self._closed = 0, 0.0, False
        for _ in range(min(early, jobs)):
            self._start()

    def run(self, calls: Iterable[Call]) -> Iterator[Outcome]:
        """Yield the outcome of every call as they finish; calls are drawn as children become free.

        Between two outcomes the next calls are running already, but no one looks at their time and memory until the
        next outcome is asked for: then only the kernel's limit holds (`Limits.memory` and 512 MiB, on Linux).
        RuntimeError when children do not start.
        """
        if self._busy():
            raise RuntimeError("an earlier run() of these children is still under way")
        remaining, more = iter(calls), True
        # Idle children may have ended since the last run: hear of it before one gets a call.
        finished = deque(self._attend(0))
        try:
            while True:
                # The bound on `finished` keeps a slow consumer from drawing all calls.
                while more and len(finished) <= self._jobs and len(self._busy()) < self._jobs:
                    call = next(remaining, None)
                    if call is None:
                        more = False
                    elif failure := self._assign(call):
                        finished.append(Outcome(call.key, failure=failure))
                if finished:
                    yield finished.popleft()
                    finished.extend(self._attend(0))
                elif self._busy():
                    finished.extend(self._attend(LOOK_SECONDS))
                else:
                    return
        finally:
            self._end_all(self._busy())

    def close(self) -> None:
        """End all children, busy or not."""
        self._closed = True
        self._end_all(list(self._children))
        self._selector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _busy(self) -> list[_Child]:
        return [child for child in self._children if child.call]

    def _start(self) -> _Child:
        child = _start_child(self._limits.memory, self._preload)
        self._children.append(child)
        self._selector.register(child.replies, selectors.EVENT_READ, child)
        return child

    def _end(self, child: _Child) -> float:
        """Kill the child, wait for its end, forget it; CPU seconds of its whole life."""
        child.kill()
        cpu = child.wait()
        self._selector.unregister(child.replies)
        child.close()
        self._children.remove(child)
        return cpu

    def _end_all(self, children: list[_Child]) -> None:
        for child in children:
            child.kill()
        for child in children:
            self._end(child)

    def _assign(self, call: Call) -> Failure | None:
        try:
            pickled = pickle.dumps((call.function, call.args), protocol=5)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            return Failure("error", f"the arguments cannot be sent to a child: {error}", type(error).__name__)
        idle = [child for child in self._children if not child.call]
        child = max(idle, key=lambda child: child.ready) if idle else self._start()
        child.give(call, REQUEST.pack(len(pickled)) + pickled)
        return None

    def _attend(self, seconds: float) -> list[Outcome]:
        """Outcomes of the calls that finish, fail or exceed their limits; wait at most this long for the first."""
        if self._closed:
            raise RuntimeError("these children are closed")
        outcomes = []
        # Replies come before limits: a child that answered while the consumer was busy is not late.
        for key, _ in self._selector.select(seconds):
            outcomes += self._hear(key.data)
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            for child in list(self._children):
                outcomes += self._look_at(child, now)
        return outcomes

    def _hear(self, child: _Child) -> list[Outcome]:
        received = os.read(child.replies.fileno(), READ_BYTES)
        if not received:
            return self._ended(child)
        child.received += received
        outcomes = []
        while reply := child.next_reply():
            if reply.kind == READY:
                self._failed_starts = 0
                child.cpu = reply.cpu
                child.ready = True
                child.send()
            elif reply.kind == PAGES:
                child.pages = pickle.loads(reply.body)
            elif child.call:
                outcomes.append(_outcome(child.call.key, reply, child.cpu, self._limits))
                child.cpu = reply.cpu
                child.call = None
                if reply.memory > self._limits.memory * self._limits.recycle_share:
                    self._end(child)
        return outcomes

    def _look_at(self, child: _Child, now: float) -> list[Outcome]:
        if not child.ready:
            return self._ended(child, "took too long") if now - child.started > START_SECONDS else []
        # A child whose answer has begun to come is done; it waits for this process to read on.
        if not child.call or child.since is None or child.received:
            return []
        child.shorten_errors(ERRORS_KEPT)
        memory = resident_memory(child.process.pid)
        child.peak = max(child.peak, memory)
        if memory > self._limits.memory:
            return [self._failed(child, _memory_failure(self._limits))]
        if now - child.since > self._limits.seconds + self._limits.seconds_per_page * child.pages:
            return [self._failed(child, _timeout(self._limits, child.pages))]
        return []

    def _ended(self, child: _Child, reason: str = "") -> list[Outcome]:
        """Outcome of a child that ended by itself or did not start; a call that it never got goes to another one."""
        if child.call and child.since is not None:
            return [self._failed(child)]
        self._end(child)
        if not child.ready:
            self._failed_starts += 1
            if self._failed_starts >= START_ATTEMPTS:
                message = f"{self._failed_starts} child processes in a row did not start; the last one "
                raise RuntimeError(f"{message}{reason or child.ending()}\n{child.last_words}")
        if child.call:
            self._start().give(child.call, child.request)
        return []

    def _failed(self, child: _Child, failure: Failure | None = None) -> Outcome:
        """End the child; the outcome of its call has this failure, or else the way in which the child ended."""
        cpu = max(0.0, self._end(child) - child.cpu)
        failure = failure or Failure("crash", f"the process {child.ending()}")
        return Outcome(child.call and child.call.key, None, failure, cpu, child.peak)


def _outcome(key: Hashable, reply: _Reply, cpu_before: float, limits: Limits) -> Outcome:
    value, failure = None, None
    if reply.kind == MEMORY:
        failure = _memory_failure(limits)
    elif reply.kind == ERROR:
        exception, message = pickle.loads(reply.body)
        failure = Failure("error", message, exception)
    else:
        try:
            value = pickle.loads(reply.body)
        except Exception as error:  # it may be anything: unpickling imports modules and calls what they define
            failure = Failure("error", f"the result cannot be read: {error}", type(error).__name__)
    return Outcome(key, value, failure, reply.cpu - cpu_before, reply.peak)


def _memory_failure(limits: Limits) -> Failure:
    return Failure("memory", f"needed more than {limits.memory / 2**30:.1f} GiB")


def _timeout(limits: Limits, pages: int) -> Failure:
    total = limits.seconds + limits.seconds_per_page * pages
    parts = f" ({limits.seconds:g} s and {limits.seconds_per_page:g} s for each of {pages} pages)" if pages else ""
    return Failure("timeout", f"took longer than {total:g} s{parts}")


class _Reply(NamedTuple):
    kind: bytes
    cpu: float
    peak: int
    memory: int
    body: bytes


class _Child:
    """One child process, the call that it has, and what it has sent."""

    def __init__(self, process: subprocess.Popen[bytes], errors: IO[bytes], lifeline: IO[bytes]) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError(f"{process} has no pipes")
        self.process, self.requests, self.replies = process, process.stdin, process.stdout
        self.errors, self.lifeline = errors, lifeline
        self.started = time.monotonic()
        self.ready = False
        self.call: Call | None = None
        self.request = b""
        self.since: float | None = None  # when the child got the call; None while it waits for the child's start
        self.pages = 0
        self.cpu = 0.0  # seconds before the call
        self.peak = 0  # bytes, as far as the parent has looked
        self.received = bytearray()
        self.last_words = ""

    def give(self, call: Call, request: bytes) -> None:
        self.call, self.request, self.since = call, request, None
        self.send()

    def send(self) -> None:
        """Send the request once the child is ready; if the child has just ended, the request counts as not sent."""
        if self.ready and self.call:
            self.pages, self.peak = 0, 0
            self.shorten_errors(0)
            with suppress(BrokenPipeError):
                self.requests.write(self.request)
                self.requests.flush()
                self.since = time.monotonic()

    def next_reply(self) -> _Reply | None:
        """The first whole reply that came, or None."""
        if len(self.received) < REPLY.size:
            return None
        kind, cpu, peak, memory, size = REPLY.unpack_from(self.received)
        end = REPLY.size + size
        if len(self.received) < end:
            return None
        with memoryview(self.received) as view:
            body = bytes(view[REPLY.size : end])
        del self.received[:end]
        return _Reply(kind, cpu, peak, memory, body)

    def shorten_errors(self, kept: int) -> None:
        """Empty the child's standard error when it is longer; both processes share the position where it is written."""
        descriptor = self.errors.fileno()
        if os.fstat(descriptor).st_size > kept:
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)

    def kill(self) -> None:
        """Kill the child and what it started."""
        if self.process.returncode is None:  # later another group may have the number
            with suppress(ProcessLookupError, PermissionError):  # macOS: no permission for a group that has ended
                os.killpg(self.process.pid, signal.SIGKILL)

    def wait(self) -> float:
        """Wait for the end and return the CPU seconds of the process."""
        with suppress(ChildProcessError):  # the program ignores SIGCHLD, or an interrupted close() got this far
            _, status, usage = os.wait4(self.process.pid, 0)
            self.process.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_utime + usage.ru_stime
        self.process.wait()
        return self.cpu

    def close(self) -> None:
        """Close the pipes, after keeping the end of what the child wrote to standard error."""
        descriptor = self.errors.fileno()
        start = max(0, os.fstat(descriptor).st_size - ERRORS_SHOWN)
        self.last_words = os.pread(descriptor, ERRORS_SHOWN, start).decode(errors="replace").strip()
        with suppress(BrokenPipeError):  # part of a request that could not be sent
            self.requests.close()
        for file in (self.replies, self.errors, self.lifeline):
            file.close()

    def ending(self) -> str:
        """How the process ended and the last line of its standard error, as the end of a sentence."""
        status = self.process.returncode
        names = {-number.value: number.name for number in signal.Signals}
        hint = " (the system may have run out of memory)" if status == -signal.SIGKILL else ""
        last_line = "".join(f": {line.strip()}" for line in self.last_words.splitlines()[-1:])
        return f"ended with {names.get(status, f'exit status {status}')}{hint}{last_line}"


def _start_child(memory: int, preload: Sequence[str]) -> _Child:
    lifeline_end, lifeline = os.pipe()
    files = _unnamed_file(), os.fdopen(lifeline, "wb")
    # -c: -m would load the module twice. -P: no file of the folder where the program runs may take a library's place.
    start = "-P", "-c", "from exsclaim_core.pdf.child import main; main()"
    # The search path of this process, so that a checkout works without being installed.
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    try:
        process = subprocess.Popen(
            [sys.executable, *start, str(lifeline_end), str(memory), *preload],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=files[0],
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
            pass_fds=(lifeline_end,),
            start_new_session=True,  # Ctrl-C reaches the parent only; what the child starts can be killed with it
        )
    finally:
        os.close(lifeline_end)
    return _Child(process, *files)


def _unnamed_file() -> IO[bytes]:
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("standard error of a child"), "r+b")
    import tempfile  # here, because its import takes 5 ms

    return tempfile.TemporaryFile()
