"""robots.txt: what publishers allow programs to fetch, and how often (RFC 9309).

Other than Scrapy's own middleware this one counts the request for robots.txt among those of the publisher, asks again
where it was not to be had, for then nothing is allowed yet, and keeps the pause that a publisher asks for there.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

LONGEST_WAIT = "HARVEST_LONGEST_WAIT"  # setting of Scrapy's: longest time to wait for a publisher, in seconds
_UNAVAILABLE = (429, *range(500, 600))


class ForbiddenByRobotsError(IgnoreRequest):
    """A request that robots.txt forbids."""


class NoRobotsError(Exception):
    """A robots.txt that was not to be had: whether anything is allowed is not known."""


class RobotsMiddleware:
    """Middleware that lets only requests pass that robots.txt allows, at the pace that it asks for."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._name = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._longest_wait = crawler.settings.getfloat(LONGEST_WAIT)
        self._rules: dict[str, RobotParser] = {}  # by scheme and host
        self._asking: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """ForbiddenByRobotsError for what is not allowed, NoRobotsError where that is not known."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        host = f"{parts.scheme}://{parts.netloc}"
        async with self._asking.setdefault(host, asyncio.Lock()):
            if host not in self._rules:
                self._rules[host] = await self._ask(host, request)
        rules = self._rules[host]
        if not rules.allowed(request.url, self._name):
            raise ForbiddenByRobotsError("forbidden by robots.txt")
        pause = rules.crawl_delay(self._name) or 0.0
        if pause > self._longest_wait:
            raise ForbiddenByRobotsError(f"robots.txt asks for {pause:.0f} s between two requests")
        engine, slot = self._crawler.engine, request.meta.get("download_slot")
        if pause and engine and slot in engine.downloader.slots:
            # Before each request: AutoThrottle knows of the delay in the settings only, and goes back to it.
            engine.downloader.slots[slot].delay = max(engine.downloader.slots[slot].delay, pause)

    async def _ask(self, host: str, request: Request) -> RobotParser:
        """The rules of a host; a host without any allows everything."""
        if self._crawler.engine is None:
            raise NoRobotsError("the engine is gone")
        meta = {"dont_obey_robotstxt": True, "download_slot": request.meta.get("download_slot")}
        try:
            response = await self._crawler.engine.download_async(
                Request(f"{host}/robots.txt", meta=meta, dont_filter=True)
            )
        except IgnoreRequest:  # it leads to an address that is refused
            return ProtegoRobotParser(b"", self._crawler.spider)
        except Exception as error:
            raise NoRobotsError(f"{host}/robots.txt: {type(error).__name__}: {error}") from error
        if response.status in _UNAVAILABLE:
            raise NoRobotsError(f"{host}/robots.txt: status {response.status}")
        body = response.body if response.status == 200 else b""
        return ProtegoRobotParser(body, self._crawler.spider)
