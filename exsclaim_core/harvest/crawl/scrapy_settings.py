"""Scrapy's settings for a harvest: the manners."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from exsclaim_core.harvest.crawl.addresses import ALLOWED
from exsclaim_core.harvest.crawl.robots import LONGEST_WAIT
from exsclaim_core.settings import HarvestSettings

MEGABYTE = 1_000_000
MOST_REDIRECTS = 10
_GUARD = "exsclaim_core.harvest.crawl.addresses.AddressGuard"
_RESOLVER = "exsclaim_core.harvest.crawl.addresses.PublicResolver"
_ROBOTS = "exsclaim_core.harvest.crawl.robots.RobotsMiddleware"
_SCRAPYS_ROBOTS = "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"
_CACHE = "exsclaim_core.harvest.crawl.page_cache.PageCache"


def user_agent(contact: str) -> str:
    """How the harvest introduces itself to publishers."""
    try:
        number = version("exsclaim")
    except PackageNotFoundError:  # a checkout that is not installed
        number = "0"
    return f"exsclaim/{number} ({contact or 'no contact given'})"


def scrapy_settings(settings: HarvestSettings, folder: Path) -> dict[str, Any]:
    """Scrapy's settings; `folder` is that of the harvest."""
    return {
        "USER_AGENT": user_agent(settings.contact),
        "ROBOTSTXT_OBEY": settings.robots,
        "ROBOTSTXT_USER_AGENT": "exsclaim",
        LONGEST_WAIT: settings.longest_wait,
        # One request at a time a publisher: a slot is a publisher.
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": settings.delay,
        # Never below the delay: AutoThrottle alone changes it, and only makes it longer.
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": settings.delay,
        "AUTOTHROTTLE_MAX_DELAY": max(settings.delay, settings.longest_delay),
        # A publisher that answers slowly rests for as long as it has worked. With 1.0 it would never: the next request
        # waits for the answer anyway.
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 0.5,
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": int(settings.page_size * MEGABYTE),
        "DOWNLOAD_WARNSIZE": 0,
        # The pages of searches and articles: asked for again, they are asked whether they have changed.
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_DIR": str(folder / "cache"),
        "HTTPCACHE_STORAGE": _CACHE,
        "HTTPCACHE_POLICY": "exsclaim_core.harvest.crawl.page_cache.PagePolicy",
        "HTTPCACHE_GZIP": True,
        # Repeated requests are the state's business: it survives this process.
        "RETRY_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "REDIRECT_MAX_TIMES": MOST_REDIRECTS,
        # Addresses of interfaces hold keys, and where somebody comes from is nobody's business.
        "REFERRER_POLICY": "no-referrer",
        "COOKIES_ENABLED": True,  # some publishers lead a reader through a page that sets one
        "DOWNLOADER_MIDDLEWARES": {_GUARD: 50, _SCRAPYS_ROBOTS: None, _ROBOTS: 100},
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None},
        ALLOWED: settings.private_addresses,
        **({} if settings.private_addresses else {"TWISTED_DNS_RESOLVER": _RESOLVER}),
        "TELNETCONSOLE_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,  # the process has one, which leaves out keys
        "LOGSTATS_INTERVAL": 300.0,
    }
