"""Saved pages, read without any network: one line for each file, whatever it is."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from exsclaim_core.harvest.saved import LARGEST, find_saved, read_saved, write_lines
from tests.harvest.drawn_answers import (
    arxiv_feed,
    crossref_message,
    crossref_work,
    europepmc_results,
    jats,
    springer_json,
)
from tests.harvest.drawn_articles import LICENCE, PUBLISHERS, DrawnArticle, invent, picture, plain
from tests.harvest.drawn_chemistry_pages import acs_article, rsc_article, rsc_landing, rsc_search
from tests.harvest.drawn_pages import challenge, nature_article, nature_search

BASES = {name: f"https://{name}.example.org" for name in PUBLISHERS}
Line = dict[str, Any]


def drawn(publisher: str, number: int = 1) -> DrawnArticle:
    return invent(publisher, number, 1)


def lines_of(folder: Path, *more: Path) -> dict[str, Line]:
    """The lines that are written for a folder, by file name."""
    output = folder.parent / "articles.jsonl"
    counts = write_lines([folder, *more], output)
    lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert sum(counts.values()) == len(lines)
    return {Path(line["path"]).name: line for line in lines}


# Kind and layout of each file; articles 1 and 2 are open, 3 is not.
PAGES: Mapping[str, tuple[Callable[[], str], str, str]] = {
    "nature.html": (lambda: nature_article(drawn("nature"), BASES["nature"]), "article", "nature c-article"),
    "nature-abstract.html": (
        lambda: nature_article(drawn("nature", 3), BASES["nature"], closed=True),
        "closed",
        "nature c-article",
    ),
    "nature-search.html": (
        lambda: nature_search([(1, drawn("nature"))], BASES["nature"], "tin", "relevance", 1, 1, 1, 20),
        "search",
        "nature search with cards",
    ),
    "acs.html": (lambda: acs_article(drawn("acs"), BASES["acs"]), "article", "acs thumbnails"),
    "rsc.html": (lambda: rsc_article(drawn("rsc"), BASES["rsc"]), "article", "rsc-articlehtml"),
    "rsc-landing.html": (lambda: rsc_landing(drawn("rsc", 3), BASES["rsc"], closed=True), "closed", "rsc-landing"),
    "rsc-search.html": (
        lambda: rsc_search([(1, drawn("rsc"))], BASES["rsc"], "tin", "Relevance", 1, 1, 1, 20),
        "search",
        "rsc-search",
    ),
    "guarded.htm": (lambda: challenge(BASES["acs"], "/doi/1"), "blocked", ""),
    "jats.xml": (lambda: jats(drawn("europepmc")), "article", "jats"),
    "arxiv": (lambda: arxiv_feed([(1, drawn("arxiv"))], BASES["arxiv"], "tin", 0, 10, 1), "search", "arxiv"),
    "europepmc.json": (
        lambda: json.dumps(europepmc_results([(1, drawn("europepmc"))], BASES["europepmc"], "tin", "*", "A", 25, 1)),
        "search",
        "europepmc",
    ),
    "crossref.json": (
        lambda: json.dumps(crossref_message("work", crossref_work(drawn("crossref"), BASES))),
        "article",
        "crossref",
    ),
    "springer.json": (
        lambda: json.dumps(springer_json([(1, drawn("springer"))], "tin", 1, 10, 1, "")),
        "search",
        "springer",
    ),
    "notes.txt": (lambda: "Rods of tin, drawn.", "other", ""),
}


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Line]:
    folder = tmp_path_factory.mktemp("saved") / "pages"
    for number, (name, (page, _, _)) in enumerate(PAGES.items()):
        place = folder / str(number % 3)
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(page(), encoding="utf-8")
    # What browsers keep beside a page, and what is hidden, is none.
    beside = folder / "nature_files"
    beside.mkdir()
    (beside / "figure.png").write_bytes(picture(drawn("nature"), 1, "small", "PNG"))
    (beside / "menu.JS").write_text("<html>")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "page.html").write_text("<html>")
    (folder / ".page.html").write_text("<html>")
    return lines_of(folder)


class TestLines:
    def test_one_for_each_file(self, lines: dict[str, Line]) -> None:
        assert set(lines) == set(PAGES)

    @pytest.mark.parametrize("name", PAGES)
    def test_what_it_is(self, name: str, lines: dict[str, Line]) -> None:
        _, kind, layout = PAGES[name]
        assert (lines[name]["kind"], lines[name]["layout"]) == (kind, layout)
        assert bool(lines[name]["reason"]) == (kind in ("blocked", "closed", "other"))

    @pytest.mark.parametrize(
        ("name", "publisher"), [("nature.html", "nature"), ("acs.html", "acs"), ("rsc.html", "rsc")]
    )
    def test_article(self, name: str, publisher: str, lines: dict[str, Line]) -> None:
        line, article = lines[name], drawn(publisher)
        assert (line["doi"], line["licence"]) == (article.doi, LICENCE.rstrip("/"))
        assert line["links"] == []
        assert [(each["label"], each["caption"]) for each in line["figures"]] == [
            (str(each.number), each.caption(publisher)) for each in article.figures
        ]
        for figure in line["figures"]:
            assert figure["image_url"].startswith(BASES[publisher])
            assert figure["image_url"] == figure["image_urls"][0]
        assert {each["role"] for each in line["figures"]} == {"figure"}
        assert "figure" not in {each["role"] for each in line["others"]}

    def test_panel_letters_that_are_bold(self, lines: dict[str, Line]) -> None:
        for figure, own in zip(lines["nature.html"]["figures"], drawn("nature").figures, strict=True):
            spans = figure["markup"]
            bold = [figure["caption"][start:end] for start, end, kind in spans if kind == "bold"]
            assert [each for each in bold if len(each) == 1] == list(own.letters)

    def test_links_of_a_search(self, lines: dict[str, Line]) -> None:
        line = lines["nature-search.html"]
        assert (line["links"], line["total"], line["next_url"]) == (["https://www.nature.com/articles/nature.1"], 1, "")
        assert [each["title"] for each in line["articles"]] == [plain(drawn("nature").title)]
        assert line["figures"] == []


class TestOddFiles:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "neither a page nor data: empty"),
            (b" \n", "neither a page nor data: empty"),
            (b"\0" * 5000, "neither a page nor data: unknown"),
            (os.urandom(64).join([b"\xf0\x0f"] * 50), "neither a page nor data: unknown"),
            (b"%PDF-1.4\n", "neither a page nor data: pdf"),
            (b"<html>" + b"\0" * 5000, "a page of no known layout"),
            (b"<" * 5000, "no XML: "),
            (b"<article><front>", "no XML: "),
            (b"<?xml version='1.0'?><a>" + b"<p>" * 20_000, "no XML: "),
            (b'{"a":' * 20_000, "JSON of none of the known kinds"),
            (b"<!---->" * 200 + b"words", "no XML: "),
        ],
    )
    def test_damaged(self, content: bytes, reason: str, tmp_path: Path) -> None:
        (tmp_path / "page").write_bytes(content)
        reading = read_saved(tmp_path / "page")
        assert reading.kind == "other"
        assert reading.reason.startswith(reason)

    def test_page_that_was_cut_off_anywhere(self, tmp_path: Path) -> None:
        # Neither a reader nor the line may fail, whatever is left of a page.
        for name, (page, _, _) in PAGES.items():
            whole = page().encode()
            for part in (0.03, 0.31, 0.62, 0.9):
                (tmp_path / "pages").mkdir(exist_ok=True)
                (tmp_path / "pages" / f"{part}-{name}").write_bytes(whole[: int(part * len(whole))])
        cut = lines_of(tmp_path / "pages")
        assert len(cut) == 4 * len(PAGES)
        assert [name for name, line in cut.items() if "can't be read" in line["reason"]] == []

    def test_too_large(self, tmp_path: Path) -> None:
        with (tmp_path / "page.html").open("wb") as file:
            file.write(b"<html>")
            file.truncate(LARGEST + 1)  # takes no room on the disk
        assert read_saved(tmp_path / "page.html").reason == "is larger than 100 MB"

    def test_halves_of_characters(self, tmp_path: Path) -> None:
        # JSON can spell them; no file can hold them.
        answer = {"hitCount": 1, "resultList": {"result": [{"pmcid": "PMC1", "title": "Rods \ud800"}]}}
        (tmp_path / "pages").mkdir()
        (tmp_path / "pages" / "answer.json").write_text(json.dumps(answer))
        line = lines_of(tmp_path / "pages")["answer.json"]
        assert line["kind"] == "search"
        assert line["articles"][0]["title"] == "Rods ?"

    def test_links_and_pipes_in_a_folder(self, tmp_path: Path) -> None:
        folder = tmp_path / "pages"
        folder.mkdir()
        (folder / "page.html").write_text("<html>")
        (folder / "same.html").symlink_to("page.html")
        (folder / "endless").symlink_to(folder, target_is_directory=True)
        (folder / "itself").symlink_to("itself")
        (folder / "nowhere").symlink_to("nothing")
        os.mkfifo(folder / "pipe")
        assert {name: line["reason"] for name, line in lines_of(folder).items()} == {
            "page.html": "a page of no known layout",
            "same.html": "a page of no known layout",
            "itself": "is no file",
            "nowhere": "is no file",
            "pipe": "is no file",
        }

    def test_folder_that_cannot_be_listed_has_a_line(self, tmp_path: Path) -> None:
        # Deeper than any path may be long: one can go there step by step only.
        name, depth = "d" * 250, 20
        place = os.open(tmp_path, os.O_RDONLY)
        for _ in range(depth):
            os.mkdir(name, dir_fd=place)
            inner = os.open(name, os.O_RDONLY, dir_fd=place)
            os.close(place)
            place = inner
        os.close(place)
        (unlisted,) = find_saved([tmp_path])
        assert unlisted.name == name
        assert read_saved(unlisted).reason == "File name too long"

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is kept from root")
    def test_what_is_forbidden_has_a_line(self, tmp_path: Path) -> None:
        folder = tmp_path / "pages"
        (folder / "closed").mkdir(parents=True)
        (folder / "page.html").write_text("<html>")
        (folder / "page.html").chmod(0)
        (folder / "closed").chmod(0)
        try:
            reasons = {name: line["reason"] for name, line in lines_of(folder).items()}
        finally:
            (folder / "closed").chmod(0o700)
        assert reasons == {"page.html": "Permission denied", "closed": "is a folder that can't be listed"}

    def test_names_of_any_bytes(self, tmp_path: Path) -> None:
        folder = tmp_path / "pages"
        folder.mkdir()
        for name in (b"k\xf6rner.html", "körner\n.html".encode()):
            (folder / os.fsdecode(name)).write_text("<html>")
        assert set(lines_of(folder)) == {"k\ufffdrner.html", "körner\n.html"}


class TestPlaces:
    def test_what_is_named_is_read_whatever_it_is_called(self, tmp_path: Path) -> None:
        (tmp_path / "page.png").write_text("<html>")
        assert list(find_saved([tmp_path])) == []
        assert list(find_saved([tmp_path / "page.png"])) == [tmp_path / "page.png"]

    def test_sorted(self, tmp_path: Path) -> None:
        for name in ("b/2.html", "b/10.html", "a.html", "c/d/e.html"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("<html>")
        found = [str(path.relative_to(tmp_path)) for path in find_saved([tmp_path])]
        assert found == ["a.html", "b/10.html", "b/2.html", "c/d/e.html"]

    def test_place_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match=r"there is no file or folder .*nowhere"):
            write_lines([tmp_path / "nowhere"], tmp_path / "articles.jsonl")
        assert list(tmp_path.iterdir()) == []

    def test_lines_of_an_earlier_time_among_the_pages(self, tmp_path: Path) -> None:
        (tmp_path / "page.html").write_text("<html>")
        output = tmp_path / "articles.jsonl"
        for _ in range(2):
            assert write_lines([tmp_path], output) == {"other": 1}
        assert [path.name for path in sorted(tmp_path.iterdir())] == ["articles.jsonl", "page.html"]


# Real pages. Where the manifest is not right, what it says is judged by what both have to tell.

FAMILIES = ("nature", "acs", "rsc")
# What stands below a caption and is none of it.
BUTTONS = re.compile(r"(?:High resolution image and legend|Full size image|View in article)\s*(?:\(\d+\s*[KM]B?\))?")
LINKS = {
    "nature": re.compile(r'href="[^"]*/articles/([^"/?#]+)"'),
    "rsc": re.compile(r'href="[^"]*/articlelanding/(?:[^"/?#]+/)*([^"/?#]+)"', re.I),
}


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Line]:
    """The lines for all real pages by their paths."""
    web, output = shared / "web", tmp_path_factory.mktemp("real") / "articles.jsonl"
    write_lines([web], output)
    lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    return {str(Path(line["path"]).relative_to(web)): line for line in lines}


@pytest.fixture(scope="module")
def manifest(shared: Path) -> list[Line]:
    return [json.loads(line) for line in (shared / "web" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


class TestRealPages:
    def test_every_file_is_read(self, real: dict[str, Line], shared: Path) -> None:
        files = {str(path.relative_to(shared / "web")) for path in (shared / "web").rglob("*") if path.is_file()}
        assert set(real) == files
        assert [path for path, line in real.items() if "can't be read" in line["reason"]] == []

    def test_challenges_and_nothing_else_are_blocked(self, real: dict[str, Line], manifest: list[Line]) -> None:
        guarded = {entry["path"] for entry in manifest if entry["kind"].startswith("blocked")}
        assert len(guarded) == 8
        assert {path for path, line in real.items() if line["kind"] == "blocked"} == guarded

    def test_articles_of_pages_with_figures(self, real: dict[str, Line], manifest: list[Line]) -> None:
        assert {real[entry["path"]]["kind"] for entry in manifest if entry["kind"] == "article"} == {"article"}

    def test_links_of_searches(self, real: dict[str, Line], manifest: list[Line], shared: Path) -> None:
        searches = [entry for entry in manifest if entry["kind"] == "search"]
        assert len(searches) == 4
        for entry in searches:
            source = (shared / "web" / entry["path"]).read_text(encoding="utf-8", errors="replace")
            there = {name.lower() for name in LINKS[entry["publisher"]].findall(source)}
            found = [link.partition("?")[0].rpartition("/")[2].lower() for link in real[entry["path"]]["links"]]
            assert sorted(found) == sorted(there), entry["path"]

    @pytest.mark.parametrize("family", FAMILIES)
    def test_figures(self, family: str, real: dict[str, Line], manifest: list[Line]) -> None:
        told, missing = 0, []
        for entry in manifest:
            if entry["publisher"] == family:
                line = real[entry["path"]]
                for figure in _whole(entry["figures"]):
                    told += 1
                    if not any(_is_same(figure, each) for each in [*line["figures"], *line["others"]]):
                        missing.append((entry["path"], figure["caption"][:60]))
        assert told
        assert len(missing) <= 0.01 * told, missing


def _whole(told: list[Line]) -> list[Line]:
    """Without those that are told again with their titles alone."""
    captions = [(_file(each["img"]), each["caption"]) for each in told]
    return [
        each
        for each in told
        if not any(
            name == _file(each["img"]) and caption != each["caption"] and caption.startswith(each["caption"])
            for name, caption in captions
        )
    ]


def _is_same(told: Line, figure: Line) -> bool:
    """Whether a figure has the label, the caption and the picture of one in the manifest.

    The manifest's captions lack signs that are pictures, and some their titles; of a figure whose caption holds such a
    sign, it may name the sign's picture.
    """
    ours, theirs = (_letters(BUTTONS.sub("", each["caption"])) for each in (figure, told))
    label = re.match(r"(?:fig(?:ure)?|scheme|chart)\.?\s*(\w+)", told["caption"], re.I)
    if label and figure["label"].rpartition(" ")[2] != label[1]:
        return False
    pictures = {_file(url) for url in figure["image_urls"]}
    return bool(theirs) and ours.endswith(theirs) and (_file(told["img"]) in pictures or "/__chars/" in told["img"])


def _letters(text: str) -> str:
    return "".join(re.findall(r"[a-z0-9]", text.lower()))


def _file(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2].lower()
