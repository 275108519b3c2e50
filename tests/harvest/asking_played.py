"""Requests to the played publishers as a test makes them: one at a time, each on a connection of its own."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from parsel import Selector

from tests.harvest.drawn_articles import PUBLISHERS
from tests.harvest.played_publishers import Played


class Got:
    """An answer: status, headers and body."""

    def __init__(self, response: http.client.HTTPResponse, body: bytes) -> None:
        self.status, self.headers, self.body = response.status, response.headers, body
        self.type = response.headers["Content-Type"]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def page(self) -> Selector:
        return Selector(self.text)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def get(url: str, method: str = "GET", **headers: str) -> Got:
    """What one request on a connection of its own gives; redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    try:
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, address, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Got(response, response.read())
    finally:
        connection.close()


def at(played: Played, path: str, **headers: str) -> Got:
    """The same for a path with its publisher's name in front."""
    publisher, _, rest = path[1:].partition("/")
    return get(f"{played.base(publisher)}/{rest}" if publisher in PUBLISHERS else origin(played) + path, **headers)


def origin(played: Played) -> str:
    return "http://" + urlsplit(played.base("nature")).netloc
