"""How the played publishers behave: what they publish, how they answer, and what goes wrong at which address."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, get_args

Fault = Literal[
    "cut",  # the connection ends after half of the body
    "silent",  # the connection ends before the first byte
    "rate limited",  # 429 with Retry-After
    "unavailable",  # 503 with Retry-After
    "blocked",  # 403 with a page that wants a browser
    "closed",  # the abstract, and how to buy the rest
    "gone",  # 404
    "slow",  # nothing comes for `slow_seconds`
    "trickle",  # byte by byte, `trickle_seconds` between two
    "endless",  # a body that never ends
    "huge",  # a body of `huge_bytes`
    "bomb",  # a small body that unfolds to `huge_bytes`
    "elsewhere",  # redirected to the same server under the name localhost (not with `hosts` addresses)
    "to file",  # redirected to a file of the machine that asks
    "to private",  # redirected to an address that only that machine's network has
    "to itself",  # redirected to itself
    "mistyped",  # a picture is called HTML, a page is called a picture
]


@dataclass(frozen=True, slots=True)
class Options:
    """All of it. A place is a publisher's name, or a path with its publisher's name in front, in which * stands for
    anything: "acs", "/nature/articles/nature.7", "*.png".
    """

    articles: int = 20  # of each publisher
    seed: int = 1
    shared_every: int = (
        0  # each so-manieth article of an index is one of Nature, ACS or RSC, under the same DOI; 0: none
    )
    # One host with a folder for each publisher; or a host for each, whose addresses are those of the real one: ports of
    # this machine, or addresses 127.0.0.2, … of their own.
    hosts: Literal["one", "ports", "addresses"] = "one"
    port: int = 0  # of the one host; 0 for any that is free
    page_size: int = 20  # articles on a page of a search that does not say how many
    api_key: str = ""  # that Springer Nature wants; "" for any that is not empty
    disallow: Collection[str] = ()  # beginnings of paths that robots.txt forbids
    crawl_delay: float | None = None  # seconds, in robots.txt
    answer_delay: float = 0.0  # seconds before each answer; with it, requests at the same time are seen to be that
    zipped: bool = True  # texts go out as gzip to those who take it
    log: Path | None = None  # file to which each request is written as a line of JSON

    # Shares of all addresses, robots.txt excepted; at each it is the first requests that meet with the fault.
    cut: float = 0.0
    silent: float = 0.0
    rate_limited: float = 0.0
    unavailable: float = 0.0
    faults_per_address: int = 1
    retry_after: int = 1  # seconds

    # Places that never answer otherwise.
    blocked: Collection[str] = ()
    closed: Collection[str] = ()  # "subscription" stands for all articles that are not open
    gone: Collection[str] = ()
    always: Mapping[str, Fault] = field(default_factory=dict)

    slow_seconds: float = 30.0
    trickle_seconds: float = 0.1
    huge_bytes: int = 64 * 2**20

    def __post_init__(self) -> None:
        if self.hosts not in ("one", "ports", "addresses"):
            raise ValueError(f"hosts is {self.hosts!r}; one, ports and addresses are possible")
        if (share := self.cut + self.silent + self.rate_limited + self.unavailable) > 1:
            raise ValueError(f"the shares of faults make {share:g} together, more than all addresses")
        if unknown := set(self.always.values()) - set(get_args(Fault)):
            raise ValueError(f"{sorted(unknown)} are no faults")

    def fault_of(
        self, publisher: str, path: str, address: str, earlier: int, open_article: bool | None
    ) -> Fault | None:
        """What goes wrong with a request; `earlier` ones for the same address (path and query) have been answered.

        `open_article` tells whether the article that is asked for is open, None where it is no article.
        """
        for place, fault in self.always.items():
            if _is_at(place, publisher, path):
                return fault
        named: tuple[tuple[Collection[str], Fault], ...] = ((self.blocked, "blocked"), (self.gone, "gone"))
        for places, fault in named:
            if any(_is_at(place, publisher, path) for place in places):
                return fault
        if earlier < self.faults_per_address and path != "/robots.txt" and (chosen := self._chosen(address)):
            return chosen
        if open_article is None:
            return None
        subscription = "subscription" in self.closed and not open_article
        return "closed" if subscription or any(_is_at(place, publisher, path) for place in self.closed) else None

    def _chosen(self, address: str) -> Fault | None:
        digest = hashlib.sha256(f"{self.seed} {address}".encode()).digest()
        left = int.from_bytes(digest[:8], "big") / 2**64
        shares: tuple[tuple[float, Fault], ...] = (
            (self.cut, "cut"),
            (self.silent, "silent"),
            (self.rate_limited, "rate limited"),
            (self.unavailable, "unavailable"),
        )
        for share, fault in shares:
            if left < share:
                return fault
            left -= share
        return None


def _is_at(place: str, publisher: str, path: str) -> bool:
    return place == publisher or fnmatchcase(path, place)
