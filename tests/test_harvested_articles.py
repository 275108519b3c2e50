"""Articles that a harvest has brought: their way through a run, from its folder to the table `figures`."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvested_articles import article_facts, harvested_documents, harvested_file
from exsclaim_core.run_setup import copy_run
from exsclaim_core.run_status import read_status, unfinished
from exsclaim_core.runs import Run, RunError
from exsclaim_core.sources import update_sources
from exsclaim_core.stage_work import end_children
from tests.drawing.harvests import (
    CAPTION,
    Brought,
    drawn_article,
    drawn_figure,
    harvested_run,
    picture,
    sha256,
    tell_again,
    write_harvest,
)
from tests.drawing.runs import carry_out, draw_paper
from tests.processes import nothing_left_behind

ONE = Brought(drawn_article("one"), {0: picture()})
TWO = Brought(drawn_article("two", drawn_figure("1"), drawn_figure("2")), {0: picture(20, 10), 1: picture(20, 20)})


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    with nothing_left_behind():
        yield
        end_children()


def documents(run: Run) -> dict[str, list[str]]:
    return {shard: [source.document for source in run.sources(shard)] for shard in run.shards()}


def rows(run: Run) -> dict[str, dict[str, Any]]:
    """Rows of the table `figures` by document."""
    return {row["document"]: row for shard in run.shards() for row in run.rows("figures", shard)}


def errors(run: Run) -> list[tuple[str, str, str]]:
    found = [error for shard in run.shards() for error in run.errors("figures", shard)]
    return [(error.document, error.kind, error.message) for error in found]


def record_of(run: Run, document: str) -> Path:
    (path,) = (path for path, name in harvested_documents(run).items() if name == document)
    return Path(path)


def exsclaim_json(run: Run) -> dict[str, Any]:
    carry_out(run, "distribution")
    export_dataset(run)
    found: dict[str, Any] = json.loads(run.read("dataset/exsclaim.json"))
    return found


class TestFigures:
    def test_a_figure_is_what_its_publisher_shows(self, tmp_path: Path) -> None:
        content = picture(40, 30)
        figure = drawn_figure("1", mentions=("Fig. 1b", "Figure 1"))
        run = harvested_run(tmp_path / "run", [Brought(drawn_article("one", figure), {0: content})])
        carry_out(run)
        (record,) = rows(run)["10.5555_one"]["figures"]
        image = "images/10.5555_one/10.5555_one-Figure1-1.png"
        assert {name: record[name] for name in ("type", "label", "page", "bbox", "caption", "caption_bbox")} == {
            "type": "Figure",
            "label": "1",
            "page": None,
            "bbox": None,
            "caption": CAPTION,
            "caption_bbox": None,
        }
        assert (record["image"], record["pixels"], record["dpi"]) == (image, [40, 30], None)
        assert record["image_url"] == "https://drawn.example/1.png"
        # "Fig. 1 Grains of a drawn film. a, as grown; b, after …": the letters a and b.
        assert record["markup"] == [{"start": 31, "end": 32, "kind": "bold"}, {"start": 44, "end": 45, "kind": "bold"}]
        assert record["mentions"] == [{"page": None, "text": "Fig. 1b"}, {"page": None, "text": "Figure 1"}]
        assert run.read(image) == content

    def test_pictures_are_linked_and_not_copied(self, tmp_path: Path) -> None:
        run = harvested_run(tmp_path / "run", [ONE])
        carry_out(run)
        kept = Path(run.root, f"harvest/images/{sha256(picture())[:2]}/{sha256(picture())}.png")
        assert os.path.samefile(kept, Path(run.root, "images/10.5555_one/10.5555_one-Figure1-1.png"))

    def test_kinds_and_names_of_pictures(self, tmp_path: Path) -> None:
        figures = [drawn_figure("1"), drawn_figure("Scheme 1"), drawn_figure("S1", type="Table"), drawn_figure("1")]
        kinds = ["JPEG", "GIF", "TIFF", "WEBP"]
        pictures = {number: picture(10 + number, 10, kind) for number, kind in enumerate(kinds)}
        run = harvested_run(tmp_path / "run", [Brought(drawn_article("one", *figures), pictures)])
        carry_out(run)
        found = rows(run)["10.5555_one"]["figures"]
        assert [Path(each["image"]).name.removeprefix("10.5555_one-") for each in found] == [
            "Figure1-1.jpg",
            "Scheme1-1.gif",
            "TableS1-1.tif",
            "Figure1-2.webp",
        ]
        assert [each["pixels"] for each in found] == [[10, 10], [11, 10], [12, 10], [13, 10]]

    def test_what_is_no_figure_of_the_article_is_left_out(self, tmp_path: Path) -> None:
        figures = [
            drawn_figure("", "What it is about", role="graphical abstract"),
            drawn_figure("1"),
            drawn_figure("", "Ada Ink", role="author photo"),
            drawn_figure("S1", role="supplementary"),
        ]
        run = harvested_run(tmp_path / "run", [Brought(drawn_article("one", *figures), {1: picture()})])
        carry_out(run)
        row = rows(run)["10.5555_one"]
        assert [each["label"] for each in row["figures"]] == ["1"]
        assert row["captions_without_region"] == []

    def test_a_picture_that_was_not_fetched_leaves_a_caption(self, tmp_path: Path) -> None:
        article = drawn_article("one", drawn_figure("1"), drawn_figure("2"))
        run = harvested_run(tmp_path / "run", [Brought(article, {1: picture()})])
        carry_out(run)
        (lost,) = rows(run)["10.5555_one"]["captions_without_region"]
        assert (lost["label"], lost["reason"]) == ("1", "its picture could not be fetched")
        assert lost["image_url"] == "https://drawn.example/1.png"
        assert errors(run) == []

    def test_without_pictures_in_the_run_their_sizes_are_known(self, tmp_path: Path) -> None:
        run = harvested_run(tmp_path / "run", [ONE], output={"images": False})
        carry_out(run)
        (record,) = rows(run)["10.5555_one"]["figures"]
        assert (record["image"], record["pixels"]) == (None, [40, 30])
        assert not Path(run.root, "images").exists()

    def test_articles_without_figures_and_those_that_were_refused_are_no_documents(self, tmp_path: Path) -> None:
        refused = Brought(drawn_article("closed"), status="closed")
        empty = Brought(drawn_article("letter", figures=()), status="empty")
        run = harvested_run(tmp_path / "run", [refused, ONE, empty])
        assert documents(run) == {"000000": ["10.5555_one"]}


class TestDamage:
    """What is damaged is an error of its own document: the others are as they would be alone."""

    @pytest.fixture
    def run(self, tmp_path: Path) -> Iterator[Run]:
        run = harvested_run(tmp_path / "run", [TWO, ONE])
        yield run
        assert [each["label"] for each in rows(run)["10.5555_one"]["figures"]] == ["1"]
        assert {document for document, _, _ in errors(run)} == {"10.5555_two"}

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\x00\xff",
            b"[]",
            b"{}",
            b'{"article": {"figures": 3}, "files": {}}',
            b'{"article": {"figures": [], "authors": [], "colour": 1}, "files": {}}',
            b"[" * 100_000,
        ],
        ids=["empty", "bytes", "list", "nothing", "numbers", "unknown field", "depth"],
    )
    def test_a_record(self, run: Run, content: bytes) -> None:
        record_of(run, "10.5555_two").write_bytes(content)
        update_sources(run, 1)
        carry_out(run)
        assert "10.5555_two" not in rows(run)
        assert [kind for _, kind, _ in errors(run)] == ["corrupt"]

    def test_a_record_that_leads_out_of_the_harvest(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "secret.png").write_bytes(picture())
        path = record_of(run, "10.5555_two")
        record = json.loads(path.read_bytes())
        record["files"]["0"]["path"] = "../../secret.png"
        path.write_text(json.dumps(record))
        update_sources(run, 1)
        carry_out(run)
        ((_, kind, message),) = errors(run)
        assert (kind, message) == ("corrupt", "../../secret.png is no path in the folder of the harvest")

    def test_a_record_that_is_gone(self, run: Run) -> None:
        record_of(run, "10.5555_two").unlink()
        carry_out(run)
        assert errors(run) == [("10.5555_two", "unreadable", "No such file or directory")]

    def test_a_picture_that_is_gone_and_one_that_has_changed(self, run: Run) -> None:
        kept = {path.name: path for path in Path(run.root, "harvest/images").rglob("*.png")}
        kept[f"{sha256(picture(20, 10))}.png"].unlink()
        kept[f"{sha256(picture(20, 20))}.png"].write_bytes(picture(20, 20)[:-20])
        carry_out(run)
        assert errors(run) == [
            ("10.5555_two", "unreadable", "Figure 1: its picture can't be read: No such file or directory"),
            ("10.5555_two", "corrupt", "Figure 2: its picture is not what was fetched any more"),
        ]
        lost = rows(run)["10.5555_two"]["captions_without_region"]
        assert [each["reason"] for each in lost] == [
            "its picture is gone",
            "its picture is not what was fetched any more",
        ]
        assert read_status(run).outcomes == {"success": 1, "partial": 1}


def test_a_picture_that_nothing_can_read(tmp_path: Path) -> None:
    broken = Brought(drawn_article("one"), {0: b"\x89PNG\r\n\x1a\n and nothing else"})
    run = harvested_run(tmp_path / "run", [broken])
    carry_out(run)
    assert errors(run) == [("10.5555_one", "corrupt", "Figure 1: its picture is damaged")]


class TestSources:
    def test_new_articles_make_new_shards(self, tmp_path: Path) -> None:
        run = harvested_run(tmp_path / "run", [ONE])
        carry_out(run)
        write_harvest(run, [TWO])
        assert update_sources(run, 1) == (1, 0)
        assert documents(run) == {"000000": ["10.5555_one"], "000001": ["10.5555_two"]}
        assert {shard for _, shard in unfinished(run, "figures")} == {"000001"}

    def test_articles_that_are_told_differently_are_made_again(self, tmp_path: Path) -> None:
        run = harvested_run(tmp_path / "run", [ONE])
        write_harvest(run, [TWO])
        update_sources(run, 1)
        carry_out(run)
        tell_again(run, drawn_article("one", drawn_figure("1", "Fig. 1 Grains, and a correction.")))
        assert update_sources(run, 1) == (0, 1)
        assert carry_out(run) == [f"{stage}/000000" for stage in ("read", "layout", "captions", "clusters", "figures")]
        (record,) = rows(run)["10.5555_one"]["figures"]
        assert record["caption"] == "Fig. 1 Grains, and a correction."

    def test_what_did_not_change_is_not_made_again(self, tmp_path: Path) -> None:
        run = harvested_run(tmp_path / "run", [ONE])
        carry_out(run)
        tell_again(run, ONE.article)
        assert update_sources(run, 1) == (0, 0)
        assert carry_out(run) == []

    def test_pdfs_are_read_under_the_names_of_their_articles(self, tmp_path: Path) -> None:
        paper = draw_paper(tmp_path / "paper.pdf").read_bytes()
        article = drawn_article("preprint", figures=(), pdf_url="https://drawn.example/preprint.pdf")
        run = harvested_run(tmp_path / "run", [ONE, Brought(article, pdf=paper)])
        assert documents(run) == {"000000": ["10.5555_one", "10.5555_preprint"]}
        carry_out(run)
        assert [row["document"] for row in run.rows("read", "000000")] == ["10.5555_preprint"]
        (figure,) = rows(run)["10.5555_preprint"]["figures"]
        assert (figure["page"], figure["image"]) == (1, "images/10.5555_preprint/10.5555_preprint-Figure1-1.png")

    def test_two_articles_with_one_pdf_are_one_document(self, tmp_path: Path) -> None:
        paper = draw_paper(tmp_path / "paper.pdf").read_bytes()
        brought = [Brought(drawn_article(name, figures=()), pdf=paper) for name in ("first", "second")]
        run = harvested_run(tmp_path / "run", brought)
        assert documents(run) == {"000000": ["10.5555_first"]}
        assert [facts["doi"] for facts in article_facts(run).values()] == ["10.5555/first"]

    def test_a_paper_of_the_same_name_keeps_articles_and_their_facts_apart(self, tmp_path: Path) -> None:
        draw_paper(tmp_path / "papers" / "10.5555_one.pdf")
        run = harvested_run(tmp_path / "run", [ONE], tmp_path / "papers")
        assert documents(run) == {"000000": ["10.5555_one", "10.5555_one-2"]}
        carry_out(run)
        titles = {record["article_name"]: record["title"] for record in exsclaim_json(run).values()}
        assert titles == {"10.5555_one": "", "10.5555_one-2": "Films that are drawn: one"}

    def test_a_damaged_table_says_what_to_do(self, tmp_path: Path) -> None:
        run = harvested_run(tmp_path / "run", [ONE])
        run.write("harvest/articles.parquet", b"no table")
        with pytest.raises(RunError, match=r"/articles\.parquet is damaged .*: `exsclaim harvest` writes it again"):
            update_sources(run, 1)


class TestOtherPlaces:
    def test_a_run_that_was_moved_stays_the_same(self, tmp_path: Path) -> None:
        run = harvested_run(tmp_path / "run", [ONE, TWO])
        carry_out(run)
        (tmp_path / "elsewhere").mkdir()
        Path(run.root).rename(tmp_path / "elsewhere" / "run")
        run = Run(tmp_path / "elsewhere" / "run")
        tell_again(run, ONE.article)  # as a harvest there would
        assert update_sources(run, 1) == (0, 0)
        assert documents(run) == {"000000": ["10.5555_one", "10.5555_two"]}
        assert {Path(source.path).exists() for source in run.sources("000000")} == {True}
        assert carry_out(run) == []

    def test_same_articles_give_the_same_dataset_wherever_they_lie(self, tmp_path: Path) -> None:
        runs = [harvested_run(tmp_path / place / "run", [ONE, TWO]) for place in ("here", "there")]
        for run in runs:
            carry_out(run)
        assert exsclaim_json(runs[0]) == exsclaim_json(runs[1])
        assert len({run.read("dataset/parquet/documents.parquet") for run in runs}) == 1

    def test_a_copy_of_a_run_is_a_run_of_its_own(self, tmp_path: Path) -> None:
        run = harvested_run(tmp_path / "run", [ONE])
        carry_out(run)
        first = exsclaim_json(run)
        copy = copy_run(run, tmp_path / "copy", "dataset")
        assert article_facts(copy) == article_facts(run)
        shutil.rmtree(run.root)
        assert update_sources(copy, 1) == (0, 0)
        assert carry_out(copy) == []
        again = {name: {**record, "figure_path": ""} for name, record in exsclaim_json(copy).items()}
        assert again == {name: {**record, "figure_path": ""} for name, record in first.items()}
        # Its harvest goes on with what is new.
        write_harvest(copy, [TWO])
        assert update_sources(copy, 1) == (1, 0)
        assert documents(copy) == {"000000": ["10.5555_one"], "000001": ["10.5555_two"]}

    def test_a_copy_leaves_the_first_harvest_alone(self, tmp_path: Path) -> None:
        run = harvested_run(tmp_path / "run", [ONE])
        HarvestFolder(Path(run.root)).log.write_text("first\n")
        copy = copy_run(run, tmp_path / "copy", "read")
        write_harvest(copy, [TWO])
        tell_again(copy, drawn_article("one", drawn_figure("1", "Fig. 1 Another caption.")))
        assert update_sources(run, 1) == (0, 0)
        assert list(harvested_documents(run).values()) == ["10.5555_one"]
        assert not HarvestFolder(Path(copy.root)).log.exists()
        update_sources(copy, 1)
        carry_out(copy)
        assert rows(copy)["10.5555_one"]["figures"][0]["caption"] == "Fig. 1 Another caption."

    def test_a_run_that_was_taken_to_an_object_store(self, tmp_path: Path) -> None:
        here = harvested_run(tmp_path / "run", [TWO])
        there = Run.create("memory://bucket/run", [], here.settings)
        for path in Path(here.root).rglob("*"):
            if path.is_file() and path.name not in ("run.json", ".lock"):
                there.write(str(path.relative_to(here.root)), path.read_bytes())
        shutil.rmtree(here.root)
        assert update_sources(there, 1) == (0, 0)
        carry_out(there)
        assert errors(there) == []
        found = rows(there)["10.5555_two"]["figures"]
        assert [each["pixels"] for each in found] == [[20, 10], [20, 20]]
        assert there.read(found[1]["image"]) == picture(20, 20)
        assert exsclaim_json(there)["10.5555_two_fig1.png"]["title"] == "Films that are drawn: two"
        # A new run over the same harvest finds the same.
        anew = Run.create("memory://bucket/anew", [], there.settings)
        for name in ("articles.parquet", *(harvested_file(path) for path in harvested_documents(there))):
            anew.write(f"harvest/{name}", there.read(f"harvest/{name}"))
        assert update_sources(anew, 1) == (1, 0)
        assert [source.sha256 for source in anew.sources("000000")] == [
            source.sha256 for source in there.sources("000000")
        ]
        there.files.rm("/bucket", recursive=True)
