"""exsclaim.json and the tables that EXSCLAIM! writes: what programs made for those find in ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.dataset.exsclaim_files import FIGURE_FIELDS
from exsclaim_core.runs import Run
from tests.dataset.written_run import Paper, figure, located, lost, write_run

HEADERS = {
    "article": "id,title,url,license,open,authors,abstract",
    "figure": "id,full_caption,delimiter,image_url,path,article",
    "subfigure": "id,class,height,width,nm_height,nm_width,x1,y1,x2,y2,caption,keywords,general,figure",
    "subfigurelabel": "text,x1,y1,x2,y2,label_confidence,box_confidence,subfigure",
    "scalebar": "id,x1,y1,x2,y2,length,distance,confidence,subfigure",
    "scalebarlabel": "text,x1,y1,x2,y2,label_confidence,box_confidence,nm,bar",
}


def dataset_of(folder: Path, *papers: Paper) -> Path:
    """The folder of the dataset of a run called `run` with these papers."""
    export_dataset(write_run(folder / "run", papers))
    return folder / "run" / "dataset"


def figures_of(folder: Path, *papers: Paper) -> dict[str, Any]:
    """What exsclaim.json holds for a run with these papers."""
    found: dict[str, Any] = json.loads((dataset_of(folder, *papers) / "exsclaim.json").read_bytes())
    return found


class TestJson:
    def test_figure_has_all_fields_and_those_that_no_stage_has_filled_are_empty(self, tmp_path: Path) -> None:
        (record,) = figures_of(tmp_path, Paper("paper", located(figure("3")))).values()
        assert record == {
            "title": "",
            "article_url": "",
            "article_name": "paper",
            "full_caption": "Figure 3. Grain size against temperature.",
            "caption_delimiter": "",
            "figure_name": "paper_fig1.png",
            "image_url": "",
            "license": "",
            "open": None,
            "figure_path": "run/images/paper/paper-Figure3-1.png",
            "authors": [],
            "master_images": [],
            "unassigned": {
                "master_images": [],
                "dependent_images": [],
                "inset_images": [],
                "subfigure_labels": [],
                "scale_bar_labels": [],
                "scale_bar_lines": [],
                "captions": [],
            },
        }
        assert list(record) == list(FIGURE_FIELDS)

    def test_tables_and_captions_without_region_are_in_it_and_text_boxes_are_not(self, tmp_path: Path) -> None:
        algorithm = figure("1", "Algorithm 1. Annealing.", type="Algorithm", image_path=None)
        table = figure("1", "Table 1. Films.", type="Table")
        found = figures_of(tmp_path, Paper("paper", located(figure("1"), table, lost=[lost("2")], boxes=[algorithm])))
        assert [(name, record["full_caption"][:8], bool(record["figure_path"])) for name, record in found.items()] == [
            ("paper_fig1.png", "Figure 1", True),
            ("paper_fig2.png", "Table 1.", True),
            ("paper_fig3.png", "Figure 2", False),
        ]

    def test_names_are_unique_whatever_documents_are_called(self, tmp_path: Path) -> None:
        names = ("a", "a_fig1", "a_fig1.png_fig1")
        found = figures_of(tmp_path, *(Paper(name, located(figure("1"), figure("1"))) for name in names))
        assert len(found) == 6
        assert all(name == record["figure_name"] for name, record in found.items())

    def test_without_a_picture_the_vector_graphics_count(self, tmp_path: Path) -> None:
        only_svg = figure("1", image_path=None, pixels=None, dpi=None, svg_path="images/paper/paper-Figure1-1.svg")
        found = figures_of(tmp_path, Paper("paper", located(only_svg)))
        assert found["paper_fig1.svg"]["figure_path"] == "run/images/paper/paper-Figure1-1.svg"

    def test_paths_lead_to_the_pictures_from_the_folder_of_runs(self, finished: Run) -> None:
        found = json.loads(finished.read("dataset/exsclaim.json"))
        paths = [record["figure_path"] for record in found.values()]
        assert paths == [
            "",
            "run/images/good paper/good paper-Figure1-1.png",
            "run/images/good paper/good paper-Table1-1.png",
        ]
        assert all((Path(finished.root).parent / path).is_file() for path in paths if path)

    def test_odd_captions_come_back_and_the_file_is_utf_8(self, tmp_path: Path) -> None:
        caption = 'Figure 1. "Größe" \\ <script>\u202e\u2028\x07 in µm 🙂'
        found = figures_of(tmp_path, Paper("paper", located(figure("1", caption))))
        assert found["paper_fig1.png"]["full_caption"] == caption

    def test_half_a_surrogate_pair_is_replaced(self, tmp_path: Path) -> None:
        found = figures_of(tmp_path, Paper("paper", located(figure("1", "Figure 1. Half \ud83d of a pair"))))
        assert found["paper_fig1.png"]["full_caption"] == "Figure 1. Half \ufffd of a pair"

    def test_run_without_figures_is_an_empty_object(self, tmp_path: Path) -> None:
        assert figures_of(tmp_path, Paper("failed"), Paper("plain", located())) == {}

    def test_name_of_the_run_that_is_no_text(self, tmp_path: Path) -> None:
        run = write_run(tmp_path / "run \udcff", [Paper("paper", located(figure("1")))])
        export_dataset(run)
        assert json.loads(run.read("dataset/exsclaim.json"))["paper_fig1.png"]["figure_path"].startswith("run ?/images")
        assert export_dataset(run) is None


class TestCsv:
    def test_headers_are_in_the_order_of_exsclaim(self, tmp_path: Path) -> None:
        folder = dataset_of(tmp_path, Paper("paper", located(figure("1")))) / "csv"
        first_lines = {name: (folder / f"{name}.csv").read_text().splitlines()[0] for name in HEADERS}
        assert first_lines == HEADERS

    def test_panels_and_scale_bars_are_not_filled_yet(self, tmp_path: Path) -> None:
        folder = dataset_of(tmp_path, Paper("paper", located(figure("1")))) / "csv"
        for name in ("subfigure", "subfigurelabel", "scalebar", "scalebarlabel"):
            assert pd.read_csv(folder / f"{name}.csv").empty

    def test_figures_name_their_article(self, tmp_path: Path) -> None:
        papers = [
            Paper("one", located(figure("1"), lost=[lost("2")])),
            Paper("failed"),
            Paper("two", located(figure())),
        ]
        folder = dataset_of(tmp_path, *papers) / "csv"
        assert list(pd.read_csv(folder / "article.csv")["id"]) == ["one", "two"]
        figures = pd.read_csv(folder / "figure.csv", keep_default_na=False)
        assert list(zip(figures["id"], figures["article"], figures["path"], strict=True)) == [
            ("one-fig1", "one", "run/images/paper/paper-Figure1-1.png"),
            ("one-fig2", "one", ""),
            ("two-fig1", "two", "run/images/paper/paper-Figure1-1.png"),
        ]
