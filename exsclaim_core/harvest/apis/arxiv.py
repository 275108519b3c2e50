"""arXiv: searches answered as Atom feeds, and OAI-PMH records, which alone tell the licence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import quote, urlencode

from lxml import etree

from exsclaim_core.harvest.apis.answers import (
    doi_in,
    json_object,
    parameters_of,
    whole_number,
    with_parameters,
)
from exsclaim_core.harvest.licences import allows_redistribution, licence_url
from exsclaim_core.harvest.markup import plain_text, squeezed
from exsclaim_core.harvest.records import Article, SearchHit, SearchPage
from exsclaim_core.harvest.search import Search
from exsclaim_core.harvest.xml import parse_xml

BASE = "https://export.arxiv.org"
RECORDS = "https://oaipmh.arxiv.org/oai"
_MOST_RESULTS = 2000  # on one page
_FIRST_DAY, _LAST_DAY = date(1991, 1, 1), date(2099, 12, 31)  # of a range that is open on one side
_SORTS = {
    "relevant": ("relevance", "descending"),
    "recent": ("submittedDate", "descending"),
    "old": ("submittedDate", "ascending"),
}
_HOST = re.compile(r"(?:https?://(?:[\w-]+\.)*|oai:)arxiv\.org(?=[/:]|$)", re.I)
# Before April 2007 with the archive's name: "hep-ph/9901001", "math.GT/0309136".
_IDENTIFIER = re.compile(r"(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?$", re.I)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MAIL_DATE = re.compile(r"(?P<day>\d{1,2}) (?P<month>[A-Za-z]{3})[a-z]* (?P<year>\d{4})")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.I)


def search_url(search: Search, base: str = BASE) -> str:
    """The address of the first page of the answer. All of arXiv can be read without payment."""
    clauses = [f'all:"{squeezed(term.replace(chr(34), " "))}"' for term in search.terms]
    if search.since or search.until:
        first, last = search.since or _FIRST_DAY, search.until or _LAST_DAY
        clauses.append(f"submittedDate:[{first:%Y%m%d}0000 TO {last:%Y%m%d}2359]")
    sort_by, order = _SORTS[search.sort_by]
    parameters = {
        "search_query": " AND ".join(clauses),
        "start": "0",
        "max_results": str(min(search.page_size, _MOST_RESULTS)),
        "sortBy": sort_by,
        "sortOrder": order,
    }
    return f"{base}/api/query?{urlencode(parameters)}"


def record_url(identifier: str, base: str = RECORDS) -> str:
    """The address of the record of one article, with its licence."""
    parameters = {"verb": "GetRecord", "identifier": f"oai:arXiv.org:{identifier}", "metadataPrefix": "arXiv"}
    return f"{base}?{urlencode(parameters)}"


def arxiv_doi(identifier: str) -> str:
    """The DOI that arXiv itself gives an article: "10.48550/arxiv.2401.00001", of whatever version."""
    return f"10.48550/arxiv.{identifier.lower()}"


def read_answer(body: bytes, url: str) -> SearchPage | Article | None:
    """The articles of a feed or of a list of records, or the article of one record; None for anything else.

    Damaged answers are none. ValueError with arXiv's own words where it refuses the request, and where a feed lacks
    the articles that it announces, which happens under load: to ask again helps. An answer may also come as it was
    recorded, in a JSON object with its `url` and its `body`.
    """
    recorded = json_object(body)
    if isinstance(recorded.get("body"), str) and isinstance(recorded.get("url"), str):
        body, url = _recorded_bytes(recorded["body"]), url if url.startswith("http") else recorded["url"]
    try:
        root = parse_xml(body)
    except ValueError:
        return None
    if _name(root) == "feed":
        return _feed(root, url)
    if _name(root) == "OAI-PMH":
        return _records(root, url)
    if _name(root) in ("arXiv", "arXivRaw"):
        return _recorded_article(root)
    return None


def _recorded_bytes(text: str) -> bytes:
    """The bytes of an answer that was recorded as text.

    arXiv does not name the encoding of its feeds outside of them, and some clients then take UTF-8 for Latin-1.
    """
    try:
        body = text.encode("latin-1")
        body.decode()
    except UnicodeError:
        return text.encode(errors="replace")
    return body


def _feed(feed: etree._Element, url: str) -> SearchPage | None:
    if not _HOST.match(_text(feed, "id")):
        return None
    found = _children(feed, "entry")
    for entry in found:
        if "/api/errors" in _text(entry, "id"):
            raise ValueError(f"arXiv refuses the request: {_text(entry, 'summary')}")
    articles = [article for article in map(_entry, found) if article]
    total, start = (whole_number(_text(feed, name)) for name in ("totalResults", "startIndex"))
    start = start if start is not None else whole_number(parameters_of(url).get("start")) or 0
    following = start + len(found)
    if total and not found and start < total and parameters_of(url).get("max_results") != "0":
        raise ValueError(f"arXiv gives none of the {total} articles from {start} on")
    more = total is not None and following < total
    return SearchPage(
        tuple(SearchHit(article.article_url, article) for article in articles),
        total,
        with_parameters(url, start=str(following)) if more else "",
    )


def _entry(entry: etree._Element) -> Article | None:
    return _article(
        _text(entry, "id"),
        title=_text(entry, "title"),
        authors=(_text(author, "name") for author in _children(entry, "author")),
        journal=_text(entry, "journal_ref"),
        published=_text(entry, "published")[:10],
        abstract=_text(entry, "summary"),
        doi=_text(entry, "doi"),
    )


def _records(answer: etree._Element, url: str) -> SearchPage | Article | None:
    request = next(iter(_children(answer, "request")), None)
    addresses = [squeezed(request.text or "")] if request is not None else []
    addresses += [_text(header, "identifier") for header in answer.iter("{*}header")]
    if request is None or not any(map(_HOST.match, addresses)):
        return None
    for error in _children(answer, "error"):
        if error.get("code") == "noRecordsMatch":
            return SearchPage((), 0)
        raise ValueError(f"arXiv refuses the request: {plain_text(error) or error.get('code')}")
    articles = [article for article in map(_recorded_article, _metadata(answer)) if article]
    if request.get("verb") == "GetRecord" and len(articles) == 1:
        return articles[0]
    lists = _children(answer, "ListRecords")
    if not articles and not lists:
        return None
    token = next((token for each in lists for token in _children(each, "resumptionToken")), None)
    value = squeezed(token.text or "") if token is not None else ""
    return SearchPage(
        tuple(SearchHit(article.article_url, article) for article in articles),
        whole_number(token.get("completeListSize")) if token is not None else len(articles),
        # A token stands for all the other arguments, and excludes them.
        with_parameters(url.partition("?")[0], verb="ListRecords", resumptionToken=value) if value else "",
    )


def _metadata(answer: etree._Element) -> Iterator[etree._Element]:
    """What the records of an answer hold; nothing for those that are deleted."""
    for metadata in answer.iter("{*}metadata"):
        yield from (child for child in metadata if _name(child) in ("arXiv", "arXivRaw"))


def _recorded_article(record: etree._Element) -> Article | None:
    """The article of a record of the formats arXiv and arXivRaw."""
    authors = [author for group in _children(record, "authors") for author in _children(group, "author")]
    versions = [_text(version, "date") for version in _children(record, "version")]
    return _article(
        _text(record, "id"),
        title=_text(record, "title"),
        authors=map(_author, authors) if authors else _split_authors(_text(record, "authors")),
        journal=_text(record, "journal-ref"),
        published=_text(record, "created") or _mail_date(versions[0] if versions else ""),
        abstract=_text(record, "abstract"),
        doi=_text(record, "doi"),
        licence=licence_url(_text(record, "license")),
    )


def _article(
    address: str,
    title: str,
    authors: Iterable[str],
    journal: str,
    published: str,
    abstract: str,
    doi: str,
    licence: str = "",
) -> Article | None:
    match = _IDENTIFIER.search(address)
    if match is None:
        return None
    identifier = match["id"]
    doi = doi_in(doi)
    return Article(
        doi=doi or arxiv_doi(identifier),
        title=title,
        # Lists of authors set a colon between a collaboration and its members.
        authors=tuple(name for name in authors if any(character.isalpha() for character in name)),
        journal=journal,
        publisher="" if doi else "arXiv",
        date=published,
        abstract=abstract,
        licence=licence,
        redistribution=allows_redistribution(licence),
        open=True,
        article_url=f"https://arxiv.org/abs/{quote(identifier)}",
        pdf_url=f"https://arxiv.org/pdf/{quote(identifier)}",
        article_type="preprint",
    )


def _author(author: etree._Element) -> str:
    return " ".join(filter(None, (_text(author, name) for name in ("forenames", "keyname", "suffix"))))


def _split_authors(text: str) -> list[str]:
    """The names in "A. Gray, B. Lime Jr. (Some Institute) and C. Moss"."""
    depth, outside = 0, ""
    for piece in re.split(r"([()])", text):
        depth = max(0, depth + {"(": 1, ")": -1}.get(piece, 0))
        outside += piece if not depth and piece != ")" else " "
    names: list[str] = []
    for part in re.split(r",| and |;", outside):
        name = squeezed(re.sub(r"^\s*and ", "", part))
        if names and _SUFFIX.fullmatch(name):
            names[-1] += f" {name}"
        elif name:
            names.append(name)
    return names


def _mail_date(text: str) -> str:
    """ "Mon, 2 Apr 2007 19:18:42 GMT" as 2007-04-02; "" for anything else."""
    match = _MAIL_DATE.search(text)
    if match is None or match["month"].lower() not in _MONTHS:
        return ""
    return f"{match['year']}-{_MONTHS.index(match['month'].lower()) + 1:02d}-{int(match['day']):02d}"


def _name(element: etree._Element) -> str:
    """The element's name without its namespace: some copies of records have lost theirs."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if _name(child) == name]


def _text(element: etree._Element, name: str) -> str:
    """The text of the first child of this name that has any; "" where none has."""
    return next((text for text in map(plain_text, _children(element, name)) if text), "")
