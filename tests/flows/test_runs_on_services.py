"""Runs on a Prefect server and a Dask cluster that are there: single stages, faulty documents, what the UI shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from exsclaim_core.runs import Run
from infra.local_topology import Topology
from tests.drawing.runs import draw_papers
from tests.flows.commands import ROOT, Ended, exsclaim, until
from tests.flows.disturbed_command import GPU_STAGES, noted

GOOD, BAD = ("good", "well"), ("crash", "hang")
LIMITS = ("--set", "limits.seconds=5", "--set", "limits.seconds_per_page=0")
FAULTS = ["crash: the process ended with SIGSEGV", "hang: took longer than 5 s"]


Tables = dict[str, tuple[int, bytes]]  # by stage: when it was written, and what it holds


@dataclass(frozen=True, slots=True)
class Stopped:
    """What came of a command that stops after captions."""

    ended: Ended
    tables: Tables
    shown: dict[str, Any]  # by the server: data by artifact
    gpus: list[str]  # the device by document on which its captions were found


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two papers that are well, one that kills the process that reads it, one that never comes to an end."""
    return draw_papers(tmp_path_factory.mktemp("faulty") / "papers", **dict.fromkeys((*GOOD, *BAD), 1))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("observed") / "observed"


@pytest.fixture(scope="module")
def connected(services: Topology) -> dict[str, str]:
    return {"PREFECT_API_URL": services.prefect_api_url, GPU_STAGES: "captions"}


@pytest.fixture(scope="module")
def until_captions(services: Topology, connected: dict[str, str], home: Path, papers: Path, run: Path) -> Stopped:
    """After a stage for GPU workers."""
    place = ("--cluster", services.dask_scheduler, "--run", run)
    arguments = ("run", "--pdfs", papers, *place, "--until", "captions", *LIMITS)
    ended = exsclaim(home, *arguments, disturbed=True, environment=connected)
    notes = [noted(papers / f"{name}.pdf", "captions") for name in GOOD]
    return Stopped(ended, tables(run), artifacts(services, run.name), [note.gpu for note in notes if note])


@pytest.fixture(scope="module")
def rerun(
    services: Topology, connected: dict[str, str], home: Path, run: Path, until_captions: Stopped
) -> tuple[Ended, Tables]:
    """Captions again, with another setting."""
    arguments = ("rerun", "captions", "--run", run, "--cluster", services.dask_scheduler)
    setting = ("--set", "captions.line_gap=1.4")
    return exsclaim(home, *arguments, *setting, disturbed=True, environment=connected), tables(run)


@pytest.fixture(scope="module")
def copy(
    services: Topology, connected: dict[str, str], home: Path, run: Path, rerun: tuple[Ended, Tables]
) -> tuple[Ended, Path]:
    """Captions again, in a run of its own."""
    place = run.with_name("copied")
    arguments = ("rerun", "captions", "--run", run, "--to", place, "--cluster", services.dask_scheduler)
    setting = ("--set", "captions.threshold=50")
    return exsclaim(home, *arguments, *setting, disturbed=True, environment=connected), place


@pytest.fixture(scope="module")
def other_terms(services: Topology, connected: dict[str, str], run: Path, rerun: tuple[Ended, Tables]) -> Tables:
    """Captions distributed again, with terms to find in them, by the flow that a deployment starts."""
    given = {
        "run": str(run),
        "cluster": services.dask_scheduler,
        "distribution": {"terms": {"coldness": ["temperature"]}},
    }
    program = (
        "import sys; from flows.stage import distribution; from flows.requests import DistributionRerun as Request"
    )
    start = "distribution(Request.model_validate_json(sys.argv[1]))"
    command = [sys.executable, "-c", f"{program}; {start}", json.dumps(given)]
    subprocess.run(command, env={**os.environ, **connected}, cwd=ROOT, check=True, timeout=120, capture_output=True)
    return tables(run)


def tables(run: Path) -> Tables:
    files = {path.parent.name: path for path in run.glob("*/000000.parquet")}
    return {stage: (path.stat().st_mtime_ns, path.read_bytes()) for stage, path in files.items()}


def artifacts(services: Topology, run: str) -> dict[str, Any]:
    """The data of the last artifact of each kind that is about a run."""
    answer = httpx.post(f"{services.prefect_api_url}/artifacts/filter", json={"sort": "UPDATED_DESC"})
    found: dict[str, Any] = {}
    for artifact in answer.raise_for_status().json():
        if run in (artifact["description"] or ""):
            found.setdefault(artifact["key"], artifact["data"])
    return found


class TestUntilAStage:
    def test_it_stops_there(self, until_captions: Stopped) -> None:
        assert until_captions.ended.table["unfinished"] == 4
        assert set(until_captions.tables) == {"sources", "read", "layout", "captions"}

    def test_faulty_documents_are_left_out(self, until_captions: Stopped, run: Path) -> None:
        assert [f"{error.document}: {error.message}" for error in Run(run).errors("read", "000000")] == FAULTS
        assert [row["document"] for row in Run(run).rows("layout", "000000")] == list(GOOD)

    def test_a_stage_for_gpu_workers_runs_on_one(self, until_captions: Stopped) -> None:
        assert until_captions.gpus == ["0", "0"]

    def test_the_server_shows_progress_and_stages(self, until_captions: Stopped, run: Path) -> None:
        assert until_captions.shown["progress"] == 100
        stages = {row["stage"]: row for row in json.loads(until_captions.shown["stages"])}
        documents = {"read": 4, "layout": 2, "captions": 2, "clusters": 0, "figures": 0, "panels": 0, "distribution": 0}
        assert {name: stage["documents"] for name, stage in stages.items()} == documents
        assert stages["read"]["errors"] == "crash: 1, timeout: 1"
        assert str(run) in until_captions.shown["results"]
        assert "overview" not in until_captions.shown["results"]

    def test_the_log_of_a_task_names_the_documents_that_failed(
        self, services: Topology, until_captions: Stopped
    ) -> None:
        def messages() -> list[str]:
            answer = httpx.post(f"{services.prefect_api_url}/logs/filter", json={"logs": {"level": {"ge_": 30}}})
            return [line["message"] for line in answer.raise_for_status().json() if line["task_run_id"]]

        wanted = {"crash: crash: the process ended with SIGSEGV", "hang: timeout: took longer than 5 s"}
        until(lambda: wanted <= set(messages()), 15)  # Prefect sends log lines some seconds later


class TestRerun:
    def test_the_stages_before_are_left_alone(self, until_captions: Stopped, rerun: tuple[Ended, Tables]) -> None:
        before, after = until_captions.tables, rerun[1]
        for stage in ("sources", "read", "layout"):
            assert after[stage] == before[stage]
        assert after["captions"] != before["captions"]

    def test_it_goes_on_to_the_dataset(self, rerun: tuple[Ended, Tables], papers: Path, run: Path) -> None:
        ended, _ = rerun
        assert ended.status == 1
        assert ended.said == []
        assert ended.table == {"documents": 4, "pages": 4, "figures": 2, "tables": 0, "partial": 0, "failed": 2}
        lines = [line for line in ended.out.splitlines() if line.startswith("failed: ")]
        assert [line.removeprefix(f"failed: {papers}/") for line in lines] == [
            f.replace(":", ".pdf:", 1) for f in FAULTS
        ]
        assert Run(run).settings.captions.line_gap == 1.4

    def test_other_terms_change_the_distribution_and_what_rests_on_it(
        self, rerun: tuple[Ended, Tables], other_terms: Tables, run: Path
    ) -> None:
        before = rerun[1]
        assert {stage for stage in before if before[stage] != other_terms[stage]} == {"distribution"}
        figures = pq.read_table(run / "dataset" / "parquet" / "figures.parquet").to_pylist()
        assert [figure["query_keywords"] for figure in figures] == [["coldness"]] * 2

    def test_the_server_links_to_the_overview(self, services: Topology, rerun: tuple[Ended, Tables], run: Path) -> None:
        assert f"({run.as_uri()}/dataset/index.html)" in artifacts(services, "observed")["results"]

    def test_another_run_leaves_the_first_alone(
        self, rerun: tuple[Ended, Tables], copy: tuple[Ended, Path], run: Path
    ) -> None:
        ended, place = copy
        assert ended.table["figures"] == 0
        assert {stage: of for stage, of in tables(run).items() if stage != "distribution"} == {
            stage: of for stage, of in rerun[1].items() if stage != "distribution"
        }
        assert Run(run).settings.captions.threshold == 1.0
        assert {stage: tables(place)[stage] for stage in ("read", "layout")} == {
            stage: rerun[1][stage] for stage in ("read", "layout")
        }

    def test_two_runs_can_be_compared(self, home: Path, copy: tuple[Ended, Path], run: Path) -> None:
        ended = exsclaim(home, "compare", run, copy[1])
        assert (ended.status, ended.err) == (0, "")
        assert "captions.threshold: 1.0 before, 50.0 after\n" in ended.out
        assert "well: Figure 1, page 1: gone" in ended.out
        assert (home / "comparison-observed-copied" / "index.html").exists()


def test_a_stage_for_gpu_workers_is_not_begun_without_one(
    connected: dict[str, str], home: Path, papers: Path, tmp_path: Path
) -> None:
    place = ("--pdfs", papers / "good.pdf", "--run", tmp_path / "run", "--workers", "1")
    setting = ("--set", "execution.gpu_stages_on_cpu=false")
    ended = exsclaim(home, "run", *place, *setting, disturbed=True, environment=connected)
    assert ended.status == 1
    (line,) = ended.said
    assert line.startswith("exsclaim: captions is for GPU workers and no Dask worker offers one: ")
    assert line.endswith("or set execution.gpu_stages_on_cpu=true")
    assert not (tmp_path / "run" / "read").exists()  # nor are the stages before it
