"""How far a run is: what is up to date, what is left to do, what came of each document."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.model import Box, ErrorRecord, Figure, Located
from exsclaim_core.run_status import (
    WHOLE_RUN,
    ErrorCount,
    StageStatus,
    dataset_state,
    read_outcomes,
    read_status,
    unfinished,
)
from exsclaim_core.runs import FINGERPRINT, Run, Source, Usage, columns_of
from exsclaim_core.settings import RunSettings
from exsclaim_core.settings_input import change_settings
from exsclaim_core.stage_work import end_children, run_stage
from exsclaim_core.stages import STAGES, shard_stages
from exsclaim_core.tables.arrow import DOCUMENT, to_parquet
from exsclaim_core.tables.figure_tables import pack_figures
from tests.test_extraction import draw

MEBIBYTE = 1 << 20
PAGES = 10  # of each document

# What was found in a document; None for one that has failed before figures were looked for.
Finds = Mapping[str, Sequence[Figure] | None]


def figure(label: str = "1", type_: str = "Figure", page: int = 1, **values: Any) -> Figure:
    """A figure above its caption, or with bbox=None only the caption."""
    some = {
        "bbox": Box(50, 100, 250, 200),
        "caption_bbox": Box(50, 210, 250, 230),
        "caption": f"{type_} {label}. Films.",
    }
    return Figure(type_, label, page, **{**some, **values})  # type: ignore[arg-type]


def make_run(
    place: str | Path,
    shards: Sequence[Finds],
    settings: Mapping[str, Any] | None = None,
    errors: Sequence[ErrorRecord] = (),
    textless: Sequence[str] = (),
) -> Run:
    """A run with the results of all stages but the dataset; errors of the stage "render" are those of `figures`."""
    run = Run.create(place, ["/papers"], change_settings(RunSettings(), None, (settings or {}).items()))
    for number, finds in enumerate(shards):
        shard = f"{number:06}"
        run.write_sources(shard, [source(name) for name in finds])
        for stage in shard_stages():
            write_result(run, stage.name, shard, finds, errors, textless)
    return run


def write_result(
    run: Run,
    stage: str,
    shard: str,
    finds: Finds | None = None,
    errors: Sequence[ErrorRecord] = (),
    textless: Sequence[str] = (),
) -> None:
    """A result that is up to date; tables of stages before `figures` stay empty."""
    finds = finds or {}
    rows = []
    if stage == "figures":
        for name, found in finds.items():
            if found is not None:
                regions = tuple(each for each in found if each.bbox)
                located = Located(regions, tuple(each for each in found if not each.bbox), (), ())
                rows.append({DOCUMENT: name, **pack_figures(located, PAGES, name in textless)})
    some = [each for each in errors if each.document in finds and each.stage.replace("render", "figures") == stage]
    content = to_parquet(columns_of(STAGES[stage]), rows, {FINGERPRINT: run.expected(shard)[stage]})
    usage = Usage(len(finds), PAGES * len(finds), len(some), 2.0, 1.5, 100 * MEBIBYTE)
    run.write_result(stage, shard, content, some, usage)


def source(name: str, sha256: str | None = None) -> Source:
    return Source(name, f"/papers/{name}.pdf", 1000, 1, f"content of {name}" if sha256 is None else sha256, PAGES)


def change(run: Run, **settings: object) -> None:
    """Other settings for the run, as captions__line_gap=2."""
    values = [(name.replace("__", "."), value) for name, value in settings.items()]
    run.settings = change_settings(run.settings, None, values)
    run.save()


def states(run: Run) -> dict[str, tuple[int, int, int]]:
    """By stage, the numbers of shards that are done, outdated, missing."""
    return {stage.stage: (stage.done, stage.outdated, stage.missing) for stage in read_status(run).stages}


ERRORS = (
    ErrorRecord("locked", "read", "password", "needs a password"),
    ErrorRecord("scanned", "read", "no text", "its pages are images"),
    ErrorRecord("damaged", "read", "corrupt", "page 3 is lost", 3),
    ErrorRecord("damaged", "render", "memory", "Figure 1 is too large", 2),
)
FINDS: Finds = {"good": [figure(), figure("2")], "locked": None, "scanned": [], "damaged": [figure("1", "Table")]}


def make_faulty_run(place: Path) -> Run:
    """Of five documents in two shards two have failed and one is partial."""
    return make_run(place, [FINDS, {"other": []}], errors=ERRORS, textless=["scanned"])


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Two shards with three documents."""
    return make_run(tmp_path / "run", [{"a": [figure("1"), figure("1", "Table")], "b": []}, {"c": [figure("2")]}])


class TestStages:
    def test_a_run_without_its_dataset(self, run: Run) -> None:
        status = read_status(run)
        assert status.stages == (
            StageStatus("read", 2, 0, 0),
            StageStatus("layout", 2, 0, 0),
            StageStatus("captions", 2, 0, 0),
            StageStatus("clusters", 2, 0, 0),
            StageStatus("figures", 2, 0, 0),
            StageStatus("panels", 2, 0, 0),
            StageStatus("distribution", 2, 0, 0),
            StageStatus("dataset", 0, 0, 1),
        )
        assert (status.url, status.shards, status.documents, status.pages, status.left) == (run.url, 2, 3, 30, 1)

    def test_a_new_run(self, tmp_path: Path) -> None:
        run = Run.create(tmp_path / "run", ["/papers"], RunSettings())
        assert (read_status(run).documents, read_status(run).shards) == (0, 0)
        assert set(states(run).values()) == {(0, 0, 0), (0, 0, 1)}

    def test_changed_settings_make_what_depends_on_them_outdated(self, run: Run) -> None:
        change(run, clusters__margin=5)
        assert states(run) == {
            "read": (2, 0, 0),
            "layout": (2, 0, 0),
            "captions": (2, 0, 0),
            "clusters": (0, 2, 0),
            "figures": (0, 2, 0),
            "panels": (0, 2, 0),
            "distribution": (0, 2, 0),
            "dataset": (0, 0, 1),
        }

    def test_a_changed_file_makes_its_shard_outdated(self, run: Run) -> None:
        run.write_sources("000001", [source("c", "other content")])
        assert {stage: of for stage, of in states(run).items() if stage != "dataset"} == dict.fromkeys(
            ("read", "layout", "captions", "clusters", "figures", "panels", "distribution"), (1, 1, 0)
        )

    def test_results_that_are_gone_or_damaged_are_missing(self, run: Run) -> None:
        run.forget("layout", "000000")
        run.write("clusters/000001.parquet", b"half a file")
        assert (states(run)["layout"], states(run)["clusters"]) == ((1, 0, 1), (1, 0, 1))

    def test_the_dataset(self, run: Run) -> None:
        assert export_dataset(run) is not None
        assert dataset_state(run) == "done"
        assert read_status(run).left == 0
        change(run, dataset__overview_documents=7)
        assert dataset_state(run) == "outdated"
        assert states(run)["dataset"] == (0, 1, 0)

    def test_a_run_in_an_object_store(self) -> None:
        run = make_run(f"memory://runs/{uuid.uuid4().hex}", [{"a": [figure()]}, {"b": [], "c": []}])
        assert (read_status(run).documents, read_status(run).outcomes["success"]) == (3, 3)
        assert states(run)["figures"] == (2, 0, 0)
        assert unfinished(run) == [("dataset", WHOLE_RUN)]
        assert [each.figures for each in read_outcomes(run)] == [1, 0, 0]


class TestUnfinished:
    def test_nothing_but_the_dataset_is_left(self, run: Run) -> None:
        assert unfinished(run) == [("dataset", WHOLE_RUN)]
        assert unfinished(run, "figures") == []
        export_dataset(run)
        assert unfinished(run) == []

    def test_shard_by_shard_and_then_the_dataset(self, run: Run) -> None:
        change(run, captions__line_gap=2)
        run.forget("read", "000001")
        assert unfinished(run) == [
            ("captions", "000000"),
            ("clusters", "000000"),
            ("figures", "000000"),
            ("panels", "000000"),
            ("distribution", "000000"),
            ("read", "000001"),
            ("captions", "000001"),
            ("clusters", "000001"),
            ("figures", "000001"),
            ("panels", "000001"),
            ("distribution", "000001"),
            ("dataset", WHOLE_RUN),
        ]

    def test_stages_after_the_last_one_wanted_are_left_out(self, run: Run) -> None:
        change(run, captions__line_gap=2)
        assert unfinished(run, "captions") == [("captions", "000000"), ("captions", "000001")]
        assert unfinished(run, "layout") == []

    def test_a_stage_that_there_is_not(self, run: Run) -> None:
        with pytest.raises(ValueError, match="there is no stage crops"):
            unfinished(run, "crops")

    def test_a_new_run_has_its_dataset_to_make(self, tmp_path: Path) -> None:
        assert unfinished(Run.create(tmp_path / "run", ["/papers"], RunSettings())) == [("dataset", WHOLE_RUN)]


class TestDocuments:
    @pytest.fixture
    def run(self, tmp_path: Path) -> Run:
        return make_faulty_run(tmp_path / "run")

    def test_what_came_of_them(self, run: Run) -> None:
        assert dict(read_status(run).outcomes) == {"success": 2, "failed": 2, "partial": 1}

    def test_what_came_of_each(self, run: Run) -> None:
        found = {each.source.document: (each.outcome, each.figures, each.tables) for each in read_outcomes(run)}
        assert found == {
            "good": ("success", 2, 0),
            "locked": ("failed", 0, 0),
            "scanned": ("failed", 0, 0),
            "damaged": ("partial", 0, 1),
            "other": ("success", 0, 0),
        }
        assert [each.errors for each in read_outcomes(run) if each.source.document == "damaged"] == [ERRORS[2:]]

    def test_errors_by_stage_and_kind(self, run: Run) -> None:
        assert {(each.stage, each.kind): each.example.document for each in read_status(run).errors} == {
            ("read", "password"): "locked",
            ("read", "no text"): "scanned",
            ("read", "corrupt"): "damaged",
            ("render", "memory"): "damaged",
        }

    def test_the_most_frequent_error_comes_first(self, tmp_path: Path) -> None:
        records = [ErrorRecord("a", "read", "empty", "")] + [
            ErrorRecord(name, "read", "corrupt", name) for name in "bc"
        ]
        status = read_status(make_run(tmp_path / "run", [{"a": None, "b": None}, {"c": None}], errors=records))
        assert status.errors[0] == ErrorCount("read", "corrupt", 2, records[1])

    def test_without_figures_they_are_not_finished(self, run: Run) -> None:
        run.forget("figures", "000000")
        assert dict(read_status(run).outcomes) == {"unfinished": 4, "success": 1}
        assert [each.outcome for each in read_outcomes(run)] == ["unfinished"] * 4 + ["success"]

    def test_errors_of_outdated_results_are_those_of_other_settings(self, run: Run) -> None:
        change(run, output__dpi=72)
        assert {(each.stage, each.kind) for each in read_status(run).errors} == {
            ("read", "password"),
            ("read", "no text"),
            ("read", "corrupt"),
        }

    def test_errors_count_where_the_time_it_took_was_not_written(self, run: Run) -> None:
        before = read_status(run)
        for stage in shard_stages():
            run.remove(f"{stage.name}/000000.usage.json")
        assert read_status(run) == before


def test_results_of_the_stages_themselves(tmp_path: Path) -> None:
    draw(tmp_path / "papers" / "good.pdf", figures=2)
    (tmp_path / "papers" / "broken.pdf").write_text("no PDF")
    run = Run.create(tmp_path / "run", [str(tmp_path / "papers")], RunSettings())
    names = {"good": 2, "broken": 0}
    run.write_sources(
        "000000",
        [Source(name, str(tmp_path / "papers" / f"{name}.pdf"), 1, 1, name, pages) for name, pages in names.items()],
    )
    assert states(run)["read"] == (0, 0, 1)
    try:
        for stage in shard_stages():
            run_stage(run, stage, "000000")
    finally:
        end_children()
    assert unfinished(run, "figures") == []
    assert dict(read_status(run).outcomes) == {"success": 1, "failed": 1}
    assert [(each.source.document, each.outcome, each.figures) for each in read_outcomes(run)] == [
        ("good", "success", 2),
        ("broken", "failed", 0),
    ]
    (error,) = read_status(run).errors
    assert (error.stage, error.kind, error.count, error.example.document) == ("read", "corrupt", 1, "broken")
