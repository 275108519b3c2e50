"""Searches at pubs.acs.org: their addresses, and the pages that answer them."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from parsel import Selector

from exsclaim_core.harvest.markup import plain_text, squeezed
from exsclaim_core.harvest.pages.acs import PUBLISHER, SITE, lettered_date, names_publisher, says_free, without_marks
from exsclaim_core.harvest.pages.page import SearchLayout, find_doi
from exsclaim_core.harvest.records import Article, SearchHit, SearchPage
from exsclaim_core.harvest.search import Search, SortBy

_SORT: dict[SortBy, str] = {"relevant": "relevancy", "recent": "Earliest", "old": "Earliest_asc"}
# The publisher asks for both ends of a range of dates: its first journal began in 1879.
_FIRST, _LAST = date(1879, 1, 1), date(9999, 12, 31)
_ARTICLE = re.compile(r"/doi/(?:(?:abs|full|epdf|pdf|pdfplus|ref|suppl)/)?10\.", re.I)
_RANGE = re.compile(r"(?P<first>\d[\d,]*)\s*[-–—]\s*(?P<last>\d[\d,]*)\s+of\s+(?:about\s+|over\s+)?(?P<total>\d[\d,]*)")
_COUNT = re.compile(r"\d[\d,]*")


def search_url(search: Search, base: str = SITE) -> str:
    """The address of the first page of the answer to a search."""
    asked = {"AllField": " ".join('"' + term.replace('"', " ").strip() + '"' for term in search.terms)}
    if search.open_only:
        asked |= {"openAccess": "18", "accessType": "openAccess"}
    else:
        asked |= {"accessType": "allContent"}
    if search.since or search.until:
        asked["Earliest"] = f"[{search.since or _FIRST:%Y%m%d} TO {search.until or _LAST:%Y%m%d}]"
    asked |= {"pageSize": str(search.page_size), "startPage": "0", "sortBy": _SORT[search.sort_by]}
    return f"{base.rstrip('/')}/action/doSearch?{urlencode(asked)}"


class AcsSearchPage(SearchLayout):
    """The list of `/action/doSearch`, since 2018."""

    name = "acs search"
    items: ClassVar[str] = ".issue-item, .search-item, .articleBox"
    title: ClassVar[str] = '[class*="issue-item"][class*="title"] a, .hlFld-Title a, .art_title a'
    authors: ClassVar[str] = ".hlFld-ContribAuthor, .entryAuthor"
    journal: ClassVar[str] = '[class*="jour-name"], cite'
    dates: ClassVar[str] = '.pub-date-value, [class*="epub-date"], [class*="pub-date"]'
    abstracts: ClassVar[str] = ".hlFld-Abstract, .accordion__content .abstract, .abstract-text"
    counts: ClassVar[str] = ".result__count, #resultCount, .search-result__count"
    ranges: ClassVar[str] = '[class*="result__"], .paginationStatus, .search-result__head'
    onward: ClassVar[str] = (
        'a[class*="next"][href*="Page="], a[title*="ext Page"], a[rel=next], link[rel=next], .pagination__next a'
    )
    page_field: ClassVar[str] = "startPage"
    first_page: ClassVar[int] = 0

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        known = names_publisher(selector) or bool(selector.css('a[href*="//pubs.acs.org"], [href*="/achs/"]'))
        lists = selector.css(
            ".search-result, .search-result__body, .result__count, .paginationStatus, #searchResultForm"
        )
        return known and bool(lists) and not selector.css(".article_header, #articleBody")

    def search_page(self) -> SearchPage:
        items = self.css(self.items)
        roots = {item.root for item in items}
        hits: dict[str, SearchHit] = {}
        for item in items:
            if roots.isdisjoint(item.root.iterancestors()) and (hit := self._hit(item)):
                hits.setdefault(hit.article.doi or hit.url, hit)
        total = self._total()
        return SearchPage(tuple(hits.values()), total, self._next_url(total, len(hits)))

    def _hit(self, item: Selector) -> SearchHit | None:
        link = next((each for each in item.css(self.title) if each.attrib.get("href")), None)
        if link is None:
            return None
        url = self._absolute(link.attrib["href"])
        links = [url, *item.css('a[href*="/10."]::attr(href)').getall()]
        doi = find_doi(unquote(urlsplit(each).path) for each in links)
        if not doi and not self.is_article(url):
            return None
        names = (without_marks(plain_text(each.root)) for each in item.css(self.authors))
        pdf = next((each for each in item.css("a::attr(href)").getall() if re.search(r"/e?pdf/|article-pdf", each)), "")
        article = Article(
            doi=doi,
            title=plain_text(link.root),
            authors=tuple(dict.fromkeys(name for name in names if name)),
            journal=self._text(item, self.journal),
            publisher=PUBLISHER,
            date=lettered_date(self._text(item, self.dates)),
            abstract=self._text(item, self.abstracts),
            open=_is_open(item),
            article_url=url,
            pdf_url=self._absolute(pdf) if pdf else "",
        )
        return SearchHit(url, article)

    def is_article(self, url: str) -> bool:
        """Whether an address without a DOI is one of an article, rather than of an advertisement."""
        return bool(_ARTICLE.search(url))

    def _text(self, item: Selector, selector: str) -> str:
        return next((text for each in item.css(selector) if (text := plain_text(each.root))), "")

    def _total(self) -> int | None:
        for each in self.css(self.counts):
            if found := _COUNT.search(plain_text(each.root)):
                return _number(found[0])
        found = self._range()
        return _number(found["total"]) if found else None

    def _range(self) -> re.Match[str] | None:
        texts = (plain_text(each.root) for each in self.css(self.ranges))
        return next((found for text in texts if (found := _RANGE.search(text))), None)

    def _next_url(self, total: int | None, hits: int) -> str:
        """As the page links it; counted on where its button is for scripts only."""
        for link in self.css(self.onward):
            href = link.attrib.get("href", "")
            if href and not href.startswith(("#", "javascript:")):
                return self._absolute(href)
        here = urlsplit(str(self.response.url))
        asked = dict(parse_qsl(here.query))
        shown = self._range()
        page = asked.get(self.page_field, str(self.first_page))
        if not here.scheme.startswith("http") or not asked or not hits or not total or not page.isdigit():
            return ""
        last = _number(shown["last"]) if shown else (int(page) + 1 - self.first_page) * max(hits, _size(asked))
        if last >= total:
            return ""
        return urlunsplit(here._replace(query=urlencode({**asked, self.page_field: str(int(page) + 1)})))

    def _absolute(self, url: str) -> str:
        found = self.absolute(url)
        return found if urlsplit(found).scheme.startswith("http") else urljoin(SITE, url.strip())


class AcsSilverchairSearchPage(AcsSearchPage):
    """The list of `/search-results`, since 2026: the articles' addresses hold numbers instead of DOIs."""

    name = "acs silverchair search"
    items = ".sr-list"
    title = ".al-title a, .sri-title a, h4 a"
    authors = ".al-authors-list a, .wi-authors a, .al-author-name"
    journal = ".al-journal-name, .journal-title, .sri-source"
    dates = ".al-pub-date, .sri-date, .article-date"
    abstracts = ".al-snippet, .abstract"
    counts = "[data-total-item-count]"
    ranges = ".sr-statistics"
    onward = "a.sr-nav-next, a.al-nav-next, link[rel=next]"
    page_field = "page"
    first_page = 1

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        known = names_publisher(selector) or bool(selector.css('a[href*="//pubs.acs.org"], form[action*="acs.org"]'))
        return known and bool(selector.css(".sr-list, .sr-statistics"))

    def is_article(self, url: str) -> bool:
        return re.search(r"/article(?:-abstract)?/", url) is not None

    def _total(self) -> int | None:
        told = self.css("[data-total-item-count]::attr(data-total-item-count)").get() or ""
        return _number(told) if told.isdigit() else super()._total()


SEARCH_LAYOUTS: tuple[type[SearchLayout], ...] = (AcsSilverchairSearchPage, AcsSearchPage)


def _is_open(item: Selector) -> bool | None:
    """As the icons beside an article say; None where there are none."""
    told = item.css("img::attr(alt), i::attr(title), span::attr(title), li::attr(title)").getall()
    told += item.css('[class*="open-access"]::text, [class*="access__control"] *::text').getall()
    if item.css(".icon-availability_open, .icon-availability_free, .icon-lock_open, .open-access"):
        return True
    return says_free(squeezed(text) for text in told)


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _size(asked: dict[str, str]) -> int:
    size = asked.get("pageSize", "")
    return int(size) if size.isdigit() else 0
