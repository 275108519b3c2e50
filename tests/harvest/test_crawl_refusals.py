"""Publishers that say no: what each refusal is called, and where the article is looked for then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.harvest.drawn_articles import pdf, picture, plain
from tests.harvest.harvested import Harvested, harvest_into, query_for, settings_for
from tests.harvest.played_publishers import Played, played_publishers
from tests.harvest.played_record import Asked, smallest_gap


@dataclass(frozen=True)
class Refused:
    """Three publishers that refuse, each in its own way, and a repository with one PDF."""

    played: Played
    repository: Played
    harvested: Harvested


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refused]:
    """ACS wants a browser, RSC wants money, Nature has lost things. Articles 3 and 6 are not open."""
    gone = [
        "/nature/articles/nature.2",
        "/nature/media/*/full/*/nature.4_Fig1_HTML.png",
        "/nature/media/*/nature.4_Fig2_HTML.png",
        "/nature/media/*/nature.5_Fig*_HTML.png",
    ]
    with (
        played_publishers(articles=6) as repository,
        played_publishers(articles=6, blocked=["/acs/doi/*"], closed=["/rsc/*.3", "/rsc/*.6"], gone=gone) as played,
    ):
        # Crossref's link to one article's PDF leads to a repository, all others to the publisher.
        path = "/doi/pdf/10.5555/acs.3"
        addresses = {played.base("acs") + path: repository.base("acs") + path}
        settings = settings_for(played, addresses=addresses)
        query = query_for("nature", "acs", "rsc")
        harvested = harvest_into(tmp_path_factory.mktemp("refused") / "run", query, settings)
        yield Refused(played, repository, harvested)


# Blocked


def test_a_blocked_article_comes_from_the_open_archive(refused: Refused):
    for name in ("acs.1", "acs.2", "acs.4", "acs.5"):
        row, article = refused.harvested.article(name), refused.played.literature.by_name(name)
        assert (row["status"], row["source"], row["via"]) == ("done", "acs", "europepmc")
        assert row["note"].startswith("blocked: ")
        figures = refused.harvested.figures_of(name)
        assert [figure["caption"] for figure in figures] == [each.caption("europepmc") for each in article.figures]
        for figure, drawn in zip(figures, article.figures, strict=True):
            content = (refused.harvested.folder / figure["file"]).read_bytes()
            assert content == picture(article, drawn.number, "large", "JPEG")


def test_one_that_the_archive_has_not_comes_by_the_link_that_crossref_knows(refused: Refused):
    row = refused.harvested.article("acs.3")
    assert (row["status"], row["source"], row["via"]) == ("done", "acs", "crossref")
    content = (refused.harvested.folder / row["file"]).read_bytes()
    assert content == pdf(refused.played.literature.by_name("acs.3"))
    asked = [each.path for each in refused.repository.requests if each.path != "/robots.txt"]
    assert asked == ["/acs/doi/pdf/10.5555/acs.3"]


def test_one_that_is_nowhere_else_stays_blocked(refused: Refused):
    # Crossref's link leads to the publisher, who has said no.
    row = refused.harvested.article("acs.6")
    assert (row["status"], row["via"], row["file"], row["document"]) == ("blocked", "acs", "", "")
    assert row["note"].startswith("blocked: ")
    assert "/acs/doi/pdf/10.5555/acs.6" not in refused.played.counts()


def test_a_publisher_that_has_refused_three_times_is_left_alone(refused: Refused):
    asked = [each.path for each in refused.played.requests if each.path.startswith("/acs/doi/")]
    assert [path.rpartition("/")[2] for path in asked] == ["acs.6", "acs.5", "acs.4"]  # the latest is found first
    events = [row for row in refused.harvested.events if row["source"] == "acs"]
    assert [row["kind"] for row in events] == ["blocked"] * 6
    assert [row["message"].startswith("left alone: ") for row in events] == [False] * 3 + [True] * 3


# Closed and gone


def test_an_article_that_is_for_sale_is_closed(refused: Refused):
    assert refused.harvested.named("closed") == ["rsc.3", "rsc.6"]
    row = refused.harvested.article("rsc.3")
    assert row["note"].startswith("closed: ")
    # What the page tells is kept.
    article = refused.played.literature.by_name("rsc.3")
    assert (row["title"], row["authors"]) == (plain(article.title), list(article.author_names))
    assert refused.played.counts()["/crossref/works/10.5555/rsc.3"] == 1


def test_an_article_that_is_gone_is_not_looked_for_elsewhere(refused: Refused):
    (row,) = (row for row in refused.harvested.articles if row["status"] == "failed")
    assert row["article_url"].endswith("/nature/articles/nature.2")
    assert row["note"] == "gone: status 404"


def test_a_picture_that_is_gone_is_taken_smaller(refused: Refused):
    first = refused.harvested.figures_of("nature.4")[0]
    assert "/lw685/" in first["image_url"]
    content = (refused.harvested.folder / first["file"]).read_bytes()
    assert content == picture(refused.played.literature.by_name("nature.4"), 1, "medium", "PNG")


def test_a_figure_can_be_without_a_picture(refused: Refused):
    second = refused.harvested.figures_of("nature.4")[1]
    assert (second["label"], second["file"]) == ("2", "")
    assert "/full/" in second["image_url"]
    assert second["caption"] == refused.played.literature.by_name("nature.4").figures[1].caption("nature")
    assert refused.harvested.article("nature.4")["status"] == "done"
    assert {row["kind"] for row in refused.harvested.events if "nature.4_Fig2" in row["url"]} == {"gone"}


def test_an_article_whose_pictures_are_all_gone_comes_as_pdf(refused: Refused):
    row = refused.harvested.article("nature.5")
    assert (row["status"], row["via"]) == ("done", "nature")
    assert (refused.harvested.folder / row["file"]).read_bytes() == pdf(refused.played.literature.by_name("nature.5"))


def test_nothing_is_asked_for_twice(refused: Refused):
    addresses = Counter(each.address for each in refused.played.requests)
    assert [address for address, number in addresses.items() if number > 1] == []


# For another time


@dataclass(frozen=True)
class Later:
    """One publisher is silent and one asks to be left alone for hours; then the first one is back."""

    played: Played
    first: Harvested
    asked_first: list[Asked]
    second: Harvested
    asked_second: list[Asked]


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Later]:
    """Two articles each, which two searches find; the second is not known at Nature's place before it is back."""
    place = tmp_path_factory.mktemp("later") / "run"
    words = {"search_field_1": {"term": "silver", "synonyms": ["Ag"]}}
    query = query_for("nature", "acs", "rsc", query=words)
    faults = {"nature": "silent", "/acs/doi/*": "rate limited"}
    with played_publishers(articles=3, always=faults, retry_after=7200, answer_delay=0.03) as played:
        settings = settings_for(played, tries=1, longest_delay=1.0)
        first = harvest_into(place, query, settings)
        _ = first.articles, first.events
        asked = played.requests
        played.change(always={}, answer_delay=0.0)
        second = harvest_into(place, query, settings.model_copy(update={"longest_delay": 0.0}))
        yield Later(played, first, asked, second, played.requests[len(asked) :])


def test_a_harvest_says_in_one_sentence_what_it_leaves_for_another_time(later: Later):
    place, _, sentence = later.first.error.partition(": ")
    assert place == later.first.run.url
    assert sentence.startswith("the harvest stopped: no answer from nature; acs asks to be left alone until ")
    assert sentence.endswith("; the same command goes on with it")
    assert "\n" not in sentence


def test_a_silent_publisher_is_asked_twice_and_left(later: Later):
    asked = [each for each in later.asked_first if each.publisher == "nature"]
    # A kept connection that breaks before the first byte is tried once more at once, as by every client.
    assert set(Counter(each.address for each in asked).values()) <= {1, 2}
    assert len({each.address for each in asked}) == 2
    assert [row for row in later.first.events if row["source"] == "nature"] == []


def test_the_others_are_harvested_meanwhile(later: Later):
    # ACS's open articles are in the archive.
    assert later.first.named("done") == ["acs.1", "acs.2", "rsc.1", "rsc.2", "rsc.3"]
    assert later.first.named("rate limited") == ["acs.3"]
    assert {row["via"] for row in later.first.articles if row["doi"] == "10.5555/acs.1"} == {"europepmc"}


def test_a_publisher_that_wants_a_long_rest_is_asked_once(later: Later):
    asked = [each.status for each in later.asked_first if each.publisher == "acs"]
    assert asked == [200, 429]
    # The latest is the first that is asked for.
    assert later.first.article("acs.3")["note"] == "rate limited: asks to come back in 7200 s"


def test_a_slow_publisher_is_given_more_time(later: Later):
    # It answers after 0.03 s, and from then on it is left alone as long as that.
    times = [each for each in later.asked_first if each.publisher == "rsc"]
    assert smallest_gap(times[3:], "rsc") > 0.05


def test_the_same_command_goes_on_where_there_is_an_answer(later: Later):
    assert later.second.named("done") == [
        *("acs.1", "acs.2", "nature.1", "nature.2", "nature.3", "rsc.1", "rsc.2", "rsc.3")
    ]
    asked = {each.publisher for each in later.asked_second if each.publisher}
    assert asked == {"nature"}


def test_a_rest_is_remembered(later: Later):
    assert later.second.error.partition(": ")[2].startswith("the harvest stopped: acs asks to be left alone until ")
