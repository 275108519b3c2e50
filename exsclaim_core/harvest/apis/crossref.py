"""Crossref: metadata, licences and full-text links of everything that publishers have registered a DOI for.

Crossref knows neither phrases nor "all of these words": it ranks works by how well they fit. What does not hold the
words of a search is for the caller to leave out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from typing import Any
from urllib.parse import quote, urlencode

from exsclaim_core.harvest.apis.answers import (
    HTTP,
    doi_in,
    entries,
    json_object,
    parameters_of,
    text_of,
    whole_number,
    with_parameters,
    without_tags,
)
from exsclaim_core.harvest.licences import allows_redistribution, licence_url
from exsclaim_core.harvest.markup import squeezed
from exsclaim_core.harvest.records import Article, SearchHit, SearchPage
from exsclaim_core.harvest.search import Search

BASE = "https://api.crossref.org"
_MOST_ROWS = 1000
_LAST_OFFSET = 10_000  # paging by offset ends here; a cursor goes on
# All of them are on Crossref's list of what may be selected: one that is not fails the whole search.
_FIELDS = (
    *("DOI", "type", "title", "subtitle", "author", "container-title", "publisher", "issued"),
    *("published-online", "published-print", "posted", "abstract", "license", "link", "URL", "resource"),
)
_SORTS = {"relevant": ("relevance", "desc"), "recent": ("published", "desc"), "old": ("published", "asc")}
# Of one version, the licence that started last is the one that holds. Licences for text mining hold for programs only.
_LICENCE_VERSIONS = ("vor", "unspecified", "am", "stm-asf", "tdm")
_LINK_VERSIONS = ("vor", "unspecified", "am")
_LINK_USES = ("text-mining", "unspecified", "syndication", "similarity-checking")


def search_url(search: Search, base: str = BASE) -> str:
    """The address of the first page of journal articles with a link to their full text, ready for deep paging."""
    filters = ["type:journal-article", "has-full-text:true"]
    if search.open_only:
        # Licences can only be asked for by their exact URL: the answer's articles say whether theirs is an open one.
        filters.append("has-license:true")
    if search.since:
        filters.append(f"from-pub-date:{search.since.isoformat()}")
    if search.until:
        filters.append(f"until-pub-date:{search.until.isoformat()}")
    sort, order = _SORTS[search.sort_by]
    parameters = {
        "query.bibliographic": " ".join(search.terms),
        "filter": ",".join(filters),
        "sort": sort,
        "order": order,
        "rows": str(min(search.page_size, _MOST_ROWS)),
        "cursor": "*",
        "select": ",".join(_FIELDS),
    }
    return f"{base}/works?{urlencode(parameters)}"


def work_url(doi: str, base: str = BASE) -> str:
    """The address of what Crossref knows of one DOI."""
    return f"{base}/works/{quote(doi, safe='')}"


def with_contact(url: str, mailto: str) -> str:
    """The address with that of a person to write to: Crossref answers such requests from a faster pool."""
    return with_parameters(url, mailto=mailto)


def read_answer(body: bytes, url: str, today: date | None = None) -> SearchPage | Article | None:
    """The works of a list, or the one work asked for; None for anything else, damaged answers too.

    Licences count from their start on: up to `today`, or the day of the call. ValueError with Crossref's own words
    where it refuses the request.
    """
    answer = json_object(body)
    message = answer.get("message")
    if answer.get("status") in ("failed", "error") and str(answer.get("message-type")) in (
        *("validation-failure", "exception", "error", "timeout"),
    ):
        raise ValueError(f"Crossref refuses the request: {_complaint(message) or 'it does not say why'}")
    today = today or date.today()
    if answer.get("message-type") == "work-list" and isinstance(message, dict):
        works = [work for work in entries(message.get("items")) if doi_in(text_of(work.get("DOI")))]
        articles = [_article(work, today) for work in works]
        total = message.get("total-results")
        return SearchPage(
            tuple(SearchHit(article.article_url, article) for article in articles),
            total if isinstance(total, int) else None,
            _next_url(url, message),
        )
    work = _work(answer)
    return _article(work, today) if work else None


def full_text_links(body: bytes) -> tuple[tuple[str, str], ...]:
    """Address and content type of each PDF or XML of the one work in an answer, the best of them first.

    The published version goes before the accepted manuscript, links for text mining before those for other purposes.
    """
    return tuple(_full_texts(_work(json_object(body)) or {}))


def _next_url(url: str, message: dict[str, Any]) -> str:
    asked, items = parameters_of(url), entries(message.get("items"))
    if "cursor" in asked:
        # The last page has a cursor as well: it is known by being short.
        cursor = text_of(message.get("next-cursor"))
        rows = whole_number(asked.get("rows")) or whole_number(message.get("items-per-page")) or len(items)
        return with_parameters(url, cursor=cursor) if cursor and items and len(items) >= rows else ""
    following = (whole_number(asked.get("offset")) or 0) + len(items)
    more = items and following < (whole_number(message.get("total-results")) or 0)
    return with_parameters(url, offset=str(following)) if more and following < _LAST_OFFSET else ""


def _complaint(message: object) -> str:
    if isinstance(message, str):
        return squeezed(message)
    return "; ".join(filter(None, (text_of(entry.get("message")) for entry in entries(message))))


def _work(answer: dict[str, Any]) -> dict[str, Any] | None:
    """The one work of an answer, in Crossref's envelope or, as resolvers of DOIs hand it out, without."""
    message = answer.get("message")
    work = message if answer.get("message-type") == "work" else answer if answer.get("source") == "Crossref" else None
    return work if isinstance(work, dict) and doi_in(text_of(work.get("DOI"))) else None


def _article(work: dict[str, Any], today: date) -> Article:
    doi = doi_in(text_of(work.get("DOI")))
    licence = _licence(work, today)
    redistribution = allows_redistribution(licence)
    return Article(
        doi=doi,
        title=_title(work),
        authors=tuple(filter(None, map(_author, entries(work.get("author"))))),
        journal=_journal(work),
        publisher=text_of(work.get("publisher")),
        date=_date(work),
        abstract=without_tags(text_of(work.get("abstract"))),
        licence=licence,
        redistribution=redistribution,
        open=True if redistribution else None,
        article_url=_page(work) or f"https://doi.org/{quote(doi, safe='/:;()')}",
        pdf_url=next((link for link, kind in _full_texts(work) if kind == "application/pdf"), ""),
        article_type=text_of(work.get("type")).lower(),
    )


def _title(work: dict[str, Any]) -> str:
    title, subtitle = (without_tags(text_of(work.get(name))) for name in ("title", "subtitle"))
    return f"{title.rstrip(':')}: {subtitle}" if title and subtitle and subtitle not in title else title or subtitle


def _author(author: dict[str, Any]) -> str:
    """ "Given Family Jr", or the name of a group."""
    parts = (text_of(author.get(name)) for name in ("given", "family", "suffix"))
    return without_tags(" ".join(filter(None, parts)) or text_of(author.get("name")))


def _journal(work: dict[str, Any]) -> str:
    names = work.get("container-title")
    if isinstance(names, list) and text_of(work.get("type")).startswith("book"):
        names = names[::-1]  # the series comes first, the book last
    return without_tags(text_of(names)) or next(
        (text_of(place.get("name")) for place in entries(work.get("institution"))), ""
    )


def _date(work: dict[str, Any]) -> str:
    """The first date of publication, to the day where any of the dates that agree with it tells the day."""
    first, *others = (_iso_date(work.get(name)) for name in ("issued", "published-online", "published-print", "posted"))
    return max((day for day in others if day.startswith(first)), key=len, default="") or first


def _iso_date(value: object) -> str:
    rows = value.get("date-parts") if isinstance(value, dict) else None
    parts = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], list) else []
    numbers = takewhile(bool, map(whole_number, parts[:3]))
    return "-".join(f"{number:0{width}d}" for number, width in zip(numbers, (4, 2, 2), strict=False))


def _licence(work: dict[str, Any], today: date) -> str:
    """The licence that holds today: of the published version first, then of the accepted manuscript."""
    held = []
    for licence in entries(work.get("license")):
        start, url = _iso_date(licence.get("start")), licence_url(text_of(licence.get("URL")))
        if url and start <= today.isoformat():
            rank = _rank(_LICENCE_VERSIONS, licence.get("content-version"))
            held.append((-rank, start, bool(allows_redistribution(url)), url))
    return max(held)[3] if held else ""


def _full_texts(work: dict[str, Any]) -> Iterator[tuple[str, str]]:
    links = sorted(
        entries(work.get("link")),
        key=lambda link: (
            _rank(_LINK_VERSIONS, link.get("content-version")),
            _rank(_LINK_USES, link.get("intended-application")),
        ),
    )
    seen = set()
    for link in links:
        url = text_of(link.get("URL"))
        kind = _content_type(url, text_of(link.get("content-type")).lower())
        if kind and url.startswith(HTTP) and url not in seen:
            seen.add(url)
            yield url, kind


def _content_type(url: str, told: str) -> str:
    """The type of a PDF or XML; "" of other texts. Publishers often leave it to the address to tell."""
    if told in ("application/pdf", "application/xml", "text/xml"):
        return told
    if told not in ("", "unspecified"):
        return ""
    path = re.split(r"[?#]", url.lower(), maxsplit=1)[0]
    if path.endswith(".pdf") or "/pdf/" in path:
        return "application/pdf"
    return "application/xml" if path.endswith(".xml") else ""


def _rank(order: tuple[str, ...], value: object) -> int:
    text = text_of(value) or "unspecified"
    return order.index(text) if text in order else len(order)


def _page(work: dict[str, Any]) -> str:
    """The address of the article's page at its publisher."""
    for resource in entries(work.get("resource")):
        for primary in entries(resource.get("primary")):
            if (url := text_of(primary.get("URL"))).startswith(HTTP):
                return url
    return ""
