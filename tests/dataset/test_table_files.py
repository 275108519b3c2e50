"""The dataset's own tables, as pandas reads them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from exsclaim_core.dataset import table_files
from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.model import ErrorRecord
from exsclaim_core.runs import Run
from tests.dataset.written_run import Paper, figure, located, lost, write_run

DAMAGED = ErrorRecord("damaged", "read", "corrupt", "its xref table was rebuilt")
UNDRAWN = ErrorRecord("damaged", "render", "render", "Figure 1 could not be rendered", 3)


def table_of(run: Run, name: str) -> pd.DataFrame:
    """A table of the dataset, with None for what is missing in whatever column."""
    table = pd.read_parquet(f"{run.root}/dataset/parquet/{name}.parquet")
    return table.astype(object).where(table.notna(), None)


def in_csv(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return json.dumps(value)
    return str(value)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Two shards with a document of each kind."""
    algorithm = figure("1", "Algorithm 1. Annealing.", type="Algorithm", image_path=None, dpi=None, pixels=None)
    table = figure("IV", "Table IV. Films.", type="Table", continued=True, direction=3, svg_path="images/a.svg")
    run = write_run(
        tmp_path / "run",
        [
            Paper("good", located(figure("1"), table, lost=[lost("2")], boxes=[algorithm])),
            Paper("locked", read_errors=(ErrorRecord("locked", "read", "password", "needs a password"),)),
        ],
        [
            Paper("damaged", located(figure("1")), read_errors=(DAMAGED,), figure_errors=(UNDRAWN,)),
            Paper("scan", located(), textless=True),
        ],
    )
    export_dataset(run)
    return run


class TestDocuments:
    def test_every_document_is_listed_with_its_status(self, run: Run) -> None:
        documents = table_of(run, "documents")
        columns = ["document", "file", "status", "pages", "figures", "tables", "captions_without_region", "errors"]
        assert documents[columns].to_numpy().tolist() == [
            ["good", "good.pdf", "success", 5, 1, 1, 1, 0],
            ["locked", "locked.pdf", "failed", 0, 0, 0, 0, 1],
            ["damaged", "damaged.pdf", "partial", 5, 1, 0, 0, 2],
            ["scan", "scan.pdf", "failed", 5, 0, 0, 0, 0],
        ]

    def test_documents_of_real_files(self, finished: Run) -> None:
        documents = table_of(finished, "documents").set_index("document")
        assert dict(documents["status"]) == {
            "bare": "success",
            "broken": "failed",
            "good paper": "success",
            "protected": "failed",
            "scan": "failed",
        }
        assert documents.loc["good paper", "file"] == "good paper.pdf"
        assert documents["sha256"].str.len().eq(64).all()


class TestFigures:
    def test_kinds_and_names(self, run: Run) -> None:
        figures = table_of(run, "figures")
        assert figures[["document", "kind", "figure_name", "type", "label"]].to_numpy().tolist() == [
            ["good", "figure", "good_fig1.png", "Figure", "1"],
            ["good", "table", "good_fig2.png", "Table", "IV"],
            ["good", "caption without region", "good_fig3.png", "Figure", "2"],
            ["good", "text box", None, "Algorithm", "1"],
            ["damaged", "figure", "damaged_fig1.png", "Figure", "1"],
        ]

    def test_everything_that_is_known_of_a_figure(self, run: Run) -> None:
        known = table_of(run, "figures").iloc[0].to_dict()
        mentions = [dict(mention) for mention in known.pop("mentions")]
        assert len(known.pop("markup")) == 0
        lists = ("general", *(f"{kind}_keywords" for kind in ("query", "technique", "structure", "material", "phrase")))
        assert [len(known.pop(name)) for name in lists] == [0] * 6
        assert known == {
            "document": "good",
            "kind": "figure",
            "figure_name": "good_fig1.png",
            "type": "Figure",
            "label": "1",
            "page": 3,
            **{"x0": 72.0, "y0": 100.0, "x1": 280.0, "y1": 290.0},
            "caption": "Figure 1. Grain size against temperature.",
            **{"caption_x0": 72.0, "caption_y0": 300.0, "caption_x1": 280.0, "caption_y1": 320.0},
            "confidence": 0.98,
            "reason": "",
            "continued": False,
            "direction": 0,
            "section": "Results",
            "image": "images/paper/paper-Figure1-1.png",
            "svg": None,
            "dpi": 300.0,
            "image_url": None,
            "width": 866,
            "height": 791,
            "panels": 0,
            "scale_bars": 0,
            "panels_by": None,
            "no_panels": None,
        }
        assert mentions == [
            {"page": 4, "text": "Fig. 1"},
            {"page": 3, "text": "Figure 1a"},
            {"page": 4, "text": "Figure 1"},
        ]

    def test_what_is_missing_is_missing(self, run: Run) -> None:
        lost_one = table_of(run, "figures").iloc[2]
        assert lost_one["reason"] == "nothing is drawn next to it"
        assert set(lost_one[["x0", "image", "dpi", "width", "section"]]) == {None}

    def test_sections(self, run: Run) -> None:
        assert table_of(run, "sections").iloc[0].to_dict() == {
            "document": "good",
            "title": "Results",
            "level": 1,
            "page": 2,
            **{"x0": 72.0, "y0": 80.0, "x1": 130.0, "y1": 92.0},
        }

    def test_rows_in_more_than_one_row_group(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(table_files, "ROW_GROUP", 2)
        run = write_run(tmp_path / "run", [Paper("paper", located(*(figure(str(n)) for n in range(5))))])
        export_dataset(run)
        assert list(table_of(run, "figures")["label"]) == list("01234")
        assert pq.ParquetFile(tmp_path / "run/dataset/parquet/figures.parquet").num_row_groups == 3


class TestErrors:
    def test_errors_of_all_stages_in_the_order_of_documents(self, run: Run) -> None:
        assert table_of(run, "errors").to_numpy().tolist() == [
            ["locked", "read", "password", "needs a password", None],
            ["damaged", "read", "corrupt", "its xref table was rebuilt", None],
            ["damaged", "render", "render", "Figure 1 could not be rendered", 3],
        ]

    def test_table_without_rows_can_be_read(self, tmp_path: Path) -> None:
        run = write_run(tmp_path / "run", [Paper("paper", located(figure()))])
        export_dataset(run)
        assert list(table_of(run, "errors").columns) == ["document", "stage", "kind", "message", "page"]


class TestCsv:
    @pytest.mark.parametrize("name", ["documents", "figures", "panels", "sections", "errors"])
    def test_same_as_parquet(self, run: Run, name: str) -> None:
        rows = pq.read_table(f"{run.root}/dataset/parquet/{name}.parquet").to_pylist()
        with open(f"{run.root}/dataset/csv/{name}.csv", encoding="utf-8", newline="") as file:
            assert list(csv.DictReader(file)) == [{key: in_csv(value) for key, value in row.items()} for row in rows]

    def test_lists_are_json(self, run: Run) -> None:
        text = pd.read_csv(f"{run.root}/dataset/csv/figures.csv")
        assert json.loads(text["mentions"][0])[0] == {"page": 4, "text": "Fig. 1"}

    def test_line_breaks_quotes_and_commas_come_back(self, tmp_path: Path) -> None:
        caption = 'Figure 1. "Size", in nm;\r\nline two\rline three\n\tend \x00'
        run = write_run(tmp_path / "run", [Paper("paper", located(figure("1", caption), figure("2")))])
        export_dataset(run)
        assert pd.read_csv(tmp_path / "run/dataset/csv/figures.csv")["caption"][0] == caption
