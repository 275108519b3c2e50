"""What the spider makes of headers, failures and pages of its cache."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.utils.request import RequestFingerprinter

from exsclaim_core.harvest.crawl.page_cache import PageCache, PageCacheError, PagePolicy
from exsclaim_core.harvest.crawl.scrapy_settings import scrapy_settings, user_agent
from exsclaim_core.harvest.crawl.spider import is_too_large, pause_of, retry_after, to_page
from exsclaim_core.settings import HarvestSettings

NOON = 1_262_347_200.0  # the first of January 2010, 12:00 GMT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"120", 120.0),
        (b" 1.5 ", 1.5),
        (b"-3", 0.0),
        (b"Fri, 01 Jan 2010 12:02:00 GMT", 120.0),
        (b"Friday, 01-Jan-10 12:02:00 GMT", 120.0),
        (b"Fri, 01 Jan 2010 11:00:00 GMT", 0.0),
        (b"soon", None),
        (b"Fri, 99 Jan 2010 11:00:00 GMT", None),
        (b"", None),
        (None, None),
    ],
)
def test_retry_after_names_seconds_or_a_date(header: bytes | None, seconds: float | None):
    assert retry_after(header, NOON) == seconds


def test_pauses_are_doubled_up_to_two_minutes():
    assert [pause_of(tries) for tries in (0, 1, 2, 5, 6, 10)] == [2, 4, 8, 64, 120, 120]


def test_what_is_broken_off_for_its_size_is_told_from_what_fails():
    assert is_too_large(DownloadCancelledError("Expected to receive 9 bytes which is larger than …"))
    assert is_too_large(DownloadCancelledError())
    assert is_too_large(IgnoreRequest("… exceeded DOWNLOAD_MAXSIZE (1 B) during decompression."))
    assert not is_too_large(IgnoreRequest("max redirections reached"))
    assert not is_too_large(DownloadTimeoutError())


def test_a_response_becomes_a_page():
    response = HtmlResponse("https://a.example/b", body=b"drawn", status=403, headers={"Server": "drawn"})
    page = to_page(response)
    assert (str(page.url), bytes(page.body), page.status) == ("https://a.example/b", b"drawn", 403)
    assert page.headers["server"] == "drawn"


def test_settings_of_scrapy_follow_those_of_the_harvest(tmp_path: Path):
    settings = scrapy_settings(HarvestSettings(delay=7, longest_delay=5, contact="me@example.org"), tmp_path)
    assert settings["USER_AGENT"] == user_agent("me@example.org")
    assert (settings["DOWNLOAD_DELAY"], settings["AUTOTHROTTLE_MAX_DELAY"]) == (7, 7)
    assert settings["ROBOTSTXT_OBEY"]
    assert "PublicResolver" in settings["TWISTED_DNS_RESOLVER"]
    assert "no contact given" in user_agent("")


# The cache


@pytest.fixture
def spider(tmp_path: Path) -> Spider:
    crawler = Crawler(Spider, Settings(scrapy_settings(HarvestSettings(), tmp_path)))
    crawler.request_fingerprinter = RequestFingerprinter(crawler)
    return Spider.from_crawler(crawler, name="drawn")


def cache_of(spider: Spider) -> PageCache:
    cache = PageCache(spider.settings)
    cache.open_spider(spider)
    return cache


PAGE = Request("https://a.example/page")


def kept(body: bytes, **headers: str) -> Response:
    return Response(PAGE.url, body=body, headers=headers)


def test_a_page_is_kept(spider: Spider):
    cache = cache_of(spider)
    assert cache.retrieve_response(spider, PAGE) is None
    for body in (b"drawn", b"drawn again"):
        cache.store_response(spider, PAGE, kept(body))
        found = cache.retrieve_response(spider, PAGE)
        assert found is not None
        assert found.body == body


@pytest.mark.parametrize("part", ["pickled_meta", "response_body", "response_headers", "response_data"])
def test_a_damaged_page_is_as_good_as_none(spider: Spider, tmp_path: Path, part: str):
    cache = cache_of(spider)
    cache.store_response(spider, PAGE, kept(b"drawn"))
    (path,) = tmp_path.rglob(part)
    path.write_bytes(path.read_bytes()[:12])
    assert cache.retrieve_response(spider, PAGE) is None


def test_a_page_whose_keeping_was_cut_off_is_not_there(spider: Spider, tmp_path: Path):
    cache = cache_of(spider)
    cache.store_response(spider, PAGE, kept(b"drawn"))
    (path,) = tmp_path.rglob("pickled_meta")
    path.parent.rename(f"{path.parent}.part")
    assert cache.retrieve_response(spider, PAGE) is None
    cache.store_response(spider, PAGE, kept(b"drawn again"))
    assert cache.retrieve_response(spider, PAGE) is not None


def test_a_disk_that_takes_nothing_says_so(spider: Spider, tmp_path: Path):
    (tmp_path / "cache").write_bytes(b"")
    with pytest.raises(PageCacheError) as error:
        cache_of(spider).store_response(spider, PAGE, kept(b"drawn"))
    assert isinstance(error.value.reason, OSError)


def test_a_page_is_fresh_only_when_its_publisher_says_so(spider: Spider):
    policy = PagePolicy(spider.settings)
    old, now = "Fri, 01 Jan 2010 12:00:00 GMT", time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
    request = PAGE.copy()
    assert not policy.is_cached_response_fresh(kept(b"a", Date=now, ETag='"e"', **{"Last-Modified": old}), request)
    assert (request.headers["If-None-Match"], request.headers["If-Modified-Since"]) == (b'"e"', old.encode())
    assert policy.is_cached_response_fresh(kept(b"a", Date=now, **{"Cache-Control": "max-age=600"}), PAGE.copy())


def test_refusals_are_not_kept(spider: Spider):
    policy = PagePolicy(spider.settings)
    headers = {"Cache-Control": "max-age=600"}
    assert policy.should_cache_response(Response(PAGE.url, headers=headers), PAGE)
    assert not policy.should_cache_response(Response(PAGE.url, status=403, headers=headers), PAGE)
