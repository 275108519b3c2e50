"""Europe PMC: searches, full texts in JATS, and the same article by its DOI (europepmc.org/RestfulWebService)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from exsclaim_core.harvest.jats_addresses import EUROPE_PMC, REST, Origin, article_address
from exsclaim_core.harvest.licences import allows_redistribution, licence_url
from exsclaim_core.harvest.markup import squeezed
from exsclaim_core.harvest.records import Article, SearchHit, SearchPage
from exsclaim_core.harvest.search import Search

BASE = "https://www.ebi.ac.uk/europepmc"
LARGEST_PAGE = 1000  # hits, by the service's documentation
_SORTS = {"relevant": "", "recent": "P_PDATE_D desc", "old": "P_PDATE_D asc"}
# Searches between dates have no open ends there.
_FIRST_DAY, _LAST_DAY = "1000-01-01", "3000-12-31"
_FULL_TEXT = re.compile(r"\b(?:PMC|PPR)\d+", re.I)
_PMCID = re.compile(r"\bPMC\d+", re.I)
_BLOCK_TAG = re.compile(r"</?(?:h[1-6]|p|br|div|ul|ol|li|sec|title|list|list-item)\b[^<>]*>", re.I)
_INLINE_TAG = re.compile(
    r"</?(?:i|b|u|em|strong|sup|sub|span|a|small|italic|bold|underline|sc|tt|font|(?:mml:)?m[a-z]+)(?:\s[^<>]*)?/?>",
    re.I,
)
# A record has some of these, besides its number.
_MARKS = frozenset(("authorString", "isOpenAccess", "inEPMC", "pubYear", "journalInfo"))
_FREE = ("OA", "F")  # open access, free


def search_url(search: Search, base: str = BASE) -> str:
    """The address of the first page of the answer to a search."""
    conditions = [_quoted(term) for term in search.terms]
    if search.open_only:
        conditions.append("OPEN_ACCESS:y")
    if search.since or search.until:
        conditions.append(f"FIRST_PDATE:[{search.since or _FIRST_DAY} TO {search.until or _LAST_DAY}]")
    page_size = min(max(search.page_size, 1), LARGEST_PAGE)
    return _query_url(" AND ".join(conditions), page_size, _SORTS[search.sort_by], base)


def lookup_url(doi: str, base: str = BASE) -> str:
    """The address of a search for the article with this DOI."""
    return _query_url(f"DOI:{_quoted(doi)}", 1, "", base)


def full_text_url(article: Article | str, base: str = BASE) -> str:
    """The address of the full text in JATS of an article, or of a number such as "PMC123" or "PPR123".

    "" where an article has no such number, and so no full text there. Only open ones have theirs handed out.
    """
    text = article if isinstance(article, str) else f"{article.article_url} {article.pdf_url}"
    text = f"PMC{text}" if text.isdigit() else text
    found = _FULL_TEXT.search(text)
    return f"{base}{REST}/{found[0].upper()}/fullTextXML" if found else ""


def pmcid(hit: SearchHit) -> str:
    """The article's number in PMC, "PMC123"; "" where it has none."""
    found = _PMCID.search(f"{hit.url} {hit.article.article_url} {hit.article.pdf_url}")
    return found[0].upper() if found else ""


def read_search(body: bytes, url: str = "") -> SearchPage | None:
    """The answer to a search, or records of it that somebody has saved; None where the body is neither.

    The URL is that of the answer. A hit's URL is that of its full text in JATS, of its page where it has none there.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):  # texts that are no Unicode too
        return None
    if isinstance(answer, dict) and isinstance(answer.get("resultList"), dict):
        if "hitCount" not in answer and "version" not in answer:
            return None
        results = [each for each in _every(answer["resultList"].get("result")) if isinstance(each, dict)]
        base = url.partition(REST)[0] if REST in url else BASE
        total = answer.get("hitCount")
        return SearchPage(
            tuple(_hit(result, base) for result in results),
            total if isinstance(total, int) else None,
            _next_url(answer, url) if results else "",
        )
    records = list(_saved_records(answer))
    return SearchPage(tuple(_hit(record, BASE) for record in records)) if records else None


def _quoted(phrase: str) -> str:
    return '"' + squeezed(re.sub(r'["\\]', " ", phrase)) + '"'


def _query_url(query: str, page_size: int, sort: str, base: str) -> str:
    parameters = {
        "query": query,
        "format": "json",
        "resultType": "core",
        "pageSize": str(page_size),
        "cursorMark": "*",
        **({"sort": sort} if sort else {}),
    }
    return f"{base}{REST}/search?{urlencode(parameters, quote_via=quote)}"


def _next_url(answer: dict[str, Any], url: str) -> str:
    """The address of the next page; "" of the last one, whose mark is that of its own place."""
    following = _text(answer.get("nextCursorMark"))
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
    current = parameters.get("cursorMark", _text(_inside(answer, "request", "cursorMark")) or "*")
    if not following or following == current or not parts.netloc:
        return ""
    return urlunsplit(parts._replace(query=urlencode({**parameters, "cursorMark": following}, quote_via=quote)))


def _saved_records(answer: Any) -> Iterator[dict[str, Any]]:
    """Records as the programs getpapers and pygetpapers save them: one, a list of them, or a dict by their numbers."""
    if isinstance(answer, dict) and not _is_record(answer):
        candidates = [each.get("full", each) if isinstance(each, dict) else each for each in answer.values()]
    else:
        candidates = answer if isinstance(answer, list) else [answer]
    if candidates and all(map(_is_record, candidates)):
        yield from candidates


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and {"id", "source", "title"} <= value.keys() and bool(_MARKS & value.keys())


def _hit(record: dict[str, Any], base: str) -> SearchHit:
    source, number = _text(record.get("source")), _text(record.get("id"))
    pmc = _text(record.get("pmcid"))
    doi = _text(record.get("doi")).lower()
    open_ = _text(record.get("isOpenAccess")) == "Y"
    links = [each for each in _every(_inside(record, "fullTextUrlList", "fullTextUrl")) if isinstance(each, dict)]
    free = [link for link in links if _text(link.get("availabilityCode")) in _FREE]
    licence = licence_url(_text(record.get("license")))
    page = (
        next(
            (_text(link.get("url")) for link in free if _text(link.get("site")) == "Europe_PMC" and _is(link, "html")),
            "",
        )
        or article_address(Origin(pmcid=pmc))
        or (f"{EUROPE_PMC.removesuffix('s')}/{source}/{number}" if source and number else "")
        or article_address(Origin(doi=doi))
    )
    article = Article(
        doi=doi,
        title=_plain(_text(record.get("title"))).removesuffix("."),
        authors=tuple(_authors(record)),
        journal=_plain(_text(_inside(record, "journalInfo", "journal", "title")) or _text(record.get("journalTitle"))),
        publisher=_text(_inside(record, "bookOrReportDetails", "publisher")),
        date=_date(record),
        abstract=_plain(_text(record.get("abstractText"))),
        licence=licence,
        redistribution=allows_redistribution(licence),
        # What is not of the open collection may still be free elsewhere.
        open=True if open_ or free else None,
        article_url=page,
        pdf_url=next((_text(link.get("url")) for link in free if _is(link, "pdf")), ""),
        article_type=_article_type(record),
    )
    whole = next(
        (
            each
            for each in (pmc, *map(_text, _every(_inside(record, "fullTextIdList", "fullTextId"))))
            if _FULL_TEXT.fullmatch(each)
        ),
        "",
    )
    return SearchHit(full_text_url(whole, base) if whole and open_ else page, article)


def _is(link: dict[str, Any], style: str) -> bool:
    return _text(link.get("documentStyle")) == style


def _authors(record: dict[str, Any]) -> Iterator[str]:
    listed = [each for each in _every(_inside(record, "authorList", "author")) if isinstance(each, dict)]
    for author in listed:
        given = _text(author.get("firstName")) or _text(author.get("initials"))
        family = _text(author.get("lastName"))
        name = f"{given} {family}".strip() if family else _text(author.get("collectiveName"))
        if name := name or _initials_first(_text(author.get("fullName"))):
            yield _plain(name)
    if not listed:
        names = _text(record.get("authorString")).removesuffix(".").split(",")
        yield from (_initials_first(name.strip()) for name in names if name.strip())


def _initials_first(name: str) -> str:
    """ "Family GH" the other way round."""
    family, _, initials = name.rpartition(" ")
    return f"{initials} {family}" if family and re.fullmatch(r"[A-Z]{1,4}(?:-[A-Z]+)?", initials) else name


def _date(record: dict[str, Any]) -> str:
    dates = (
        *(_text(record.get(name)) for name in ("firstPublicationDate", "electronicPublicationDate")),
        _text(_inside(record, "journalInfo", "printPublicationDate")),
        _text(record.get("pubYear")),
    )
    return next((date for date in dates if re.fullmatch(r"\d{4}(?:-\d{2}){0,2}", date)), "")


def _article_type(record: dict[str, Any]) -> str:
    """ "research", "review", …; "" where nothing but a journal's article is told."""
    types = [_text(each).lower() for each in _every(_inside(record, "pubTypeList", "pubType"))]
    types = [each for each in types if each and each != "journal article" and not each.startswith("research support")]
    known = next((each for each in types if each.endswith("-article")), types[0] if types else "")
    return known.removesuffix("-article")


def _every(value: Any) -> list[Any]:
    """Lists as they are, single values as lists of one: getpapers wraps each value, and pygetpapers unwraps lists."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _inside(value: Any, *names: str) -> Any:
    """What lies under these names; the lists on the way there have one element."""
    for name in names:
        value = next((each.get(name) for each in _every(value) if isinstance(each, dict)), None)
    return value


def _text(value: Any) -> str:
    first = next(iter(_every(value)), "")
    return str(first).strip() if isinstance(first, (str, int)) else ""


def _plain(text: str) -> str:
    """A text without tags of HTML; a lone "<" stays."""
    return squeezed(html.unescape(_INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", text))))
