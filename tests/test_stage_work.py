"""A stage at work on a shard: what is wrong with a document stays with it, and no result is ever half there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from exsclaim_core import stage_work
from exsclaim_core.model import ErrorRecord
from exsclaim_core.runs import Run, RunError
from exsclaim_core.settings import LimitSettings, RunSettings
from exsclaim_core.stage_work import end_children, run_stage
from exsclaim_core.stages import STAGES, stages_until
from exsclaim_core.tables.arrow import DOCUMENT
from tests.drawing.runs import carry_out, contents, draw_paper, draw_papers, quick_run, start
from tests.faulty_stages import faulty
from tests.processes import nothing_left_behind

EVERY_STAGE = ["read", "layout", "captions", "clusters", "figures"]
HASTY = {"seconds": 1.5, "seconds_per_page": 0, "memory": 0.4}
SHARD = "000000"


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    with nothing_left_behind():
        yield
        end_children()


def documents(run: Run, stage: str) -> list[str]:
    """Documents that have a row in a stage's table."""
    return [row[DOCUMENT] for row in run.rows(stage, SHARD)]


def kinds(run: Run, stage: str) -> dict[str, str]:
    """The kind of error by document."""
    return {error.document: error.kind for error in run.errors(stage, SHARD)}


def copied(run: Run, folder: Path) -> Run:
    """A copy of a run on a disk."""
    shutil.copytree(run.root, folder)
    return Run(folder)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_papers(tmp_path_factory.mktemp("papers"), one=1, run=2, three=3)


@pytest.fixture(scope="module")
def finished(papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that is done; for tests that only look at it or copy it."""
    run = quick_run(tmp_path_factory.mktemp("finished") / "run", papers)
    carry_out(run)
    return run


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Run]:
    """Finished runs with documents whose names are faults, by the number of faults."""
    runs = {}
    for names in (("crash", "fail", "good"), ("crash", "fail", "fill", "good", "hang")):
        folder = tmp_path_factory.mktemp("named")
        run = quick_run(folder / "run", draw_papers(folder / "papers", **dict.fromkeys(names, 1)), limits=HASTY)
        carry_out(run)
        runs[len(names) - 1] = run
    return runs


@pytest.fixture(scope="module")
def located(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of which all is done but the figures."""
    folder = tmp_path_factory.mktemp("rendering")
    names = ("crash rendering", "fail rendering", "good")
    run = quick_run(folder / "run", draw_papers(folder / "papers", **dict.fromkeys(names, 3)), limits=HASTY)
    carry_out(run, "clusters")
    return run


@pytest.fixture(scope="module")
def orphans(papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("orphans")
    shutil.copytree(papers, folder / "papers")
    draw_paper(folder / "papers" / "orphan rendering.pdf", 2)
    return folder / "papers"


@pytest.fixture(scope="module")
def undisturbed(orphans: Path) -> Run:
    run = quick_run(orphans.parent / "undisturbed", orphans)
    carry_out(run)
    return run


class TestWork:
    def test_what_it_took_is_told(self, finished: Run) -> None:
        for stage in EVERY_STAGE:
            usage = finished.usage(stage, SHARD)
            assert usage
            assert (usage.documents, usage.pages, usage.errors) == (3, 3, 0)
            assert 0 < usage.cpu_seconds < 60
            assert 20e6 < usage.peak_memory < 2e9

    def test_what_is_up_to_date_is_not_made_again(self, finished: Run) -> None:
        before = contents(finished)
        assert [run_stage(finished, stage, SHARD) for stage in stages_until("figures")] == [None] * 5
        assert contents(finished) == before

    def test_a_result_tells_what_made_it(self, finished: Run) -> None:
        import pyarrow.parquet as pq

        metadata = pq.read_schema(f"{finished.root}/captions/{SHARD}.parquet").metadata
        assert metadata[b"exsclaim.stage"] == b"captions 1"
        assert b'"line_gap":1.3' in metadata[b"exsclaim.settings"]

    def test_a_stage_before_it_must_be_up_to_date(self, papers: Path, tmp_path: Path) -> None:
        run = quick_run(tmp_path / "run", papers)
        with pytest.raises(RunError, match="layout of shard 000000 needs the result of read, which is not up to date"):
            run_stage(run, STAGES["layout"], SHARD)
        assert run.stored("layout", SHARD) is None

    def test_other_settings_make_again_what_depends_on_them(self, finished: Run, tmp_path: Path) -> None:
        run = copied(finished, tmp_path / "run")
        run.settings = RunSettings.model_validate({"limits": {"seconds": 9}, "execution": {"rounds": 1}})
        assert carry_out(run) == []
        run.settings = RunSettings.model_validate({"output": {"dpi": 50}})
        assert carry_out(run) == ["figures/000000"]
        assert {row["figures"][0]["dpi"] for row in run.rows("figures", SHARD)} == {50.0}
        before = {stage: run.read(f"{stage}/{SHARD}.parquet") for stage in EVERY_STAGE}
        run.settings = RunSettings.model_validate({"output": {"dpi": 50}, "captions": {"line_gap": 1.4}})
        assert carry_out(run) == ["captions/000000", "clusters/000000", "figures/000000"]
        run.settings = RunSettings.model_validate({"output": {"dpi": 50}})
        carry_out(run)
        assert {stage: run.read(f"{stage}/{SHARD}.parquet") for stage in EVERY_STAGE} == before

    def test_a_new_version_of_a_stage_makes_again_what_rests_on_it(
        self, finished: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = copied(finished, tmp_path / "run")
        monkeypatch.setitem(STAGES, "clusters", replace(STAGES["clusters"], version=2))
        assert carry_out(run) == ["clusters/000000", "figures/000000"]

    def test_pictures_that_no_figure_has_any_longer_are_removed(self, finished: Run, tmp_path: Path) -> None:
        run = copied(finished, tmp_path / "run")
        assert "images/three/three-Figure3-1.png" in contents(run)
        run.settings = RunSettings.model_validate({"output": {"images": False, "svg": True}})
        carry_out(run)
        pictures = [name for name in contents(run) if name.startswith("images/")]
        assert len(pictures) == 6
        assert all(name.endswith(".svg") for name in pictures)

    def test_reading_again_leaves_the_pictures(self, finished: Run, tmp_path: Path) -> None:
        run = copied(finished, tmp_path / "run")
        run.forget("read", SHARD)
        assert carry_out(run) == ["read/000000"]
        assert contents(run) == contents(finished)

    @pytest.mark.parametrize("name", ["run", "report", "read", "images", "sources"])
    def test_a_document_may_be_called_as_the_runs_own_files(self, tmp_path: Path, name: str) -> None:
        run = quick_run(tmp_path / "run", draw_papers(tmp_path / "papers", **{name: 1}))
        run.write("report.json", b"{}")
        carry_out(run)
        run.settings = RunSettings.model_validate({"output": {"dpi": 50}})
        carry_out(run)
        assert Run(run.url).read("report.json") == b"{}"
        assert f"images/{name}/{name}-Figure1-1.png" in contents(run)

    def test_a_child_that_is_replaced_after_each_document_changes_nothing(
        self, tmp_path: Path, finished: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stage_work, "TABLE_MEMORY", 0)
        run = copied(finished, tmp_path / "run")
        run.settings = RunSettings(limits=LimitSettings(kept_memory=0.001))
        run.forget("captions", SHARD)
        run_stage(run, STAGES["captions"], SHARD)
        assert run.read(f"captions/{SHARD}.parquet") == finished.read(f"captions/{SHARD}.parquet")

    def test_two_threads_work_on_two_shards(self, papers: Path, tmp_path: Path, finished: Run) -> None:
        run = quick_run(tmp_path / "run", papers, shards=2)
        for stage in stages_until("figures"):
            with ThreadPoolExecutor(2) as pool:
                usages = list(pool.map(lambda shard, stage=stage: run_stage(run, stage, shard), run.shards()))
            assert all(usages)
        rows = [row for shard in run.shards() for row in run.rows("figures", shard)]
        assert rows == list(finished.rows("figures", SHARD))
        images = {name: content for name, content in contents(finished).items() if name.startswith("images/")}
        assert {name: content for name, content in contents(run).items() if name.startswith("images/")} == images


class TestBadDocuments:
    @pytest.mark.parametrize(
        ("stage", "faults"), [("read", 4), ("layout", 2), ("captions", 2), ("clusters", 2), ("figures", 2)]
    )
    def test_a_bad_document_does_not_stop_the_others(
        self, named: dict[int, Run], tmp_path: Path, stage: str, faults: int
    ) -> None:
        run = copied(named[faults], tmp_path / "run")
        whole = run.read(f"{stage}/{SHARD}.parquet")
        run.forget(stage, SHARD)
        usage = run_stage(run, faulty(stage), SHARD)
        assert usage
        assert (usage.documents, usage.errors) == (faults + 1, faults)
        assert documents(run, stage) == ["good"]
        assert (
            run.errors(stage, SHARD)
            == [
                ErrorRecord("crash", stage, "crash", "the process ended with SIGSEGV"),
                ErrorRecord("fail", stage, "internal", "IndexError: column 7 of a page with 2 columns"),
                ErrorRecord("fill", stage, "memory", "needed more than 0.4 GiB"),
                ErrorRecord("hang", stage, "timeout", "took longer than 1.5 s"),
            ][:faults]
        )
        # What comes after has the good one to work on.
        later = EVERY_STAGE[EVERY_STAGE.index(stage) + 1 :]
        for name in later:
            run.forget(name, SHARD)
        assert carry_out(run) == [f"{name}/{SHARD}" for name in later]
        assert documents(run, "figures") == ["good"]
        assert all(run.errors(name, SHARD) == [] for name in later)
        # Made again without the faults, nothing of them is left.
        run.forget(stage, SHARD)
        carry_out(run)
        assert (run.read(f"{stage}/{SHARD}.parquet"), run.errors(stage, SHARD)) == (whole, [])

    def test_files_that_cannot_be_read(self, tmp_path: Path) -> None:
        folder = draw_papers(tmp_path / "papers", good=1, gone=1)
        (folder / "empty.pdf").touch()
        (folder / "text.pdf").write_text("no paper")
        draw_paper(folder / "secret.pdf", password="sesame")
        run = quick_run(tmp_path / "run", folder)
        (folder / "gone.pdf").unlink()
        carry_out(run)
        assert kinds(run, "read") == {
            "empty": "empty",
            "gone": "unreadable",
            "secret": "password",
            "text": "corrupt",
        }
        assert documents(run, "read") == documents(run, "figures") == ["good"]
        assert all(error.stage == "read" and "\n" not in error.message for error in run.errors("read", SHARD))

    def test_a_shard_of_which_nothing_can_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "papers").mkdir()
        (tmp_path / "papers" / "empty.pdf").touch()
        run = quick_run(tmp_path / "run", tmp_path / "papers")
        assert carry_out(run) == [f"{stage}/{SHARD}" for stage in EVERY_STAGE]
        assert documents(run, "figures") == []
        assert carry_out(run) == []


class TestRendering:
    def test_where_it_ends_the_process_figures_and_captions_stay(self, located: Run, tmp_path: Path) -> None:
        run = copied(located, tmp_path / "run")
        run_stage(run, faulty("figures"), SHARD)
        rows = {row[DOCUMENT]: row for row in run.rows("figures", SHARD)}
        assert list(rows) == ["crash rendering", "fail rendering", "good"]
        # The fault came after the first picture.
        for name in ("crash rendering", "fail rendering"):
            images = [figure["image"] for figure in rows[name]["figures"]]
            assert images == [f"images/{name}/{name}-Figure1-1.png", None, None]
            assert rows[name]["figures"][0]["pixels"] == rows["good"]["figures"][0]["pixels"]
        without_pictures = dict.fromkeys(("image", "dpi", "pixels"))
        for row in rows.values():
            assert [{**figure, **without_pictures} for figure in row["figures"]] == [
                {**figure, **without_pictures} for figure in rows["good"]["figures"]
            ]
        message = "Figure {0} could not be rendered: column 7 of a page with 2 columns"
        assert run.errors("figures", SHARD) == [
            ErrorRecord("crash rendering", "render", "crash", "the process ended with SIGSEGV"),
            ErrorRecord("fail rendering", "render", "render", message.format(2), 2),
            ErrorRecord("fail rendering", "render", "render", message.format(3), 3),
        ]
        assert not list(Path(run.root).rglob("*.part"))

    def test_where_that_fails_too_the_document_does(self, located: Run, tmp_path: Path) -> None:
        run = copied(located, tmp_path / "run")
        run_stage(run, faulty("figures", "figures_that_fail"), SHARD)
        assert documents(run, "figures") == ["fail rendering", "good"]
        assert kinds(run, "figures") == {"crash rendering": "internal", "fail rendering": "render"}
        assert not Path(run.root, "images", "crash rendering").exists()

    def test_a_file_that_has_gone_since_it_was_read(self, papers: Path, tmp_path: Path) -> None:
        run = quick_run(tmp_path / "run", shutil.copytree(papers, tmp_path / "papers"))
        carry_out(run, "clusters")
        (tmp_path / "papers" / "one.pdf").unlink()
        carry_out(run)
        assert run.errors("figures", SHARD) == [ErrorRecord("one", "render", "unreadable", "No such file or directory")]
        images = {row[DOCUMENT]: row["figures"][0]["image"] for row in run.rows("figures", SHARD)}
        assert images == {
            "one": None,
            "run": "images/run/run-Figure1-1.png",
            "three": "images/three/three-Figure1-1.png",
        }


ORPHANED = """
import sys
from exsclaim_core.runs import Run
from exsclaim_core.stage_work import run_stage
from tests.faulty_stages import faulty
run_stage(Run(sys.argv[1]), faulty("figures"), "000000")
"""
DIE_BEFORE_RENAMING = """
import os, signal, sys
from exsclaim_core.runs import Run
from exsclaim_core.stage_work import run_stage
from exsclaim_core.stages import stages_until

def replace(beside, place, rename=os.replace):
    if str(place).endswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    rename(beside, place)

os.replace = replace
for stage in stages_until("figures"):
    run_stage(Run(sys.argv[1]), stage, "000000")
"""
FULL = """
import resource, sys
from exsclaim_core.runs import Run, RunError
from exsclaim_core.stage_work import end_children, run_stage
from exsclaim_core.stages import stages_until
for most in map(int, sys.argv[2:]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    end_children()  # they have the limit that they started with
    try:
        for stage in stages_until("figures"):
            run_stage(Run(sys.argv[1]), stage, "000000")
    except RunError as error:
        print(error)
"""


class TestKilled:
    """A process that ends amid its work leaves a whole result or none, and the next one goes on."""

    def test_amid_the_documents(self, undisturbed: Run, tmp_path: Path) -> None:
        run = copied(undisturbed, tmp_path / "run")
        run.forget("figures", SHARD)
        shutil.rmtree(tmp_path / "run" / "images")
        with start(ORPHANED, run.url) as process:
            children = children_until_its_end(process)
        assert process.returncode == -signal.SIGKILL
        assert run.stored("figures", SHARD) is None
        # The document before was done, and the one that was in work has left a trace.
        left = [name for name in contents(run) if name not in contents(undisturbed) or name.startswith("images/")]
        assert left == [
            ".begun/orphan rendering.json.part",
            "images/one/one-Figure1-1.png",
            "images/orphan rendering/orphan rendering-Figure1-1.png",
        ]
        wait_until(lambda: not any(map(is_at_work, children)))
        assert carry_out(run) == [f"figures/{SHARD}"]
        assert contents(run) == contents(undisturbed)

    @pytest.mark.parametrize("place", ["captions/000000.parquet", "figures/000000.errors.parquet"])
    def test_amid_writing(self, undisturbed: Run, tmp_path: Path, place: str) -> None:
        stage = place.partition("/")[0]
        run = quick_run(tmp_path / "run", Path(undisturbed.pdfs[0]))
        with start(DIE_BEFORE_RENAMING, run.url, place) as process:
            assert process.wait(30) == -9
        assert list(Path(run.root).rglob("*.part")) == [Path(run.root, f"{place}.part")]
        done = EVERY_STAGE[: EVERY_STAGE.index(stage)]
        assert [name for name in EVERY_STAGE if run.stored(name, SHARD)] == done
        assert carry_out(run) == [f"{name}/{SHARD}" for name in EVERY_STAGE if name not in done]
        assert contents(run) == contents(undisturbed)


class TestFullDisk:
    def test_ends_the_stage_without_a_result(self, papers: Path, tmp_path: Path, finished: Run) -> None:
        run = quick_run(tmp_path / "run", papers)
        with start(FULL, run.url, 5_000, 50_000) as process:  # bytes: no table has room, then no picture
            output, _ = process.communicate()
        table, picture = output.splitlines()
        assert table == f"{run.url}/read/{SHARD}.parquet can't be written: File too large"
        assert picture.startswith(f"{run.url}: one: Figure 1 could not be rendered: ")
        assert picture.endswith("File too large")
        assert [stage for stage in EVERY_STAGE if run.stored(stage, SHARD)] == EVERY_STAGE[:-1]
        assert not list(Path(run.root).rglob("*.parquet.part"))
        assert carry_out(run) == [f"figures/{SHARD}"]
        assert contents(run) == contents(finished)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
    def test_a_folder_without_permission(self, papers: Path, tmp_path: Path) -> None:
        run = quick_run(tmp_path / "run", papers)
        Path(run.root).chmod(0o500)
        with pytest.raises(RunError, match="can't be written: Permission denied"):
            carry_out(run)


def children_until_its_end(process: subprocess.Popen[str]) -> set[psutil.Process]:
    """The children that a process has had when it ends."""
    children: set[psutil.Process] = set()
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            children.update(psutil.Process(process.pid).children())
        time.sleep(0.02)
    assert children
    return children


def is_at_work(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
