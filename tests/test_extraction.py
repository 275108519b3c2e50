"""Extraction in child processes: what comes back of good documents, and of every kind of bad one."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import exsclaim_core
from exsclaim_core import Document, Settings, extract, extract_many, extraction
from exsclaim_core.extraction import Extractor, find_pdfs
from exsclaim_core.model import ErrorRecord
from exsclaim_core.pdf.children import Call
from exsclaim_core.results import Result, ResultFolder
from tests.drawing.pages import Paper

pytestmark = pytest.mark.usefixtures("started")  # nothing is left behind

HASTY = Settings.model_validate({"limits": {"seconds": 1.5, "seconds_per_page": 0, "memory": 0.4}})


def draw(path: Path, figures: int = 1, password: str | None = None) -> Path:
    """A paper with one plot a page, and its caption below."""
    paper = Paper(password=password)
    for number in range(1, figures + 1):
        paper.page()
        paper.body(lines=14)
        paper.plot((130, 280, 480, 480))
        paper.caption(f"Figure {number}. Grain size against temperature for three films.", 54, 490, 504)
        paper.body(top=540, lines=14)
    path.parent.mkdir(parents=True, exist_ok=True)
    return paper.save(path)


def only_error(document: Document) -> ErrorRecord:
    (error,) = document.errors
    return error


def results_of(folder: Path, *paths: Path, settings: Settings | None = None) -> dict[str, Result]:
    """Results of the files, written into the folder, by the files' names."""
    with Extractor(1, settings) as extractor:
        return {result.path.name: result for result in extractor.results(ResultFolder(folder), paths)}


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Child processes in which a document's name says what goes wrong."""
    monkeypatch.setattr(extraction, "WORK", "tests.faulty_work")


class TestDocument:
    def test_figures_with_their_captions(self, tmp_path: Path) -> None:
        document = extract(draw(tmp_path / "paper.pdf", figures=2))
        assert (document.status, document.pages, document.errors) == ("success", 2, ())
        assert [(figure.name, figure.page) for figure in document.figures] == [("Figure 1", 1), ("Figure 2", 2)]
        assert document.figures[0].caption == "Figure 1. Grain size against temperature for three films."

    def test_path_as_text(self, tmp_path: Path) -> None:
        assert len(extract(str(draw(tmp_path / "paper.pdf"))).figures) == 1

    def test_image_is_rendered_on_demand(self, tmp_path: Path) -> None:
        figure = extract(draw(tmp_path / "paper.pdf")).figures[0]
        assert figure.bbox is not None
        image = Image.open(io.BytesIO(figure.image(dpi=72)))
        assert image.size == pytest.approx((figure.bbox.width + 2, figure.bbox.height + 2), abs=2)

    def test_image_of_a_document_with_a_password(self, tmp_path: Path) -> None:
        document = extract(draw(tmp_path / "paper.pdf", password="sesame"), password="sesame")
        assert document.figures[0].image().startswith(b"\x89PNG")
        assert "sesame" not in repr(document)

    def test_image_of_a_document_that_has_gone(self, tmp_path: Path) -> None:
        file = draw(tmp_path / "paper.pdf")
        figure = extract(file).figures[0]
        file.unlink()
        with pytest.raises(RuntimeError, match="No such file"):
            figure.image()

    def test_dictionary_holds_what_the_json_does(self, tmp_path: Path) -> None:
        record = extract(draw(tmp_path / "paper.pdf")).to_dict()
        assert {"document", "figures", "captions_without_region", "text_boxes", "sections", "errors", "pages"} <= set(
            record
        )
        assert (record["document"], record["figures"][0]["label"]) == ("paper.pdf", "1")

    def test_missing_file_is_the_callers_mistake(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="missing"):
            extract(tmp_path / "missing.pdf")

    def test_settings_reach_the_child(self, tmp_path: Path) -> None:
        strict = Settings.model_validate({"assignment": {"least_score": 1000}})
        document = extract(draw(tmp_path / "paper.pdf"), settings=strict)
        assert document.figures == ()
        assert [caption.name for caption in document.captions_without_region] == ["Figure 1"]

    def test_public_names(self) -> None:
        assert all(hasattr(exsclaim_core, name) for name in exsclaim_core.__all__)
        with pytest.raises(AttributeError, match="no attribute 'distract'"):
            exsclaim_core.distract  # noqa: B018


class TestManyDocuments:
    def test_all_come_back(self, tmp_path: Path) -> None:
        paths = [draw(tmp_path / f"{number}.pdf") for number in range(5)]
        documents = list(extract_many(paths, jobs=2))
        assert sorted(document.path for document in documents) == paths
        assert all(len(document.figures) == 1 for document in documents)

    def test_a_bad_one_does_not_stop_the_others(self, tmp_path: Path) -> None:
        bad = tmp_path / "bad.pdf"
        bad.write_text("no PDF")
        statuses = {d.path.name: d.status for d in extract_many([bad, draw(tmp_path / "good.pdf")], jobs=1)}
        assert statuses == {"bad.pdf": "failed", "good.pdf": "success"}

    def test_breaking_off_ends_the_children(self, tmp_path: Path) -> None:
        for _ in extract_many([draw(tmp_path / f"{number}.pdf") for number in range(4)], jobs=2):
            break


class TestBadFiles:
    def fails(self, path: Path, kind: str, message: str, password: str | None = None) -> None:
        document = extract(path, password=password)
        error = only_error(document)
        assert (document.status, error.kind, error.document) == ("failed", kind, path.name)
        assert message in error.message
        assert "\n" not in error.message

    def test_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "empty.pdf").touch()
        self.fails(tmp_path / "empty.pdf", "empty", "the file is empty")

    def test_text_file(self, tmp_path: Path) -> None:
        (tmp_path / "notes.pdf").write_text("These are notes.\n" * 100)
        self.fails(tmp_path / "notes.pdf", "corrupt", "not a readable PDF")

    def test_file_cut_off_before_its_pages(self, tmp_path: Path) -> None:
        whole = draw(tmp_path / "whole.pdf").read_bytes()
        (tmp_path / "start.pdf").write_bytes(whole[: whole.index(b"/Kids")])
        self.fails(tmp_path / "start.pdf", "corrupt", "not a readable PDF")

    def test_file_cut_off_amid_its_pages(self, tmp_path: Path) -> None:
        whole = draw(tmp_path / "whole.pdf", figures=4).read_bytes()
        (tmp_path / "half.pdf").write_bytes(whole[: len(whole) // 2])
        document = extract(tmp_path / "half.pdf")
        assert (document.status, only_error(document).kind) == ("partial", "corrupt")
        assert "parts of it may be missing" in only_error(document).message

    def test_folder_named_like_a_pdf(self, tmp_path: Path) -> None:
        (tmp_path / "folder.pdf").mkdir()
        self.fails(tmp_path / "folder.pdf", "unreadable", "Is a directory")

    def test_password_is_missing(self, tmp_path: Path) -> None:
        self.fails(draw(tmp_path / "secret.pdf", password="sesame"), "password", "--password")

    def test_password_is_wrong(self, tmp_path: Path) -> None:
        self.fails(draw(tmp_path / "secret.pdf", password="sesame"), "password", "wrong", password="barley")

    def test_password_is_right(self, tmp_path: Path) -> None:
        assert len(extract(draw(tmp_path / "secret.pdf", password="sesame"), password="sesame").figures) == 1

    def test_file_without_its_index_is_repaired_and_says_so(self, tmp_path: Path) -> None:
        file = draw(tmp_path / "paper.pdf")
        file.write_bytes(file.read_bytes().partition(b"\nxref")[0])
        document = extract(file)
        assert (document.status, len(document.figures)) == ("partial", 1)
        assert "was repaired" in only_error(document).message

    def test_page_that_cannot_be_read(self, tmp_path: Path) -> None:
        file = draw(tmp_path / "paper.pdf", figures=2)
        data = file.read_bytes()
        found = re.search(rb"/Count 2 /Kids \[ \d+ 0 R (\d+) 0 R \]", data)
        tree = re.search(rb"/Parent (\d+) 0 R", data)
        assert found
        assert tree
        # In place of the second page the tree of pages holds itself.
        file.write_bytes(data[: found.start(1)] + tree[1] + data[found.end(1) :])
        document = extract(file)
        assert (document.status, document.pages, len(document.figures)) == ("partial", 2, 1)
        assert (only_error(document).kind, only_error(document).page) == ("corrupt", 2)
        assert "cycle in page tree" in only_error(document).message


class TestPagesWithoutText:
    def test_scanned_document(self, tmp_path: Path) -> None:
        paper = Paper()
        for _ in range(2):
            paper.page().image((0, 0, 612, 792))
        document = extract(paper.save(tmp_path / "scan.pdf"))
        assert (document.status, only_error(document).kind) == ("failed", "no text")
        assert "images without a text layer" in only_error(document).message

    def test_scanned_document_with_a_stamp_on_each_page(self, tmp_path: Path) -> None:
        paper = Paper()
        for _ in range(3):
            paper.page().image((0, 0, 612, 792))
            paper.text("Downloaded from a library", 50, 780, size=8)
        document = extract(paper.save(tmp_path / "scan.pdf"))
        assert (document.status, only_error(document).kind) == ("partial", "no text")

    def test_some_scanned_pages(self, tmp_path: Path) -> None:
        paper = Paper()
        for number in range(1, 7):
            paper.page()
            if number in (2, 3, 5):
                paper.image((0, 0, 612, 792))
            else:
                paper.body()
        document = extract(paper.save(tmp_path / "paper.pdf"))
        assert (document.status, only_error(document).page) == ("partial", 2)
        assert only_error(document).message.startswith("pages 2–3 and 5 are images")

    def test_text_as_outlines(self, tmp_path: Path) -> None:
        paper = Paper().page()
        paper.frame((100, 100, 200, 200))
        document = extract(paper.save(tmp_path / "drawings.pdf"))
        assert (document.status, only_error(document).kind) == ("failed", "no text")
        assert "drawings and no text" in only_error(document).message

    def test_blank_pages(self, tmp_path: Path) -> None:
        document = extract(Paper().page().save(tmp_path / "blank.pdf"))
        assert (document.status, only_error(document).kind) == ("failed", "empty")

    def test_text_without_figures_is_no_error(self, tmp_path: Path) -> None:
        paper = Paper().page()
        paper.body()
        document = extract(paper.save(tmp_path / "essay.pdf"))
        assert (document.status, document.figures, document.errors) == ("success", (), ())


@pytest.mark.usefixtures("faulty")
class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "kind", "message"),
        [
            ("crash", "crash", "ended with SIGSEGV"),
            ("hang", "timeout", "took longer than 1.5 s"),
            ("fill", "memory", "needed more than 0.4 GiB"),
        ],
    )
    def test_fault_while_reading(self, tmp_path: Path, fault: str, kind: str, message: str) -> None:
        bad, good = draw(tmp_path / f"{fault} while reading.pdf"), draw(tmp_path / "good.pdf")
        documents = {d.path.name: d for d in extract_many([bad, good], jobs=1, settings=HASTY)}
        error = only_error(documents[bad.name])
        assert (documents[bad.name].status, error.kind, error.stage) == ("failed", kind, "extract")
        assert message in error.message
        assert documents["good.pdf"].status == "success"

    @pytest.mark.parametrize(("fault", "kind"), [("crash", "crash"), ("hang", "timeout"), ("fill", "memory")])
    def test_fault_while_rendering_keeps_figures_and_finished_crops(
        self, tmp_path: Path, fault: str, kind: str
    ) -> None:
        file = draw(tmp_path / f"{fault} while rendering.pdf", figures=3)
        record = results_of(tmp_path / "out", file, settings=HASTY)[file.name].record
        assert record["status"] == "partial"
        assert [(error["stage"], error["kind"]) for error in record["errors"]] == [("render", kind)]
        assert [figure["label"] for figure in record["figures"]] == ["1", "2", "3"]
        images = [figure["image"] for figure in record["figures"]]
        assert images[1:] == [None, None]
        assert (tmp_path / "out" / images[0]).is_file()
        assert record["figures"][0]["pixels"]

    def test_fault_while_reading_is_met_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A second attempt would take as long as the first, and find as little."""
        calls = []

        def call(*args: Any) -> Call:
            calls.append(Call(*args))
            return calls[-1]

        monkeypatch.setattr(extraction, "Call", call)
        file = draw(tmp_path / "hang while reading.pdf")
        record = results_of(tmp_path / "out", file, settings=HASTY)[file.name].record
        assert len(calls) == 1
        assert (record["status"], record["errors"][0]["kind"]) == ("failed", "timeout")
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["hang while reading.json"]

    def test_error_in_the_program_is_the_documents_error(self, tmp_path: Path) -> None:
        document = extract(draw(tmp_path / "error while locating.pdf"))
        error = only_error(document)
        assert (document.status, error.kind, error.stage) == ("failed", "internal", "locate")
        assert error.message.startswith("IndexError: column 7 of a page with 2 columns")


class TestResults:
    def test_pictures_are_written(self, tmp_path: Path) -> None:
        settings = Settings.model_validate({"output": {"dpi": 72, "svg": True, "overlay": True}})
        file = draw(tmp_path / "paper.pdf", figures=2)
        record = results_of(tmp_path / "out", file, settings=settings)["paper.pdf"].record
        figure = record["figures"][1]
        assert figure["image"] == "images/paper/paper-Figure2-1.png"
        with Image.open(tmp_path / "out" / figure["image"]) as image:
            assert list(image.size) == figure["pixels"]
        assert (tmp_path / "out" / figure["svg"]).read_bytes().startswith(b"<svg")
        assert record["overlay"] == ["overlay/paper/paper-page1.png", "overlay/paper/paper-page2.png"]
        assert all((tmp_path / "out" / path).is_file() for path in record["overlay"])

    def test_nothing_unfinished_stays(self, tmp_path: Path) -> None:
        results_of(tmp_path / "out", draw(tmp_path / "paper.pdf"))
        assert [path for path in (tmp_path / "out").rglob("*") if path.suffix not in ("", ".json", ".png")] == []

    def test_crop_that_cannot_be_written_is_an_error_of_its_figure(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        out.mkdir()
        (out / "images").write_text("in the way")
        record = results_of(out, draw(tmp_path / "paper.pdf"))["paper.pdf"].record
        assert (record["status"], len(record["figures"])) == ("partial", 1)
        assert [(error["stage"], error["kind"], error["page"]) for error in record["errors"]] == [
            ("render", "output", 1)
        ]

    def test_breaking_off_leaves_finished_results_only(self, tmp_path: Path) -> None:
        paths = [draw(tmp_path / f"{number}.pdf") for number in range(6)]
        folder = ResultFolder(tmp_path / "out")
        with Extractor(2) as extractor:
            results = extractor.results(folder, paths)
            finished = next(results)
            results.close()
        assert [file.name for file in (tmp_path / "out").glob("*.json")] == [finished.target.json.name]
        assert os.listdir(tmp_path / "out" / "images") == [finished.target.name]


class TestFindingPdfs:
    def test_folders_are_searched_whatever_the_case(self, tmp_path: Path) -> None:
        wanted = [tmp_path / "a.pdf", tmp_path / "deep" / "er" / "b.PDF"]
        wanted[1].parent.mkdir(parents=True)
        for file in (*wanted, tmp_path / "c.txt", tmp_path / "._a.pdf"):
            file.touch()
        assert find_pdfs([tmp_path]) == wanted

    def test_a_file_may_have_any_name_and_comes_once(self, tmp_path: Path) -> None:
        file = tmp_path / "download"
        file.touch()
        assert find_pdfs([file, tmp_path / "." / "download"]) == [file]

    def test_folder_without_pdfs(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="no PDF in the folder"):
            find_pdfs([tmp_path])

    def test_nothing_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="no file or folder"):
            find_pdfs([tmp_path / "nowhere"])
