"""The spider: for each publisher a line of requests that are made one after the other.

What is to be done comes from the harvest's state and goes back to it; Scrapy makes the requests, with the delays,
robots rules, redirects, cookies, compression and cache that it knows about. What an answer means is the business of
`exsclaim_core.harvest.collecting`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider, DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from web_poet import HttpResponse

from exsclaim_core.harvest.collecting import Collector
from exsclaim_core.harvest.crawl.addresses import RefusedAddressError
from exsclaim_core.harvest.crawl.page_cache import PageCacheError
from exsclaim_core.harvest.crawl.robots import ForbiddenByRobotsError
from exsclaim_core.harvest.crawl.scrapy_settings import MEGABYTE
from exsclaim_core.harvest.state import Work
from exsclaim_core.settings import HarvestSettings

logger = logging.getLogger(__name__)

FIRST_PAUSE = 2.0  # seconds before a request is repeated; doubled each time
LONGEST_PAUSE = 120.0
BUSY = (429, 503)  # "come back later"
LATER = (*BUSY, 408, 500, 502, 504, 520, 521, 522, 523, 524)  # worth another try
FILES = ("image", "pdf")


class HarvestSpider(Spider):
    """Carries out the requests of a harvest."""

    name = "harvest"

    def __init__(self, collector: Collector, settings: HarvestSettings, **options: Any) -> None:
        super().__init__(**options)
        self._collector = collector
        self._harvest = settings
        self._changed = asyncio.Event()
        self._lines: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> AsyncIterator[Any]:
        """Nothing for Scrapy's own queue: all requests are made from here."""
        try:
            while True:
                self._changed.clear()
                for slot in self._collector.slots():
                    if slot not in self._lines:
                        self._lines[slot] = asyncio.create_task(self._line(slot))
                if not self._lines:
                    break
                waiting = asyncio.create_task(self._changed.wait())
                await asyncio.wait([waiting, *self._lines.values()], return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                for slot in [slot for slot, task in self._lines.items() if task.done()]:
                    self._lines.pop(slot).result()
            self._collector.finish()
        except Exception as error:
            self._collector.fail(error)
        finally:
            for task in self._lines.values():
                task.cancel()
        no_requests: tuple[Request, ...] = ()
        for request in no_requests:
            yield request

    async def _line(self, slot: str) -> None:
        """One request after the other, until there is none left for now."""
        while True:
            await asyncio.sleep(self._collector.pause(slot))
            work = self._collector.choose(slot)
            if work is None:
                return
            try:
                await self._carry_out(work)
            finally:
                self._collector.let_go(work)
                self._changed.set()

    async def _carry_out(self, work: Work) -> None:
        try:
            response = await self._fetch(work)
        except (RefusedAddressError, UnusableAddressError) as error:
            self._collector.give_up(work, "refused", str(error))
        except ForbiddenByRobotsError as error:
            self._collector.give_up(work, "robots", str(error))
        except PageCacheError as error:
            raise error.reason from error
        except Exception as error:
            reason = f"{type(error).__name__}: {error}".rstrip(": ")
            if is_too_large(error):
                self._collector.break_off(work, "too large", "it is larger than the settings allow")
            elif isinstance(error, IgnoreRequest):  # it leads from one address to another, for ever
                self._collector.break_off(work, "refused", reason)
            else:
                # Whatever the network does: cut connections, names that mean nothing, certificates, time limits.
                await self._again(work, reason, pause_of(work.tries), "")
        else:
            await self._use(work, response)

    async def _use(self, work: Work, response: Response) -> None:
        if response.status not in LATER:
            self._collector.use(work, to_page(response))
            return
        self._collector.note_answer(work)
        pause = pause_of(work.tries)
        asked = retry_after(response.headers.get("Retry-After"), time.time())
        if asked is not None:
            # Everything of this publisher waits for as long as that, or for another time.
            self._collector.ask_for_rest(work, asked)
            if asked > self._harvest.longest_wait:
                return
            pause = 0.0
        kind = "rate limited" if response.status in BUSY else "failed"
        await self._again(work, f"status {response.status}", pause, kind)

    async def _again(self, work: Work, reason: str, pause: float, kind: str) -> None:
        """Have a request made again after a pause, in which its publisher is left alone; no kind: nobody answered."""
        if work.tries + 1 >= self._harvest.tries:
            if kind:
                self._collector.give_up(work, kind, reason)
            else:
                self._collector.no_answer(work, reason)
            return
        self._collector.postpone(work, reason)
        await asyncio.sleep(pause)

    async def _fetch(self, work: Work) -> Response:
        if self.crawler.engine is None:
            raise CloseSpider("the engine is gone")
        url = self._collector.request_url(work)
        size = self._harvest.file_size if work.kind in FILES else self._harvest.page_size
        meta: dict[str, Any] = {
            "download_slot": work.slot,
            "download_maxsize": int(size * MEGABYTE),
            # Files are asked for once; an address with a key in it is not to be found on the disk.
            "dont_cache": work.kind in FILES or url != work.url,
            "dont_obey_robotstxt": self._collector.is_interface(work),
            "handle_httpstatus_all": False,
        }
        try:
            request = Request(url, meta=meta, headers=_HEADERS.get(work.kind), dont_filter=True)
        except ValueError as error:
            raise UnusableAddressError(f"{work.url!r} is no address: {error}") from error
        return await self.crawler.engine.download_async(request)

    def closed(self, reason: str) -> None:
        """Called by Scrapy at the end."""
        with suppress(Exception):
            logger.info("harvest ends: %s", reason)


class UnusableAddressError(ValueError):
    """An address of which no request can be made."""


_HEADERS = {
    "image": {"Accept": "image/*"},
    "pdf": {"Accept": "application/pdf"},
    "full text": {"Accept": "application/xml, text/xml"},
}


def is_too_large(error: Exception) -> bool:
    """Whether a download was broken off for its size, or its unfolding was."""
    unfolded = isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error)
    return unfolded or isinstance(error, DownloadCancelledError)  # which nothing else does here


def pause_of(tries: int) -> float:
    """Seconds before a request is repeated that came to nothing this many times before."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**tries)


def retry_after(header: bytes | None, now: float) -> float | None:
    """Seconds for which a publisher asks to be left alone; None where it doesn't say."""
    if not header:
        return None
    text = header.decode("latin-1").strip()
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return None


def to_page(response: Response) -> HttpResponse:
    """The response as page objects take it."""
    headers = [(name, value) for name, values in response.headers.items() for value in values]
    return HttpResponse(
        response.url,
        body=response.body,
        status=response.status,
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in headers},
    )
