"""A harvest from the query to the tables: every source, each article once, and only what is new the next time."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from exsclaim_core.harvest.crawl.scrapy_settings import user_agent
from tests.harvest.conftest import KEY, Twice
from tests.harvest.drawn_articles import LICENCE, PUBLISHERS, DrawnArticle, pdf, picture, plain
from tests.harvest.harvested import texts_below

# Sources that hand out articles with their figures, with size and kind of the best picture that they name; the others
# have PDFs. The drawn layout of ACS shows small pictures and leads to no others.
PICTURES = {
    "nature": ("full", "PNG"),
    "acs": ("small", "GIF"),
    "rsc": ("large", "GIF"),
    "europepmc": ("large", "JPEG"),
    "inspire": ("large", "PNG"),
    "springer": ("large", "PNG"),
}
# The articles of `twice`: numbers 2 and 4 of the indices are those of ACS and RSC.
ALL = sorted(
    [f"{name}.{number}" for name in ("nature", "acs", "rsc") for number in (1, 2, 3, 4)]
    + [f"{name}.{number}" for name in ("arxiv", "europepmc", "inspire", "springer", "crossref") for number in (1, 3)]
)


def drawn(twice: Twice, name: str) -> DrawnArticle:
    return twice.played.literature.by_name(name)


# What comes of it


def test_all_articles_of_all_sources_are_there_once(twice: Twice):
    # Crossref hands out no texts: its first article is in the open archive, its third is not open.
    assert twice.first.error == ""
    assert twice.first.named("done") == [name for name in ALL if name != "crossref.3"]
    assert twice.first.named("closed") == ["crossref.3"]
    dois = Counter(row["doi"] for row in twice.first.articles if row["status"] != "duplicate")
    assert set(dois.values()) == {1}


def test_an_article_is_asked_for_at_one_place_only(twice: Twice):
    # Two synonyms and five indices find articles 2 of ACS and 4 of RSC: one of them brings each.
    assert max(twice.first.figures.count(row) for row in twice.first.figures) == 1
    texts = Counter(each.address for each in twice.asked_first if each.path != "/robots.txt")
    assert {address: number for address, number in texts.items() if number > 1} == {}
    for name in ("acs.2", "rsc.4"):
        documents = [row["document"] for row in twice.first.articles if row["doi"].endswith(name) and row["document"]]
        assert documents == [f"10.5555_{name}"]


def test_both_names_of_a_thing_are_searched_for_at_each_source(twice: Twice):
    words = {name: set[str]() for name in PUBLISHERS}
    for each in twice.asked_first:
        query = dict(parse_qsl(urlsplit(each.address).query))
        for word in ("drawn", "text"):
            if any(f'"{word}"' in value or value.split("&")[0] == word for value in query.values()):
                words[each.publisher].add(word)
    assert words == {name: {"drawn", "text"} for name in PUBLISHERS}


@pytest.mark.parametrize("name", ["nature.1", "acs.1", "rsc.1", "europepmc.1", "inspire.1", "springer.1"])
def test_what_is_known_of_an_article(twice: Twice, name: str):
    article, row = drawn(twice, name), twice.first.article(name)
    assert (row["source"], row["via"], row["status"]) == (article.publisher, article.publisher, "done")
    assert row["title"] == plain(article.title)
    assert row["authors"] == list(article.author_names)
    assert row["journal"] == article.journal
    assert row["date"] == str(article.date) == "2010-01-01"
    assert row["abstract"] == plain(article.abstract)
    assert (row["licence"] + "/", row["redistribution"]) == (LICENCE, True)
    assert row["document"] == f"10.5555_{name}"


# Of the archive's article 3, which is not open, there is a PDF only.
@pytest.mark.parametrize(
    "name", [f"{name}.{number}" for name in PICTURES for number in (1, 3) if (name, number) != ("europepmc", 3)]
)
def test_figures_have_label_caption_and_best_picture(twice: Twice, name: str):
    article, rows = drawn(twice, name), twice.first.figures_of(name)
    size, kind = PICTURES[article.publisher]
    numbers = [str(figure.number) for figure in article.figures]
    assert [row["label"] for row in rows] == (numbers if article.publisher != "inspire" else [""] * len(numbers))
    assert [row["caption"] for row in rows] == [figure.caption(article.publisher) for figure in article.figures]
    for figure, row in zip(article.figures, rows, strict=True):
        content = (twice.first.folder / row["file"]).read_bytes()
        assert content == picture(article, figure.number, size, kind)
        assert row["file"] == f"images/{row['sha256'][:2]}/{row['sha256']}.{ {'JPEG': 'jpg'}.get(kind, kind.lower()) }"


@pytest.mark.parametrize("name", ["arxiv.1", "europepmc.3"])
def test_articles_without_figures_of_their_own_come_as_pdf(twice: Twice, name: str):
    row, content = twice.first.article(name), pdf(drawn(twice, name))
    assert (row["status"], row["file"]) == ("done", f"pdfs/{(digest := sha256(content))[:2]}/{digest}.pdf")
    assert (twice.first.folder / row["file"]).read_bytes() == content


def test_an_article_that_an_index_names_only_comes_from_the_open_archive(twice: Twice):
    row = twice.first.article("crossref.1")
    assert (row["source"], row["via"], row["status"]) == ("crossref", "europepmc", "done")
    captions = [figure.caption("europepmc") for figure in drawn(twice, "crossref.1").figures]
    assert [figure["caption"] for figure in twice.first.figures_of("crossref.1")] == captions
    assert twice.first.article("crossref.3")["note"] == "closed: crossref names no text of it"


def test_records_for_the_pipeline_hold_article_and_files(twice: Twice):
    row = twice.first.article("nature.1")
    record = json.loads((twice.first.folder / row["file"]).read_text())
    assert record["document"] == "10.5555_nature.1"
    assert [figure["label"] for figure in record["article"]["figures"]] == ["1", "2", "3", "4"][: len(record["files"])]
    for file in record["files"].values():
        assert sha256((twice.first.folder / file["path"]).read_bytes()) == file["sha256"]


def test_bold_letters_of_a_caption_are_known(twice: Twice):
    for row in twice.first.figures_of("nature.1"):
        bold = [row["caption"][span["start"] : span["end"]] for span in row["markup"] if span["kind"] == "bold"]
        letters = [text for text in bold if len(text) == 1]
        assert letters == list("abcdef"[: len(letters)])
        assert len(letters) >= 2


def test_a_graphical_abstract_is_no_figure(twice: Twice):
    roles = Counter(row["role"] for row in twice.first.figures if row["doi"] == "10.5555/acs.1")
    assert roles["graphical abstract"] == 1
    (row,) = (row for row in twice.first.figures if row["role"] == "graphical abstract" and "acs.1" in row["doi"])
    assert row["file"] == ""


def test_counts_tell_the_same(twice: Twice):
    counts = twice.first.counts
    assert counts is not None
    assert counts.total("done") == len(ALL) - 1
    assert counts.total("closed") == 1
    assert counts.finished
    pictures = sum(bool(row["file"]) for row in twice.first.figures)
    assert counts.files == pictures + sum(row["file"].endswith(".pdf") for row in twice.first.articles)


# The second time


def test_the_second_time_brings_what_is_new(twice: Twice):
    new = [f"{name}.{number}" for name in ("nature", "acs", "rsc") for number in (5, 6)]
    new += [f"{name}.5" for name in ("arxiv", "europepmc", "inspire", "springer", "crossref")]
    before = twice.first.named("done")
    assert twice.second.named("done") == sorted(before + new)
    for name in before:
        assert twice.second.article(name) == twice.first.article(name)


def test_the_second_time_asks_for_nothing_that_is_there(twice: Twice):
    searches = ("search", "doSearch", "results", "query", "works", "literature", "jats", "robots.txt")
    first = {each.path for each in twice.asked_first if not each.path.endswith(searches)}
    second = {each.path for each in twice.asked_second if not each.path.endswith(searches)}
    assert min(len(first), len(second)) > 10
    assert first & second == set()


def test_the_second_time_asks_whether_a_page_has_changed(twice: Twice):
    # But not where an address holds a key or a contact: such answers are kept nowhere.
    first = {each.address for each in twice.asked_first if each.publisher not in ("springer", "crossref", "inspire")}
    searched = [each for each in twice.asked_second if each.address in first and each.path != "/robots.txt"]
    assert {each.publisher for each in searched} == {"nature", "acs", "rsc", "arxiv", "europepmc"}
    assert all(each.if_none_match for each in searched)
    assert [each.status for each in twice.asked_second if each.path == "/robots.txt"] == [304]


# Manners and safety that every harvest has


def test_a_harvest_says_who_it_is(twice: Twice):
    agents = {each.user_agent for each in twice.asked_first}
    assert agents == {user_agent("somebody@example.org")}
    assert all(agent.startswith("exsclaim/") and agent.endswith("(somebody@example.org)") for agent in agents)


def test_keys_are_written_nowhere(twice: Twice):
    asked = [each.address for each in twice.asked_first if each.publisher == "springer" and "api_key" in each.address]
    assert asked
    spellings = [KEY, *(value for address in asked for value in address.split("&") if value.startswith("api_key="))]
    for path, content in texts_below(Path(twice.second.run.root)):
        for spelling in spellings:
            assert spelling.removeprefix("api_key=").encode() not in content, path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
