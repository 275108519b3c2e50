"""The stage `distribution` in a run: papers and harvested articles alike, in child processes of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.harvest.query import Query
from exsclaim_core.pdf import children
from exsclaim_core.run_setup import prepare_rerun, prepare_run
from exsclaim_core.run_status import read_outcomes, unfinished
from exsclaim_core.runs import Run
from exsclaim_core.settings import DistributionSettings, RunSettings
from exsclaim_core.stage_work import end_children, run_stage
from exsclaim_core.stages import STAGES
from exsclaim_core.tables.arrow import DOCUMENT
from tests.drawing.harvests import Brought, drawn_article, drawn_figure, harvested_run, picture
from tests.drawing.runs import carry_out, draw_paper
from tests.processes import nothing_left_behind

SHARD = "000000"
WORDS = "of (a) rods and (b) wires"


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    with nothing_left_behind():
        yield
        end_children()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """An article with bold letters, the first of its two pictures lost, and a paper; done but for the stage."""
    draw_paper(tmp_path / "papers" / "paper.pdf", words=WORDS)
    article = drawn_article("one", drawn_figure("1"), drawn_figure("2"))
    run = harvested_run(tmp_path / "run", [Brought(article, {1: picture()})], tmp_path / "papers")
    carry_out(run, "panels")
    return run


def captions(run: Run) -> dict[str, list[tuple[str, int, list[str]]]]:
    """By document, the place and the labels of each caption."""
    return {
        row[DOCUMENT]: [
            (each["column"], each["number"], [panel["label"] for panel in each["panels"]]) for each in row["captions"]
        ]
        for row in run.rows("distribution", SHARD)
    }


def query(**terms: list[str]) -> Query:
    fields = {
        f"search_field_{number}": {"term": term, "synonyms": synonyms}
        for number, (term, synonyms) in enumerate(terms.items(), 1)
    }
    return Query.model_validate({"name": "rods", "sources": ["arxiv"], "query": fields})


def test_papers_and_articles_have_their_captions_distributed(run: Run) -> None:
    usage = run_stage(run, STAGES["distribution"], SHARD)
    assert usage is not None
    assert (usage.documents, usage.errors) == (2, 0)
    assert captions(run) == {
        "10.5555_one": [("figures", 0, ["a", "b"]), ("captions_without_region", 0, ["a", "b"])],
        "paper": [("figures", 0, ["a", "b"])],
    }


def test_documents_that_failed_before_pass_by(tmp_path: Path) -> None:
    draw_paper(tmp_path / "papers" / "good.pdf", words=WORDS)
    (tmp_path / "papers" / "broken.pdf").write_text("no paper")
    run = harvested_run(tmp_path / "run", [], tmp_path / "papers")
    carry_out(run, "distribution")
    assert captions(run) == {"good": [("figures", 0, ["a", "b"])]}
    assert run.errors("distribution", SHARD) == []


def test_one_process_serves_all_documents_of_a_shard(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its libraries take more memory than what makes other stages replace a process."""
    started: list[tuple[Any, ...]] = []
    start = children._start_child

    def count(*arguments: Any) -> Any:
        started.append(arguments)
        return start(*arguments)

    end_children()
    monkeypatch.setattr(children, "_start_child", count)
    run_stage(run, STAGES["distribution"], SHARD)
    assert len(started) == 1


def test_too_little_memory_is_an_error_of_the_document(run: Run) -> None:
    hungry = replace(STAGES["distribution"], own_memory=0)
    run.settings = RunSettings.model_validate({"limits": {"memory": 0.25}})
    run_stage(run, hungry, SHARD)
    assert {error.kind for error in run.errors("distribution", SHARD)} == {"memory"}
    assert [(each.outcome, each.figures) for each in read_outcomes(run)] == [("partial", 1), ("partial", 1)]


def test_other_terms_make_it_and_the_dataset_again_and_nothing_else(run: Run) -> None:
    run_stage(run, STAGES["distribution"], SHARD)
    export_dataset(run)
    terms = DistributionSettings(terms={"nanorod": ("rod",)})
    prepare_rerun(run, "distribution", run.settings.model_copy(update={"distribution": terms}), "changed")
    assert unfinished(run) == [("distribution", SHARD), ("dataset", "")]
    assert carry_out(run, "distribution") == [f"distribution/{SHARD}"]
    assert export_dataset(run) is not None
    paper = next(row for row in run.rows("distribution", SHARD) if row[DOCUMENT] == "paper")
    keywords = [each for panel in paper["captions"][0]["panels"] for each in panel["keywords"]]
    assert [(each["text"], each["term"]) for each in keywords if each["kind"] == "query"] == [("rods", "nanorod")]


class TestTermsOfAQuery:
    def test_a_run_that_is_made_of_a_query_seeks_its_terms(self, tmp_path: Path) -> None:
        run = prepare_run(tmp_path / "run", [], None, query(rod=["nanorod", "bar"], silver=[]))
        assert Run(run.root).settings.distribution.terms == {"rod": ("nanorod", "bar"), "silver": ()}

    def test_they_join_those_that_somebody_has_chosen(self, tmp_path: Path) -> None:
        chosen = RunSettings.model_validate({"distribution": {"terms": {"copper": ["Cu"], "rod": ["stick"]}}})
        run = prepare_run(tmp_path / "run", [], chosen, query(rod=["bar"]))
        assert run.settings.distribution.terms == {"copper": ("Cu",), "rod": ("bar",)}
        again = prepare_run(tmp_path / "run", [], None, query(silver=[]))
        assert again.settings.distribution.terms == {"copper": ("Cu",), "rod": ("bar",), "silver": ()}

    def test_without_a_query_they_stay(self, tmp_path: Path) -> None:
        prepare_run(tmp_path / "run", [], None, query(rod=[]))
        assert prepare_run(tmp_path / "run", [], None).settings.distribution.terms == {"rod": ()}
