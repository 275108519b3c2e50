"""Fixtures of the harvest: played publishers that were harvested once, for all tests that look at what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.harvest.drawn_articles import PUBLISHERS
from tests.harvest.harvested import Harvested, environment, harvest_into, query_for, settings_for
from tests.harvest.played_publishers import Played, played_publishers
from tests.harvest.played_record import Asked

KEY = "drawn+key/of 1"  # for Springer Nature; with characters that addresses spell in other ways
# Two names for one thing: two searches a source, which both find everything. All drawn articles are later.
WORDS = {"search_field_1": {"term": "drawn", "synonyms": ["text"]}}
SINCE = "2009-01-01"


@pytest.fixture(autouse=True, scope="session")
def _no_proxy() -> Iterator[None]:
    """The played publishers are on this machine, whatever stands between it and others."""
    with environment(no_proxy="127.0.0.1,localhost", SPRINGER_API_KEY=KEY):
        yield


@dataclass(frozen=True)
class Twice:
    """All sources, harvested, and once more after each has published two articles."""

    played: Played
    first: Harvested
    asked_first: list[Asked]
    second: Harvested
    asked_second: list[Asked]


@pytest.fixture(scope="session")
def twice(tmp_path_factory: pytest.TempPathFactory, _no_proxy: None) -> Iterator[Twice]:
    """Each source has four articles, then six; every second one of an index is one of ACS (2), RSC (4), Nature (6)."""
    place = tmp_path_factory.mktemp("twice") / "run"
    with played_publishers(articles=4, shared_every=2, api_key=KEY) as played:
        # Drawn dates are old: without looking back far, nothing would be new enough the second time.
        settings = settings_for(played, overlap=100_000)
        query = query_for(*PUBLISHERS, query=WORDS, since=SINCE)
        first = harvest_into(place, query, settings)
        _ = first.articles, first.figures, first.events  # read before they are written again
        asked = played.requests
        played.publish(2)
        second = harvest_into(place, query, settings)
        yield Twice(played, first, asked, second, played.requests[len(asked) :])
