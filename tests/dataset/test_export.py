"""The stage `dataset` as a whole: when it is carried out, when it refuses, and what decides on its files."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.dataset.findings import DatasetCounts
from exsclaim_core.model import ErrorRecord
from exsclaim_core.runs import Run, RunError
from exsclaim_core.settings import RunSettings
from exsclaim_core.stages import STAGES, fingerprint
from tests.dataset.conftest import carry_out, draw_papers
from tests.dataset.written_run import Paper, figure, located, lost, write_run, write_shard

DAMAGE = ErrorRecord("second", "read", "corrupt", "its xref table was rebuilt")
FIRST, SECOND = Paper("first", located(figure("1"), lost=[lost("2")])), Paper("second", located(figure("1")))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Two shards with a document each."""
    return write_run(tmp_path / "run", [FIRST], [SECOND])


def files_of(run: Run) -> dict[str, bytes]:
    """Content of all files of the dataset by their names in it."""
    folder = Path(run.root, "dataset")
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def with_settings(run: Run, **groups: dict[str, object]) -> Run:
    """The run with other settings, as somebody has changed them in run.json."""
    run.settings = RunSettings.model_validate({**run.settings.model_dump(), **groups})
    run.save()
    return Run(run.root)


class TestFiles:
    def test_all_of_them(self, run: Run) -> None:
        export_dataset(run)
        tables = ("documents", "errors", "figures", "panels", "scale_bars", "sections")
        theirs = ("article", "figure", "scalebar", "scalebarlabel", "subfigure", "subfigurelabel")
        assert sorted(files_of(run)) == sorted(
            [
                "exsclaim.json",
                "index.html",
                "overview/0001.html",
                "provenance.json",
                *(f"parquet/{name}.parquet" for name in tables),
                *(f"csv/{name}.csv" for name in (*tables, *theirs)),
            ]
        )

    def test_counts(self, run: Run) -> None:
        assert export_dataset(run) == DatasetCounts(
            documents=2, success=2, pages=10, figures=2, captions_without_region=1, sections=2
        )

    def test_same_papers_give_the_same_bytes_wherever_run_and_papers_lie(self, finished: Run, tmp_path: Path) -> None:
        other = carry_out(tmp_path / "elsewhere" / "run", draw_papers(tmp_path / "other papers"))
        assert files_of(other) == files_of(finished)

    def test_nothing_in_them_says_where_the_run_is(self, finished: Run) -> None:
        folder = str(Path(finished.root).parent).encode()
        assert [name for name, content in files_of(finished).items() if folder in content] == []

    def test_run_in_an_object_store(self) -> None:
        run = write_run("memory://bucket/some/run", [FIRST], [SECOND])
        counts = export_dataset(run)
        assert counts is not None
        assert counts.figures == 2
        assert len(json.loads(run.read("dataset/exsclaim.json"))) == 3
        assert export_dataset(run) is None
        assert len(pd.read_parquet("memory://bucket/some/run/dataset/parquet/figures.parquet")) == 3
        run.files.rm(run.root, recursive=True)


class TestUpToDate:
    def test_nothing_is_done_twice(self, run: Run) -> None:
        assert export_dataset(run) is not None
        times = {file: file.stat().st_mtime_ns for file in Path(run.root).rglob("*")}
        assert export_dataset(Run(run.root)) is None
        assert {file: file.stat().st_mtime_ns for file in Path(run.root).rglob("*")} == times

    def test_fingerprint_is_that_of_the_results_of_all_shards(self, run: Run) -> None:
        export_dataset(run)
        inputs = [
            run.expected(shard)[name]
            for shard in ("000000", "000001")
            for name in ("figures", "panels", "distribution")
        ]
        record = json.loads(run.read("dataset/provenance.json"))
        assert record["fingerprint"] == fingerprint(STAGES["dataset"], run.settings, inputs)

    def test_another_document(self, run: Run) -> None:
        export_dataset(run)
        write_shard(run, "000002", [Paper("third", located(figure("1")))])
        counts = export_dataset(run)
        assert counts is not None
        assert counts.documents == 3

    def test_other_settings_leave_no_page_of_the_old_overview(self, run: Run) -> None:
        run = with_settings(run, dataset={"overview_documents": 1})
        export_dataset(run)
        assert run.names_in("dataset/overview") == ["0001.html", "0002.html"]
        run = with_settings(run, dataset={"overview_documents": 50})
        assert export_dataset(run) is not None
        assert run.names_in("dataset/overview") == ["0001.html"]

    def test_settings_of_the_execution_change_nothing(self, run: Run) -> None:
        export_dataset(run)
        assert export_dataset(with_settings(run, execution={"shard_pages": 7})) is None

    def test_renamed_run(self, run: Run, tmp_path: Path) -> None:
        export_dataset(run)
        Path(run.root).rename(tmp_path / "renamed")
        run = Run(tmp_path / "renamed")
        assert export_dataset(run) is not None
        paths = [record["figure_path"] for record in json.loads(run.read("dataset/exsclaim.json")).values()]
        assert paths[0].startswith("renamed/images/")

    def test_dataset_that_was_forgotten(self, run: Run) -> None:
        export_dataset(run)
        run.forget_dataset()
        assert export_dataset(run) is not None


class TestRefusal:
    def test_missing_results(self, run: Run) -> None:
        run.forget("figures", "000001")
        with pytest.raises(RunError, match=r"figures is missing or not up to date for 1 of 2 shards.* 000001: carry"):
            export_dataset(run)
        assert not Path(run.root, "dataset").exists()

    def test_results_of_other_settings(self, run: Run) -> None:
        with pytest.raises(RunError, match=r"for 2 of 2 shards, the first of them 000000"):
            export_dataset(with_settings(run, captions={"line_gap": 2.0}))

    def test_run_without_documents(self, tmp_path: Path) -> None:
        with pytest.raises(RunError, match="no documents yet"):
            export_dataset(Run.create(tmp_path / "run", ["/papers"], RunSettings()))

    def test_file_that_cannot_be_written_leaves_no_half_dataset(self, run: Run) -> None:
        export_dataset(run)
        before = files_of(run)
        run = with_settings(run, dataset={"overview_documents": 1})
        Path(run.root, "dataset/overview/0002.html").mkdir()
        with pytest.raises(RunError, match=r"dataset/overview/0002\.html can't be written"):
            export_dataset(run)
        after = files_of(run)
        assert before.keys() - after.keys() == {"provenance.json"}
        assert after["exsclaim.json"] == before["exsclaim.json"]
        assert [name for name in after if name.endswith(".part")] == []
        # The settings of before: what is there is a mixture all the same, and is made again.
        Path(run.root, "dataset/overview/0002.html").rmdir()
        run = with_settings(run, dataset={"overview_documents": 50})
        assert export_dataset(run) is not None
        assert files_of(run) == before
