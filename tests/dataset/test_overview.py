"""The overview: what a person finds on its pages, and that captions and names can do no harm there."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from exsclaim_core.dataset import overview
from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.model import ErrorRecord
from exsclaim_core.runs import Run
from exsclaim_core.settings import RunSettings
from tests.dataset.written_run import Paper, figure, located, lost, write_run

VOID = ("meta", "img", "link", "br")
TURNS = "\u202e", "\u2066"  # the direction of all text behind them, also behind the element that holds the second
# Each part would do something if it came through as it is: as text, in an attribute, in a style.
HOSTILE = "Figure 1. <script>alert(1)</script> \"onload='x' </p></style> &amp; {{ 7 * 7 }} " + " reversed ".join(TURNS)
SHOWN = "Figure 1. <script>alert(1)</script> \"onload='x' </p></style> &amp; {{ 7 * 7 }} reversed"


class Html(HTMLParser):
    """Elements of a page with their attributes, and the text of each element; AssertionError where tags don't match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []  # of elements by their classes or, without any, their names
        self._open: list[tuple[str, str, list[str]]] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self._open.append((tag, attributes.get("class", tag), []))

    def handle_endtag(self, tag: str) -> None:
        opened, name, words = self._open.pop()
        assert opened == tag
        self.texts.append((name, " ".join("".join(words).split())))

    def handle_data(self, data: str) -> None:
        for _, _, words in self._open:
            words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, name: str) -> list[str]:
        return [text for element, text in self.texts if element == name]

    def links(self) -> list[str]:
        """All addresses that the page links to or shows."""
        return [value for _, attributes in self.elements for name in ("href", "src") if (value := attributes.get(name))]


def read(run: Run, path: str) -> Html:
    return Html(run.read(f"dataset/{path}").decode())


def pages_of(folder: Path, *papers: Paper, documents: int = 50) -> Run:
    """A run called `run` with an overview of these papers."""
    settings = RunSettings.model_validate({"dataset": {"overview_documents": documents}})
    run = write_run(folder / "run", papers, settings=settings)
    export_dataset(run)
    return run


class TestIndex:
    def test_totals(self, finished: Run) -> None:
        index = read(finished, "index.html")
        assert index.text("h1") == ["run"]
        assert "5 documents with 4 pages: 2 success, 0 partial, 3 failed." in index.text("p")
        tiles = dict(zip(index.text("dt"), index.text("dd"), strict=True))
        assert [tiles[name] for name in ("Figures", "Tables", "Without region", "Errors")] == ["1", "1", "1", "3"]

    def test_errors_by_kind_lead_to_their_documents(self, finished: Run) -> None:
        index = read(finished, "index.html")
        assert index.text("summary") == ["corrupt: 1 error", "no text: 1 error", "password: 1 error"]
        page = read(finished, "overview/0001.html")
        linked = [link.partition("#")[2] for link in index.links() if "#d" in link]
        documents = [article["id"] for article in page.all("article")]
        names = page.text("h2")
        assert [names[documents.index(anchor)] for anchor in linked] == [
            "broken failed",
            "scan failed",
            "protected failed",
        ]

    def test_only_the_first_errors_of_a_kind_have_links(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(overview, "MOST_LINKS", 2)
        papers = [Paper(name, read_errors=(ErrorRecord(name, "read", "crash", "crashed"),)) for name in "abcde"]
        index = read(pages_of(tmp_path, *papers), "index.html")
        assert len([link for link in index.links() if "#d" in link]) == 2
        assert "and 3 more in csv/errors.csv." in index.text("soft")

    def test_range_of_documents_of_each_page(self, tmp_path: Path) -> None:
        papers = [Paper(name, located(figure("1"))) for name in "abcde"]
        index = read(pages_of(tmp_path, *papers, documents=2), "index.html")
        assert [text for text in index.text("th") if text[0].isdigit()] == ["1–2", "3–4", "5"]
        assert index.text("names") == ["First and last", "a … b", "c … d", "e"]
        pages = [link for link in index.links() if link.startswith("overview/")]
        assert pages == ["overview/0001.html", "overview/0002.html", "overview/0003.html"]


class TestPages:
    def test_pages_lead_to_each_other(self, tmp_path: Path) -> None:
        run = pages_of(tmp_path, *(Paper(name, located()) for name in "abcde"), documents=2)
        ways = [
            [link for link in read(run, f"overview/{number:04}.html").links() if link.startswith("0")]
            for number in (1, 2, 3)
        ]
        assert ways == [["0002.html"] * 2, ["0001.html", "0003.html"] * 2, ["0002.html"] * 2]

    def test_document_with_all_that_was_found(self, finished: Run) -> None:
        page = read(finished, "overview/0001.html")
        assert page.text("h2") == [
            "bare success",
            "broken failed",
            "good paper success",
            "protected failed",
            "scan failed",
        ]
        assert page.text("errors failed") == [
            "corrupt: not a readable PDF: no objects found",
            "password: needs a password: `exsclaim extract --password` reads it by itself",
            "no text: its pages are images without a text layer: text recognition (OCR) can add one",
        ]
        assert page.text("h3") == ["Captions without a region", "Figure 1", "Table 1"]
        assert page.text("caption") == [
            "Figure 1. Grain size against temperature for three films.",
            "Figure 1. Grain size against temperature for three films.",
            "Table 1. Films and their thickness.",
        ]
        assert "Not found: no drawing, image or table next to the caption." in page.text("small")
        facts = page.text("facts")
        assert facts[1].startswith("page 1 · in “1. Results” · mentioned on page 1 · confidence 0.9")

    def test_every_link_leads_somewhere_in_the_run(self, finished: Run) -> None:
        dataset = Path(finished.root, "dataset")
        for file in (dataset / "index.html", dataset / "overview/0001.html"):
            page = Html(file.read_text())
            anchors = {attributes.get("id") for _, attributes in page.elements}
            for link in page.links():
                parts = urlsplit(link)
                assert not parts.scheme
                assert not parts.netloc
                assert (file.parent / unquote(parts.path)).is_file() if parts.path else parts.fragment in anchors
        assert "../../images/good%20paper/good%20paper-Figure1-1.png" in page.links()
        assert "../../overlay/bare/bare-page1.png" in page.links()

    def test_no_picture_is_loaded_before_it_is_seen_and_each_has_a_text(self, finished: Run) -> None:
        pictures = read(finished, "overview/0001.html").all("img")
        assert [(picture["alt"], picture["loading"]) for picture in pictures] == [
            ("Picture of Figure 1", "lazy"),
            ("Picture of Table 1", "lazy"),
        ]

    def test_unsure_figures_are_marked(self, tmp_path: Path) -> None:
        figures = [
            figure("1", confidence=0.89),
            figure("2", confidence=0.9),
            figure("3", confidence=0.996),
            figure("4", confidence=0.29),
        ]
        run = pages_of(tmp_path, Paper("paper", located(*figures)))
        page = read(run, "overview/0001.html")
        assert page.text("h3") == ["Figure 1 unsure", "Figure 2", "Figure 3", "Figure 4 unsure"]
        confidences = [facts.rpartition("confidence ")[2] for facts in page.text("facts")]
        assert confidences == ["0.89", "0.90", "0.99", "0.29"]
        index = read(run, "index.html")
        assert dict(zip(index.text("dt"), index.text("dd"), strict=True))["Of these unsure"] == "2"

    def test_figures_without_pictures(self, tmp_path: Path) -> None:
        none = figure("1", image_path=None, pixels=None, dpi=None)
        svg = figure("2", image_path=None, pixels=None, dpi=None, svg_path="images/paper/paper-Figure2-1.svg")
        page = read(pages_of(tmp_path, Paper("paper", located(none, svg))), "overview/0001.html")
        assert page.text("none") == ["No picture was made"]
        assert [picture["src"] for picture in page.all("img")] == ["../../images/paper/paper-Figure2-1.svg"]


class TestHostileInput:
    @pytest.fixture
    def run(self, tmp_path: Path) -> Run:
        name = 'a & b #1 100% "><script>alert(2)</script>'
        error = ErrorRecord(name, "read", "corrupt", HOSTILE)
        path = f"images/{name}/{name}-Figure1-1.png"
        bad = figure("1", HOSTILE, section=HOSTILE, image_path=path)
        caption, box = lost("2", HOSTILE, reason=HOSTILE), figure(HOSTILE, HOSTILE, type="Box", image_path=None)
        overlay = (f"overlay/{name}/{name}-page3.png",)
        paper = Paper(name, located(bad, lost=[caption], boxes=[box]), overlay=overlay, read_errors=(error,))
        return pages_of(tmp_path, paper)

    @pytest.mark.parametrize("path", ["index.html", "overview/0001.html"])
    def test_it_comes_out_as_text(self, run: Run, path: str) -> None:
        page = read(run, path)
        assert page.all("script") == []
        assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
        assert any(SHOWN in text for _, text in page.texts)

    def test_captions_keep_to_themselves_whatever_their_direction(self, run: Run) -> None:
        page = read(run, "overview/0001.html")
        captions = [attributes for attributes in page.all("p") if attributes.get("class") == "caption"]
        assert [attributes["dir"] for attributes in captions] == ["auto"] * 3
        assert page.text("caption") == [SHOWN] * 3
        assert not any(turn in text for _, text in page.texts for turn in TURNS)

    def test_paths_are_encoded(self, run: Run) -> None:
        page = read(run, "overview/0001.html")
        name = "a%20%26%20b%20%231%20100%25%20%22%3E%3Cscript%3Ealert%282%29%3C/script%3E"
        assert [picture["src"] for picture in page.all("img")] == [f"../../images/{name}/{name}-Figure1-1.png"]

    def test_pages_carry_no_scripts_and_forbid_them(self, run: Run) -> None:
        policies = [meta for meta in read(run, "index.html").all("meta") if "http-equiv" in meta]
        assert policies[0]["content"].startswith("script-src 'none'")
