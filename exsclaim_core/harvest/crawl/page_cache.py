"""Web pages as they were, on the disk: what is asked for again is asked whether it has changed."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from scrapy import Request, Spider
from scrapy.extensions.httpcache import FilesystemCacheStorage, RFC2616Policy
from scrapy.http import Response

logger = logging.getLogger(__name__)

_UNFINISHED = ".part"


class PagePolicy(RFC2616Policy):
    """What of the cache is used: what its publisher has called fresh, and what it calls unchanged.

    Scrapy takes other pages for fresh as long as a tenth of their age: of a search, that may be years.
    """

    def should_cache_response(self, response: Response, request: Request) -> bool:
        # A refusal, or a page that is not there yet, is asked for again.
        return response.status == 200 and super().should_cache_response(response, request)

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        told = b"max-age" in self._parse_cachecontrol(cachedresponse) or b"Expires" in cachedresponse.headers
        if not told:
            self._set_conditional_validators(request, cachedresponse)
            return False
        return super().is_cached_response_fresh(cachedresponse, request)


class PageCacheError(Exception):
    """A page that can't be kept; `reason` is what the disk says."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class PageCache(FilesystemCacheStorage):
    """Scrapy's folder for each page, which here is there as a whole or not at all.

    A crawl may be killed at any moment. What is read from half a page would be taken for what the publisher has sent.
    """

    _ending = ""

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """The page as it was; None where there is none, or none that can be read."""
        try:
            return super().retrieve_response(spider, request)
        except Exception as error:  # of the disk, of zip, of pickle: the page is simply asked for again
            logger.info("a page of the cache can't be read: %s: %s", type(error).__name__, error)
            return None

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Keep a page. PageCacheError where that is not possible."""
        try:
            place = Path(self._get_request_path(spider, request))
            self._ending = _UNFINISHED
            try:
                super().store_response(spider, request, response)
                unfinished = Path(self._get_request_path(spider, request))
            finally:
                self._ending = ""
            if place.exists():
                shutil.rmtree(place)
            unfinished.rename(place)
        except OSError as error:
            raise PageCacheError(error) from error

    def _get_request_path(self, spider: Spider, request: Request) -> str:
        return super()._get_request_path(spider, request) + self._ending
