"""Runs in object stores and in memory: what they hold is what a run on a disk holds, byte for byte."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from exsclaim_core.runs import Run, RunError, Source
from exsclaim_core.settings import RunSettings
from exsclaim_core.sources import update_sources
from exsclaim_core.stage_work import end_children
from tests.drawing.runs import carry_out, contents, draw_paper, draw_papers, make_run, quick_run

SETTINGS = RunSettings()
SOURCE = Source("paper", "/papers/paper.pdf", 12, 34, "ab" * 32, 3)
S3 = "s3://bucket"


@pytest.fixture(scope="module", autouse=True)
def _children() -> Iterator[None]:
    yield
    end_children()


def only_line(error: pytest.ExceptionInfo[RunError]) -> str:
    """The error's message, which is one line."""
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_papers(tmp_path_factory.mktemp("papers"), one=1, run=2, none=1)


@pytest.fixture(scope="module")
def local_files(papers: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a run over the papers makes on a disk."""
    run = quick_run(tmp_path_factory.mktemp("local") / "run", papers)
    carry_out(run)
    return contents(run)


def test_run_on_a_disk(papers: Path, tmp_path: Path, local_files: dict[str, bytes]) -> None:
    run = quick_run(tmp_path / "run", papers)
    assert carry_out(run) == [f"{stage}/000000" for stage in ("read", "layout", "captions", "clusters", "figures")]
    assert carry_out(Run(run.url)) == []
    assert contents(run) == local_files
    assert "images/run/run-Figure2-1.png" in local_files


class TestMemory:
    """fsspec's other kinds of stores, for which this one stands."""

    @pytest.fixture
    def place(self) -> Iterator[str]:
        from fsspec.implementations.memory import MemoryFileSystem

        yield "memory://runs/a"
        MemoryFileSystem.store.clear()
        MemoryFileSystem.pseudo_dirs[:] = [""]

    def test_results_are_those_of_a_local_run(self, place: str, papers: Path, local_files: dict[str, bytes]) -> None:
        run = quick_run(place, papers)
        carry_out(run)
        assert carry_out(Run(place)) == []
        assert contents(run) == local_files
        assert (Run(place).name, run.folder) == ("a", None)

    def test_files(self, place: str) -> None:
        run = Run.create(place, ["/papers"], SETTINGS)
        assert (Run.exists(place), Run.exists("memory://runs/b")) == (True, False)
        with pytest.raises(RunError, match="there is no run at memory://"):
            Run("memory://runs/b")
        with pytest.raises(RunError, match="holds a run already"):
            Run.create(place, [], SETTINGS)
        assert run.shards() == []
        run.write_sources("000000", [SOURCE])
        assert (run.shards(), run.sources("000000")) == (["000000"], [SOURCE])
        assert run.stored("sources", "000000")
        assert run.stored("read", "000000") is None
        for _ in range(2):
            run.forget("sources", "000000")
            assert run.stored("sources", "000000") is None
        with run.lock():
            pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an S3 server on this machine, which s3fs uses while this module is tested."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    yield address
    server.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A store with an empty bucket, as other processes see it."""
    from s3fs import S3FileSystem

    values = {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    S3FileSystem.clear_instance_cache()
    other = S3FileSystem(skip_instance_cache=True)
    other.mkdir("bucket")
    yield other
    other.rm("bucket", recursive=True)
    S3FileSystem.clear_instance_cache()


class TestS3:
    @pytest.fixture
    def stored_papers(self, bucket: Any, papers: Path) -> str:
        for file in papers.iterdir():
            bucket.put_file(str(file), f"bucket/papers/deep/{file.name}")
        bucket.put_file(str(papers / "one.pdf"), "bucket/papers/._hidden.pdf")
        bucket.pipe_file("bucket/papers/notes.txt", b"no paper")
        return f"{S3}/papers"

    def test_results_are_those_of_a_local_run(
        self, bucket: Any, stored_papers: str, local_files: dict[str, bytes]
    ) -> None:
        run = make_run(f"{S3}/runs/a", stored_papers)
        assert len(carry_out(run)) == 5
        assert carry_out(Run(f"{S3}/runs/a")) == []
        assert contents(run) == local_files
        assert (run.name, run.url, run.folder) == ("a", f"{S3}/runs/a", None)
        usage = run.usage("figures", "000000")
        assert usage
        assert (usage.documents, usage.pages, usage.errors) == (3, 4, 0)
        assert [source.path for source in run.sources("000000")] == [
            f"{S3}/papers/deep/{name}.pdf" for name in ("none", "one", "run")
        ]

    def test_papers_on_a_disk_and_the_run_in_a_store(
        self, bucket: Any, papers: Path, local_files: dict[str, bytes]
    ) -> None:
        run = quick_run(f"{S3}/run", papers)
        carry_out(run)
        assert contents(run) == local_files

    def test_pictures_of_earlier_settings_are_removed(self, bucket: Any, papers: Path) -> None:
        run = quick_run(f"{S3}/run", papers, output={"overlay": True})
        run.write_sources("000000", [source for source in run.sources("000000") if source.document == "one"])
        carry_out(run)
        assert [path for path in contents(run) if path.endswith(".png")] == [
            "images/one/one-Figure1-1.png",
            "overlay/one/one-page1.png",
        ]
        run.settings = RunSettings.model_validate({"output": {"images": False, "svg": True}})
        assert carry_out(run) == ["figures/000000"]
        assert [path for path in contents(run) if path.startswith(("images", "overlay"))] == [
            "images/one/one-Figure1-1.svg"
        ]

    def test_a_paper_that_has_gone_is_recorded_and_the_others_go_on(
        self, bucket: Any, stored_papers: str, papers: Path, tmp_path: Path
    ) -> None:
        run = quick_run(tmp_path / "run", papers, url=f"{stored_papers}/deep")
        bucket.rm_file("bucket/papers/deep/one.pdf")
        carry_out(run, "read")
        (error,) = run.errors("read", "000000")
        assert (error.document, error.kind, error.message) == ("one", "unreadable", "No such file or directory")
        assert [row["document"] for row in run.rows("read", "000000")] == ["none", "run"]

    def test_what_other_processes_write_is_seen(
        self, bucket: Any, stored_papers: str, papers: Path, tmp_path: Path
    ) -> None:
        """s3fs remembers what it has listed: that must not hide the work of others."""
        run = quick_run(f"{S3}/run", papers, url=f"{stored_papers}/deep")
        assert (update_sources(run, 1), run.shards()) == ((0, 0), ["000000"])  # this lists both folders
        before = run.stored("sources", "000000")
        bucket.put_file(str(draw_paper(tmp_path / "new.pdf")), "bucket/papers/deep/new.pdf")
        other = Run.create(tmp_path / "other", [], SETTINGS)
        other.write_sources("000000", [*run.sources("000000"), SOURCE])
        bucket.put_file(f"{other.root}/sources/000000.parquet", "bucket/run/sources/000000.parquet")
        assert run.stored("sources", "000000") == other.stored("sources", "000000") != before
        assert run.sources("000000")[-1] == SOURCE
        bucket.put_file(f"{other.root}/sources/000000.parquet", "bucket/run/sources/000001.parquet")
        assert run.shards() == ["000000", "000001"]
        assert update_sources(run, 1) == (1, 0)

    def test_changed_content_is_seen_also_where_the_size_is_the_same(
        self, bucket: Any, stored_papers: str, papers: Path
    ) -> None:
        run = quick_run(f"{S3}/run", papers, url=f"{stored_papers}/deep")
        assert update_sources(run, 1) == (0, 0)
        content = (papers / "one.pdf").read_bytes()
        changed = content.replace(b"three films", b"seven films")
        assert len(changed) == len(content)
        assert changed != content
        before = run.stored("sources", "000000")
        time.sleep(1.05 - time.time() % 1)  # times are compared in seconds
        bucket.pipe_file("bucket/papers/deep/one.pdf", changed)
        assert update_sources(run, 1) == (0, 1)
        assert run.stored("sources", "000000") != before
        assert update_sources(run, 1) == (0, 0)

    def test_a_bucket_that_there_is_not(self, bucket: Any) -> None:
        with pytest.raises(RunError) as error:
            Run.create("s3://nowhere/run", [], SETTINGS)
        assert only_line(error).startswith("s3://nowhere/run/run.json can't be written: ")
        with pytest.raises(RunError, match="there is no run at s3://nowhere/run"):
            Run("s3://nowhere/run")
        run = Run.create(f"{S3}/run", ["s3://nowhere/papers"], SETTINGS)
        with pytest.raises(FileNotFoundError, match="s3://nowhere/papers"):
            update_sources(run, 1)

    def test_a_single_paper_and_a_store_that_no_longer_answers(
        self, bucket: Any, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from s3fs import S3FileSystem

        bucket.put_file(str(papers / "one.pdf"), "bucket/papers/one.pdf")
        run = make_run(tmp_path / "run", f"{S3}/papers/one.pdf")
        assert [source.document for source in run.sources("000000")] == ["one"]
        assert update_sources(run, 1) == (0, 0)
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
        S3FileSystem.clear_instance_cache()
        with pytest.raises(RunError) as error:
            Run(f"{S3}/run")
        assert only_line(error).startswith(f"{S3}/run/run.json can't be read: Could not connect")
        with pytest.raises(RunError) as error:
            carry_out(run)
        assert only_line(error).startswith(f"{S3}/papers/one.pdf can't be fetched: Could not connect")
        with pytest.raises(RunError, match="can't be read: Could not connect"):
            update_sources(run, 1)
        monkeypatch.undo()


def free_port() -> int:
    with closing(socket.socket()) as some:
        some.bind(("127.0.0.1", 0))
        return int(some.getsockname()[1])
