"""Harvests of played publishers, with a real crawl, and what lies in the run after them."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq

from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.harvesting import HarvestCounts, harvest
from exsclaim_core.harvest.query import Query
from exsclaim_core.runs import Run, RunError
from exsclaim_core.settings import HarvestSettings, RunSettings
from tests.harvest.played_publishers import Played

CONTACT = "somebody@example.org"
PATIENCE = 60.0  # seconds
Row = dict[str, Any]


@dataclass(frozen=True)
class Harvested:
    """A run after a harvest."""

    run: Run
    counts: HarvestCounts | None  # None where it stopped
    error: str  # the sentence with which it stopped; ""

    @property
    def folder(self) -> Path:
        return HarvestFolder(Path(self.run.root)).path

    @cached_property
    def articles(self) -> list[Row]:
        return self._table("articles")

    @cached_property
    def figures(self) -> list[Row]:
        return self._table("figures")

    @cached_property
    def events(self) -> list[Row]:
        return self._table("events")

    def article(self, name: str) -> Row:
        """The article that its publisher calls so, "nature.3"; duplicates of it aside."""
        (row,) = (row for row in self.articles if row["doi"] == f"10.5555/{name}" and row["status"] != "duplicate")
        return row

    def figures_of(self, name: str) -> list[Row]:
        """The article's figures; no tables, graphical abstracts and the like."""
        return [row for row in self.figures if row["doi"] == f"10.5555/{name}" and row["role"] == "figure"]

    def named(self, status: str) -> list[str]:
        """The articles with a status, as their publishers call them."""
        return sorted(row["doi"].removeprefix("10.5555/") for row in self.articles if row["status"] == status)

    def _table(self, name: str) -> list[Row]:
        rows: list[Row] = pq.read_table(self.folder / f"{name}.parquet").to_pylist()
        return rows


def settings_for(played: Played, **settings: Any) -> HarvestSettings:
    """Settings with which the played publishers are asked instead of the real ones, as fast as they answer."""
    # Pictures whose addresses name no scheme become https, which nobody plays.
    secure = {base.replace("http:", "https:"): base for base in played.bases.values()}
    addresses = {**secure, "https://arxiv.org": played.base("arxiv"), **played.bases, **settings.pop("addresses", {})}
    given = {"private_addresses": True, "delay": 0.0, "longest_delay": 0.0, "contact": CONTACT, "tries": 2, **settings}
    return HarvestSettings(addresses=addresses, **given)


def query_for(*sources: str, **fields: Any) -> Query:
    """A query for one word at these sources."""
    words = {"search_field_1": {"term": "drawn"}}
    return Query.model_validate({"name": "drawn", "sources": sources, "query": words, **fields})


def harvest_into(place: Path, query: Query, settings: HarvestSettings) -> Harvested:
    """Carry out a query; the run is made where there is none."""
    run = Run(place) if Run.exists(place) else Run.create(place, [], RunSettings(harvest=settings))
    if run.settings.harvest != settings:
        run.settings = run.settings.model_copy(update={"harvest": settings})
        run.save()
    try:
        return Harvested(run, harvest(run, query), "")
    except RunError as error:
        return Harvested(run, None, str(error))


# The command


def write_command(folder: Path, query: Query, settings: HarvestSettings) -> list[str]:
    """The command `exsclaim harvest` for a query, with files for query and settings; the run is FOLDER/run."""
    (folder / "query.json").write_text(query.model_dump_json(exclude_defaults=True))
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.model_dump(exclude={"addresses"}).items()]
    lines += ["[harvest.addresses]", *(f'"{name}" = "{value}"' for name, value in settings.addresses.items())]
    (folder / "settings.toml").write_text("\n".join(["[harvest]", *lines]))
    program = str(Path(sysconfig.get_path("scripts"), "exsclaim"))
    command = [program, "harvest", str(folder / "query.json"), "--run", str(folder / "run")]
    return [*command, "--settings", str(folder / "settings.toml")]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    status: int  # negative for the number of a signal
    said: str  # on standard error


def carry_out(command: list[str], meanwhile: Callable[[psutil.Process], None]) -> Ended:
    """Run a command; `meanwhile` is called with its process."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        meanwhile(psutil.Process(process.pid))
        _, said = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, said)


def crawls_of(process: psutil.Process) -> list[psutil.Process]:
    """The processes that crawl for a command."""
    return [child for child in process.children(recursive=True) if "exsclaim_core.harvest.crawl" in child.cmdline()]


def wait_until(true: Callable[[], bool]) -> None:
    """TimeoutError where it does not become true."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("it has not happened")
        time.sleep(0.01)


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Environment variables for what is started in the block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def texts_below(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """All files below a folder, unfolded where they are zipped."""
    import gzip

    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            yield path, gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
