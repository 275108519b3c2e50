"""Scrapy's settings for a harvest: the manners."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from exsclaim_core.harvest.crawl.addresses import ALLOWED
from exsclaim_core.settings import HarvestSettings

MEGABYTE = 1_000_000
SHARE_OF_START = 0.5  # of the largest delay, at which AutoThrottle begins at most
_GUARD = "exsclaim_core.harvest.crawl.addresses.AddressGuard"
_RESOLVER = "exsclaim_core.harvest.crawl.addresses.PublicResolver"
_MIDDLEWARES = "scrapy.downloadermiddlewares"


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
        # One request at a time a publisher: a slot is a publisher.
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": settings.delay,
        # Never below the delay: AutoThrottle alone changes it, and only makes it longer.
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": settings.delay,
        "AUTOTHROTTLE_MAX_DELAY": max(settings.delay, settings.longest_delay),
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": int(settings.page_size * MEGABYTE),
        "DOWNLOAD_WARNSIZE": 0,
        # The pages of searches and articles: asked for again, they are asked whether they have changed.
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_DIR": str(folder / "cache"),
        "HTTPCACHE_POLICY": "scrapy.extensions.httpcache.RFC2616Policy",
        "HTTPCACHE_GZIP": True,
        # Repeated requests are the state's business: it survives this process.
        "RETRY_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "COOKIES_ENABLED": True,  # some publishers lead a reader through a page that sets one
        "DOWNLOADER_MIDDLEWARES": {_GUARD: 50},
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None},
        ALLOWED: settings.private_addresses,
        **({} if settings.private_addresses else {"TWISTED_DNS_RESOLVER": _RESOLVER}),
        "TELNETCONSOLE_ENABLED": False,
        "LOG_FILE": str(folder / "log.txt"),
        "LOG_LEVEL": "INFO",
        "LOGSTATS_INTERVAL": 300.0,
    }
