"""The Dask cluster of a command: the one whose address the user gives, or one that is started and stopped with it."""

# mypy: untyped_calls_exclude="distributed"

from __future__ import annotations

import logging
import os
import platform
import signal
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from exsclaim_core.extraction import default_jobs

if TYPE_CHECKING:
    from distributed import Client, LocalCluster, Scheduler
    from prefect.client.schemas.objects import State
    from prefect.futures import PrefectFuture
    from prefect_dask.task_runners import PrefectDaskFuture

LOOPBACK = "127.0.0.1"
CONNECT_SECONDS = 10.0
ADAPT_INTERVAL = "3s"
LOOK_SECONDS = 3.0  # between two looks at the scheduler
# A scheduler that is killed is noticed at once; this is for one that hangs and for a machine that is switched off.
SILENT_SECONDS = 30.0
# How long tasks may wait while there is no worker at all, or none that offers what they need: workers are restarted,
# and new machines take some minutes to come up.
DESERTED_SECONDS = 300.0
REACH_SECONDS = 5.0
PACKAGES = ("exsclaim", "prefect", "prefect-dask", "dask", "distributed")

R = TypeVar("R")
logger = logging.getLogger(__name__)


class ClusterError(RuntimeError):
    """No Dask cluster can be used, or not any longer: one line that says why, and the way out."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Dask cluster that answers."""

    address: str  # of the scheduler
    dashboard: str  # URL, empty where the scheduler has none
    own: bool  # started for this command

    def workers(self) -> int:
        with _client(self.address) as client:
            return len(_workers(client))

    def resources(self) -> dict[str, float]:
        """The most that one worker offers of each of Dask's resources, as in {"GPU": 1}: a task runs on one worker."""
        most: dict[str, float] = {}
        with _client(self.address) as client:
            for worker in _workers(client):
                for name, amount in worker["resources"].items():
                    most[name] = max(amount, most.get(name, 0))
        return most


@contextmanager
def dask_cluster(address: str | None = None, workers: int | None = None) -> Iterator[Cluster]:
    """The cluster whose scheduler has the address, or else one that runs as long as the block.

    Without an address that of Dask's own setting counts, which DASK_SCHEDULER_ADDRESS gives where containers run.
    An own cluster has `workers` processes, by default one a processor core, 8 at most; it listens on the loopback
    interface only. ClusterError where the scheduler does not answer or has no workers, or the own cluster does not
    start.
    """
    import dask

    address = address or dask.config.get("scheduler-address", None)
    with ExitStack() as stack:
        if own := address is None:
            address = stack.enter_context(_own_cluster(workers or default_jobs())).scheduler_address
        stack.enter_context(_quiet("distributed.client"))
        with _client(address) as client:
            try:
                client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            except TimeoutError as error:
                raise ClusterError(
                    f"the Dask scheduler at {address} has no workers: start some with `dask worker {address}`"
                ) from error
            dashboard = client.dashboard_link or ""
        yield Cluster(address, dashboard, own)


@contextmanager
def _client(address: str) -> Iterator[Client]:
    from distributed import Client

    try:
        # Not as default: a task runner takes the default client for a sign that it runs inside of a Dask task.
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, ImportError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {address} ({_line(error)}): start one with `dask scheduler`, or leave the "
            "address away to use this computer alone"
        ) from error
    with client:
        yield client


@contextmanager
def _own_cluster(workers: int) -> Iterator[LocalCluster]:
    import dask
    from distributed import LocalCluster

    settings: dict[str, object] = {
        "distributed.worker.profile.enabled": False,  # it looks at the stack a hundred times a second
        # No task is handed out in advance: when a worker is killed, those that it holds count as suspects with the one
        # that it was running, and are given up after some such deaths.
        "distributed.scheduler.worker-saturation": 1.0,
        # Tasks take a minute and results are a word: looking after them many times a second, as is the default, took
        # 86 ms a second of the processors with two workers. This takes 14.
        "distributed.admin.tick.interval": "1s",
        "distributed.admin.system-monitor.interval": "5s",
        "distributed.scheduler.active-memory-manager.start": False,
        "distributed.client.scheduler-info-interval": "10s",
    }
    with (
        tempfile.TemporaryDirectory(prefix="exsclaim-dask-") as folder,
        dask.config.set({**settings, "temporary-directory": folder}),
    ):
        try:
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host=LOOPBACK,
                dashboard_address=f"{LOOPBACK}:0",
                # No limit: its share of the memory is less than one worker may need while the others idle, and a
                # worker that reaches it is paused, for ever where the memory is not Dask's to free. What documents
                # take is limited in the processes that read them.
                memory_limit=0,
                silence_logs=logging.CRITICAL,  # workers that ended and were replaced; errors come with the futures
                preload=[__name__],
            )
        except (OSError, RuntimeError, TimeoutError) as error:
            raise ClusterError(f"the Dask cluster of this command does not start: {_line(error)}") from error
        # A worker that is killed while it starts is not started again by its nanny, but by this.
        cluster.adapt(minimum=workers, maximum=workers, interval=ADAPT_INTERVAL)
        try:
            yield cluster
        except BaseException:
            # Closing waits some seconds for tasks to end; the user who pressed Ctrl-C would wait as well.
            _kill_workers(cluster)
            raise
        finally:
            cluster.close()


def dask_setup(_: object) -> None:
    """Called by Dask in each worker of an own cluster before it begins.

    Ctrl-C in a terminal goes to the group of processes that runs there: the workers leave it, or each would end in
    the middle of its task, be started again, and log about it. Nor does a worker say on the terminal that a Prefect
    server which is away takes no log lines.
    """
    os.setsid()
    logging.raiseExceptions = False


def _kill_workers(cluster: LocalCluster) -> None:
    for nanny in cluster.workers.values():
        nanny.close_gracefully()  # it would start another worker
        if pid := nanny.pid:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # what its task has started; see dask_setup


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Within the block this logger is silent: a client that loses its scheduler logs the trace of each attempt."""
    import distributed  # noqa: F401  # sets the levels of its loggers

    silenced = logging.getLogger(name)
    before = silenced.level
    silenced.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        silenced.setLevel(before)


def check_workers(cluster: Cluster, api_url: str) -> None:
    """ClusterError unless the scheduler and all workers have this program in these versions and reach Prefect's server.

    Without this look beforehand, every task would fail for a reason that only the worker's log tells.
    """
    ours = _versions()
    with _client(cluster.address) as client:
        answers = _on_workers(client, _versions)
        try:
            answers["scheduler"] = _on_scheduler(client, _versions)
        except ImportError as error:
            answers["scheduler"] = error
        unreached = _on_workers(client, _unreached, api_url)
    for address, theirs in answers.items():
        who = f"the Dask {address if address == 'scheduler' else f'worker {address}'}"
        if isinstance(theirs, Exception):
            raise ClusterError(f"{who} cannot run this program ({_line(theirs)}): install it there")
        if other := [
            f"{name} {theirs.get(name)} instead of {ours[name]}" for name in ours if theirs.get(name) != ours[name]
        ]:
            raise ClusterError(f"{who} has {', '.join(other)}: install the same versions on all machines")
    for address, trouble in unreached.items():
        if trouble:
            raise ClusterError(
                f"the Dask worker {address} does not reach the Prefect server at {api_url} ({trouble}): start a server "
                "that all machines reach, and set PREFECT_API_URL to its address"
            )


def wait_for(futures: Sequence[PrefectDaskFuture[Any]]) -> Iterator[PrefectDaskFuture[Any]]:
    """Yield futures as their tasks finish; each then has its state, whether the task completed, failed or crashed.

    Submit all tasks beforehand: Dask's own copy of a result is given up when its future is yielded. Else Dask would
    run finished tasks again, when the worker that still holds their results ends.

    ClusterError when the scheduler is gone, or when tasks wait too long for a worker that can run them.
    """
    finished: SimpleQueue[PrefectFuture[Any]] = SimpleQueue()
    waiting = {future.task_run_id: future for future in futures}
    for future in waiting.values():
        future.add_done_callback(finished.put)
    watch = _Watch(futures[0].wrapped_future.client) if futures else None
    while watch and waiting:
        future = waiting.pop(watch.until(partial(finished.get, timeout=LOOK_SECONDS)).task_run_id)
        if not future._final_state:
            future._final_state = watch.until(partial(_state_of, future))
        future.wrapped_future.release()
        yield future


class _Watch:
    """Looks at the scheduler while the flow waits."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._deserted_since: float | None = None

    def until(self, attempt: Callable[[], R]) -> R:
        """What the attempt returns; it is made again each time that it raises Empty or TimeoutError."""
        while True:
            try:
                return attempt()
            except (Empty, TimeoutError):
                self._look()
            except CancelledError as error:
                raise _gone(self._client, error) from error

    def _look(self) -> None:
        now = time.monotonic()
        if not _on_scheduler(self._client, _is_deserted):
            self._deserted_since = None
        elif self._deserted_since is None:
            self._deserted_since = now
        elif now - self._deserted_since > DESERTED_SECONDS:
            raise ClusterError(
                f"the Dask scheduler at {_address(self._client)} has had no worker for some of the tasks for "
                f"{DESERTED_SECONDS / 60:g} minutes: start such workers, and the same command goes on"
            )


def _state_of(future: PrefectDaskFuture[Any]) -> State[Any]:
    """The state that the task ended in; TimeoutError when it does not come, CancelledError when Dask gave it up."""
    from prefect.states import Crashed

    try:
        state: State[Any] = future.wrapped_future.result(timeout=LOOK_SECONDS)
        return state
    except (TimeoutError, CancelledError):
        raise
    except Exception as error:  # of Dask: its worker was killed again and again, or could not load the task
        state = Crashed(message=_line(error), data=error)
        _record(future.task_run_id, state)
        return state


def _record(task_run_id: UUID, state: State[Any]) -> None:
    """Tell Prefect's server what no worker was left to tell: for it the task would run for ever."""
    from httpx import HTTPError
    from prefect.client.orchestration import get_client
    from prefect.exceptions import PrefectException

    try:
        with get_client(sync_client=True) as client:
            client.set_task_run_state(task_run_id, state, force=True)
    except (HTTPError, PrefectException) as error:  # also where the task had not begun: it waited for one that crashed
        logger.debug("the end of task run %s is not recorded: %s", task_run_id, error)


def _on_scheduler(client: Client, function: Callable[..., R]) -> R:
    try:
        answer: R = client.run_on_scheduler(function, callback_timeout=SILENT_SECONDS)
        return answer
    except (OSError, TimeoutError) as error:
        raise _gone(client, error) from error


def _on_workers(client: Client, function: Callable[..., R], *args: object) -> dict[str, R | Exception]:
    try:
        answers: dict[str, R | Exception] = client.run(
            function, *args, on_error="return", callback_timeout=SILENT_SECONDS
        )
        return answers
    except (OSError, TimeoutError) as error:
        raise _gone(client, error) from error


def _workers(client: Client) -> list[dict[str, Any]]:
    try:
        # The default of some versions is five.
        return list(client.scheduler_info(n_workers=-1)["workers"].values())
    except (OSError, TimeoutError) as error:
        raise _gone(client, error) from error


def _gone(client: Client, error: BaseException) -> ClusterError:
    reason = getattr(error, "reason", "") or _line(error)  # a future that was cancelled has a reason of few words
    return ClusterError(
        f"the Dask scheduler at {_address(client)} is gone or does not answer ({reason}): start it again, and the same "
        "command goes on"
    )


def _address(client: Client) -> str:
    return str(client.scheduler.address) if client.scheduler else "?"


def _versions() -> dict[str, str]:
    """What must be the same everywhere; runs on the scheduler and on the workers."""
    versions = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "(not installed)"
    return versions


def _unreached(api_url: str) -> str:
    """Why the process does not reach the server, or ""; runs on the workers."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=REACH_SECONDS):
            return ""
    except urllib.error.HTTPError:
        return ""
    except (OSError, ValueError) as error:
        return _line(error)


def _is_deserted(dask_scheduler: Scheduler) -> bool:
    """Whether tasks wait for a worker that is not there; runs on the scheduler."""
    return bool(dask_scheduler.unrunnable) or not dask_scheduler.workers


def _line(error: object) -> str:
    return " ".join(str(error).split()) or type(error).__name__
