"""Only public addresses of the web are fetched: what a page or a redirect names may be this machine or its network."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

ALLOWED = "HARVEST_PRIVATE_ADDRESSES"  # setting of Scrapy's, with which private addresses are fetched too
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".home.arpa", ".lan")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")  # the last part of an IPv4 address, in one of its spellings
_NO_NAME = re.compile(r"[^a-z0-9._-]")
# Of IPv6, what is neither here nor a translated address of IPv4 is given to nobody or means this machine or network.
_GIVEN = ipaddress.ip_network("2000::/3")
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
_PROTOCOLS = ipaddress.ip_network("192.0.0.0/24")  # which some versions of Python take for public


class RefusedAddressError(IgnoreRequest):
    """An address that is not to be fetched."""


class RefusedNameError(RefusedAddressError, DNSLookupError):
    """A name that means an address that is not to be fetched; for Twisted, one that means none."""

    def __str__(self) -> str:
        return str(self.args[0])


# What the resolver has refused, by name: a download tells no more than that a name means nothing.
_refused_names: dict[str, str] = {}


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

    def process_exception(self, request: Request, exception: Exception) -> None:
        """RefusedAddressError where a download has failed because its host's name was refused."""
        if reason := _refused_names.get(urlsplit(request.url).hostname or ""):
            raise RefusedAddressError(reason) from exception


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
        answer = super().getHostByName(name, timeout)
        # A proxy is named by whoever runs this, and may well be on the own network.
        return answer if name in _proxies() else answer.addCallback(_checked, name)


def refusal_of(url: str, private: bool = False) -> str:
    """Why a URL is not to be fetched, as far as it tells by itself; "" for one that may be."""
    try:
        parts = urlsplit(url)
        # What is connected to in the end: letters of other alphabets and escapes can spell an address, too.
        host = unquote(parts.hostname or "").encode("idna").decode().lower().rstrip(".")
        _ = parts.port
        address = _address(host)
    except (ValueError, OSError):
        return f"{url} is no address"
    if parts.scheme not in ("http", "https"):
        return f"{url} is neither http nor https"
    if not host:
        return f"{url} names no host"
    if private:
        return ""
    if host == "localhost" or host.endswith(_LOCAL_NAMES) or ("." not in host and ":" not in host):
        return f"{host} is on this machine or its network"
    # What a name means is checked when it is resolved.
    return "" if address is None or is_public(address) else f"{host} is on this machine or its network"


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is one of the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _TRANSLATED:
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if inner is None:
            return address in _GIVEN and address.is_global
        address = inner
    return address.is_global and not address.is_multicast and address not in _PROTOCOLS


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is; None for a name. ValueError or OSError for neither.

    The resolver reads IPv4 addresses with fewer than four parts, and octal and hexadecimal ones, as C does.
    """
    if ":" in host:
        return ipaddress.IPv6Address(host.partition("%")[0])
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return ipaddress.IPv4Address(socket.inet_aton(host))
    if _NO_NAME.search(host):
        raise ValueError(f"{host} is no name")
    return None


def _checked(address: str, name: str) -> str:
    if not is_public(ipaddress.ip_address(address)):
        _refused_names[name] = f"{name} is {address}, on this machine or its network"
        raise RefusedNameError(_refused_names[name])
    return address


def _proxies() -> set[str]:
    """Hosts of the proxies that the environment names."""
    urls = (url if "://" in url else f"//{url}" for url in getproxies().values())
    return {urlsplit(url).hostname or "" for url in urls}
