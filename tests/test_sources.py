"""The documents of a run: found, named, cut into shards, and what happens when files come, change and go."""

from __future__ import annotations

import hashlib
import math
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exsclaim_core.runs import Run, Source
from exsclaim_core.settings import RunSettings
from exsclaim_core.sources import LEAST_PAGES, cut_shards, local_file, update_sources
from exsclaim_core.stages import STAGES
from tests.drawing.runs import draw_paper, draw_papers, make_run, quick_run

pytestmark = pytest.mark.usefixtures("started")  # nothing is left behind


def documents(run: Run) -> dict[str, list[str]]:
    """Names of the documents of each shard."""
    return {shard: [source.document for source in run.sources(shard)] for shard in run.shards()}


def source_of(run: Run, document: str) -> Source:
    return next(source for shard in run.shards() for source in run.sources(shard) if source.document == document)


def sources(*pages: int) -> list[Source]:
    return [Source(f"paper {number}", "", 0, 0, "", count) for number, count in enumerate(pages)]


def pages_of(shards: list[list[Source]]) -> list[list[int]]:
    return [[source.pages for source in shard] for shard in shards]


class TestShards:
    def test_nothing_to_cut(self) -> None:
        assert cut_shards([], 100, 4) == []

    def test_a_few_pages_are_one_shard(self) -> None:
        assert pages_of(cut_shards(sources(10, 20, 30), 1500, 8)) == [[10, 20, 30]]

    def test_every_worker_gets_two_where_there_are_pages_enough(self) -> None:
        assert len(cut_shards(sources(*[10] * 80), 1500, 4)) == 8

    def test_workers_do_not_make_shards_too_small(self) -> None:
        # 300 pages, of which 100 are worth a shard
        assert len(cut_shards(sources(*[10] * 30), 1500, 16)) == 3

    def test_all_workers_get_the_same_number(self) -> None:
        # 7500 pages in shards of 1000 would be 8 for 3 workers
        assert len(cut_shards(sources(*[10] * 750), 1000, 3)) == 9

    def test_a_document_is_never_cut(self) -> None:
        assert pages_of(cut_shards(sources(10, 5000, 10), 1000, 1)) == [[10], [5000], [10]]

    def test_documents_without_pages_count_as_one(self) -> None:
        assert [len(shard) for shard in cut_shards(sources(*[0] * 40), 10, 1)] == [10, 10, 10, 10]

    @given(
        st.lists(st.integers(0, 60), max_size=60).map(lambda pages: sources(*pages)),
        st.integers(1, 500),
        st.integers(1, 9),
    )
    def test_every_document_is_in_one_shard_and_in_order(self, some: list[Source], pages: int, workers: int) -> None:
        shards = cut_shards(some, pages, workers)
        assert [source for shard in shards for source in shard] == some
        assert all(shards)

    @settings(deadline=None)
    @given(
        st.lists(st.integers(1, 30), min_size=30, max_size=120).map(lambda pages: sources(*pages)),
        st.integers(60, 500),
        st.integers(1, 9),
    )
    def test_shards_are_of_equal_size_but_for_a_document(self, some: list[Source], pages: int, workers: int) -> None:
        shards = cut_shards(some, pages, workers)
        largest, total = max(source.pages for source in some), sum(source.pages for source in some)
        mean = total / len(shards)
        wanted = max(math.ceil(total / pages), 2 * workers) + workers - 1  # at most
        assume(largest * wanted <= total)  # else a document may fill more than a shard, and there are fewer of them
        assert mean <= pages
        for shard in shards:
            assert abs(sum(source.pages for source in shard) - mean) <= largest
        assert len(shards) <= workers or len(shards) % workers == 0
        if total >= 2 * LEAST_PAGES * workers:
            assert len(shards) >= 2 * workers


class TestFirstTime:
    def test_folders_and_files_with_what_is_known_of_them(self, tmp_path: Path) -> None:
        folder = draw_papers(tmp_path / "papers", a=1)
        draw_papers(folder / "deep" / "down", b=2)
        run = make_run(tmp_path / "run", folder, draw_paper(tmp_path / "alone.pdf"), folder / "a.pdf")
        assert documents(run) == {"000000": ["a", "b", "alone"]}
        file = folder / "deep" / "down" / "b.pdf"
        b = source_of(run, "b")
        assert (b.path, b.size, b.modified, b.pages) == (str(file), file.stat().st_size, file.stat().st_mtime_ns, 2)
        assert b.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()

    def test_papers_of_one_name_get_names_of_their_own(self, tmp_path: Path) -> None:
        for year in ("2019", "2020", "2021"):
            draw_papers(tmp_path / "papers" / year, paper=1)
        draw_papers(tmp_path / "papers" / "2021", Paper=1)
        draw_paper(tmp_path / "papers" / "paper-2.pdf")
        run = make_run(tmp_path / "run", tmp_path / "papers")
        names = documents(run)["000000"]
        assert sorted(names) == ["Paper-3", "paper", "paper-2", "paper-2-2", "paper-4"]

    def test_files_that_cannot_be_read_have_no_pages(self, tmp_path: Path) -> None:
        folder = draw_papers(tmp_path / "papers", good=1)
        (folder / "empty.pdf").touch()
        (folder / "text.pdf").write_text("no paper")
        draw_paper(folder / "secret.pdf", password="sesame")
        (folder / "dangling.pdf").symlink_to(tmp_path / "nowhere.pdf")
        run = make_run(tmp_path / "run", folder)
        found = {source.document: source for source in run.sources("000000")}
        assert {name: source.pages for name, source in found.items()} == {
            "dangling": 0,
            "empty": 0,
            "good": 1,
            "secret": 0,
            "text": 0,
        }
        assert found["dangling"].sha256 == ""
        assert all(source.sha256 for name, source in found.items() if name != "dangling")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
    def test_a_file_without_permission(self, tmp_path: Path) -> None:
        folder = draw_papers(tmp_path / "papers", secret=1)
        (folder / "secret.pdf").chmod(0)
        assert source_of(make_run(tmp_path / "run", folder), "secret").sha256 == ""

    def test_a_name_that_is_no_utf_8(self, tmp_path: Path) -> None:
        """As archives from old machines leave them: "für.pdf" in Latin-1."""
        name = os.fsdecode(b"f\xfcr.pdf")
        try:
            draw_paper(tmp_path / "papers" / name)
        except OSError:
            pytest.skip("this file system takes UTF-8 only")
        run = make_run(tmp_path / "run", tmp_path / "papers")
        assert documents(run) == {"000000": ["f_r"]}
        assert source_of(run, "f_r").path == str(tmp_path / "papers" / name)
        assert source_of(run, "f_r").sha256
        assert update_sources(run, 1) == (0, 0)

    def test_a_pipe_named_like_a_paper_holds_nothing_up(self, tmp_path: Path) -> None:
        folder = draw_papers(tmp_path / "papers", good=1)
        os.mkfifo(folder / "pipe.pdf")
        hasty = {"seconds": 1, "seconds_per_page": 0}
        run = make_run(tmp_path / "run", folder, limits=hasty)
        assert (source_of(run, "good").pages, source_of(run, "pipe").sha256) == (1, "")
        assert update_sources(run, 1) == (0, 0)

    def test_folder_without_papers(self, tmp_path: Path) -> None:
        (tmp_path / "papers").mkdir()
        run = Run.create(tmp_path / "run", [str(tmp_path / "papers")], RunSettings())
        with pytest.raises(FileNotFoundError, match="no PDF in the folder"):
            update_sources(run, 1)
        assert run.shards() == []


class TestLaterOn:
    @pytest.fixture
    def papers(self, tmp_path: Path) -> Path:
        return draw_papers(tmp_path / "papers", a=1, b=1)

    @pytest.fixture
    def run(self, tmp_path: Path, papers: Path) -> Run:
        """A run with a shard for each of its documents."""
        return quick_run(tmp_path / "run", papers, shards=2, execution={"shard_pages": 1})

    def fingerprints(self, run: Run) -> dict[str, str | None]:
        return {shard: run.stored("sources", shard) for shard in run.shards()}

    def test_nothing_new(self, run: Run) -> None:
        before = (run.root, os.stat(f"{run.root}/sources/000000.parquet").st_mtime_ns)
        assert update_sources(run, 1) == (0, 0)
        assert before == (run.root, os.stat(f"{run.root}/sources/000000.parquet").st_mtime_ns)

    def test_new_documents_make_new_shards(self, run: Run, papers: Path) -> None:
        before = self.fingerprints(run)
        draw_papers(papers, aa=1, c=1)
        draw_papers(papers / "more", a=1)
        assert update_sources(run, 1) == (3, 0)
        assert documents(run) == {
            "000000": ["a"],
            "000001": ["b"],
            "000002": ["aa"],
            "000003": ["c"],
            "000004": ["a-2"],
        }
        assert {shard: value for shard, value in self.fingerprints(run).items() if shard in before} == before

    def test_a_second_folder(self, run: Run, tmp_path: Path) -> None:
        run.pdfs = (*run.pdfs, str(draw_papers(tmp_path / "other", a=1)))
        assert update_sources(run, 1) == (1, 0)
        assert documents(run)["000002"] == ["a-2"]

    def test_changed_content_concerns_its_shard_only(self, run: Run, papers: Path) -> None:
        before = self.fingerprints(run)
        draw_paper(papers / "b.pdf", words="for four films")
        assert update_sources(run, 1) == (0, 1)
        after = self.fingerprints(run)
        assert (before["000000"], before["000001"]) == (after["000000"], before["000001"])
        assert before["000001"] != after["000001"]
        assert update_sources(run, 1) == (0, 0)

    def test_a_copy_with_another_time_changes_no_fingerprint(self, run: Run, papers: Path) -> None:
        before = self.fingerprints(run)
        os.utime(papers / "b.pdf", ns=(0, 0))
        assert update_sources(run, 1) == (0, 0)
        assert self.fingerprints(run) == before
        assert source_of(run, "b").modified == 0

    def test_a_file_that_is_gone_stays_in_the_run(self, run: Run, papers: Path) -> None:
        before = self.fingerprints(run)
        (papers / "b.pdf").unlink()
        assert update_sources(run, 1) == (0, 0)
        assert (documents(run)["000001"], self.fingerprints(run)) == (["b"], before)

    def test_a_file_that_comes_back_is_known_again(self, run: Run, papers: Path, tmp_path: Path) -> None:
        shutil.move(papers / "b.pdf", tmp_path / "b.pdf")
        update_sources(run, 1)
        shutil.move(tmp_path / "b.pdf", papers / "b.pdf")
        assert update_sources(run, 1) == (0, 0)

    def test_a_file_that_can_be_read_at_last(self, run: Run, papers: Path, tmp_path: Path) -> None:
        (papers / "c.pdf").symlink_to(tmp_path / "later.pdf")
        assert update_sources(run, 1) == (1, 0)
        draw_paper(tmp_path / "later.pdf")
        assert update_sources(run, 1) == (0, 1)
        assert source_of(run, "c").sha256

    def test_a_folder_that_is_gone_is_told(self, run: Run, papers: Path) -> None:
        papers.rename(papers.with_name("elsewhere"))
        with pytest.raises(FileNotFoundError, match="papers"):
            update_sources(run, 1)
        assert list(documents(run)) == ["000000", "000001"]

    def test_limits_and_execution_change_no_fingerprint(self, run: Run) -> None:
        before = run.expected("000000")
        run.settings = RunSettings.model_validate({"limits": {"seconds": 5}, "execution": {"shard_pages": 7}})
        assert update_sources(run, 3) == (0, 0)
        assert run.expected("000000") == before
        assert set(before) == {"sources", *(name for name in STAGES if name != "dataset")}


def test_a_local_file_is_used_where_it_lies(tmp_path: Path) -> None:
    with local_file(str(tmp_path / "a.pdf")) as path:
        assert path == tmp_path / "a.pdf"
