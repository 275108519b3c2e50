"""Services that commands of several tests use, and a run that nothing has disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.runs import Run
from exsclaim_core.stage_work import end_children
from infra.local_topology import Topology, local_topology
from tests.drawing.runs import carry_out, draw_papers, make_run
from tests.flows import disturbed_command
from tests.flows.own_servers import folder_with_database

HELD_PAPERS = ("a", "b", "c", "d-held", "e", "f")
SHARD_PAGES = 2


@pytest.fixture(scope="package")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    """A Prefect server and a Dask cluster, of which one worker offers a GPU; its workers' stages can be disturbed."""
    preload = {"DASK_DISTRIBUTED__WORKER__PRELOAD": f'["{disturbed_command.MODULE}"]'}
    folder = folder_with_database(tmp_path_factory.mktemp("services"))
    with local_topology(folder, cpu_workers=1, gpu_workers=1, database="sqlite", environment=preload) as running:
        yield running


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of a user start who has configured nothing, but has used the program before."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "data" / "exsclaim").mkdir(parents=True)
    folder_with_database(folder / "data" / "exsclaim")
    return folder


@pytest.fixture(scope="session")
def held_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six papers of one page each, in four shards for two workers; one of them can be held."""
    return draw_papers(tmp_path_factory.mktemp("held") / "papers", **dict.fromkeys(HELD_PAPERS, 1))


@pytest.fixture(scope="session")
def undisturbed(held_papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What a run of these papers comes to, made without any flow; it is called `run`."""
    place = tmp_path_factory.mktemp("undisturbed") / "run"
    run = make_run(place, held_papers, workers=2, execution={"shard_pages": SHARD_PAGES})
    carry_out(run, "distribution")
    export_dataset(run)
    end_children()
    return run
