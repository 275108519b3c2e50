"""A Prefect server's first start, whose database the other servers of the tests begin with."""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from flows.server import Server, prefect_server

PATIENCE = 30.0  # seconds; a busy machine needs many times what an idle one does


@dataclass(frozen=True, slots=True)
class FirstStart:
    folder: Path
    server: Server
    before: Mapping[str, str]  # environment
    after: Mapping[str, str]


@contextmanager
def nobody_names_a_server() -> Iterator[pytest.MonkeyPatch]:
    """The block is about a user without settings for Prefect, whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PREFECT_")]:
            patch.delenv(name)
        patch.setenv("PREFECT_PROFILES_PATH", os.devnull)
        yield patch


@cache
def first_start() -> FirstStart:
    """It makes the database, which takes longer than all the rest."""
    folder = Path(tempfile.mkdtemp(prefix="exsclaim-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with nobody_names_a_server():
        before = dict(os.environ)
        new = folder / "a new folder" / "50 % ? of #1"
        with prefect_server(new) as server:
            pass
        return FirstStart(new, server, before, dict(os.environ))


def folder_with_database(folder: Path, name: str = "prefect") -> Path:
    with (
        closing(sqlite3.connect(first_start().folder / "prefect.db")) as source,
        closing(sqlite3.connect(folder / f"{name}.db")) as target,
    ):
        source.backup(target)
    return folder


def soon(condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true while a patient person waits."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
