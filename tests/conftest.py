"""Fixtures that many tests share."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.drawing.pages import Paper
from tests.processes import Started, nothing_left_behind

SHARED = Path(__file__).resolve().parents[2] / "shared"


class Folder(pytest.Package):
    """A folder of tests whose fixtures of the scope "package" end with its last test, although it is no package."""

    def setup(self) -> None:
        """Nothing: a package would run its __init__.py."""


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> Folder:
    folder: Folder = Folder.from_parent(parent, path=path)
    return folder


class FolderScheduling(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist carries no types
    """Where several processes share the tests out, one of them gets all of a folder: its services start once."""

    def _split_scope(self, nodeid: str) -> str:
        tests, place, *_ = nodeid.partition("::")[0].split("/")
        return f"{tests}/{place}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FolderScheduling:
    config.option.loadscopereorder = False  # it puts the folders that have the most tests first: others take longer
    return FolderScheduling(config, log)


def pytest_configure() -> None:
    """Have Ctrl-C mean something to the commands that tests start.

    What a shell starts in the background ignores it, and hands that on to all that it starts itself.
    """
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def paper() -> Paper:
    """A paper without pages: begin with `paper.page()`."""
    return Paper()


@pytest.fixture
def started() -> Iterator[Started]:
    """What a test has started and still runs; after it, that is nothing."""
    with nothing_left_behind() as started:
        yield started


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the benchmark papers, which lies beside the project where it is there at all."""
    if not SHARED.is_dir():
        pytest.skip("../shared with the benchmark papers is absent")
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for the shared folder, so that `-m "not shared"` leaves it out."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")
