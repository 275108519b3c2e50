"""What is not fetched: addresses of this machine and its network, in all their spellings."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.resolver import dnscache

from exsclaim_core.harvest.crawl.addresses import (
    AddressGuard,
    PublicResolver,
    RefusedAddressError,
    is_public,
    refusal_of,
)

# Each is given by the number of its standard, or as what it is known for.
PRIVATE = {
    "loopback": ["127.0.0.1", "127.255.255.254"],
    "this network": ["0.0.0.0", "0.1.2.3"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    "link-local, services of clouds": ["169.254.169.254"],
    "shared by a provider": ["100.64.0.1"],
    "multicast": ["224.0.0.1", "239.255.255.250"],
    "broadcast and reserved": ["255.255.255.255", "240.0.0.1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1"],
    "protocols and measurements": ["192.0.0.192", "198.18.0.1"],
    "fewer parts": ["127.1", "127.0.1", "2130706433", "0", "10.1"],
    "hexadecimal": ["0x7f.0.0.1", "0x7f000001", "0xA.0.0.1", "127.0.0.0x1"],
    "octal": ["0177.0.0.1", "017700000001", "0300.0250.0.1", "127.00.0.01"],
    "IPv6": ["[::1]", "[::]", "[0:0:0:0:0:0:0:1]"],
    "IPv6, link-local": ["[fe80::1]", "[fe80::1%eth0]", "[fe80::1%25eth0]"],
    "IPv6, private and site-local": ["[fc00::1]", "[fd12:3456::1]", "[fec0::1]"],
    "IPv6, multicast": ["[ff02::1]", "[ff0e::1]"],
    "IPv6, documentation": ["[2001:db8::1]"],
    "IPv4 in IPv6, mapped": ["[::ffff:127.0.0.1]", "[::ffff:a00:1]"],
    "IPv4 in IPv6, compatible": ["[::127.0.0.1]", "[::10.0.0.1]"],
    "IPv4 in IPv6, translated": ["[::ffff:0:127.0.0.1]"],
    "IPv4 in IPv6, 6to4": ["[2002:7f00:1::]", "[2002:c0a8:101::1]"],
    "IPv4 in IPv6, NAT64": ["[64:ff9b::127.0.0.1]", "[64:ff9b::a00:1]", "[64:ff9b:1::1.1.1.1]"],
    "IPv4 in IPv6, Teredo": ["[2001:0:4136:e378:8000:63bf:80ff:fffe]"],
    "names": ["localhost", "LOCALHOST", "a.localhost", "router", "printer.local", "db.internal", "nas.home.arpa"],
    "with dots behind": ["127.0.0.1.", "localhost.", "printer.local.", "10.1."],
    "other letters and figures": [
        "１２７.0.0.1",
        "①②⑦.0.0.1",
        "127。0。0。1",
        "ⓛocalhost",
        "loc\u00adalhost",
        "１０．1",
    ],
    "escaped": ["%31%32%37.0.0.1", "loc%61lhost", "%6C%6f%63alhost%2E"],
}
PUBLIC = [
    *("1.1.1.1", "1.1", "0x1.1.1.1", "[2606:4700::1111]", "[::ffff:1.1.1.1]", "[2002:101:101::1]"),
    *(
        "[64:ff9b::1.1.1.1]",
        "publisher.example",
        "PUBLISHER.example.",
        "bücher.example",
        "a_b.example",
        "xn--bcher-kva.example",
    ),
]
NO_HOSTS = ["[::1", "[g::1]", "1.2.3.4.5", "256.0.0.1", "127.0.0.1..", "a..b", "127.0.0.1%2f", "local%00host.example"]


@pytest.mark.parametrize("host", [host for hosts in PRIVATE.values() for host in hosts])
def test_private(host: str) -> None:
    for url in (
        f"http://{host}/",
        f"https://{host}:8080/a?b#c",
        f"http://publisher.example:80@{host}",
        f"HTTP://{host}",
    ):
        assert refusal_of(url).endswith("is on this machine or its network")
        assert refusal_of(url, private=True) == ""


@pytest.mark.parametrize("host", PUBLIC)
def test_public(host: str) -> None:
    for url in (f"http://{host}/", f"https://{host}:8080/a", f"http://127.0.0.1@{host}/", f"https://{host}/127.0.0.1"):
        assert refusal_of(url) == ""


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_is_no_host(host: str) -> None:
    assert refusal_of(f"http://{host}/", private=True) == f"http://{host}/ is no address"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/hostname", "file:///etc/hostname is neither http nor https"),
        ("ftp://publisher.example/a", "ftp://publisher.example/a is neither http nor https"),
        ("data:text/html,a", "data:text/html,a is neither http nor https"),
        ("javascript:a()", "javascript:a() is neither http nor https"),
        ("//publisher.example/a", "//publisher.example/a is neither http nor https"),
        ("", " is neither http nor https"),
        ("http:///a", "http:///a names no host"),
        ("http://me@/a", "http://me@/a names no host"),
        ("http://publisher.example:99999/", "http://publisher.example:99999/ is no address"),
        ("http://publisher.example:a/", "http://publisher.example:a/ is no address"),
    ],
)
def test_what_is_no_address_of_the_web(url: str, reason: str) -> None:
    assert refusal_of(url) == reason
    assert refusal_of(url, private=True) == reason


@given(st.ip_addresses(v=4))
def test_address_of_ipv4_is_judged_alike_in_every_spelling(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    dotted = [f"{part:#o}".replace("0o", "0") for part in address.packed]
    wrapped = [f"::ffff:{address}", f"64:ff9b::{address}", f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"]
    for host in (str(address), str(number), f"{number:#x}", ".".join(dotted), *(f"[{each}]" for each in wrapped)):
        # A number alone has no dot, as a name of the own network.
        assert bool(refusal_of(f"http://{host}/")) is (not is_public(address) or not {".", ":"} & set(host))


@given(st.text(max_size=12), st.booleans())
def test_any_text_is_judged(text: str, private: bool) -> None:
    refusal_of(text, private)
    refusal_of(f"http://{text}/", private)


def test_guard_sees_requests() -> None:
    AddressGuard(private=False).process_request(Request("https://publisher.example/a"))
    AddressGuard(private=True).process_request(Request("http://127.0.0.1/a"))
    for url in ("http://127.0.0.1/a", "http://１２７.1/a", "http://[::1]/"):
        with pytest.raises(RefusedAddressError, match="on this machine or its network"):
            AddressGuard(private=False).process_request(Request(url))


@pytest.mark.parametrize(("address", "refused"), [("10.0.0.7", True), ("127.0.0.1", True), ("1.1.1.1", False)])
def test_name_that_means_a_private_address_is_not_connected_to(address: str, refused: bool) -> None:
    came: list[Any] = []
    nobody: Any = None  # is asked: the name is in the cache
    resolver = PublicResolver(reactor=nobody, cache_size=10, timeout=1.0)
    dnscache["publisher.example"] = address
    try:
        resolver.getHostByName("publisher.example").addBoth(came.append)
    finally:
        dnscache.clear()
    (answer,) = came
    if refused:
        assert isinstance(answer.value, RefusedAddressError)
        assert str(answer.value) == f"publisher.example is {address}, on this machine or its network"
    else:
        assert answer == address
