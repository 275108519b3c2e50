"""What publishers give instead of an article, drawn; and articles that only look like it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from web_poet import HttpResponse

from exsclaim_core.harvest.refusals import refusal

TEXT = "Rods of tin were drawn at several temperatures, and their length was measured. " * 80


def page(title: str = "", body: str = "", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def respond(body: str | bytes, status: int | None = None, headers: dict[str, str] | None = None) -> HttpResponse:
    content = body if isinstance(body, bytes) else body.encode()
    return HttpResponse("saved.html", content, status=status, headers=headers or {})


CHALLENGES = {
    "Cloudflare, a check": page(
        "Just a moment...",
        '<noscript><span id="challenge-error-text">Enable JavaScript and cookies to continue</span></noscript>'
        "<script>window._cf_chl_opt={cType:'managed'}</script>",
    ),
    "Cloudflare in another language": page("Un momento...", "<script>window._cf_chl_opt = {cvId: '3'};</script>"),
    "Cloudflare, a form": page("Please wait", '<form id="challenge-form" action="/x" method="POST"></form>'),
    "Cloudflare before 2020": page("drawn.example", '<input type="hidden" name="jschl_vc" value="1">'),
    "Cloudflare, attention": page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>"),
    "Cloudflare, a rule": page("Access denied", '<div id="cf-error-details"><h1>Error 1020</h1></div>'),
    "Cloudflare, a bare message": "error code: 1020",
    "Akamai": page(
        "Access Denied",
        "<H1>Access Denied</H1>You don't have permission to access this on this server.<P>Reference&#32;&#35;18.0a</P>",
    ),
    "Akamai, a check": page("", '<div id="sec-if-cpt-container"></div><script src="/_sec/cp_challenge/x.js"></script>'),
    "PerimeterX": page("Access to this page has been denied.", '<div id="px-captcha"></div>'),
    "DataDome": page(
        "drawn.example",
        "<script>var dd={'rt':'c'}</script><script src='https://ct.captcha-delivery.com/c.js'></script>",
    ),
    "DataDome, data": '{"url":"https://geo.captcha-delivery.com/captcha/?cid=1"}',
    "Imperva": page(
        "", '<iframe src="/_Incapsula_Resource?CWUDNSAI=1">Request unsuccessful. Incapsula incident ID: 1-2</iframe>'
    ),
    "Imperva, a script": page(
        "",
        '<script src="/_Incapsula_Resource?SWJIYLWA=1"></script><noscript>Enable JavaScript to continue</noscript>',
    ),
    "Distil": page("Pardon Our Interruption", "<h1>Pardon Our Interruption...</h1>"),
    "Radware": page("Radware Bot Manager Captcha", "<p>We apologize for the inconvenience.</p>"),
    "Amazon": page("", "<script>window.awsWafCookieDomainList = [];</script>"),
    "Sucuri": page("Access Denied", "<h1>Access Denied - Sucuri Website Firewall</h1>"),
    "Anubis": page("Making sure you&#39;re not a bot!", "<p>Loading...</p>"),
    "a search engine": page("Sorry...", "<p>Our systems have detected unusual traffic from your computer network.</p>"),
    "a puzzle": page(
        "drawn.example",
        '<p>Please confirm that you are not a robot.</p><div class="g-recaptcha" data-sitekey="1"></div>',
    ),
    "a publisher's own": page("", "<p>There was a problem providing the content you requested</p><p>Reference 1</p>"),
    "some script": page(
        "", "<script src='/x.js'></script><p>Checking your browser before accessing drawn.example.</p>"
    ),
}


@pytest.mark.parametrize("name", CHALLENGES)
@pytest.mark.parametrize("status", [None, 200, 403, 503])
def test_challenges_are_known_by_their_content(name: str, status: int | None):
    found = refusal(respond(CHALLENGES[name], status))
    assert found is not None
    assert found[0] == "blocked"
    assert found[1]


def test_the_reason_names_the_guard_and_the_status():
    assert refusal(respond(CHALLENGES["Akamai"], 403)) == ("blocked", "Akamai denies access (status 403)")


def test_a_header_tells_of_a_challenge():
    found = refusal(respond(page("Drawn"), 200, {"CF-Mitigated": "challenge"}))
    assert found == ("blocked", "a guard answers with: challenge")


def test_a_forbidden_page_is_blocked():
    assert refusal(respond(page("403 Forbidden"), 403)) == ("blocked", "status 403: forbidden")


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        ("", 429, {}),
        (CHALLENGES["PerimeterX"], 429, {}),
        (page("Service Unavailable"), 503, {"Retry-After": "120"}),
        (page("Access denied | drawn.example", "<p>You are being rate limited. Error 1015</p>"), 200, {}),
        ("error code: 1015", None, {}),
    ],
)
def test_too_many_requests(body: str, status: int | None, headers: dict[str, str]):
    found = refusal(respond(body, status, headers))
    assert found is not None
    assert found[0] == "rate limited"


LOGIN = '<form action="/login"><input name="user"><input type="password" name="secret"></form>'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 401),
        ("", 402),
        (page("Log In | Drawn Journals", LOGIN), 200),
        (page("Institutional Login", "<a href='/shibboleth'>Find your university</a>"), None),
        (page("Drawn Journals: Sign in", LOGIN), 403),
        (page("Purchase access", "<p>Purchase this article for 10 crowns.</p>"), 200),
        (page("Drawn Journals", f"<p>Access to this article requires a login: log in to read on.</p>{LOGIN}"), 200),
    ],
)
def test_logins_and_purchases_are_closed(body: str, status: int | None):
    found = refusal(respond(body, status))
    assert found is not None
    assert found[0] == "closed"


METAS = '<meta name="citation_title" content="Drawn"><meta name="citation_doi" content="10.5555/drawn.1">'


@pytest.mark.parametrize(
    "body",
    [
        page("Drawn rods", '<div class="g-recaptcha"></div><p>Please confirm that you are not a robot.</p>', METAS),
        page("Just a moment of rods", f"<p>{TEXT}</p>"),
        page("Captcha puzzles that ask if you are a robot", f"<p>{TEXT}</p><script src='/recaptcha/api.js'></script>"),
        page("Drawn", f"<p>{TEXT}</p><script src='/_Incapsula_Resource?SWJIYLWA=1'></script>{LOGIN}"),
        page("Drawn rods", "<p>Short.</p><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
        page("Search results", "<p>2 results for: captcha</p><a href='/1'>Breaking a captcha</a>"),
        page("Drawn App", "<noscript>You need to enable JavaScript to run this app.</noscript><script></script>"),
        page("Drawn rods", f"<p>Rods were drawn.</p><a>Get access</a>{LOGIN}", METAS),
        page("404 Not Found", "<h1>Not found</h1>"),
        '<?xml version="1.0"?><article><front><article-title>Access denied: captcha</article-title></front></article>',
        json.dumps({"title": "A captcha", "abstract": TEXT}),
        json.dumps({"hits": [{"title": "Are you a robot?"}]}),
    ],
)
@pytest.mark.parametrize("status", [None, 200])
def test_no_refusal(body: str, status: int | None):
    assert refusal(respond(body, status)) is None


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"\x00\x01\x02", b"%PDF-1.4 captcha", b"\xff\xfe<\x00h\x00", b"<html", b"<!---->"]
)
def test_bodies_that_are_no_text(body: bytes):
    assert refusal(respond(body, 200)) is None
    assert refusal(respond(body, 403)) == ("blocked", "status 403: forbidden")


def test_other_failures_are_no_refusals():
    assert refusal(respond(page("Oops"), 500)) is None
    assert refusal(respond(page("Oops"), 503)) is None
    assert refusal(respond(page("Gone"), 404)) is None


def test_the_challenges_of_the_benchmark_and_nothing_else(shared: Path):
    lines = (shared / "web" / "manifest.jsonl").read_text().splitlines()
    for each in map(json.loads, lines):
        found = refusal(respond((shared / "web" / each["path"]).read_bytes()))
        assert (found is not None and found[0] == "blocked") == each["kind"].startswith("blocked"), each["path"]
