"""The Prefect server of a command: the one that the user names, or one that is started and stopped with the command."""

from __future__ import annotations

import fcntl
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import IO
from urllib.request import getproxies_environment

LOOPBACK = "127.0.0.1"
ANSWER_SECONDS = 10.0  # for a server that the user names
START_SECONDS = 120.0  # 4 s on two idle cores, 10 s with a new database; more on a busy machine or a network disk
STOP_SECONDS = 15.0
SEND_SECONDS = 5.0  # for what a server that is gone never takes
LOG_READ = 100_000  # bytes at the end of a log in which the reason of a failure is sought

# What a server that lives for one command does without. It then needs 14 ms of CPU a second while nothing happens
# instead of 21, 9 threads instead of 16, and for each task 4 KB of disk instead of 19.
SPARED_SERVICES = {
    f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false"
    for service in (
        "CANCELLATION_CLEANUP",  # for runs that a worker pool cancels
        "CLEANUP_RECONCILER",  # for worker pools
        "EVENT_PERSISTER",  # keeps each change of a state once more; the states themselves are recorded without it
        "FOREMAN",  # watches worker pools
        "LATE_RUNS",  # nothing is scheduled here
        "PAUSE_EXPIRATIONS",  # no flow waits for a person
        "REPOSSESSOR",  # no flow uses Prefect's concurrency limits
        "SCHEDULER",
        "TRIGGERS",  # no automations
    )
}


class ServerError(RuntimeError):
    """No Prefect server can be used: one line that says why, and the way out."""


@dataclass(frozen=True, slots=True)
class Server:
    """A Prefect server that answers."""

    api_url: str
    dashboard: str  # URL of the user interface
    own: bool  # started for this command
    process_id: int | None = None  # of an own server


@contextmanager
def prefect_server(folder: Path | None = None) -> Iterator[Server]:
    """The server that PREFECT_API_URL or the active profile names, or else one that runs as long as the block.

    Within the block this process and those that it starts use that server, and send nothing about their use to
    Prefect's makers. An own server keeps its database and its log in `folder`, by default the user's data folder;
    it listens on the loopback interface only. ServerError where the named server does not answer or the own one does
    not start.
    """
    # First of all: a new user's first import of Prefect in a terminal reports itself and prints a notice about it.
    with _environment({"DO_NOT_TRACK": "1"}), ExitStack() as stack:
        url, process_id = _named_url(), None
        if own := not url:
            if folder is None:
                from platformdirs import user_data_path

                folder = user_data_path("exsclaim")
            url, process_id = stack.enter_context(_own_server(folder))
        variables = {
            "PREFECT_API_URL": url,
            # Each process that finds no server would otherwise start one of its own.
            "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
            # Done once, below. Each worker would ask on its first task, which fails should the server just be away;
            # without it, tasks that begin then run all the same.
            "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        }
        stack.enter_context(_environment(variables | (_past_proxies() if own else {})))
        server = Server(url, url.removesuffix("/api"), own, process_id) if own else Server(url, _check(url), own)
        try:
            yield server
        finally:
            _send_the_rest()


def _named_url() -> str | None:
    if url := os.environ.get("PREFECT_API_URL"):
        return url
    from prefect.settings import get_current_settings

    return get_current_settings().api.url


def _check(url: str) -> str:
    """The URL of the user interface of a server that the user names; ServerError where it does not answer."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_REQUEST_TIMEOUT, PREFECT_CLIENT_MAX_RETRIES, get_current_settings
    from prefect.settings.context import temporary_settings

    try:
        with (
            temporary_settings({PREFECT_API_REQUEST_TIMEOUT: ANSWER_SECONDS, PREFECT_CLIENT_MAX_RETRIES: 0}),
            get_client(sync_client=True) as client,
        ):
            client.request("GET", "/health").raise_for_status()
            client.raise_for_api_version_mismatch()
    except Exception as error:  # of the network, of HTTP, of what is no address
        raise ServerError(
            f"no Prefect server answers at {url} ({_reason(error)}): start it, or remove PREFECT_API_URL from the "
            "environment or the Prefect profile to have a server started for each command"
        ) from error
    return get_current_settings().ui_url or url


def _reason(error: Exception) -> str:
    from httpx import HTTPStatusError

    if isinstance(error, HTTPStatusError):
        status = error.response.status_code
        return f"HTTP status {status}" + ("; the addresses of servers end in /api" if status == 404 else "")
    return " ".join(str(error).split()) or type(error).__name__


@contextmanager
def _own_server(folder: Path) -> Iterator[tuple[str, int]]:
    """Address and process of a server that ends with the block, or with this process however that ends."""
    folder = folder.absolute()
    with ExitStack() as files:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock, name = _lock(folder)
            files.callback(os.close, lock)
            log = files.enter_context(open(folder / f"{name}.log", "wb"))
            # It listens from now on: no other program can take the port, and the first request waits for its answer.
            listening = files.enter_context(socket.create_server((LOOPBACK, 0)))
            port = listening.getsockname()[1]
            lifeline_end, lifeline = os.pipe()
            files.callback(os.close, lifeline)
            try:
                process = _start(folder, name, port, (lifeline_end, listening.fileno(), lock), log)
            finally:
                os.close(lifeline_end)
        except OSError as error:
            raise ServerError(f"the Prefect server cannot be started with its files in {folder}: {error}") from error
        listening.close()
        try:
            _wait_until_healthy(process, port, Path(log.name))
            yield f"http://{LOOPBACK}:{port}/api", process.pid
        finally:
            _stop(process)
            _shrink(folder / f"{name}.db")


def _lock(folder: Path) -> tuple[int, str]:
    """A file that locks a database which no other server uses, and the name of that database.

    The server inherits the lock: it is free when both the command and its server have ended.
    """
    number = 1
    while True:
        name = "prefect" if number == 1 else f"prefect-{number}"
        file = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            number += 1
        except OSError:
            os.close(file)
            raise
        else:
            return file, name


def _start(
    folder: Path, name: str, port: int, descriptors: tuple[int, int, int], log: IO[bytes]
) -> subprocess.Popen[bytes]:
    # What the user has set for Prefect, in the environment, in a profile or in a file of the present folder, is about
    # servers that last: this one is the same for all.
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("PREFECT_")}
    settings = {
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{name}.db",  # below the process's folder
        "PREFECT_SERVER_API_HOST": LOOPBACK,
        "PREFECT_SERVER_API_PORT": str(port),
        # The default lets every web page that the user visits read and change what is here.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://{LOOPBACK}:{port},http://localhost:{port}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # it would report to Prefect's makers every ten minutes
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",  # no blocks are used
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",  # removes runs that are older than 90 days
    }
    lifeline, listening, _ = descriptors
    # -P: no file of the folder where the program runs may take a library's place.
    command = [sys.executable, "-P", "-c", "from flows.lifeline import main; main()", str(lifeline), str(listening)]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        # The search path of this process, so that a checkout works without being installed.
        env={
            **inherited,
            **settings,
            **SPARED_SERVICES,
            "PYTHONPATH": os.pathsep.join(os.path.abspath(entry) for entry in sys.path),
        },
        cwd=folder,
        pass_fds=descriptors,
        start_new_session=True,  # Ctrl-C reaches the command only, which needs its server until it has ended its work
    )


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    connection = HTTPConnection(LOOPBACK, port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/api/health")
        status = connection.getresponse().status
        if status == 200:
            return
        reason = f"it answers with HTTP status {status}"
    except TimeoutError:
        reason = f"it did not answer within {START_SECONDS:g} s"
    except OSError:  # the process has ended, and the system has closed its connections
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        reason = _last_error(log) or f"it ended with exit status {process.poll()}"
    finally:
        connection.close()
    raise ServerError(f"the Prefect server did not start: {reason} (its log is {log})")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    finally:  # also when the user presses Ctrl-C again
        process.kill()
        process.wait()


def _shrink(database: Path) -> None:
    """Bring what the server's last write-ahead log holds, 4 MB however little it was, into the database."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _last_error(log: Path) -> str:
    """The last line of the log that names an exception, else its last line."""
    with suppress(OSError), open(log, "rb") as file:
        file.seek(max(0, log.stat().st_size - LOG_READ))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
        errors = [line for line in lines if re.match(r"[\w.]+(Error|Exception)\b", line)]
        return (errors or lines or [""])[-1]
    return ""


def _past_proxies() -> dict[str, str]:
    """Variables that let requests to the own server past the proxies that the environment names."""
    proxies = getproxies_environment()
    spared = proxies.pop("no", "")
    if not proxies or spared == "*":
        return {}
    value = f"{spared},{LOOPBACK}".strip(",")
    return {"no_proxy": value, "NO_PROXY": value}


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Within the block, these variables for this process and those that it starts; Prefect's settings follow them."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        _refresh_settings()
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _refresh_settings()


def _send_the_rest() -> None:
    """Have Prefect send the log lines and states that it still holds; later it would look for the server in vain."""
    if "prefect.events.worker" in sys.modules:
        from prefect.events.worker import EventsWorker
        from prefect.logging.handlers import APILogWorker

        for sender in (APILogWorker, EventsWorker):
            # A sender that is drained has ended; the next message, to whichever server, starts another one.
            sender.drain_all(timeout=SEND_SECONDS)


def _refresh_settings() -> None:
    """Have Prefect read its settings again, if it is loaded: it does so once, when it is imported."""
    if context := sys.modules.get("prefect.context"):
        context.refresh_global_settings_context()
