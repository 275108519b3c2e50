"""The stages of the pipeline: in which order, what puts results out of date, and that they find what one step does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from exsclaim_core.extraction import Extractor
from exsclaim_core.results import Result, ResultFolder
from exsclaim_core.runs import Run, columns_of
from exsclaim_core.settings import RunSettings, Settings
from exsclaim_core.settings_input import change_settings
from exsclaim_core.stage_work import end_children
from exsclaim_core.stages import (
    DATASET,
    SOURCES,
    STAGES,
    dependents_of,
    fingerprint,
    hash_of,
    shard_fingerprints,
    shard_stages,
    stages_until,
)
from exsclaim_core.tables.arrow import DOCUMENT
from tests.drawing.pages import Paper
from tests.drawing.random_papers import random_paper
from tests.drawing.runs import carry_out, draw_paper, draw_papers, quick_run

SETTINGS = RunSettings()
EVERY_SHARD_STAGE = ["read", "layout", "captions", "clusters", "figures", "panels", "distribution"]
BENCH_PAPERS = 4
LARGEST = 1_000_000  # bytes of a paper that is taken from the benchmark: each is read, located and rendered twice


@pytest.fixture(scope="module", autouse=True)
def _children() -> Iterator[None]:
    yield
    end_children()


class TestPipeline:
    def test_a_stage_reads_only_what_comes_before_it(self) -> None:
        seen = {SOURCES}
        for stage in STAGES.values():
            assert set(stage.reads) <= seen
            seen.add(stage.name)

    def test_functions_and_tables_are_there(self) -> None:
        for stage in shard_stages():
            for path in filter(None, (stage.function, stage.fallback)):
                module, _, name = path.partition(":")
                assert callable(getattr(import_module(module), name))
            assert next(iter(columns_of(stage))) == DOCUMENT

    def test_stages_that_lead_to_one(self) -> None:
        assert [stage.name for stage in stages_until("captions")] == ["read", "layout", "captions"]
        assert [stage.name for stage in stages_until(DATASET)] == [*EVERY_SHARD_STAGE, DATASET]

    def test_stages_that_rest_on_one(self) -> None:
        assert [stage.name for stage in dependents_of("clusters")] == [
            *("clusters", "figures", "panels", "distribution", DATASET)
        ]
        assert [stage.name for stage in dependents_of("read")] == [*EVERY_SHARD_STAGE, DATASET]

    def test_unknown_stage_is_told_with_those_that_there_are(self) -> None:
        with pytest.raises(ValueError, match="there is no stage crops; the stages are read, layout, captions"):
            stages_until("crops")


class TestFingerprints:
    def outdated(self, *values: tuple[str, Any]) -> list[str]:
        """Stages, the dataset among them, whose results such settings put out of date."""
        return self.different(change_settings(SETTINGS, None, values), "the files")

    def different(self, settings: RunSettings, sources: str) -> list[str]:
        before, after = self.all(SETTINGS, "the files"), self.all(settings, sources)
        return [name for name in STAGES if before[name] != after[name]]

    def all(self, settings: RunSettings, sources: str) -> dict[str, str]:
        found = shard_fingerprints(sources, settings)
        inputs = [found[name] for name in STAGES[DATASET].reads]
        return {**found, DATASET: fingerprint(STAGES[DATASET], settings, inputs)}

    def test_equal_settings_change_nothing(self) -> None:
        assert self.outdated() == []
        assert self.outdated(("captions.line_gap", SETTINGS.captions.line_gap), ("output.dpi", 300)) == []

    @pytest.mark.parametrize(
        ("name", "value", "stages"),
        [
            ("captions.line_gap", 1.4, ["captions", "clusters", "figures", "panels", "distribution", DATASET]),
            ("clusters.margin", 5, ["clusters", "figures", "panels", "distribution", DATASET]),
            ("proposals.band_gap", 9, ["figures", "panels", "distribution", DATASET]),
            ("assignment.least_score", 0, ["figures", "panels", "distribution", DATASET]),
            ("output.dpi", 150, ["figures", "panels", "distribution", DATASET]),
            ("panels.crops", False, ["panels", "distribution", DATASET]),
            ("distribution.terms", {"silver": ["Ag"]}, ["distribution", DATASET]),
            ("dataset.overview_documents", 10, [DATASET]),
            ("dataset.least_confidence", 0.9, [DATASET]),
            ("dataset.least_panel", 0.5, [DATASET]),
            ("limits.seconds", 5, []),
            ("limits.memory", 1, []),
            ("execution.shard_pages", 10, []),
            ("execution.rounds", 1, []),
            ("execution.device", "cpu", []),
        ],
    )
    def test_a_setting_concerns_its_stage_and_what_rests_on_it(self, name: str, value: Any, stages: list[str]) -> None:
        assert self.outdated((name, value)) == stages

    def test_every_group_of_settings_belongs_to_a_stage_or_changes_no_result(self) -> None:
        groups = {group for stage in STAGES.values() for group in stage.settings}
        assert groups == set(RunSettings.model_fields) - {"limits", "execution", "harvest"}

    def test_other_files_concern_all_stages(self) -> None:
        assert self.different(SETTINGS, "other files") == list(STAGES)

    @pytest.mark.parametrize("name", EVERY_SHARD_STAGE)
    def test_a_new_version_of_a_stage_concerns_it_and_what_rests_on_it(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = self.all(SETTINGS, "the files")
        monkeypatch.setitem(STAGES, name, replace(STAGES[name], version=STAGES[name].version + 1))
        after = self.all(SETTINGS, "the files")
        assert [stage for stage in STAGES if before[stage] != after[stage]] == [
            stage.name for stage in dependents_of(name)
        ]

    def test_they_are_the_same_in_every_process(self) -> None:
        assert hash_of({"b": 1, "a": ["é", None]}) == hash_of({"a": ["é", None], "b": 1})
        # sha256 of '{"a":["\\u00e9",null],"b":1}', as sha256sum tells it
        assert hash_of({"b": 1, "a": ["é", None]}) == "c058985c30cc74b99f425efba4d832db"


class TestSameAsExtraction:
    """What the stages find one after the other is what `exsclaim extract` finds at once."""

    def compare(self, tmp_path: Path, pdfs: Path, settings: Settings) -> Run:
        run = quick_run(tmp_path / "run", pdfs, **settings.model_dump())
        carry_out(run)
        rows = {row[DOCUMENT]: row for shard in run.shards() for row in run.rows("figures", shard)}
        errors = [error for shard in run.shards() for name in EVERY_SHARD_STAGE for error in run.errors(name, shard)]
        results = list(extracted(tmp_path / "results", pdfs, settings))
        assert {result.target.name for result in results if result.record["status"] != "failed"} <= set(rows)
        for result in results:
            name, record = result.target.name, result.record
            found = [(error.stage, error.kind, error.message, error.page) for error in errors if error.document == name]
            assert found == [
                (error["stage"], error["kind"], error["message"], error["page"]) for error in record["errors"]
            ]
            if name not in rows:
                assert record["status"] == "failed"
                continue
            for key in ("figures", "captions_without_region", "text_boxes"):
                of_no_page: dict[str, Any] = {"image_url": None, "markup": []}
                assert [{"reason": "", **each, **of_no_page} for each in record[key]] == rows[name][key]
            assert record["sections"] == rows[name]["sections"]
            assert rows[name]["page_count"] == record["pages"]
        pictures = pictures_in(tmp_path / "results")
        assert pictures_in(tmp_path / "run") == pictures
        assert len(pictures) >= sum(len(result.record["figures"]) for result in results)
        return run

    def test_drawn_papers(self, tmp_path: Path) -> None:
        pdfs = draw_papers(tmp_path / "papers", one=1, two=2)
        Paper().page().save(pdfs / "empty page.pdf")
        text = Paper().page()
        text.body()
        text.save(pdfs / "text.pdf")
        turned = Paper().page(rotation=270)
        turned.plot((54, 80, 500, 400))
        turned.caption("Fig. 1: Grain size, as the viewer turns it.", 54, 410, 504)
        turned.save(pdfs / "turned.pdf")
        self.compare(tmp_path, pdfs, Settings())

    def test_random_papers_with_all_kinds_of_pictures(self, tmp_path: Path) -> None:
        (tmp_path / "papers").mkdir()
        random_paper(2, "article")[0].save(tmp_path / "papers" / "article.pdf")
        random_paper(1, "report")[0].save(tmp_path / "papers" / "report.pdf")
        every = Settings.model_validate({"output": {"svg": True, "overlay": True, "dpi": 72}})
        run = self.compare(tmp_path, tmp_path / "papers", every)
        assert all(row["overlay"] for row in run.rows("figures", run.shards()[0]))

    def test_other_settings(self, tmp_path: Path) -> None:
        paper, _ = random_paper(1, "report", lost=0.3)
        (tmp_path / "papers").mkdir()
        paper.save(tmp_path / "papers" / "paper.pdf")
        values = {"captions": {"line_gap": 1.1}, "clusters": {"margin": 9}, "assignment": {"least_score": 3}}
        run = self.compare(tmp_path, tmp_path / "papers", Settings.model_validate({**values, "output": {"dpi": 50}}))
        (row,) = run.rows("figures", run.shards()[0])
        assert row["figures"]
        assert row["captions_without_region"]

    def test_files_that_are_no_papers(self, tmp_path: Path) -> None:
        pdfs = draw_papers(tmp_path / "papers", good=1)
        (pdfs / "empty.pdf").touch()
        (pdfs / "notes.pdf").write_text("These are notes.\n" * 100)
        (pdfs / "half.pdf").write_bytes((content := draw_paper(pdfs / "half.pdf", 4).read_bytes())[: len(content) // 2])
        (pdfs / "repaired.pdf").write_bytes(draw_paper(pdfs / "repaired.pdf").read_bytes().partition(b"\nxref")[0])
        scan = Paper().page()
        scan.image((0, 0, 612, 792))
        scan.save(pdfs / "scan.pdf")
        self.compare(tmp_path, pdfs, Settings())

    def test_papers_of_the_benchmark(self, tmp_path: Path, shared: Path) -> None:
        (tmp_path / "papers").mkdir()
        some = sorted((path.stat().st_size, path) for path in (shared / "bench" / "pdfs").glob("*.pdf"))
        middle = [path for size, path in some if size < LARGEST][:: max(1, len(some) // BENCH_PAPERS)]
        for path in middle:
            (tmp_path / "papers" / path.name).symlink_to(path)
        self.compare(tmp_path, tmp_path / "papers", Settings.model_validate({"output": {"dpi": 40}}))


def extracted(folder: Path, pdfs: Path, settings: Settings) -> Iterator[Result]:
    with Extractor(1, settings) as extractor:
        yield from extractor.results(ResultFolder(folder), sorted(pdfs.glob("*.pdf")))


def pictures_in(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for kind in ("images", "overlay")
        for file in (folder / kind).rglob("*")
        if file.is_file()
    }
