"""Only public addresses of the web are fetched: what a page or a redirect names may be this machine or its network."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred

ALLOWED = "HARVEST_PRIVATE_ADDRESSES"  # setting of Scrapy's, with which private addresses are fetched too
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".home.arpa", ".lan")


class RefusedAddressError(IgnoreRequest):
    """An address that is not to be fetched."""


class AddressGuard:
    """Middleware that lets only http and https requests to public hosts pass; it sees redirected requests too."""

    def __init__(self, private: bool) -> None:
        self._private = private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressGuard:
        return cls(crawler.settings.getbool(ALLOWED))

    def process_request(self, request: Request) -> None:
        """RefusedAddressError for what is not to be fetched."""
        if reason := refusal_of(request.url, self._private):
            raise RefusedAddressError(reason)


class PublicResolver(CachingThreadedResolver):
    """Names resolved as by Scrapy; one that means a private address is not connected to.

    The guard sees names only, and whose name it is decides what it means, from one moment to the next.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> PublicResolver:
        if crawler.settings.getbool(ALLOWED):
            raise NotConfigured  # never: the settings name this class only where private addresses are refused
        return super().from_crawler(crawler, reactor)

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802  Twisted's name
        return super().getHostByName(name, timeout).addCallback(_checked, name)


def refusal_of(url: str, private: bool = False) -> str:
    """Why a URL is not to be fetched, as far as it tells by itself; "" for one that may be."""
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return f"{url} is no address"
    if parts.scheme not in ("http", "https"):
        return f"{url} is neither http nor https"
    if not host:
        return f"{url} names no host"
    if private:
        return ""
    if host == "localhost" or host.endswith(_LOCAL_NAMES) or ("." not in host and ":" not in host):
        return f"{host} is on this machine or its network"
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ""  # a name; what it means is checked when it is resolved
    return "" if is_public(address) else f"{host} is on this machine or its network"


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is one of the public internet."""
    if isinstance(address, ipaddress.IPv6Address) and (inner := address.ipv4_mapped or address.sixtofour):
        address = inner
    return address.is_global and not address.is_multicast


def _checked(address: str, name: str) -> str:
    if not is_public(ipaddress.ip_address(address)):
        raise RefusedAddressError(f"{name} is {address}, on this machine or its network")
    return address
