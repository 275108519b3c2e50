"""What captions say of panels, in the dataset: its own table, exsclaim.json, and the overview."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from exsclaim_core.captions.distribution import Distribution, Keyword, PanelText
from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.model import ErrorRecord
from exsclaim_core.runs import Run
from exsclaim_core.settings import RunSettings
from exsclaim_core.tables.distribution_tables import caption_record
from tests.dataset.test_overview import HOSTILE, SHOWN, Html
from tests.dataset.written_run import Paper, figure, located, lost, write_run

CAPTION = "Figure 1. Gold films. (a) SEM image; (b) SEM and TEM images of grains, 5 nm."
WORDS = Distribution(
    CAPTION,
    (
        PanelText("a", ((26, 35),), "SEM image", 0.99, (), (Keyword("SEM", "electron scan", "technique", 26, 29),)),
        PanelText(
            "b",
            ((41, 69), (71, 75)),
            "SEM and TEM images of grains",
            0.85,
            ("5 nm",),
            (
                Keyword("SEM", "electron scan", "technique", 41, 44),
                Keyword("TEM", "thin section", "technique", 49, 52),
                Keyword("grains", "grain", "query", 63, 69),
            ),
        ),
    ),
    ((10, 20),),
    (Keyword("Gold", "gold", "material", 10, 14), Keyword("Gold films", "gold film", "phrase", 10, 20)),
)
PLAIN = Distribution("Figure 2. Films.", (), ((10, 16),), (Keyword("Films", "film", "structure", 10, 15),))
KINDS = ("query", "technique", "structure", "material", "phrase")


@pytest.fixture
def paper() -> Paper:
    """A figure with two panels, one without, and the first again among the captions whose figure was not found."""
    words = (
        caption_record("figures", 0, WORDS, "()"),
        caption_record("figures", 2, PLAIN, ""),
        caption_record("captions_without_region", 0, WORDS, "()"),
    )
    table = figure("1", "Table 1. Films.", type="Table")
    found = located(figure("1", CAPTION), table, figure("2", PLAIN.caption), lost=[lost("3", CAPTION)])
    return Paper("paper", found, words=words)


def dataset_of(folder: Path, *papers: Paper, **dataset: Any) -> Run:
    run = write_run(folder / "run", papers, settings=RunSettings.model_validate({"dataset": dataset}))
    export_dataset(run)
    return run


def table_of(run: Run, name: str) -> pd.DataFrame:
    return pd.read_parquet(f"{run.root}/dataset/parquet/{name}.parquet")


def in_lists(row: Mapping[Any, Any], *names: str) -> list[list[str]]:
    return [list(row[name]) for name in names]


class TestTable:
    def test_a_row_a_panel(self, tmp_path: Path, paper: Paper) -> None:
        panels = table_of(dataset_of(tmp_path, paper), "panels")
        columns = ["document", "figure_name", "figure", "label", "statement", "confidence"]
        assert panels[columns].to_numpy().tolist() == [
            ["paper", "paper_fig1.png", "1", "a", "SEM image", 0.99],
            ["paper", "paper_fig1.png", "1", "b", "SEM and TEM images of grains", 0.85],
            ["paper", "paper_fig4.png", "3", "a", "SEM image", 0.99],
            ["paper", "paper_fig4.png", "3", "b", "SEM and TEM images of grains", 0.85],
        ]

    def test_words_and_keywords(self, tmp_path: Path, paper: Paper) -> None:
        second = table_of(dataset_of(tmp_path, paper), "panels").to_dict("records")[1]
        assert in_lists(second, "text", "scales") == [["SEM and TEM images of grains", "5 nm"], ["5 nm"]]
        assert list(second["spans"]) == [{"start": 41, "end": 69}, {"start": 71, "end": 75}]
        by_kind = dict(zip(KINDS, in_lists(second, *(f"{kind}_keywords" for kind in KINDS)), strict=True))
        assert by_kind == {
            "query": ["grain"],
            "technique": ["electron scan", "thin section"],
            **{"structure": [], "material": [], "phrase": []},
        }

    def test_figures_have_the_general_text_and_its_keywords(self, tmp_path: Path, paper: Paper) -> None:
        figures = table_of(dataset_of(tmp_path, paper), "figures").to_dict("records")
        assert [figure["panels"] for figure in figures] == [2, 0, 0, 2]
        columns = ("general", "material_keywords", "phrase_keywords", "structure_keywords")
        assert [in_lists(figure, *columns) for figure in figures[:3]] == [
            [["Gold films"], ["gold"], ["gold film"], []],
            [[], [], [], []],
            [["Films."], [], [], ["film"]],
        ]

    def test_panels_that_are_not_sure_enough_are_left_out(self, tmp_path: Path, paper: Paper) -> None:
        run = dataset_of(tmp_path, paper, least_confidence=0.9)
        assert list(table_of(run, "panels")["label"]) == ["a", "a"]
        record = json.loads(run.read("dataset/exsclaim.json"))["paper_fig1.png"]
        assert [each["label"] for each in record["unassigned"]["captions"]] == ["a"]
        assert table_of(run, "documents")["panels"][0] == 2

    def test_a_document_whose_captions_failed_keeps_its_figures(self, tmp_path: Path, paper: Paper) -> None:
        error = ErrorRecord("failed", "distribution", "timeout", "took longer than 60 s")
        failed = Paper("failed", located(figure("1", CAPTION)), words=None, word_errors=(error,))
        run = dataset_of(tmp_path, failed, paper)
        documents = table_of(run, "documents").set_index("document")
        assert dict(documents["status"]) == {"failed": "partial", "paper": "success"}
        assert dict(documents["panels"]) == {"failed": 0, "paper": 4}
        assert set(table_of(run, "panels")["document"]) == {"paper"}


def test_exsclaim_json_has_captions_that_belong_to_no_panel_of_the_picture_yet(tmp_path: Path, paper: Paper) -> None:
    records = json.loads(dataset_of(tmp_path, paper).read("dataset/exsclaim.json"))
    assert records["paper_fig1.png"]["caption_delimiter"] == "()"
    assert records["paper_fig1.png"]["master_images"] == []
    assert records["paper_fig1.png"]["unassigned"]["captions"] == [
        {"label": "a", "description": ["SEM image"], "keywords": ["electron scan"], "general": ["Gold films"]},
        {
            "label": "b",
            "description": ["SEM and TEM images of grains", "5 nm"],
            "keywords": ["electron scan", "thin section", "grain"],
            "general": ["Gold films"],
        },
    ]
    for name in ("paper_fig2.png", "paper_fig3.png"):
        assert (records[name]["caption_delimiter"], records[name]["unassigned"]["captions"]) == ("", [])
    figures = pd.read_csv(tmp_path / "run/dataset/csv/figure.csv", keep_default_na=False)
    assert list(figures["delimiter"]) == ["()", "", "", "()"]


class TestOverview:
    def test_letters_and_statements_stand_under_the_caption(self, tmp_path: Path, paper: Paper) -> None:
        run = dataset_of(tmp_path, paper)
        page = Html(run.read("dataset/overview/0001.html").decode())
        lines = ["a SEM image", "b SEM and TEM images of grains"]
        assert page.text("plain panels") == [" ".join(lines)] * 2
        index = Html(run.read("dataset/index.html").decode())
        assert dict(zip(index.text("dt"), index.text("dd"), strict=True))["Panels"] == "4"

    def test_they_come_out_as_text(self, tmp_path: Path) -> None:
        words = Distribution(HOSTILE, (PanelText(HOSTILE, ((0, 1),), HOSTILE, 1.0),), ())
        bad = Paper("bad", located(figure("1", HOSTILE)), words=(caption_record("figures", 0, words, ""),))
        page = Html(dataset_of(tmp_path, bad).read("dataset/overview/0001.html").decode())
        assert page.all("script") == []
        assert page.text("plain panels") == [f"{SHOWN} {SHOWN}"]
