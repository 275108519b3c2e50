"""A PostgreSQL server with a database cluster of its own in a folder; nothing of the system's one is touched."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from infra.processes import Program

LOOPBACK = "127.0.0.1"
USER = "prefect"
DATABASE = "postgres"  # the one that is there from the start
# Where distributions put the programs that belong on no PATH: Debian, Red Hat, Homebrew.
PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
PROGRAMS = ("initdb", "postgres", "pg_isready")
# A crash of the machine may lose the last second; a crash of the server loses nothing.
OPTIONS = ("-c", "synchronous_commit=off")


@dataclass(frozen=True, slots=True)
class Database:
    """A server to start, and what Prefect's server has to know about it."""

    program: Program
    settings: Mapping[str, str] = field(repr=False)  # environment variables; the password is among them


@cache
def installed() -> dict[int, Path]:
    """Folders with the programs of the PostgreSQL servers that can be used on this machine, by major version."""
    # The server refuses to run as root, and elsewhere than on Linux no other user may reach the folder.
    if os.geteuid() == 0 and sys.platform != "linux":
        return {}
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += [folder for place in PLACES for folder in Path("/").glob(place)]
    return {_version(folder): folder for folder in folders if all((folder / program).exists() for program in PROGRAMS)}


@contextmanager
def postgres(folder: Path, port: int) -> Iterator[Database]:
    """A server for the database cluster in the folder, which is made where there is none; usable within the block.

    ValueError where the cluster there is of a version that is not installed.
    """
    data, password_file = folder / "postgres", folder / "postgres-password"
    user = ("postgres" if _exists("postgres") else "nobody") if os.geteuid() == 0 else None
    if not data.exists():
        _create(data, password_file, installed()[max(installed())], user)
    version = int((data / "PG_VERSION").read_text())
    if version not in installed():
        raise ValueError(f"{data} needs PostgreSQL {version}, which is not installed")
    programs = installed()[version]
    with _reachable(data, user) as (place, descriptors):
        program = Program(
            "postgres",
            (str(programs / "postgres"), "-D", place, "-h", LOOPBACK, "-p", str(port), "-k", "", *OPTIONS),
            _environment(),
            partial(_is_ready, programs, port),
            ending=signal.SIGINT,  # without waiting for clients to leave
            folder="/",
            user=user,
            descriptors=descriptors,
        )
        settings = {
            "DRIVER": "postgresql+asyncpg",
            "HOST": LOOPBACK,
            "PORT": str(port),
            "USER": USER,
            "NAME": DATABASE,
            "PASSWORD": password_file.read_text(),
        }
        yield Database(program, {f"PREFECT_SERVER_DATABASE_{name}": value for name, value in settings.items()})


def _create(data: Path, password_file: Path, programs: Path, user: str | None) -> None:
    new = data.with_name("postgres.new")  # renamed when complete
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    password_file.touch(mode=0o600)
    password_file.write_text(secrets.token_urlsafe(24))
    for path in (new, password_file):
        if user is not None:
            os.chown(path, pwd.getpwnam(user).pw_uid, -1)
    with ExitStack() as stack:
        place, descriptors = stack.enter_context(_reachable(new, user))
        password, more_descriptors = stack.enter_context(_reachable(password_file, user))
        identity = ("-U", USER, "--auth=scram-sha-256", f"--pwfile={password}")
        subprocess.run(
            (str(programs / "initdb"), "-D", place, *identity, "--encoding=UTF8", "--no-locale", "--no-sync"),
            env=_environment(),
            cwd="/",
            user=user,
            group=user and pwd.getpwnam(user).pw_gid,
            extra_groups=None if user is None else (),
            pass_fds=descriptors + more_descriptors,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    new.rename(data)


@contextmanager
def _reachable(path: Path, user: str | None) -> Iterator[tuple[str, tuple[int, ...]]]:
    """A name for the path, and the descriptors that a process has to inherit for that name to mean something.

    Root's folders are often closed to others, and a database's user has to reach what lies in them all the same: a
    descriptor's name leads there without a look at the folders above.
    """
    if user is None:
        yield str(path), ()
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{descriptor}", (descriptor,)
    finally:
        os.close(descriptor)


def _is_ready(programs: Path, port: int) -> bool:
    command = [str(programs / "pg_isready"), "--quiet", "--host", LOOPBACK, "--port", str(port)]
    return subprocess.run(command, env=_environment(), check=False).returncode == 0


def _environment() -> dict[str, str]:
    """This process's environment without what would lead to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))} | {"LC_ALL": "C"}


def _version(programs: Path) -> int:
    text = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    if not (match := re.search(r"\d+", text)):
        raise ValueError(f"{programs / 'postgres'} names no version in {text!r}")
    return int(match[0])


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
