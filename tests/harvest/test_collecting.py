"""A harvest between the requests: what is asked for next, and what an answer means for it.

Here no crawl makes the requests but a loop, one after the other, to played publishers or to pages that are drawn on the
spot.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from web_poet import HttpResponse

from exsclaim_core.harvest.articles import Articles
from exsclaim_core.harvest.collecting import Collector
from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.harvesting import HarvestCounts, finish, read_counts
from exsclaim_core.harvest.patience import Patience
from exsclaim_core.harvest.query import Query
from exsclaim_core.harvest.records import Article, HarvestedFigure, SearchHit
from exsclaim_core.harvest.slots import Slots
from exsclaim_core.harvest.state import HarvestState, Known, Work
from exsclaim_core.runs import RunError
from exsclaim_core.settings import HarvestSettings
from tests.harvest import drawn_pages
from tests.harvest.asking_played import get
from tests.harvest.drawn_articles import invent
from tests.harvest.harvested import query_for, settings_for
from tests.harvest.played_publishers import Played, played_publishers

Fetch = Callable[[str], HttpResponse]
BASE = "http://127.0.0.1:9/nature"  # where nobody is: pages are drawn on the spot


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """Eight articles each. Every third is not open; number 1 appeared on the first of January 2010, one on each day."""
    with played_publishers(articles=8) as played:
        yield played


def fetch(url: str) -> HttpResponse:
    got = get(url)
    return page(url, got.body, got.status)


def page(url: str, body: str | bytes = b"", status: int = 200) -> HttpResponse:
    return HttpResponse(url, body.encode() if isinstance(body, str) else body, status=status)


@contextmanager
def collector_in(folder: Path, query: Query, settings: HarvestSettings) -> Iterator[tuple[Collector, HarvestState]]:
    with closing(HarvestState(HarvestFolder(folder).state)) as state:
        yield Collector(state, HarvestFolder(folder), query, settings, {}), state


def collect(folder: Path, query: Query, settings: HarvestSettings, fetch: Fetch = fetch) -> tuple[list[Known], str]:
    """Carry out a query; the articles, and why it is not at its end."""
    with collector_in(folder, query, settings) as (collector, state):
        while slots := collector.slots():
            for slot in slots:
                if work := collector.choose(slot):
                    collector.use(work, fetch(collector.request_url(work)))
                    collector.let_go(work)
        collector.finish()
        return list(state.articles()), collector.ended


def names(articles: list[Known], *statuses: str) -> list[str]:
    """Ends of the DOIs of articles with one of some statuses."""
    return sorted(known.article.doi.removeprefix("10.5555/") for known in articles if known.status in statuses)


# What is wanted


@pytest.mark.parametrize("sources", [("nature", "acs", "europepmc"), ("inspire", "springer"), ("inspire", "arxiv")])
def test_no_more_articles_than_wanted_over_all_sources(played: Played, tmp_path: Path, sources: tuple[str, ...]):
    # Answers of INSPIRE and Springer Nature hold whole articles, more on one page than are wanted.
    articles, ended = collect(tmp_path, query_for(*sources, maximum_scraped=3), settings_for(played))
    assert (len(names(articles, "done")), names(articles, "begun"), ended) == (3, [], "")


def test_a_refused_article_makes_room_for_another_one(tmp_path: Path):
    with played_publishers(articles=8, gone=["/nature/articles/nature.8", "/nature/articles/nature.6"]) as played:
        articles, _ = collect(tmp_path, query_for("nature", maximum_scraped=3), settings_for(played))
    assert names(articles, "done") == ["nature.4", "nature.5", "nature.7"]


def test_only_open_articles_of_these_days_under_this_licence(played: Played, tmp_path: Path):
    sources = ("nature", "acs", "rsc", "inspire", "arxiv")
    wanted = {"open": True, "since": "2010-01-02", "until": "2010-01-05", "licences": ["CC BY"]}
    articles, _ = collect(tmp_path, query_for(*sources, **wanted), settings_for(played))
    # Number 3 is not open, 1 too old and 6 too new. arXiv's answers name no licence.
    expected = [f"{name}.{number}" for name in ("acs", "inspire", "nature", "rsc") for number in (2, 4, 5)]
    assert names(articles, "done") == expected
    assert {known.status for known in articles if known.source == "arxiv"} == {"unwanted"}


def test_only_articles_of_these_types(played: Played, tmp_path: Path):
    articles, _ = collect(tmp_path, query_for("europepmc", article_types=["review"]), settings_for(played))
    assert len(names(articles, "unwanted")) == 8


@pytest.mark.parametrize(("pdfs", "files"), [("never", 0), ("when needed", 8), ("always", 8)])
def test_pdfs_are_a_matter_of_the_settings(played: Played, tmp_path: Path, pdfs: str, files: int):
    collect(tmp_path, query_for("arxiv"), settings_for(played, pdfs=pdfs))
    assert read_counts(HarvestFolder(tmp_path)).files == files


# The same query, and another one


def test_more_of_the_same_goes_on_with_what_is_there(played: Played, tmp_path: Path):
    asked: Counter[str] = Counter()

    def counted(url: str) -> HttpResponse:
        asked[url] += 1
        return fetch(url)

    for most in (2, 5):
        articles, _ = collect(tmp_path, query_for("nature", maximum_scraped=most), settings_for(played), counted)
        assert len(names(articles, "done")) == most
    assert [url for url, number in asked.items() if number > 1 and "/search" not in url] == []


def test_what_a_failed_search_would_have_brought_is_found_the_next_time(tmp_path: Path):
    with played_publishers(articles=4, page_size=2) as played:

        def broken(url: str) -> HttpResponse:
            return page(url, status=404) if "page=2" in url else fetch(url)

        # The second page was not to be had, and lies behind what is new since then.
        first, _ = collect(tmp_path, query_for("nature"), settings_for(played, overlap=0), broken)
        assert names(first, "done") == ["nature.3", "nature.4"]
        second, _ = collect(tmp_path, query_for("nature"), settings_for(played, overlap=0))
        assert names(second, "done") == ["nature.1", "nature.2", "nature.3", "nature.4"]


def test_what_has_failed_is_tried_again_the_next_time(played: Played, tmp_path: Path):
    def broken(url: str) -> HttpResponse:
        return page(url, status=404) if url.endswith(("nature.8", "nature.7_Fig1_HTML.png")) else fetch(url)

    settings = settings_for(played, overlap=100_000)
    first, _ = collect(tmp_path, query_for("nature"), settings, broken)
    assert (len(names(first, "done")), len(names(first, "failed"))) == (7, 1)
    second, _ = collect(tmp_path, query_for("nature"), settings)
    assert len(names(second, "done")) == 8


# Searches


def endless(numbers: Callable[[int], list[int]]) -> tuple[Fetch, Counter[str]]:
    """A search at Nature that always leads to a next page, and how often what was asked for; articles are gone."""
    asked: Counter[str] = Counter()

    def fetch(url: str) -> HttpResponse:
        parts = urlsplit(url)
        asked[parts.path] += 1
        if asked.total() > 200:
            raise RuntimeError("it never ends")
        if not parts.path.endswith("/search"):
            return page(url, status=404)
        number = int(parse_qs(parts.query)["page"][0])
        listed = [(each, invent("nature", each, 1)) for each in numbers(number)]
        return page(url, drawn_pages.nature_search(listed, BASE, "silver", "relevance", number, 10**6, 10**7, 2))

    return fetch, asked


@pytest.mark.parametrize(
    ("numbers", "searches"),
    [
        (lambda page: [1, 2], 2),  # the same page again and again
        (lambda page: [page % 3 + 1], 4),  # three pages in a circle
        (lambda page: [page] if page < 6 else [], 6),  # empty pages
    ],
)
def test_a_search_that_goes_round_in_a_circle_comes_to_an_end(
    tmp_path: Path, numbers: Callable[[int], list[int]], searches: int
):
    fetch, asked = endless(numbers)
    collect(tmp_path, query_for("nature"), HarvestSettings(addresses={"nature": BASE}), fetch)
    assert asked["/nature/search"] == searches


def test_a_search_is_not_hurried_on_before_its_articles_are_asked_for(tmp_path: Path):
    fetch, asked = endless(lambda page: list(range(20 * page, 20 * page + 20)))
    with pytest.raises(RuntimeError):
        collect(tmp_path, query_for("nature"), HarvestSettings(addresses={"nature": BASE}), fetch)
    searches = asked["/nature/search"]
    assert 20 * (searches - 1) <= asked.total() - searches


def test_where_no_search_is_answered_that_is_said(tmp_path: Path):
    refusal = {"status": "failed", "message-type": "validation-failure", "message": [{"message": "drawn reason"}]}
    settings = HarvestSettings(addresses={"crossref": BASE})

    def refused(url: str) -> HttpResponse:
        return page(url, json.dumps(refusal), 400)

    articles, ended = collect(tmp_path, query_for("crossref"), settings, refused)
    assert articles == []
    assert ended.startswith("no search was answered: crossref: unreadable: ")
    assert "drawn reason" in ended


def test_an_article_needs_an_address_or_a_doi(tmp_path: Path):
    with closing(HarvestState(HarvestFolder(tmp_path).state)) as state:
        settings = HarvestSettings()
        state.begin_pass("{}", date(2010, 1, 1))
        articles = Articles(state, HarvestFolder(tmp_path), query_for("nature"), settings, Slots(settings), 1)
        assert not articles.take("nature", SearchHit("", Article(title="Drawn title")))
        assert articles.take("nature", SearchHit("", Article(doi="10.5555/a")))
        assert not articles.take("nature", SearchHit("https://www.nature.com/a", Article(doi="10.5555/a")))
        assert articles.take("nature", SearchHit("https://www.nature.com/b"))
        assert not articles.take("nature", SearchHit("https://www.nature.com/b"))


def test_an_article_without_doi_and_title_has_a_name(tmp_path: Path):
    figure = HarvestedFigure("Figure", "1", "Figure 1. Drawn.", image_urls=("https://inspirehep.net/files/1",))
    with closing(HarvestState(HarvestFolder(tmp_path).state)) as state:
        settings = HarvestSettings()
        state.begin_pass("{}", date(2010, 1, 1))
        articles = Articles(state, HarvestFolder(tmp_path), query_for("inspire"), settings, Slots(settings), 1)
        articles.take("inspire", SearchHit("https://inspirehep.net/1", Article(figures=(figure,))))
        articles.begin(state.article(1), "inspire")
        work = state.next_work("inspire", ["image"])
        assert work
        assert articles.use_file(work, b"\x89PNG\r\n\x1a\n drawn") == ""
        known = state.article(1)
    assert (known.status, known.document) == ("done", "article 1")


def test_halves_of_characters_end_nothing(tmp_path: Path):
    with closing(HarvestState(HarvestFolder(tmp_path).state)) as state:
        state.begin_pass("{}", date(2010, 1, 1))
        state.add_article(1, "crossref", "https://a/\ud800", Article(doi="10.5555/\ud800", title="\ud800"))
        state.add_event(1, "crossref", "failed", "https://a/\ud800", "\ud800")
    assert finish(HarvestFolder(tmp_path)).total() == 1


# Silence, refusals and rests


def work(number: int, slot: str = "nature", abandoned: bool = False) -> Work:
    return Work(number, slot, slot, "article", f"https://{slot}/{number}", number, None, (), 0, abandoned)


def test_a_request_without_an_answer_fails_alone_where_others_have_one():
    patience = Patience({}, 60)
    assert patience.unanswered(work(1), "cut")
    assert not patience.is_silent("nature")
    assert patience.answered("nature") == [(work(1), "cut")]
    assert patience.waiting() == []


def test_two_requests_without_an_answer_are_the_fault_of_their_publisher():
    patience = Patience({}, 60)
    patience.answered("nature")
    assert patience.unanswered(work(1), "cut")
    assert patience.unanswered(work(2), "cut")
    assert patience.is_silent("nature")
    assert not patience.is_silent("acs")
    assert patience.lone() == []
    assert patience.reasons(["nature"]) == ["no answer from nature"]


def test_with_nothing_left_to_ask_the_last_request_fails_alone():
    patience = Patience({}, 60)
    patience.unanswered(work(1), "cut")
    assert patience.lone() == []  # its publisher has never answered
    patience.unanswered(work(2, "acs"), "cut")
    patience.answered("acs")
    patience.unanswered(work(3, "acs"), "cut")
    assert patience.lone() == [(work(3, "acs"), "cut")]


def test_what_was_left_for_another_time_is_not_left_again():
    assert not Patience({}, 60).unanswered(work(1, abandoned=True), "cut")


def test_requests_of_a_silent_publisher_wait_for_the_next_start(played: Played, tmp_path: Path):
    query = query_for("nature", query={"search_field_1": {"term": "silver", "synonyms": ["Ag"]}})
    for expected in ("no answer from nature", "no search was answered: nature: failed: cut"):
        with collector_in(tmp_path, query, settings_for(played)) as (collector, _):
            while slots := collector.slots():
                for slot in slots:
                    if asked := collector.choose(slot):
                        collector.no_answer(asked, "cut")
                        collector.let_go(asked)
            collector.finish()
        assert collector.ended == expected


def test_a_rest_ends():
    patience = Patience({"nature": 0.0}, 60)
    assert (patience.pause("nature"), patience.rests("nature")) == (0.0, False)


def test_refusals_count_one_after_the_other():
    patience = Patience({}, 60)
    for _ in range(2):
        patience.refused("nature")
    patience.granted("nature")
    patience.refused("nature")
    assert patience.refusal_of("nature") is None
    for _ in range(2):
        patience.refused("nature")
    kind, reason = patience.refusal_of("nature") or ("", "")
    assert (kind, reason.startswith("left alone: ")) == ("blocked", True)


# The state


def test_a_state_that_is_being_made_tells_nothing(tmp_path: Path):
    folder = HarvestFolder(tmp_path)
    folder.path.mkdir()
    sqlite3.connect(folder.state).close()
    folder.state.touch()
    assert read_counts(folder) == HarvestCounts()


def test_somebody_who_reads_the_state_keeps_nobody_from_it(played: Played, tmp_path: Path):
    HarvestState(HarvestFolder(tmp_path).state).close()
    with closing(sqlite3.connect(HarvestFolder(tmp_path).state)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        articles, _ = collect(tmp_path, query_for("nature", maximum_scraped=1), settings_for(played))
    assert len(names(articles, "done")) == 1


def test_what_the_disk_does_not_take_is_asked_for_again(played: Played, tmp_path: Path):
    images = HarvestFolder(tmp_path).path / "images"
    images.parent.mkdir()
    images.write_bytes(b"")
    with pytest.raises(OSError, match="images"):
        collect(tmp_path, query_for("nature"), settings_for(played))
    images.unlink()
    articles, _ = collect(tmp_path, query_for("nature"), settings_for(played))
    assert len(names(articles, "done")) == 8


def test_a_damaged_state_is_said_to_be_damaged(tmp_path: Path):
    folder = HarvestFolder(tmp_path)
    folder.path.mkdir()
    folder.state.write_bytes(b"drawn, and no database" * 100)
    with pytest.raises(RunError, match="file is not a database"):
        finish(folder)


def test_keys_are_left_out_of_texts(tmp_path: Path):
    with closing(HarvestState(HarvestFolder(tmp_path).state)) as state:
        settings: dict[str, Any] = {"addresses": {"nature": BASE}}
        keys = {"springer": "a+b/c d", "other": ""}
        folder, query = HarvestFolder(tmp_path), query_for("nature")
        collector = Collector(state, folder, query, HarvestSettings(**settings), keys)
        assert collector.without_keys("as a+b/c d, a%2Bb%2Fc+d and a%2Bb%2Fc%20d") == "as KEY, KEY and KEY"
