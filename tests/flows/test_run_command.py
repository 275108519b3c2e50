"""What a person sees of `exsclaim run` without a server, a cluster or anything configured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exsclaim_core.runs import Run
from tests.drawing.runs import draw_papers
from tests.flows.commands import Ended, exsclaim


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two papers, and a file that is none."""
    folder = draw_papers(tmp_path_factory.mktemp("some") / "papers", one=1, two=2)
    (folder / "broken.pdf").write_text("no paper")
    return folder


@pytest.fixture(scope="module")
def first(home: Path, papers: Path) -> Ended:
    """What came of the first command; its run is runs/papers."""
    return exsclaim(home, "run", "--pdfs", papers)


@pytest.fixture(scope="module")
def run(home: Path, first: Ended) -> Path:
    return home / "runs" / "papers"


def test_both_dashboards_are_named(first: Ended) -> None:
    assert re.search(r"^Prefect: http://127\.0\.0\.1:\d+$", first.err, re.MULTILINE)
    assert re.search(r"^Dask: http://127\.0\.0\.1:\d+/status$", first.err, re.MULTILINE)


def test_stages_are_named_as_they_are_done(first: Ended) -> None:
    done = re.findall(r"^(\w+): 1 shard done after \d+ s$", first.err, re.MULTILINE)
    assert done == ["read", "layout", "captions", "clusters", "figures", "panels", "distribution", "dataset"]
    assert first.said == []


def test_it_ends_with_a_table(first: Ended) -> None:
    assert first.table == {"documents": 3, "pages": 3, "figures": 3, "tables": 0, "partial": 0, "failed": 1}


def test_a_broken_document_has_a_line_and_makes_the_status_1(first: Ended, papers: Path, run: Path) -> None:
    assert first.status == 1
    (line,) = [line for line in first.out.splitlines() if line.startswith("failed: ")]
    assert line.startswith(f"failed: {papers / 'broken.pdf'}: ")
    assert f"Results: {run}\n" in first.out


def test_the_dataset_is_there(run: Path) -> None:
    assert (run / "dataset" / "exsclaim.json").exists()
    assert (run / "report.md").exists()
    assert not list(run.rglob("*.part"))


def test_with_nothing_to_do_no_server_is_started(home: Path, papers: Path, first: Ended, run: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*.parquet")}
    again = exsclaim(home, "run", "--pdfs", papers)
    assert (again.status, again.err, again.out) == (1, "", first.out)
    assert again.cpu_seconds < 3
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*.parquet")} == before


def test_status(home: Path, run: Path) -> None:
    ended = exsclaim(home, "status", "--run", run)
    assert (ended.status, ended.err) == (0, "")
    assert f"All is up to date: {run}/dataset" in ended.out
    assert "1 time corrupt in read, for instance broken" in ended.out


def test_a_run_that_somebody_works_on_is_left_alone(home: Path, run: Path) -> None:
    before = (run / "run.json").read_bytes()
    with Run(run).lock():
        ended = exsclaim(home, "run", "--run", run, "--set", "captions.line_gap=1.4")
    assert ended.status == 1
    assert ended.said == [f"exsclaim: another process is at work on the run {run}: wait for it or stop it"]
    assert (run / "run.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        ("run", 2, "give a query, QUERY.json, the PDFs, --pdfs FOLDER, or a run to go on with, --run RUN"),
        ("run --pdfs nowhere", 2, "there is no file or folder nowhere"),
        ("run --pdfs empty", 2, "there is no PDF in the folder empty"),
        ("run --run nothing", 1, "there is no run at nothing, and no PDFs are given to make one of: --pdfs FOLDER"),
        ("run --run {run} --until pictures", 2, "there is no stage pictures; the stages are read, layout, .*"),
        ("run --run {run} --set captions.line_gap=wide", 2, ".*captions.line_gap.*"),
        ("rerun pictures --run {run}", 2, "there is no stage pictures; the stages are read, layout, .*"),
        ("rerun figures --run nothing", 1, "there is no run at .*/nothing: its run.json is missing"),
        (
            "rerun figures --run {run} --set captions.line_gap=1.4",
            2,
            "settings under captions belong to the stage captions, which comes before figures: exsclaim rerun captions",
        ),
        (
            "rerun figures --run {run} --to {run}",
            1,
            "{run} holds a run already: choose another name, or go on with it: exsclaim run --run {run}",
        ),
        ("status --run nothing", 1, "there is no run at .*/nothing: its run.json is missing"),
        ("compare {run} nothing", 1, "there is no run at .*/nothing: its run.json is missing"),
    ],
)
def test_a_wrong_command_ends_with_one_line(home: Path, run: Path, arguments: str, status: int, complaint: str) -> None:
    (home / "empty").mkdir(exist_ok=True)
    before = {path.name for path in (home / "runs").iterdir()}
    ended = exsclaim(home, *arguments.format(run=run).split())
    assert (ended.status, ended.out) == (status, "")
    (line,) = ended.err.splitlines()
    assert re.fullmatch(f"exsclaim: {complaint.format(run=re.escape(str(run)))}", line)
    assert {path.name for path in (home / "runs").iterdir()} == before
    assert not (home / "nothing").exists()
