"""The sources of a harvest: all that a query may name, each with the address of a search."""

from __future__ import annotations

from typing import get_args
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest

from exsclaim_core.harvest.query import SourceName
from exsclaim_core.harvest.reading import INTERFACES
from exsclaim_core.harvest.search import Search
from exsclaim_core.harvest.sources import HARVEST_SOURCES


def test_sources_are_those_that_a_query_may_name() -> None:
    assert set(HARVEST_SOURCES) == set(get_args(SourceName))
    assert all(source.name == name for name, source in HARVEST_SOURCES.items())


def test_answers_of_every_interface_can_be_read() -> None:
    assert set(INTERFACES) == {name for name, source in HARVEST_SOURCES.items() if source.api}


@pytest.mark.parametrize("name", HARVEST_SOURCES)
def test_search(name: str) -> None:
    source = HARVEST_SOURCES[name]
    url = source.search_url(Search(("tin & rod", "HAADF")))
    assert url.startswith(f"{source.base}/")
    parts = urlsplit(url)
    # A sign of the words must not begin a parameter of its own.
    words = " ".join(value for values in parse_qs(parts.query).values() for value in values)
    assert "HAADF" in words
    assert "rod" in words
    assert " " not in url
    assert '"' not in url


@pytest.mark.parametrize("name", HARVEST_SOURCES)
def test_search_elsewhere(name: str) -> None:
    here = HARVEST_SOURCES[name].search_url(Search(("tin",)), "http://127.0.0.1:80/drawn")
    assert here.startswith("http://127.0.0.1:80/drawn/")
    assert "tin" in unquote_plus(here)
