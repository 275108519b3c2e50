"""Manners of a crawl: what robots.txt says, one request at a time, a delay between two, rests that are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.harvest.harvested import Harvested, harvest_into, query_for, settings_for
from tests.harvest.played_publishers import Played, played_publishers
from tests.harvest.played_record import Asked, largest_in_flight

DELAY = 0.1  # seconds
CRAWL_DELAY = 0.2  # seconds, in robots.txt
ANSWER = 0.02  # seconds
SEED = 10  # with which requests of several publishers are among those that are answered with 429
CLOCKS = 0.02  # seconds by which the server may take up a request late


@dataclass(frozen=True)
class Asking:
    """A harvest of publishers that have hosts of their own."""

    played: Played
    harvested: Harvested

    def of(self, publisher: str) -> list[Asked]:
        """The requests of a publisher in their order."""
        return sorted((each for each in self.played.requests if each.publisher == publisher), key=lambda one: one.time)

    def gaps(self, publisher: str) -> list[float]:
        """Seconds between the beginnings of its requests."""
        return [later.time - earlier.time for earlier, later in pairwise(self.of(publisher))]


@pytest.fixture(scope="module")
def polite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """Two articles each; robots.txt forbids one of Nature's, all of ACS's search, and the archive's interfaces.

    What is asked for first is answered with 429 at some addresses, and the wish to be left alone for a second.
    """
    disallow = ("/nature/articles/nature.2", "/acs/action/", "/europepmc/web", "/europepmc/articles/PMC5000002")
    options: dict[str, Any] = {"disallow": disallow, "crawl_delay": CRAWL_DELAY, "answer_delay": ANSWER}
    options |= {"hosts": "ports", "seed": SEED, "rate_limited": 0.12, "retry_after": 1}
    with played_publishers(articles=2, **options) as played:
        settings = settings_for(played, delay=DELAY, longest_delay=DELAY)
        query = query_for("nature", "acs", "rsc", "europepmc")
        yield Asking(played, harvest_into(tmp_path_factory.mktemp("polite") / "run", query, settings))


def test_what_robots_txt_forbids_is_not_asked_for(polite: Asking):
    assert "/nature/articles/nature.2" not in polite.played.counts()
    assert [each.path for each in polite.of("acs")] == ["/robots.txt"]
    (row,) = (row for row in polite.harvested.articles if row["article_url"].endswith("nature.2"))
    assert (row["status"], row["note"]) == ("failed", "robots: forbidden by robots.txt")
    forbidden = {(row["source"], row["kind"]) for row in polite.harvested.events if row["kind"] == "robots"}
    assert forbidden == {("nature", "robots"), ("acs", "robots"), ("europepmc", "robots")}


def test_interfaces_for_programs_are_exempt_and_their_pictures_are_not(polite: Asking):
    counts = polite.played.counts()
    assert counts["/europepmc/webservices/rest/search"] >= 1
    assert counts["/europepmc/webservices/rest/PMC5000001/fullTextXML"] >= 1
    assert any(path.startswith("/europepmc/articles/PMC5000001/bin/") for path in counts)
    assert not any(path.startswith("/europepmc/articles/PMC5000002/bin/") for path in counts)
    assert polite.harvested.named("done") == ["europepmc.1", "nature.1", "rsc.1", "rsc.2"]


def test_a_publisher_is_asked_one_thing_at_a_time(polite: Asking):
    for publisher in ("nature", "rsc", "europepmc"):
        assert largest_in_flight(polite.played.requests, publisher) == 1


def test_there_is_a_delay_between_any_two_requests_and_robots_txt_is_one(polite: Asking):
    for publisher in ("nature", "rsc", "europepmc"):
        assert polite.of(publisher)
        assert min(polite.gaps(publisher)) > DELAY - CLOCKS


def test_robots_txt_is_asked_for_once(polite: Asking):
    asked = [each for each in polite.played.requests if each.path == "/robots.txt"]
    assert sorted(each.publisher for each in asked) == ["acs", "europepmc", "nature", "rsc"]


def test_a_delay_that_robots_txt_asks_for_is_kept(polite: Asking):
    for publisher in ("nature", "rsc"):
        # Not yet known between robots.txt and the first request.
        assert min(polite.gaps(publisher)[1:]) > CRAWL_DELAY - CLOCKS


def test_a_publisher_that_asks_for_a_rest_gets_it(polite: Asking):
    rests = 0
    for publisher in ("nature", "rsc", "europepmc"):
        for earlier, later in pairwise(polite.of(publisher)):
            if earlier.status == 429:
                rests += 1
                assert later.time - earlier.time > 1.0
    assert rests >= 2


def test_what_was_refused_for_a_while_is_there_in_the_end(polite: Asking):
    for name in ("nature.1", "rsc.1", "rsc.2"):
        assert all(row["file"] for row in polite.harvested.figures_of(name))


def test_without_robots_txt_nothing_is_known_to_be_allowed(tmp_path: Path):
    with played_publishers(articles=1, always={"/robots.txt": "unavailable"}) as played:
        harvested = harvest_into(tmp_path / "run", query_for("nature"), settings_for(played, tries=1))
    assert {each.path for each in played.requests} == {"/robots.txt"}
    assert "the harvest stopped: no answer from nature; " in harvested.error
