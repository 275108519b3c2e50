"""A dataset of articles that a harvest has brought: what is known of them stands beside their figures."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.runs import Run
from exsclaim_core.stage_work import end_children
from tests.dataset.test_overview import HOSTILE, SHOWN, Html
from tests.drawing.harvests import LICENCE, Brought, drawn_article, drawn_figure, harvested_run, picture, tell_again
from tests.drawing.runs import carry_out, draw_papers

ONE = drawn_article("one", drawn_figure("1"), drawn_figure("2"))
UNKNOWN = drawn_article(
    "unknown",
    authors=("Cy Nib", "Di Pen", "Ed Pad", "Flo Ruler"),
    licence="",
    redistribution=None,
    open=None,
    article_url="javascript:alert(1)",
)
RESERVED = drawn_article("reserved", licence="https://drawn.example/terms", redistribution=False, open=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of three articles, of the first without its second picture, and a paper of nobody's harvest."""
    folder = tmp_path_factory.mktemp("harvested")
    brought = [
        Brought(ONE, {0: picture(40, 30)}),
        Brought(UNKNOWN, {0: picture(20, 20)}),
        Brought(RESERVED, {0: picture(30, 20)}, source="rsc"),
    ]
    run = harvested_run(folder / "run", brought, draw_papers(folder / "papers", paper=1))
    carry_out(run, "distribution")
    end_children()
    export_dataset(run)
    return run


def table(run: Run, name: str) -> Any:
    return pd.read_parquet(Path(run.root, "dataset/parquet", f"{name}.parquet")).set_index("document")


def rows(run: Run, name: str) -> list[dict[str, str]]:
    """Rows of one of the CSV files."""
    with Path(run.root, "dataset/csv", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestExsclaim:
    def test_figures_say_what_is_known_of_their_article(self, run: Run) -> None:
        records = json.loads(run.read("dataset/exsclaim.json"))
        names = ("title", "article_url", "license", "open", "authors", "image_url", "figure_path", "full_caption")
        assert {name: records["10.5555_one_fig1.png"][name] for name in names} == {
            "title": "Films that are drawn: one",
            "article_url": "https://drawn.example/articles/one",
            "license": LICENCE,
            "open": True,
            "authors": ["Ada Ink", "Bo Quill"],
            "image_url": "https://drawn.example/1.png",
            "figure_path": "run/images/10.5555_one/10.5555_one-Figure1-1.png",
            "full_caption": "Fig. 1 Grains of a drawn film. a, as grown; b, after two hours.",
        }
        assert records["10.5555_one_fig2.png"]["figure_path"] == ""

    def test_what_is_not_known_is_not_made_up(self, run: Run) -> None:
        records = json.loads(run.read("dataset/exsclaim.json"))
        unknown, paper = records["10.5555_unknown_fig1.png"], records["paper_fig1.png"]
        assert (unknown["license"], unknown["open"], unknown["title"]) == ("", None, "Films that are drawn: unknown")
        assert (paper["license"], paper["open"], paper["title"], paper["authors"]) == ("", None, "", [])

    def test_its_tables(self, run: Run) -> None:
        one = next(row for row in rows(run, "article") if row["id"] == "10.5555_one")
        assert one == {
            "id": "10.5555_one",
            "title": "Films that are drawn: one",
            "url": "https://drawn.example/articles/one",
            "license": LICENCE,
            "open": "true",
            "authors": '["Ada Ink", "Bo Quill"]',
            "abstract": "Nothing of this was measured.",
        }
        urls = {row["id"]: row["image_url"] for row in rows(run, "figure")}
        assert urls["10.5555_one-fig1"] == "https://drawn.example/1.png"
        assert urls["paper-fig1"] == ""


class TestTables:
    def test_documents(self, run: Run) -> None:
        documents = table(run, "documents")
        one, paper = documents.loc["10.5555_one"], documents.loc["paper"]
        names = ["doi", "title", "journal", "publisher", "date", "licence", "redistribution", "open", "source"]
        assert list(one[names]) == [
            *("10.5555/one", "Films that are drawn: one", "Drawn Letters", "Drawn Press", "2024-05-06"),
            *(LICENCE, True, True, "nature"),
        ]
        assert list(one["authors"]) == ["Ada Ink", "Bo Quill"]
        assert (one["status"], one["pages"], one["figures"], one["captions_without_region"]) == ("success", 0, 1, 1)
        assert documents.loc["10.5555_unknown"]["open"] is None
        assert paper[names].isna().all()
        assert documents.loc["10.5555_reserved"]["source"] == "rsc"

    def test_figures(self, run: Run) -> None:
        figure = table(run, "figures").loc["10.5555_unknown"]
        assert (figure["image_url"], figure["width"], figure["height"]) == ("https://drawn.example/1.png", 20, 20)
        assert [span["kind"] for span in figure["markup"]] == ["bold", "bold"]
        assert figure[["page", "x0", "caption_x0", "dpi"]].isna().all()

    def test_the_same_as_text(self, run: Run) -> None:
        documents = {row["document"]: row for row in rows(run, "documents")}
        assert documents["10.5555_reserved"]["redistribution"] == "false"
        assert documents["10.5555_unknown"]["redistribution"] == ""
        figures = {row["figure_name"]: row for row in rows(run, "figures")}
        spans = json.loads(figures["10.5555_one_fig1.png"]["markup"])
        assert [list(span.values()) for span in spans] == [[31, 32, "bold"], [44, 45, "bold"]]

    def test_their_columns_come_from_the_harvest(self, run: Run) -> None:
        files = json.loads(run.read("dataset/provenance.json"))["files"]
        places = [
            *(("parquet/documents.parquet", name) for name in ("title", "authors", "licence", "open", "article_url")),
            *(("parquet/figures.parquet", name) for name in ("image_url", "markup")),
            *(("exsclaim.json", name) for name in ("title", "authors", "license", "open", "article_url", "image_url")),
            ("csv/article.csv", "abstract"),
        ]
        assert {files[file]["columns"][name]["stage"] for file, name in places} == {"harvest"}


class TestOverview:
    @pytest.fixture
    def page(self, run: Run) -> Html:
        return Html(run.read("dataset/overview/0001.html").decode())

    def test_what_is_known_of_an_article_stands_above_its_figures(self, page: Html) -> None:
        lines = [line for line in page.text("soft") if "Ink" in line or "Nib" in line]
        assert lines == [
            f"Ada Ink, Bo Quill · Drawn Letters · 2024-05-06 · 10.5555/one · {LICENCE} · open",
            "Cy Nib, Di Pen, Ed Pad and others · Drawn Letters · 2024-05-06 · 10.5555/unknown · no licence is named",
            "Ada Ink, Bo Quill · Drawn Letters · 2024-05-06 · 10.5555/reserved · https://drawn.example/terms "
            "(may not be handed on) · not open",
        ]
        assert "Films that are drawn: one" in page.text("p")

    def test_figures_without_pages(self, page: Html) -> None:
        assert "figures of the publisher · 1 figure · 0 tables · 1 caption without region" in page.text("soft")
        assert "from the web page · confidence 1.00" in page.text("facts")
        assert "Not found: its picture could not be fetched." in page.text("small")

    def test_links_lead_to_the_web_or_into_the_run(self, page: Html, run: Run) -> None:
        links = page.links()
        assert {"https://drawn.example/articles/one", "https://doi.org/10.5555/one", LICENCE} <= set(links)
        assert not [link for link in links if link.startswith("javascript:")]
        inside = [link for link in links if not link.startswith(("http", "#", "../index"))]
        assert all(Path(run.root, "dataset/overview", link).is_file() for link in inside)


def test_hostile_facts_come_out_as_text(tmp_path: Path) -> None:
    facts = dict.fromkeys(("title", "journal", "publisher", "date", "abstract", "licence", "article_url"), HOSTILE)
    hostile = drawn_article("hostile", drawn_figure("1", HOSTILE, image_urls=(HOSTILE,)), authors=(HOSTILE,), **facts)
    run = harvested_run(tmp_path / "run", [Brought(hostile, {0: picture()})])
    carry_out(run, "distribution")
    end_children()
    export_dataset(run)
    page = Html(run.read("dataset/overview/0001.html").decode())
    assert page.all("script") == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert page.text("caption") == [SHOWN]
    assert pd.read_csv(tmp_path / "run/dataset/csv/documents.csv")["title"][0] == HOSTILE


def test_facts_that_change_make_the_dataset_again_and_nothing_else(tmp_path: Path) -> None:
    run = harvested_run(tmp_path / "run", [Brought(ONE, {0: picture()})])
    carry_out(run, "distribution")
    end_children()
    assert export_dataset(run) is not None
    assert export_dataset(run) is None
    tell_again(run, drawn_article("one", drawn_figure("1"), drawn_figure("2"), title="A better title"))
    assert export_dataset(run) is not None
    assert json.loads(run.read("dataset/exsclaim.json"))["10.5555_one_fig1.png"]["title"] == "A better title"
