"""What pictures are made of, in the dataset: panels joined with the words of captions, scale bars, master images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from exsclaim_core.captions.distribution import Distribution, Keyword, PanelText
from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.dataset.panels import join_panels, only_likely
from exsclaim_core.model import Box, ErrorRecord
from exsclaim_core.panels.model import Panel, ScaleBar, Separation
from exsclaim_core.runs import Run
from exsclaim_core.settings import RunSettings
from exsclaim_core.tables.arrow import Row
from exsclaim_core.tables.distribution_tables import caption_record
from exsclaim_core.tables.panel_tables import figure_record, lacking_record
from tests.dataset.written_run import Paper, figure, located, write_run

CAPTION = "Figure 1. Gold films. (A) SEM image; (c) model."
WORDS = Distribution(
    CAPTION,
    (
        PanelText("A", ((26, 35),), "SEM image", 0.99, (), (Keyword("SEM", "electron scan", "technique", 26, 29),)),
        PanelText("c", ((41, 46),), "model", 0.9),
    ),
    ((10, 20),),
)
# An image with a bar of 100 pixels for 50 nm, a graph whose letter the caption does not name, and one without a letter.
FOUND = Separation(
    866,
    791,
    (
        Panel(Box(0, 0, 400, 300), "a", Box(5, 5, 30, 30), "microscopy", 0.98, 0.9, label_confidence=0.7),
        Panel(Box(420, 0, 860, 300), "b", Box(425, 5, 450, 30), "graph", 0.97, 0.8),
        Panel(Box(0, 320, 400, 780), None, None, "photo", 0.4, 0.7),
    ),
    (
        ScaleBar(Box(280, 280, 380, 284), 100, "50 nm", Box(310, 258, 350, 274), 50.0, 0, 0.95),
        ScaleBar(Box(700, 700, 800, 704), 100, None, None, None, None, 0.6),
    ),
)


def corners(*box: float) -> list[dict[str, float]]:
    x0, y0, x1, y1 = box
    return [{"x": x0, "y": y0}, {"x": x0, "y": y1}, {"x": x1, "y": y0}, {"x": x1, "y": y1}]


def seen(number: int = 0) -> Row:
    record = figure_record(number, FOUND, "pixels", [0.5, None, None])
    record["panels"][0]["image"] = "images/paper/paper-Figure1-1-panel-a.png"
    record["scale_bars"][0] |= {"nm_per_pixel": 0.5, "caption": "agrees"}
    return record


def dataset_of(folder: Path, *papers: Paper, **dataset: Any) -> Run:
    run = write_run(folder / "run", papers, settings=RunSettings.model_validate({"dataset": dataset}))
    export_dataset(run)
    return run


def table_of(run: Run, name: str) -> list[dict[Any, Any]]:
    frame = pd.read_parquet(f"{run.root}/dataset/parquet/{name}.parquet").astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def csv_of(run: Run, name: str) -> list[dict[Any, Any]]:
    return pd.read_csv(f"{run.root}/dataset/csv/{name}.csv", keep_default_na=False).to_dict("records")


@pytest.fixture
def paper() -> Paper:
    """A figure whose caption and picture know some panels each, and one of which nothing could be told."""
    found = located(figure("1", CAPTION), figure("2", "Figure 2. Films."))
    words = (caption_record("figures", 0, WORDS, "()"),)
    return Paper("paper", found, words=words, seen=(seen(), lacking_record(1, "it has no picture")))


class TestTables:
    def test_panels_of_caption_and_picture_are_joined_by_their_labels(self, tmp_path: Path, paper: Paper) -> None:
        panels = table_of(dataset_of(tmp_path, paper), "panels")
        columns = ("label", "found_in", "number", "class", "statement", "nm_per_pixel")
        assert [tuple(panel[name] for name in columns) for panel in panels] == [
            ("A", "both", 1, "microscopy", "SEM image", 0.5),
            ("c", "caption", None, None, "model", None),
            ("b", "picture", 2, "graph", None, None),
            (None, "picture", 3, "photo", None, None),
        ]
        first = panels[0]
        assert [first[side] for side in ("x0", "y0", "x1", "y1")] == [0, 0, 400, 300]
        assert [first[f"label_{side}"] for side in ("x0", "y0", "x1", "y1")] == [5, 5, 30, 30]
        assert (first["class_confidence"], first["box_confidence"], first["confidence"]) == (0.9, 0.98, 0.99)
        assert (first["label_confidence"], panels[3]["label_confidence"]) == (0.7, 0)
        assert first["image"] == "images/paper/paper-Figure1-1-panel-a.png"

    def test_scale_bars(self, tmp_path: Path, paper: Paper) -> None:
        bars = table_of(dataset_of(tmp_path, paper), "scale_bars")
        columns = ("figure", "panel", "label", "length", "text", "nm", "nm_per_pixel", "caption")
        assert [tuple(bar[name] for name in columns) for bar in bars] == [
            ("1", 1, "a", 100, "50 nm", 50, 0.5, "agrees"),
            ("1", None, None, 100, None, None, None, None),
        ]

    def test_figures_and_documents_count_them(self, tmp_path: Path, paper: Paper) -> None:
        run = dataset_of(tmp_path, paper)
        columns = ("panels", "scale_bars", "panels_by", "no_panels")
        assert [tuple(each[name] for name in columns) for each in table_of(run, "figures")] == [
            (4, 2, "pixels", None),
            (0, 0, None, "it has no picture"),
        ]
        (document,) = table_of(run, "documents")
        assert (document["panels"], document["scale_bars"]) == (4, 2)

    def test_unlikely_panels_are_left_out(self, tmp_path: Path, paper: Paper) -> None:
        panels = table_of(dataset_of(tmp_path, paper, least_panel=0.5), "panels")
        assert [(panel["label"], panel["number"]) for panel in panels] == [("A", 1), ("c", None), ("b", 2)]

    def test_a_document_whose_figures_were_too_much_keeps_its_captions(self, tmp_path: Path, paper: Paper) -> None:
        error = ErrorRecord("failed", "panels", "memory", "needed more than 3.0 GiB")
        failed = Paper("failed", located(figure("1", CAPTION)), words=paper.words, seen=None, panel_errors=(error,))
        run = dataset_of(tmp_path, failed, paper)
        assert [panel["found_in"] for panel in table_of(run, "panels") if panel["document"] == "failed"] == [
            *("caption", "caption")
        ]
        assert {each["document"]: each["status"] for each in table_of(run, "documents")}["failed"] == "partial"


class TestExsclaim:
    def test_master_images_are_panels_with_letters(self, tmp_path: Path, paper: Paper) -> None:
        record = json.loads(dataset_of(tmp_path, paper).read("dataset/exsclaim.json"))["paper_fig1.png"]
        first, second = record["master_images"]
        assert first == {
            "classification": "microscopy",
            "confidence": 0.98,
            "height": 300,
            "width": 400,
            "geometry": corners(0, 0, 400, 300),
            "subfigure_label": {"text": "A", "geometry": corners(5, 5, 30, 30)},
            "scale_bars": [
                {
                    "label": {
                        "geometry": corners(310, 258, 350, 274),
                        "text": "50 nm",
                        "label_confidence": None,
                        "box_confidence": 0.95,
                        "nm": 50,
                    },
                    "geometry": corners(280, 280, 380, 284),
                    "confidence": 0.95,
                    "length": 100,
                    "label_line_distance": 16.0,  # between (330, 282) and (330, 266)
                }
            ],
            "caption": ["SEM image"],
            "keywords": ["electron scan"],
            "general": ["Gold films"],
            "nm_height": 150,
            "nm_width": 200,
            "scale_label": "50 nm",
        }
        assert (second["subfigure_label"]["text"], second["caption"], "nm_height" in second) == ("b", [], False)

    def test_the_rest_is_unassigned(self, tmp_path: Path, paper: Paper) -> None:
        record = json.loads(dataset_of(tmp_path, paper).read("dataset/exsclaim.json"))["paper_fig1.png"]["unassigned"]
        assert [image["classification"] for image in record["master_images"]] == ["basic_photo"]
        assert record["scale_bar_lines"] == [
            {"geometry": corners(700, 700, 800, 704), "confidence": 0.6, "length": 100}
        ]
        assert [(each["label"], each["description"]) for each in record["captions"]] == [("c", ["model"])]

    def test_the_only_panel_of_a_figure_is_a_master_image_without_a_letter(self, tmp_path: Path) -> None:
        alone = Separation(866, 791, (Panel(Box(0, 0, 860, 790), kind="table"),))
        words = (caption_record("figures", 0, Distribution("Figure 1. Films.", (), ((10, 16),)), ""),)
        given = Paper("paper", located(figure("1", "Figure 1. Films.")), words=words)
        given = Paper(given.name, given.located, words=words, seen=(figure_record(0, alone, "operators", [None]),))
        (image,) = json.loads(dataset_of(tmp_path, given).read("dataset/exsclaim.json"))["paper_fig1.png"][
            "master_images"
        ]
        assert (image["classification"], image["subfigure_label"]) == ("unclear", {"text": "", "geometry": []})
        assert image["general"] == ["Films."]

    def test_its_tables(self, tmp_path: Path, paper: Paper) -> None:
        run = dataset_of(tmp_path, paper)
        subfigures = csv_of(run, "subfigure")
        assert [(each["id"], each["class"], each["nm_width"], each["figure"]) for each in subfigures] == [
            ("paper-fig1-a", "microscopy", "200.0", "paper-fig1"),
            ("paper-fig1-b", "graph", "", "paper-fig1"),
            ("paper-fig1-3", "basic_photo", "", "paper-fig1"),
        ]
        assert [(each["text"], each["x1"], each["subfigure"]) for each in csv_of(run, "subfigurelabel")] == [
            ("A", 5, "paper-fig1-a"),
            ("b", 425, "paper-fig1-b"),
        ]
        assert [(each["id"], each["length"], each["subfigure"]) for each in csv_of(run, "scalebar")] == [
            ("paper-fig1-bar1", 100, "paper-fig1-a"),
            ("paper-fig1-bar2", 100, ""),
        ]
        assert [(each["text"], each["nm"], each["bar"]) for each in csv_of(run, "scalebarlabel")] == [
            ("50 nm", 50, "paper-fig1-bar1")
        ]


def test_the_overview_shows_panels_in_the_picture_and_what_they_are(tmp_path: Path, paper: Paper) -> None:
    page = dataset_of(tmp_path, paper).read("dataset/overview/0001.html").decode()
    assert page.count("<rect ") == 3
    assert 'viewBox="0 0 866 791"' in page
    assert "microscopy, 0.5 nm a pixel" in page


class TestJoining:
    def test_equal_letters_come_before_those_that_differ_in_case(self) -> None:
        found = join_panels([{"label": "A"}, {"label": "a"}], [{"label": "a"}, {"label": "A"}])
        assert [(panel.label, panel.number, panel.found_in) for panel in found] == [("A", 1, "both"), ("a", 0, "both")]

    def test_bars_follow_the_panels_that_are_left(self) -> None:
        record = seen()
        record["panels"][0]["confidence"] = 0.1
        record["panels"][2]["inset_of"] = 1
        record["panels"][2]["confidence"] = 0.9
        left = only_likely(record, 0.5)
        assert [(panel["label"], panel["inset_of"]) for panel in left["panels"]] == [("b", None), (None, 0)]
        assert [bar["panel"] for bar in left["scale_bars"]] == [None, None]
