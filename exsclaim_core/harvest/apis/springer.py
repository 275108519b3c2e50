"""Springer Nature's interfaces: open-access articles in full as JATS, and metadata as JSON.

They ask for a key in the address. It is added for the request alone: no other address here, and nothing that is read
from an answer, carries it.
"""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from lxml import etree

from exsclaim_core.harvest.apis.answers import (
    doi_in,
    entries,
    host_of,
    json_object,
    parameters_of,
    text_of,
    whole_number,
    with_parameters,
    without_tags,
)
from exsclaim_core.harvest.jats import read_jats
from exsclaim_core.harvest.licences import allows_redistribution, licence_url
from exsclaim_core.harvest.markup import plain_text, squeezed
from exsclaim_core.harvest.records import Article, SearchHit, SearchPage
from exsclaim_core.harvest.search import Search
from exsclaim_core.harvest.xml import parse_xml

BASE = "https://api.springernature.com"
Interface = Literal["openaccess/jats", "openaccess/json", "meta/v2/json"]
_KEY = "api_key"
_KEY_IN_ADDRESS = re.compile(rf"(?<=[?&]){_KEY}=[^&#\s]*&?", re.I)
_MOST_RESULTS = {"openaccess/jats": 20, "openaccess/json": 20, "meta/v2/json": 25}  # on one page, for a free key
_USUAL_SIZE = 10
_ONE_DOI = re.compile(r"""\(?\s*doi:\s*["']?10\.\d{4,9}/[^\s"']+["']?\s*\)?""", re.I)


def search_url(search: Search, base: str = BASE, interface: Interface = "openaccess/jats") -> str:
    """The address of the first page of articles in journals, without the key.

    `openaccess/jats` answers with the open articles themselves, figures included; the others with metadata only.
    """
    clauses = [f'"{squeezed(term.replace(chr(34), " "))}"' for term in search.terms]
    clauses.append("type:Journal")
    if search.since:
        clauses.append(f"onlinedatefrom:{search.since.isoformat()}")
    if search.until:
        clauses.append(f"onlinedateto:{search.until.isoformat()}")
    if search.open_only and interface == "meta/v2/json":
        clauses.append("openaccess:true")
    if search.sort_by != "relevant":
        # The newest come first. An order with the oldest first is not on offer.
        clauses.append("sort:date")
    size = min(search.page_size, _MOST_RESULTS[interface])
    return f"{base}/{interface}?{urlencode({'q': ' '.join(clauses), 's': '1', 'p': str(size)})}"


def with_key(url: str, key: str) -> str:
    """The address to be requested. Only that: it is to be written nowhere."""
    return with_parameters(url, api_key=key) if key else url


def without_key(url: str) -> str:
    """The address as it may be written and shown."""
    return _KEY_IN_ADDRESS.sub("", url).rstrip("?&")


def read_answer(body: bytes, url: str) -> SearchPage | Article | None:
    """The articles that an answer holds, or the one article whose DOI was asked for; None for anything else.

    Damaged answers are none. ValueError with Springer Nature's own words where it refuses the request.
    """
    if answer := json_object(body):
        return _read_json(answer, url)
    if b"<response" not in body[:10_000]:
        return None
    try:
        root = parse_xml(body)
    except ValueError:
        return None
    return _read_xml(root, url) if root.tag == "response" else None


def _read_json(answer: dict[str, Any], url: str) -> SearchPage | Article | None:
    if text_of(answer.get("status")).lower() == "fail":
        message = text_of(answer.get("message"))
        detail = [text_of(error.get("error_description")) for error in entries(answer.get("error"))]
        if message and (any(detail) or "springer" in host_of(url)):
            raise ValueError(_refusal(" ".join([message, *detail]), url))
    result = next(iter(entries(answer.get("result"))), {})
    if not isinstance(answer.get("records"), list) or not ("apiMessage" in answer or "recordsDisplayed" in result):
        return None
    articles = [article for article in map(_article, entries(answer["records"])) if article]
    counts = {name: whole_number(result.get(name)) for name in ("total", "start", "pageLength", "recordsDisplayed")}
    return _page(articles, text_of(answer.get("query")), counts, url)


def _read_xml(response: etree._Element, url: str) -> SearchPage | Article | None:
    if (response.findtext("status") or "").lower() == "fail":
        detail = response.findtext("error/error_description") or ""
        if detail or "springer" in host_of(url):
            raise ValueError(_refusal(f"{response.findtext('message') or ''} {detail}", url))
    result = response.find("result")
    if result is None or response.find("records") is None:
        return None
    counts = {
        name: whole_number(plain_text(*result.iterfind(name)))
        for name in ("total", "start", "pageLength", "recordsDisplayed")
    }
    return _page(list(read_jats(response, without_key(url))), squeezed(response.findtext("query") or ""), counts, url)


def _page(articles: list[Article], query: str, counts: dict[str, int | None], url: str) -> SearchPage | Article:
    asked = parameters_of(url)
    if len(articles) == 1 and _ONE_DOI.fullmatch(query or asked.get("q", "")):
        return articles[0]
    start = counts["start"] or whole_number(asked.get("s")) or 1
    shown = counts["recordsDisplayed"] or len(articles)
    more = shown and start + shown <= (counts["total"] or 0)
    next_url = with_parameters(without_key(url), s=str(start + shown)) if more else ""
    hits = (SearchHit(article.article_url, article) for article in articles)
    return SearchPage(tuple(hits), counts["total"], next_url)


def _refusal(reason: str, url: str) -> str:
    key = parameters_of(url).get(_KEY)
    reason = squeezed(reason)
    return f"Springer Nature refuses the request: {reason.replace(key, '…') if key else reason}"


def _article(record: dict[str, Any]) -> Article | None:
    """The article of a record of metadata; None for chapters, and for what has no DOI."""
    doi = doi_in(text_of(record.get("doi")) or text_of(record.get("identifier")))
    if not doi or text_of(record.get("contentType")).lower().startswith(("chapter", "book")):
        return None
    licence = licence_url(text_of(record.get("license")) or text_of(record.get("copyright")))
    redistribution = allows_redistribution(licence)
    told = str(record.get("openaccess", record.get("openAccess", ""))).lower()
    addresses = {text_of(link.get("format")).lower(): text_of(link.get("value")) for link in entries(record.get("url"))}
    return Article(
        doi=doi,
        title=without_tags(text_of(record.get("title"))),
        authors=tuple(filter(None, (_name(person) for person in entries(record.get("creators"))))),
        journal=without_tags(text_of(record.get("publicationName"))),
        publisher=text_of(record.get("publisherName")) or text_of(record.get("publisher")),
        date=text_of(record.get("onlineDate")) or text_of(record.get("publicationDate")),
        abstract=_abstract(record.get("abstract")),
        licence=licence,
        redistribution=redistribution,
        open=True if redistribution else {"true": True, "false": False}.get(told),
        article_url=_address(addresses.get("html", "")) or f"https://doi.org/{quote(doi, safe='/:;()')}",
        pdf_url=_address(addresses.get("pdf", "")),
        article_type=_article_type(record),
    )


def _name(creator: dict[str, Any]) -> str:
    """ "Family, Given" in the order in which it is spoken."""
    family, _, given = (part.strip() for part in text_of(creator.get("creator")).partition(","))
    return f"{given} {family}".strip()


def _abstract(value: object) -> str:
    """A text, or headings and paragraphs: {"h1": "Abstract", "p": ["…", "…"]}."""
    if isinstance(value, dict):
        paragraphs = value.get("p")
        texts = [text_of(text) for text in (paragraphs if isinstance(paragraphs, list) else [paragraphs])]
        return without_tags(" ".join(filter(None, texts)))
    return without_tags(text_of(value))


def _address(url: str) -> str:
    """An address that leads to the article without another key, and https where Springer Nature offers it."""
    if host_of(url) in ("", "api.springer.com", "api.springernature.com"):
        return ""
    return urlsplit(url)._replace(scheme="https").geturl()


def _article_type(record: dict[str, Any]) -> str:
    """The kind of text ("originalpaper", "reviewpaper"), else the kind of record ("article")."""
    genre = record.get("genre")
    return (text_of(genre) or text_of(record.get("contentType"))).lower()
