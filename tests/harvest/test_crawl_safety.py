"""What a crawl does not fetch, wherever it is led, and what it does with answers that are not what they are called."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from exsclaim_core.settings import HarvestSettings
from tests.harvest.conftest import KEY
from tests.harvest.harvested import Harvested, environment, harvest_into, query_for, texts_below
from tests.harvest.played_options import Fault
from tests.harvest.played_publishers import Played, played_publishers

TIMEOUT = 1.0  # seconds
PAGE_SIZE = 0.2  # MB
# What becomes of the page of each article of Nature.
FAULTS: dict[str, Fault] = {
    "/nature/articles/nature.1": "to file",
    "/nature/articles/nature.2": "to private",
    "/nature/articles/nature.3": "to itself",
    "/nature/articles/nature.4": "endless",
    "/nature/articles/nature.5": "huge",
    "/nature/articles/nature.6": "bomb",
    "/nature/articles/nature.7": "trickle",
    "/nature/articles/nature.8": "mistyped",
    "/nature/media/*": "mistyped",
    # And Springer Nature's interface, whose addresses hold a key.
    "springer": "huge",
}
# Sources that are said to lie on this machine, and what it is called there. Names that public servers say mean this
# machine are for the tests of the resolver.
OWN = {"acs": "127.0.0.1", "rsc": "localhost", "arxiv": "127.1", "inspire": "0x7f.0.0.1", "crossref": "::1"}


@dataclass(frozen=True)
class Led:
    """A harvest that reaches publishers with public names through a proxy, as at many institutions."""

    played: Played
    harvested: Harvested
    seconds: float

    def event(self, number: int) -> tuple[str, str]:
        """Kind and message of what went wrong with an article."""
        place = f"/nature/articles/nature.{number}"
        (row,) = (row for row in self.harvested.events if urlsplit(row["url"]).path == place)
        return row["kind"], row["message"]


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Led]:
    """Nine articles; only the last is as it should be. Private addresses are refused, as they are unless opened."""
    with played_publishers(articles=9, always=FAULTS, huge_bytes=2_000_000, api_key=KEY) as played:
        proxy = f"http://{urlsplit(played.base('nature')).netloc}"
        port = urlsplit(proxy).port
        for name in ("nature", "springer"):
            played.bases[name] = f"http://{name}-{port}.example.org/{name}"
        for name, host in OWN.items():
            played.bases[name] = f"http://{f'[{host}]' if ':' in host else host}:{port}/{name}"
        secure = played.base("nature").replace("http:", "https:")  # of pictures whose addresses name no scheme
        settings = HarvestSettings(
            **{"delay": 0, "longest_delay": 0, "timeout": TIMEOUT, "page_size": PAGE_SIZE, "tries": 1},
            addresses={**played.bases, secure: played.base("nature")},
        )
        query = query_for("nature", "springer", *OWN)
        begun = time.monotonic()
        with environment(http_proxy=proxy, no_proxy=""):
            harvested = harvest_into(tmp_path_factory.mktemp("led") / "run", query, settings)
        yield Led(played, harvested, time.monotonic() - begun)


# Where it is led


def test_a_page_that_leads_to_a_file_is_refused(led: Led):
    assert led.event(1) == ("refused", "status 302: leads to file:///etc/passwd")


def test_a_page_that_leads_to_a_private_address_is_refused(led: Led):
    kind, message = led.event(2)
    assert kind == "refused"
    assert "169.254.169.254" in message


def test_a_page_that_leads_to_itself_is_left_after_a_while(led: Led):
    kind, message = led.event(3)
    assert (kind, "redirections" in message) == ("refused", True)
    assert led.played.counts()["/nature/articles/nature.3"] == 11


@pytest.mark.parametrize("source", OWN)
def test_a_name_that_means_this_machine_is_refused(led: Led, source: str):
    (row,) = (row for row in led.harvested.events if row["source"] == source)
    assert (row["kind"], row["message"]) == ("refused", f"{OWN[source]} is on this machine or its network")


def test_only_public_names_are_asked(led: Led):
    assert {each.publisher for each in led.played.requests} == {"", "nature", "springer"}  # "": robots.txt


# How much it takes


@pytest.mark.parametrize("number", [4, 5, 6])
def test_a_page_without_end_or_measure_is_broken_off(led: Led, number: int):
    assert led.event(number) == ("too large", "it is larger than the settings allow")


def test_a_page_that_trickles_is_broken_off(led: Led):
    kind, message = led.event(7)
    assert (kind, "Timeout" in message) == ("failed", True)


def test_all_of_it_takes_no_longer_than_the_limits(led: Led):
    # Nine articles, of which one does not end in time.
    assert led.harvested.error == ""
    assert led.seconds < TIMEOUT + 15


# What it is


def test_pages_and_pictures_are_told_by_their_content(led: Led):
    # The page of article 8 is called a picture, its pictures are called HTML, as those of article 9.
    for number in (8, 9):
        article = led.played.literature.by_name(f"nature.{number}")
        figures = led.harvested.figures_of(f"nature.{number}")
        assert [row["caption"] for row in figures] == [each.caption("nature") for each in article.figures]
        assert all(row["file"].endswith(".png") for row in figures)
    assert led.harvested.named("done") == ["nature.8", "nature.9"]


def test_names_of_files_are_made_of_their_content(led: Led):
    kept = [path for folder in ("images", "pdfs") for path in (led.harvested.folder / folder).rglob("*.*")]
    assert kept
    for path in kept:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.relative_to(led.harvested.folder) == Path(path.parts[-3], digest[:2], f"{digest}{path.suffix}")
        assert re.fullmatch(r"\.(png|jpg|gif|pdf)", path.suffix)


def test_a_key_is_written_nowhere_when_things_go_wrong(led: Led):
    # Scrapy's messages hold the address of what has failed.
    asked = [each.address for each in led.played.requests if each.publisher == "springer"]
    assert len(asked) == 1
    spelt = {address.rpartition("api_key=")[2] for address in asked} | {KEY}
    for path, content in texts_below(Path(led.harvested.run.root)):
        for spelling in spelt:
            assert spelling.encode() not in content, path
    assert "api_key=KEY" in (led.harvested.folder / "log.txt").read_text()
